// The program: options and commands. One file a command.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/pipeline.hpp"
#include "report/report.hpp"

namespace wiretale::cli {

/// What the program returns to the shell.
enum Exit : int {
  done = 0,    ///< also for a capture that is cut or corrupt: what stands before the fault is told
  failed = 1,  ///< the output could not be written, or a fault of ours
  refused = 2  ///< an input that can't be read, or options that make no sense
};

/// What `wiretale read` was asked for.
struct ReadOptions {
  engine::Options run;
  report::Style style;
  std::string output;   ///< path; empty: standard output
  std::string extract;  ///< folder that files are written to; empty: they are not
  bool quiet = false;
};

/// Something that the user can set right. Texts for people, without a full stop; advice may be empty.
struct UsageError {
  std::string what;
  std::string advice;
};

/// The program: arguments without its name.
int run(const std::vector<std::string>& arguments);

int read(const ReadOptions& options);
int list_protocols();
/// All limits, with their values.
int list_limits(const Limits& limits);
/// The JSON Schema of all records, or of one type.
int print_schema(std::string_view type);
/// Writes the reference pages into a folder.
int write_reference(const std::string& folder);

/// Writes to standard output. What to exit with: also done where nobody reads it.
int print(std::string_view text);
/// Says on standard error what is wrong and what to do about it.
void complain(std::string_view what, std::string_view advice = {});
/// `--help`: fits a screen of 80 columns and 24 lines.
[[nodiscard]] std::string_view help_text();

}  // namespace wiretale::cli
