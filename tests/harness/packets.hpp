// Packets that own their octets, made of a script or read from a capture; and what can be done to them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "decode/decoded.hpp"
#include "harness/script.hpp"

namespace wiretale::harness {

/// A decoded packet with all that it views.
struct OwnedPacket {
  decode::Decoded head;  ///< all but what follows
  std::string payload;
  std::string options;
  std::vector<Frame> fragments;
  std::optional<decode::Path> path;

  /// The packet as a worker takes it; holds as long as this one stays where it is.
  [[nodiscard]] decode::Decoded view() const;
  [[nodiscard]] bool tcp() const { return head.transport == Transport::tcp; }
  [[nodiscard]] bool has(std::uint8_t flag) const { return tcp() && head.tcp.has(flag); }
};

using Packets = std::vector<OwnedPacket>;

/// The packets of a conversation. A TCP session begins with SYN, SYN-ACK and ACK, which carry the number and the time
/// of the first event; each later segment acknowledges all that the other side sent before it, captured or not. Both
/// sequence numbers soon wrap around 2^32.
[[nodiscard]] Packets packets_of(const Script& script);

/// The packets of a capture file, as the decoder gives them; throws std::runtime_error where it can't be read.
[[nodiscard]] Packets read_packets(const std::string& path);

/// Octets of payload in all packets.
[[nodiscard]] std::size_t payload_octets(const Packets& packets);

// ---- variants

/// Each octet of a TCP payload in a segment of its own, with the frame number and time of the whole. Datagrams stay as
/// they are, and so does what comes after the first 200 kB.
[[nodiscard]] Packets one_octet_at_a_time(const Packets& packets);

/// A capture that ends after the first `octets` octets of payload.
[[nodiscard]] Packets ended_after(const Packets& packets, std::size_t octets);

/// The packet at `index` was captured up to `octets` octets of its payload.
[[nodiscard]] Packets snapped(const Packets& packets, std::size_t index, std::size_t octets);

/// The packet at `index` wasn't captured; where it carries a FIN, only its payload wasn't.
[[nodiscard]] Packets without(const Packets& packets, std::size_t index);

}  // namespace wiretale::harness
