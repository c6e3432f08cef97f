// Community ID: one name for a flow in all tools that know it.
#pragma once

#include <string>

#include <wiretale/net.hpp>

namespace wiretale::engine {

/// Community ID flow hash, version 1, seed 0 (Corelight's specification): `1:` and the base64 of a SHA-1 over both
/// endpoints, ordered, and the IP protocol number. The order of the arguments doesn't matter.
[[nodiscard]] std::string community_id(const Endpoint& a, const Endpoint& b, std::uint8_t protocol);
/// The same for ICMP and ICMPv6, by a message's type and code: of a type that answers another, and of one that is
/// answered, both types stand in the place of ports; else type and code, and then each direction has its own.
[[nodiscard]] std::string community_id(const IpAddress& from, const IpAddress& to, std::uint8_t protocol,
                                       std::uint8_t type, std::uint8_t code);

}  // namespace wiretale::engine
