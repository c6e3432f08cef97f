// Options of DHCPv4 (RFC 2132 and the RFC named beside each): every option is declared once, with its code, name,
// type and meaning.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/record.hpp>

#include "dhcp/codes.hpp"
#include "dhcp/values.hpp"

namespace wiretale::hostconf {

/// Names of the options that are declared below; others as OPTION224.
struct OptionCode4 {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "OPTION";
  static constexpr std::size_t octets = 1;
};

/// Option 33: a way to one host (RFC 2132, section 5.8).
struct HostRoute {
  IpAddress destination, router;

  static constexpr auto fields() {
    return FieldList{field("destination", &HostRoute::destination, "The host, or the classful network."),
                     field("router", &HostRoute::router, "The router to it.")};
  }
};

/// Option 21 (RFC 2132, section 4.3).
struct PolicyFilter {
  IpAddress address, mask;

  static constexpr auto fields() {
    return FieldList{field("address", &PolicyFilter::address, "Destination that source routes may go to."),
                     field("mask", &PolicyFilter::mask, "Its mask.")};
  }
};

/// Options 121 and 249 (RFC 3442).
struct ClasslessRoute {
  std::string destination;
  IpAddress router;

  static constexpr auto fields() {
    return FieldList{field("destination", &ClasslessRoute::destination, "Network: 10.0.0.0/8."),
                     field("router", &ClasslessRoute::router, "The router to it; 0.0.0.0: it is on the link.")};
  }
};

/// Option 61 (RFC 2132, section 9.14; RFC 4361).
struct ClientIdentifier {
  std::optional<std::uint32_t> type;
  std::string link_address, text;
  std::optional<std::uint32_t> iaid;
  Duid duid;
  Hex all;

  static constexpr auto fields() {
    using R = ClientIdentifier;
    return FieldList{
        field("type", &R::type, "First octet: a hardware type, 0: an identifier of any form, 255: IAID and DUID."),
        field("link_address", &R::link_address, "Where the type is Ethernet."),
        field("text", &R::text, "Where what follows is printable."),
        field("iaid", &R::iaid, "Type 255: which of the client's interfaces (RFC 4361)."),
        field("duid", &R::duid, "Type 255: the client's DUID."),
        field("hex", &R::all, "All of it, where it is none of these."),
    };
  }
};

/// What a relay adds (RFC 3046, and the RFC named beside each).
struct RelayAgentInformation {
  Opaque circuit_id, remote_id;
  std::optional<std::uint32_t> docsis_device_class;
  IpAddress link_selection;
  Opaque subscriber_id, radius_attributes, authentication;
  std::vector<EnterpriseData> vendor_specific;
  std::optional<std::uint32_t> flags;
  IpAddress server_identifier_override;
  Hex relay_agent_identifier, virtual_subnet;
  std::optional<std::uint32_t> relay_source_port;
  std::vector<OtherOption> others;

  static constexpr auto fields() {
    using R = RelayAgentInformation;
    return FieldList{
        field("circuit_id", &R::circuit_id, "1: the port that the client is on; in hex where it isn't printable."),
        field("remote_id", &R::remote_id, "2: the client's end of the line; in hex where it isn't printable."),
        field("docsis_device_class", &R::docsis_device_class, "4 (RFC 3256)."),
        field("link_selection", &R::link_selection, "5: the subnet to give an address of (RFC 3527)."),
        field("subscriber_id", &R::subscriber_id, "6 (RFC 3993)."),
        field("radius_attributes", &R::radius_attributes, "7 (RFC 4014)."),
        field("authentication", &R::authentication, "8 (RFC 4030)."),
        field("vendor_specific", &R::vendor_specific, "9 (RFC 4243)."),
        field("flags", &R::flags, "10: 128 says that the client spoke by unicast (RFC 5010)."),
        field("server_identifier_override", &R::server_identifier_override,
              "11: the address that clients shall take for the server's (RFC 5107)."),
        field("relay_agent_identifier", &R::relay_agent_identifier, "12: a DUID (RFC 6925)."),
        field("relay_source_port", &R::relay_source_port, "19: the relay doesn't use port 67 (RFC 8357)."),
        field("virtual_subnet", &R::virtual_subnet, "151 (RFC 6607)."),
        field("others", &R::others, "Suboptions that are none of these, or not what they should be."),
    };
  }
};

/// Option 43 of network boot (PXE specification 2.1, section 2.2), or of anything else that it carries.
struct VendorSpecific {
  std::optional<std::uint32_t> pxe_discovery_control;
  IpAddress pxe_mtftp_address, pxe_discovery_group;
  std::vector<OtherOption> pxe_boot_servers;
  std::vector<std::string> pxe_boot_menu;
  std::string pxe_menu_prompt;
  std::vector<OtherOption> suboptions;
  Hex all;

  static constexpr auto fields() {
    using R = VendorSpecific;
    return FieldList{
        field("pxe_mtftp_address", &R::pxe_mtftp_address, "1, where the vendor class is PXEClient."),
        field("pxe_discovery_control", &R::pxe_discovery_control, "6: how the client shall look for boot servers."),
        field("pxe_discovery_group", &R::pxe_discovery_group, "7: the group that it asks."),
        field("pxe_boot_servers", &R::pxe_boot_servers, "8: type of the boot servers, and their addresses in hex."),
        field("pxe_boot_menu", &R::pxe_boot_menu, "9: what the user may choose."),
        field("pxe_menu_prompt", &R::pxe_menu_prompt, "10: what he is asked."),
        field("suboptions", &R::suboptions, "Suboptions of another vendor, or other ones."),
        field("hex", &R::all, "All of it, where it does not consist of suboptions."),
    };
  }
};

/// Option 90 (RFC 3118); DHCPv6 option 11 (RFC 8415, section 21.11).
struct Authentication {
  std::uint32_t protocol = 0, algorithm = 0, replay_detection_method = 0;
  WideNumber replay_detection;
  Hex information;

  static constexpr auto fields() {
    using R = Authentication;
    return FieldList{
        field("protocol", &R::protocol, "0: configuration token, 1: delayed, 3: reconfigure key."),
        field("algorithm", &R::algorithm, "1: HMAC-MD5."),
        field("replay_detection_method", &R::replay_detection_method, "0: a counter that only grows."),
        field("replay_detection", &R::replay_detection, "The counter."),
        field("information", &R::information, "Its octets; not told of a configuration token, which is a secret."),
    };
  }
};

/// DHCPv4 option 151 (RFC 6926), DHCPv6 option 13 (RFC 8415, section 21.13).
struct Status {
  std::optional<Code<StatusCode>> code;
  std::string message;

  static constexpr auto fields() {
    return FieldList{field("code", &Status::code, "Status code."),
                     field("message", &Status::message, "What the server says of it.")};
  }
};

/// A declared option: its code, and the field.
template <class R, class M>
struct Option {
  std::uint32_t code;
  Field<R, M> declared;
};

template <class R, class M>
constexpr Option<R, M> option(std::uint32_t code, std::string_view name, M R::* member, std::string_view meaning) {
  return {code, {name, member, meaning}};
}

/// The options of a message by name.
struct Options4 {
  IpAddress subnet_mask;
  std::optional<std::int32_t> time_offset;
  std::vector<IpAddress> routers, time_servers, name_servers, domain_name_servers, log_servers, quotes_servers,
      lpr_servers, impress_servers, rlp_servers;
  std::string host_name;
  std::optional<std::uint16_t> boot_file_size;
  std::string merit_dump_file, domain_name;
  IpAddress swap_server;
  std::string root_path, extensions_path;
  std::optional<bool> ip_forwarding, non_local_source_routing;
  std::vector<PolicyFilter> policy_filter;
  std::optional<std::uint16_t> max_datagram_reassembly_size;
  std::optional<std::uint8_t> default_ip_ttl;
  std::optional<std::uint32_t> path_mtu_aging_timeout;
  std::vector<std::uint16_t> path_mtu_plateau_table;
  std::optional<std::uint16_t> interface_mtu;
  std::optional<bool> all_subnets_local;
  IpAddress broadcast_address;
  std::optional<bool> perform_mask_discovery, mask_supplier, perform_router_discovery;
  IpAddress router_solicitation_address;
  std::vector<HostRoute> static_routes;
  std::optional<bool> trailer_encapsulation;
  std::optional<std::uint32_t> arp_cache_timeout;
  std::optional<bool> ethernet_encapsulation;
  std::optional<std::uint8_t> tcp_default_ttl;
  std::optional<std::uint32_t> tcp_keepalive_interval;
  std::optional<bool> tcp_keepalive_garbage;
  std::string nis_domain;
  std::vector<IpAddress> nis_servers, ntp_servers;
  VendorSpecific vendor_specific;
  std::vector<IpAddress> netbios_name_servers, netbios_datagram_servers;
  std::optional<Code<NetbiosNodeType>> netbios_node_type;
  std::string netbios_scope;
  std::vector<IpAddress> x_font_servers, x_display_managers;
  IpAddress requested_ip;
  std::optional<std::uint32_t> lease_time;
  std::optional<Code<Overload>> option_overload;
  std::optional<Code<MessageType4>> message_type;
  IpAddress server_identifier;
  std::vector<Code<OptionCode4>> parameter_request_list;
  std::string message;
  std::optional<std::uint16_t> max_message_size;
  std::optional<std::uint32_t> renewal_time, rebinding_time;
  std::string vendor_class_identifier;
  ClientIdentifier client_identifier;
  std::string netware_ip_domain;
  Hex netware_ip_information;
  std::string nisplus_domain;
  std::vector<IpAddress> nisplus_servers;
  std::string tftp_server_name, boot_file_name;
  std::vector<IpAddress> mobile_ip_home_agents, smtp_servers, pop3_servers, nntp_servers, www_servers, finger_servers,
      irc_servers, streettalk_servers, stda_servers;
  std::vector<std::string> user_class;
  Hex slp_directory_agents, slp_service_scope;
  std::optional<bool> rapid_commit;
  ClientFqdn client_fqdn;
  RelayAgentInformation relay_agent_information;
  Hex isns;
  std::vector<IpAddress> nds_servers;
  std::string nds_tree_name, nds_context;
  std::vector<DomainName> bcmcs_domains;
  std::vector<IpAddress> bcmcs_servers;
  std::optional<Authentication> authentication;
  std::optional<std::uint32_t> client_last_transaction_time;
  std::vector<IpAddress> associated_ips;
  std::vector<Code<Architecture>> client_architectures;
  std::string client_network_interface, ldap, client_machine_identifier, user_authentication_protocol;
  Hex civic_address;
  std::string posix_timezone, tz_database_timezone;
  std::optional<std::uint32_t> ipv6_only_preferred;
  std::vector<IpAddress> netinfo_servers;
  std::string netinfo_tag, captive_portal;
  std::optional<bool> auto_configure;
  std::vector<Code<NameService>> name_service_search;
  IpAddress subnet_selection;
  std::vector<DomainName> domain_search;
  std::vector<std::string> sip_servers;
  std::vector<ClasslessRoute> classless_static_routes;
  Hex cablelabs_client_configuration, geo_location;
  std::vector<EnterpriseData> vendor_identifying_class, vendor_identifying_information;
  std::vector<IpAddress> pana_agents;
  std::vector<DomainName> lost_server;
  std::vector<IpAddress> capwap_access_controllers;
  std::vector<DomainName> sip_ua_domains;
  Hex forcerenew_nonce_capable, rdnss_selection;
  std::vector<IpAddress> tftp_server_addresses;
  Status status_code;
  std::optional<std::uint32_t> base_time, start_time_of_state;
  std::optional<std::uint8_t> dhcp_state, data_source;
  std::string mud_url, pxelinux_configuration_file, pxelinux_path_prefix;
  std::optional<std::uint32_t> pxelinux_reboot_time;
  Hex sixrd;
  std::string access_domain;
  Hex virtual_subnet_selection;
  std::vector<ClasslessRoute> ms_classless_static_routes;
  std::string web_proxy_autodiscovery;
  std::vector<OtherOption> others;

  /// All options with their codes; `others` is none of them.
  template <class R = Options4>  // a template, so that only those pay for the long list who read it
  static constexpr auto declared() {
    return FieldList{
        option(1, "subnet_mask", &R::subnet_mask, "1: mask of the client's subnet."),
        option(2, "time_offset", &R::time_offset, "2: seconds east of UTC."),
        option(3, "routers", &R::routers, "3: routers on the client's subnet, best first."),
        option(4, "time_servers", &R::time_servers, "4: RFC 868."),
        option(5, "name_servers", &R::name_servers, "5: IEN 116."),
        option(6, "domain_name_servers", &R::domain_name_servers, "6: DNS servers, best first."),
        option(7, "log_servers", &R::log_servers, "7."),
        option(8, "quotes_servers", &R::quotes_servers, "8: RFC 865."),
        option(9, "lpr_servers", &R::lpr_servers, "9: RFC 1179."),
        option(10, "impress_servers", &R::impress_servers, "10."),
        option(11, "rlp_servers", &R::rlp_servers, "11: RFC 887."),
        option(12, "host_name", &R::host_name, "12: name of the client."),
        option(13, "boot_file_size", &R::boot_file_size, "13: in blocks of 512 octets."),
        option(14, "merit_dump_file", &R::merit_dump_file, "14."),
        option(15, "domain_name", &R::domain_name, "15: the client's domain."),
        option(16, "swap_server", &R::swap_server, "16."),
        option(17, "root_path", &R::root_path, "17: the client's root disk."),
        option(18, "extensions_path", &R::extensions_path, "18: file with more options."),
        option(19, "ip_forwarding", &R::ip_forwarding, "19."),
        option(20, "non_local_source_routing", &R::non_local_source_routing, "20."),
        option(21, "policy_filter", &R::policy_filter, "21."),
        option(22, "max_datagram_reassembly_size", &R::max_datagram_reassembly_size, "22: octets."),
        option(23, "default_ip_ttl", &R::default_ip_ttl, "23."),
        option(24, "path_mtu_aging_timeout", &R::path_mtu_aging_timeout, "24: seconds."),
        option(25, "path_mtu_plateau_table", &R::path_mtu_plateau_table, "25."),
        option(26, "interface_mtu", &R::interface_mtu, "26: octets."),
        option(27, "all_subnets_local", &R::all_subnets_local, "27."),
        option(28, "broadcast_address", &R::broadcast_address, "28."),
        option(29, "perform_mask_discovery", &R::perform_mask_discovery, "29."),
        option(30, "mask_supplier", &R::mask_supplier, "30."),
        option(31, "perform_router_discovery", &R::perform_router_discovery, "31."),
        option(32, "router_solicitation_address", &R::router_solicitation_address, "32."),
        option(33, "static_routes", &R::static_routes, "33."),
        option(34, "trailer_encapsulation", &R::trailer_encapsulation, "34."),
        option(35, "arp_cache_timeout", &R::arp_cache_timeout, "35: seconds."),
        option(36, "ethernet_encapsulation", &R::ethernet_encapsulation, "36: IEEE 802.3, else Ethernet II."),
        option(37, "tcp_default_ttl", &R::tcp_default_ttl, "37."),
        option(38, "tcp_keepalive_interval", &R::tcp_keepalive_interval, "38: seconds."),
        option(39, "tcp_keepalive_garbage", &R::tcp_keepalive_garbage, "39."),
        option(40, "nis_domain", &R::nis_domain, "40."),
        option(41, "nis_servers", &R::nis_servers, "41."),
        option(42, "ntp_servers", &R::ntp_servers, "42."),
        option(43, "vendor_specific", &R::vendor_specific, "43: what the vendor class defines."),
        option(44, "netbios_name_servers", &R::netbios_name_servers, "44: WINS."),
        option(45, "netbios_datagram_servers", &R::netbios_datagram_servers, "45."),
        option(46, "netbios_node_type", &R::netbios_node_type, "46."),
        option(47, "netbios_scope", &R::netbios_scope, "47."),
        option(48, "x_font_servers", &R::x_font_servers, "48."),
        option(49, "x_display_managers", &R::x_display_managers, "49."),
        option(50, "requested_ip", &R::requested_ip, "50: the address that the client wants."),
        option(51, "lease_time", &R::lease_time, "51: seconds; 4294967295 is for ever."),
        option(52, "option_overload", &R::option_overload, "52: fields of the header that hold options, too."),
        option(53, "message_type", &R::message_type, "53: what the message is for."),
        option(54, "server_identifier", &R::server_identifier, "54: which server sends it, or is meant."),
        option(55, "parameter_request_list", &R::parameter_request_list,
               "55: options that the client wants, in its order."),
        option(56, "message", &R::message, "56: what a server says of a refusal."),
        option(57, "max_message_size", &R::max_message_size, "57: octets."),
        option(58, "renewal_time", &R::renewal_time, "58: T1 in seconds: when the client asks to renew."),
        option(59, "rebinding_time", &R::rebinding_time, "59: T2 in seconds: when it asks any server."),
        option(60, "vendor_class_identifier", &R::vendor_class_identifier, "60: the client's software or device."),
        option(61, "client_identifier", &R::client_identifier, "61: who the client is."),
        option(62, "netware_ip_domain", &R::netware_ip_domain, "62: RFC 2242."),
        option(63, "netware_ip_information", &R::netware_ip_information, "63: RFC 2242."),
        option(64, "nisplus_domain", &R::nisplus_domain, "64."),
        option(65, "nisplus_servers", &R::nisplus_servers, "65."),
        option(66, "tftp_server_name", &R::tftp_server_name, "66: in place of the header's field."),
        option(67, "boot_file_name", &R::boot_file_name, "67: in place of the header's field."),
        option(68, "mobile_ip_home_agents", &R::mobile_ip_home_agents, "68."),
        option(69, "smtp_servers", &R::smtp_servers, "69."),
        option(70, "pop3_servers", &R::pop3_servers, "70."),
        option(71, "nntp_servers", &R::nntp_servers, "71."),
        option(72, "www_servers", &R::www_servers, "72."),
        option(73, "finger_servers", &R::finger_servers, "73."),
        option(74, "irc_servers", &R::irc_servers, "74."),
        option(75, "streettalk_servers", &R::streettalk_servers, "75."),
        option(76, "stda_servers", &R::stda_servers, "76."),
        option(77, "user_class", &R::user_class, "77: classes that the user gave the client (RFC 3004)."),
        option(78, "slp_directory_agents", &R::slp_directory_agents, "78: RFC 2610."),
        option(79, "slp_service_scope", &R::slp_service_scope, "79: RFC 2610."),
        option(80, "rapid_commit", &R::rapid_commit, "80: two messages instead of four (RFC 4039)."),
        option(81, "client_fqdn", &R::client_fqdn, "81: RFC 4702."),
        option(82, "relay_agent_information", &R::relay_agent_information, "82: RFC 3046."),
        option(83, "isns", &R::isns, "83: RFC 4174."),
        option(85, "nds_servers", &R::nds_servers, "85: RFC 2241."),
        option(86, "nds_tree_name", &R::nds_tree_name, "86: RFC 2241."),
        option(87, "nds_context", &R::nds_context, "87: RFC 2241."),
        option(88, "bcmcs_domains", &R::bcmcs_domains, "88: RFC 4280."),
        option(89, "bcmcs_servers", &R::bcmcs_servers, "89: RFC 4280."),
        option(90, "authentication", &R::authentication, "90: RFC 3118."),
        option(91, "client_last_transaction_time", &R::client_last_transaction_time, "91: seconds ago (RFC 4388)."),
        option(92, "associated_ips", &R::associated_ips, "92: all addresses of the client (RFC 4388)."),
        option(93, "client_architectures", &R::client_architectures, "93: processor of a booting client (RFC 4578)."),
        option(94, "client_network_interface", &R::client_network_interface, "94: type and version (RFC 4578)."),
        option(95, "ldap", &R::ldap, "95."),
        option(97, "client_machine_identifier", &R::client_machine_identifier,
               "97: UUID of a booting client (RFC 4578); in hex where it is none."),
        option(98, "user_authentication_protocol", &R::user_authentication_protocol, "98: RFC 2485."),
        option(99, "civic_address", &R::civic_address, "99: RFC 4776."),
        option(100, "posix_timezone", &R::posix_timezone, "100: RFC 4833."),
        option(101, "tz_database_timezone", &R::tz_database_timezone, "101: RFC 4833."),
        option(108, "ipv6_only_preferred", &R::ipv6_only_preferred,
               "108: seconds that the client can do without IPv4 (RFC 8925)."),
        option(112, "netinfo_servers", &R::netinfo_servers, "112."),
        option(113, "netinfo_tag", &R::netinfo_tag, "113."),
        option(114, "captive_portal", &R::captive_portal, "114: RFC 8910."),
        option(116, "auto_configure", &R::auto_configure, "116: may the client choose an address itself (RFC 2563)?"),
        option(117, "name_service_search", &R::name_service_search, "117: RFC 2937."),
        option(118, "subnet_selection", &R::subnet_selection, "118: RFC 3011."),
        option(119, "domain_search", &R::domain_search, "119: RFC 3397."),
        option(120, "sip_servers", &R::sip_servers, "120: names or addresses (RFC 3361)."),
        option(121, "classless_static_routes", &R::classless_static_routes, "121: RFC 3442; in place of 3 and 33."),
        option(122, "cablelabs_client_configuration", &R::cablelabs_client_configuration, "122: RFC 3495."),
        option(123, "geo_location", &R::geo_location, "123: RFC 6225."),
        option(124, "vendor_identifying_class", &R::vendor_identifying_class, "124: RFC 3925."),
        option(125, "vendor_identifying_information", &R::vendor_identifying_information, "125: RFC 3925."),
        option(136, "pana_agents", &R::pana_agents, "136: RFC 5192."),
        option(137, "lost_server", &R::lost_server, "137: RFC 5223."),
        option(138, "capwap_access_controllers", &R::capwap_access_controllers, "138: RFC 5417."),
        option(141, "sip_ua_domains", &R::sip_ua_domains, "141: RFC 6011."),
        option(145, "forcerenew_nonce_capable", &R::forcerenew_nonce_capable, "145: RFC 6704."),
        option(146, "rdnss_selection", &R::rdnss_selection, "146: RFC 6731."),
        option(150, "tftp_server_addresses", &R::tftp_server_addresses, "150: RFC 5859."),
        option(151, "status_code", &R::status_code, "151: RFC 6926."),
        option(152, "base_time", &R::base_time, "152: RFC 6926."),
        option(153, "start_time_of_state", &R::start_time_of_state, "153: RFC 6926."),
        option(156, "dhcp_state", &R::dhcp_state, "156: RFC 6926."),
        option(157, "data_source", &R::data_source, "157: RFC 6926."),
        option(161, "mud_url", &R::mud_url, "161: RFC 8520."),
        option(209, "pxelinux_configuration_file", &R::pxelinux_configuration_file, "209: RFC 5071."),
        option(210, "pxelinux_path_prefix", &R::pxelinux_path_prefix, "210: RFC 5071."),
        option(211, "pxelinux_reboot_time", &R::pxelinux_reboot_time, "211: RFC 5071."),
        option(212, "sixrd", &R::sixrd, "212: RFC 5969."),
        option(213, "access_domain", &R::access_domain, "213: RFC 5986."),
        option(221, "virtual_subnet_selection", &R::virtual_subnet_selection, "221: RFC 6607."),
        option(249, "ms_classless_static_routes", &R::ms_classless_static_routes, "249: as 121, by Microsoft."),
        option(252, "web_proxy_autodiscovery", &R::web_proxy_autodiscovery, "252: where a browser finds its proxy."),
    };
  }
  template <class R = Options4>
  static constexpr auto fields() {
    return declared<R>().apply([](const auto&... one) {
      return FieldList{one.declared...,
                       field("others", &R::others, "Options that are none of these, or not what they should be.")};
    });
  }
};

/// Takes an option's value, put together where it came in parts (RFC 3396). False where it isn't what the option asks
/// for; its octets are then among `others`.
[[nodiscard]] bool take_option4(std::uint8_t code, Bytes value, Options4& options);
/// Reads option 43 as the vendor class asks for, once all options are known.
void settle_vendor_specific(Bytes value, Options4& options);

}  // namespace wiretale::hostconf
