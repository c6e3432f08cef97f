// The whole way: captures in, pieces and facts out, in order, whatever the number of workers.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <wiretale/records.hpp>
#include <wiretale/report.hpp>

#include "engine/context.hpp"

namespace wiretale::engine {

/// What a run reads, and how.
struct Options {
  std::vector<std::string> files;  ///< paths of files and folders; `-` is standard input
  std::string filter;              ///< BPF expression; empty: all packets
  unsigned jobs = 1;               ///< workers; 1: everything in the calling thread
  Settings settings;
  bool follow = false;                                  ///< go on as the files grow
  std::optional<std::chrono::nanoseconds> follow_idle;  ///< end after so long without growth
  const std::atomic<bool>* stop = nullptr;              ///< becomes true when following shall end
};

/// How far reading is. `total` is 0 where that can't be known (a pipe).
struct Progress {
  std::uint64_t read = 0;
  std::uint64_t total = 0;
  std::uint64_t packets = 0;
};

/// An input that can't be read, or what is wrong with the options: texts for people, without a full stop.
struct Failure {
  std::string what;
  std::string where;
  std::string advice;
};

/// What a run came to.
struct Outcome {
  SummaryRecord summary;
  std::vector<Failure> failures;  ///< inputs that could not be opened; the others were read all the same
  std::vector<std::string> warnings;
};

/// Who takes part in a run.
struct Cast {
  /// Makes a renderer: one a worker, and one for records of the reader.
  std::function<std::unique_ptr<report::Renderer>()> renderer;
  /// Hears what is known before the first packet, in the calling thread.
  std::function<void(const CaptureRecord&)> begin;
  report::Audience& audience;
  /// Called now and then while reading; may be empty.
  std::function<void(const Progress&)> progress;
};

/// Reads all files, merged by packet time, and gives everything that they hold to the audience. Where no file can be
/// opened, or the filter is wrong, there are only failures and begin() is not called.
[[nodiscard]] Outcome run(const Options& options, const Cast& cast);

}  // namespace wiretale::engine
