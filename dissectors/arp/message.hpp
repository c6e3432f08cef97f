// Wire format of ARP (RFC 826): octets to a message, no state.
#pragma once

#include <cstdint>
#include <string>

#include <wiretale/bytes.hpp>
#include <wiretale/net.hpp>

namespace wiretale::address_resolution {

inline constexpr std::uint16_t request = 1, reply = 2;

/// What a message says. `whole` is false where it was cut off: what came before is good.
struct Message {
  std::uint16_t hardware_type = 0, protocol_type = 0, operation = 0;
  MacAddress sender_mac, target_mac;  ///< none where they are not of 6 octets
  IpAddress sender, target;           ///< none where they are not IPv4 addresses
  bool whole = false;

  /// 0.0.0.0, or no address.
  [[nodiscard]] static bool nobody(const IpAddress& ip);
  /// Asks whether the target's address is in use (RFC 5227, section 2.1.1).
  [[nodiscard]] bool probe() const { return operation == request && nobody(sender) && !nobody(target); }
  /// Tells that the sender uses its address (RFC 5227, section 2.3).
  [[nodiscard]] bool announcement() const { return sender == target && !nobody(sender); }
};

[[nodiscard]] Message parse(Bytes bytes);

/// The operation's name (IANA: ARP Operation Codes), or its number.
[[nodiscard]] std::string operation_name(std::uint16_t operation);

}  // namespace wiretale::address_resolution
