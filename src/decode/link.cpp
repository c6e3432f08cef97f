// Link headers: Ethernet, VLAN tags, LLC/SNAP, Linux cooked, BSD loopback, none.
#include <algorithm>

#include "decode/layer.hpp"
#include "decode/load.hpp"

namespace wiretale::decode {

namespace {

constexpr std::uint16_t longest_length = 1500;  // above: an ethertype (IEEE 802.3, section 3.2.6)
constexpr std::uint16_t first_ethertype = 1536;

MacAddress mac_from(Header<6> octets) {
  MacAddress mac;
  std::ranges::copy(octets, mac.octets.begin());
  return mac;
}

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
      return Layer::raw;
    case 113:
      return Layer::sll;
    case 276:
      return Layer::sll2;
    case 228:
      return Layer::ipv4;
    case 229:
      return Layer::ipv6;
    default:
      return Layer::done;
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
      return parse.stop(Outcome::unknown_ethertype);
  }
}

Layer decode_ethernet(Parse& parse) {
  if (parse.bytes.size() < 14) return parse.stop(Outcome::cut_off_link);
  const Header<14> header = parse.bytes.first<14>();
  parse.out.destination_mac = mac_from(header.subspan<0, 6>());
  parse.out.source_mac = mac_from(header.subspan<6, 6>());
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
  if (parse.bytes.size() < 3) return parse.stop(Outcome::cut_off_link);
  parse.out.ethertype = 0;  // of a VLAN tag; the next layer has none
  const Header<3> llc = parse.bytes.first<3>();
  const bool snap = load16<0>(llc) == 0xaaaa && load8<2>(llc) == 0x03;
  if (!snap) return parse.stop(Outcome::llc);
  if (parse.bytes.size() < 8) return parse.stop(Outcome::cut_off_link);
  const Header<8> header = parse.bytes.first<8>();
  const bool ethernet = load8<3>(header) == 0 && load16<4>(header) == 0;
  const std::uint16_t ethertype = load16<6>(header);
  if (!ethernet || ethertype <= longest_length) return parse.stop(Outcome::llc);
  parse.consume(8);
  return layer_of_ethertype(ethertype, parse);
}

Layer decode_sll(Parse& parse) {
  if (parse.bytes.size() < 16) return parse.stop(Outcome::cut_off_link);
  const Header<16> header = parse.bytes.first<16>();
  if (load16<4>(header) == 6) parse.out.source_mac = mac_from(header.subspan<6, 6>());
  parse.consume(16);
  return layer_of_cooked(load16<14>(header), parse);
}

Layer decode_sll2(Parse& parse) {
  if (parse.bytes.size() < 20) return parse.stop(Outcome::cut_off_link);
  const Header<20> header = parse.bytes.first<20>();
  if (load8<11>(header) == 6) parse.out.source_mac = mac_from(header.subspan<12, 6>());
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
