// What the tests of links and tunnels look for: the same TCP segment behind all of them.
#pragma once

#include <gtest/gtest.h>

#include "decode_packets.hpp"

namespace wiretale::decode::packets {

inline Octets segment4() { return ipv4(tcp(text("hello"))); }
inline Octets segment6() { return ipv6(tcp(text("hello"))); }

inline void expect_hello(const Decoded& out) {
  EXPECT_EQ(out.outcome, Outcome::transport) << name_of(out.outcome);
  EXPECT_EQ(out.transport, Transport::tcp);
  EXPECT_EQ(out.source_port, 1234);
  EXPECT_EQ(out.destination_port, 80);
  EXPECT_EQ(payload_text(out), "hello");
  EXPECT_EQ(out.payload_bytes, 5U);
  EXPECT_EQ(out.notes, 0);
}

inline void expect_hello4(const Octets& octets, std::uint32_t link_type = 1) {
  SCOPED_TRACE(link_type);
  const Decoded out = decoded(octets, link_type);
  expect_hello(out);
  EXPECT_EQ(to_string(out.source), "10.0.0.1");
  EXPECT_EQ(to_string(out.destination), "10.0.0.2");
  EXPECT_EQ(out.ethertype, 0x0800);
}

inline void expect_hello6(const Octets& octets, std::uint32_t link_type = 1) {
  SCOPED_TRACE(link_type);
  const Decoded out = decoded(octets, link_type);
  expect_hello(out);
  EXPECT_EQ(to_string(out.source), "2001:db8::1");
  EXPECT_EQ(to_string(out.destination), "2001:db8::2");
  EXPECT_EQ(out.ethertype, 0x86dd);
}

/// Each beginning of the octets stops with a reason, and never with the segment.
inline void expect_cut_told(const Octets& octets, std::uint32_t link_type, std::size_t header_bytes) {
  for (std::size_t length = 1; length < header_bytes; ++length) {
    const Octets cut(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(length));
    const Decoded out = decoded(cut, link_type, static_cast<std::uint32_t>(octets.size()));
    EXPECT_GE(out.outcome, Outcome::first_reason) << link_type << " cut to " << length;
  }
}

}  // namespace wiretale::decode::packets
