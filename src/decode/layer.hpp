// The steps by which a packet is taken apart: each consumes one header and names what comes next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include <wiretale/bytes.hpp>

#include "decode/decoded.hpp"

namespace wiretale::decode {

/// What the next octets of a packet are. A new link or tunnel is an enumerator, a function below and a line
/// in decode_other_layer().
enum class Layer : std::uint8_t {
  done,           ///< nothing more to take apart; the outcome is set
  ethernet,       ///< IEEE 802.3 MAC header
  sll,            ///< LINKTYPE_LINUX_SLL
  sll2,           ///< LINKTYPE_LINUX_SLL2
  null,           ///< LINKTYPE_NULL, LINKTYPE_LOOP: an address family
  raw,            ///< IPv4 or IPv6, as its first octet tells
  ppp,            ///< PPP, with or without address and control
  ppp_hdlc,       ///< PPP in HDLC framing, or Cisco's HDLC
  ppp_direction,  ///< PPP behind an octet that tells the direction
  pppoe,          ///< the rest of PPPoE, behind its ethertype
  cisco_hdlc,
  cisco_hdlc_direction,
  frame_relay,
  frame_relay_direction,
  wlan,  ///< IEEE 802.11
  radiotap,
  prism,
  avs,
  ppi,
  nflog,
  pflog,
  enc,
  pktap,
  user2,  ///< a number without a meaning of its own, under which Apple wrote PKTAP
  fddi,
  arcnet_linux,
  arcnet_bsd,
  fibre_channel,  ///< IP over Fibre Channel
  ipnet,
  ipoib,
  dsa,               ///< Ethernet with a tag of a Marvell switch behind the addresses
  edsa,              ///< the same with an ethertype of its own
  juniper_ethernet,  ///< Ethernet behind a header of Juniper's
  vlan,              ///< the rest of a VLAN tag: TCI and ethertype
  llc,               ///< IEEE 802.2 LLC
  snap,              ///< what follows SNAP's LLC header
  mpls,
  pbb,    ///< the rest of a backbone bridge's tag, behind its ethertype; so the next ones
  vntag,  ///< tag of a virtual interface
  etag,   ///< bridge port extension, or Cisco metadata: of the same length
  fabric_path,
  macsec,
  nsh,
  nlpid,  ///< a network layer protocol identifier (ISO/IEC TR 9577)
  arp,
  ipv4,
  ipv6,
  fragment,    ///< data of an IP fragment; Parse::fragment describes it
  hop_by_hop,  ///< an IPv6 extension header of the usual form, which also routing and destination options
               ///< have
  control,     ///< mobility, HIP and Shim6 headers: of the usual form, but mostly the last one
  ipv6_fragment,
  authentication,
  esp,
  gre,
  ip_in_ip,
  ethernet_in_ip,
  etherip,
  mpls_in_ip,
  pim,
  capwap_wlan,  ///< IEEE 802.11 in CAPWAP, where some controllers swap the octets of the frame control
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

/// What packets in tunnels need; the decoder keeps it from packet to packet, for its room.
struct Nest {
  Path path;  ///< of the packet at hand, where it has one
  /// The packet around the innermost tunnel, as it would be a session of its own: what counts where the tunnel's
  /// contents can't be read.
  Decoded outer;
  std::size_t outer_tunnels = 0;    ///< how much of the path lies outside of `outer`
  std::size_t outer_key_bytes = 0;  ///< and of the path's key
};

/// What a header tells of its tunnel or tag: as in Tunnel.
struct Marks {
  std::optional<std::uint32_t> id = std::nullopt;
  std::optional<std::uint32_t> label = std::nullopt;
  bool without_ends = false;  ///< the ends don't tell sessions apart
};

/// A packet while it is taken apart: what is left of it, and what was found.
struct Parse {
  Bytes bytes;             ///< captured, from the next header on
  std::uint32_t told = 0;  ///< how much the headers so far say is there; never less than `bytes`
  FragmentInfo fragment;
  bool wlan_padded = false;   ///< the 802.11 header is padded to four octets
  bool wlan_swapped = false;  ///< the octets of the 802.11 frame control are swapped
  bool has_outer = false;     ///< Nest::outer is filled
  Decoded& out;
  Nest& nest;

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

/// The layer that a PPP protocol number names (https://www.iana.org/assignments/ppp-numbers).
[[nodiscard]] Layer layer_of_ppp(std::uint16_t protocol, Parse& parse);
/// The layer that NSH and VXLAN-GPE name by a number of their own (RFC 8300, section 2.2).
[[nodiscard]] Layer layer_of_next_protocol(std::uint8_t protocol, Parse& parse);
/// The tunnel that a UDP datagram carries, by its ports and what it begins with; Layer::other where it is none. `parse`
/// stands behind the UDP header.
[[nodiscard]] Layer layer_of_udp_tunnel(Parse& parse);
/// Adds a tag to the packet's path: what is around it stays what it is.
void add_tag(Parse& parse, TunnelKind kind, const Marks& marks);
/// Goes from the packet at hand into what it carries: adds the tunnel to the path, and what was found so far is told of
/// the outer packet no more. `parse` still stands at the tunnel's own header.
void enter(Parse& parse, TunnelKind kind, const Marks& marks);
/// Goes back to the packet around the innermost tunnel.
void leave(Parse& parse);
/// The layer that an ethertype names (IEEE 802.3; values up to 1500 are a length before LLC). Notes it in
/// `out`.
[[nodiscard]] Layer layer_of_ethertype(std::uint16_t ethertype, Parse& parse);
/// The same for those that are rarely seen.
[[nodiscard]] Layer layer_of_rare_ethertype(std::uint16_t ethertype, Parse& parse);
/// The layer that an IP protocol number or IPv6 next header names. Notes it in `out`.
[[nodiscard]] Layer layer_of_protocol(std::uint8_t protocol, Parse& parse);
/// The layer that a LINKTYPE_ value names; Layer::done for one that isn't known.
[[nodiscard]] Layer layer_of_link_type(std::uint32_t link_type);
/// The same for those that are rarely seen.
[[nodiscard]] Layer layer_of_rare_link_type(std::uint32_t link_type);

/// Takes the step of any layer that Decoder::step() doesn't take itself.
[[nodiscard]] Layer decode_other_layer(Layer layer, Parse& parse);

// Each function consumes its header from `parse` and returns what follows, or stops. They are in link.cpp,
// link_envelope.cpp, ppp.cpp, wlan.cpp, tags.cpp, ip.cpp, tunnel_ip.cpp, tunnel_udp.cpp, esp.cpp and transport.cpp.

/// MAC header with an ethertype or a length (IEEE 802.3, section 3.2).
[[nodiscard]] Layer decode_ethernet(Parse& parse);
/// VLAN tag after its TPID (IEEE 802.1Q, section 9.6).
[[nodiscard]] Layer decode_vlan(Parse& parse);
/// LLC header (IEEE 802.2); goes on for SNAP, for IP and for IP as OSI names it.
[[nodiscard]] Layer decode_llc(Parse& parse);
/// SNAP: organization and protocol (IEEE 802, section 9.5); goes on for ethertypes (RFC 1042) and bridged Ethernet.
[[nodiscard]] Layer decode_snap(Parse& parse);
/// Linux cooked capture (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html).
[[nodiscard]] Layer decode_sll(Parse& parse);
/// Linux cooked capture, version 2 (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html).
[[nodiscard]] Layer decode_sll2(Parse& parse);
/// BSD loopback: an address family in the byte order of whoever captured, or in network order
/// (LINKTYPE_LOOP).
[[nodiscard]] Layer decode_null(Parse& parse);
/// PPP (RFC 1661, section 2): address and control may have been left out, and the first octet of the protocol, too.
[[nodiscard]] Layer decode_ppp(Parse& parse);
/// PPP in HDLC framing (RFC 1662, section 3.1), or Cisco's HDLC, as the first octet tells.
[[nodiscard]] Layer decode_ppp_hdlc(Parse& parse);
/// PPP behind an octet that is 0 where the packet was received.
[[nodiscard]] Layer decode_ppp_direction(Parse& parse);
/// PPPoE session stage (RFC 2516, section 4).
[[nodiscard]] Layer decode_pppoe(Parse& parse);
/// Cisco HDLC: address, control, ethertype (RFC 1547, section 4.3.1).
[[nodiscard]] Layer decode_cisco_hdlc(Parse& parse);
/// Frame Relay (RFC 2427, section 3), or Cisco's form of it with an ethertype.
[[nodiscard]] Layer decode_frame_relay(Parse& parse);
/// Both behind an octet that tells the direction.
[[nodiscard]] Layer decode_cisco_hdlc_direction(Parse& parse);
[[nodiscard]] Layer decode_frame_relay_direction(Parse& parse);
/// MPLS label stack entry (RFC 3032, section 2.1); behind the last one IP, or a pseudowire's Ethernet (RFC 4448).
[[nodiscard]] Layer decode_mpls(Parse& parse);
/// Service tag of a backbone bridge (IEEE 802.1Q, section 9.7), then the customer's frame.
[[nodiscard]] Layer decode_pbb(Parse& parse);
/// VNTag (ethertype 0x8926): four octets, then an ethertype.
[[nodiscard]] Layer decode_vntag(Parse& parse);
/// E-Tag (IEEE 802.1BR, section 7.5) and Cisco metadata: six octets, then an ethertype.
[[nodiscard]] Layer decode_etag(Parse& parse);
/// Cisco FabricPath: a tree and a hop count, then a frame.
[[nodiscard]] Layer decode_fabric_path(Parse& parse);
/// MACsec (IEEE 802.1AE, section 9.3) that only protects.
[[nodiscard]] Layer decode_macsec(Parse& parse);
/// Network service header (RFC 8300, section 2).
[[nodiscard]] Layer decode_nsh(Parse& parse);
/// A protocol identifier of one octet (RFC 2427, section 3), or SNAP behind it.
[[nodiscard]] Layer decode_nlpid(Parse& parse);
/// IEEE 802.11 data in clear (IEEE 802.11, section 9.3.2); anything else stops with its reason.
[[nodiscard]] Layer decode_wlan(Parse& parse);
/// Radiotap header before 802.11 (https://www.radiotap.org).
[[nodiscard]] Layer decode_radiotap(Parse& parse);
/// Prism monitoring header before 802.11, or an AVS one, as some drivers write in its place.
[[nodiscard]] Layer decode_prism(Parse& parse);
/// AVS header before 802.11.
[[nodiscard]] Layer decode_avs(Parse& parse);
/// Per-packet information before any other link (CACE Technologies, PPI 1.0).
[[nodiscard]] Layer decode_ppi(Parse& parse);
/// Netfilter log: attributes, one of which is the packet (https://www.tcpdump.org/linktypes/LINKTYPE_NFLOG.html).
[[nodiscard]] Layer decode_nflog(Parse& parse);
/// Packet filter log of the BSDs.
[[nodiscard]] Layer decode_pflog(Parse& parse);
/// What the BSDs show of IPsec: address family, SPI, flags, then the packet in clear.
[[nodiscard]] Layer decode_enc(Parse& parse);
/// Apple's PKTAP: its header names the link that follows.
[[nodiscard]] Layer decode_pktap(Parse& parse);
/// LINKTYPE_USER2, where it is a PKTAP header.
[[nodiscard]] Layer decode_user2(Parse& parse);
/// FDDI (ANSI X3.139): frame control, addresses, LLC.
[[nodiscard]] Layer decode_fddi(Parse& parse);
/// ARCNET (RFC 1201, RFC 1051) with the offset that Linux puts into its header, and as it is on the wire.
[[nodiscard]] Layer decode_arcnet_linux(Parse& parse);
[[nodiscard]] Layer decode_arcnet_bsd(Parse& parse);
/// IP over Fibre Channel (RFC 2625, section 3): addresses, LLC.
[[nodiscard]] Layer decode_fibre_channel(Parse& parse);
/// Solaris IPNET: a header that names the family.
[[nodiscard]] Layer decode_ipnet(Parse& parse);
/// IP over InfiniBand (RFC 4391, section 6), behind the global route header.
[[nodiscard]] Layer decode_ipoib(Parse& parse);
/// Ethernet with a DSA tag of four octets between addresses and ethertype.
[[nodiscard]] Layer decode_dsa(Parse& parse);
/// The same with an ethertype and two more octets before the tag.
[[nodiscard]] Layer decode_edsa(Parse& parse);
/// Juniper's header with its extensions, then Ethernet.
[[nodiscard]] Layer decode_juniper_ethernet(Parse& parse);
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
/// ESP that doesn't encrypt (RFC 2410), where what is inside proves it; else a protocol without ports.
[[nodiscard]] Layer decode_esp(Parse& parse);
/// GRE (RFC 2784, RFC 2890, RFC 1701; version 1: RFC 2637), ERSPAN in it; a protocol without ports where it carries
/// something else.
[[nodiscard]] Layer decode_gre(Parse& parse);
/// The same as a tunnel of another kind.
[[nodiscard]] Layer unwrap_gre(TunnelKind kind, Parse& parse);
/// IP in IP, either version in either.
[[nodiscard]] Layer decode_ip_in_ip(Parse& parse);
/// An Ethernet frame in IP (RFC 8986, section 4.9).
[[nodiscard]] Layer decode_ethernet_in_ip(Parse& parse);
/// EtherIP (RFC 3378, section 3).
[[nodiscard]] Layer decode_etherip(Parse& parse);
/// MPLS in IP (RFC 4023).
[[nodiscard]] Layer decode_mpls_in_ip(Parse& parse);
/// PIM register messages (RFC 7761, section 4.9.3) carry a multicast packet; others are a protocol without ports.
[[nodiscard]] Layer decode_pim(Parse& parse);
/// An 802.11 frame as CAPWAP carries it (RFC 5415, section 4.3).
[[nodiscard]] Layer decode_capwap_wlan(Parse& parse);
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
