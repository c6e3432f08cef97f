// DHCP for IPv4 and IPv6: the record, and the protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/dissector.hpp>
#include <wiretale/record.hpp>

#include "dhcp/options6.hpp"

namespace wiretale {

extern const Protocol dhcp;

namespace hostconf {

/// A relay that wrapped a message of DHCPv6 (RFC 8415, section 9).
struct RelayFields {
  Code<MessageType6> kind;
  std::uint32_t hop_count = 0;
  IpAddress link_address, peer_address;
  Opaque interface_id, subscriber_id;
  std::optional<EnterpriseData> remote_id;
  Duid relay_id;
  std::string client_link_address;
  std::vector<OtherOption> others;

  static constexpr auto fields() {
    using R = RelayFields;
    return FieldList{
        field("kind", &R::kind, "RELAY-FORW or RELAY-REPL."),
        field("hop_count", &R::hop_count, "Relays before this one."),
        field("link_address", &R::link_address, "Address that says which link the client is on."),
        field("peer_address", &R::peer_address, "Who the relay had it from, or gives it to."),
        field("interface_id", &R::interface_id, "The relay's port; in hex where it isn't printable."),
        field("subscriber_id", &R::subscriber_id, "RFC 4580."),
        field("remote_id", &R::remote_id, "The client's end of the line (RFC 4649)."),
        field("relay_id", &R::relay_id, "RFC 5460."),
        field("client_link_address", &R::client_link_address, "RFC 6939."),
        field("others", &R::others, "Other options of the relay."),
    };
  }
};

/// One message of a transaction.
struct MessageFields {
  Frame frame = 0;
  Timestamp time;
  std::string kind, relayed_kind;
  IpAddress source, destination;
  Frames fragments;
  std::vector<RelayFields> relays;
  std::optional<std::uint32_t> hops, secs;
  std::optional<bool> broadcast;
  IpAddress ciaddr, yiaddr, siaddr, giaddr;
  std::string server_name, boot_file;
  std::vector<std::uint16_t> option_order;
  Options options;

  static constexpr auto fields() {
    using R = MessageFields;
    return FieldList{
        field("frame", &R::frame, "Frame that carries it; of a fragmented one the last."),
        field("time", &R::time, "When."),
        field("kind", &R::kind,
              "DISCOVER, OFFER, REQUEST …; BOOTREQUEST, BOOTREPLY without a message type; v6: SOLICIT, ADVERTISE …, "
              "RELAY-FORW and RELAY-REPL where a relay wrapped it."),
        field("relayed_kind", &R::relayed_kind, "v6: what the relays wrapped; the options are those of it."),
        field("source", &R::source, "Who sent it."),
        field("destination", &R::destination, "To whom."),
        field("fragments", &R::fragments, "Frames of the IP fragments, where it came in several."),
        field("relays", &R::relays, "v6: the relays around the message, outermost first."),
        field("hops", &R::hops, "Relays that it went through; absent: none."),
        field("secs", &R::secs, "Seconds since the client began; absent: 0."),
        field("broadcast", &R::broadcast, "B: the client can be reached by broadcast only."),
        field("ciaddr", &R::ciaddr, "Address that the client has and uses; as the next three absent where 0.0.0.0."),
        field("yiaddr", &R::yiaddr, "Address that the server gives to the client."),
        field("siaddr", &R::siaddr, "Server that the client shall boot from next."),
        field("giaddr", &R::giaddr, "Relay on the client's link."),
        field("server_name", &R::server_name, "Field sname, where it holds no options."),
        field("boot_file", &R::boot_file, "Field file, where it holds no options."),
        field("option_order", &R::option_order, "Codes of the options as they came: clients differ in it."),
        field("options", &R::options, "The options by name."),
    };
  }
};

/// What a server offered.
struct OfferFields {
  Frame frame = 0;
  std::string server;
  IpAddress ip;
  std::optional<std::uint32_t> lease_s;
  bool chosen = false;

  static constexpr auto fields() {
    return FieldList{
        field("frame", &OfferFields::frame, "The offer."),
        field("server", &OfferFields::server,
              "Server identifier, else the address that the offer came from; v6: DUID in hex."),
        field("ip", &OfferFields::ip, "Address that it offered."),
        field("lease_s", &OfferFields::lease_s, "For how many seconds."),
        field("chosen", &OfferFields::chosen, "True where the client asked this server then."),
    };
  }
};

/// A link address that is not of Ethernet.
struct ClientHardware {
  std::optional<Code<HardwareType>> type;
  std::string address;

  static constexpr auto fields() {
    return FieldList{field("type", &ClientHardware::type, "htype."),
                     field("address", &ClientHardware::address, "chaddr, as many octets as hlen says.")};
  }
};

/// A transaction: all messages with one transaction id of one client.
struct DhcpRecord {
  static constexpr RecordInfo info{"dhcp", "A transaction of DHCP: what a client asked, and what servers said."};

  ExchangeFacts exchange;
  std::string_view version;
  std::optional<WideNumber> xid;
  std::string client_mac;
  ClientHardware client_hardware;
  Duid client_id, server_id;
  std::string hostname;
  std::string_view procedure;
  std::string_view outcome;
  IpAddress assigned_ip;
  std::vector<IpAddress> assigned_ips;
  std::vector<std::string> prefixes;
  IpAddress server_ip;
  std::optional<std::uint32_t> lease_s, renewal_s, rebinding_s;
  IpAddress subnet_mask;
  std::vector<IpAddress> routers, dns_servers;
  std::string domain;
  IpAddress relay;
  std::string message;
  std::vector<OfferFields> offers;
  Nanos duration{};
  std::vector<MessageFields> messages;
  std::vector<std::string> sessions;

  static constexpr auto fields() {
    using R = DhcpRecord;
    return FieldList{
        embed(&R::exchange),
        field("version", &R::version, "4 or 6."),
        field("xid", &R::xid, "Transaction id."),
        field("client_mac", &R::client_mac,
              "Client's Ethernet address (chaddr); v6: as its DUID or the first relay tells it."),
        field("client_hardware", &R::client_hardware, "Client's link address, where it isn't Ethernet."),
        field("client_id", &R::client_id, "v6: who the client is."),
        field("server_id", &R::server_id, "v6: which server gave the final answer; else the first advertisement."),
        field("hostname", &R::hostname, "What the client calls itself, else what the server calls it."),
        field(
            "procedure", &R::procedure,
            "What the client is after: discover, selecting (its DISCOVER was not seen), init_reboot, renew, rebind, "
            "inform, release, decline, leasequery, forcerenew, bootp; v6: solicit, request, confirm, renew, rebind, "
            "release, decline, information_request, leasequery, reconfigure; absent where no message of it was seen."),
        field("outcome", &R::outcome,
              "acknowledged, refused, offered, unanswered, released, declined, informed, answered (neither of these)."),
        field("assigned_ip", &R::assigned_ip, "Address that the client has now; offered, where that is the outcome."),
        field("assigned_ips", &R::assigned_ips, "v6: all of them, where there are several."),
        field("prefixes", &R::prefixes, "v6: prefixes that the client may give on."),
        field("server_ip", &R::server_ip,
              "Server identifier of the final answer, else of the first offer; v6: the address that it came from."),
        field("lease_s", &R::lease_s, "For how many seconds; 4294967295 is for ever."),
        field("renewal_s", &R::renewal_s, "T1: when the client shall renew, in seconds."),
        field("rebinding_s", &R::rebinding_s, "T2: when it shall ask any server, in seconds."),
        field("subnet_mask", &R::subnet_mask, "Of the final answer, as all that follows."),
        field("routers", &R::routers, "Default routers."),
        field("dns_servers", &R::dns_servers, "DNS servers."),
        field("domain", &R::domain, "Domain of the client."),
        field("relay", &R::relay, "Relay next to the client (giaddr; v6: its link address)."),
        field("message", &R::message, "What the server said of a refusal."),
        field("offers", &R::offers, "All offers; each once, whatever relays repeat."),
        field("duration_s", &R::duration, "From the first message to the last."),
        field("messages", &R::messages, "All messages, in the order captured."),
        field("sessions", &R::sessions, "Sessions that took part, where there are several."),
    };
  }
  static void tell(const DhcpRecord& record, Tale& tale);
};

/// Says a record. (Its own function, so that what writes all those options is compiled once.)
void emit(Session& session, const DhcpRecord& record);

}  // namespace hostconf
}  // namespace wiretale
