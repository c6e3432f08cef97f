// The numbers of DHCP that have names (IANA, "Dynamic Host Configuration Protocol (DHCP) and Bootstrap Protocol (BOOTP)
// Parameters" and "Dynamic Host Configuration Protocol for IPv6 (DHCPv6)").
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wiretale::hostconf {

/// DHCP message types of version 4 that the code itself speaks of (option 53).
namespace kind4 {
inline constexpr std::uint8_t discover = 1, offer = 2, request = 3, decline = 4, ack = 5, nak = 6, release = 7,
                              inform = 8, forcerenew = 9, leasequery = 10, leaseunassigned = 11, leaseunknown = 12,
                              leaseactive = 13;
}

/// Option 53.
struct MessageType4 {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "TYPE";
  static constexpr std::size_t octets = 1;
  /// What such a message is for, for somebody who has just learned DHCP.
  static std::string_view meaning(std::uint32_t value);
};

/// Message types of version 6 that the code itself speaks of (RFC 8415, section 7.3).
namespace kind6 {
inline constexpr std::uint8_t solicit = 1, advertise = 2, request = 3, confirm = 4, renew = 5, rebind = 6, reply = 7,
                              release = 8, decline = 9, reconfigure = 10, information_request = 11, relay_forward = 12,
                              relay_reply = 13, leasequery = 14, leasequery_reply = 15;
}

struct MessageType6 {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "TYPE";
  static std::string_view meaning(std::uint32_t value);
  /// True where servers send it.
  static bool of_server(std::uint32_t value);
};

/// Option 52: which fields of the header hold options, too.
struct Overload {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "OVERLOAD";
  static constexpr std::size_t octets = 1;
};

/// Option 46 (RFC 2132, section 8.7).
struct NetbiosNodeType {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "NODE";
  static constexpr std::size_t octets = 1;
};

/// Processor architectures of network boot (RFC 4578, and the registry that followed it).
struct Architecture {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "ARCH";
  static constexpr std::size_t octets = 2;
};

/// Name services, by the option that gives their servers (RFC 2937).
struct NameService {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "SERVICE";
  static constexpr std::size_t octets = 2;
};

/// DHCPv6 status codes (RFC 8415, section 21.13).
struct StatusCode {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "STATUS";
  static constexpr std::size_t octets = 2;
};

}  // namespace wiretale::hostconf
