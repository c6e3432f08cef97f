#include "flow/tcp_doubles.hpp"

#include <algorithm>

namespace wiretale::flow {
namespace {

/// A copy takes no longer than this. An identification comes back only after 65,536 packets.
constexpr Nanos with_id = std::chrono::milliseconds(500);
constexpr Nanos without_id = std::chrono::milliseconds(20);

bool same_segment(const Doubles::Packet& a, const Doubles::Packet& b) {
  return a.seq == b.seq && a.ack == b.ack && a.payload_bytes == b.payload_bytes && a.window == b.window &&
         a.mark.flags == b.mark.flags && a.mark.ip_id == b.mark.ip_id;
}

bool copies(const Doubles::Packet& first, const Doubles::Packet& second, bool same_ids) {
  if (!same_segment(first, second)) return false;
  const Nanos apart = std::chrono::abs(second.time - first.time);
  if (!same_ids && first.mark.ip_id != 0 && apart <= with_id) return true;
  const bool other_way = first.mark.hops != second.mark.hops || first.mark.path != second.mark.path;
  return other_way && apart <= without_id;
}

}  // namespace

bool Doubles::again(const Packet& packet, bool same_ids) {
  const std::size_t count = std::min<std::size_t>(count_, remembered);
  for (std::size_t i = 0; i < count; ++i)
    if (copies(packets_[i], packet, same_ids)) return true;
  packets_[count_++ % remembered] = packet;
  return false;
}

}  // namespace wiretale::flow
