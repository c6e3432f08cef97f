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

/// Of a packet between these ends: by its protocol, where that talks across pairs, else by the pair.
std::uint64_t share_of_ends(Transport transport, const Endpoint& from, const Endpoint& to) {
  if (transport == Transport::udp || transport == Transport::tcp)
    for (const std::uint16_t port : {to.port, from.port})
      if (const int protocol = across_pairs(transport, port); protocol >= 0)
        return static_cast<std::uint64_t>(protocol) * 0x9e3779b97f4a7c15U >> 16;
  return pair_hash(from.ip, to.ip);
}

Transport transport_of(std::uint8_t ip_protocol) {
  constexpr std::uint8_t tcp = 6, udp = 17;
  return ip_protocol == tcp ? Transport::tcp : ip_protocol == udp ? Transport::udp : Transport::none;
}

}  // namespace

std::uint64_t share_of(const decode::Decoded& packet) {
  // What neighbours say on their link belongs together.
  constexpr std::uint64_t of_link = 0;
  if (packet.outcome == decode::Outcome::arp) return of_link;
  if (packet.transport == Transport::icmp || packet.transport == Transport::icmpv6) {
    if (const auto quoted = decode::quoted_by(packet))  // where the session is that it speaks of
      return share_of_ends(transport_of(quoted->protocol), quoted->source, quoted->destination);
    if (loose_protocol(packet.transport, packet.payload) != nullptr) return of_link;
  }
  return share_of_ends(packet.transport, {packet.source, packet.source_port},
                       {packet.destination, packet.destination_port});
}

}  // namespace wiretale::engine
