// Messages of DHCP as they are read: octets to fields, no state.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <wiretale/limits.hpp>

#include "dhcp/dhcp.hpp"

namespace wiretale::hostconf {

/// A datagram as it came.
struct Wire {
  Bytes bytes;                   ///< what was captured
  std::uint64_t wire_bytes = 0;  ///< its length
  IpAddress source, destination;
  Frames frames;  ///< more than one where IP fragmented it
  Timestamp time;

  [[nodiscard]] bool cut() const { return wire_bytes > bytes.size(); }
};

/// A message, and what transactions need to know of it.
struct Message {
  MessageFields fields;
  bool v6 = false;
  std::uint32_t type = 0;    ///< message type; 0 where there is none (BOOTP)
  std::uint32_t xid = 0;     ///< transaction id
  std::string key;           ///< version, transaction id and client; empty where the message is too short to tell
  bool from_server = false;  ///< who speaks
  bool damaged = false;      ///< cut off or malformed
  std::uint32_t relays = 0;  ///< how many it went through
  std::string client_mac;
  ClientHardware client_hardware;
  std::vector<Anomaly> anomalies;
};

/// Reads a message of DHCPv6 (RFC 8415), with the relays around it.
[[nodiscard]] Message read_message6(const Wire& wire, const Limits& limits);
/// Whether octets are a message of DHCPv6 from the first to the last that names its client or server.
[[nodiscard]] bool surely_dhcpv6(Bytes octets);
/// Reads a message of DHCPv4 (RFC 951, RFC 2131). What was read before a fault stays, and an anomaly says what is
/// wrong.
[[nodiscard]] Message read_message4(const Wire& wire, const Limits& limits);

}  // namespace wiretale::hostconf
