// The words of the summary.
#include "decode/decoded.hpp"

namespace wiretale::decode {

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::transport:
      return "transport";
    case Outcome::arp:
      return "arp";
    case Outcome::fragment_held:
      return "fragment_held";
    case Outcome::unknown_link_type:
      return "unknown_link_type";
    case Outcome::cut_off_link:
      return "cut_off_link";
    case Outcome::unknown_ethertype:
      return "unknown_ethertype";
    case Outcome::llc:
      return "llc";
    case Outcome::unknown_ppp_protocol:
      return "unknown_ppp_protocol";
    case Outcome::ppp_control:
      return "ppp_control";
    case Outcome::pppoe_discovery:
      return "pppoe_discovery";
    case Outcome::wlan_management:
      return "wlan_management";
    case Outcome::wlan_control:
      return "wlan_control";
    case Outcome::wlan_no_data:
      return "wlan_no_data";
    case Outcome::wlan_encrypted:
      return "wlan_encrypted";
    case Outcome::wlan_fragment:
      return "wlan_fragment";
    case Outcome::macsec_encrypted:
      return "macsec_encrypted";
    case Outcome::unknown_mpls_payload:
      return "unknown_mpls_payload";
    case Outcome::no_packet_inside:
      return "no_packet_inside";
    case Outcome::cut_off_ip:
      return "cut_off_ip";
    case Outcome::malformed_ip:
      return "malformed_ip";
    case Outcome::fragment_overlap_limit:
      return "fragment_overlap_limit";
    case Outcome::malformed_fragment:
      return "malformed_fragment";
    case Outcome::cut_off_transport:
      return "cut_off_transport";
    case Outcome::malformed_transport:
      return "malformed_transport";
    case Outcome::too_many_layers:
      return "too_many_layers";
    case Outcome::empty:
      return "empty";
    case Outcome::count:
      break;
  }
  return "unknown";
}

}  // namespace wiretale::decode
