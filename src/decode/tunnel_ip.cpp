// Tunnels that IP carries without UDP between.
#include "decode/layer.hpp"
#include "decode/load.hpp"

namespace wiretale::decode {

namespace {

// 6to4: the addresses inside hold those outside (RFC 3056, section 2), and the way back leads through another relay.
bool is_6to4(const Parse& parse) {
  Cursor cursor(parse.bytes);
  cursor.skip(8);
  const std::uint16_t source = cursor.u16();
  cursor.skip(14);
  const std::uint16_t destination = cursor.u16();
  constexpr std::uint16_t prefix = 0x2002;
  return source == prefix || destination == prefix;
}

// ERSPAN behind GRE: type I has no header, type II 8 octets, type III 12 and perhaps 8 more.
Layer decode_erspan(Parse& parse, std::size_t gre_bytes, std::uint16_t ethertype, bool sequence) {
  constexpr std::uint16_t type_3 = 0x22eb;
  Cursor cursor(parse.bytes);
  cursor.skip(gre_bytes);
  Marks marks;
  if (ethertype == type_3 || sequence) {
    cursor.skip(2);
    marks.id = cursor.u16() & 0x3ffU;  // the session
    cursor.skip(4);
    if (ethertype == type_3) {
      cursor.skip(3);
      constexpr std::uint8_t subheader = 1;
      if ((cursor.u8() & subheader) != 0) cursor.skip(8);
    }
  }
  if (!cursor.ok()) return Layer::other;
  enter(parse, TunnelKind::erspan, marks);
  parse.consume(cursor.position());
  return Layer::ethernet;
}

// GRE version 1, as PPTP uses it (RFC 2637, section 4.1). The key holds a length and a call id.
Layer decode_pptp_gre(Parse& parse, Cursor& cursor, std::uint16_t flags) {
  constexpr std::uint16_t key = 0x2000, sequence = 0x1000, acknowledgment = 0x0080;
  constexpr std::uint16_t ppp = 0x880b;
  if (cursor.u16() != ppp || (flags & key) == 0) return Layer::other;
  const std::uint16_t length = cursor.u16();
  Marks marks;
  marks.label = cursor.u16();
  if ((flags & sequence) != 0) cursor.skip(4);
  if ((flags & acknowledgment) != 0) cursor.skip(4);
  if (!cursor.ok() || (flags & sequence) == 0 || length == 0) return Layer::other;  // an acknowledgment alone
  enter(parse, TunnelKind::pptp, marks);
  parse.consume(cursor.position());
  if (length < parse.told) parse.set_told(length);
  return Layer::ppp;
}

}  // namespace

Layer decode_gre(Parse& parse) { return unwrap_gre(TunnelKind::gre, parse); }

Layer unwrap_gre(TunnelKind kind, Parse& parse) {
  constexpr std::uint16_t checksum = 0x8000, routing = 0x4000, key = 0x2000, sequence = 0x1000, version = 0x0007;
  Cursor cursor(parse.bytes);
  const std::uint16_t flags = cursor.u16();
  if ((flags & version) == 1) return decode_pptp_gre(parse, cursor, flags);
  const std::uint16_t ethertype = cursor.u16();
  if ((flags & (checksum | routing)) != 0) cursor.skip(4);
  Marks marks;
  // Around Ethernet the key is one direction's: mirrors number what goes in and out apart, and NVGRE's last octet is
  // the flow's (RFC 7637, section 3.2).
  constexpr std::uint16_t transparent_ethernet = 0x6558;
  if ((flags & key) != 0) (ethertype == transparent_ethernet ? marks.label : marks.id) = cursor.u32();
  if ((flags & sequence) != 0) cursor.skip(4);
  while ((flags & routing) != 0 && cursor.ok()) {  // source routes, up to an empty one (RFC 1701)
    cursor.skip(3);
    const std::uint8_t length = cursor.u8();
    if (length == 0) break;
    cursor.skip(length);
  }
  if (!cursor.ok() || (flags & version) != 0) return Layer::other;
  constexpr std::uint16_t erspan = 0x88be, erspan_3 = 0x22eb, first_ethertype = 1536;
  constexpr std::uint16_t wccp = 0x883e, first_wlan = 0x8200, last_wlan = 0x8210;
  if (ethertype == erspan || ethertype == erspan_3)
    return decode_erspan(parse, cursor.position(), ethertype, (flags & sequence) != 0);
  if (ethertype < first_ethertype) return Layer::other;
  enter(parse, kind, marks);
  parse.consume(cursor.position());
  if (ethertype >= first_wlan && ethertype <= last_wlan) return Layer::wlan;
  if (ethertype != wccp) return layer_of_ethertype(ethertype, parse);
  // WCCP version 2 has a header of its own before the packet, version 1 hasn't.
  if (parse.bytes.size() >= 4 && parse.bytes.front() >> 4 != 4) parse.consume(4);
  return Layer::ipv4;
}

Layer decode_ip_in_ip(Parse& parse) {
  if (parse.bytes.empty()) return Layer::other;
  constexpr std::uint8_t ipv6 = 41;
  const bool outer_v6 = parse.out.source.v6();
  if (parse.out.protocol != ipv6) {
    enter(parse, outer_v6 ? TunnelKind::ip4_in_ip6 : TunnelKind::ip4_in_ip4, {});
    return Layer::ipv4;
  }
  Marks marks;
  marks.without_ends = !outer_v6 && is_6to4(parse);
  enter(parse, outer_v6 ? TunnelKind::ip6_in_ip6 : TunnelKind::ip6_in_ip4, marks);
  return Layer::ipv6;
}

Layer decode_ethernet_in_ip(Parse& parse) {
  enter(parse, TunnelKind::ethernet_in_ip, {});
  return Layer::ethernet;
}

Layer decode_etherip(Parse& parse) {
  constexpr std::uint8_t version = 3;
  if (parse.bytes.size() < 2 || parse.bytes.front() >> 4 != version) return Layer::other;
  enter(parse, TunnelKind::etherip, {});
  parse.consume(2);
  return Layer::ethernet;
}

Layer decode_mpls_in_ip(Parse& parse) {
  enter(parse, TunnelKind::mpls_in_ip, {});
  return Layer::mpls;
}

Layer decode_pim(Parse& parse) {
  constexpr std::uint8_t version_2_register = 0x21;
  if (parse.bytes.size() <= 8 || parse.bytes.front() != version_2_register) return Layer::other;
  enter(parse, TunnelKind::pim, {});
  parse.consume(8);
  return Layer::raw;
}

}  // namespace wiretale::decode
