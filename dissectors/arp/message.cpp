#include "arp/message.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

namespace wiretale::address_resolution {
namespace {

constexpr std::uint16_t ipv4 = 0x0800;

MacAddress mac_of(Bytes octets) {
  MacAddress mac;
  if (octets.size() == mac.octets.size()) std::ranges::copy(octets, mac.octets.begin());
  return mac;
}

}  // namespace

bool Message::nobody(const IpAddress& ip) { return ip.none() || ip == IpAddress::from(std::array<std::uint8_t, 4>{}); }

Message parse(Bytes bytes) {
  Cursor cursor(bytes);
  Message message;
  message.hardware_type = cursor.u16();
  message.protocol_type = cursor.u16();
  const std::size_t hardware_length = cursor.u8(), protocol_length = cursor.u8();
  message.operation = cursor.u16();
  const auto address = [&](Bytes octets) {
    return message.protocol_type == ipv4 && octets.size() == 4 ? IpAddress::from(octets) : IpAddress{};
  };
  message.sender_mac = mac_of(cursor.take(hardware_length));
  message.sender = address(cursor.take(protocol_length));
  message.target_mac = mac_of(cursor.take(hardware_length));
  message.target = address(cursor.take(protocol_length));
  message.whole = cursor.ok();
  return message;
}

std::string operation_name(std::uint16_t operation) {
  static constexpr std::string_view names[] = {"",
                                               "request",
                                               "reply",
                                               "reverse_request",
                                               "reverse_reply",
                                               "dynamic_reverse_request",
                                               "dynamic_reverse_reply",
                                               "dynamic_reverse_error",
                                               "inverse_request",
                                               "inverse_reply",
                                               "nak"};
  if (operation == 0 || operation >= std::size(names)) return std::to_string(operation);
  return std::string(names[operation]);
}

}  // namespace wiretale::address_resolution
