#include "smb/ranges.hpp"

#include <algorithm>

namespace wiretale::shares {

bool Ranges::add(std::uint64_t offset, std::uint64_t length, std::uint64_t most) {
  if (length == 0) return true;
  const std::uint64_t end = length > UINT64_MAX - offset ? UINT64_MAX : offset + length;
  if (!ranges_.empty() && ranges_.back().end == offset) {  // the usual case: one goes on where the last one ended
    ranges_.back().end = end;
    bytes_ += end - offset;
    return true;
  }
  const auto first = std::ranges::lower_bound(ranges_, offset, {}, &Range::end);  // the first one that it may touch
  auto last = first;
  Range whole{offset, end};
  std::uint64_t known = 0;
  for (; last != ranges_.end() && last->offset <= end; ++last) {
    whole.offset = std::min(whole.offset, last->offset);
    whole.end = std::max(whole.end, last->end);
    known += last->end - last->offset;
  }
  if (first == last) {
    if (ranges_.size() >= most) return false;
    ranges_.insert(first, whole);
  } else {
    *first = whole;
    ranges_.erase(first + 1, last);
  }
  bytes_ += whole.end - whole.offset - known;
  return true;
}

std::vector<std::vector<std::uint64_t>> Ranges::pairs() const {
  std::vector<std::vector<std::uint64_t>> pairs;
  pairs.reserve(ranges_.size());
  for (const Range& range : ranges_) pairs.push_back({range.offset, range.end - range.offset});
  return pairs;
}

std::vector<std::vector<std::uint64_t>> Ranges::holes(std::uint64_t size) const {
  std::vector<std::vector<std::uint64_t>> holes;
  std::uint64_t at = 0;
  for (const Range& range : ranges_) {
    if (at >= size) return holes;
    if (range.offset > at) holes.push_back({at, std::min(range.offset, size) - at});
    at = range.end;
  }
  if (at < size) holes.push_back({at, size - at});
  return holes;
}

}  // namespace wiretale::shares
