// ARP: the record, and the protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <wiretale/dissector.hpp>
#include <wiretale/record.hpp>

namespace wiretale {

extern const Protocol arp;

namespace address_resolution {

/// One end of an ARP message.
struct End {
  IpAddress ip;
  MacAddress mac;

  static constexpr auto fields() {
    return FieldList{field("ip", &End::ip, "Protocol address; absent where it is none, as in a probe."),
                     field("mac", &End::mac, "Hardware address; absent where it isn't known.")};
  }
};

/// A request with its reply; also one without the other.
struct ArpRecord {
  static constexpr RecordInfo info{"arp", "An ARP request with its reply, or one of them alone."};

  ExchangeFacts exchange;
  std::string operation;
  std::string_view purpose;
  End sender, target;
  std::optional<std::uint32_t> requests;
  std::optional<std::uint16_t> vlan;
  std::optional<std::uint32_t> hardware_type, protocol_type;

  static constexpr auto fields() {
    using R = ArpRecord;
    return FieldList{
        embed(&R::exchange),
        field("operation", &R::operation, "request, reply, reverse_request …; else the number (RFC 826)."),
        field("purpose", &R::purpose,
              "lookup; probe: is somebody using this address; announcement: it is mine (RFC 5227)."),
        field("sender", &R::sender, "Who asks; in a reply without a request: who answers."),
        field("target", &R::target, "Who is asked for, with the hardware address that the reply gives."),
        field("requests", &R::requests, "How often it was asked, where more than once."),
        field("vlan", &R::vlan, "VLAN id, outermost."),
        field("hardware_type", &R::hardware_type, "Where it isn't Ethernet."),
        field("protocol_type", &R::protocol_type, "Ethertype of the addresses asked for, where it isn't IPv4."),
    };
  }
  static void tell(const ArpRecord& record, Tale& tale);
};

}  // namespace address_resolution
}  // namespace wiretale
