#include "analysis/analysis.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace wiretale::analysis {
namespace {

/// Names told of one host; a resolver's answers may give hundreds to a shared server.
constexpr std::size_t names_a_host = 16;

/// Who asked what, as one number. The same in every run: two questions that share a number are mixed up the same way.
std::uint64_t mark_of(const LookupFact& fact) {
  const auto mix = [](std::uint64_t value) {
    value = (value ^ (value >> 32)) * 0xd6e8feb86659fd93U;
    return value ^ (value >> 29);
  };
  std::uint64_t hash = mix(fact.client.ip.mixed(std::uint64_t{fact.client.port} << 16 | fact.id));
  for (std::string_view rest = fact.question; !rest.empty();) {
    std::uint64_t word = 0;
    const std::size_t taken = std::min(rest.size(), sizeof word);
    std::memcpy(&word, rest.data(), taken);
    hash = mix(hash + word);
    rest.remove_prefix(taken);
  }
  return mix(hash + fact.question.size());
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

FindingRecord between_servers(const AnnouncedSessionRecord& session) {
  FindingRecord finding;
  finding.time = session.time;
  finding.kind = "data-between-servers";
  finding.severity = "notice";
  finding.title = "Two hosts exchange data as a third one tells them";
  finding.explanation =
      "The addresses for data that FTP's commands named make two servers connect to each other (FXP): the client sees "
      "nothing of what crosses. Few have a use for it, and it is how a server is made to reach hosts of somebody "
      "else's "
      "choice; most servers can refuse it.";
  finding.frames = {session.frames.first};
  finding.evidence = "session " + session.data_session + " from " + to_string(session.client.ip) + " to " +
                     to_string(Endpoint{session.server.ip, session.server.port.value_or(0)}) + " carries " +
                     human_count(session.bytes, "octet");
  for (const AnnouncementFields& by : session.announced_by)
    finding.evidence += "; session " + by.session + ": " + by.transfer;
  finding.wireshark_filter = "frame.number == " + std::to_string(session.frames.first);
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
  std::vector<HostNameFields>* known = names_.find(fact.ip);
  if (known != nullptr) {
    for (const HostNameFields& name : *known)
      if (name.name == fact.name && name.from == fact.from) return;
    if (known->size() >= names_a_host) return;
  }
  if (names_count_ >= limits_.names) {
    ++limits_reached_["names"];
    return;
  }
  ++names_count_;
  if (known == nullptr) known = &names_.add(fact.ip);
  known->push_back({std::string(fact.name), fact.from, std::nullopt});
  if (fact.frame != 0) known->back().frame = fact.frame;
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

void Analysis::fact(const AnnouncedFact& fact) {
  std::vector<Announced>& all = announced_[fact.endpoint];
  // Two servers are told of one endpoint, each by its own session; another one may follow when that was taken up.
  if (all.empty() || all.back().taken_up) {
    if (announced_count_ >= limits_.names) {
      ++limits_reached_["names"];
      return;
    }
    ++announced_count_;
    all.push_back({fact.time, {}, std::nullopt});
  }
  Announced& mine = all.back();
  mine.time = std::min(mine.time, fact.time);
  if (mine.by.size() < limits_.record_items)
    mine.by.push_back({std::string(fact.session), std::string(fact.transfer)});
  else
    ++limits_reached_["record_items"];
}

void Analysis::fact(const report::SessionFact& fact) {
  if (!announced_.empty())
    if (const auto found = announced_.find(fact.server); found != announced_.end())
      for (Announced& one : found->second)
        if (!one.taken_up && fact.start >= one.time) {
          one.taken_up = fact;
          break;
        }
  traffic(fact.client.ip, fact.client_mac, fact.start, fact.protocol, Side::client, fact.to_server, fact.to_client);
  traffic(fact.server.ip, fact.server_mac, fact.start, fact.protocol, Side::server, fact.to_client, fact.to_server);
}

void Analysis::traffic(const IpAddress& ip, const MacAddress& mac, Timestamp start, std::string_view protocol,
                       Side side, const TrafficFields& sent, const TrafficFields& received) {
  Host* host = hosts_.find(ip);
  if (host == nullptr) {
    if (hosts_.size() >= limits_.hosts) {
      ++limits_reached_["hosts"];
      return;
    }
    host = &hosts_.add(ip);
    host->first = start;
  }
  if (start < host->first) host->first = start;
  host->sent.packets += sent.packets;
  host->sent.bytes += sent.bytes;
  host->received.packets += received.packets;
  host->received.bytes += received.bytes;
  const auto macs = std::span(host->macs).first(host->mac_count);
  if (sent.packets != 0 && !mac.none() && macs.size() < macs_a_host && std::ranges::find(macs, mac) == macs.end())
    host->macs[host->mac_count++] = mac;
  if (protocol.empty()) return;
  if (const std::size_t number = role(protocol, side); number < most_roles)
    host->roles.set(number);
  else
    ++limits_reached_["roles"];
}

/// The number of a role.
std::size_t Analysis::role(std::string_view protocol, Side side) {
  for (std::size_t i = 0; i < roles_.size(); ++i)
    if (roles_[i].side == side && roles_[i].protocol == protocol) return i;
  if (roles_.size() < most_roles)
    roles_.push_back({protocol, side, std::string(protocol) + (side == Side::client ? " client" : " server")});
  else
    return most_roles;
  return roles_.size() - 1;
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

/// Sessions between other hosts than those that announced them, in order of their number.
void Analysis::tell_announced() {
  std::vector<const Announced*> told;
  for (const auto& [endpoint, all] : announced_)
    for (const Announced& one : all)
      if (one.taken_up) told.push_back(&one);
  std::ranges::sort(told, {}, [](const Announced* one) { return one->taken_up->number; });
  for (const Announced* one : told) {
    const report::SessionFact& session = *one->taken_up;
    AnnouncedSessionRecord record;
    record.time = session.start;
    record.frames = session.frames;
    record.data_session = std::to_string(session.number);
    record.client.ip = session.client.ip;
    record.client.port = session.client.port;
    record.server.ip = session.server.ip;
    record.server.port = session.server.port;
    record.announced_by = one->by;
    record.bytes = session.delivered;
    if (session.missing != 0) record.missing_bytes = session.missing;
    writer_.record(record_type<AnnouncedSessionRecord>, &record, {});
    const FindingRecord finding = between_servers(record);
    writer_.record(record_type<FindingRecord>, &finding, record.data_session);
  }
}

void Analysis::tell_hosts() {
  std::vector<std::pair<std::array<std::uint64_t, 3>, const AddressMap<Host>::Entry*>> order;
  order.reserve(hosts_.size());
  for (const auto& entry : hosts_.entries()) order.emplace_back(entry.ip.order(), &entry);
  std::ranges::sort(order, {}, [](const auto& place) -> const auto& { return place.first; });
  std::vector<std::size_t> roles(roles_.size());  // their numbers, in order of their words
  std::iota(roles.begin(), roles.end(), std::size_t{0});
  std::ranges::sort(roles, {}, [&](std::size_t number) { return std::string_view(roles_[number].text); });
  std::vector<std::string_view> words;
  // Many hosts, few makers: a router's address stands for all beyond it.
  std::unordered_map<std::uint32_t, std::string_view> vendors;
  for (const auto& [place, entry] : order) {
    const Host& host = entry->value;
    HostRecord record;
    record.time = host.first;
    record.ip = entry->ip;
    record.macs = std::span(host.macs).first(host.mac_count);
    if (!record.macs.empty()) {
      const auto& octets = record.macs.front().octets;
      const std::uint32_t maker = std::uint32_t{octets[0]} << 16 | std::uint32_t{octets[1]} << 8 | octets[2];
      const auto [known, is_new] = vendors.try_emplace(maker);
      if (is_new) known->second = vendor_of(record.macs.front());
      record.vendor = known->second;
    }
    if (const auto* names = names_.find(entry->ip)) record.names = *names;
    words.clear();
    for (const std::size_t number : roles)
      if (host.roles[number]) words.emplace_back(roles_[number].text);
    record.roles = words;
    record.sent = host.sent;
    record.received = host.received;
    writer_.record(record_type<HostRecord>, &record, {});
  }
}

void Analysis::finish(SummaryRecord& summary) {
  tell_journeys();
  tell_announced();
  tell_hosts();
  for (const auto& [name, count] : limits_reached_) summary.limits_reached.of(name) += count;
}

}  // namespace wiretale::analysis
