// Link headers: each leads to the same TCP segment.
#include <gtest/gtest.h>

#include "decode/link_names.hpp"
#include "decode_expect.hpp"

namespace wiretale::decode {
namespace {

using namespace packets;

TEST(DecodeLink, Ethernet) {
  const Octets frame = ethernet(0x0800, segment4());
  expect_hello4(frame, 1);
  expect_hello6(ethernet(0x86dd, segment6()), 1);
  const Decoded out = decoded(frame);
  EXPECT_EQ(out.frame, 7U);
  EXPECT_EQ(out.time.ns, 1'000'000'000);
  EXPECT_EQ(out.link_type, 1U);
  EXPECT_EQ(out.source_mac.octets[5], 1);
  EXPECT_EQ(out.destination_mac.octets[5], 2);
}

TEST(DecodeLink, EthernetPaddingIsCut) {
  expect_hello4(ethernet(0x0800, join({segment4(), zeros(30)})), 1);
  expect_hello6(ethernet(0x86dd, join({segment6(), zeros(30)})), 1);
}

TEST(DecodeLink, VlanTags) {
  for (const std::uint16_t tpid : std::initializer_list<std::uint16_t>{0x8100, 0x88a8, 0x9100, 0x9200}) {
    const Octets frame = ethernet(tpid, vlan(100, 0x8100, vlan(4095, 0x0800, segment4())));
    expect_hello4(frame, 1);
    const Decoded out = decoded(frame);
    EXPECT_EQ(out.vlan_count, 2);
    EXPECT_EQ(out.vlans[0], 100);
    EXPECT_EQ(out.vlans[1], 4095);
  }
}

TEST(DecodeLink, MoreVlanTagsThanAreKept) {
  Octets inner = vlan(6, 0x0800, segment4());
  for (std::uint16_t id = 5; id >= 1; --id) inner = vlan(id, 0x8100, inner);
  const Octets frame = ethernet(0x88a8, inner);
  expect_hello4(frame, 1);
  const Decoded out = decoded(frame);
  EXPECT_EQ(out.vlan_count, 4);
  EXPECT_EQ(out.vlans[3], 4);
}

TEST(DecodeLink, EndlessVlanTagsReachTheLimit) {
  Octets inner = segment4();
  inner = vlan(1, 0x0800, inner);
  for (int i = 0; i < 40; ++i) inner = vlan(1, 0x8100, inner);
  EXPECT_EQ(decoded(ethernet(0x8100, inner)).outcome, Outcome::too_many_layers);
}

TEST(DecodeLink, LlcAndSnap) {
  const Octets snap = join({{0xaa, 0xaa, 3, 0, 0, 0, 8, 0}, segment4()});
  const auto length = static_cast<std::uint16_t>(snap.size());
  expect_hello4(ethernet(length, snap), 1);
  expect_hello4(ethernet(length, join({snap, zeros(9)})), 1);
  expect_hello4(ethernet(0x8100, vlan(1, length, snap)), 1);
  const Octets spanning_tree = join({{0x42, 0x42, 3}, zeros(35)});
  EXPECT_EQ(decoded(ethernet(38, spanning_tree)).outcome, Outcome::llc);
  const Octets cisco = join({{0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0}, zeros(30)});
  EXPECT_EQ(decoded(ethernet(38, cisco)).outcome, Outcome::llc);
  EXPECT_EQ(decoded(ethernet(2, zeros(40))).outcome, Outcome::cut_off_link);
}

TEST(DecodeLink, UnknownEthertypeIsTold) {
  const Octets frame = ethernet(0x88cc, zeros(40));
  EXPECT_EQ(decoded(frame).outcome, Outcome::unknown_ethertype);
  EXPECT_EQ(decoded(frame).ethertype, 0x88cc);
  EXPECT_EQ(decoded(ethernet(1501, zeros(40))).outcome, Outcome::unknown_ethertype);
}

TEST(DecodeLink, Arp) {
  const Octets frame = ethernet(0x0806, pattern(28));
  const Decoded out = decoded(frame);
  EXPECT_EQ(out.outcome, Outcome::arp);
  EXPECT_EQ(out.payload.size(), 28U);
}

Octets sll(std::uint16_t protocol, const Octets& payload, std::uint8_t address_length = 6) {
  return join({{0, 0, 0, 1, 0, address_length, 2, 0, 0, 0, 0, 9, 0, 0}, be16(protocol), payload});
}

Octets sll2(std::uint16_t protocol, const Octets& payload) {
  return join({be16(protocol), zeros(2), be32(3), {0, 1, 0, 6, 2, 0, 0, 0, 0, 9, 0, 0}, payload});
}

TEST(DecodeLink, LinuxCooked) {
  expect_hello4(sll(0x0800, segment4()), 113);
  expect_hello6(sll(0x86dd, segment6()), 113);
  expect_hello4(sll(0x8100, vlan(5, 0x0800, segment4())), 113);
  expect_hello4(sll(4, join({{0xaa, 0xaa, 3, 0, 0, 0, 8, 0}, segment4()})), 113);
  expect_hello4(sll2(0x0800, segment4()), 276);
  expect_hello6(sll2(0x86dd, segment6()), 276);
  expect_hello4(sll2(0x88a8, vlan(5, 0x0800, segment4())), 276);
  const Octets cooked = sll(0x0800, segment4());
  EXPECT_EQ(decoded(cooked, 113).source_mac.octets[5], 9);
  EXPECT_TRUE(decoded(cooked, 113).destination_mac.none());
  const Octets cooked2 = sll2(0x0800, segment4());
  EXPECT_EQ(decoded(cooked2, 276).source_mac.octets[5], 9);
  const Octets no_address = sll(0x0800, segment4(), 0);
  EXPECT_TRUE(decoded(no_address, 113).source_mac.none());
  EXPECT_EQ(decoded(sll(1, zeros(40)), 113).outcome, Outcome::llc);
  EXPECT_EQ(decoded(sll(0x000c, zeros(40)), 113).outcome, Outcome::unknown_ethertype);
}

TEST(DecodeLink, Raw) {
  for (const std::uint32_t link_type : {12U, 14U, 101U, 228U, 229U}) {
    expect_hello4(segment4(), link_type);
    expect_hello6(segment6(), link_type);
    EXPECT_EQ(decoded({0x50, 0, 0, 0}, link_type).outcome, Outcome::malformed_ip);
  }
}

TEST(DecodeLink, BsdLoopbackInEitherByteOrder) {
  for (const std::uint32_t link_type : {0U, 108U}) {
    expect_hello4(join({{2, 0, 0, 0}, segment4()}), link_type);
    expect_hello4(join({{0, 0, 0, 2}, segment4()}), link_type);
    for (const std::uint8_t family : Octets{10, 24, 28, 30}) {
      expect_hello6(join({{family, 0, 0, 0}, segment6()}), link_type);
      expect_hello6(join({{0, 0, 0, family}, segment6()}), link_type);
    }
    expect_hello4(join({{15, 0, 8, 0}, segment4()}), link_type);
    EXPECT_EQ(decoded({0, 0, 0, 7, 1, 2}, link_type).outcome, Outcome::unknown_ethertype);
  }
}

TEST(DecodeLink, NothingToRead) {
  EXPECT_EQ(decoded({}).outcome, Outcome::empty);
  EXPECT_EQ(decoded(zeros(60), 4711).outcome, Outcome::unknown_link_type);
  EXPECT_EQ(decoded(zeros(60), 4711).link_type, 4711U);
}

TEST(DecodeLink, OneDecodedIsFilledAnew) {
  Decoder decoder{Limits{}};
  Decoded out;
  const Octets full = ethernet(0x8100, vlan(9, 0x0800, segment4()));
  decoder.decode(packet(full), out);
  const Octets other = zeros(10);
  decoder.decode(packet(other, 4711), out);
  EXPECT_TRUE(out.source.none());
  EXPECT_TRUE(out.source_mac.none());
  EXPECT_TRUE(out.payload.empty());
  EXPECT_EQ(out.payload_bytes, 0U);
  EXPECT_EQ(out.vlan_count, 0);
  EXPECT_EQ(out.source_port, 0);
  EXPECT_EQ(out.transport, Transport::none);
  EXPECT_EQ(out.tcp.seq, 0U);
}

TEST(DecodeLink, Names) {
  EXPECT_EQ(link_type_name(1), "ETHERNET");
  EXPECT_EQ(link_type_name(0), "NULL");
  EXPECT_EQ(link_type_name(276), "LINUX_SLL2");
  EXPECT_EQ(link_type_name(4711), "LINKTYPE 4711");
}

TEST(DecodeLink, EveryOutcomeHasItsWord) {
  for (int i = 0; i < static_cast<int>(Outcome::count); ++i)
    EXPECT_NE(name_of(static_cast<Outcome>(i)), "unknown") << i;
}

}  // namespace
}  // namespace wiretale::decode
