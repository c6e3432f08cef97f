#include <fmt/format.h>

#include <algorithm>

#include <wiretale/tale.hpp>

#include "smtp/command.hpp"
#include "smtp/reply.hpp"
#include "smtp/smtp.hpp"

namespace wiretale::mail_transfer {
namespace {

/// The first line of a reply as a line of its own, the others under it.
void tell_reply(const SmtpRecord& record, const SmtpReply& reply, std::string_view aside, Tale& tale) {
  const std::string_view text = reply.text;
  const std::size_t end = text.find('\n');
  const std::string_view first = text.substr(0, end);
  std::string line = reply.code ? fmt::format("{}", *reply.code) : std::string();
  if (!first.empty()) line += line.empty() ? std::string(first) : fmt::format(" {}", first);
  tale.said(Side::server, {reply.frame, reply.frame}, line, aside);
  for (std::size_t at = end; at != std::string_view::npos;) {
    const std::size_t next = text.find('\n', at + 1);
    tale.detail(text.substr(at + 1, next == std::string_view::npos ? next : next - at - 1));
    at = next;
  }
  if (!tale.explaining() || !reply.code) return;
  if (const std::string_view meaning = explain_reply(*reply.code, record.command); !meaning.empty())
    tale.explain(meaning);
}

/// What stands in the place of a command where the client said none.
std::string_view stand_in(const ExchangeFacts& facts) {
  const auto has = [&](std::string_view name) {
    return std::any_of(facts.anomalies.begin(), facts.anomalies.end(),
                       [&](const Anomaly& a) { return a.name == name; });
  };
  if (has("empty_command")) return "(an empty line)";
  if (has("tls_unasked")) return "(TLS)";
  return "(the rest of something whose beginning is not in the capture)";
}

}  // namespace

void SmtpRecord::tell(const SmtpRecord& record, Tale& tale) {
  const ExchangeFacts& facts = record.exchange;
  if (!record.command.empty() || !record.argument.empty()) {
    std::string line = record.command;
    if (!record.argument.empty()) line += (line.empty() ? "" : " ") + shown(record.argument, tale.secrets());
    tale.said(Side::client, facts.request_frames, line, {});
    if (tale.explaining())
      if (const std::string_view meaning = explain_command(record.command); !meaning.empty()) tale.explain(meaning);
  } else if (!facts.request_frames.empty()) {
    tale.said(Side::client, facts.request_frames, stand_in(facts), {});
  }
  std::string latency;
  if (facts.latency) latency = human_duration(*facts.latency);
  std::string_view aside = latency;
  std::size_t challenge = 0;
  for (const SmtpReply& reply : record.replies) {
    tell_reply(record, reply, aside, tale);
    aside = {};
    if (reply.code != 334) continue;
    // The client's line that answers it; the server's challenge stands in its place in the list, and was told just now.
    for (; challenge < record.challenges.size(); ++challenge) {
      const SaslLine& line = record.challenges[challenge];
      if (line.side != "client") continue;
      tale.said(Side::client, {line.frame, line.frame}, tale.secrets().shown(line.text.value), {});
      ++challenge;
      break;
    }
  }
  if (!record.user.empty()) tale.detail("user: " + record.user);
  tale.notices(facts.anomalies);
}

}  // namespace wiretale::mail_transfer
