// PPP and what resembles it: HDLC, PPPoE, Cisco HDLC, Frame Relay.
#include "decode/layer.hpp"
#include "decode/load.hpp"

namespace wiretale::decode {

namespace {

constexpr std::uint8_t all_stations = 0xff;  // the address of every PPP frame (RFC 1662, section 3.1)
constexpr std::uint8_t unnumbered = 0x03;    // its control field, and that of LLC and Frame Relay
constexpr std::uint16_t first_ethertype = 1536;

Layer behind_direction(Layer link, Parse& parse) {
  if (parse.bytes.empty()) return parse.stop(Outcome::cut_off_link);
  parse.consume(1);
  return link;
}

}  // namespace

Layer layer_of_ppp(std::uint16_t protocol, Parse& parse) {
  switch (protocol) {
    case 0x0021:
      return Layer::ipv4;
    case 0x0057:
      return Layer::ipv6;
    case 0x0281:
    case 0x0283:
      return Layer::mpls;
    default:
      break;
  }
  // From 0x8000 on: network control, link control and authentication protocols (RFC 1661, section 2).
  return parse.stop(protocol >= 0x8000 ? Outcome::ppp_control : Outcome::unknown_ppp_protocol);
}

Layer decode_ppp(Parse& parse) {
  Cursor cursor(parse.bytes);
  if (cursor.peek() == all_stations && cursor.peek(1) == unnumbered) cursor.skip(2);
  // Protocol numbers are odd in their last octet only: an odd first one is compressed (RFC 1661, section 6.5).
  std::uint16_t protocol = cursor.u8();
  if ((protocol & 1U) == 0) protocol = static_cast<std::uint16_t>(protocol << 8 | cursor.u8());
  if (!cursor.ok()) return parse.stop(Outcome::cut_off_link);
  parse.consume(cursor.position());
  return layer_of_ppp(protocol, parse);
}

Layer decode_ppp_hdlc(Parse& parse) {
  constexpr std::uint8_t cisco_unicast = 0x0f, cisco_broadcast = 0x8f;
  if (parse.bytes.empty()) return parse.stop(Outcome::cut_off_link);
  const std::uint8_t address = parse.bytes.front();
  return address == cisco_unicast || address == cisco_broadcast ? Layer::cisco_hdlc : Layer::ppp;
}

Layer decode_ppp_direction(Parse& parse) { return behind_direction(Layer::ppp, parse); }

Layer decode_cisco_hdlc_direction(Parse& parse) { return behind_direction(Layer::cisco_hdlc, parse); }

Layer decode_frame_relay_direction(Parse& parse) { return behind_direction(Layer::frame_relay, parse); }

Layer decode_pppoe(Parse& parse) {
  if (parse.bytes.size() < 6) return parse.stop(Outcome::cut_off_link);
  const Header<6> header = parse.bytes.first<6>();
  parse.consume(6);
  add_tag(parse, TunnelKind::pppoe, {load16<2>(header)});
  const std::uint16_t length = load16<4>(header);
  if (length < parse.told) parse.set_told(length);  // Ethernet's padding
  return Layer::ppp;
}

Layer decode_cisco_hdlc(Parse& parse) {
  constexpr std::uint16_t osi = 0xfefe;
  if (parse.bytes.size() < 4) return parse.stop(Outcome::cut_off_link);
  const std::uint16_t ethertype = load16<2>(Header<4>(parse.bytes.first<4>()));
  parse.out.ethertype = ethertype;
  parse.consume(4);
  if (ethertype < first_ethertype || ethertype == osi) return parse.stop(Outcome::unknown_ethertype);
  return layer_of_ethertype(ethertype, parse);
}

Layer decode_frame_relay(Parse& parse) {
  Cursor cursor(parse.bytes);
  // The last octet of the address has its lowest bit set (RFC 2427, section 3); two to four are in use.
  for (int octets = 1; (cursor.u8() & 1U) == 0 && cursor.ok();)
    if (++octets > 4) return parse.stop(Outcome::unknown_ethertype);
  if (cursor.peek() == unnumbered) {
    cursor.skip(1);
    if (cursor.left() > 1 && cursor.peek() == 0) cursor.skip(1);  // a pad, so that what follows is aligned
    if (!cursor.ok()) return parse.stop(Outcome::cut_off_link);
    parse.consume(cursor.position());
    return Layer::nlpid;
  }
  const std::uint16_t ethertype = cursor.u16();
  if (!cursor.ok()) return parse.stop(Outcome::cut_off_link);
  parse.consume(cursor.position());
  parse.out.ethertype = ethertype;
  return ethertype < first_ethertype ? parse.stop(Outcome::unknown_ethertype) : layer_of_ethertype(ethertype, parse);
}

Layer decode_nlpid(Parse& parse) {
  if (parse.bytes.empty()) return parse.stop(Outcome::cut_off_link);
  constexpr std::uint8_t snap = 0x80, ipv4 = 0xcc, ipv6 = 0x8e, ppp = 0xcf;
  const std::uint8_t nlpid = parse.bytes.front();
  parse.consume(1);
  switch (nlpid) {
    case ipv4:
      return Layer::ipv4;
    case ipv6:
      return Layer::ipv6;
    case ppp:
      return Layer::ppp;
    case snap:
      return Layer::snap;
    default:
      return parse.stop(Outcome::unknown_ethertype);
  }
}

}  // namespace wiretale::decode
