#include "capture/window.hpp"

#include <algorithm>
#include <utility>

namespace wiretale::capture {

Window::Window(std::unique_ptr<Input> input, std::size_t block_bytes) : input_(std::move(input)), pool_(block_bytes) {}

bool Window::fill(std::size_t count) {
  if (beyond_the_end(count)) return false;
  while (rest_.size() < count) {
    if (ended_) return false;
    // A pipe gives little at a time: it goes on in the same block as long as what is asked for fits there.
    if (count - rest_.size() > room_.size()) move_to_new_block(count);
    if (!read_more()) return false;
  }
  return true;
}

// A length that a damaged file only claims must not cost its memory. Asked for large ones only, because a
// file that is still written may have grown since it was opened.
bool Window::beyond_the_end(std::size_t count) const {
  const std::optional<std::uint64_t> size = count > pool_.block_bytes() ? input_->size() : std::nullopt;
  return size && (*size < offset() || count > *size - offset());
}

bool Window::read_more() {
  const ReadResult result = input_->read(room_);
  if (result.octets == 0) {
    ended_ = true;
    error_ = result.error;
    return false;
  }
  const std::size_t octets = std::min(result.octets, room_.size());
  room_ = room_.subspan(octets);
  filled_ = block_->bytes().first(filled_.size() + octets);
  rest_ = filled_.last(rest_.size() + octets);
  read_ += octets;
  return true;
}

void Window::move_to_new_block(std::size_t at_least) {
  const std::shared_ptr<Block> next = pool_.take(at_least);
  std::ranges::copy(rest_, next->room().begin());
  room_ = next->room().subspan(rest_.size());
  filled_ = next->bytes().first(rest_.size());
  rest_ = filled_;
  block_ = next;
}

bool Window::skip(std::uint64_t count) {
  while (count > rest_.size()) {
    count -= rest_.size();
    rest_ = {};
    if (!need(1)) return false;
  }
  advance(static_cast<std::size_t>(count));
  return true;
}

}  // namespace wiretale::capture
