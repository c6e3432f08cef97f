#include <fmt/format.h>

#include <wiretale/tale.hpp>

#include "dhcp/compose.hpp"
#include "dhcp/dhcp.hpp"

namespace wiretale::hostconf {
namespace {

constexpr std::uint32_t for_ever = UINT32_MAX;

std::string lease_words(std::uint32_t seconds) {
  return seconds == for_ever ? "for ever" : "for " + human_duration(std::chrono::seconds(seconds));
}

/// What a message asks for or gives, after its kind.
std::string contents4(const MessageFields& fields) {
  const Options4& options = fields.options.v4;
  std::string text;
  if (!fields.yiaddr.none()) text += " " + to_string(fields.yiaddr);
  if (!fields.ciaddr.none()) text += " has " + to_string(fields.ciaddr);
  if (!options.requested_ip.none()) text += " wants " + to_string(options.requested_ip);
  if (!options.server_identifier.none())
    text += (fields.yiaddr.none() ? " server " : " by ") + to_string(options.server_identifier);
  if (options.lease_time) text += ' ' + lease_words(*options.lease_time);
  if (!fields.giaddr.none()) text += " through " + to_string(fields.giaddr);
  return text;
}

/// The same of DHCPv6.
std::string contents6(const MessageFields& fields) {
  const Options6& options = fields.options.v6;
  std::string text;
  if (!fields.relayed_kind.empty()) text += " of " + fields.relayed_kind;
  for (const auto* list : {&options.ia_na, &options.ia_ta, &options.ia_pd}) {
    for (const IdentityAssociation& association : *list) {
      for (const LeasedAddress& address : association.addresses) text += ' ' + to_string(address.ip);
      for (const LeasedPrefix& prefix : association.prefixes) text += ' ' + prefix.prefix;
      if (association.status.code && association.status.code->value != 0)
        text += ' ' + to_string(*association.status.code);
    }
  }
  if (options.status.code && options.status.code->value != 0) text += ' ' + to_string(*options.status.code);
  return text;
}

std::string who(const DhcpRecord& record) {
  std::string text = record.client_mac.empty() ? record.client_hardware.address : record.client_mac;
  if (text.empty()) text = record.client_id.all.empty() ? "a client" : "DUID " + record.client_id.all.digits;
  if (!record.hostname.empty()) text += " (" + record.hostname + ')';
  return text;
}

std::string headline(const DhcpRecord& record) {
  const std::string client = who(record), server = to_string(record.server_ip);
  std::string ip = to_string(record.assigned_ip);
  for (const std::string& prefix : record.prefixes) ip += (ip.empty() ? "" : ", ") + prefix;
  if (record.procedure == "confirm" && record.outcome == "acknowledged") return client + " is still where it was";
  if (record.outcome == "acknowledged") {
    const bool goes_on =
        record.procedure == "renew" || record.procedure == "rebind" || record.procedure == "init_reboot";
    std::string text = fmt::format("{} {} {}", client, goes_on ? "keeps" : "gets", ip);
    if (record.lease_s) text += ' ' + lease_words(*record.lease_s);
    return text;
  }
  if (record.outcome == "refused") return fmt::format("{} is refused by {}", client, server);
  if (record.outcome == "offered")
    return fmt::format("{} is offered {}{}", client, ip, record.version == "4" ? " and does not take it" : "");
  if (record.outcome == "released") return client + " gives its address back";
  if (record.outcome == "declined") return client + " declines an address that is in use";
  if (record.outcome == "informed") return client + " gets settings for the address it has";
  if (record.outcome == "answered") return client + " gets an answer";
  return client + " gets no answer";
}

std::string_view meaning4(const MessageFields& fields) {
  const auto& type = fields.options.v4.message_type;
  return type ? MessageType4::meaning(type->value) : std::string_view{};
}

/// By the name of the message: its number is not among the options.
std::string_view meaning6(const MessageFields& fields) {
  const std::string& kind = fields.relayed_kind.empty() ? fields.kind : fields.relayed_kind;
  constexpr std::uint32_t last_explained = kind6::leasequery_reply;
  for (std::uint32_t type = 1; type <= last_explained; ++type)
    if (MessageType6::name(type) == kind) return MessageType6::meaning(type);
  return {};
}

void tell_settings(const DhcpRecord& record, Tale& tale) {
  std::string text;
  const auto add = [&text](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, value);
  };
  const auto list = [](const std::vector<IpAddress>& addresses) {
    std::string all;
    for (const IpAddress& address : addresses) all += (all.empty() ? "" : " ") + to_string(address);
    return all;
  };
  add("mask", to_string(record.subnet_mask));
  add("router", list(record.routers));
  add("DNS", list(record.dns_servers));
  add("domain", record.domain);
  if (!text.empty()) tale.detail(text);
  if (!record.message.empty()) tale.detail("the server says: " + record.message);
}

}  // namespace

void DhcpRecord::tell(const DhcpRecord& record, Tale& tale) {
  Frames frames = record.exchange.request_frames;
  frames.add(record.exchange.response_frames);
  tale.told(frames, headline(record), record.exchange.latency ? human_duration(*record.exchange.latency) : "");
  for (const MessageFields& message : record.messages) {
    const bool v6 = record.version == "6";
    tale.detail(
        fmt::format("frame {} {}{}", message.frame, message.kind, v6 ? contents6(message) : contents4(message)));
    if (!tale.explaining()) continue;
    const std::string_view meaning = v6 ? meaning6(message) : meaning4(message);
    if (!meaning.empty()) tale.explain(meaning);
  }
  tell_settings(record, tale);
  tale.notices(record.exchange.anomalies);
}

}  // namespace wiretale::hostconf
