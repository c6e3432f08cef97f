// Links beyond Ethernet and Linux cooked: PPP and its kin, headers of capturing, old networks.
#include "decode/link_names.hpp"
#include "decode_expect.hpp"

namespace wiretale::decode {
namespace {

using namespace packets;

Octets le16(std::uint32_t value) { return {static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8)}; }
Octets le32(std::uint32_t value) { return join({le16(value), le16(value >> 16)}); }

void expect_outcome(Outcome outcome, const Octets& octets, std::uint32_t link_type) {
  SCOPED_TRACE(link_type);
  EXPECT_EQ(name_of(decoded(octets, link_type).outcome), name_of(outcome));
}

TEST(DecodePpp, WithAndWithoutAddressAndControl) {
  for (const std::uint32_t link_type : {9U, 50U}) {
    expect_hello4(join({{0xff, 3, 0, 0x21}, segment4()}), link_type);
    expect_hello6(join({{0xff, 3, 0, 0x57}, segment6()}), link_type);
    expect_hello4(join({{0, 0x21}, segment4()}), link_type);
    expect_hello4(join({{0x21}, segment4()}), link_type);
    expect_hello6(join({{0xff, 3, 0x57}, segment6()}), link_type);
    expect_hello4(join({{0x0f, 0, 8, 0}, segment4()}), link_type);
    expect_hello6(join({{0x8f, 0, 0x86, 0xdd}, segment6()}), link_type);
    expect_cut_told(join({{0xff, 3, 0, 0x21}, segment4()}), link_type, 44);
    expect_outcome(Outcome::ppp_control, join({{0xff, 3, 0xc0, 0x21}, zeros(20)}), link_type);
    expect_outcome(Outcome::ppp_control, join({{0x80, 0x21}, zeros(20)}), link_type);
    expect_outcome(Outcome::unknown_ppp_protocol, join({{0xff, 3, 0, 0x2b}, zeros(20)}), link_type);
  }
}

TEST(DecodePpp, BehindADirection) {
  for (const std::uint32_t link_type : {166U, 204U}) {
    expect_hello4(join({{0, 0xff, 3, 0, 0x21}, segment4()}), link_type);
    expect_hello4(join({{1, 0x21}, segment4()}), link_type);
  }
  expect_hello4(join({{1, 0x0f, 0, 8, 0}, segment4()}), 205);
  expect_hello4(join({{0, 0x18, 0x41, 3, 0xcc}, segment4()}), 206);
}

TEST(DecodePpp, OverEthernet) {
  const Octets session = join({{0x11, 0, 0x12, 0x34}, be16(47), {0, 0x21}, segment4()});
  expect_hello4(ethernet(0x8864, session));
  expect_hello4(ethernet(0x8864, join({session, zeros(5)})));
  expect_hello4(session, 51);
  expect_hello4(ethernet(0x8100, vlan(7, 0x8864, session)));
  expect_cut_told(session, 51, 40);
  expect_outcome(Outcome::pppoe_discovery, ethernet(0x8863, join({{0x11, 9, 0, 0}, be16(0)})), 1);
  expect_outcome(Outcome::ppp_control, ethernet(0x8864, {0x11, 0, 0, 1, 0, 6, 0xc0, 0x21, 9, 1, 0, 4}), 1);
}

TEST(DecodeHdlc, Cisco) {
  expect_hello4(join({{0x0f, 0, 8, 0}, segment4()}), 104);
  expect_hello6(join({{0x8f, 0, 0x86, 0xdd}, segment6()}), 104);
  expect_cut_told(join({{0x0f, 0, 8, 0}, segment4()}), 104, 44);
  expect_outcome(Outcome::unknown_ethertype, join({{0x8f, 0, 0x80, 0x35}, zeros(18)}), 104);
  expect_outcome(Outcome::unknown_ethertype, join({{0x0f, 0, 0xfe, 0xfe}, zeros(18)}), 104);
}

TEST(DecodeFrameRelay, AddressesAndProtocols) {
  expect_hello4(join({{0x18, 0x41, 3, 0xcc}, segment4()}), 107);
  expect_hello4(join({{0x18, 0x41, 3, 0, 0xcc}, segment4()}), 107);
  expect_hello6(join({{0x18, 0x40, 0x40, 0x01, 3, 0x8e}, segment6()}), 107);
  expect_hello4(join({{0x18, 0x41, 3, 0, 0x80, 0, 0, 0, 8, 0}, segment4()}), 107);
  expect_hello6(join({{0x48, 0xe1, 0x86, 0xdd}, segment6()}), 107);
  expect_hello4(join({{0x18, 0x41, 3, 0, 0x80, 0, 0x80, 0xc2, 0, 7}, ethernet(0x0800, segment4())}), 107);
  expect_hello4(join({{0x18, 0x41, 3, 0xcf, 0, 0x21}, segment4()}), 107);
  expect_cut_told(join({{0x18, 0x41, 3, 0xcc}, segment4()}), 107, 44);
  expect_outcome(Outcome::unknown_ethertype, {0x18, 0x40, 0x40, 0x40, 0x40, 1}, 107);
  expect_outcome(Outcome::unknown_ethertype, {0x18, 0x41, 3, 8, 0}, 107);
}

TEST(DecodeLlc, IpWithoutSnap) {
  const auto frame = [](const Octets& llc) { return ethernet(static_cast<std::uint16_t>(llc.size()), llc); };
  expect_hello4(frame(join({{6, 6, 3}, segment4()})));
  expect_hello4(frame(join({{0xfe, 0xfe, 3, 0xcc}, segment4()})));
  expect_hello6(frame(join({{0xfe, 0xfe, 3, 0x8e}, segment6()})));
  expect_hello4(frame(join({{0xaa, 0xaa, 3, 0, 0, 0xf8, 8, 0}, segment4()})));
  expect_outcome(Outcome::llc, frame(join({{0xfe, 0xfe, 3, 0x83}, zeros(40)})), 1);
  expect_outcome(Outcome::llc, frame(join({{0xaa, 0xaa, 3, 0, 0, 0, 0, 7}, zeros(40)})), 1);
}

Octets snap4() { return join({{0xaa, 0xaa, 3, 0, 0, 0, 8, 0}, segment4()}); }

/// An 802.11 data frame; addresses end in 1, 2, 3 (and 4).
Octets wlan(std::uint8_t subtype, std::uint8_t flags, const Octets& rest) {
  return join({{static_cast<std::uint8_t>(8 | subtype << 4), flags, 0, 0},
               {2, 0, 0, 0, 0, 1},
               {2, 0, 0, 0, 0, 2},
               {2, 0, 0, 0, 0, 3},
               {0x10, 0},
               (flags & 3) == 3 ? Octets{2, 0, 0, 0, 0, 4} : Octets{},
               rest});
}

TEST(DecodeWlan, DataInClear) {
  struct Way {
    std::uint8_t flags, source, destination;
  };
  for (const Way way : {Way{0, 2, 1}, Way{1, 2, 3}, Way{2, 3, 1}, Way{3, 4, 3}}) {
    const Octets frame = wlan(0, way.flags, snap4());
    expect_hello4(frame, 105);
    EXPECT_EQ(decoded(frame, 105).source_mac.octets[5], way.source);
    EXPECT_EQ(decoded(frame, 105).destination_mac.octets[5], way.destination);
    expect_cut_told(frame, 105, 60);
  }
  expect_hello4(wlan(8, 1, join({{0, 0}, snap4()})), 105);
  expect_hello4(wlan(8, 0x82, join({{0, 0, 1, 2, 3, 4}, snap4()})), 105);
}

TEST(DecodeWlan, FirstOfAnAggregate) {
  const Octets unit = snap4();
  const Octets frame = wlan(
      8, 2,
      join({{0x80, 0}, {2, 0, 0, 0, 0, 8}, {2, 0, 0, 0, 0, 9}, be16(std::uint32_t(unit.size())), unit, zeros(40)}));
  expect_hello4(frame, 105);
  EXPECT_EQ(decoded(frame, 105).source_mac.octets[5], 9);
}

TEST(DecodeWlan, EverythingElseHasItsReason) {
  expect_outcome(Outcome::wlan_management, join({{0x80, 0}, zeros(40)}), 105);
  expect_outcome(Outcome::wlan_control, join({{0xd4, 0}, zeros(8)}), 105);
  expect_outcome(Outcome::wlan_no_data, wlan(4, 1, {}), 105);
  expect_outcome(Outcome::wlan_no_data, wlan(12, 1, {0, 0}), 105);
  expect_outcome(Outcome::wlan_encrypted, wlan(8, 0x41, join({{0, 0}, zeros(40)})), 105);
  expect_outcome(Outcome::wlan_fragment, wlan(0, 5, snap4()), 105);
  Octets second = wlan(0, 1, snap4());
  second[22] = 0x11;
  expect_outcome(Outcome::wlan_fragment, second, 105);
  expect_outcome(Outcome::unknown_ethertype, join({{0x0c, 0}, zeros(40)}), 105);
}

Octets radiotap(const Octets& present, const Octets& fields, const Octets& frame) {
  return join({{0, 0}, le16(std::uint32_t(4 + present.size() + fields.size())), present, fields, frame});
}

TEST(DecodeWlan, BehindRadiotap) {
  const Octets frame = wlan(0, 1, snap4());
  expect_hello4(radiotap(le32(0), {}, frame), 127);
  expect_hello4(radiotap(le32(2), {0x10}, join({frame, {1, 2, 3, 4}})), 127);
  expect_hello4(radiotap(le32(3), join({zeros(8), {0}}), frame), 127);
  // Two words of flags; then the time stamp is aligned to eight octets.
  expect_hello4(
      radiotap(join({le32(0x80000003), le32(0)}), join({zeros(4), zeros(8), {0x10}}), join({frame, zeros(4)})), 127);
  // A header padded to four octets, as 26 octets of a QoS frame are.
  expect_hello4(radiotap(le32(2), {0x20}, wlan(8, 1, join({{0, 0}, zeros(2), snap4()}))), 127);
  expect_cut_told(radiotap(le32(3), join({zeros(8), {0}}), frame), 127, 60);
  expect_outcome(Outcome::cut_off_link, join({{0, 0}, le16(4), le32(0), frame}), 127);
}

TEST(DecodeWlan, BehindPrismAvsAndPpi) {
  const Octets frame = wlan(0, 1, snap4());
  const Octets avs = join({be32(0x80211001), be32(64), zeros(56), frame});
  expect_hello4(join({{0, 0, 0, 0x44}, zeros(140), frame}), 119);
  expect_hello4(avs, 119);
  expect_hello4(avs, 163);
  expect_cut_told(avs, 163, 100);
  expect_outcome(Outcome::cut_off_link, join({be32(0x80211001), be32(4), frame}), 163);
  expect_hello4(join({{0, 0}, le16(8), le32(1), ethernet(0x0800, segment4())}), 192);
  const Octets common = join({le16(2), le16(20), zeros(8), le16(1), zeros(10)});
  expect_hello4(join({{0, 0}, le16(32), le32(105), common, frame, zeros(4)}), 192);
  expect_outcome(Outcome::no_packet_inside, join({{0, 0}, le16(8), le32(4711), frame}), 192);
}

TEST(DecodeEnvelope, Nflog) {
  const Octets packet = segment4();
  const auto size = static_cast<std::uint32_t>(packet.size() + 4);
  expect_hello4(join({{2, 0, 0, 7}, le16(5), le16(10), {0}, zeros(3), le16(size), le16(9), packet}), 239);
  expect_hello4(join({{2, 0, 0, 7}, be16(8), be16(1), zeros(4), be16(size), be16(9), packet}), 239);
  expect_hello6(join({{10, 0, 0, 7}, le16(std::uint32_t(segment6().size() + 4)), le16(9), segment6()}), 239);
  expect_outcome(Outcome::no_packet_inside, join({{2, 0, 0, 7}, le16(5), le16(10), {0}, zeros(3)}), 239);
  expect_outcome(Outcome::no_packet_inside, join({{2, 0, 0, 7}, zeros(40)}), 239);
  expect_outcome(Outcome::unknown_ethertype, join({{7, 0, 0, 7}, le16(size), le16(9), packet}), 239);
}

TEST(DecodeEnvelope, PflogAndEnc) {
  expect_hello4(join({{61, 2}, zeros(62), segment4()}), 117);
  expect_hello6(join({{100, 24}, zeros(98), segment6()}), 117);
  expect_cut_told(join({{61, 2}, zeros(62), segment4()}), 117, 100);
  expect_hello4(join({le32(2), zeros(8), segment4()}), 109);
  expect_hello6(join({be32(24), zeros(8), segment6()}), 109);
}

TEST(DecodeEnvelope, Pktap) {
  const Octets inner = ethernet(0x0800, segment4());
  const Octets header = join({le32(108), le32(1), le32(1), zeros(96)});
  expect_hello4(join({header, inner}), 258);
  expect_hello4(join({header, inner}), 149);
  expect_cut_told(join({header, inner}), 258, 140);
  expect_outcome(Outcome::no_packet_inside, join({le32(108), le32(1), le32(4711), zeros(96), inner}), 258);
  expect_outcome(Outcome::unknown_link_type, join({le32(20), le32(1), le32(1), zeros(96)}), 149);
}

TEST(DecodeOldNetworks, FddiArcnetFibreChannel) {
  expect_hello4(join({{0x50}, zeros(12), snap4()}), 10);
  expect_outcome(Outcome::llc, join({{0x41}, zeros(40)}), 10);
  expect_hello4(join({{1, 2, 0xf0}, segment4()}), 7);
  expect_hello4(join({{1, 2, 0xd4, 0, 0, 1}, segment4()}), 7);
  expect_hello4(join({{1, 2, 9, 9, 0xf0}, segment4()}), 129);
  expect_hello6(join({{1, 2, 9, 9, 0xc4, 0, 0, 1}, segment6()}), 129);
  expect_hello4(join({{1, 2, 9, 9, 0xd4, 0xff, 0xff, 0xff, 0xd4, 0, 0, 1}, segment4()}), 129);
  expect_outcome(Outcome::arp, join({{1, 2, 0xf1}, zeros(20)}), 7);
  expect_outcome(Outcome::unknown_ethertype, join({{1, 2, 0xd4, 3, 0, 1}, segment4()}), 7);
  expect_hello4(join({zeros(16), snap4()}), 122);
}

TEST(DecodeOldNetworks, Others) {
  expect_hello4(join({{1, 2}, zeros(22), segment4()}), 226);
  expect_hello6(join({{1, 26}, zeros(22), segment6()}), 226);
  expect_hello4(join({zeros(40), {8, 0, 0, 0}, segment4()}), 242);
  expect_hello4(join({zeros(12), {0xc0, 0x0a, 0, 0}, {8, 0}, segment4()}), 284);
  expect_hello4(join({zeros(12), {0xda, 0xda, 0, 0}, {0xc0, 0x0a, 0, 0}, {8, 0}, segment4()}), 285);
  expect_hello4(join({{0x4d, 0x47, 0x43, 0}, ethernet(0x0800, segment4())}), 178);
  expect_hello4(join({{0x4d, 0x47, 0x43, 0x80, 0, 3, 1, 2, 3}, ethernet(0x0800, segment4())}), 178);
  expect_outcome(Outcome::no_packet_inside, zeros(60), 178);
}

TEST(DecodeLinkNames, OfLinksThatAreRead) {
  EXPECT_EQ(link_type_name(117), "PFLOG");
  EXPECT_EQ(link_type_name(129), "ARCNET_LINUX");
  EXPECT_EQ(link_type_name(178), "JUNIPER_ETHER");
  EXPECT_EQ(link_type_name(285), "DSA_TAG_EDSA");
}

TEST(DecodeLinkNames, OfEthertypes) {
  EXPECT_EQ(ethertype_name(0x88cc), "lldp");
  EXPECT_EQ(ethertype_name(0x888e), "eapol");
  EXPECT_EQ(ethertype_name(0x0bad), "0x0bad");
}

}  // namespace
}  // namespace wiretale::decode
