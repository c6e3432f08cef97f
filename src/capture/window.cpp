#include "capture/window.hpp"

#include <algorithm>
#include <utility>

namespace wiretale::capture {

Window::Window(std::unique_ptr<Input> input, std::size_t block_bytes) : input_(std::move(input)), pool_(block_bytes) {}

bool Window::fill(std::size_t count, std::size_t behind) {
  waiting_ = false;
  if (beyond_the_end(count)) return false;
  while (rest_.size() < count) {
    if (ended_) return false;
    // A pipe gives little at a time: it goes on in the same block as long as what is asked for fits there.
    if (count - rest_.size() > room_.size()) move_to_new_block(count, behind);
    if (!read_more()) return false;
  }
  return true;
}

Bytes Window::look(std::size_t count, std::size_t behind) {
  // In steps, since a known size may tell at once that there is not as much; each in room for several.
  while (rest_.size() < count) {
    const std::uint64_t known = size().value_or(UINT64_MAX);
    const std::uint64_t left = known > offset() ? known - offset() : 0;
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(count, std::max(left, rest_.size() + 1UL)));
    if (!need(wanted, behind)) break;
  }
  return rest_;
}

void Window::back(std::size_t count) {
  rest_ = filled_.last(rest_.size() + std::min(count, filled_.size() - rest_.size()));
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
    waiting_ = result.error == kNothingYet;
    ended_ = !waiting_;
    if (ended_) error_ = result.error;
    return false;
  }
  const std::size_t octets = std::min(result.octets, room_.size());
  room_ = room_.subspan(octets);
  filled_ = block_->bytes().first(filled_.size() + octets);
  rest_ = filled_.last(rest_.size() + octets);
  read_ += octets;
  return true;
}

void Window::move_to_new_block(std::size_t at_least, std::size_t behind) {
  const Bytes kept = filled_.last(rest_.size() + std::min(behind, filled_.size() - rest_.size()));
  const std::size_t passed = kept.size() - rest_.size();
  const std::shared_ptr<Block> next = pool_.take(at_least + passed);
  std::ranges::copy(kept, next->room().begin());
  room_ = next->room().subspan(kept.size());
  filled_ = next->bytes().first(kept.size());
  rest_ = filled_.subspan(passed);
  block_ = next;
}

bool Window::skip(std::uint64_t& count) {
  while (count > rest_.size()) {
    count -= rest_.size();
    rest_ = {};
    if (!need(1)) return false;
  }
  advance(static_cast<std::size_t>(count));
  count = 0;
  return true;
}

}  // namespace wiretale::capture
