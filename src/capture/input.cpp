#include "capture/input.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace wiretale::capture {
static_assert(kNothingYet == EAGAIN);

FdInput::FdInput(int descriptor) : descriptor_(descriptor) {
  struct stat status{};
  if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) return;
  may_block_ = false;
  size_ = static_cast<std::uint64_t>(status.st_size);
  // Only advice: the kernel reads further ahead. Nothing depends on it.
  (void)::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_SEQUENTIAL);
}

FdInput::~FdInput() { (void)::close(descriptor_); }

ReadResult FdInput::read(std::span<std::uint8_t> room) {
  if (may_block_) {
    pollfd ready{descriptor_, POLLIN, 0};
    if (::poll(&ready, 1, 0) == 0) return {0, kNothingYet};
  }
  for (;;) {
    const ssize_t got = ::read(descriptor_, room.data(), room.size());
    if (got >= 0) return {static_cast<std::size_t>(got), 0};
    const int error = errno;
    // Standard input may have been left non-blocking by another process.
    if (error == EAGAIN || error == EWOULDBLOCK) return {0, kNothingYet};
    if (error != EINTR) return {0, error};
  }
}

// Whatever goes wrong here, the next read tells.
void FdInput::wait() {
  pollfd waiting{descriptor_, POLLIN, 0};
  (void)::poll(&waiting, 1, -1);
}

ReadResult MemoryInput::read(std::span<std::uint8_t> room) {
  const std::size_t count = std::min({room.size(), octets_.size(), at_once_});
  std::ranges::copy(octets_.first(count), room.begin());
  octets_ = octets_.subspan(count);
  return {count, 0};
}

}  // namespace wiretale::capture
