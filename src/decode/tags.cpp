// Tags between the link and the network layer: MPLS, backbone bridges, switch tags, service headers.
#include "decode/layer.hpp"
#include "decode/load.hpp"

namespace wiretale::decode {

namespace {

// Passes over a tag of `Tag` octets with an ethertype behind it.
template <std::size_t Tag>
Layer behind_tag(Parse& parse) {
  if (parse.bytes.size() < Tag + 2) return parse.stop(Outcome::cut_off_link);
  const std::uint16_t ethertype = load16<Tag>(Header<Tag + 2>(parse.bytes.first<Tag + 2>()));
  parse.consume(Tag + 2);
  return layer_of_ethertype(ethertype, parse);
}

// The field behind the addresses of an Ethernet frame that begins at `offset`; 0 where it isn't there.
std::uint16_t ethertype_at(const Parse& parse, std::size_t offset) {
  Cursor cursor(parse.bytes);
  cursor.skip(offset + 12);
  return cursor.u16();
}

bool usual_ethertype(std::uint16_t ethertype) {
  switch (ethertype) {
    case 0x0800:  // IPv4
    case 0x0806:  // ARP
    case 0x86dd:  // IPv6
    case 0x8100:  // VLAN tags
    case 0x88a8:
    case 0x9100:
    case 0x8847:  // MPLS
    case 0x8863:  // PPPoE
    case 0x8864:
    case 0x88cc:  // LLDP
      return true;
    default:
      return false;
  }
}

// A length field of 802.3 that fits what is there behind an Ethernet header.
bool fitting_length(std::uint16_t length, std::uint32_t told) {
  return length >= 3 && length <= 1500 && length <= told;
}

// IP behind the last label, where its own length agrees.
bool ipv4_fits(const Parse& parse) {
  if (parse.bytes.size() < 20) return true;  // cut off: the version is all there is to go by
  const Header<20> header = parse.bytes.first<20>();
  return (load8<0>(header) & 0x0fU) >= 5 && load16<2>(header) >= 20 && load16<2>(header) <= parse.told;
}

bool ipv6_fits(const Parse& parse) {
  if (parse.bytes.size() < 40) return true;
  return load16<4>(Header<40>(parse.bytes.first<40>())) + 40U <= parse.told;
}

// An Ethernet pseudowire (RFC 4448, section 4.6), with the control word or without it. Nothing in the packet says
// which, so the ethertype does.
Layer decode_pseudowire(Parse& parse) {
  constexpr std::size_t word = 4;
  const bool may_have_word = parse.bytes.size() >= word && parse.bytes[0] == 0 && parse.bytes[1] == 0;
  const std::uint16_t behind_word = ethertype_at(parse, word), at_once = ethertype_at(parse, 0);
  const bool fits_behind_word = fitting_length(behind_word, parse.told),
             fits_at_once = fitting_length(at_once, parse.told);
  const bool with_word =
      may_have_word && (usual_ethertype(behind_word) || (!usual_ethertype(at_once) && fits_behind_word));
  if (!with_word && !usual_ethertype(at_once) && !fits_at_once) return parse.stop(Outcome::unknown_mpls_payload);
  if (with_word) parse.consume(word);
  return Layer::ethernet;
}

}  // namespace

Layer decode_mpls(Parse& parse) {
  if (parse.bytes.size() < 4) return parse.stop(Outcome::cut_off_link);
  const std::uint32_t entry = load32<0>(Header<4>(parse.bytes.first<4>()));
  parse.consume(4);
  Marks marks;
  marks.label = entry >> 12;
  add_tag(parse, TunnelKind::mpls, marks);
  constexpr std::uint32_t bottom_of_stack = 1U << 8;
  if ((entry & bottom_of_stack) == 0) return Layer::mpls;
  if (parse.bytes.empty()) return parse.stop(Outcome::cut_off_ip);
  const int version = parse.bytes.front() >> 4;
  if (version == 4 && ipv4_fits(parse)) return Layer::ipv4;
  if (version == 6 && ipv6_fits(parse)) return Layer::ipv6;
  return decode_pseudowire(parse);
}

Layer decode_pbb(Parse& parse) {
  if (parse.bytes.size() < 4) return parse.stop(Outcome::cut_off_link);
  const std::uint32_t tag = load32<0>(Header<4>(parse.bytes.first<4>()));
  parse.consume(4);
  add_tag(parse, TunnelKind::pbb, {tag & 0xffffffU});
  return Layer::ethernet;
}

Layer decode_vntag(Parse& parse) { return behind_tag<4>(parse); }

Layer decode_etag(Parse& parse) { return behind_tag<6>(parse); }

Layer decode_fabric_path(Parse& parse) {
  if (parse.bytes.size() < 2) return parse.stop(Outcome::cut_off_link);
  parse.consume(2);
  return Layer::ethernet;
}

Layer decode_macsec(Parse& parse) {
  constexpr std::uint8_t with_channel = 0x20, encrypted = 0x08, changed = 0x04;
  constexpr std::uint32_t check_value = 16;
  if (parse.bytes.empty()) return parse.stop(Outcome::cut_off_link);
  const std::uint8_t control = parse.bytes.front();
  if ((control & (encrypted | changed)) != 0) return parse.stop(Outcome::macsec_encrypted);
  if (parse.told >= check_value) parse.set_told(parse.told - check_value);
  return (control & with_channel) != 0 ? behind_tag<14>(parse) : behind_tag<6>(parse);
}

Layer decode_nsh(Parse& parse) {
  if (parse.bytes.size() < 8) return parse.stop(Outcome::cut_off_link);
  const Header<8> header = parse.bytes.first<8>();
  const std::size_t length = (load8<1>(header) & 0x3fU) * std::size_t{4};
  if (length < 8 || length > parse.bytes.size()) return parse.stop(Outcome::cut_off_link);
  parse.consume(length);
  return layer_of_next_protocol(load8<3>(header), parse);
}

Layer layer_of_next_protocol(std::uint8_t protocol, Parse& parse) {
  switch (protocol) {
    case 1:
      return Layer::ipv4;
    case 2:
      return Layer::ipv6;
    case 3:
      return Layer::ethernet;
    case 4:
      return Layer::nsh;
    case 5:
      return Layer::mpls;
    default:
      return parse.stop(Outcome::unknown_ethertype);
  }
}

}  // namespace wiretale::decode
