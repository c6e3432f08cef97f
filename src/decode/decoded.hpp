// One packet, taken apart down to its transport payload.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include <wiretale/net.hpp>

#include "decode/tunnel.hpp"

namespace wiretale::decode {

/// What became of a packet. From `first_reason` on: reasons why there is no transport payload to hand on.
enum class Outcome : std::uint8_t {
  transport,      ///< TCP or UDP with its ports (or any other IP protocol, `protocol` says which)
  arp,            ///< an ARP packet (RFC 826); `payload` is the ARP message
  fragment_held,  ///< a fragment of a datagram that isn't complete yet; nothing to hand on
  // --- not decoded, by reason; name_of() gives the words of the summary
  first_reason,
  unknown_link_type = first_reason,
  cut_off_link,            ///< the link header isn't all there
  unknown_ethertype,       ///< neither IP nor ARP above the link
  llc,                     ///< an 802.3 frame with LLC, not IP
  unknown_ppp_protocol,    ///< PPP that carries neither IP nor what leads to it
  ppp_control,             ///< PPP's own talk: LCP, authentication, IPCP … (RFC 1661, section 2)
  pppoe_discovery,         ///< PPPoE before its session (RFC 2516, section 5)
  wlan_management,         ///< 802.11 management frames, as beacons
  wlan_control,            ///< 802.11 control frames, as acknowledgements
  wlan_no_data,            ///< 802.11 data frames without data
  wlan_encrypted,          ///< 802.11 data that is encrypted
  wlan_fragment,           ///< a part of an 802.11 data unit
  macsec_encrypted,        ///< MACsec that hides what it carries (IEEE 802.1AE)
  unknown_mpls_payload,    ///< neither IP nor Ethernet behind the last MPLS label
  no_packet_inside,        ///< an envelope of the capture (NFLOG, PKTAP …) that holds no packet, or an unknown one
  cut_off_ip,              ///< the IP header isn't all there
  malformed_ip,            ///< a version, header length or total length that can't be
  fragment_overlap_limit,  ///< too many fragments or too many bytes: given up
  malformed_fragment,      ///< an offset or length that can't be
  cut_off_transport,       ///< the TCP or UDP header isn't all there
  malformed_transport,     ///< a data offset or length that can't be
  too_many_layers,
  empty,  ///< no bytes at all
  count
};

/// The word for a reason in the summary's `not_decoded`, as `unknown_ethertype`.
std::string_view name_of(Outcome outcome);

/// What was odd about a packet that was decoded all the same: bits of Decoded::notes.
struct Note {
  static constexpr std::uint8_t offload_length =
      1;  ///< an IP length of 0: the packet's length was taken (segmentation offload)
  static constexpr std::uint8_t short_packet = 2;     ///< the IP header tells of more octets than were on the wire
  static constexpr std::uint8_t udp_length = 4;       ///< a UDP length that isn't what IP carries
  static constexpr std::uint8_t tcp_options_cut = 8;  ///< the snaplen cut the TCP options: `options` is what is there
  static constexpr std::uint8_t fragments_overlap = 16;  ///< fragments overlapped, other than as exact copies
};

/// TCP header (RFC 9293, section 3.1).
struct TcpHeader {
  static constexpr std::uint8_t fin = 1, syn = 2, rst = 4, psh = 8, ack_flag = 16, urg = 32;

  std::uint32_t seq = 0;
  std::uint32_t ack = 0;
  std::uint16_t window = 0;
  std::uint8_t flags = 0;
  Bytes options;             ///< as they stand; parsed only where a handshake is told
  std::uint16_t urgent = 0;  ///< urgent pointer; means something with the flag only
  [[nodiscard]] bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

/// What the flow layer hears. Views point into the packet, or into the defragmenter's datagram (until its
/// next call).
struct Decoded {
  Outcome outcome = Outcome::empty;
  Frame frame = 0;
  Timestamp time;
  std::uint32_t interface = 0;
  std::uint32_t link_type = 0;

  MacAddress source_mac;  ///< none where the link has no such addresses
  MacAddress destination_mac;
  std::uint16_t ethertype = 0;           ///< of the innermost network layer, or the one that nobody knows
  std::uint8_t vlan_count = 0;           ///< VLAN tags, outermost first
  std::array<std::uint16_t, 4> vlans{};  ///< their ids (12 bits); further tags are passed over

  IpAddress source, destination;  ///< innermost IP addresses
  std::uint8_t protocol = 0;      ///< IANA IP protocol number of what IP carries
  std::uint8_t ttl = 0;           ///< IPv4 TTL or IPv6 hop limit
  std::uint16_t ip_id = 0;        ///< IPv4 identification; 0 in IPv6
  std::uint32_t ip_bytes = 0;     ///< IP length from its header: total length (v4), 40 + payload length (v6)
  Transport transport = Transport::none;
  std::uint8_t notes = 0;                               ///< what was odd: bits of Note
  std::uint16_t source_port = 0, destination_port = 0;  ///< of TCP, UDP and SCTP
  TcpHeader tcp;                                        ///< where transport is tcp
  /// The transport's payload that was captured: Ethernet padding is cut at the IP length. For ICMP, and for
  /// protocols without ports: all that follows the IP header.
  Bytes payload;
  std::uint32_t payload_bytes = 0;  ///< its length as the headers tell; more than `payload` where the snaplen cut it
  std::uint32_t block = 0;          ///< number of the reader's block that `payload` lies in; 0: it lies elsewhere
  /// Frames of all fragments, in order, where the datagram was put together from several; else empty. Valid
  /// as `payload`.
  std::span<const Frame> fragments;
  /// Tunnels and tags that the packet was unwrapped from; null where there are none, and VLAN tags alone are none.
  /// Holds until the decoder's next call.
  const Path* path = nullptr;
};

}  // namespace wiretale::decode
