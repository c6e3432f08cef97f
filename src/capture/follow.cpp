#include "capture/follow.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <thread>
#include <utility>

namespace wiretale::capture {
namespace {

using namespace std::chrono_literals;

// Short enough for who watches, long enough to cost nothing. A file's size and place are asked for, not a change
// awaited: that works on file systems of other machines, too.
constexpr auto kBetween = 50ms;
// Who renames a file before he makes the next one needs a moment.
constexpr auto kGone = 1s;

}  // namespace

FollowInput::FollowInput(std::unique_ptr<Input> file, int descriptor, std::string path, Follow& follow)
    : file_(std::move(file)), descriptor_(descriptor), path_(std::move(path)), follow_(follow) {}

ReadResult FollowInput::read(std::span<std::uint8_t> room) {
  const ReadResult got = file_->read(room);
  if (got.octets == 0 && got.error == 0 && !ending_) return {0, kNothingYet};
  read_ += got.octets;
  if (got.octets != 0) grown_ = Clock::now();
  return got;
}

bool FollowInput::wanted_to_end() const {
  return (follow_.stop != nullptr && *follow_.stop) || (follow_.idle && Clock::now() - grown_ >= *follow_.idle);
}

void FollowInput::wait() {
  look();
  if (ending_) return;
  std::this_thread::sleep_for(kBetween);
  look();
}

/// Sees whether the file is still the one that has its name.
void FollowInput::look() {
  if (wanted_to_end()) {
    ending_ = follow_.over = true;
    return;
  }
  struct stat ours{}, named{};
  if (::fstat(descriptor_, &ours) != 0) {
    ending_ = follow_.over = true;
    return;
  }
  if (static_cast<std::uint64_t>(ours.st_size) < read_) {
    ending_ = true;
    return;
  }
  if (::stat(path_.c_str(), &named) != 0) {
    const auto now = Clock::now();
    if (!gone_) gone_ = now;
    if (now - *gone_ >= kGone) ending_ = follow_.over = true;
    return;
  }
  gone_.reset();
  ending_ = ours.st_dev != named.st_dev || ours.st_ino != named.st_ino;
}

}  // namespace wiretale::capture
