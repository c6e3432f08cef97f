#include "icmp/kinds.hpp"

#include <span>

namespace wiretale::control {
namespace {

struct Kind {
  std::uint8_t type;
  std::string_view name;
};

constexpr Kind kinds4[] = {
    {0, "echo_reply"},
    {3, "destination_unreachable"},
    {4, "source_quench"},
    {5, "redirect"},
    {8, "echo_request"},
    {9, "router_advertisement"},
    {10, "router_solicitation"},
    {11, "time_exceeded"},
    {12, "parameter_problem"},
    {13, "timestamp"},
    {14, "timestamp_reply"},
    {15, "information_request"},
    {16, "information_reply"},
    {17, "address_mask_request"},
    {18, "address_mask_reply"},
    {30, "traceroute"},
    {40, "photuris"},
    {42, "extended_echo_request"},
    {43, "extended_echo_reply"},
};

constexpr Kind kinds6[] = {
    {1, "destination_unreachable"},
    {2, "packet_too_big"},
    {3, "time_exceeded"},
    {4, "parameter_problem"},
    {128, "echo_request"},
    {129, "echo_reply"},
    {130, "multicast_listener_query"},
    {131, "multicast_listener_report"},
    {132, "multicast_listener_done"},
    {133, "router_solicitation"},
    {134, "router_advertisement"},
    {135, "neighbor_solicitation"},
    {136, "neighbor_advertisement"},
    {137, "redirect"},
    {138, "router_renumbering"},
    {139, "node_information_query"},
    {140, "node_information_response"},
    {141, "inverse_neighbor_solicitation"},
    {142, "inverse_neighbor_advertisement"},
    {143, "multicast_listener_report_v2"},
    {144, "home_agent_discovery_request"},
    {145, "home_agent_discovery_reply"},
    {146, "mobile_prefix_solicitation"},
    {147, "mobile_prefix_advertisement"},
    {148, "certification_path_solicitation"},
    {149, "certification_path_advertisement"},
    {151, "multicast_router_advertisement"},
    {152, "multicast_router_solicitation"},
    {153, "multicast_router_termination"},
    {155, "rpl_control"},
    {157, "duplicate_address_request"},
    {158, "duplicate_address_confirmation"},
    {160, "extended_echo_request"},
    {161, "extended_echo_reply"},
};

// By type and code; RFC 792, RFC 1122 (3.2.2.1), RFC 1812 (5.2.7.1), RFC 4443, RFC 4884.
constexpr std::string_view unreachable4[] = {
    "net unreachable",
    "host unreachable",
    "protocol unreachable",
    "port unreachable",
    "fragmentation needed",
    "source route failed",
    "destination network unknown",
    "destination host unknown",
    "source host isolated",
    "network administratively prohibited",
    "host administratively prohibited",
    "network unreachable for this type of service",
    "host unreachable for this type of service",
    "communication administratively prohibited",
    "host precedence violation",
    "precedence cutoff in effect",
};
constexpr std::string_view redirect4[] = {"for the network", "for the host", "for the type of service and network",
                                          "for the type of service and host"};
constexpr std::string_view exceeded[] = {"hop limit exceeded in transit", "fragment reassembly time exceeded"};
constexpr std::string_view problem4[] = {"pointer indicates the error", "missing a required option", "bad length"};
constexpr std::string_view unreachable6[] = {
    "no route to destination",
    "communication administratively prohibited",
    "beyond scope of source address",
    "address unreachable",
    "port unreachable",
    "source address failed ingress or egress policy",
    "reject route to destination",
    "error in source routing header",
};
constexpr std::string_view problem6[] = {"erroneous header field", "unrecognized next header", "unrecognized option",
                                         "incomplete first fragment"};

}  // namespace

std::string_view kind_name(bool v6, std::uint8_t type) {
  for (const Kind& kind : v6 ? std::span<const Kind>(kinds6) : std::span<const Kind>(kinds4))
    if (kind.type == type) return kind.name;
  return {};
}

std::string kind_of(bool v6, std::uint8_t type) {
  const std::string_view name = kind_name(v6, type);
  return name.empty() ? std::to_string(type) : std::string(name);
}

std::string_view code_name(bool v6, std::uint8_t type, std::uint8_t code) {
  const auto from = [code](std::span<const std::string_view> names) {
    return code < names.size() ? names[code] : std::string_view{};
  };
  if (v6) {
    if (type == 1) return from(unreachable6);
    if (type == 3) return from(exceeded);
    return type == 4 ? from(problem6) : std::string_view{};
  }
  if (type == 3) return from(unreachable4);
  if (type == 5) return from(redirect4);
  if (type == 11) return from(exceeded);
  return type == 12 ? from(problem4) : std::string_view{};
}

bool is_error(bool v6, std::uint8_t type) {
  if (v6) return type >= 1 && type < 128;
  return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

bool is_of_link(bool v6, std::uint8_t type) {
  return v6 && ((type >= 130 && type <= 137) || (type >= 141 && type <= 143) || (type >= 148 && type <= 153));
}

bool is_request(bool v6, std::uint8_t type) {
  if (v6) return type == 128 || type == 139 || type == 144 || type == 160;
  return type == 8 || type == 13 || type == 15 || type == 17 || type == 42;
}

std::uint8_t request_of(bool v6, std::uint8_t type) {
  if (v6) return type == 129 || type == 145 || type == 161 || type == 140 ? static_cast<std::uint8_t>(type - 1) : 0;
  if (type == 0) return 8;
  return type == 14 || type == 16 || type == 18 || type == 43 ? static_cast<std::uint8_t>(type - 1) : 0;
}

}  // namespace wiretale::control
