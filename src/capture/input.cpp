#include "capture/input.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace wiretale::capture {
namespace {

/// Waits until the descriptor has something to say. Whatever goes wrong here, the next read tells.
void wait_for_octets(int descriptor) {
  pollfd waiting{descriptor, POLLIN, 0};
  (void)::poll(&waiting, 1, -1);
}

}  // namespace

FdInput::FdInput(int descriptor) : descriptor_(descriptor) {
  struct stat status{};
  if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) return;
  size_ = static_cast<std::uint64_t>(status.st_size);
  // Only advice: the kernel reads further ahead. Nothing depends on it.
  (void)::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_SEQUENTIAL);
}

FdInput::~FdInput() { (void)::close(descriptor_); }

ReadResult FdInput::read(std::span<std::uint8_t> room) {
  for (;;) {
    const ssize_t got = ::read(descriptor_, room.data(), room.size());
    if (got >= 0) return {static_cast<std::size_t>(got), 0};
    const int error = errno;
    // Standard input may have been left non-blocking by another process.
    if (error == EAGAIN || error == EWOULDBLOCK) {
      wait_for_octets(descriptor_);
    } else if (error != EINTR) {
      return {0, error};
    }
  }
}

ReadResult MemoryInput::read(std::span<std::uint8_t> room) {
  const std::size_t count = std::min({room.size(), octets_.size(), at_once_});
  std::ranges::copy(octets_.first(count), room.begin());
  octets_ = octets_.subspan(count);
  return {count, 0};
}

}  // namespace wiretale::capture
