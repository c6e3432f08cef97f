// What a packet was wrapped into: the way from the link to its innermost IP header.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/net.hpp>

namespace wiretale::decode {

/// What wraps. name_of() gives the words of records.
enum class TunnelKind : std::uint8_t {
  mpls,            ///< MPLS, one entry a label (RFC 3032)
  pppoe,           ///< PPPoE session (RFC 2516)
  pbb,             ///< provider backbone bridge (IEEE 802.1ah)
  authentication,  ///< AH (RFC 4302)
  esp_null,        ///< ESP without encryption (RFC 2410)
  ip4_in_ip4,      ///< RFC 2003
  ip6_in_ip4,      ///< RFC 4213
  ip4_in_ip6,      ///< RFC 2473
  ip6_in_ip6,      ///< RFC 2473
  ethernet_in_ip,  ///< IP protocol 143 (RFC 8986)
  etherip,         ///< RFC 3378
  pim,             ///< PIM register (RFC 7761)
  gre,             ///< RFC 2784, RFC 2890
  pptp,            ///< GRE version 1 (RFC 2637)
  erspan,          ///< GRE with a mirrored frame, types I to III
  vxlan,           ///< RFC 7348
  vxlan_gpe,       ///< VXLAN with a protocol field
  geneve,          ///< RFC 8926
  gtp_u,           ///< 3GPP TS 29.281
  teredo,          ///< RFC 4380
  l2tp,            ///< RFC 2661
  lisp,            ///< RFC 9300
  ayiya,           ///< anything in anything, of SixXS
  capwap,          ///< CAPWAP data (RFC 5415)
  mpls_in_ip,      ///< RFC 4023
  mpls_in_udp,     ///< RFC 7510
  gre_in_udp,      ///< RFC 8086
  count
};

/// The word for a kind in records, as `gtp_u`.
std::string_view name_of(TunnelKind kind);

/// One wrap around a packet.
struct Tunnel {
  TunnelKind kind = TunnelKind::count;
  /// The ends, where they make sessions in this tunnel others than those outside of it. None for tags of a link, and
  /// where the addresses inside tell all (Teredo, 6to4), since there the ways to and fro have other ends.
  IpAddress source, destination;
  std::uint16_t source_port = 0, destination_port = 0;  ///< of tunnels over UDP
  std::optional<std::uint32_t> id;     ///< the same in both directions: VNI, key of GRE around IP, PPPoE session …
  std::optional<std::uint32_t> label;  ///< of this direction only: TEID, call id, MPLS label, SPI …
};

/// All wraps around a packet, the outermost first.
struct Path {
  std::vector<Tunnel> tunnels;
  /// What of them tells sessions apart: kinds, unordered ends and ids of the tunnels that have ends. Equal keys, equal
  /// tunnels; empty where none counts.
  std::string key;

  /// Adds the next one inside.
  void add(const Tunnel& tunnel);
  /// Takes off all but the first `tunnels`, whose key has `key_bytes` octets.
  void cut(std::size_t count, std::size_t key_bytes);
};

}  // namespace wiretale::decode
