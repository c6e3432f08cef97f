// Which packets belong together.
#pragma once

#include <cstdint>

#include "decode/decoded.hpp"

namespace wiretale::engine {

/// A number that decides which worker takes a packet, and in which shard its session is: by the innermost address pair,
/// by the pair that an ICMP error quotes, by the protocol that talks across pairs, or for all of a link (ARP, neighbour
/// discovery). Only the packet itself counts: it is the same in every run.
[[nodiscard]] std::uint64_t share_of(const decode::Decoded& packet);

}  // namespace wiretale::engine
