#include "analysis/analysis.hpp"

#include <algorithm>

namespace wiretale::analysis {
namespace {

/// Names told of one host; a resolver's answers may give hundreds to a shared server.
constexpr std::size_t names_a_host = 16;
constexpr std::size_t macs_a_host = 8;

/// Who asked what, as one number (FNV-1a over all of it).
std::uint64_t mark_of(const LookupFact& fact) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto mix = [&](std::uint8_t octet) { hash = (hash ^ octet) * 0x100000001b3U; };
  for (const std::uint8_t octet : fact.client.ip.octets()) mix(octet);
  for (const unsigned number : {unsigned{fact.client.port}, unsigned{fact.id}}) {
    mix(static_cast<std::uint8_t>(number >> 8));
    mix(static_cast<std::uint8_t>(number));
  }
  for (const char letter : fact.question) mix(static_cast<std::uint8_t>(letter));
  return hash;
}

FindingRecord two_responders(const LookupFact& second, Frame asked, Frame first, const IpAddress& first_by) {
  FindingRecord finding;
  finding.kind = "dns-two-responders";
  finding.severity = "warning";
  finding.title = "Two servers answered one DNS query";
  finding.explanation =
      "A query goes to one server, so a second one that answers it is a misconfigured network or somebody who wants to "
      "be first with a forged answer. Compare the answers, and find out who the other responder is.";
  finding.frames = {asked, first, second.frame};
  finding.evidence = "query for " + std::string(second.question) + " by " + to_string(second.client.ip) +
                     ": answered by " + to_string(first_by) + " in frame " + std::to_string(first) + " and by " +
                     to_string(second.server.ip) + " in frame " + std::to_string(second.frame);
  finding.wireshark_filter = "frame.number in {" + std::to_string(asked) + ", " + std::to_string(first) + ", " +
                             std::to_string(second.frame) + "}";
  return finding;
}

}  // namespace

Analysis::Analysis(const Limits& limits, report::Writer& writer)
    : limits_(limits), writer_(writer), lookups_(static_cast<std::size_t>(limits.lookups)) {}

void Analysis::piece(const report::PieceHead& head, std::string_view bytes) {
  static const std::vector<std::string> none;
  if (head.join.empty()) {
    writer_.piece(head, bytes, none);
    return;
  }
  const auto found = mails_.find(head.join);
  writer_.piece(head, bytes, found == mails_.end() ? none : found->second.ids);
  if (found != mails_.end()) {
    if (found->second.ids.size() < limits_.record_items)
      found->second.ids.emplace_back(head.id);
    else
      ++limits_reached_["record_items"];
  } else if (mails_.size() < limits_.mails) {
    mails_.emplace(head.join, Mail{head.time, {std::string(head.id)}});
  } else {
    ++limits_reached_["mails"];
  }
}

void Analysis::fact(const NameFact& fact) {
  const auto known = names_.find(fact.ip);
  if (known != names_.end()) {
    for (const HostNameFields& name : known->second)
      if (name.name == fact.name && name.from == fact.from) return;
    if (known->second.size() >= names_a_host) return;
  }
  if (names_count_ >= limits_.names) {
    ++limits_reached_["names"];
    return;
  }
  ++names_count_;
  names_[fact.ip].push_back({std::string(fact.name), fact.from, fact.frame});
}

void Analysis::fact(const LookupFact& fact) {
  if (lookups_.empty()) return;
  const std::uint64_t mark = mark_of(fact);
  // One place for each mark, the newest question has it: old ones are forgotten without any upkeep.
  Lookup& lookup = lookups_[static_cast<std::size_t>((mark ^ (mark >> 32)) % lookups_.size())];
  if (!fact.answer) {
    if (lookup.mark != mark) lookup = {mark, fact.frame, 0, {}};
    return;
  }
  if (lookup.mark != mark) return;
  if (lookup.answered == 0) {
    lookup.answered = fact.frame;
    lookup.by = fact.server.ip;
  } else if (lookup.by != fact.server.ip) {
    FindingRecord finding = two_responders(fact, lookup.asked, lookup.answered, lookup.by);
    finding.time = fact.time;
    writer_.record(record_type<FindingRecord>, &finding, {});
    lookup.mark = 0;  // told once
  }
}

void Analysis::fact(const report::SessionFact& fact) {
  traffic(fact.client.ip, fact.client_mac, fact.start, fact.protocol, Side::client, fact.to_server, fact.to_client);
  traffic(fact.server.ip, fact.server_mac, fact.start, fact.protocol, Side::server, fact.to_client, fact.to_server);
}

void Analysis::traffic(const IpAddress& ip, const MacAddress& mac, Timestamp start, std::string_view protocol,
                       Side side, const TrafficFields& sent, const TrafficFields& received) {
  auto found = hosts_.find(ip);
  if (found == hosts_.end()) {
    if (hosts_.size() >= limits_.hosts) {
      ++limits_reached_["hosts"];
      return;
    }
    found = hosts_.try_emplace(ip).first;
    found->second.first = start;
  }
  Host& host = found->second;
  if (start < host.first) host.first = start;
  host.sent.packets += sent.packets;
  host.sent.bytes += sent.bytes;
  host.received.packets += received.packets;
  host.received.bytes += received.bytes;
  if (sent.packets != 0 && !mac.none() && host.macs.size() < macs_a_host &&
      std::ranges::find(host.macs, mac) == host.macs.end())
    host.macs.push_back(mac);
  const std::pair role{protocol, side};
  if (!protocol.empty() && std::ranges::find(host.roles, role) == host.roles.end()) host.roles.push_back(role);
}

void Analysis::tell_journeys() {
  std::vector<const std::pair<const std::string, Mail>*> journeys;
  for (const auto& entry : mails_)
    if (entry.second.ids.size() > 1) journeys.push_back(&entry);
  const auto order = [](const auto* entry) { return std::pair(entry->second.first, std::string_view(entry->first)); };
  std::ranges::sort(journeys, {}, order);
  for (const auto* entry : journeys) {
    const MailJourneyRecord record{entry->second.first, entry->first, entry->second.ids};
    writer_.record(record_type<MailJourneyRecord>, &record, {});
  }
}

void Analysis::tell_hosts() {
  std::vector<IpAddress> order;
  order.reserve(hosts_.size());
  for (const auto& [ip, host] : hosts_) order.push_back(ip);
  std::ranges::sort(order);
  for (const IpAddress& ip : order) {
    const Host& host = hosts_[ip];
    HostRecord record;
    record.time = host.first;
    record.ip = ip;
    record.macs = host.macs;
    if (!host.macs.empty()) record.vendor = vendor_of(host.macs.front());
    if (const auto names = names_.find(ip); names != names_.end()) record.names = names->second;
    for (const auto& [protocol, side] : host.roles)
      record.roles.push_back(std::string(protocol) + (side == Side::client ? " client" : " server"));
    std::ranges::sort(record.roles);
    record.sent = host.sent;
    record.received = host.received;
    writer_.record(record_type<HostRecord>, &record, {});
  }
}

void Analysis::finish(SummaryRecord& summary) {
  tell_journeys();
  tell_hosts();
  for (const auto& [name, count] : limits_reached_) summary.limits_reached.items.emplace_back(name, count);
}

}  // namespace wiretale::analysis
