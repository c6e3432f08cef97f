// Knows a packet again that was captured twice.
#pragma once

#include <array>
#include <cstdint>

#include <wiretale/net.hpp>

namespace wiretale::flow {

/// What a router or switch leaves alone of a packet (its IP identification), and what tells two copies of it apart.
struct Mark {
  std::uint16_t ip_id = 0;  ///< IPv4 identification; 0 where there is none, or it says nothing
  std::uint8_t hops = 0;    ///< TTL or hop limit
  std::uint8_t flags = 0;   ///< of TCP
  std::uint32_t path = 0;   ///< VLANs and link addresses, mixed: differs where the packet came another way
};

/// The mark of a side's last packet, in as few octets as will do.
struct LastMark {
  std::uint16_t ip_id = 0;
  std::uint8_t flags = 0;
  bool same_ids = false;  ///< different packets had one identification: it tells none apart
};

/// The latest packets of one side. A mirror port, or a capture on two interfaces, gives packets twice: the same segment
/// with the same IP identification soon after the first; without an identification, with another hop limit or by
/// another way. A retransmission is a new packet.
class Doubles {
 public:
  struct Packet {
    std::uint32_t seq = 0, ack = 0, payload_bytes = 0;
    std::uint16_t window = 0;
    Mark mark;
    Timestamp time;
  };

  /// True where the packet was here before. Else it is remembered.
  bool again(const Packet& packet, bool same_ids);

 private:
  static constexpr std::size_t remembered = 16;

  std::array<Packet, remembered> packets_;
  std::uint32_t count_ = 0;
};

}  // namespace wiretale::flow
