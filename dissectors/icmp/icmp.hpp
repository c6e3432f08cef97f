// ICMP and ICMPv6: the record, and the protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/dissector.hpp>
#include <wiretale/record.hpp>

namespace wiretale {

extern const Protocol icmp;

namespace control {

/// An end of the packet that an error quotes.
struct QuotedEnd {
  IpAddress ip;
  std::optional<std::uint16_t> port;

  static constexpr auto fields() {
    return FieldList{field("ip", &QuotedEnd::ip, "Address."),
                     field("port", &QuotedEnd::port, "Port; absent where the transport has none.")};
  }
};

/// The start of the packet that an error is about.
struct Quoted {
  std::string transport;
  QuotedEnd source, destination;
  std::optional<std::uint32_t> bytes, identification, hop_limit, tcp_sequence, identifier, sequence;

  static constexpr auto fields() {
    return FieldList{
        field("transport", &Quoted::transport, "tcp, udp, icmp …; the number of the IP protocol where it has no name."),
        field("source", &Quoted::source, "Who sent it."),
        field("destination", &Quoted::destination, "To whom."),
        field("bytes", &Quoted::bytes, "Its IP length."),
        field("identification", &Quoted::identification, "Its IPv4 Identification."),
        field("hop_limit", &Quoted::hop_limit, "Its TTL or hop limit, as it was where the error arose."),
        field("tcp_sequence", &Quoted::tcp_sequence, "Its TCP sequence number."),
        field("identifier", &Quoted::identifier, "Identifier of a quoted echo message."),
        field("sequence", &Quoted::sequence, "Sequence number of a quoted echo message."),
    };
  }
};

/// Times of a timestamp reply (RFC 792), since midnight UT as RFC 792 has it.
struct Timestamps {
  std::optional<std::uint32_t> originate, receive, transmit;

  static constexpr auto fields() {
    return FieldList{field("originate_ms", &Timestamps::originate, "When the request was sent, in milliseconds."),
                     field("receive_ms", &Timestamps::receive, "When it arrived; in a reply only."),
                     field("transmit_ms", &Timestamps::transmit, "When the reply was sent; in a reply only.")};
  }
};

/// A prefix that a router announces (RFC 4861, section 4.6.2).
struct Prefix {
  std::string prefix;
  bool on_link = false, autonomous = false;
  Nanos valid{}, preferred{};

  static constexpr auto fields() {
    return FieldList{
        field("prefix", &Prefix::prefix, "Address and length: 2001:db8::/64."),
        field("on_link", &Prefix::on_link, "L: its addresses are on this link."),
        field("autonomous", &Prefix::autonomous, "A: hosts may make addresses of it (RFC 4862)."),
        field("valid_lifetime_s", &Prefix::valid, "How long it is valid; 4294967295 is for ever."),
        field("preferred_lifetime_s", &Prefix::preferred, "How long its addresses are preferred."),
    };
  }
};

/// What a router says of itself and of its link (RFC 4861, section 4.2).
struct RouterFacts {
  std::optional<std::uint32_t> hop_limit;
  std::optional<bool> managed, other;
  std::string_view preference;
  std::optional<Nanos> lifetime;
  std::optional<Nanos> reachable, retransmit;
  std::vector<Prefix> prefixes;
  std::vector<IpAddress> dns_servers;
  std::vector<std::string> search_domains;

  static constexpr auto fields() {
    return FieldList{
        field("hop_limit", &RouterFacts::hop_limit, "Hop limit that hosts shall use; absent: not specified."),
        field("managed", &RouterFacts::managed, "M: addresses come by DHCPv6."),
        field("other", &RouterFacts::other, "O: other settings come by DHCPv6."),
        field("preference", &RouterFacts::preference, "high, medium, low (RFC 4191)."),
        field("lifetime_s", &RouterFacts::lifetime, "As a default router; 0: it is none."),
        field("reachable_time_s", &RouterFacts::reachable, "How long a neighbour counts as reachable."),
        field("retransmit_time_s", &RouterFacts::retransmit, "Between two solicitations."),
        field("prefixes", &RouterFacts::prefixes, "Prefixes of the link."),
        field("dns_servers", &RouterFacts::dns_servers, "RFC 8106."),
        field("search_domains", &RouterFacts::search_domains, "RFC 8106."),
    };
  }
};

/// A multicast group that a listener tells of (RFC 3810, section 5.2.5).
struct Group {
  std::string mode;
  IpAddress group;
  std::vector<IpAddress> sources;

  static constexpr auto fields() {
    return FieldList{
        field("mode", &Group::mode,
              "include, exclude, change_to_include, change_to_exclude, allow, block; absent in version 1."),
        field("group", &Group::group, "The multicast address; absent in a general query."),
        field("sources", &Group::sources, "Sources that are wanted, or not wanted."),
    };
  }
};

/// A message, with the reply where it is a request.
struct IcmpRecord {
  static constexpr RecordInfo info{"icmp", "An ICMP or ICMPv6 message; a request with its reply."};

  ExchangeFacts exchange;
  std::string_view transport;
  std::string kind;
  std::uint32_t code = 0;
  std::string_view code_name;
  IpAddress source, destination;
  std::optional<std::uint32_t> hop_limit, response_hop_limit, identifier, sequence, data_bytes;
  Frames fragments;
  std::string about;
  Quoted quoted;
  std::optional<std::uint32_t> mtu, pointer;
  IpAddress gateway, address_mask, target;
  Timestamps timestamps;
  MacAddress link_address;
  std::string_view purpose;
  std::optional<bool> from_router, solicited, overrides;
  RouterFacts router;
  std::optional<Nanos> max_response;
  std::vector<Group> groups;

  static constexpr auto fields() {
    using R = IcmpRecord;
    return FieldList{
        embed(&R::exchange),
        field("transport", &R::transport, "icmp or icmpv6."),
        field("kind", &R::kind, "Type of the message, of the request where there is one; else the number."),
        field("code", &R::code, "Code of that message."),
        field("code_name", &R::code_name, "What the code means for this type."),
        field("source", &R::source, "Who sent it; absent in a session's own messages."),
        field("destination", &R::destination, "To whom; absent in a session's own messages."),
        field("hop_limit", &R::hop_limit, "TTL or hop limit of the message; of the request where there is one."),
        field("response_hop_limit", &R::response_hop_limit, "The same of the reply."),
        field("identifier", &R::identifier, "Identifier of an echo message: one ping run has one."),
        field("sequence", &R::sequence, "Sequence number."),
        field("data_bytes", &R::data_bytes, "Octets that follow the header of an echo message."),
        field("fragments", &R::fragments, "Frames of the IP fragments, where the message came in several."),
        field("about", &R::about, "An error: the session that it quotes."),
        field("quoted", &R::quoted, "An error: the packet that it is about."),
        field("mtu", &R::mtu, "Largest packet for the next hop, or on the link."),
        field("pointer", &R::pointer, "Octet of the quoted packet that is the problem."),
        field("gateway", &R::gateway, "Redirect: the better router."),
        field("address_mask", &R::address_mask, "Address mask reply: the mask (RFC 950)."),
        field("target", &R::target, "Neighbour discovery: the address that it is about."),
        field("timestamps", &R::timestamps, "Timestamp messages: the times in them."),
        field("link_address", &R::link_address, "Neighbour discovery: link address of the sender or of the target."),
        field("purpose", &R::purpose, "duplicate_address_detection, where a host asks for an address it wants to use."),
        field("from_router", &R::from_router, "R: the neighbour is a router."),
        field("solicited", &R::solicited, "S: the advertisement answers a solicitation."),
        field("overrides", &R::overrides, "O: it replaces what was known of the neighbour."),
        field("router", &R::router, "Router advertisement: what it says."),
        field("max_response_s", &R::max_response, "Multicast query: how long listeners may wait."),
        field("groups", &R::groups, "Multicast listener discovery: the groups."),
    };
  }
  static void tell(const IcmpRecord& record, Tale& tale);
};

}  // namespace control
}  // namespace wiretale
