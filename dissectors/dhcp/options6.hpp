// Options of DHCPv6 (RFC 8415, section 21, and the RFC named beside each): every option is declared once, with its
// code, name, type and meaning.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dhcp/options4.hpp"

namespace wiretale::hostconf {

/// Names of the options that are declared below, and of those that hold others; else OPTION200.
struct OptionCode6 {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "OPTION";
  static constexpr std::size_t octets = 2;
};

/// OPTION_IAADDR (RFC 8415, section 21.6).
struct LeasedAddress {
  IpAddress ip;
  std::uint32_t preferred_lifetime = 0, valid_lifetime = 0;
  Status status;
  std::vector<OtherOption> others;

  static constexpr auto fields() {
    using R = LeasedAddress;
    return FieldList{
        field("ip", &R::ip, "The address."),
        field("preferred_lifetime_s", &R::preferred_lifetime, "Seconds; 4294967295 is for ever."),
        field("valid_lifetime_s", &R::valid_lifetime, "Seconds; 0: it is given back, or taken away."),
        field("status", &R::status, "What the server says of it."),
        field("others", &R::others, "Other options within."),
    };
  }
};

/// OPTION_IAPREFIX (RFC 8415, section 21.22).
struct LeasedPrefix {
  std::string prefix;
  std::uint32_t preferred_lifetime = 0, valid_lifetime = 0;
  Hex exclude;
  Status status;
  std::vector<OtherOption> others;

  static constexpr auto fields() {
    using R = LeasedPrefix;
    return FieldList{
        field("prefix", &R::prefix, "The prefix with its length; ::/56 asks for one of that length."),
        field("preferred_lifetime_s", &R::preferred_lifetime, "Seconds; 4294967295 is for ever."),
        field("valid_lifetime_s", &R::valid_lifetime, "Seconds; 0: it is given back, or taken away."),
        field("exclude", &R::exclude, "OPTION_PD_EXCLUDE (RFC 6603)."),
        field("status", &R::status, "What the server says of it."),
        field("others", &R::others, "Other options within."),
    };
  }
};

/// An identity association: what one interface of the client gets (RFC 8415, sections 21.4, 21.5, 21.21).
struct IdentityAssociation {
  std::uint32_t iaid = 0;
  std::optional<std::uint32_t> t1, t2;
  std::vector<LeasedAddress> addresses;
  std::vector<LeasedPrefix> prefixes;
  Status status;
  std::vector<OtherOption> others;

  static constexpr auto fields() {
    using R = IdentityAssociation;
    return FieldList{
        field("iaid", &R::iaid, "Its number, which the client chose."),
        field("t1_s", &R::t1, "When the client shall renew, in seconds; not of temporary addresses."),
        field("t2_s", &R::t2, "When it shall ask any server, in seconds; not of temporary addresses."),
        field("addresses", &R::addresses, "Its addresses."),
        field("prefixes", &R::prefixes, "Its prefixes."),
        field("status", &R::status, "What the server says of it."),
        field("others", &R::others, "Other options within."),
    };
  }
};

/// OPTION_NTP_SERVER (RFC 5908).
struct NtpServers {
  std::vector<IpAddress> addresses, groups;
  std::vector<DomainName> names;

  static constexpr auto fields() {
    return FieldList{field("addresses", &NtpServers::addresses, "Servers."),
                     field("groups", &NtpServers::groups, "Multicast groups."),
                     field("names", &NtpServers::names, "Servers by name.")};
  }
};

/// The options of a message by name. Names that DHCPv4 has, too, begin with v6.
struct Options6 {
  Duid client_id, server_id;
  std::vector<IdentityAssociation> ia_na, ia_ta, ia_pd;
  std::vector<LeasedAddress> addresses;
  std::vector<Code<OptionCode6>> option_request;
  std::optional<std::uint8_t> preference;
  std::optional<Nanos> elapsed_time;
  std::optional<Authentication> v6_authentication;
  IpAddress server_unicast;
  Status status;
  std::optional<bool> v6_rapid_commit;
  std::vector<std::string> v6_user_class;
  std::vector<EnterpriseData> vendor_class, vendor_options;
  Opaque interface_id;
  std::optional<Code<MessageType6>> reconfigure_message;
  std::optional<bool> reconfigure_accept;
  std::vector<DomainName> sip_domains;
  std::vector<IpAddress> sip_addresses, dns_servers;
  std::vector<DomainName> domain_list;
  std::vector<IpAddress> v6_nis_servers, v6_nisplus_servers;
  std::vector<DomainName> v6_nis_domain, v6_nisplus_domain;
  std::vector<IpAddress> sntp_servers;
  std::optional<std::uint32_t> information_refresh_time;
  std::vector<DomainName> v6_bcmcs_domains;
  std::vector<IpAddress> v6_bcmcs_servers;
  Hex v6_civic_address;
  ClientFqdn fqdn;
  std::vector<IpAddress> v6_pana_agents;
  std::string v6_posix_timezone, v6_tz_database_timezone;
  std::vector<Code<OptionCode6>> echo_request;
  Hex lease_query, client_data;
  std::optional<std::uint32_t> client_last_time;
  Hex lease_query_relay_data;
  std::vector<IpAddress> lease_query_links;
  std::vector<DomainName> v6_lost_server;
  std::vector<IpAddress> v6_capwap_access_controllers;
  Duid relay_id;
  NtpServers v6_ntp_servers;
  std::string boot_file_url;
  std::vector<std::string> boot_file_parameters;
  std::vector<Code<Architecture>> v6_client_architectures;
  std::string v6_client_network_interface;
  std::vector<DomainName> aftr_name, erp_local_domain;
  std::vector<IpAddress> pcp_servers;
  std::string client_link_address;
  std::optional<std::uint32_t> solicit_max_rt, information_max_rt;
  Hex softwire46_br, softwire46_mape, softwire46_mapt, softwire46_lw;
  std::string v6_captive_portal, v6_mud_url;
  std::vector<OtherOption> v6_others;

  /// All options with their codes; `v6_others` is none of them.
  template <class R = Options6>  // a template, so that only those pay for the long list who read it
  static constexpr auto declared() {
    return FieldList{
        option(1, "client_id", &R::client_id, "v6 1: who the client is."),
        option(2, "server_id", &R::server_id, "v6 2: which server sends it, or is meant."),
        option(3, "ia_na", &R::ia_na, "v6 3: addresses that are not temporary."),
        option(4, "ia_ta", &R::ia_ta, "v6 4: temporary addresses."),
        option(5, "addresses", &R::addresses, "v6 5, outside of any IA: the address of a LEASEQUERY."),
        option(6, "option_request", &R::option_request, "v6 6: options that the client wants."),
        option(7, "preference", &R::preference, "v6 7: the client takes the server with the highest."),
        option(8, "elapsed_time", &R::elapsed_time, "v6 8: since the client began, in seconds."),
        option(11, "v6_authentication", &R::v6_authentication, "v6 11."),
        option(12, "server_unicast", &R::server_unicast, "v6 12: clients may speak to this address directly."),
        option(13, "status", &R::status, "v6 13: of the whole message."),
        option(14, "v6_rapid_commit", &R::v6_rapid_commit, "v6 14: two messages instead of four."),
        option(15, "v6_user_class", &R::v6_user_class, "v6 15."),
        option(16, "vendor_class", &R::vendor_class, "v6 16: the client's software or device."),
        option(17, "vendor_options", &R::vendor_options, "v6 17: code and value of each suboption."),
        option(18, "interface_id", &R::interface_id, "v6 18: the relay's port that the client is on."),
        option(19, "reconfigure_message", &R::reconfigure_message, "v6 19: what the client shall send."),
        option(20, "reconfigure_accept", &R::reconfigure_accept, "v6 20: the client takes RECONFIGURE."),
        option(21, "sip_domains", &R::sip_domains, "v6 21: RFC 3319."),
        option(22, "sip_addresses", &R::sip_addresses, "v6 22: RFC 3319."),
        option(23, "dns_servers", &R::dns_servers, "v6 23: RFC 3646."),
        option(24, "domain_list", &R::domain_list, "v6 24: search list for DNS (RFC 3646)."),
        option(25, "ia_pd", &R::ia_pd, "v6 25: prefixes that a router may give on."),
        option(27, "v6_nis_servers", &R::v6_nis_servers, "v6 27: RFC 3898."),
        option(28, "v6_nisplus_servers", &R::v6_nisplus_servers, "v6 28: RFC 3898."),
        option(29, "v6_nis_domain", &R::v6_nis_domain, "v6 29: RFC 3898."),
        option(30, "v6_nisplus_domain", &R::v6_nisplus_domain, "v6 30: RFC 3898."),
        option(31, "sntp_servers", &R::sntp_servers, "v6 31: RFC 4075."),
        option(32, "information_refresh_time", &R::information_refresh_time, "v6 32: in seconds."),
        option(33, "v6_bcmcs_domains", &R::v6_bcmcs_domains, "v6 33: RFC 4280."),
        option(34, "v6_bcmcs_servers", &R::v6_bcmcs_servers, "v6 34: RFC 4280."),
        option(36, "v6_civic_address", &R::v6_civic_address, "v6 36: RFC 4776."),
        option(39, "fqdn", &R::fqdn, "v6 39: RFC 4704."),
        option(40, "v6_pana_agents", &R::v6_pana_agents, "v6 40: RFC 5192."),
        option(41, "v6_posix_timezone", &R::v6_posix_timezone, "v6 41: RFC 4833."),
        option(42, "v6_tz_database_timezone", &R::v6_tz_database_timezone, "v6 42: RFC 4833."),
        option(43, "echo_request", &R::echo_request, "v6 43: options that the relay wants back (RFC 4994)."),
        option(44, "lease_query", &R::lease_query, "v6 44: RFC 5007."),
        option(45, "client_data", &R::client_data, "v6 45: RFC 5007."),
        option(46, "client_last_time", &R::client_last_time, "v6 46: seconds ago (RFC 5007)."),
        option(47, "lease_query_relay_data", &R::lease_query_relay_data, "v6 47: RFC 5007."),
        option(48, "lease_query_links", &R::lease_query_links, "v6 48: RFC 5007."),
        option(51, "v6_lost_server", &R::v6_lost_server, "v6 51: RFC 5223."),
        option(52, "v6_capwap_access_controllers", &R::v6_capwap_access_controllers, "v6 52: RFC 5417."),
        option(53, "relay_id", &R::relay_id, "v6 53: RFC 5460."),
        option(56, "v6_ntp_servers", &R::v6_ntp_servers, "v6 56: RFC 5908."),
        option(59, "boot_file_url", &R::boot_file_url, "v6 59: RFC 5970."),
        option(60, "boot_file_parameters", &R::boot_file_parameters, "v6 60: RFC 5970."),
        option(61, "v6_client_architectures", &R::v6_client_architectures, "v6 61: RFC 5970."),
        option(62, "v6_client_network_interface", &R::v6_client_network_interface, "v6 62: RFC 5970."),
        option(64, "aftr_name", &R::aftr_name, "v6 64: the end of a tunnel for IPv4 (RFC 6334)."),
        option(65, "erp_local_domain", &R::erp_local_domain, "v6 65: RFC 6440."),
        option(79, "client_link_address", &R::client_link_address,
               "v6 79: the client's link address, by the first relay (RFC 6939)."),
        option(82, "solicit_max_rt", &R::solicit_max_rt, "v6 82: seconds (RFC 8415, section 21.24)."),
        option(83, "information_max_rt", &R::information_max_rt, "v6 83: seconds (RFC 8415, section 21.25)."),
        option(86, "pcp_servers", &R::pcp_servers, "v6 86: RFC 7291."),
        option(94, "softwire46_mape", &R::softwire46_mape, "v6 94: RFC 7598."),
        option(95, "softwire46_mapt", &R::softwire46_mapt, "v6 95: RFC 7598."),
        option(96, "softwire46_lw", &R::softwire46_lw, "v6 96: RFC 7598."),
        option(90, "softwire46_br", &R::softwire46_br, "v6 90: RFC 7598."),
        option(103, "v6_captive_portal", &R::v6_captive_portal, "v6 103: RFC 8910."),
        option(112, "v6_mud_url", &R::v6_mud_url, "v6 112: RFC 8520."),
    };
  }
  template <class R = Options6>
  static constexpr auto fields() {
    return declared<R>().apply([](const auto&... one) {
      return FieldList{one.declared..., field("v6_others", &R::v6_others,
                                              "v6: options that are none of these, or not what they should be.")};
    });
  }
};

/// Takes an option's value. False where it isn't what the option asks for; its octets are then among `v6_others`.
[[nodiscard]] bool take_option6(std::uint16_t code, Bytes value, Options6& options);

/// The options of either version by name.
struct Options {
  Options4 v4;
  Options6 v6;

  template <class R = Options>
  static constexpr auto fields() {
    return FieldList{embed(&R::v4), embed(&R::v6)};
  }
};

}  // namespace wiretale::hostconf
