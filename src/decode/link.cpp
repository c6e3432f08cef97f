// Link headers: Ethernet, VLAN tags, LLC/SNAP, Linux cooked, BSD loopback, none.
#include "decode/layer.hpp"
#include "decode/load.hpp"

namespace wiretale::decode {

namespace {

constexpr std::uint16_t longest_length = 1500;  // above: an ethertype (IEEE 802.3, section 3.2.6)
constexpr std::uint16_t first_ethertype = 1536;

std::uint32_t load32_little(Header<4> octets) {
  return std::uint32_t{octets[3]} << 24 | std::uint32_t{octets[2]} << 16 | std::uint32_t{octets[1]} << 8 | octets[0];
}

// The protocol field of cooked captures has values of its own below the ethertypes (Linux, if_ether.h).
Layer layer_of_cooked(std::uint16_t protocol, Parse& parse) {
  constexpr std::uint16_t novell_802_3 = 1;
  constexpr std::uint16_t linux_802_2 = 4;
  if (protocol >= first_ethertype) return layer_of_ethertype(protocol, parse);
  if (protocol == linux_802_2) return Layer::llc;
  parse.out.ethertype = protocol;
  return parse.stop(protocol == novell_802_3 ? Outcome::llc : Outcome::unknown_ethertype);
}

}  // namespace

Layer layer_of_link_type(std::uint32_t link_type) {
  switch (link_type) {
    case 1:
      return Layer::ethernet;
    case 0:    // NULL
    case 108:  // LOOP
      return Layer::null;
    case 12:   // DLT_RAW as some systems write it
    case 14:   // the same on OpenBSD
    case 101:  // RAW
    case 228:  // IPV4
    case 229:  // IPV6; either holds the other one, too, where somebody erred
      return Layer::raw;
    case 113:
      return Layer::sll;
    case 276:
      return Layer::sll2;
    default:
      return layer_of_rare_link_type(link_type);
  }
}

Layer layer_of_ethertype(std::uint16_t ethertype, Parse& parse) {
  if (ethertype <= longest_length) {
    if (ethertype < parse.told) parse.set_told(ethertype);
    return Layer::llc;
  }
  parse.out.ethertype = ethertype;
  switch (ethertype) {
    case 0x0800:
      return Layer::ipv4;
    case 0x86dd:
      return Layer::ipv6;
    case 0x0806:
      return Layer::arp;
    case 0x8100:  // 802.1Q
    case 0x88a8:  // 802.1ad
    case 0x9100:  // QinQ before 802.1ad
    case 0x9200:
      return Layer::vlan;
    default:
      return layer_of_rare_ethertype(ethertype, parse);
  }
}

Layer layer_of_rare_ethertype(std::uint16_t ethertype, Parse& parse) {
  switch (ethertype) {
    case 0x6558:
      return Layer::ethernet;
    case 0x8847:
    case 0x8848:
      return Layer::mpls;
    case 0x88e5:
      return Layer::macsec;
    case 0x88e7:
      return Layer::pbb;
    case 0x8903:
      return Layer::fabric_path;
    case 0x8909:  // Cisco metadata
    case 0x893f:
      return Layer::etag;
    case 0x8926:
      return Layer::vntag;
    case 0x894f:
      return Layer::nsh;
    case 0x8863:
      return parse.stop(Outcome::pppoe_discovery);
    case 0x8864:
      return Layer::pppoe;
    case 0x880b:
      return Layer::ppp;
    default:
      return parse.stop(Outcome::unknown_ethertype);
  }
}

Layer decode_ethernet(Parse& parse) {
  if (parse.bytes.size() < 14) return parse.stop(Outcome::cut_off_link);
  const Header<14> header = parse.bytes.first<14>();
  parse.out.destination_mac = load_mac<0>(header);
  parse.out.source_mac = load_mac<6>(header);
  parse.consume(14);
  return layer_of_ethertype(load16<12>(header), parse);
}

Layer decode_vlan(Parse& parse) {
  if (parse.bytes.size() < 4) return parse.stop(Outcome::cut_off_link);
  const Header<4> tag = parse.bytes.first<4>();
  Decoded& out = parse.out;
  if (out.vlan_count < out.vlans.size())
    out.vlans[out.vlan_count++] = static_cast<std::uint16_t>(load16<0>(tag) & 0x0fff);
  parse.consume(4);
  return layer_of_ethertype(load16<2>(tag), parse);
}

Layer decode_llc(Parse& parse) {
  constexpr std::uint32_t snap = 0xaaaa03, ip = 0x060603, osi = 0xfefe03;
  constexpr std::uint8_t osi_ipv4 = 0xcc, osi_ipv6 = 0x8e;
  parse.out.ethertype = 0;  // of a VLAN tag; the next layer has none
  Cursor cursor(parse.bytes);
  const std::uint32_t saps = cursor.u24();
  if (!cursor.ok()) return parse.stop(Outcome::cut_off_link);
  if (saps == snap) {
    parse.consume(3);
    return Layer::snap;
  }
  const std::uint8_t network = cursor.peek();
  if (saps != ip && (saps != osi || (network != osi_ipv4 && network != osi_ipv6))) return parse.stop(Outcome::llc);
  parse.consume(3);
  return saps == ip ? Layer::ipv4 : Layer::nlpid;
}

Layer decode_snap(Parse& parse) {
  constexpr std::uint32_t ethernet = 0x000000, bridge_tunnel = 0x0000f8, bridged = 0x0080c2;
  constexpr std::uint16_t bridged_with_fcs = 1, bridged_without_fcs = 7;
  if (parse.bytes.size() < 5) return parse.stop(Outcome::cut_off_link);
  Cursor cursor(parse.bytes);
  const std::uint32_t organization = cursor.u24();
  const std::uint16_t protocol = cursor.u16();
  const bool ethertype = organization == ethernet || organization == bridge_tunnel;
  const bool frame = organization == bridged && (protocol == bridged_with_fcs || protocol == bridged_without_fcs);
  if (!frame && (!ethertype || protocol <= longest_length)) return parse.stop(Outcome::llc);
  parse.consume(5);
  return frame ? Layer::ethernet : layer_of_ethertype(protocol, parse);
}

Layer decode_sll(Parse& parse) {
  if (parse.bytes.size() < 16) return parse.stop(Outcome::cut_off_link);
  const Header<16> header = parse.bytes.first<16>();
  if (load16<4>(header) == 6) parse.out.source_mac = load_mac<6>(header);
  parse.consume(16);
  return layer_of_cooked(load16<14>(header), parse);
}

Layer decode_sll2(Parse& parse) {
  if (parse.bytes.size() < 20) return parse.stop(Outcome::cut_off_link);
  const Header<20> header = parse.bytes.first<20>();
  if (load8<11>(header) == 6) parse.out.source_mac = load_mac<12>(header);
  parse.consume(20);
  return layer_of_cooked(load16<0>(header), parse);
}

Layer decode_null(Parse& parse) {
  if (parse.bytes.size() < 4) return parse.stop(Outcome::cut_off_link);
  const Header<4> header = parse.bytes.first<4>();
  // Address families are small: the half with bits in it tells the byte order.
  std::uint32_t family = load32<0>(header);
  if (family > 0xffff) family = load32_little(header);
  parse.consume(4);
  // With bits in both halves it is none: some systems write an ethertype into the second one.
  if (family > 0xffff && load16<2>(header) >= first_ethertype) return layer_of_ethertype(load16<2>(header), parse);
  switch (family) {
    case 2:
      return Layer::ipv4;
    case 10:  // Linux
    case 24:  // NetBSD, OpenBSD
    case 28:  // FreeBSD
    case 30:  // Darwin
      return Layer::ipv6;
    default:
      return parse.stop(Outcome::unknown_ethertype);
  }
}

Layer decode_raw(Parse& parse) {
  if (parse.bytes.empty()) return parse.stop(Outcome::cut_off_ip);
  const int version = parse.bytes.front() >> 4;
  if (version == 4) return Layer::ipv4;
  return version == 6 ? Layer::ipv6 : parse.stop(Outcome::malformed_ip);
}

Layer decode_arp(Parse& parse) { return parse.stop_with_payload(Outcome::arp); }

}  // namespace wiretale::decode
