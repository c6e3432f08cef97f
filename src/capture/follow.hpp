// Files that still grow.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "capture/input.hpp"

namespace wiretale::capture {

/// How long a file that grows is followed. Only the waiting looks at a clock.
struct Follow {
  const std::atomic<bool>* stop = nullptr;         ///< becomes true when following shall end; null: never
  std::optional<std::chrono::nanoseconds> idle{};  ///< it ends after so long without growth
  /// Said by the input: nothing will follow under this name. Where an input ends without it, another file has taken the
  /// name (or the file was cut), and can be opened.
  bool over = false;
};

/// A regular file whose end is not the end: what is appended later is read, too. It ends when another file has taken
/// its name (all that was written to the old one is read before), when it gets shorter, when it is deleted, and as
/// Follow says.
class FollowInput final : public Input {
 public:
  /// `descriptor` is that of `file`, at its start; `path` is where it was opened.
  FollowInput(std::unique_ptr<Input> file, int descriptor, std::string path, Follow& follow);

  ReadResult read(std::span<std::uint8_t> room) override;
  void wait() override;

 private:
  using Clock = std::chrono::steady_clock;

  void look();
  [[nodiscard]] bool wanted_to_end() const;

  std::unique_ptr<Input> file_;
  int descriptor_;
  std::string path_;
  Follow& follow_;
  std::uint64_t read_ = 0;  // octets
  bool ending_ = false;     // what is there is read, then it ends
  Clock::time_point grown_ = Clock::now();
  std::optional<Clock::time_point> gone_;  // since when nothing has the name
};

}  // namespace wiretale::capture
