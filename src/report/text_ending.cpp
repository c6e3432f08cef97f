#include "report/text_ending.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "report/display.hpp"

namespace wiretale::report {
namespace {

constexpr std::size_t kinds_kept = 1000, places_shown = 6, hosts_shown = 50, names_shown = 4;
/// Mails whose way is kept in memory; of others only the ids are told.
constexpr std::size_t legs_kept = 65536;

std::size_t rank(std::string_view severity) {
  static constexpr std::array<std::string_view, 4> order{"serious", "warning", "notice", "info"};
  return static_cast<std::size_t>(std::ranges::find(order, severity) - order.begin());
}

}  // namespace

// ---- Findings

void Findings::add(const Unpacked<finding_text::count>& finding) {
  const auto& fields = finding.fields;
  std::string key(fields[finding_text::kind]);
  key += field_end;
  key += fields[finding_text::title];
  auto found = by_kind_.find(key);
  if (found == by_kind_.end()) {
    if (groups_.size() >= kinds_kept) {
      ++beyond_;
      return;
    }
    found = by_kind_.emplace(key, groups_.size()).first;
    Group& group = groups_.emplace_back();
    group.severity = fields[finding_text::severity];
    group.title = fields[finding_text::title];
    group.explanation = fields[finding_text::explanation];
    group.evidence = fields[finding_text::evidence];
    group.filter = fields[finding_text::filter];
  }
  Group& group = groups_[found->second];
  ++group.count;
  if (group.places.size() >= places_shown) return;
  const std::string_view session = fields[finding_text::session], frames = fields[finding_text::frames];
  std::string place = session.empty() ? std::string() : fmt::format("#{}", session);
  if (!frames.empty())
    place += fmt::format("{}frame{} {}", place.empty() ? "" : " ", frames.find(' ') == frames.npos ? "" : "s", frames);
  group.places.push_back(std::move(place));
}

void Findings::append(std::string& out, const Layout& layout) const {
  if (groups_.empty()) return;
  std::vector<const Group*> order;
  order.reserve(groups_.size());
  for (const Group& group : groups_) order.push_back(&group);
  std::ranges::stable_sort(order, {}, [](const Group* group) { return rank(group->severity); });
  out += '\n';
  layout.paint().add(out, Look::strong, "What to notice");
  out += '\n';
  for (const Group* group : order) {
    const bool loud = rank(group->severity) < 2;
    out += "  ";
    const std::string severity = fmt::format("{:<7}  ", group->severity);
    layout.paint().add(out, loud ? Look::alarm : Look::plain, severity);
    const std::array title{group->title + (group->count > 1 ? fmt::format("  ({} times)", group->count) : "")};
    layout.row(out, title, 11, 11, Look::strong);
    out += '\n';
    layout.paragraph(
        out, fmt::format("{}{}", fmt::join(group->places, "; "), group->count > group->places.size() ? "; …" : ""), 11,
        Look::plain);
    if (!group->evidence.empty()) layout.paragraph(out, group->evidence, 11, Look::plain);
    if (!group->explanation.empty()) layout.paragraph(out, group->explanation, 11, Look::faint);
    if (!group->filter.empty()) layout.paragraph(out, "Wireshark: " + group->filter, 11, Look::faint);
  }
  if (beyond_ != 0) layout.paragraph(out, fmt::format("… and {} more", beyond_), 2, Look::faint);
}

// ---- Journeys

void Journeys::leg(std::string_view id, const Unpacked<mail_leg::count>& leg) {
  if (legs_.size() >= legs_kept) return;
  legs_.emplace(id, Leg{std::string(leg.fields[mail_leg::route]), std::string(leg.fields[mail_leg::protocol]),
                        std::string(leg.fields[mail_leg::time])});
}

void Journeys::add(const MailJourneyRecord& journey, const Layout& layout) {
  std::string out;
  layout.paragraph(
      out, fmt::format("{} was seen {}", visible(journey.message_id), human_count(journey.mails.size(), "time")), 2,
      Look::plain);
  for (const std::string& id : journey.mails) {
    const auto found = legs_.find(id);
    out += "    ";
    if (found == legs_.end()) {
      out += id + '\n';
      continue;
    }
    const std::vector<std::string> words{found->second.time, found->second.route, found->second.protocol, "mail " + id};
    layout.row(out, words, 4, 6, Look::plain);
    out += '\n';
  }
  text_.append(out);
}

// ---- Beside

std::string Beside::rest() const {
  if (count_ <= kept) return {};
  return fmt::format("… and {} more; --format ndjson tells them all", count_ - kept);
}

// ---- Hosts

void Hosts::add(const HostRecord& record) {
  if (record.ip.group()) return;  // an address of many, not a host
  ++count_;
  const auto more_traffic = [](const Host& a, const Host& b) {
    return a.bytes != b.bytes ? a.bytes > b.bytes : a.order < b.order;
  };
  Host host{record.sent.bytes + record.received.bytes, count_, to_string(record.ip), {}};
  if (hosts_.size() == hosts_shown) {
    if (!more_traffic(host, hosts_.front())) return;
    std::ranges::pop_heap(hosts_, more_traffic);
    hosts_.pop_back();
  }
  std::vector<std::string> names;  // each once: DNS and HTTP often give the same one
  for (const HostNameFields& name : record.names)
    if (std::string shown = visible(name.name); std::ranges::find(names, shown) == names.end())
      names.push_back(std::move(shown));
  if (names.size() > names_shown) {
    names.resize(names_shown);
    names.emplace_back("…");
  }
  host.words = {fmt::format("{}", fmt::join(names, ", ")), std::string(record.vendor),
                fmt::format("{}", fmt::join(record.roles, ", ")),
                fmt::format("sent {}, got {}", human_bytes(record.sent.bytes), human_bytes(record.received.bytes))};
  hosts_.push_back(std::move(host));
  std::ranges::push_heap(hosts_, more_traffic);
}

void Hosts::append(std::string& out, const Layout& layout) const {
  if (hosts_.empty()) return;
  std::vector<const Host*> order;
  order.reserve(hosts_.size());
  for (const Host& host : hosts_) order.push_back(&host);
  std::ranges::sort(order, {}, [](const Host* host) { return host->order; });
  std::size_t ip_columns = 0;
  for (const Host* host : order) ip_columns = std::max(ip_columns, host->ip.size());
  ip_columns = std::min<std::size_t>(ip_columns, 26);
  out += '\n';
  layout.paint().add(out, Look::strong,
                     count_ > hosts_.size()
                         ? fmt::format("Hosts (the {} with most traffic of {})", hosts_.size(), count_)
                         : std::string("Hosts"));
  out += '\n';
  for (const Host* host : order) {
    out += "  " + host->ip;
    std::size_t used = 2 + host->ip.size();
    if (host->ip.size() > ip_columns) {
      out += '\n';
      used = 0;
    }
    out.append(ip_columns + 4 - used, ' ');
    layout.row(out, host->words, ip_columns + 4, ip_columns + 4, Look::plain);
    out += '\n';
  }
}

}  // namespace wiretale::report
