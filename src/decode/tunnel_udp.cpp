// Tunnels over UDP. A port proposes one; what stands there must agree, and what it leads to must be a packet (else
// Decoder goes back to the datagram), so that other traffic on that port stays what it is.
#include <optional>

#include "decode/layer.hpp"
#include "decode/load.hpp"

namespace wiretale::decode {

namespace {

// What a tunnel's header leads to.
struct Inside {
  TunnelKind kind;
  std::size_t header_bytes;
  Layer layer;  ///< done: `ethertype` tells
  std::uint16_t ethertype = 0;
  Marks marks = {};
};

// RFC 7348, section 5. The group policy extension uses bits that are reserved there.
std::optional<Inside> vxlan(Bytes bytes) {
  constexpr std::uint8_t has_id = 0x08;
  Cursor cursor(bytes);
  const std::uint8_t flags = cursor.u8();
  cursor.skip(3);
  const std::uint32_t id = cursor.u24();
  const std::uint8_t reserved = cursor.u8();
  if (!cursor.ok() || (flags & has_id) == 0 || reserved != 0) return std::nullopt;
  return Inside{TunnelKind::vxlan, 8, Layer::ethernet, 0, {id}};
}

// draft-ietf-nvo3-vxlan-gpe: as VXLAN, with the next protocol.
std::optional<Inside> vxlan_gpe(Bytes bytes) {
  constexpr std::uint8_t has_id = 0x08, has_protocol = 0x04;
  Cursor cursor(bytes);
  const std::uint8_t flags = cursor.u8();
  cursor.skip(2);
  const std::uint8_t protocol = cursor.u8();
  const std::uint32_t id = cursor.u24();
  if (cursor.u8() != 0 || !cursor.ok() || (flags & 0x30U) != 0) return std::nullopt;
  Marks marks;
  if ((flags & has_id) != 0) marks.id = id;
  if ((flags & has_protocol) == 0) return Inside{TunnelKind::vxlan_gpe, 8, Layer::ethernet, 0, marks};
  if (protocol == 0 || protocol > 5) return std::nullopt;
  constexpr Layer layers[] = {Layer::ipv4, Layer::ipv6, Layer::ethernet, Layer::nsh, Layer::mpls};
  return Inside{TunnelKind::vxlan_gpe, 8, layers[protocol - 1], 0, marks};
}

// RFC 8926, section 3.4.
std::optional<Inside> geneve(Bytes bytes) {
  Cursor cursor(bytes);
  const std::uint8_t first = cursor.u8();
  cursor.skip(1);
  const std::uint16_t ethertype = cursor.u16();
  const std::uint32_t id = cursor.u24();
  if (cursor.u8() != 0 || first >> 6 != 0) return std::nullopt;
  cursor.skip((first & 0x3fU) * std::size_t{4});
  if (!cursor.ok()) return std::nullopt;
  return Inside{TunnelKind::geneve, cursor.position(), Layer::done, ethertype, {id}};
}

// 3GPP TS 29.281, section 5: a G-PDU of version 1, with its extension headers.
std::optional<Inside> gtp_u(Bytes bytes) {
  constexpr std::uint8_t g_pdu = 255, version_1 = 0x30, version_mask = 0xf0, options = 0x07, extended = 0x04;
  Cursor cursor(bytes);
  const std::uint8_t flags = cursor.u8();
  if (cursor.u8() != g_pdu || (flags & version_mask) != version_1) return std::nullopt;
  cursor.skip(2);
  Marks marks;
  marks.label = cursor.u32();
  if ((flags & options) != 0) {
    cursor.skip(3);
    std::uint8_t next = cursor.u8();
    if ((flags & extended) == 0) next = 0;
    while (next != 0 && cursor.ok()) {
      const std::size_t length = cursor.u8() * std::size_t{4};
      if (length == 0) return std::nullopt;
      cursor.skip(length - 2);
      next = cursor.u8();
    }
  }
  if (!cursor.ok()) return std::nullopt;
  return Inside{TunnelKind::gtp_u, cursor.position(), Layer::raw, 0, marks};
}

// RFC 4380, section 5.1.1: authentication and origin may come first. Its ends differ from way to way, and the addresses
// inside hold them.
std::optional<Inside> teredo(Bytes bytes) {
  constexpr std::uint16_t authentication = 0x0001, origin = 0x0000;
  Cursor cursor(bytes);
  if (cursor.left() >= 2 && cursor.peek() == 0 && cursor.peek(1) == authentication) {
    cursor.skip(2);
    const std::size_t client = cursor.u8();
    const std::size_t value = cursor.u8();
    cursor.skip(client + value + 9);  // nonce and confirmation
  }
  if (cursor.left() >= 8 && cursor.peek() == 0 && cursor.peek(1) == origin) cursor.skip(8);
  const std::size_t header_bytes = cursor.position();
  const bool version = cursor.u8() >> 4 == 6;
  cursor.skip(3);
  if (!version || cursor.u16() + 40U > bytes.size() - header_bytes || !cursor.ok()) return std::nullopt;
  Marks marks;
  marks.without_ends = true;
  return Inside{TunnelKind::teredo, header_bytes, Layer::ipv6, 0, marks};
}

// RFC 2661, section 3.1: a data message of version 2. Its ids are those of the receiver.
std::optional<Inside> l2tp(Bytes bytes) {
  constexpr std::uint16_t control = 0x8000, with_length = 0x4000, with_sequence = 0x0800, with_offset = 0x0200;
  Cursor cursor(bytes);
  const std::uint16_t flags = cursor.u16();
  if ((flags & control) != 0 || (flags & 0x000fU) != 2) return std::nullopt;
  if ((flags & with_length) != 0) cursor.skip(2);
  Marks marks;
  marks.label = cursor.u32();  // tunnel and session
  if ((flags & with_sequence) != 0) cursor.skip(4);
  if ((flags & with_offset) != 0) cursor.skip(cursor.u16());
  if (!cursor.ok()) return std::nullopt;
  return Inside{TunnelKind::l2tp, cursor.position(), Layer::ppp, 0, marks};
}

// RFC 9300, section 5.3.
std::optional<Inside> lisp(Bytes bytes) {
  constexpr std::uint8_t with_instance = 0x08;
  Cursor cursor(bytes);
  const std::uint8_t flags = cursor.u8();
  cursor.skip(3);
  const std::uint32_t instance = cursor.u24();
  cursor.skip(1);
  if (!cursor.ok()) return std::nullopt;
  Marks marks;
  if ((flags & with_instance) != 0) marks.id = instance;
  return Inside{TunnelKind::lisp, 8, Layer::raw, 0, marks};
}

// RFC 9301, section 5.8: a control message that asks for a mapping, in the packet that asks.
std::optional<Inside> lisp_control(Bytes bytes) {
  constexpr std::uint8_t encapsulated = 8;
  if (bytes.size() < 4 || bytes.front() >> 4 != encapsulated) return std::nullopt;
  return Inside{TunnelKind::lisp, 4, Layer::raw};
}

// AYIYA (draft-massar-v6ops-ayiya): identity and signature have the lengths that the first two octets tell.
std::optional<Inside> ayiya(Bytes bytes) {
  constexpr std::uint8_t forward = 1, ipv4 = 4, ipv6 = 41;
  Cursor cursor(bytes);
  const std::size_t identity = std::size_t{1} << (cursor.u8() >> 4);
  const std::size_t signature = (cursor.u8() >> 4) * std::size_t{4};
  const std::uint8_t operation = cursor.u8() & 0x0fU;
  const std::uint8_t next = cursor.u8();
  cursor.skip(4 + identity + signature);
  if (!cursor.ok() || operation != forward || (next != ipv4 && next != ipv6)) return std::nullopt;
  return Inside{TunnelKind::ayiya, cursor.position(), next == ipv4 ? Layer::ipv4 : Layer::ipv6};
}

// RFC 5415, section 4.3: a whole 802.11 or 802.3 frame.
std::optional<Inside> capwap(Bytes bytes) {
  constexpr std::uint32_t native = 0x100, fragment = 0x80, keep_alive = 0x08;
  constexpr std::uint32_t wlan = 1;
  Cursor cursor(bytes);
  const std::uint8_t preamble = cursor.u8();
  const std::uint32_t fields = cursor.u24();
  const std::size_t header_bytes = (fields >> 19) * std::size_t{4};
  if (!cursor.ok() || preamble != 0 || header_bytes < 8 || header_bytes > bytes.size()) return std::nullopt;
  if ((fields & (fragment | keep_alive)) != 0) return std::nullopt;
  const bool is_wlan = (fields & native) != 0;
  if (is_wlan && (fields >> 9 & 0x1fU) != wlan) return std::nullopt;
  return Inside{TunnelKind::capwap, header_bytes, is_wlan ? Layer::capwap_wlan : Layer::ethernet};
}

// RFC 7510. A label without any hops left is none.
std::optional<Inside> mpls(Bytes bytes) {
  if (bytes.size() < 4 || bytes[3] == 0) return std::nullopt;
  return Inside{TunnelKind::mpls_in_udp, 0, Layer::mpls};
}

// The tunnel that a port stands for, where the datagram agrees. `to`: the datagram goes to that port.
std::optional<Inside> inside(std::uint16_t port, bool to, Bytes bytes) {
  switch (port) {
    case 1701:
      return l2tp(bytes);
    case 2152:
      return gtp_u(bytes);
    case 3544:
      return teredo(bytes);
    case 4341:
      return to ? lisp(bytes) : std::nullopt;
    case 4342:
      return lisp_control(bytes);
    case 4789:
    case 8472:  // Linux before there was a number
      return to ? vxlan(bytes) : std::nullopt;
    case 4790:
      return to ? vxlan_gpe(bytes) : std::nullopt;
    case 5072:
      return ayiya(bytes);
    case 5247:
      return capwap(bytes);
    case 6081:
      return to ? geneve(bytes) : std::nullopt;
    case 6635:
      return to ? mpls(bytes) : std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace

Layer layer_of_udp_tunnel(Parse& parse) {
  constexpr std::uint16_t esp_in_udp = 4500, gre_in_udp = 4754;  // RFC 3948, RFC 8086
  const std::uint16_t from = parse.out.source_port, to = parse.out.destination_port;
  if (to == gre_in_udp) return unwrap_gre(TunnelKind::gre_in_udp, parse);
  if (to == esp_in_udp || from == esp_in_udp) return decode_esp(parse);
  auto found = inside(to, true, parse.bytes);
  if (!found) found = inside(from, false, parse.bytes);
  if (!found) return Layer::other;
  enter(parse, found->kind, found->marks);
  parse.consume(found->header_bytes);
  return found->layer == Layer::done ? layer_of_ethertype(found->ethertype, parse) : found->layer;
}

}  // namespace wiretale::decode
