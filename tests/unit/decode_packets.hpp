// Packets built octet by octet, for the tests of decode.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "capture/packet.hpp"
#include "decode/decoder.hpp"

namespace wiretale::decode::packets {

using Octets = std::vector<std::uint8_t>;

inline Octets join(std::initializer_list<Octets> parts) {
  Octets all;
  for (const Octets& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

inline Octets text(std::string_view words) { return {words.begin(), words.end()}; }

inline Octets zeros(std::size_t count) { return Octets(count, 0); }

inline Octets be16(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

inline Octets be32(std::uint32_t value) { return join({be16(value >> 16), be16(value)}); }

/// `count` octets that differ from their neighbours, other ones for each `seed`.
inline Octets pattern(std::size_t count, unsigned seed = 0) {
  Octets octets(count);
  for (std::size_t i = 0; i < count; ++i) octets[i] = static_cast<std::uint8_t>(i * 7 + i / 256 + seed * 31);
  return octets;
}

inline Octets ethernet(std::uint16_t ethertype, const Octets& payload) {
  return join({{2, 0, 0, 0, 0, 2}, {2, 0, 0, 0, 0, 1}, be16(ethertype), payload});
}

/// What follows a VLAN TPID.
inline Octets vlan(std::uint16_t id, std::uint16_t ethertype, const Octets& payload) {
  return join({be16(0xe000U | id), be16(ethertype), payload});
}

struct Ipv4 {
  std::uint8_t protocol = 6;
  Octets options = {};
  int total_length = -1;  // -1: the true one
  std::uint16_t id = 1;
  std::uint16_t fragment = 0;  // flags and offset field
};

/// From 10.0.0.1 to 10.0.0.2.
inline Octets ipv4(const Octets& payload, const Ipv4& header = {}) {
  const std::size_t header_bytes = 20 + header.options.size();
  const std::size_t length = header.total_length < 0 ? header_bytes + payload.size() : std::size_t(header.total_length);
  return join({{static_cast<std::uint8_t>(0x40 | header_bytes / 4), 0},
               be16(static_cast<std::uint32_t>(length)),
               be16(header.id),
               be16(header.fragment),
               {64, header.protocol, 0, 0},
               {10, 0, 0, 1},
               {10, 0, 0, 2},
               header.options,
               payload});
}

/// From 2001:db8::1 to 2001:db8::2.
inline Octets ipv6(const Octets& payload, std::uint8_t next = 6, int payload_length = -1) {
  const std::size_t length = payload_length < 0 ? payload.size() : std::size_t(payload_length);
  return join({{0x60, 0, 0, 0},
               be16(static_cast<std::uint32_t>(length)),
               {next, 63},
               {0x20, 1, 0x0d, 0xb8},
               zeros(11),
               {1},
               {0x20, 1, 0x0d, 0xb8},
               zeros(11),
               {2},
               payload});
}

/// IPv6 extension header of the usual form with `words` times 8 more octets.
inline Octets extension(std::uint8_t next, std::uint8_t words, const Octets& payload) {
  return join({{next, words}, zeros(6 + words * 8U), payload});
}

inline Octets ipv6_fragment(std::uint8_t next, std::uint32_t offset, bool more, std::uint32_t id,
                            const Octets& payload) {
  return join({{next, 0}, be16(offset | (more ? 1U : 0U)), be32(id), payload});
}

/// Port 1234 to 80, seq 1000, ack 2000, window 512, PSH and ACK.
inline Octets tcp(const Octets& payload, const Octets& options = {}) {
  return join({be16(1234),
               be16(80),
               be32(1000),
               be32(2000),
               {static_cast<std::uint8_t>((20 + options.size()) / 4 << 4), 0x18},
               be16(512),
               zeros(4),
               options,
               payload});
}

/// Port 5353 to 53.
inline Octets udp(const Octets& payload, int length = -1) {
  return join({be16(5353), be16(53), be16(static_cast<std::uint32_t>(length < 0 ? int(payload.size()) + 8 : length)),
               zeros(2), payload});
}

inline capture::Packet packet(const Octets& octets, std::uint32_t link_type = 1, std::uint32_t wire_bytes = 0) {
  capture::Packet made;
  made.frame = 7;
  made.time = {1'000'000'000};
  made.link_type = link_type;
  made.bytes = octets;
  made.wire_bytes = wire_bytes != 0 ? wire_bytes : static_cast<std::uint32_t>(octets.size());
  return made;
}

/// One packet alone. Views in the result are into `octets`.
inline Decoded decoded(const Octets& octets, std::uint32_t link_type = 1, std::uint32_t wire_bytes = 0) {
  Decoder decoder{Limits{}};
  Decoded out;
  decoder.decode(packet(octets, link_type, wire_bytes), out);
  return out;
}

inline std::string payload_text(const Decoded& out) { return std::string(text_of(out.payload)); }

}  // namespace wiretale::decode::packets
