#include "harness/honesty.hpp"

#include <algorithm>
#include <array>

#include "harness/shape_check.hpp"

namespace wiretale::harness {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<const char*, 3> frame_members{"request_frames", "response_frames", "frames"};

/// Collects the frames that a record tells of, also those of what it holds (HTTP's `interim`).
void collect_frames(const Json& record, std::vector<Frames>& ranges) {
  for (const auto& item : record.items()) {
    const Json& value = item.value();
    const bool named = record.is_object() && std::ranges::find(frame_members, item.key()) != frame_members.end();
    if (named && value.is_array() && value.size() == 2 && value[0].is_number_unsigned())
      ranges.push_back({value[0].get<Frame>(), value[1].get<Frame>()});
    else if (value.is_structured())
      collect_frames(value, ranges);
  }
}

std::vector<Frames> frames_of(const Json& record) {
  std::vector<Frames> ranges;
  collect_frames(record, ranges);
  return ranges;
}

void add(std::unordered_set<Frame>& frames, const std::vector<Frames>& ranges) {
  for (const Frames& range : ranges)
    for (Frame frame = range.first; frame <= range.last; ++frame) frames.insert(frame);
}

bool says_damaged(const Json& record) {
  const auto complete = record.find("complete");
  if (complete != record.end() && *complete == false) return true;
  const auto anomalies = record.find("anomalies");
  return anomalies != record.end() && !anomalies->empty();
}

/// True for members that hold ids.
bool counted(const std::string& name) { return name == "file" || name == "files" || name == "mail" || name == "mails"; }

/// Whether all that `less` says is said by `more`: members may be absent, and arrays shorter. The ids of files and
/// mails count them, and may differ.
bool within(const Json& less, const Json& more) {
  if (less.is_object() && more.is_object())
    return std::ranges::all_of(less.items(), [&](const auto& item) {
      const auto same = more.find(item.key());
      return same != more.end() && (counted(item.key()) || within(item.value(), *same));
    });
  if (less.is_array() && more.is_array())
    return less.size() <= more.size() && std::equal(less.begin(), less.end(), more.begin(),
                                                    [](const Json& a, const Json& b) { return within(a, b); });
  return less == more;
}

/// A finding speaks of what it saw; it has no way to say what it didn't.
bool exempt(const Json& record) { return record.value("type", "") == "finding"; }

void add_anomalies(const Told& told, std::unordered_set<std::string>& names) {
  for (const std::string& line : told.sessions) {
    const Json session = Json::parse(line, nullptr, false);
    if (session.is_discarded() || !session.contains("anomalies")) continue;
    for (const Json& anomaly : session["anomalies"]) names.insert(anomaly.value("name", ""));
  }
}

}  // namespace

Honesty::Honesty(const Told& whole, const Packets& packets) {
  for (const std::string& line : whole.records) {
    Json record = Json::parse(line, nullptr, false);
    if (record.is_discarded()) continue;
    const auto at = lines_.try_emplace(line, frames_of(record)).first;
    add(told_, at->second);
    records_.push_back(std::move(record));
  }
  for (const OwnedPacket& packet : packets)
    if (packet.tcp() && packet.payload.empty()) told_.erase(packet.head.frame);
  add_anomalies(whole, session_anomalies_);
}

bool Honesty::knows_less(const Json& record) const {
  Json less = record;
  less.erase("number");
  less.erase("id");
  return std::ranges::any_of(records_, [&](const Json& more) {
    const bool same_frames = std::ranges::all_of(frame_members, [&](const char* name) {
      return less.contains(name) == more.contains(name);  // that they are the same is part of within()
    });
    return same_frames && within(less, more);
  });
}

bool Honesty::new_session_anomaly(const Told& damaged) const {
  std::unordered_set<std::string> names;
  add_anomalies(damaged, names);
  return std::ranges::any_of(names, [&](const std::string& name) { return !session_anomalies_.contains(name); });
}

std::string Honesty::complaint(const Told& damaged, Damage damage, Frame first_lost) const {
  std::unordered_set<Frame> told;
  bool said = false;
  for (const std::string& line : damaged.records) {
    if (const auto same = lines_.find(line); same != lines_.end()) {
      add(told, same->second);
      continue;
    }
    const Json record = Json::parse(line, nullptr, false);
    if (record.is_discarded()) return "this is no JSON: " + line;
    if (std::string fault = shape_fault(record); !fault.empty()) return fault + "\nin " + line;
    if (says_damaged(record))
      said = true;
    else if (damage != Damage::datagram && !exempt(record) && !knows_less(record))
      return "nothing says that this record is damaged, and the whole capture has none such:\n" + line;
    add(told, frames_of(record));
  }
  if (new_session_anomaly(damaged) || (damage == Damage::hole && said)) return {};
  for (const Frame frame : told_) {
    const bool lost = damage == Damage::ended ? frame >= first_lost : damage != Damage::snapped && frame == first_lost;
    if (!lost && !told.contains(frame))
      return "nothing tells of frame " + std::to_string(frame) + " any more, and nothing says so";
  }
  return {};
}

}  // namespace wiretale::harness
