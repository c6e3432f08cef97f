// Integers at fixed places of a header, in network order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include <wiretale/net.hpp>

namespace wiretale::decode {

/// A header of a fixed length: one check when it is made (`bytes.size() >= N`), none for each field.
template <std::size_t N>
using Header = std::span<const std::uint8_t, N>;

/// The 16 bits at octet `At`, which the compiler checks to be inside.
template <std::size_t At, std::size_t N>
[[nodiscard]] constexpr std::uint16_t load16(Header<N> header) {
  static_assert(At + 2 <= N);
  return static_cast<std::uint16_t>(header[At] << 8 | header[At + 1]);
}

/// The 32 bits at octet `At`.
template <std::size_t At, std::size_t N>
[[nodiscard]] constexpr std::uint32_t load32(Header<N> header) {
  return std::uint32_t{load16<At>(header)} << 16 | load16<At + 2>(header);
}

/// The octet at `At`.
template <std::size_t At, std::size_t N>
[[nodiscard]] constexpr std::uint8_t load8(Header<N> header) {
  static_assert(At < N);
  return header[At];
}

/// The link address at octet `At`.
template <std::size_t At, std::size_t N>
[[nodiscard]] constexpr MacAddress load_mac(Header<N> header) {
  static_assert(At + 6 <= N);
  MacAddress mac;
  std::ranges::copy(header.template subspan<At, 6>(), mac.octets.begin());
  return mac;
}

}  // namespace wiretale::decode
