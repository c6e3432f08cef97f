// Tunnels and tags: each leads to the same TCP segment, and is told in the packet's path.
#include <algorithm>

#include "decode_expect.hpp"

namespace wiretale::decode {
namespace {

using namespace packets;

/// A decoded packet with its path: `decoded()` lets the decoder go, which owns it.
struct Told {
  explicit Told(Octets all, std::uint32_t link_type = 1, std::uint32_t wire_bytes = 0) : octets(std::move(all)) {
    decoder.decode(packet(octets, link_type, wire_bytes), out);
    if (out.path != nullptr) path = *out.path;
  }
  /// `kind id=… label=… source>destination`, the outermost first.
  [[nodiscard]] std::string way() const {
    std::string all;
    for (const Tunnel& tunnel : path.tunnels) {
      if (!all.empty()) all += ", ";
      all += name_of(tunnel.kind);
      if (tunnel.id) all += " id=" + std::to_string(*tunnel.id);
      if (tunnel.label) all += " label=" + std::to_string(*tunnel.label);
      if (!tunnel.source.none()) all += " " + to_string(tunnel.source) + ">" + to_string(tunnel.destination);
    }
    return all;
  }

  Octets octets;
  Decoder decoder{Limits{}};
  Decoded out;
  Path path;
};

/// IPv4 from 192.0.2.`from` to 192.0.2.`to`.
Octets outer4(std::uint8_t protocol, const Octets& payload, std::uint8_t from = 1, std::uint8_t to = 2) {
  Octets octets = ipv4(payload, {.protocol = protocol});
  for (const std::size_t at : {12U, 16U}) {
    octets[at] = 192;
    octets[at + 1] = 0;
    octets[at + 2] = 2;
    octets[at + 3] = at == 12 ? from : to;
  }
  return octets;
}

Octets outer_udp(std::uint16_t port, const Octets& payload) {
  return outer4(
      17, join({be16(50000), be16(port), be16(static_cast<std::uint32_t>(payload.size() + 8)), be16(0), payload}));
}

constexpr auto ends = " 192.0.2.1>192.0.2.2";

void expect_way(const Octets& packet, const std::string& way, bool v6 = false) {
  SCOPED_TRACE(way);
  const Octets frame = ethernet(0x0800, packet);
  const Told told(frame);
  expect_hello(told.out);
  EXPECT_EQ(to_string(told.out.source), v6 ? "2001:db8::1" : "10.0.0.1");
  EXPECT_EQ(told.way(), way);
}

/// The datagram or packet stays what it is: a session between the outer ends.
void expect_outer(const Octets& packet, std::uint8_t protocol) {
  const Told told(ethernet(0x0800, packet));
  EXPECT_EQ(name_of(told.out.outcome), "transport");
  EXPECT_EQ(told.out.protocol, protocol);
  EXPECT_EQ(to_string(told.out.source), "192.0.2.1");
  EXPECT_TRUE(told.path.tunnels.empty()) << told.way();
  EXPECT_EQ(told.out.path, nullptr);
  EXPECT_EQ(told.out.source_mac.octets[5], 1);
  EXPECT_EQ(told.out.payload_bytes, packet.size() - (protocol == 17 ? 28 : 20));
}

TEST(DecodeTags, Mpls) {
  const Octets labels = {0x00, 0x01, 0x00, 0x40, 0x12, 0x34, 0x51, 0xff};
  for (const std::uint16_t ethertype : std::initializer_list<std::uint16_t>{0x8847, 0x8848}) {
    const Told told(ethernet(ethertype, join({labels, segment4()})));
    expect_hello(told.out);
    EXPECT_EQ(told.way(), "mpls label=16, mpls label=74565");
    EXPECT_TRUE(told.path.key.empty());
    EXPECT_EQ(told.out.source_mac.octets[5], 1);
  }
  expect_hello6(ethernet(0x8847, join({labels, segment6()})));
  expect_hello4(ethernet(0x8100, vlan(5, 0x8847, join({labels, segment4()}))));
  expect_hello4(join({{0xff, 3, 2, 0x81}, labels, segment4()}), 9);
}

TEST(DecodeTags, PseudowireWithAndWithoutControlWord) {
  const Octets label = {0x00, 0x01, 0x01, 0x40};
  const Octets frame = ethernet(0x0800, segment4());
  Octets zero_mac = frame;
  std::fill_n(zero_mac.begin(), 6, std::uint8_t{0});
  Octets like_ip = frame;
  like_ip[0] = 0x45;
  expect_hello4(ethernet(0x8847, join({label, zeros(4), frame})));
  expect_hello4(ethernet(0x8847, join({label, frame})));
  expect_hello4(ethernet(0x8847, join({label, zero_mac})));
  expect_hello4(ethernet(0x8847, join({label, like_ip})));
  const Octets spanning_tree = join({zeros(12), be16(38), {0x42, 0x42, 3}, zeros(35)});
  EXPECT_EQ(decoded(ethernet(0x8847, join({label, zeros(4), spanning_tree}))).outcome, Outcome::llc);
  EXPECT_EQ(decoded(ethernet(0x8847, join({label, {0x10, 0, 0, 7}, zeros(40)}))).outcome,
            Outcome::unknown_mpls_payload);
}

TEST(DecodeTags, BackboneBridgesAndSwitches) {
  const Octets frame = ethernet(0x0800, segment4());
  const Told pbb(ethernet(0x88a8, vlan(9, 0x88e7, join({be32(0x40012345), frame}))));
  expect_hello(pbb.out);
  EXPECT_EQ(pbb.way(), "pbb id=74565");
  expect_hello4(ethernet(0x8926, join({be32(1), be16(0x0800), segment4()})));
  expect_hello4(ethernet(0x893f, join({zeros(6), be16(0x0800), segment4()})));
  expect_hello4(ethernet(0x8909, join({{1, 1, 0, 1, 0, 9}, be16(0x0800), segment4()})));
  expect_hello4(ethernet(0x8903, join({be16(0x0420), frame})));
  expect_hello4(ethernet(0x88e5, join({{0, 0}, be32(7), be16(0x0800), segment4(), zeros(16)})));
  expect_hello4(ethernet(0x88e5, join({{0x20, 0}, be32(7), zeros(8), be16(0x0800), segment4(), zeros(16)})));
  EXPECT_EQ(decoded(ethernet(0x88e5, join({{0x2c, 0}, zeros(60)}))).outcome, Outcome::macsec_encrypted);
  expect_hello4(ethernet(0x894f, join({{0, 2, 2, 3}, be32(0x000100ff), frame})));
  expect_hello4(ethernet(0x894f, join({{0, 6, 1, 1}, be32(0x000100ff), zeros(16), segment4()})));
}

TEST(DecodeTags, PppoeSessionIsTold) {
  const Told told(ethernet(0x8864, join({{0x11, 0, 0x12, 0x34}, be16(47), {0, 0x21}, segment4()})));
  EXPECT_EQ(told.way(), "pppoe id=4660");
  EXPECT_TRUE(told.path.key.empty());
}

TEST(DecodeIpTunnels, IpInIp) {
  expect_way(outer4(4, segment4()), std::string("4in4") + ends);
  expect_way(outer4(41, segment6()), std::string("6in4") + ends, true);
  const Told in6(ethernet(0x86dd, ipv6(segment4(), 4)));
  expect_hello(in6.out);
  EXPECT_EQ(in6.way(), "4in6 2001:db8::1>2001:db8::2");
  EXPECT_EQ(in6.out.ip_bytes, 45U);
  EXPECT_EQ(in6.out.ttl, 64);
  EXPECT_TRUE(in6.out.source_mac.none());
  EXPECT_EQ(Told(ethernet(0x86dd, ipv6(segment6(), 41))).way(), "6in6 2001:db8::1>2001:db8::2");
  expect_outer(outer4(4, zeros(20)), 4);
  expect_outer(outer4(41, {}), 41);
}

TEST(DecodeIpTunnels, EndsOf6to4DontCount) {
  Octets inner = segment6();
  inner[8] = 0x20;
  inner[9] = 0x02;
  const Told told(ethernet(0x0800, outer4(41, inner)));
  EXPECT_EQ(told.way(), "6in4");
  EXPECT_TRUE(told.path.key.empty());
}

TEST(DecodeIpTunnels, Gre) {
  const Octets frame = ethernet(0x0800, segment4());
  expect_way(outer4(47, join({{0, 0, 8, 0}, segment4()})), std::string("gre") + ends);
  expect_way(outer4(47, join({{0, 0, 0x86, 0xdd}, segment6()})), std::string("gre") + ends, true);
  expect_way(outer4(47, join({{0xb0, 0, 8, 0}, be32(0), be32(77), be32(1), segment4()})),
             std::string("gre id=77") + ends);
  expect_way(outer4(47, join({{0, 0, 0x65, 0x58}, frame})), std::string("gre") + ends);
  expect_way(outer4(47, join({{0x40, 0, 8, 0}, be32(0), be16(0x0800), {0, 4}, be32(1), be32(0), segment4()})),
             std::string("gre") + ends);
  expect_way(outer4(47, join({{0, 0, 0x88, 0x3e}, segment4()})), std::string("gre") + ends);
  expect_way(outer4(47, join({{0, 0, 0x88, 0x3e}, zeros(4), segment4()})), std::string("gre") + ends);
  expect_way(outer4(47, join({{0, 0, 0x88, 0x47, 0, 1, 1, 0x40}, segment4()})),
             std::string("gre") + ends + ", mpls label=16");
  expect_outer(outer4(47, {0, 0, 0, 0}), 47);
  expect_outer(outer4(47, join({{0, 0, 0x88, 0xcc}, zeros(40)})), 47);
  expect_outer(outer4(47, {0, 0}), 47);
  expect_outer(outer4(47, join({{0, 5, 8, 0}, segment4()})), 47);
}

TEST(DecodeIpTunnels, PptpGre) {
  const Octets ppp = join({{0xff, 3, 0, 0x21}, segment4()});
  const auto length = be16(static_cast<std::uint32_t>(ppp.size()));
  expect_way(outer4(47, join({{0x30, 1, 0x88, 0x0b}, length, be16(513), be32(9), ppp})),
             std::string("pptp label=513") + ends);
  expect_way(outer4(47, join({{0x30, 0x81, 0x88, 0x0b}, length, be16(513), be32(9), be32(8), ppp, zeros(6)})),
             std::string("pptp label=513") + ends);
  expect_outer(outer4(47, join({{0x20, 0x81, 0x88, 0x0b}, be16(0), be16(513), be32(8)})), 47);
  expect_outer(outer4(47, join({{0x30, 1, 0x88, 0x0b}, be16(6), be16(513), be32(9), {0xc0, 0x21, 9, 1, 0, 4}})), 47);
}

TEST(DecodeIpTunnels, Erspan) {
  const Octets frame = ethernet(0x8100, vlan(20, 0x0800, segment4()));
  expect_way(outer4(47, join({{0, 0, 0x88, 0xbe}, frame})), std::string("erspan") + ends);
  expect_way(outer4(47, join({{0x10, 0, 0x88, 0xbe}, be32(1), be16(0x1014), be16(0x0065), be32(3), frame})),
             std::string("erspan id=101") + ends);
  expect_way(outer4(47, join({{0x10, 0, 0x22, 0xeb}, be32(1), be16(0x2014), be16(0x0065), be32(3), be32(0), frame})),
             std::string("erspan id=101") + ends);
  expect_way(
      outer4(47, join({{0x10, 0, 0x22, 0xeb}, be32(1), be16(0x2014), be16(0x0065), be32(3), be32(1), zeros(8), frame})),
      std::string("erspan id=101") + ends);
  const Told told(ethernet(0x0800, outer4(47, join({{0, 0, 0x88, 0xbe}, frame}))));
  EXPECT_EQ(told.out.vlan_count, 1);
  EXPECT_EQ(told.out.vlans[0], 20);
  EXPECT_EQ(told.out.source_mac.octets[5], 1);
}

TEST(DecodeIpTunnels, Others) {
  const Octets frame = ethernet(0x0800, segment4());
  expect_way(outer4(97, join({{0x30, 0}, frame})), std::string("etherip") + ends);
  expect_way(outer4(143, frame), std::string("ethernet_in_ip") + ends);
  expect_way(outer4(137, join({{0, 1, 1, 0x40}, segment4()})), std::string("mpls_in_ip") + ends + ", mpls label=16");
  expect_way(outer4(103, join({{0x21, 0}, zeros(6), segment4()})), std::string("pim") + ends);
  expect_outer(outer4(97, join({{0x40, 0}, frame})), 97);
  expect_outer(outer4(103, join({{0x20, 0}, zeros(30)})), 103);
}

TEST(DecodeIpTunnels, AhIsToldAndMakesNoOtherSession) {
  const Told told(
      ethernet(0x0800, ipv4(join({{6, 4}, zeros(2), be32(0x1001), zeros(16), tcp(text("hello"))}), {.protocol = 51})));
  expect_hello(told.out);
  EXPECT_EQ(told.way(), "ah label=4097");
  EXPECT_TRUE(told.path.key.empty());
}

Octets esp(std::uint8_t next, const Octets& body, std::size_t check) {
  Octets padded = body;
  std::uint8_t pad = 0;
  while ((padded.size() + 2) % 4 != 0) padded.push_back(++pad);
  return join({be32(0x2002), be32(1), padded, {pad, next}, pattern(check)});
}

/// An IPv4 header with its checksum.
Octets summed(Octets octets) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < 20; i += 2) sum += static_cast<std::uint32_t>(octets[i] << 8 | octets[i + 1]);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  octets[10] = static_cast<std::uint8_t>(~sum >> 8);
  octets[11] = static_cast<std::uint8_t>(~sum);
  return octets;
}

TEST(DecodeEsp, WithoutEncryption) {
  for (const std::size_t check : {12U, 16U, 32U}) {
    expect_way(outer4(50, esp(4, summed(segment4()), check)), std::string("esp_null label=8194") + ends);
    expect_way(outer4(50, esp(41, segment6(), check)), std::string("esp_null label=8194") + ends, true);
    expect_outer(outer4(50, esp(4, segment4(), check)), 50);  // its checksum is wrong
  }
  expect_way(outer_udp(4500, esp(4, summed(segment4()), 16)), std::string("esp_null label=8194") + ends);
  expect_outer(outer4(50, pattern(80)), 50);
  expect_outer(outer_udp(4500, pattern(80)), 17);
  expect_outer(outer4(50, {}), 50);
}

TEST(DecodeEsp, TransportModeNeedsItsChecksum) {
  // UDP from 10.0.0.1 to 10.0.0.2; the checksum was worked out by hand: 0xffff - (0x0a00 + 0x0001 + 0x0a00 + 0x0002 +
  // 17 + 12 + 0x1389 + 0x3039 + 12 + 0x6869 + 0x2121).
  Octets datagram = join({be16(5001), be16(12345), be16(12), be16(0), text("hi!!")});
  std::uint32_t sum = 0x0a00 + 0x0001 + 0x0a00 + 0x0002 + 17 + 12 + 5001 + 12345 + 12 + 0x6869 + 0x2121;
  sum = (sum & 0xffff) + (sum >> 16);
  datagram[6] = static_cast<std::uint8_t>(~sum >> 8);
  datagram[7] = static_cast<std::uint8_t>(~sum);
  const Told told(ethernet(0x0800, ipv4(esp(17, datagram, 12), {.protocol = 50})));
  EXPECT_EQ(told.out.transport, Transport::udp);
  EXPECT_EQ(payload_text(told.out), "hi!!");
  EXPECT_EQ(told.way(), "esp_null label=8194");
  EXPECT_TRUE(told.path.key.empty());
  datagram[8] ^= 1;
  EXPECT_EQ(Told(ethernet(0x0800, ipv4(esp(17, datagram, 12), {.protocol = 50}))).out.transport, Transport::other);
}

TEST(DecodeUdpTunnels, Vxlan) {
  const Octets frame = ethernet(0x0800, segment4());
  expect_way(outer_udp(4789, join({{8, 0, 0, 0, 0, 1, 2, 0}, frame})), std::string("vxlan id=258") + ends);
  expect_way(outer_udp(8472, join({{8, 0, 0, 0, 0, 1, 2, 0}, frame})), std::string("vxlan id=258") + ends);
  expect_way(outer_udp(4790, join({{0x0c, 0, 0, 1, 0, 1, 2, 0}, segment4()})), std::string("vxlan_gpe id=258") + ends);
  expect_way(outer_udp(4790, join({{0x0c, 0, 0, 2, 0, 1, 2, 0}, segment6()})), std::string("vxlan_gpe id=258") + ends,
             true);
  expect_way(outer_udp(4790, join({{0x0c, 0, 0, 4, 0, 1, 2, 0}, {0, 2, 2, 3}, be32(1), frame})),
             std::string("vxlan_gpe id=258") + ends);
  expect_outer(outer_udp(4789, join({{0, 0, 0, 0, 0, 1, 2, 0}, frame})), 17);
  expect_outer(outer_udp(4789, join({{8, 0, 0, 0, 0, 1, 2, 3}, frame})), 17);
  expect_outer(outer_udp(4789, join({{8, 0, 0, 0, 0, 1, 2, 0}, zeros(40)})), 17);
  expect_outer(outer_udp(4789, {}), 17);
  expect_outer(outer_udp(4790, join({{0x0c, 0, 0, 9, 0, 1, 2, 0}, segment4()})), 17);
}

TEST(DecodeUdpTunnels, Geneve) {
  const Octets frame = ethernet(0x0800, segment4());
  expect_way(outer_udp(6081, join({{0, 0, 0x65, 0x58, 0, 0, 9, 0}, frame})), std::string("geneve id=9") + ends);
  expect_way(outer_udp(6081, join({{2, 0, 8, 0, 0, 0, 9, 0}, zeros(8), segment4()})),
             std::string("geneve id=9") + ends);
  expect_outer(outer_udp(6081, join({{0x40, 0, 0x65, 0x58, 0, 0, 9, 0}, frame})), 17);
  expect_outer(outer_udp(6081, join({{0x3f, 0, 0x65, 0x58, 0, 0, 9, 0}, frame})), 17);
}

TEST(DecodeUdpTunnels, GtpU) {
  expect_way(outer_udp(2152, join({{0x30, 255, 0, 45}, be32(0xabcd), segment4()})),
             std::string("gtp_u label=43981") + ends);
  expect_way(outer_udp(2152, join({{0x32, 255, 0, 49}, be32(5), {0, 1, 0, 0}, segment4()})),
             std::string("gtp_u label=5") + ends);
  expect_way(outer_udp(2152, join({{0x34, 255, 0, 53}, be32(5), {0, 0, 0, 0x85}, {1, 0x10, 9, 0}, segment6()})),
             std::string("gtp_u label=5") + ends, true);
  expect_outer(outer_udp(2152, join({{0x32, 1, 0, 4}, be32(0), {0, 1, 0, 0}})), 17);  // an echo request
  expect_outer(outer_udp(2152, join({{0x30, 255, 0, 45}, be32(5), zeros(45)})), 17);
  expect_outer(outer_udp(2152, join({{0x34, 255, 0, 53}, be32(5), {0, 0, 0, 0x85}, {0, 0, 0, 0}, segment4()})), 17);
  const Told told(ethernet(0x0800, outer_udp(2152, join({{0x30, 255, 0, 45}, be32(5), segment4()}))));
  ASSERT_EQ(told.path.tunnels.size(), 1U);
  EXPECT_EQ(told.path.tunnels[0].source_port, 50000);
  EXPECT_EQ(told.path.tunnels[0].destination_port, 2152);
}

TEST(DecodeUdpTunnels, Teredo) {
  expect_way(outer_udp(3544, segment6()), "teredo", true);
  expect_way(outer_udp(3544, join({{0, 0, 1, 2, 3, 4, 5, 6}, segment6()})), "teredo", true);
  expect_way(outer_udp(3544, join({{0, 1, 2, 3}, zeros(5 + 9), {0, 0, 1, 2, 3, 4, 5, 6}, segment6()})), "teredo", true);
  expect_outer(outer_udp(3544, segment4()), 17);
}

TEST(DecodeUdpTunnels, L2tp) {
  const Octets ppp = join({{0xff, 3, 0, 0x21}, segment4()});
  expect_way(outer_udp(1701, join({{0, 2}, be16(1), be16(2), ppp})), std::string("l2tp label=65538") + ends);
  expect_way(outer_udp(1701, join({{0x4a, 2}, be16(63), be16(1), be16(2), be32(0), be16(3), zeros(3), ppp})),
             std::string("l2tp label=65538") + ends);
  expect_outer(outer_udp(1701, join({{0xc8, 2}, be16(12), zeros(8)})), 17);
  expect_outer(outer_udp(1701, join({{0, 3}, be16(1), be16(2), ppp})), 17);
}

TEST(DecodeUdpTunnels, Others) {
  const Octets frame = ethernet(0x0800, segment4());
  expect_way(outer_udp(4341, join({{0xc0, 0, 0, 1, 0, 0, 0, 1}, segment4()})), std::string("lisp") + ends);
  expect_way(outer_udp(4341, join({{0x08, 0, 0, 0, 0, 0, 7, 1}, segment6()})), std::string("lisp id=7") + ends, true);
  expect_way(outer_udp(4342, join({{0x80, 0, 0, 0}, segment4()})), std::string("lisp") + ends);
  expect_outer(outer_udp(4342, join({{0x30, 0, 0, 1}, zeros(30)})), 17);
  expect_way(outer_udp(5072, join({{0x41, 0x52, 0x11, 41}, be32(1), zeros(16 + 20), segment6()})),
             std::string("ayiya") + ends, true);
  expect_way(outer_udp(6635, join({{0, 1, 1, 0x40}, segment4()})),
             std::string("mpls_in_udp") + ends + ", mpls label=16");
  expect_way(outer_udp(4754, join({{0x20, 0, 8, 0}, be32(3), segment4()})), std::string("gre_in_udp id=3") + ends);
  expect_way(outer_udp(5247, join({{0, 0x10, 0, 0, 0, 0, 0, 0}, frame})), std::string("capwap") + ends);
  const Octets snap = join({{0xaa, 0xaa, 3, 0, 0, 0, 8, 0}, segment4()});
  // Controllers that swap the frame control swap the sequence control, too.
  for (const auto& [control, sequence] :
       {std::pair{Octets{8, 1}, Octets{0x70, 0x76}}, std::pair{Octets{1, 8}, Octets{0x76, 0x70}}})
    expect_way(outer_udp(5247, join({{0, 0x10, 3, 0, 0, 0, 0, 0}, control, zeros(20), sequence, snap})),
               std::string("capwap") + ends);
  expect_outer(outer_udp(5247, join({{0, 0x10, 2, 8, 0, 0, 0, 0}, zeros(16)})), 17);
  expect_outer(outer_udp(4754, pattern(60)), 17);
  expect_outer(outer_udp(6635, zeros(60)), 17);
}

TEST(DecodeNesting, PathsTellTheOutermostFirst) {
  const Octets gtp = ipv4(join({be16(2152), be16(2152), be16(61), be16(0), {0x30, 255, 0, 45}, be32(5), segment4()}),
                          {.protocol = 17});
  const Octets vxlan = outer_udp(4789, join({{8, 0, 0, 0, 0, 0, 1, 0}, ethernet(0x8100, vlan(3, 0x0800, gtp))}));
  const Told told(ethernet(0x8100, vlan(2, 0x0800, vxlan)));
  expect_hello(told.out);
  EXPECT_EQ(told.way(), std::string("vxlan id=1") + ends + ", gtp_u label=5 10.0.0.1>10.0.0.2");
  EXPECT_EQ(told.out.vlan_count, 2);
}

TEST(DecodeNesting, WhatCantBeReadInsideIsTheInnermostCarriers) {
  const Octets broken = outer4(47, join({{0, 0, 8, 0}, ipv4(join({{0, 0, 0x88, 0xcc}, zeros(40)}), {.protocol = 47})}));
  const Told told(ethernet(0x0800, broken));
  EXPECT_EQ(told.out.outcome, Outcome::transport);
  EXPECT_EQ(told.out.protocol, 47);
  EXPECT_EQ(to_string(told.out.source), "10.0.0.1");
  EXPECT_EQ(told.way(), std::string("gre") + ends);
  ASSERT_NE(told.out.path, nullptr);
  EXPECT_EQ(told.out.path->tunnels.size(), 1U);
}

TEST(DecodeNesting, EndlessTunnelsReachTheLimit) {
  Octets packet = segment4();
  for (int i = 0; i < 30; ++i) packet = outer4(4, packet);
  EXPECT_EQ(Told(ethernet(0x0800, packet)).out.outcome, Outcome::too_many_layers);
  Octets labels;
  for (int i = 0; i < 30; ++i) labels = join({labels, {0, 1, 0, 0x40}});
  EXPECT_EQ(Told(ethernet(0x8847, labels)).out.outcome, Outcome::too_many_layers);
}

TEST(DecodeNesting, OneDecoderKeepsNothingOfThePacketBefore) {
  Decoder decoder{Limits{}};
  Decoded out;
  const Octets tunnel = ethernet(0x0800, outer4(47, join({{0, 0, 8, 0}, segment4()})));
  const Octets plain = ethernet(0x0800, segment4());
  for (int i = 0; i < 2; ++i) {
    decoder.decode(packet(tunnel), out);
    ASSERT_NE(out.path, nullptr);
    EXPECT_EQ(out.path->tunnels.size(), 1U);
    decoder.decode(packet(plain), out);
    EXPECT_EQ(out.path, nullptr);
  }
}

TEST(TunnelKey, IsTheSameBothWaysAndApartElse) {
  const auto key = [](const Octets& packet) { return Told(ethernet(0x0800, packet)).path.key; };
  const auto gre = [&](std::uint32_t id, std::uint8_t from, std::uint8_t to) {
    return key(outer4(47, join({{0x20, 0, 8, 0}, be32(id), segment4()}), from, to));
  };
  EXPECT_EQ(gre(1, 1, 2), gre(1, 2, 1));
  EXPECT_NE(gre(1, 1, 2), gre(2, 1, 2));
  EXPECT_NE(gre(1, 1, 2), gre(1, 1, 3));
  EXPECT_NE(gre(0, 1, 2), key(outer4(47, join({{0, 0, 8, 0}, segment4()}))));
  EXPECT_NE(key(outer4(4, segment4())), key(outer4(47, join({{0, 0, 8, 0}, segment4()}))));
  const auto mirror = [&](std::uint32_t id) {
    return key(outer4(47, join({{0x20, 0, 0x65, 0x58}, be32(id), ethernet(0x0800, segment4())})));
  };
  EXPECT_EQ(mirror(0), mirror(0x2000000));
  EXPECT_FALSE(mirror(1).empty());
  const auto gtp = [&](std::uint32_t teid) {
    return key(outer_udp(2152, join({{0x30, 255, 0, 45}, be32(teid), segment4()})));
  };
  EXPECT_EQ(gtp(1), gtp(2));
  EXPECT_FALSE(gtp(1).empty());
}

TEST(TunnelFragments, OnlyOfTheSameTunnelMeet) {
  const Octets whole = tcp(text("hello"));
  const Octets first = ipv4({whole.begin(), whole.begin() + 16}, {.fragment = 0x2000});
  const Octets last = ipv4({whole.begin() + 16, whole.end()}, {.fragment = 2});
  const auto in_gre = [](std::uint32_t id, const Octets& inner) {
    return ethernet(0x0800, outer4(47, join({{0x20, 0, 8, 0}, be32(id), inner})));
  };
  Decoder decoder{Limits{}};
  Decoded out;
  decoder.decode(packet(in_gre(1, first)), out);
  EXPECT_EQ(out.outcome, Outcome::fragment_held);
  decoder.decode(packet(in_gre(2, last)), out);
  EXPECT_EQ(out.outcome, Outcome::fragment_held);
  const Octets plain = ethernet(0x0800, last);
  decoder.decode(packet(plain), out);
  EXPECT_EQ(out.outcome, Outcome::fragment_held);
  const Octets rest = in_gre(1, last);
  decoder.decode(packet(rest), out);
  expect_hello(out);
  ASSERT_NE(out.path, nullptr);
  EXPECT_EQ(out.path->tunnels.size(), 1U);
  EXPECT_EQ(out.fragments.size(), 2U);
}

TEST(TunnelFragments, OfTheCarrierCarryTheSegment) {
  const Octets carrier = join({{0, 0, 8, 0}, segment4()});
  const Octets first =
      ethernet(0x0800, ipv4({carrier.begin(), carrier.begin() + 24}, {.protocol = 47, .fragment = 0x2000}));
  const Octets last = ethernet(0x0800, ipv4({carrier.begin() + 24, carrier.end()}, {.protocol = 47, .fragment = 3}));
  Decoder decoder{Limits{}};
  Decoded out;
  decoder.decode(packet(first), out);
  EXPECT_EQ(out.outcome, Outcome::fragment_held);
  decoder.decode(packet(last), out);
  expect_hello(out);
  EXPECT_EQ(out.fragments.size(), 2U);
}

TEST(TunnelCut, EveryBeginningEndsSomewhere) {
  const Octets frame = ethernet(0x0800, segment4());
  for (const Octets& whole :
       {outer_udp(4789, join({{8, 0, 0, 0, 0, 1, 2, 0}, frame})),
        outer4(47, join({{0x10, 0, 0x22, 0xeb}, be32(1), zeros(12), frame})),
        outer_udp(2152, join({{0x34, 255, 0, 53}, be32(5), {0, 0, 0, 0x85}, {1, 0, 9, 0}, segment4()})),
        outer_udp(1701, join({{0x4a, 2}, zeros(16), {0xff, 3, 0, 0x21}, segment4()})),
        outer_udp(5247, join({{0, 0x10, 3, 0, 0, 0, 0, 0}, {8, 1}, zeros(22), zeros(60)}))}) {
    const Octets packet = ethernet(0x0800, whole);
    for (std::size_t length = 0; length < packet.size(); ++length) {
      const Octets cut(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(length));
      const Told told(cut, 1, static_cast<std::uint32_t>(packet.size()));
      EXPECT_LE(told.out.payload.size(), told.out.payload_bytes);
      EXPECT_TRUE(told.out.outcome == Outcome::transport || told.out.outcome >= Outcome::first_reason);
    }
  }
}

TEST(TunnelNames, EveryKindHasItsWord) {
  for (int i = 0; i < static_cast<int>(TunnelKind::count); ++i)
    EXPECT_NE(name_of(static_cast<TunnelKind>(i)), "unknown") << i;
}

}  // namespace
}  // namespace wiretale::decode
