// Links that are headers of capturing itself, and links that are rare.
#include <optional>

#include "decode/layer.hpp"
#include "decode/load.hpp"

namespace wiretale::decode {

namespace {

// Address families as the systems number them that write these headers.
Layer layer_of_family(std::uint32_t family, Parse& parse) {
  switch (family) {
    case 2:
      return Layer::ipv4;
    case 10:  // Linux
    case 24:  // NetBSD, OpenBSD
    case 26:  // Solaris
    case 28:  // FreeBSD
    case 30:  // Darwin
      return Layer::ipv6;
    default:
      return parse.stop(Outcome::unknown_ethertype);
  }
}

// Where the packet stands among NFLOG's attributes.
struct Place {
  std::size_t offset, size;
};

// Lengths and types are little or big endian, as the capturing machine was; nothing where they lead to no packet.
std::optional<Place> nflog_packet(Bytes header, bool little) {
  constexpr std::uint16_t packet = 9, type_mask = 0x7fff;
  for (Cursor cursor(header, 4); cursor.left() >= 4;) {
    const std::uint16_t length = little ? cursor.u16le() : cursor.u16();
    const std::uint16_t type = (little ? cursor.u16le() : cursor.u16()) & type_mask;
    if (length < 4) break;
    if (type == packet) return Place{cursor.position(), length - 4U};
    cursor.skip(std::size_t{4} * ((length - 1U) / 4));  // the next one is aligned to four octets
  }
  return std::nullopt;
}

// The header of PKTAP as Apple writes it: length, kind of record, link type, in little endian.
struct PktapHeader {
  std::uint32_t length, kind, link_type;
};

PktapHeader pktap_header(Bytes bytes) {
  Cursor cursor(bytes);
  PktapHeader header{};
  header.length = cursor.u32le();
  header.kind = cursor.u32le();
  header.link_type = cursor.u32le();
  return header;
}

// What a packet on ARCNET is, by its protocol octet: RFC 1201, RFC 1051 and the numbers given since.
Layer layer_of_arcnet(std::uint8_t protocol, Parse& parse) {
  switch (protocol) {
    case 0xd4:
    case 0xf0:
      return Layer::ipv4;
    case 0xc4:
      return Layer::ipv6;
    case 0xd5:
    case 0xf1:
      return Layer::arp;
    default:
      return parse.stop(Outcome::unknown_ethertype);
  }
}

// The protocol octet at `at`, and behind it, where the protocol is not one of RFC 1051's, split flag and sequence
// number.
Layer decode_arcnet(Parse& parse, std::size_t at) {
  constexpr std::uint8_t rfc1051_ip = 0xf0, rfc1051_arp = 0xf1, exception = 0xff;
  Cursor cursor(parse.bytes);
  cursor.skip(at);
  const std::uint8_t protocol = cursor.u8();
  std::uint8_t split = 0;
  if (protocol != rfc1051_ip && protocol != rfc1051_arp) {
    split = cursor.u8();
    if (split == exception) {  // a frame that had to be padded repeats the header
      cursor.skip(3);
      split = cursor.u8();
    }
    cursor.skip(2);
  }
  if (!cursor.ok()) return parse.stop(Outcome::cut_off_link);
  parse.consume(cursor.position());
  // A packet in several frames isn't put together.
  return split != 0 ? parse.stop(Outcome::unknown_ethertype) : layer_of_arcnet(protocol, parse);
}

// MAC addresses, then a tag of `Tag` octets, then an ethertype.
template <std::size_t Tag>
Layer decode_tagged(Parse& parse) {
  constexpr std::size_t length = 12 + Tag + 2;
  if (parse.bytes.size() < length) return parse.stop(Outcome::cut_off_link);
  const Header<length> header = parse.bytes.first<length>();
  parse.out.destination_mac = load_mac<0>(header);
  parse.out.source_mac = load_mac<6>(header);
  parse.consume(length);
  return layer_of_ethertype(load16<12 + Tag>(header), parse);
}

}  // namespace

Layer layer_of_rare_link_type(std::uint32_t link_type) {
  switch (link_type) {
    case 7:  // ARCNET_BSD
      return Layer::arcnet_bsd;
    case 9:  // PPP
      return Layer::ppp_hdlc;
    case 10:
      return Layer::fddi;
    case 50:  // PPP_HDLC, which is also called PPP_SERIAL
      return Layer::ppp_hdlc;
    case 51:  // PPP_ETHER
      return Layer::pppoe;
    case 104:
      return Layer::cisco_hdlc;
    case 105:
      return Layer::wlan;
    case 107:
      return Layer::frame_relay;
    case 109:
      return Layer::enc;
    case 117:
      return Layer::pflog;
    case 119:
      return Layer::prism;
    case 122:  // IP_OVER_FC
      return Layer::fibre_channel;
    case 127:
      return Layer::radiotap;
    case 129:
      return Layer::arcnet_linux;
    case 149:
      return Layer::user2;
    case 163:  // IEEE802_11_AVS
      return Layer::avs;
    case 166:  // PPP_PPPD
    case 204:  // PPP_WITH_DIR
      return Layer::ppp_direction;
    case 178:
      return Layer::juniper_ethernet;
    case 192:
      return Layer::ppi;
    case 205:  // C_HDLC_WITH_DIR
      return Layer::cisco_hdlc_direction;
    case 206:  // FRELAY_WITH_DIR
      return Layer::frame_relay_direction;
    case 226:
      return Layer::ipnet;
    case 239:
      return Layer::nflog;
    case 242:
      return Layer::ipoib;
    case 258:
      return Layer::pktap;
    case 281:  // DSA_TAG_BRCM, of the same length
    case 284:  // DSA_TAG_DSA
      return Layer::dsa;
    case 285:  // DSA_TAG_EDSA
      return Layer::edsa;
    default:
      return Layer::done;
  }
}

Layer decode_nflog(Parse& parse) {
  if (parse.bytes.size() < 4) return parse.stop(Outcome::cut_off_link);
  const std::uint8_t family = parse.bytes.front();
  auto place = nflog_packet(parse.bytes, true);
  if (!place) place = nflog_packet(parse.bytes, false);
  if (!place) return parse.stop(Outcome::no_packet_inside);
  parse.consume(place->offset);
  parse.set_told(static_cast<std::uint32_t>(place->size));
  return layer_of_family(family, parse);
}

Layer decode_pflog(Parse& parse) {
  if (parse.bytes.size() < 2) return parse.stop(Outcome::cut_off_link);
  // The length leaves out what aligns the header to four octets.
  const std::size_t length = std::size_t{4} * ((parse.bytes[0] + 3U) / 4);
  const std::uint8_t family = parse.bytes[1];
  if (length < 4 || length > parse.bytes.size()) return parse.stop(Outcome::cut_off_link);
  parse.consume(length);
  return layer_of_family(family, parse);
}

Layer decode_enc(Parse& parse) {
  if (parse.bytes.size() < 12) return parse.stop(Outcome::cut_off_link);
  const Header<12> header = parse.bytes.first<12>();
  parse.consume(12);
  // The family stands in the byte order of the machine; families are small.
  const std::uint32_t family = load32<0>(header);
  return layer_of_family(family > 0xffff ? load8<0>(header) : family, parse);
}

Layer decode_pktap(Parse& parse) {
  constexpr std::uint32_t shortest = 12, packet = 1;
  const PktapHeader header = pktap_header(parse.bytes);
  if (header.length < shortest || header.length > parse.bytes.size()) return parse.stop(Outcome::cut_off_link);
  parse.consume(header.length);
  const Layer inner = layer_of_link_type(header.link_type);
  return header.kind != packet || inner == Layer::done ? parse.stop(Outcome::no_packet_inside) : inner;
}

Layer decode_user2(Parse& parse) {
  constexpr std::uint32_t full = 108, packet = 1;
  const PktapHeader header = pktap_header(parse.bytes);
  const bool believable = header.length >= full && header.length <= parse.bytes.size() && header.kind == packet &&
                          layer_of_link_type(header.link_type) != Layer::done;
  return believable ? Layer::pktap : parse.stop(Outcome::unknown_link_type);
}

Layer decode_fddi(Parse& parse) {
  if (parse.bytes.size() < 13) return parse.stop(Outcome::cut_off_link);
  const Header<13> header = parse.bytes.first<13>();
  parse.out.destination_mac = load_mac<1>(header);
  parse.out.source_mac = load_mac<7>(header);
  parse.consume(13);
  // Other frames manage the ring.
  const bool data = (load8<0>(header) & 0x30U) == 0x10;
  return data ? Layer::llc : parse.stop(Outcome::llc);
}

Layer decode_arcnet_linux(Parse& parse) { return decode_arcnet(parse, 4); }

Layer decode_arcnet_bsd(Parse& parse) { return decode_arcnet(parse, 2); }

Layer decode_fibre_channel(Parse& parse) {
  if (parse.bytes.size() < 16) return parse.stop(Outcome::cut_off_link);
  const Header<16> header = parse.bytes.first<16>();
  parse.out.destination_mac = load_mac<2>(header);
  parse.out.source_mac = load_mac<10>(header);
  parse.consume(16);
  return Layer::llc;
}

Layer decode_ipnet(Parse& parse) {
  if (parse.bytes.size() < 24) return parse.stop(Outcome::cut_off_link);
  const std::uint8_t family = parse.bytes[1];
  parse.consume(24);
  return layer_of_family(family, parse);
}

Layer decode_ipoib(Parse& parse) {
  if (parse.bytes.size() < 44) return parse.stop(Outcome::cut_off_link);
  const std::uint16_t ethertype = load16<40>(Header<44>(parse.bytes.first<44>()));
  parse.consume(44);
  return layer_of_ethertype(ethertype, parse);
}

Layer decode_dsa(Parse& parse) { return decode_tagged<4>(parse); }

Layer decode_edsa(Parse& parse) { return decode_tagged<8>(parse); }

Layer decode_juniper_ethernet(Parse& parse) {
  constexpr std::uint32_t magic = 0x4d4743;
  constexpr std::uint8_t extended = 0x80;
  Cursor cursor(parse.bytes);
  const bool right = cursor.u24() == magic;
  if ((cursor.u8() & extended) != 0) cursor.skip(cursor.u16());
  if (!cursor.ok()) return parse.stop(Outcome::cut_off_link);
  if (!right) return parse.stop(Outcome::no_packet_inside);
  parse.consume(cursor.position());
  return Layer::ethernet;
}

}  // namespace wiretale::decode
