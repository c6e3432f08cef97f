// Community ID: one name for a flow in all tools that know it.
#pragma once

#include <string>

#include <wiretale/net.hpp>

namespace wiretale::engine {

/// Community ID flow hash, version 1, seed 0 (Corelight's specification): `1:` and the base64 of a SHA-1 over both
/// endpoints, ordered, and the IP protocol number. The order of the arguments doesn't matter.
[[nodiscard]] std::string community_id(const Endpoint& a, const Endpoint& b, std::uint8_t protocol);

}  // namespace wiretale::engine
