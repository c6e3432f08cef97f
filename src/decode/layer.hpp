// The steps by which a packet is taken apart: each consumes one header and names what comes next.
#pragma once

#include <cstddef>
#include <cstdint>

#include <wiretale/bytes.hpp>

#include "decode/decoded.hpp"

namespace wiretale::decode {

/// What the next octets of a packet are. A new link or tunnel is an enumerator, a function below and a line
/// in Decoder::step().
enum class Layer : std::uint8_t {
  done,      ///< nothing more to take apart; the outcome is set
  ethernet,  ///< IEEE 802.3 MAC header
  sll,       ///< LINKTYPE_LINUX_SLL
  sll2,      ///< LINKTYPE_LINUX_SLL2
  null,      ///< LINKTYPE_NULL, LINKTYPE_LOOP: an address family
  raw,       ///< IPv4 or IPv6, as its first octet tells
  vlan,      ///< the rest of a VLAN tag: TCI and ethertype
  llc,       ///< IEEE 802.2 LLC
  arp,
  ipv4,
  ipv6,
  fragment,    ///< data of an IP fragment; Parse::fragment describes it
  hop_by_hop,  ///< an IPv6 extension header of the usual form, which also routing and destination options
               ///< have
  control,     ///< mobility, HIP and Shim6 headers: of the usual form, but mostly the last one
  ipv6_fragment,
  authentication,
  tcp,
  udp,
  sctp,
  other,  ///< a protocol without ports
};

/// The fragment that is at hand, between an IP header and the defragmenter.
struct FragmentInfo {
  std::uint32_t id = 0;
  std::uint32_t offset = 0;  ///< in octets
  bool more = false;
  std::uint32_t header_bytes = 0;  ///< as Fragment::header_bytes
};

/// A packet while it is taken apart: what is left of it, and what was found.
struct Parse {
  Bytes bytes;             ///< captured, from the next header on
  std::uint32_t told = 0;  ///< how much the headers so far say is there; never less than `bytes`
  FragmentInfo fragment;
  Decoded& out;

  /// Passes over `count` octets, at most bytes.size().
  void consume(std::size_t count) {
    bytes = bytes.subspan(count);
    told -= static_cast<std::uint32_t>(count);
  }
  /// Believes a header that tells how much follows: what is beyond is padding; what is missing was cut off.
  void set_told(std::uint32_t count) {
    told = count;
    if (bytes.size() > count) bytes = bytes.first(count);
  }
  /// Ends here.
  [[nodiscard]] Layer stop(Outcome outcome) {
    out.outcome = outcome;
    return Layer::done;
  }
  /// Ends with all that is left as payload.
  [[nodiscard]] Layer stop_with_payload(Outcome outcome) {
    out.payload = bytes;
    out.payload_bytes = told;
    return stop(outcome);
  }
};

/// The layer that an ethertype names (IEEE 802.3; values up to 1500 are a length before LLC). Notes it in
/// `out`.
[[nodiscard]] Layer layer_of_ethertype(std::uint16_t ethertype, Parse& parse);
/// The layer that an IP protocol number or IPv6 next header names. Notes it in `out`.
[[nodiscard]] Layer layer_of_protocol(std::uint8_t protocol, Parse& parse);
/// The layer that a LINKTYPE_ value names; Layer::done for one that isn't known.
[[nodiscard]] Layer layer_of_link_type(std::uint32_t link_type);

// Each function consumes its header from `parse` and returns what follows, or stops. They are in link.cpp,
// ip.cpp and transport.cpp.

/// MAC header with an ethertype or a length (IEEE 802.3, section 3.2).
[[nodiscard]] Layer decode_ethernet(Parse& parse);
/// VLAN tag after its TPID (IEEE 802.1Q, section 9.6).
[[nodiscard]] Layer decode_vlan(Parse& parse);
/// LLC header; goes on only for SNAP with OUI 0 (RFC 1042).
[[nodiscard]] Layer decode_llc(Parse& parse);
/// Linux cooked capture (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html).
[[nodiscard]] Layer decode_sll(Parse& parse);
/// Linux cooked capture, version 2 (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html).
[[nodiscard]] Layer decode_sll2(Parse& parse);
/// BSD loopback: an address family in the byte order of whoever captured, or in network order
/// (LINKTYPE_LOOP).
[[nodiscard]] Layer decode_null(Parse& parse);
/// No link header: the version field tells IPv4 from IPv6.
[[nodiscard]] Layer decode_raw(Parse& parse);
/// ARP (RFC 826): handed on as payload.
[[nodiscard]] Layer decode_arp(Parse& parse);
/// IPv4 header with options (RFC 791, section 3.1).
[[nodiscard]] Layer decode_ipv4(Parse& parse);
/// IPv6 header (RFC 8200, section 3).
[[nodiscard]] Layer decode_ipv6(Parse& parse);
/// IPv6 extension header of the form next header, length (RFC 8200, sections 4.3, 4.4, 4.6).
[[nodiscard]] Layer decode_extension(Parse& parse);
/// The same form for mobility (RFC 6275, section 6.1), HIP (RFC 7401, section 5.1) and Shim6 (RFC 5533,
/// section 5.1): with no next header they are themselves what IP carries.
[[nodiscard]] Layer decode_control_extension(Parse& parse);
/// IPv6 fragment header (RFC 8200, section 4.5).
[[nodiscard]] Layer decode_ipv6_fragment(Parse& parse);
/// AH, over IPv4 or IPv6 (RFC 4302, section 2).
[[nodiscard]] Layer decode_authentication(Parse& parse);
/// TCP header (RFC 9293, section 3.1).
[[nodiscard]] Layer decode_tcp(Parse& parse);
/// UDP header (RFC 768).
[[nodiscard]] Layer decode_udp(Parse& parse);
/// SCTP common header (RFC 9260, section 3.1).
[[nodiscard]] Layer decode_sctp(Parse& parse);
/// Anything else that IP carries: handed on as payload.
[[nodiscard]] Layer decode_other(Parse& parse);
/// Reads the ports of TCP, UDP or SCTP without going on; for a first fragment that is held.
void peek_ports(Parse& parse);

}  // namespace wiretale::decode
