// Wire format of ICMP (RFC 792, RFC 950) and ICMPv6 (RFC 4443, RFC 4861, RFC 2710, RFC 3810): octets to a record, no
// state.
#pragma once

#include <cstdint>

#include <wiretale/bytes.hpp>
#include <wiretale/net.hpp>

#include "icmp/icmp.hpp"

namespace wiretale::control {

/// A message as it came.
struct Wire {
  bool v6 = false;
  Bytes bytes;                   ///< what was captured
  std::uint64_t wire_bytes = 0;  ///< its length
  IpAddress source, destination;
  Frame frame = 0;

  /// The type; 0 where not even that is there.
  [[nodiscard]] std::uint8_t type() const { return bytes.empty() ? std::uint8_t{0} : bytes.front(); }
};

/// Fills in what the message says. What was read before a fault stays, and an anomaly says what is wrong.
void read(const Wire& wire, IcmpRecord& record);

/// Whether the checksum of a message that is all there is right (RFC 1071; RFC 8200, section 8.1).
[[nodiscard]] bool checksum_holds(const Wire& wire);

}  // namespace wiretale::control
