#include "dhcp/compose.hpp"

#include <algorithm>
#include <string_view>

#include "common/notes.hpp"
#include "dhcp/compose6.hpp"

namespace wiretale::hostconf {
namespace {

const Message* last_final(const Transaction& transaction) {
  const Message* found = nullptr;
  for (const Message& message : transaction.messages)
    if (is_final(message)) found = &message;
  return found;
}

const Message* first_of(const Transaction& transaction, std::uint32_t type) {
  const auto found =
      std::ranges::find_if(transaction.messages, [type](const Message& message) { return message.type == type; });
  return found == transaction.messages.end() ? nullptr : &*found;
}

const Message* first_of_client(const Transaction& transaction) {
  const auto found = std::ranges::find(transaction.messages, false, &Message::from_server);
  return found == transaction.messages.end() ? nullptr : &*found;
}

/// What a REQUEST asks for (RFC 2131, section 4.3.2).
std::string_view request_procedure(const Message& request) {
  const MessageFields& fields = request.fields;
  if (!fields.options.v4.server_identifier.none()) return "selecting";
  if (fields.ciaddr.none()) return fields.options.v4.requested_ip.none() ? "" : "init_reboot";
  return fields.destination.group() ? "rebind" : "renew";
}

std::string_view procedure_of(const Transaction& transaction) {
  if (first_of(transaction, kind4::discover) != nullptr) return "discover";
  const Message* first = first_of_client(transaction);
  if (first == nullptr) return first_of(transaction, kind4::forcerenew) != nullptr ? "forcerenew" : "";
  switch (first->type) {
    case 0:
      return first->damaged ? "" : "bootp";
    case kind4::request:
      return request_procedure(*first);
    case kind4::inform:
      return "inform";
    case kind4::release:
      return "release";
    case kind4::decline:
      return "decline";
    case kind4::leasequery:
      return "leasequery";
    default:
      return {};
  }
}

std::string_view outcome_of(const Transaction& transaction, const Message* final) {
  if (final == nullptr) return first_of(transaction, kind4::offer) != nullptr ? "offered" : "unanswered";
  switch (final->type) {
    case kind4::ack: {
      // An ACK without an address answers an INFORM (RFC 2131, section 4.3.5).
      const bool informed = final->fields.yiaddr.none() && first_of(transaction, kind4::request) == nullptr;
      return first_of(transaction, kind4::inform) != nullptr || informed ? "informed" : "acknowledged";
    }
    case kind4::nak:
      return "refused";
    case kind4::release:
      return "released";
    case kind4::decline:
      return "declined";
    default:
      return "answered";
  }
}

void put_times(const Transaction& transaction, DhcpRecord& record) {
  const std::vector<Message>& messages = transaction.messages;
  const Message* asked = nullptr;
  for (const Message& message : messages) {
    const Frame frame = message.fields.frame;
    (message.from_server ? record.exchange.response_frames : record.exchange.request_frames).add(frame);
    if (message.from_server && asked != nullptr && !record.exchange.latency)
      record.exchange.latency = message.fields.time - asked->fields.time;
    if (!message.from_server) asked = &message;
  }
  record.exchange.time = messages.front().fields.time;
  record.duration = messages.back().fields.time - messages.front().fields.time;
}

void put_client(const Transaction& transaction, DhcpRecord& record) {
  const Message& first = transaction.messages.front();
  record.version = first.v6 ? "6" : "4";
  if (!first.key.empty()) record.xid = WideNumber{first.xid};
  for (const Message& message : transaction.messages)
    if (record.client_mac.empty()) record.client_mac = message.client_mac;
  record.client_hardware = first.client_hardware;
  for (const bool of_server : {false, true})
    for (const Message& message : transaction.messages)
      if (message.from_server == of_server && record.hostname.empty()) record.hostname = name_in(message);
}

void put_offers(const Transaction& transaction, DhcpRecord& record) {
  for (const Message& message : transaction.messages) {
    if (message.type != kind4::offer) continue;
    OfferFields offer{message.fields.frame, server_of(message), message.fields.yiaddr,
                      message.fields.options.v4.lease_time, false};
    const bool known = std::ranges::any_of(record.offers, [&](const OfferFields& before) {
      return before.server == offer.server && before.ip == offer.ip;
    });
    if (known) continue;
    for (const Message& request : transaction.messages)
      if (request.type == kind4::request && to_string(request.fields.options.v4.server_identifier) == offer.server)
        offer.chosen = true;
    record.offers.push_back(std::move(offer));
  }
}

/// What the client got, or would get.
void put_settings(const Message& message, DhcpRecord& record) {
  const Options4& options = message.fields.options.v4;
  record.server_ip = options.server_identifier.none() ? message.fields.source : options.server_identifier;
  record.lease_s = options.lease_time;
  record.renewal_s = options.renewal_time;
  record.rebinding_s = options.rebinding_time;
  record.subnet_mask = options.subnet_mask;
  record.routers = options.routers;
  record.dns_servers = options.domain_name_servers;
  record.domain = options.domain_name;
  record.message = options.message;
  if (message.type != kind4::nak)
    record.assigned_ip = message.fields.yiaddr.none() ? message.fields.ciaddr : message.fields.yiaddr;
}

void put_anomalies(const Transaction& transaction, const Limits& limits, DhcpRecord& record) {
  for (const Message& message : transaction.messages)
    for (const Anomaly& anomaly : message.anomalies) note(record.exchange.anomalies, limits, anomaly);
  if (transaction.doubtful)
    note(record.exchange.anomalies, limits, AnomalyKind::cut_off, "earlier_message_unreadable",
         "of a message of these moments the capture kept too little to tell what it is; it may belong here",
         transaction.messages.back().fields.frame);
}

/// True where the client's own messages are there and a relay's copies of them, but of the final answer only what the
/// relay got: its way to the client is not in the capture.
bool ends_at_relay(const Transaction& transaction, const Message& final) {
  bool direct = false, passed_on = false;
  for (const Message& message : transaction.messages) {
    if (message.from_server) continue;
    direct = direct || message.fields.giaddr.none();
    passed_on = passed_on || !message.fields.giaddr.none();
  }
  return direct && passed_on && final.from_server && final.fields.destination == final.fields.giaddr;
}

void put_story4(const Transaction& transaction, DhcpRecord& record) {
  put_offers(transaction, record);
  const Message* final = last_final(transaction);
  record.procedure = procedure_of(transaction);
  record.outcome = outcome_of(transaction, final);
  if (final != nullptr && final->from_server)
    put_settings(*final, record);
  else if (const Message* offer = first_of(transaction, kind4::offer); offer != nullptr)
    put_settings(*offer, record);
  for (const Message& message : transaction.messages)
    if (record.relay.none()) record.relay = message.fields.giaddr;
  record.exchange.complete = final != nullptr && !transaction.damaged && !ends_at_relay(transaction, *final);
}

/// True where who asked for addresses or prefixes was told of some, or why there are none (RFC 8415, section 18.3).
bool answers_all6(const Transaction& transaction) {
  constexpr std::uint16_t ia_na = 3, ia_ta = 4, status_code = 13, ia_pd = 25;
  bool asked = false, told = false;
  for (const Message& message : transaction.messages)
    for (const std::uint16_t code : message.fields.option_order) {
      const bool association = code == ia_na || code == ia_ta || code == ia_pd;
      asked = asked || (!message.from_server && association);
      if (message.from_server) told = told || association || code == status_code;
    }
  return told || !asked;
}

void put_story6(const Transaction& transaction, DhcpRecord& record) {
  put_offers6(transaction, record);
  record.procedure = procedure6(transaction);
  record.outcome = outcome6(transaction);
  put_answer6(transaction, record);
  for (const Message& message : transaction.messages)
    if (record.relay.none() && !message.fields.relays.empty()) record.relay = message.fields.relays.back().link_address;
  record.exchange.complete = answered6(transaction) && !transaction.damaged && answers_all6(transaction);
}

}  // namespace

bool is_final(const Message& message) {
  if (message.v6) return is_final6(message);
  switch (message.type) {
    case 0:
      return message.from_server && !message.damaged;
    case kind4::ack:
    case kind4::nak:
    case kind4::release:
    case kind4::decline:
    case kind4::leaseactive:
    case kind4::leaseunassigned:
    case kind4::leaseunknown:
      return true;
    default:
      return false;
  }
}

std::string server_of(const Message& message) {
  const Duid& server = message.fields.options.v6.server_id;
  if (!server.all.empty()) return server.all.digits;
  const IpAddress& identifier = message.fields.options.v4.server_identifier;
  return to_string(identifier.none() ? message.fields.source : identifier);
}

std::string name_in(const Message& message) {
  const Options4& options = message.fields.options.v4;
  if (message.v6) return message.fields.options.v6.fqdn.name;
  return options.host_name.empty() ? options.client_fqdn.name : options.host_name;
}

DhcpRecord compose(const Transaction& transaction, const Limits& limits) {
  DhcpRecord record;
  put_times(transaction, record);
  put_client(transaction, record);
  if (record.version == "6")
    put_story6(transaction, record);
  else
    put_story4(transaction, record);
  put_anomalies(transaction, limits, record);
  if (transaction.sessions.size() > 1) record.sessions = transaction.sessions;
  record.messages.reserve(transaction.messages.size());
  for (const Message& message : transaction.messages) record.messages.push_back(message.fields);
  return record;
}

}  // namespace wiretale::hostconf
