#include "decode/tunnel.hpp"

#include <algorithm>

#include <wiretale/bytes.hpp>

namespace wiretale::decode {

std::string_view name_of(TunnelKind kind) {
  switch (kind) {
    case TunnelKind::mpls:
      return "mpls";
    case TunnelKind::pppoe:
      return "pppoe";
    case TunnelKind::pbb:
      return "pbb";
    case TunnelKind::authentication:
      return "ah";
    case TunnelKind::esp_null:
      return "esp_null";
    case TunnelKind::ip4_in_ip4:
      return "4in4";
    case TunnelKind::ip6_in_ip4:
      return "6in4";
    case TunnelKind::ip4_in_ip6:
      return "4in6";
    case TunnelKind::ip6_in_ip6:
      return "6in6";
    case TunnelKind::ethernet_in_ip:
      return "ethernet_in_ip";
    case TunnelKind::etherip:
      return "etherip";
    case TunnelKind::pim:
      return "pim";
    case TunnelKind::gre:
      return "gre";
    case TunnelKind::pptp:
      return "pptp";
    case TunnelKind::erspan:
      return "erspan";
    case TunnelKind::vxlan:
      return "vxlan";
    case TunnelKind::vxlan_gpe:
      return "vxlan_gpe";
    case TunnelKind::geneve:
      return "geneve";
    case TunnelKind::gtp_u:
      return "gtp_u";
    case TunnelKind::teredo:
      return "teredo";
    case TunnelKind::l2tp:
      return "l2tp";
    case TunnelKind::lisp:
      return "lisp";
    case TunnelKind::ayiya:
      return "ayiya";
    case TunnelKind::capwap:
      return "capwap";
    case TunnelKind::mpls_in_ip:
      return "mpls_in_ip";
    case TunnelKind::mpls_in_udp:
      return "mpls_in_udp";
    case TunnelKind::gre_in_udp:
      return "gre_in_udp";
    case TunnelKind::count:
      break;
  }
  return "unknown";
}

void Path::add(const Tunnel& tunnel) {
  tunnels.push_back(tunnel);
  if (tunnel.source.none()) return;
  // Each part has its length before it or a fixed one, so that two paths never give the same octets.
  key += static_cast<char>(tunnel.kind);
  const auto [first, second] = std::minmax(tunnel.source, tunnel.destination);
  for (const IpAddress& end : {first, second}) {
    key += static_cast<char>(end.octets().size());
    key += text_of(end.octets());
  }
  key += tunnel.id ? '\1' : '\0';
  const std::uint32_t id = tunnel.id.value_or(0);
  for (int shift = 24; shift >= 0; shift -= 8) key += static_cast<char>(id >> shift);
}

void Path::cut(std::size_t count, std::size_t key_bytes) {
  tunnels.resize(count);
  key.resize(key_bytes);
}

}  // namespace wiretale::decode
