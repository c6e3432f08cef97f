#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <wiretale/tale.hpp>

#include "ftp/command.hpp"
#include "ftp/ftp.hpp"
#include "ftp/reply.hpp"

namespace wiretale::file_transfer {
namespace {

/// A reply: its first line, the others under it.
void tell_reply(const FtpRecord& record, const FtpReply& reply, const std::string& latency, Tale& tale) {
  std::string_view text = reply.text;
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string line = reply.code ? fmt::format("{} {}", *reply.code, text.substr(0, end)) : std::string(text);
  tale.said(Side::server, {reply.frame, reply.frame}, line, latency);
  for (text.remove_prefix(std::min(text.size(), end + 1)); reply.code && !text.empty();) {
    const std::size_t stop = std::min(text.find('\n'), text.size());
    tale.detail(text.substr(0, stop));
    text.remove_prefix(std::min(text.size(), stop + 1));
  }
  if (tale.explaining() && reply.code)
    if (const std::string_view meaning = explain_reply(*reply.code, record.command); !meaning.empty())
      tale.explain(meaning);
}

/// Lines of a long listing that are told; JSON has them all.
constexpr std::size_t lines_told = 12;

/// How much of a transfer came.
std::string amount(const FtpTransferRecord& record) {
  std::string text = human_bytes(record.bytes);
  if (record.duration && *record.duration > Nanos::zero()) text += " in " + human_duration(*record.duration);
  if (record.missing_bytes) text += fmt::format(", {} missing", *record.missing_bytes);
  if (record.announced_bytes && *record.announced_bytes == record.bytes)
    text += ", as announced";
  else if (record.announced_bytes)
    text += fmt::format(", {} announced", *record.announced_bytes);
  return text;
}

}  // namespace

void FtpRecord::tell(const FtpRecord& record, Tale& tale) {
  const ExchangeFacts& facts = record.exchange;
  if (!facts.request_frames.empty()) {
    std::string line = record.command;
    if (!record.argument.empty()) line += (line.empty() ? "" : " ") + shown(record.argument, tale.secrets());
    tale.said(Side::client, facts.request_frames, line.empty() ? "(an empty line)" : line,
              record.telnet.empty() ? std::string() : fmt::format("Telnet {}", fmt::join(record.telnet, " ")));
    if (tale.explaining())
      if (const std::string_view meaning = explain_command(record.command); !meaning.empty()) tale.explain(meaning);
  }
  std::string latency = facts.latency ? human_duration(*facts.latency) : std::string();
  for (const FtpReply& reply : record.replies) tell_reply(record, reply, std::exchange(latency, {}), tale);
  if (record.address) tale.detail("data at " + to_string(Endpoint{record.address->ip, record.address->port}));
  if (!record.directory.empty() && record.command.find("PWD") == std::string::npos)
    tale.detail("now in " + record.directory);
  tale.notices(facts.anomalies);
}

void FtpTransferRecord::tell(const FtpTransferRecord& record, Tale& tale) {
  const Frames frames = record.frames.empty() ? record.exchange.response_frames : record.frames;
  tale.told(frames, std::string(record.direction) + (record.path.empty() ? "" : " ") + record.path,
            record.data_session.empty() ? std::string() : "session " + record.data_session);
  if (!record.data_session.empty()) tale.detail(amount(record));
  if (record.offset.value_or(0) != 0) tale.detail(fmt::format("from octet {} of the file on", *record.offset));
  const std::size_t count = std::min(record.lines.size(), lines_told);
  for (std::size_t i = 0; i < count; ++i) tale.detail(record.lines[i]);
  if (record.lines.size() > count) tale.detail(fmt::format("… {} more lines", record.lines.size() - count));
  tale.notices(record.exchange.anomalies);
}

}  // namespace wiretale::file_transfer
