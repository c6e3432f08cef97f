// What the blocks of a pcapng file have in common.
#pragma once

#include <cstdint>

#include <wiretale/bytes.hpp>

#include "capture/header.hpp"

namespace wiretale::capture::pcapng {

// Types of blocks.
inline constexpr std::uint32_t kSection = 0x0a0d0d0a;  // the same in both byte orders
inline constexpr std::uint32_t kInterface = 1;
inline constexpr std::uint32_t kObsoletePacket = 2;
inline constexpr std::uint32_t kSimplePacket = 3;
inline constexpr std::uint32_t kNames = 4;
inline constexpr std::uint32_t kStatistics = 5;
inline constexpr std::uint32_t kEnhancedPacket = 6;
inline constexpr std::uint32_t kJournal = 9;  // an entry of the systemd journal
inline constexpr std::uint32_t kSecrets = 10;
inline constexpr std::uint32_t kCustom = 0x0bad;
inline constexpr std::uint32_t kCustomNotCopied = 0x4000'0bad;

inline constexpr std::uint16_t kEndOfOptions = 0;
inline constexpr std::uint16_t kComment = 1;

inline std::uint16_t u16(Cursor& cursor, ByteOrder order) {
  return order == ByteOrder::little ? cursor.u16le() : cursor.u16();
}
inline std::uint32_t u32(Cursor& cursor, ByteOrder order) {
  return order == ByteOrder::little ? cursor.u32le() : cursor.u32();
}
inline std::uint64_t u64(Cursor& cursor, ByteOrder order) {
  return order == ByteOrder::little ? cursor.u64le() : cursor.u64();
}

/// Octets up to the next multiple of 4.
constexpr std::uint32_t padded(std::uint32_t octets) { return octets + (4 - octets % 4) % 4; }

/// Calls visit(code, value) for each option, up to the end of options. False where they do not fit in their block:
/// those before the fault were visited.
template <class Visit>
bool each_option(Bytes octets, ByteOrder order, Visit visit) {
  Cursor cursor(octets);
  while (!cursor.empty()) {
    const std::uint16_t code = u16(cursor, order);
    const std::uint16_t length = u16(cursor, order);
    if (cursor.ok() && code == kEndOfOptions) return true;
    const Bytes value = cursor.take(length);
    if (!cursor.ok()) return false;
    visit(code, value);
    cursor.skip((4 - length % 4) % 4);
  }
  return cursor.ok();
}

}  // namespace wiretale::capture::pcapng
