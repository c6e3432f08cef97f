// wiretale read: captures in, a report out.
#include <atomic>
#include <csignal>
#include <cstring>
#include <system_error>

#include <unistd.h>

#include <fmt/format.h>

#include "analysis/analysis.hpp"
#include "cli/cli.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"

namespace wiretale::cli {
namespace {

/// Says what could not be read; true where something could not.
bool complain_about(const std::vector<engine::Failure>& failures) {
  for (const engine::Failure& failure : failures)
    complain(fmt::format("{}: {}", failure.where, failure.what), failure.advice);
  return !failures.empty();
}

/// Whether somebody wants to end a run that follows files.
std::atomic<bool> stop_following;

extern "C" void end_following(int signal) {
  stop_following = true;
  std::signal(signal, SIG_DFL);  // who can't wait says it again
}

std::shared_ptr<extract::Folder> open_folder(const std::string& path) {
  auto folder = std::make_shared<extract::Folder>(path);
  if (const int error = folder->error(); error != 0)
    throw UsageError{fmt::format("--extract {}: {}", path, std::generic_category().message(error)),
                     "give a folder that can be written; it is made where its parent is there"};
  return folder;
}

/// Says on standard error how many files were written, and why not all of them were.
void tell_extracted(const extract::Folder& folder, const std::string& path) {
  complain(fmt::format("{} files, {} octets written to {}", folder.files(), folder.octets(), path));
  if (folder.failed())
    complain(
        fmt::format("not all files could be written to {}: {}", path, std::generic_category().message(folder.fault())),
        "what was written is whole up to there; the report is");
}

/// NDJSON that scrolls by on the same terminal would be mixed up with a bar.
bool wants_progress(const ReadOptions& options) {
  const bool streams = options.style.format == report::Format::ndjson && options.output.empty();
  return !options.quiet && !(streams && isatty(STDOUT_FILENO) == 1);
}

}  // namespace

int read(const ReadOptions& asked) {
  ReadOptions options = asked;
  if (!options.extract.empty()) options.run.settings.folder = open_folder(options.extract);
  const auto output = open_output(options.output, options.run.files);
  const auto writer = report::make_writer(options.style, *output);
  analysis::Analysis analysis(options.run.settings.limits, *writer);
  ProgressBar bar(wants_progress(options));
  bool begun = false;
  const engine::Cast cast{
      [&] { return report::make_renderer(options.style); },
      [&](const CaptureRecord& capture) {
        begun = true;
        writer->begin(capture);
      },
      analysis,
      [&](const engine::Progress& progress) { bar.show(progress); },
  };
  engine::Options run = options.run;
  if (run.follow) {
    run.stop = &stop_following;
    for (const int signal : {SIGINT, SIGTERM})
      if (std::signal(signal, end_following) == SIG_IGN) std::signal(signal, SIG_IGN);  // as nohup wants it
  }
  engine::Outcome outcome = engine::run(run, cast);
  bar.clear();
  const bool unreadable = complain_about(outcome.failures);
  if (!begun) return refused;
  analysis.finish(outcome.summary);
  writer->end(outcome.summary);
  if (!options.quiet)
    for (const std::string& warning : outcome.warnings) complain("warning: " + warning);
  if (options.run.settings.folder && !options.quiet) tell_extracted(*options.run.settings.folder, options.extract);
  if (output->error() != 0) {
    complain("the output can't be written: " + std::generic_category().message(output->error()),
             "what was written so far is not whole");
    return failed;
  }
  output->finish();
  if (options.run.settings.folder && options.run.settings.folder->failed()) return failed;
  return unreadable ? refused : done;
}

}  // namespace wiretale::cli
