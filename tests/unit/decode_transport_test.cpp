// TCP, UDP, SCTP and ICMP, packets cut at every octet, and octets at random.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "decode_packets.hpp"

namespace wiretale::decode {
namespace {

using namespace packets;

constexpr std::uint32_t raw = 101;

TEST(DecodeTcp, Fields) {
  const Octets octets = ipv4(tcp(text("hello"), {2, 4, 5, 180, 1, 1, 4, 2}));
  const Decoded out = decoded(octets, raw);
  EXPECT_EQ(out.tcp.seq, 1000U);
  EXPECT_EQ(out.tcp.ack, 2000U);
  EXPECT_EQ(out.tcp.window, 512);
  EXPECT_TRUE(out.tcp.has(TcpHeader::psh));
  EXPECT_TRUE(out.tcp.has(TcpHeader::ack_flag));
  EXPECT_FALSE(out.tcp.has(TcpHeader::syn));
  EXPECT_EQ(out.tcp.options.size(), 8U);
  EXPECT_EQ(payload_text(out), "hello");
}

TEST(DecodeTcp, DataOffsetIsChecked) {
  Octets octets = ipv4(tcp(text("hello")));
  octets[32] = 0x40;
  EXPECT_EQ(decoded(octets, raw).outcome, Outcome::malformed_transport);
  octets[32] = 0x70;  // 28 octets, and 25 are there
  const Decoded out = decoded(octets, raw);
  EXPECT_EQ(out.outcome, Outcome::malformed_transport);
  EXPECT_EQ(out.source_port, 1234);
  EXPECT_EQ(out.tcp.seq, 1000U);
}

TEST(DecodeTcp, CutOptionsLeaveTheSegment) {
  Octets octets = ipv4(tcp(text("hello"), zeros(12)));
  const auto wire = static_cast<std::uint32_t>(octets.size());
  octets.resize(44);
  const Decoded out = decoded(octets, raw, wire);
  EXPECT_EQ(out.outcome, Outcome::transport);
  EXPECT_EQ(out.notes, Note::tcp_options_cut);
  EXPECT_EQ(out.tcp.options.size(), 4U);
  EXPECT_TRUE(out.payload.empty());
  EXPECT_EQ(out.payload_bytes, 5U);
}

TEST(DecodeTcp, HeaderTooShort) {
  const Octets whole = ipv4(tcp(text("hello")));
  for (std::size_t there = 0; there < 20; ++there) {
    const Octets octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(20 + there));
    const Decoded cut = decoded(octets, raw, static_cast<std::uint32_t>(whole.size()));
    EXPECT_EQ(cut.outcome, Outcome::cut_off_transport);
    EXPECT_EQ(cut.source_port, there < 4 ? 0 : 1234);
    EXPECT_EQ(cut.tcp.seq, there < 8 ? 0U : 1000U);
    EXPECT_EQ(cut.transport, Transport::tcp);
    const Octets short_ip = ipv4(tcp(text("hello")), {.total_length = int(20 + there)});
    const Decoded malformed = decoded(short_ip, raw);
    EXPECT_EQ(malformed.outcome, Outcome::malformed_transport);
    EXPECT_EQ(malformed.destination_port, there < 4 ? 0 : 80);
    EXPECT_EQ(to_string(malformed.destination), "10.0.0.2");
  }
}

Decoded decoded_udp(const Octets& octets) { return decoded(octets, raw); }

TEST(DecodeUdp, Lengths) {
  const Octets exact = ipv4(udp(text("hello")), {.protocol = 17});
  EXPECT_EQ(payload_text(decoded_udp(exact)), "hello");
  EXPECT_EQ(decoded_udp(exact).source_port, 5353);
  EXPECT_EQ(decoded_udp(exact).notes, 0);
  const Octets shorter = ipv4(udp(text("hello"), 10), {.protocol = 17});
  EXPECT_EQ(payload_text(decoded_udp(shorter)), "he");
  EXPECT_EQ(decoded_udp(shorter).payload_bytes, 2U);
  EXPECT_EQ(decoded_udp(shorter).notes, Note::udp_length);
  for (const int wrong : {0, 3, 7, 14, 65535}) {
    const Octets octets = ipv4(udp(text("hello"), wrong), {.protocol = 17});
    const Decoded out = decoded_udp(octets);
    EXPECT_EQ(out.outcome, Outcome::transport);
    EXPECT_EQ(payload_text(out), "hello");
    EXPECT_EQ(out.payload_bytes, 5U);
    EXPECT_EQ(out.notes, Note::udp_length);
  }
}

TEST(DecodeUdp, HeaderTooShort) {
  Octets octets = ipv4(udp(text("hello")), {.protocol = 17});
  octets.resize(26);
  const Decoded out = decoded(octets, raw, 33);
  EXPECT_EQ(out.outcome, Outcome::cut_off_transport);
  EXPECT_EQ(out.destination_port, 53);
  const Octets short_ip = ipv4(udp({}), {.protocol = 17, .total_length = 27});
  EXPECT_EQ(decoded(short_ip, raw).outcome, Outcome::malformed_transport);
}

TEST(DecodeSctp, PortsAndChunks) {
  const Octets octets = ipv4(join({be16(38412), be16(38412), zeros(8), text("chunk")}), {.protocol = 132});
  const Decoded out = decoded(octets, raw);
  EXPECT_EQ(out.transport, Transport::sctp);
  EXPECT_EQ(out.source_port, 38412);
  EXPECT_EQ(payload_text(out), "chunk");
}

TEST(DecodeIcmp, IsPayload) {
  const Octets v4 = ipv4(join({{8, 0, 0, 0}, pattern(20)}), {.protocol = 1});
  EXPECT_EQ(decoded(v4, raw).transport, Transport::icmp);
  EXPECT_EQ(decoded(v4, raw).payload.size(), 24U);
  const Octets v6 = ipv6(join({{128, 0, 0, 0}, pattern(20)}), 58);
  EXPECT_EQ(decoded(v6, raw).transport, Transport::icmpv6);
  EXPECT_EQ(decoded(v6, raw).payload.size(), 24U);
}

struct Sample {
  Octets octets;
  std::uint32_t link_type;
};

std::vector<Sample> samples() {
  const Octets options = {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2};
  const Octets v4 = ipv4(tcp(pattern(40), options), {.options = {7, 4, 4, 0}});
  const Octets v6 = ipv6(extension(17, 1, udp(pattern(30))), 0);
  const Octets snap = join({{0xaa, 0xaa, 3, 0, 0, 0, 8, 0}, v4});
  return {
      {ethernet(0x0800, v4), 1},
      {ethernet(0x8100, vlan(7, 0x86dd, v6)), 1},
      {ethernet(static_cast<std::uint16_t>(snap.size()), snap), 1},
      {join({{0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 9, 0, 0}, be16(0x0800), v4}), 113},
      {join({be16(0x86dd), zeros(18), v6}), 276},
      {join({{30, 0, 0, 0}, v6}), 0},
      {join({{0, 0, 0, 2}, v4}), 108},
      {v6, 101},
      {ipv4(pattern(30), {.protocol = 132}), 228},
      {ipv6(join({{6, 4, 0, 0}, zeros(20), tcp(pattern(9))}), 51), 229},
      {ethernet(0x0800, ipv4(udp(pattern(16)), {.protocol = 17, .fragment = 0x2000})), 1},
      {ipv6(ipv6_fragment(17, 64, false, 5, pattern(11)), 44), 101},
  };
}

bool inside(Bytes part, Bytes whole) {
  if (part.empty()) return true;
  const auto* begin = whole.data();
  return std::greater_equal<>{}(part.data(), begin) && part.size() <= whole.size() &&
         static_cast<std::size_t>(part.data() - begin) <= whole.size() - part.size();
}

void expect_sound(const Decoded& out, const Octets& octets) {
  ASSERT_LT(static_cast<int>(out.outcome), static_cast<int>(Outcome::count));
  ASSERT_LE(out.vlan_count, out.vlans.size());
  ASSERT_LE(out.payload.size(), out.payload_bytes);
  if (out.fragments.empty()) {
    ASSERT_TRUE(inside(out.payload, octets));
    ASSERT_TRUE(inside(out.tcp.options, octets));
  }
  if (out.outcome >= Outcome::first_reason) {
    ASSERT_TRUE(out.payload.empty());
  }
}

TEST(DecodeCut, AtEveryOctet) {
  for (const Sample& sample : samples()) {
    SCOPED_TRACE(sample.link_type);
    const auto wire = static_cast<std::uint32_t>(sample.octets.size());
    const Decoded whole = decoded(sample.octets, sample.link_type);
    ASSERT_TRUE(whole.outcome == Outcome::transport || whole.outcome == Outcome::fragment_held);
    for (std::size_t length = 0; length < wire; ++length) {
      SCOPED_TRACE(length);
      const Octets octets(sample.octets.begin(), sample.octets.begin() + static_cast<std::ptrdiff_t>(length));
      const Decoded by_snaplen = decoded(octets, sample.link_type, wire);
      expect_sound(by_snaplen, octets);
      // The cut is told as one, never as somebody's fault.
      const bool told = by_snaplen.outcome == Outcome::cut_off_link || by_snaplen.outcome == Outcome::cut_off_ip ||
                        by_snaplen.outcome == Outcome::cut_off_transport || by_snaplen.outcome == Outcome::empty;
      ASSERT_TRUE(told || by_snaplen.outcome == whole.outcome) << name_of(by_snaplen.outcome);
      if (by_snaplen.outcome == Outcome::transport) {
        ASSERT_EQ(by_snaplen.payload_bytes, whole.payload_bytes);
        ASSERT_EQ(by_snaplen.source_port, whole.source_port);
      }
      expect_sound(decoded(octets, sample.link_type), octets);  // short on the wire too
    }
  }
}

TEST(DecodeRandom, NeverLeavesThePacket) {
  std::mt19937 engine(20240501);
  const auto random = [&engine] { return static_cast<std::uint32_t>(engine()); };
  const std::vector<Sample> all = samples();
  Decoder decoder{Limits{}};
  Decoded out;
  for (int round = 0; round < 40000; ++round) {
    Sample sample = all[random() % all.size()];
    for (unsigned flips = random() % 6; flips > 0; --flips)
      sample.octets[random() % sample.octets.size()] = static_cast<std::uint8_t>(random());
    if (random() % 4 == 0) sample.octets.resize(random() % sample.octets.size());
    capture::Packet made = packet(sample.octets, sample.link_type, random() % 3 == 0 ? random() % 200 : 0);
    made.frame = static_cast<Frame>(round) + 1;
    decoder.decode(made, out);
    ASSERT_NO_FATAL_FAILURE(expect_sound(out, sample.octets)) << round;
  }
}

}  // namespace
}  // namespace wiretale::decode
