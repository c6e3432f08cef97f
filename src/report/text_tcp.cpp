#include "report/text_tcp.hpp"

#include <wiretale/records.hpp>

#include <fmt/format.h>

namespace wiretale::report {
namespace {

/// Less than this says more about the first segments than about the way.
constexpr std::uint64_t enough_for_throughput = 64'000;

/// Fewer samples have no spread worth telling.
constexpr std::uint64_t enough_samples = 10;

/// `→ 36 ms ← 0.1 ms`, of the sides that have it.
template <class Words>
std::string both_ways(std::string_view what, const SessionRecord& record, const Words& words) {
  const std::string there = words(record.to_server.tcp), back = words(record.to_client.tcp);
  std::string text(what);
  if (!there.empty()) text += " → " + there;
  if (!back.empty()) text += " ← " + back;
  return there.empty() && back.empty() ? std::string() : text;
}

std::string round_trip_words(const TcpSideFields& side) {
  if (!side.rtt) return {};
  std::string text = human_duration(side.rtt->median);
  if (side.rtt->samples >= enough_samples)
    text += fmt::format(" ({}–{})", human_duration(side.rtt->min), human_duration(side.rtt->p95));
  return text;
}

std::string window_words(const TcpSideFields& side) {
  return side.window ? human_bytes(side.window->min) : std::string();
}

std::string in_flight_words(const TcpSideFields& side) {
  return side.max_in_flight && side.rtt && side.rtt->samples >= enough_samples ? human_bytes(*side.max_in_flight)
                                                                               : std::string();
}

std::string throughput_words(const TcpSideFields& side) {
  if (!side.throughput || side.throughput->bytes < enough_for_throughput) return {};
  return human_bytes(side.throughput->bytes_per_s) + "/s";
}

std::uint64_t sum(const SessionRecord& record, std::optional<std::uint64_t> TcpSideFields::* member) {
  return (record.to_server.tcp.*member).value_or(0) + (record.to_client.tcp.*member).value_or(0);
}

/// `3 packets sent again (2 after silence, 1 asked for)`.
std::string sent_again_words(const SessionRecord& record) {
  RetransmissionFields all;
  for (const auto& side : {record.to_server.tcp.retransmissions, record.to_client.tcp.retransmissions}) {
    if (!side) continue;
    all.timeout += side->timeout;
    all.fast += side->fast;
    all.spurious += side->spurious;
  }
  const std::uint64_t again = record.to_server.retransmitted_packets + record.to_client.retransmitted_packets;
  if (again == 0) return {};
  std::vector<std::string> why;
  if (all.timeout != 0) why.push_back(fmt::format("{} after silence", all.timeout));
  if (all.fast != 0) why.push_back(fmt::format("{} asked for", all.fast));
  if (all.spurious != 0) why.push_back(fmt::format("{} in vain", all.spurious));
  const std::string text = human_count(again, "packet") + " sent again";
  return why.empty() ? text : fmt::format("{} ({})", text, fmt::join(why, ", "));
}

}  // namespace

void append_notes(std::string& out, const Layout& layout, const std::vector<std::string>& words,
                  std::size_t frame_columns) {
  const std::size_t indent = frame_columns + 4;
  out.append(indent, ' ');
  layout.row(out, words, indent, indent, Look::faint);
  out += '\n';
}

std::string first_gap_words(const TcpSideFields& side) {
  if (side.missing.empty()) return {};
  const HoleFields& first = side.missing.front();
  std::string text = fmt::format("from octet {} on, before frame {}", first.offset, first.frame);
  if (first.cause == "snaplen") return text + "; the capture cut its packets";
  if (first.cause == "not_captured") return text + "; they were acknowledged, so they were sent";
  return text + "; nobody acknowledged them";
}

std::vector<std::string> trouble_words(const SessionRecord& record) {
  std::vector<std::string> words;
  const auto add = [&](std::uint64_t count, std::string_view noun, std::string_view rest) {
    if (count != 0) words.push_back(human_count(count, noun) + std::string(rest));
  };
  if (std::string again = sent_again_words(record); !again.empty()) words.push_back(std::move(again));
  add(record.to_server.out_of_order_packets + record.to_client.out_of_order_packets, "packet", " out of order");
  add(sum(record, &TcpSideFields::duplicate_frames), "packet", " captured twice");
  add(sum(record, &TcpSideFields::duplicate_acks), "duplicate ACK", "");
  add(sum(record, &TcpSideFields::zero_windows), "closed window", "");
  add(sum(record, &TcpSideFields::window_probes), "window probe", "");
  add(sum(record, &TcpSideFields::keep_alives), "keep-alive", "");
  return words;
}

void append_pace(std::string& out, const Layout& layout, const SessionRecord& record, std::size_t frame_columns,
                 bool explain) {
  if (!record.to_server.tcp.rtt && !record.to_client.tcp.rtt) return;
  std::vector<std::string> words;
  if (record.tcp && record.tcp->handshake_rtt)
    words.push_back("handshake " + human_duration(*record.tcp->handshake_rtt));
  for (std::string part :
       {both_ways("round trip", record, round_trip_words), both_ways("window", record, window_words),
        both_ways("in flight", record, in_flight_words), both_ways("throughput", record, throughput_words)})
    if (!part.empty()) words.push_back(std::move(part));
  append_notes(out, layout, words, frame_columns);
  if (!explain) return;
  const TaleLine explanation{
      TaleLine::Kind::explanation,
      Side::client,
      {},
      "A round trip is the time from a segment to its acknowledgment where the capture was made: half of them took no "
      "longer than the first number; in brackets the shortest, and what 95 of 100 kept to. The window is the least "
      "room "
      "that a side said it had for what the other sends. In flight is the most that was sent and not yet acknowledged. "
      "Throughput is acknowledged octets by the time from the first segment to the last acknowledgment.",
      {}};
  layout.lines(out, std::span(&explanation, 1), frame_columns);
}

}  // namespace wiretale::report
