#include "report/text_session.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "report/display.hpp"
#include "report/text_tcp.hpp"

namespace wiretale::report {
namespace {

std::string endpoint_text(const EndpointFields& end) {
  std::string text;
  if (end.port)
    append(text, Endpoint{end.ip, *end.port});
  else
    append(text, end.ip);
  return text;
}

std::string ended(std::string_view by) {
  if (by == "client_fin") return "closed by client";
  if (by == "server_fin") return "closed by server";
  if (by == "client_rst") return "reset by client";
  if (by == "server_rst") return "reset by server";
  if (by == "timeout") return "silent since";
  if (by == "port_reuse") return "then its ports were used anew";
  if (by == "evicted") return "forgotten to make room";
  return "still open at the end";
}

/// The VLANs and tunnels around a session, each a word.
std::vector<std::string> session_path(const SessionRecord& record) {
  std::vector<std::string> words;
  if (!record.vlan.empty()) words.push_back(fmt::format("vlan {}", fmt::join(record.vlan, ".")));
  for (const TunnelFields& tunnel : record.tunnel) {
    std::string word(tunnel.kind);
    if (tunnel.id) word += fmt::format(" {}", *tunnel.id);
    if (!tunnel.client_ip.none()) {
      word += ' ';
      append(word, tunnel.client_ip);
      word += " → ";
      append(word, tunnel.server_ip);
    }
    words.push_back(std::move(word));
  }
  if (!words.empty()) words.front().insert(0, "in ");
  return words;
}

std::string gap_words(std::string_view who, const DirectionFields& sent) {
  std::string text = fmt::format("{} of what the {} sent {} not in the capture", human_bytes(sent.gap_bytes), who,
                                 sent.gap_bytes == 1 ? "is" : "are");
  if (sent.gaps > 1) text += fmt::format(", in {}; the first", human_count(sent.gaps, "gap"));
  const std::string place = first_gap_words(sent.tcp);
  if (place.empty()) return text + fmt::format(" ({})", human_count(sent.gaps, "gap"));
  return text + (sent.gaps > 1 ? " " : ", ") + place;
}

/// Adds where a session's packets are, with several inputs.
void add_places(std::vector<std::string>& facts, const std::vector<InFileFields>& files) {
  constexpr std::size_t shown = 3;
  for (std::size_t i = 0; i < std::min(files.size(), shown); ++i)
    facts.push_back(frames_words(files[i].frames) + " in " + visible(files[i].file));
  if (files.size() > shown) facts.push_back(fmt::format("… and in {}", human_count(files.size() - shown, "more file")));
}

}  // namespace

std::string session_label(const SessionRecord& record) {
  if (!record.protocols.empty()) return visible(fmt::format("{}", fmt::join(record.protocols, ", ")));
  if (record.service.empty()) return std::string(record.transport);
  return fmt::format("{} ({}?)", record.transport, record.service);
}

std::string session_status(const SessionRecord& record) {
  if (record.transport != "tcp") {
    // Nobody answers to a group, and much of ICMPv6 asks nothing.
    const bool asks = record.transport != "icmpv6" && !record.server.ip.group();
    return asks && record.state == "unanswered" ? "no answer" : "";
  }
  if (record.state == "refused") return "refused";
  if (record.state == "no_reply") return "no reply";
  const std::string before = record.midstream.value_or(false) ? "open before, " : "";
  if (record.state == "handshake_only") return before + "nothing said, " + ended(record.ended_by);
  return before + ended(record.ended_by);
}

std::size_t frame_columns(Frame first) {
  std::size_t digits = 1;
  for (; first >= 10; first /= 10) ++digits;
  return std::clamp<std::size_t>(2 * digits + 1, 5, 11);
}

void append_lead(std::string& out, const Layout& layout, const SessionRecord& record, Lead lead) {
  constexpr std::size_t indent = 5;
  const std::string number = "#" + record.session + "  ";
  const std::string client = endpoint_text(record.client), server = endpoint_text(record.server);
  layout.paint().add(out, Look::strong, number + client + " →");
  std::size_t used = columns(number) + columns(client) + 2;
  if (used + 1 + columns(server) > layout.width()) {
    out += '\n';
    out.append(indent, ' ');
    used = indent;
  } else {
    out += ' ';
    ++used;
  }
  layout.paint().add(out, Look::strong, server);
  used += columns(server);
  std::vector<std::string> words{session_label(record)};
  if (lead != Lead::brief) {
    words.push_back(frames_words(record.frames));
    if (record.frames.first != record.frames.last) words.push_back(human_duration(record.duration));
    words.push_back(session_status(record));
  }
  std::ranges::move(session_path(record), std::back_inserter(words));
  const std::size_t before = out.size();
  used = layout.row(out, words, used, indent, Look::plain);
  if (lead == Lead::quiet) return;

  std::vector<std::string> facts{clock_text(record.start)};
  if (lead == Lead::full) {
    if (record.to_server.payload_bytes != 0) facts.push_back("→ " + human_bytes(record.to_server.payload_bytes));
    if (record.to_client.payload_bytes != 0) facts.push_back("← " + human_bytes(record.to_client.payload_bytes));
    if (out.find('\n', before) == std::string::npos) {
      out += '\n';
      out.append(indent, ' ');
      used = indent;
    }
  }
  add_places(facts, record.in_files);
  layout.row(out, facts, used, indent, Look::faint);
}

void append_troubles(std::string& out, const Layout& layout, const SessionRecord& record, std::size_t columns_used) {
  std::vector<TaleLine> lines;
  const auto notice = [&](Frame frame, std::string text) {
    lines.push_back(
        {TaleLine::Kind::notice, Side::client, frame == 0 ? Frames{} : Frames{frame, frame}, std::move(text), {}});
  };
  const auto direction = [&](std::string_view who, const DirectionFields& sent) {
    if (sent.gap_bytes != 0) notice(0, gap_words(who, sent));
    if (sent.conflicting_bytes != 0)
      notice(0, fmt::format("{} of what the {} sent came twice, with other contents",
                            human_bytes(sent.conflicting_bytes), who));
    if (sent.beyond_limit_bytes != 0)
      notice(0, fmt::format("{} of what the {} sent could not be held and were dropped",
                            human_bytes(sent.beyond_limit_bytes), who));
    if (sent.rejected_bytes != 0)
      notice(0, fmt::format("{} of what the {} sent lay outside of the window or after a reset",
                            human_bytes(sent.rejected_bytes), who));
  };
  direction("client", record.to_server);
  direction("server", record.to_client);
  for (const Anomaly& anomaly : record.anomalies)
    notice(anomaly.frame, anomaly.text.empty() ? std::string(anomaly.name) : anomaly.text);
  layout.lines(out, lines, columns_used);

  std::vector<std::string> small = trouble_words(record);
  if (record.icmp_errors) small.push_back(human_count(*record.icmp_errors, "ICMP error") + " about it");
  if (!small.empty()) append_notes(out, layout, small, columns_used);
}

}  // namespace wiretale::report
