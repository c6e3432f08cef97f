// Fixed headers of capture files, which may be written in either byte order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <wiretale/bytes.hpp>

namespace wiretale::capture {

/// Which octet of an integer comes first in a capture file: the machine's that wrote it.
enum class ByteOrder : std::uint8_t { little, big };

/// A header of `size` octets. Its length was tested once, when it was made; where its fields lie is tested by
/// the compiler.
template <std::size_t size>
class Header {
 public:
  /// The front of `bytes`, which must hold `size` octets: ask first. Where it does not, every field is zero.
  constexpr Header(Bytes bytes, ByteOrder order)
      : octets_(bytes.size() >= size ? bytes.first<size>() : std::span<const std::uint8_t, size>(kZeros)),
        order_(order) {}

  template <std::size_t at>
  [[nodiscard]] constexpr std::uint16_t u16() const {
    const auto octets = octets_.template subspan<at, 2>();
    const auto [a, b] = order_ == ByteOrder::little ? Pair{octets[1], octets[0]} : Pair{octets[0], octets[1]};
    return static_cast<std::uint16_t>(a << 8 | b);
  }

  template <std::size_t at>
  [[nodiscard]] constexpr std::uint32_t u32() const {
    const auto octets = octets_.template subspan<at, 4>();
    // Compilers know both forms as one load each.
    if (order_ == ByteOrder::little) return word(octets[3], octets[2], octets[1], octets[0]);
    return word(octets[0], octets[1], octets[2], octets[3]);
  }

 private:
  struct Pair {
    std::uint32_t a, b;
  };

  static constexpr std::uint32_t word(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
    return a << 24 | b << 16 | c << 8 | d;
  }

  static constexpr std::uint8_t kZeros[size] = {};
  std::span<const std::uint8_t, size> octets_;
  ByteOrder order_;
};

}  // namespace wiretale::capture
