// The messages of SOCKS, from octets: no state.
#pragma once

#include <cstdint>
#include <string>

#include <wiretale/bytes.hpp>
#include <wiretale/dissector.hpp>

namespace wiretale::proxy {

/// Versions, by the first octet that a client says.
inline constexpr std::uint8_t version_4 = 4, version_5 = 5;
/// Authentication methods (RFC 1928, section 3).
inline constexpr std::uint8_t no_authentication = 0, gssapi = 1, user_and_password = 2, no_acceptable_method = 0xff;
/// Kinds of addresses (RFC 1928, section 5).
inline constexpr std::uint8_t ipv4_address = 1, domain_name = 3, ipv6_address = 4;

/// The words for coded octets; where there is none, the number with a word before it.
[[nodiscard]] std::string method_name(std::uint8_t method);
[[nodiscard]] std::string command_name(std::uint8_t command);
/// Replies of version 5 (RFC 1928, section 6) and of version 4 (90 to 93).
[[nodiscard]] std::string reply_name(std::uint8_t reply);

/// The text of an address of 4 or 16 octets; anything else is a name.
[[nodiscard]] std::string host_text(Bytes address, std::uint8_t kind);

/// What the first octets of a side say about this protocol.
[[nodiscard]] Guess probe(Transport transport, Bytes start);

}  // namespace wiretale::proxy
