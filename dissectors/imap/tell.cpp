#include <fmt/format.h>

#include <algorithm>

#include <wiretale/tale.hpp>

#include "imap/command.hpp"
#include "imap/imap.hpp"

namespace wiretale::imap_mail {
namespace {

/// Untagged responses of one command that are told; JSON has them all.
constexpr std::size_t responses_told = 12;

void tell_command(const ImapRecord& record, Tale& tale) {
  std::string line = record.tag;
  const auto add = [&](std::string_view text) {
    line += (line.empty() || text.empty() ? "" : " ") + std::string(text);
  };
  add(record.command);
  add(shown(record.argument, tale.secrets()));
  tale.said(Side::client, record.exchange.request_frames, line.empty() ? "(an empty line)" : line, {});
  if (tale.explaining())
    if (const std::string_view meaning = explain_command(record.command); !meaning.empty()) tale.explain(meaning);
  for (const SaslLine& said : record.challenges) {
    const std::string text = tale.secrets().shown(said.text.value);
    const bool client = said.side == "client";
    tale.said(client ? Side::client : Side::server, {said.frame, said.frame}, client ? text : "+ " + text, {});
  }
}

void tell_untagged(const ImapRecord& record, Tale& tale) {
  const std::size_t count = std::min(record.untagged.size(), responses_told);
  for (std::size_t i = 0; i < count; ++i) {
    const ImapUntagged& one = record.untagged[i];
    std::string line = "* ";
    if (one.number) line += std::to_string(*one.number) + " ";
    line += one.name;
    if (!one.text.empty()) line += " " + one.text;
    tale.said(Side::server, {one.frame, one.frame}, line, {});
  }
  if (record.untagged.size() > count) tale.detail(fmt::format("… {} more responses", record.untagged.size() - count));
}

/// What a mailbox holds, in a line.
void tell_state(const ImapRecord& record, Tale& tale) {
  const ImapMailbox& state = record.state;
  if (!state.messages) return;
  std::string line = record.mailbox + ": " + human_count(*state.messages, "message");
  if (state.recent && *state.recent != 0) line += fmt::format(", {} new", *state.recent);
  if (state.read_only && *state.read_only) line += ", read-only";
  tale.detail(line);
}

}  // namespace

void ImapRecord::tell(const ImapRecord& record, Tale& tale) {
  const ExchangeFacts& facts = record.exchange;
  if (!facts.request_frames.empty()) tell_command(record, tale);
  tell_untagged(record, tale);
  if (record.done_frame) tale.said(Side::client, {*record.done_frame, *record.done_frame}, "DONE", {});
  if (!record.status.empty() || !record.text.empty()) {
    const std::string latency = facts.latency ? human_duration(*facts.latency) : std::string();
    std::string line = record.tag.empty() && !record.status.empty() ? "*" : record.tag;
    if (!record.status.empty()) line += (line.empty() ? "" : " ") + std::string(record.status);
    if (!record.text.empty()) line += (line.empty() ? "" : " ") + record.text;
    tale.said(Side::server, facts.response_frames, line, latency);
  }
  tell_state(record, tale);
  tale.notices(facts.anomalies);
}

}  // namespace wiretale::imap_mail
