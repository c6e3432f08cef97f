// Names of types and codes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wiretale::control {

/// The type's name in snake case; empty where it has none (IANA: ICMP Type Numbers, ICMPv6 "type" Numbers).
[[nodiscard]] std::string_view kind_name(bool v6, std::uint8_t type);
/// The same, with the number where there is no name.
[[nodiscard]] std::string kind_of(bool v6, std::uint8_t type);
/// What a code means in messages of a type; empty where that is not known.
[[nodiscard]] std::string_view code_name(bool v6, std::uint8_t type, std::uint8_t code);

/// An error: it quotes the packet that it is about (RFC 792; RFC 4443, section 2.1).
[[nodiscard]] bool is_error(bool v6, std::uint8_t type);
/// A message between neighbours and groups of a link, which belongs to no session: neighbour and multicast listener
/// discovery of IPv6.
[[nodiscard]] bool is_of_link(bool v6, std::uint8_t type);
/// A request that one host answers to another.
[[nodiscard]] bool is_request(bool v6, std::uint8_t type);
/// The type of the request that a reply answers; 0 where the type is no such reply.
[[nodiscard]] std::uint8_t request_of(bool v6, std::uint8_t type);

}  // namespace wiretale::control
