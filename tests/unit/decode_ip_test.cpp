// IPv4 and IPv6 headers, their lengths, and what may stand before the transport.
#include <gtest/gtest.h>

#include "decode_packets.hpp"

namespace wiretale::decode {
namespace {

using namespace packets;

constexpr std::uint32_t raw = 101;

TEST(DecodeIpv4, Fields) {
  const Octets octets = ipv4(tcp(text("hello")));
  const Decoded out = decoded(octets, raw);
  EXPECT_EQ(out.protocol, 6);
  EXPECT_EQ(out.ttl, 64);
  EXPECT_EQ(out.ip_bytes, 45U);
  EXPECT_TRUE(out.fragments.empty());
}

TEST(DecodeIpv4, Options) {
  const Octets octets = ipv4(tcp(text("hello")), {.options = {7, 7, 4, 1, 2, 3, 4, 0}});
  const Decoded out = decoded(octets, raw);
  EXPECT_EQ(out.outcome, Outcome::transport);
  EXPECT_EQ(payload_text(out), "hello");
  EXPECT_EQ(out.ip_bytes, 53U);
}

TEST(DecodeIpv4, LengthZeroIsTheLengthOfThePacket) {
  const Octets octets = ipv4(tcp(pattern(3000)), {.total_length = 0});
  Decoded out = decoded(octets, raw);
  EXPECT_EQ(out.outcome, Outcome::transport);
  EXPECT_EQ(out.payload.size(), 3000U);
  EXPECT_EQ(out.payload_bytes, 3000U);
  EXPECT_EQ(out.ip_bytes, 3040U);
  EXPECT_EQ(out.notes, Note::offload_length);
  out = decoded(octets, raw, 70000);
  EXPECT_EQ(out.payload_bytes, 69960U);
  EXPECT_EQ(out.ip_bytes, 70000U);
}

TEST(DecodeIpv4, CutBySnaplen) {
  Octets octets = ethernet(0x0800, ipv4(tcp(pattern(100))));
  const auto wire = static_cast<std::uint32_t>(octets.size());
  octets.resize(octets.size() - 60);
  const Decoded out = decoded(octets, 1, wire);
  EXPECT_EQ(out.outcome, Outcome::transport);
  EXPECT_EQ(out.payload.size(), 40U);
  EXPECT_EQ(out.payload_bytes, 100U);
  EXPECT_EQ(out.notes, 0);
}

TEST(DecodeIpv4, LengthBeyondTheWireIsNoted) {
  const Octets octets = ipv4(tcp(text("hello")), {.total_length = 100});
  const Decoded out = decoded(octets, raw);
  EXPECT_EQ(out.outcome, Outcome::transport);
  EXPECT_EQ(payload_text(out), "hello");
  EXPECT_EQ(out.payload_bytes, 60U);
  EXPECT_EQ(out.notes, Note::short_packet);
}

TEST(DecodeIpv4, MalformedHeadersStillTellTheAddresses) {
  Octets octets = ipv4(tcp({}));
  octets[0] = 0x44;
  EXPECT_EQ(decoded(octets, raw).outcome, Outcome::malformed_ip);
  EXPECT_EQ(to_string(decoded(octets, raw).source), "10.0.0.1");
  octets = ipv4(tcp({}), {.total_length = 19});
  EXPECT_EQ(decoded(octets, raw).outcome, Outcome::malformed_ip);
  octets = ethernet(0x0800, ipv6(tcp({})));
  EXPECT_EQ(decoded(octets).outcome, Outcome::malformed_ip);
  octets = ipv4({}, {.options = zeros(12)});
  octets.resize(24);
  EXPECT_EQ(decoded(octets, raw).outcome, Outcome::cut_off_ip);
}

TEST(DecodeIpv4, ProtocolsWithoutPorts) {
  for (const std::uint8_t protocol : Octets{2, 4, 47, 50, 59, 89, 0, 44, 60}) {
    const Octets octets = ipv4(pattern(30), {.protocol = protocol});
    const Decoded out = decoded(octets, raw);
    EXPECT_EQ(out.outcome, Outcome::transport) << int{protocol};
    EXPECT_EQ(out.transport, Transport::other);
    EXPECT_EQ(out.protocol, protocol);
    EXPECT_EQ(out.payload.size(), 30U);
    EXPECT_EQ(out.source_port, 0);
  }
}

TEST(DecodeIpv4, AuthenticationHeader) {
  const Octets octets = ipv4(join({{17, 4, 0, 0}, zeros(20), udp(text("hello"))}), {.protocol = 51});
  const Decoded out = decoded(octets, raw);
  EXPECT_EQ(out.transport, Transport::udp);
  EXPECT_EQ(out.protocol, 17);
  EXPECT_EQ(payload_text(out), "hello");
}

TEST(DecodeIpv6, Fields) {
  const Octets octets = ipv6(tcp(text("hello")));
  const Decoded out = decoded(octets, raw);
  EXPECT_EQ(out.protocol, 6);
  EXPECT_EQ(out.ttl, 63);
  EXPECT_EQ(out.ip_bytes, 65U);
}

TEST(DecodeIpv6, ExtensionHeaders) {
  // Hop-by-hop, routing, destination options, AH, an atomic fragment, and the mobile kinds, all in a row.
  Octets inner = udp(text("hello"));
  inner = extension(17, 0, inner);                   // Shim6
  inner = extension(140, 0, inner);                  // HIP
  inner = extension(139, 0, inner);                  // mobility
  inner = join({{135, 4, 0, 0}, zeros(20), inner});  // AH
  inner = extension(51, 2, inner);                   // destination options
  inner = ipv6_fragment(60, 0, false, 99, inner);
  inner = extension(44, 1, inner);  // routing
  inner = extension(43, 0, inner);  // hop-by-hop
  const Octets octets = ipv6(inner, 0);
  const Decoded out = decoded(octets, raw);
  EXPECT_EQ(out.outcome, Outcome::transport) << name_of(out.outcome);
  EXPECT_EQ(out.protocol, 17);
  EXPECT_EQ(payload_text(out), "hello");
  EXPECT_TRUE(out.fragments.empty());
  EXPECT_EQ(out.ip_bytes, octets.size());
}

TEST(DecodeIpv6, ControlHeadersAreProtocolsOfTheirOwn) {
  for (const std::uint8_t protocol : Octets{135, 139, 140}) {
    const Octets octets = ipv6(extension(59, 1, {}), protocol);
    const Decoded out = decoded(octets, raw);
    EXPECT_EQ(out.outcome, Outcome::transport);
    EXPECT_EQ(out.protocol, protocol);
    EXPECT_EQ(out.payload.size(), 16U);
  }
}

TEST(DecodeIpv6, EspAndNoNextHeader) {
  const Octets esp = ipv6(pattern(40), 50);
  EXPECT_EQ(decoded(esp, raw).protocol, 50);
  EXPECT_EQ(decoded(esp, raw).payload.size(), 40U);
  const Octets none = ethernet(0x86dd, join({ipv6({}, 59), zeros(6)}));
  const Decoded out = decoded(none);
  EXPECT_EQ(out.outcome, Outcome::transport);
  EXPECT_EQ(out.protocol, 59);
  EXPECT_EQ(out.payload_bytes, 0U);
}

TEST(DecodeIpv6, LengthZeroIsTheLengthOfThePacket) {
  const Octets offload = ipv6(tcp(pattern(3000)), 6, 0);
  Decoded out = decoded(offload, raw);
  EXPECT_EQ(out.payload.size(), 3000U);
  EXPECT_EQ(out.ip_bytes, 3060U);
  EXPECT_EQ(out.notes, Note::offload_length);
  const Octets jumbo = ipv6(extension(17, 0, udp(pattern(70000), 0)), 0, 0);
  out = decoded(jumbo, raw);
  EXPECT_EQ(out.transport, Transport::udp);
  EXPECT_EQ(out.payload.size(), 70000U);
}

TEST(DecodeIpv6, ExtensionHeaderCutOrBeyondTheLength) {
  Octets octets = ipv6(extension(6, 3, tcp({})), 0);
  const auto wire = static_cast<std::uint32_t>(octets.size());
  octets.resize(48);
  EXPECT_EQ(decoded(octets, raw, wire).outcome, Outcome::cut_off_ip);
  octets.resize(41);
  EXPECT_EQ(decoded(octets, raw, wire).outcome, Outcome::cut_off_ip);
  const Octets lying = ipv6(extension(6, 3, tcp({})), 0, 16);
  EXPECT_EQ(decoded(lying, raw).outcome, Outcome::malformed_ip);
  EXPECT_EQ(to_string(decoded(lying, raw).source), "2001:db8::1");
}

TEST(DecodeIpv6, EndlessExtensionHeadersReachTheLimit) {
  Octets inner = tcp({});
  inner = extension(6, 0, inner);
  for (int i = 0; i < 100; ++i) inner = extension(60, 0, inner);
  EXPECT_EQ(decoded(ipv6(inner, 60), raw).outcome, Outcome::too_many_layers);
}

}  // namespace
}  // namespace wiretale::decode
