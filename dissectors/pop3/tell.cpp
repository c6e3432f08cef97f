#include <fmt/format.h>

#include <algorithm>

#include <wiretale/tale.hpp>

#include "pop3/command.hpp"
#include "pop3/pop3.hpp"

namespace wiretale::mailbox {
namespace {

/// Lines of a long list that are told; JSON has them all.
constexpr std::size_t lines_told = 12;

void tell_challenges(const Pop3Record& record, Tale& tale) {
  for (const SaslLine& line : record.challenges) {
    const std::string shown = tale.secrets().shown(line.text.value);
    const bool client = line.side == "client";
    tale.said(client ? Side::client : Side::server, {line.frame, line.frame}, client ? shown : "+ " + shown, {});
  }
}

void tell_lines(const Pop3Record& record, Tale& tale) {
  const std::size_t count = std::min(record.lines.size(), lines_told);
  for (std::size_t i = 0; i < count; ++i) tale.detail(record.lines[i]);
  if (record.lines.size() > count) tale.detail(fmt::format("… {} more lines", record.lines.size() - count));
}

/// How much of a message came.
void tell_size(const Pop3Record& record, Tale& tale) {
  if (!record.bytes) return;
  if (!record.announced_bytes)
    tale.detail(human_bytes(*record.bytes));
  else if (*record.announced_bytes == *record.bytes)
    tale.detail(human_bytes(*record.bytes) + ", as announced");
  else
    tale.detail(fmt::format("{} octets came, {} were announced", *record.bytes, *record.announced_bytes));
}

/// What QUIT made of the maildrop.
void tell_left(const Pop3Record& record, Tale& tale) {
  if (!record.deleted) return;
  std::string line = fmt::format("{} deleted", human_count(*record.deleted, "message"));
  if (record.left) line += fmt::format(", {} left", record.left->messages);
  if (record.left && record.left->octets) line += fmt::format(" ({})", human_bytes(*record.left->octets));
  tale.detail(line);
}

}  // namespace

void Pop3Record::tell(const Pop3Record& record, Tale& tale) {
  const ExchangeFacts& facts = record.exchange;
  if (!facts.request_frames.empty()) {
    std::string line = record.command;
    if (!record.argument.empty()) line += (line.empty() ? "" : " ") + shown(record.argument, tale.secrets());
    tale.said(Side::client, facts.request_frames, line.empty() ? "(an empty line)" : line, {});
    if (tale.explaining())
      if (const std::string_view meaning = explain_command(record.command); !meaning.empty()) tale.explain(meaning);
    tell_challenges(record, tale);
  }
  if (!record.status.empty() || !record.text.empty()) {
    const std::string latency = facts.latency ? human_duration(*facts.latency) : std::string();
    std::string line(record.status);
    if (!record.text.empty()) line += (line.empty() ? "" : " ") + record.text;
    tale.said(Side::server, facts.response_frames, line, latency);
  }
  tell_lines(record, tale);
  tell_size(record, tale);
  tell_left(record, tale);
  tale.notices(facts.anomalies);
}

}  // namespace wiretale::mailbox
