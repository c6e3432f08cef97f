#include "engine/share.hpp"

#include "decode/quoted.hpp"
#include "engine/registry.hpp"

namespace wiretale::engine {
namespace {

/// The same for both directions of a pair, and in every run.
std::uint64_t pair_hash(const IpAddress& a, const IpAddress& b) {
  std::uint64_t sum = a.mixed(0) + b.mixed(0);
  sum = (sum ^ (sum >> 32)) * 0xd6e8feb86659fd93U;
  return sum ^ (sum >> 32);
}

}  // namespace

std::uint64_t share_of(const decode::Decoded& packet) {
  // What neighbours say on their link belongs together.
  constexpr std::uint64_t of_link = 0;
  if (packet.outcome == decode::Outcome::arp) return of_link;
  if (packet.transport == Transport::icmp || packet.transport == Transport::icmpv6) {
    if (const auto quoted = decode::quoted_by(packet)) return pair_hash(quoted->source.ip, quoted->destination.ip);
    if (loose_protocol(packet.transport, packet.payload) != nullptr) return of_link;
  }
  if (packet.transport == Transport::udp || packet.transport == Transport::tcp)
    for (const std::uint16_t port : {packet.destination_port, packet.source_port})
      if (const int protocol = across_pairs(packet.transport, port); protocol >= 0)
        return static_cast<std::uint64_t>(protocol) * 0x9e3779b97f4a7c15U >> 16;
  return pair_hash(packet.source, packet.destination);
}

}  // namespace wiretale::engine
