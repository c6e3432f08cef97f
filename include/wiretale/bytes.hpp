// Bytes off the wire, and the one way to read them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace wiretale {

/// A view of captured bytes. It owns nothing; whoever hands it out says how long it holds.
using Bytes = std::span<const std::uint8_t>;

/// The same bytes seen as text. Nothing is checked or converted.
[[nodiscard]] inline std::string_view text_of(Bytes bytes) {
  // The one place where wire bytes change their type: both are octets.
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // NOLINT(*-reinterpret-cast)
}

/// The same text seen as bytes.
[[nodiscard]] inline Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};  // NOLINT(*-reinterpret-cast)
}

/// Up to `count` bytes from `offset`; fewer, or none, where there are not so many.
[[nodiscard]] constexpr Bytes slice(Bytes bytes, std::size_t offset, std::size_t count = SIZE_MAX) {
  if (offset >= bytes.size()) return {};
  const std::size_t left = bytes.size() - offset;
  return bytes.subspan(offset, count < left ? count : left);
}

/// Reads integers and runs of bytes in order, and never past the end.
///
/// The first read that asks for more than is left makes the cursor fail, for good: that read and every later one
/// yields zero or nothing, and `position()` stays where the failed read began. So a parser may read a whole structure
/// and ask `ok()` once, and what was read before the fault is still good.
class Cursor {
 public:
  constexpr Cursor() = default;
  /// Starts at `offset` of `bytes`, so that positions count from the start of `bytes`.
  constexpr explicit Cursor(Bytes bytes, std::size_t offset = 0) : bytes_(bytes), at_(offset) {
    if (offset > bytes.size()) {
      at_ = bytes.size();
      ok_ = false;
    }
  }

  /// False once a read went past the end.
  [[nodiscard]] constexpr bool ok() const { return ok_; }
  /// Octets already read.
  [[nodiscard]] constexpr std::size_t position() const { return at_; }
  /// Octets not read yet; 0 after a fault.
  [[nodiscard]] constexpr std::size_t left() const { return ok_ ? bytes_.size() - at_ : 0; }
  /// True where nothing is left to read.
  [[nodiscard]] constexpr bool empty() const { return left() == 0; }
  /// What is not read yet, without reading it.
  [[nodiscard]] constexpr Bytes rest() const { return ok_ ? bytes_.subspan(at_) : Bytes{}; }
  /// All the bytes that the cursor was made of.
  [[nodiscard]] constexpr Bytes all() const { return bytes_; }

  /// The next octet without reading it, or 0 at the end; never a fault.
  [[nodiscard]] constexpr std::uint8_t peek(std::size_t ahead = 0) const {
    return ahead < left() ? bytes_[at_ + ahead] : std::uint8_t{0};
  }

  constexpr std::uint8_t u8() { return static_cast<std::uint8_t>(big<1>()); }
  /// Integers in network order (most significant octet first).
  constexpr std::uint16_t u16() { return static_cast<std::uint16_t>(big<2>()); }
  constexpr std::uint32_t u24() { return static_cast<std::uint32_t>(big<3>()); }
  constexpr std::uint32_t u32() { return static_cast<std::uint32_t>(big<4>()); }
  constexpr std::uint64_t u64() { return big<8>(); }
  /// Integers with the least significant octet first.
  constexpr std::uint16_t u16le() { return static_cast<std::uint16_t>(little<2>()); }
  constexpr std::uint32_t u32le() { return static_cast<std::uint32_t>(little<4>()); }
  constexpr std::uint64_t u64le() { return little<8>(); }

  /// The next `count` octets; empty, and a fault, where there are fewer.
  [[gnu::always_inline]] constexpr Bytes take(std::size_t count) {
    if (!ok_ || count > bytes_.size() - at_) {
      ok_ = false;
      return {};
    }
    const Bytes taken = bytes_.subspan(at_, count);
    at_ += count;
    return taken;
  }

  /// Passes over `count` octets; a fault where there are fewer.
  constexpr void skip(std::size_t count) { (void)take(count); }

  /// Goes to an absolute position, as a compression pointer asks; a fault past the end.
  constexpr void seek(std::size_t position) {
    if (!ok_ || position > bytes_.size()) {
      ok_ = false;
      return;
    }
    at_ = position;
  }

  /// A cursor over the next `count` octets alone, which this one passes over. Where there are fewer, this cursor fails
  /// and the part holds what there is.
  constexpr Cursor part(std::size_t count) {
    const Bytes some = ok_ ? slice(bytes_, at_, count) : Bytes{};
    skip(count);
    return Cursor(some);
  }

 private:
  // The number of octets is known where these are compiled: each becomes one load.
  template <std::size_t N>
  [[gnu::always_inline]] constexpr std::uint64_t big() {
    const Bytes octets = take(N);
    if (octets.size() != N) return 0;
    const auto exact = octets.first<N>();
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < N; ++i) value = value << 8 | exact[i];
    return value;
  }
  template <std::size_t N>
  [[gnu::always_inline]] constexpr std::uint64_t little() {
    const Bytes octets = take(N);
    if (octets.size() != N) return 0;
    const auto exact = octets.first<N>();
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < N; ++i) value |= std::uint64_t{exact[i]} << (8 * i);
    return value;
  }

  Bytes bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace wiretale
