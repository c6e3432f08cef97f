// IPv4, IPv6 and what may stand between IP and its transport.
#include "decode/layer.hpp"
#include "decode/load.hpp"

namespace wiretale::decode {

namespace {

constexpr std::uint8_t no_next_header = 59;

// A header of `count` octets that isn't there: was it cut off, or does IP's own length leave no room for it?
Layer stop_short(Parse& parse, std::size_t count) {
  return parse.stop(parse.told < count ? Outcome::malformed_ip : Outcome::cut_off_ip);
}

// A captured packet shorter than its IP length says is no fault of the snaplen where the wire had no more
// either.
void note_short(const Parse& parse, std::uint32_t length) {
  if (length > parse.told) parse.out.notes |= Note::short_packet;
}

// The length of an IPv4 packet. 0 stands in packets captured before the network card cut them into segments.
std::uint32_t ipv4_length(std::uint16_t field, Parse& parse) {
  if (field != 0) return field;
  parse.out.notes |= Note::offload_length;
  return parse.told;
}

// The length of an IPv6 packet's payload. 0 stands also in jumbograms (RFC 2675), and it is true of empty
// packets.
std::uint32_t ipv6_length(std::uint16_t field, std::uint8_t next, Parse& parse) {
  if (field != 0 || next == no_next_header || parse.told == 0) return field;
  parse.out.notes |= Note::offload_length;
  return parse.told;
}

// Reads the two octets that extension headers begin with, and passes over the header where it is all there.
// Its length is (field + base) * unit.
bool take_extension(Parse& parse, std::size_t base, std::size_t unit, std::uint8_t& next) {
  if (parse.bytes.size() < 2) return false;
  const Header<2> head = parse.bytes.first<2>();
  const std::size_t length = (load8<1>(head) + base) * unit;
  if (parse.bytes.size() < length) return false;
  next = load8<0>(head);
  parse.consume(length);
  return true;
}

// The least that an extension header needs, or all it says it needs: what stop_short() asks about.
std::size_t extension_length(const Parse& parse, std::size_t base, std::size_t unit) {
  return parse.bytes.size() < 2 ? 2 : (parse.bytes[1] + base) * unit;
}

Layer layer_of_ipv6_next(std::uint8_t next) {
  switch (next) {
    case 0:   // hop-by-hop options
    case 43:  // routing
    case 60:  // destination options
      return Layer::hop_by_hop;
    case 44:
      return Layer::ipv6_fragment;
    case 135:  // mobility
    case 139:  // HIP
    case 140:  // Shim6
      return Layer::control;
    default:
      return Layer::other;
  }
}

}  // namespace

Layer layer_of_protocol(std::uint8_t protocol, Parse& parse) {
  parse.out.protocol = protocol;
  switch (protocol) {
    case 6:
      return Layer::tcp;
    case 17:
      return Layer::udp;
    case 132:
      return Layer::sctp;
    case 4:
    case 41:
      return Layer::ip_in_ip;
    case 47:
      return Layer::gre;
    case 50:
      return Layer::esp;
    case 51:
      return Layer::authentication;
    case 97:
      return Layer::etherip;
    case 103:
      return Layer::pim;
    case 137:
      return Layer::mpls_in_ip;
    case 143:
      return Layer::ethernet_in_ip;
    default:
      return parse.out.source.v6() ? layer_of_ipv6_next(protocol) : Layer::other;
  }
}

Layer decode_ipv4(Parse& parse) {
  if (parse.bytes.size() < 20) return parse.stop(Outcome::cut_off_ip);
  const Header<20> header = parse.bytes.first<20>();
  if (load8<0>(header) >> 4 != 4) return parse.stop(Outcome::malformed_ip);
  Decoded& out = parse.out;
  out.ethertype = 0x0800;
  out.source = IpAddress::from(header.subspan<12, 4>());
  out.destination = IpAddress::from(header.subspan<16, 4>());
  out.ttl = load8<8>(header);
  out.ip_id = load16<4>(header);
  out.protocol = load8<9>(header);
  const std::uint32_t length = ipv4_length(load16<2>(header), parse);
  out.ip_bytes = length;
  const std::uint32_t header_bytes = (load8<0>(header) & 0x0fU) * 4;
  if (header_bytes < 20 || length < header_bytes) return parse.stop(Outcome::malformed_ip);
  if (parse.bytes.size() < header_bytes) return parse.stop(Outcome::cut_off_ip);
  note_short(parse, length);
  parse.set_told(length);
  parse.consume(header_bytes);

  const std::uint16_t fragment = load16<6>(header);
  constexpr std::uint16_t more_fragments = 0x2000;
  const std::uint32_t offset = (fragment & 0x1fffU) * 8;
  const bool more = (fragment & more_fragments) != 0;
  if (!more && offset == 0) return layer_of_protocol(out.protocol, parse);
  parse.fragment = {load16<4>(header), offset, more, header_bytes};
  return Layer::fragment;
}

Layer decode_ipv6(Parse& parse) {
  if (parse.bytes.size() < 40) return parse.stop(Outcome::cut_off_ip);
  const Header<40> header = parse.bytes.first<40>();
  if (load8<0>(header) >> 4 != 6) return parse.stop(Outcome::malformed_ip);
  Decoded& out = parse.out;
  out.ethertype = 0x86dd;
  out.source = IpAddress::from(header.subspan<8, 16>());
  out.destination = IpAddress::from(header.subspan<24, 16>());
  out.ttl = load8<7>(header);
  out.ip_id = 0;
  parse.consume(40);
  const std::uint8_t next = load8<6>(header);
  const std::uint32_t length = ipv6_length(load16<4>(header), next, parse);
  out.ip_bytes = 40 + length;
  note_short(parse, length);
  parse.set_told(length);
  return layer_of_protocol(next, parse);
}

Layer decode_extension(Parse& parse) {
  std::uint8_t next = 0;
  if (!take_extension(parse, 1, 8, next)) return stop_short(parse, extension_length(parse, 1, 8));
  return layer_of_protocol(next, parse);
}

Layer decode_control_extension(Parse& parse) {
  if (!parse.bytes.empty() && parse.bytes.front() == no_next_header) return Layer::other;
  return decode_extension(parse);
}

Layer decode_ipv6_fragment(Parse& parse) {
  if (parse.bytes.size() < 8) return stop_short(parse, 8);
  const Header<8> header = parse.bytes.first<8>();
  parse.consume(8);
  const std::uint8_t next = load8<0>(header);
  const std::uint32_t offset = load16<2>(header) & 0xfff8U;
  const bool more = (load16<2>(header) & 1) != 0;
  if (!more && offset == 0) return layer_of_protocol(next, parse);  // atomic (RFC 6946)
  parse.out.protocol = next;
  parse.fragment = {load32<4>(header), offset, more, parse.out.ip_bytes - parse.told - 8};
  return Layer::fragment;
}

Layer decode_authentication(Parse& parse) {
  std::uint8_t next = 0;
  Cursor cursor(parse.bytes);
  cursor.skip(4);
  Marks marks;
  marks.label = cursor.u32();
  if (!take_extension(parse, 2, 4, next)) return stop_short(parse, extension_length(parse, 2, 4));
  add_tag(parse, TunnelKind::authentication, marks);
  return layer_of_protocol(next, parse);
}

}  // namespace wiretale::decode
