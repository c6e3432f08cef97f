// Memory that the reader of a message writes into and that holds until the next message: no allocation once warm.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <deque>
#include <span>
#include <string_view>
#include <vector>

namespace wiretale::domain {

/// Texts written one after another. One is open at a time; it never moves once closed.
class TextArena {
 public:
  /// Forgets all texts. Memory is kept, unless a huge message had made it grow.
  void clear() {
    if (chunks_.size() > most_kept) chunks_.resize(most_kept);
    chunk_ = used_ = start_ = 0;
    current_ = chunks_.empty() ? std::span<char>() : std::span<char>(chunks_.front());
  }

  /// Starts a text.
  void open() {
    if (chunks_.empty()) current_ = chunks_.emplace_back(chunk_bytes);
    start_ = used_;
  }
  void put(char c) {
    if (used_ == current_.size()) grow(1);
    current_[used_++] = c;
  }
  void put(std::string_view text) {
    if (text.size() > current_.size() - used_) grow(text.size());
    std::ranges::copy(text, current_.subspan(used_).begin());
    used_ += text.size();
  }
  /// Adds `count` characters to the open text, which the caller writes at once.
  std::span<char> room(std::size_t count) {
    if (count > current_.size() - used_) grow(count);
    used_ += count;
    return current_.subspan(used_ - count, count);
  }
  template <std::unsigned_integral T>
  void number(T value) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), value).ptr;
    put(std::string_view(digits.begin(), end));
  }
  /// `value` in decimal with at least `width` digits.
  void padded(std::uint64_t value, std::size_t width) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), value).ptr;
    const auto length = static_cast<std::size_t>(end - digits.begin());
    for (std::size_t i = length; i < width; ++i) put('0');
    put(std::string_view(digits.begin(), end));
  }
  /// What the open text holds so far; holds until the next put.
  [[nodiscard]] std::string_view so_far() const { return view(start_, used_ - start_); }
  /// Ends the open text.
  [[nodiscard]] std::string_view close() const { return so_far(); }
  /// Takes back what the open text holds.
  void rewind() { used_ = start_; }
  /// Takes back the last character of the open text, if it has one.
  void back() {
    if (used_ > start_) --used_;
  }

 private:
  static constexpr std::size_t chunk_bytes = 16U << 10;
  static constexpr std::size_t most_kept = 8;

  [[nodiscard]] std::string_view view(std::size_t from, std::size_t count) const {
    return std::string_view(current_.data(), current_.size()).substr(from, count);
  }
  /// Moves the open text to a chunk with room for `more`.
  void grow(std::size_t more) {
    const std::size_t length = used_ - start_;
    const std::size_t needed = length + more;
    const std::string_view open = so_far();
    std::size_t next = chunk_ + 1;
    if (next == chunks_.size()) chunks_.emplace_back(std::max(chunk_bytes, 2 * needed));
    if (chunks_[next].size() < needed) chunks_[next].resize(2 * needed);
    std::ranges::copy(open, chunks_[next].begin());
    current_ = chunks_[next];
    chunk_ = next;
    start_ = 0;
    used_ = length;
  }

  std::deque<std::vector<char>> chunks_;  // a deque: views into a chunk hold while others are added
  std::span<char> current_;               // the one that is written
  std::size_t chunk_ = 0;                 // its number
  std::size_t used_ = 0;
  std::size_t start_ = 0;  // of the open text
};

/// Things of one type that others point to: they don't move until clear().
template <class T>
class Pool {
 public:
  void clear() {
    if (items_.size() > 256) items_.resize(256);
    used_ = 0;
  }
  const T& add(const T& item) {
    if (used_ == items_.size()) return items_.emplace_back(item), items_[used_++];
    return items_[used_++] = item;
  }

 private:
  std::deque<T> items_;
  std::size_t used_ = 0;
};

/// Lists of things of one type, written one after another; a list doesn't move once ended.
template <class T>
class Lists {
 public:
  void clear() {
    for (const auto& list : lists_) kept_ += list.capacity();
    if (kept_ > 4096) lists_.clear();
    kept_ = 0;
    used_ = 0;
  }
  /// An empty list to fill.
  std::vector<T>& start() {
    if (used_ == lists_.size()) lists_.emplace_back();
    lists_[used_].clear();
    return lists_[used_++];
  }

 private:
  std::deque<std::vector<T>> lists_;
  std::size_t used_ = 0;
  std::size_t kept_ = 0;
};

}  // namespace wiretale::domain
