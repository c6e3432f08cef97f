// TCP, UDP and SCTP headers, and what has no ports.
#include <algorithm>

#include "decode/layer.hpp"
#include "decode/load.hpp"

namespace wiretale::decode {

namespace {

Transport transport_of(std::uint8_t protocol) {
  switch (protocol) {
    case 1:
      return Transport::icmp;
    case 6:
      return Transport::tcp;
    case 17:
      return Transport::udp;
    case 58:
      return Transport::icmpv6;
    case 132:
      return Transport::sctp;
    default:
      return Transport::other;
  }
}

// All three begin with the ports.
template <std::size_t N>
void read_ports(Header<N> header, Decoded& out) {
  out.source_port = load16<0>(header);
  out.destination_port = load16<2>(header);
}

// A header of `count` octets that isn't there: cut off, or a packet too short for it. The ports are still
// told.
Layer stop_short(Parse& parse, std::size_t count) {
  peek_ports(parse);
  return parse.stop(parse.told < count ? Outcome::malformed_transport : Outcome::cut_off_transport);
}

// What is there of a TCP header that isn't whole. Cursor yields zeros for the rest.
Layer stop_short_tcp(Parse& parse) {
  Cursor cursor(parse.bytes);
  cursor.skip(4);
  TcpHeader& tcp = parse.out.tcp;
  tcp.seq = cursor.u32();
  tcp.ack = cursor.u32();
  cursor.skip(1);
  tcp.flags = cursor.u8();
  tcp.window = cursor.u16();
  return stop_short(parse, 20);
}

// The ports of tunnels are between these: most datagrams need no closer look.
bool may_be_tunnel(const Decoded& out) {
  constexpr std::uint16_t first = 1701, last = 8472;
  const std::uint16_t lower = std::min(out.source_port, out.destination_port);
  return lower >= first && lower <= last;
}

}  // namespace

void peek_ports(Parse& parse) {
  parse.out.transport = transport_of(parse.out.protocol);
  const bool has_ports = parse.out.transport == Transport::tcp || parse.out.transport == Transport::udp ||
                         parse.out.transport == Transport::sctp;
  if (has_ports && parse.bytes.size() >= 4) read_ports(Header<4>(parse.bytes.first<4>()), parse.out);
}

Layer decode_tcp(Parse& parse) {
  if (parse.bytes.size() < 20) return stop_short_tcp(parse);
  const Header<20> header = parse.bytes.first<20>();
  Decoded& out = parse.out;
  out.transport = Transport::tcp;
  read_ports(header, out);
  out.tcp.seq = load32<4>(header);
  out.tcp.ack = load32<8>(header);
  out.tcp.flags = load8<13>(header);
  out.tcp.window = load16<14>(header);
  out.tcp.urgent = load16<18>(header);
  const std::uint32_t header_bytes = (load8<12>(header) >> 4) * 4U;
  if (header_bytes < 20 || header_bytes > parse.told) return parse.stop(Outcome::malformed_transport);
  out.tcp.options = slice(parse.bytes, 20, header_bytes - 20);
  // Options that were cut off don't spoil the segment: all that a stream needs is in the first 20 octets.
  if (header_bytes > parse.bytes.size()) out.notes |= Note::tcp_options_cut;
  out.payload = slice(parse.bytes, header_bytes);
  out.payload_bytes = parse.told - header_bytes;
  return parse.stop(Outcome::transport);
}

Layer decode_udp(Parse& parse) {
  if (parse.bytes.size() < 8) return stop_short(parse, 8);
  const Header<8> header = parse.bytes.first<8>();
  parse.out.transport = Transport::udp;
  read_ports(header, parse.out);
  const std::uint32_t length = load16<4>(header);
  // A shorter length leaves octets that are none of UDP's. Beyond that, what IP carries counts: 0 stands in
  // offloaded packets and jumbograms (RFC 2675, section 4), and what is longer than the packet can't be.
  if (length != parse.told) parse.out.notes |= Note::udp_length;
  if (length >= 8 && length < parse.told) parse.set_told(length);
  parse.consume(8);
  if (may_be_tunnel(parse.out))
    if (const Layer inside = layer_of_udp_tunnel(parse); inside != Layer::other) return inside;
  return parse.stop_with_payload(Outcome::transport);
}

Layer decode_sctp(Parse& parse) {
  if (parse.bytes.size() < 12) return stop_short(parse, 12);
  parse.out.transport = Transport::sctp;
  read_ports(Header<12>(parse.bytes.first<12>()), parse.out);
  parse.consume(12);
  return parse.stop_with_payload(Outcome::transport);
}

Layer decode_other(Parse& parse) {
  parse.out.transport = transport_of(parse.out.protocol);
  return parse.stop_with_payload(Outcome::transport);
}

}  // namespace wiretale::decode
