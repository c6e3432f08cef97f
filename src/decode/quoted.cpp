#include "decode/quoted.hpp"

namespace wiretale::decode {
namespace {

bool is_error(const Decoded& packet, std::uint8_t type) {
  if (packet.transport == Transport::icmpv6) return type >= 1 && type < 128;
  return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

/// The ports of a protocol that has them; both 0 for others.
void read_ports(Cursor& cursor, Quoted& quoted) {
  if (quoted.protocol != 6 && quoted.protocol != 17 && quoted.protocol != 132) return;
  quoted.source.port = cursor.u16();
  quoted.destination.port = cursor.u16();
}

/// Passes over extension headers of IPv6 (RFC 8200, section 4); the protocol behind them.
std::uint8_t behind_extensions(Cursor& cursor, std::uint8_t next) {
  constexpr std::uint8_t hop_by_hop = 0, routing = 43, fragment = 44, destination = 60;
  while (cursor.ok() && (next == hop_by_hop || next == routing || next == fragment || next == destination)) {
    const bool is_fragment = next == fragment;
    next = cursor.u8();
    const std::size_t units = cursor.u8();
    cursor.skip(is_fragment ? 6 : units * 8 + 6);
  }
  return next;
}

}  // namespace

std::optional<Quoted> quoted_by(const Decoded& packet) {
  Cursor cursor(packet.payload);
  if (!is_error(packet, cursor.u8())) return std::nullopt;
  cursor.skip(7);  // code, checksum, and what the type puts there
  Quoted quoted;
  const std::uint8_t first = cursor.peek();
  if (first >> 4 == 4) {
    Cursor header = cursor.part(std::size_t{4} * (first & 15U));
    header.skip(9);
    quoted.protocol = header.u8();
    header.skip(2);
    quoted.source.ip = IpAddress::from(header.take(4));
    quoted.destination.ip = IpAddress::from(header.take(4));
    if (!header.ok()) return std::nullopt;
  } else if (first >> 4 == 6) {
    cursor.skip(6);
    const std::uint8_t next = cursor.u8();
    cursor.skip(1);
    quoted.source.ip = IpAddress::from(cursor.take(16));
    quoted.destination.ip = IpAddress::from(cursor.take(16));
    quoted.protocol = behind_extensions(cursor, next);
  } else {
    return std::nullopt;
  }
  read_ports(cursor, quoted);
  if (!cursor.ok()) return std::nullopt;
  return quoted;
}

}  // namespace wiretale::decode
