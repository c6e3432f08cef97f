#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include <wiretale/tale.hpp>

#include "smb/smb.hpp"

namespace wiretale::shares {
namespace {

/// Names of a listing that are told; JSON has them all.
constexpr std::size_t names_told = 12;

bool succeeded(const SmbRecord& record) {
  if (!record.dos_error.empty()) return false;
  return !record.status || good(record.status->value) || record.status->value == status::more_processing;
}

std::string outcome(const SmbRecord& record) {
  if (!record.dos_error.empty()) return std::string(record.dos_error);
  if (record.exchange.response_frames.empty()) return {};
  if (!record.status || record.status->value == status::success) return "ok";
  std::string name = to_string(*record.status);
  if (name.starts_with("STATUS_")) name.erase(0, 7);
  return name;
}

/// Who logs in, as `CREPES\alice (ntlmssp)`.
std::string login(const SmbRecord& record) {
  std::string text;
  if (!record.user.empty()) {
    text = fmt::format(" {}{}{}", record.domain, record.domain.empty() ? "" : "\\", record.user);
    if (!record.host.empty()) text += fmt::format(" from {}", record.host);
  }
  if (!record.service.empty()) text += fmt::format(" for {}", record.service);
  if (!record.auth.empty())
    text += fmt::format(" ({}{}{})", record.auth, record.mechanism.empty() ? "" : " ", record.mechanism);
  return text;
}

/// What the command is about.
std::string subject(const SmbRecord& record) {
  const std::string_view command = record.command;
  if (command == "NEGOTIATE") {
    std::string text;
    if (!record.dialects.empty()) text = fmt::format(" {}", fmt::join(record.dialects, ", "));
    if (!record.dialect.empty() && !record.exchange.response_frames.empty())
      text += fmt::format(" → {}", record.dialect);
    return text;
  }
  if (command.starts_with("SESSION_SETUP")) return login(record);
  std::string text;
  if (!record.subcommand.empty()) text += fmt::format(" {}", record.subcommand);
  if (record.function) text += " " + to_string(*record.function);
  if (!record.info_class.empty()) text += fmt::format(" {}", record.info_class);
  if (command.starts_with("TREE_"))
    text += fmt::format(" {}", record.share);
  else if (!record.path.empty())
    text += fmt::format(" {}", record.path);
  if (!record.pattern.empty()) text += fmt::format(" {}", record.pattern);
  if (!record.renamed_to.empty()) text += fmt::format(" to {}", record.renamed_to);
  if (record.deleted && command.starts_with("SET_INFO")) text += *record.deleted ? ": delete" : ": don't delete";
  if (!record.operation.empty()) text += fmt::format(", {} {}", record.interface, record.operation);
  return text;
}

/// What an opened file, and what is done with it, is told as a whole (SmbFileRecord); its commands only where something
/// is to say of them.
bool told_with_file(const SmbRecord& record) {
  if (!succeeded(record) || !record.exchange.complete || !record.exchange.anomalies.empty()) return false;
  const std::string_view command = record.command;
  if (record.exchange.response_frames.empty()) return false;
  if (command == "READ" || command == "WRITE" || command == "READ_ANDX" || command == "WRITE_ANDX")
    return record.operation.empty();
  return command == "CREATE" || command == "CLOSE" || command == "QUERY_INFO" || command == "FLUSH" ||
         command == "NT_CREATE_ANDX" || command == "OPEN_ANDX" || command == "LOGOFF_ANDX" ||
         (command == "TRANSACTION2" && record.entries.empty() && record.renamed_to.empty() && !record.deleted &&
          record.path.empty());
}

void tell_details(const SmbRecord& record, Tale& tale) {
  std::string server;
  for (const std::string_view part : {record.server_name, record.server_domain, record.server_dns_name, record.os})
    if (!part.empty()) server += fmt::format(" {}", part);
  if (!server.empty()) tale.detail("server" + server);
  if (record.command == "NEGOTIATE" && !record.signing.empty()) {
    std::string line = fmt::format("signing {}", record.signing);
    if (!record.cipher.empty()) line += fmt::format(", cipher {}", record.cipher);
    tale.detail(line);
  }
  const std::size_t count = std::min(record.entries.size(), names_told);
  for (std::size_t i = 0; i < count; ++i) {
    const DirectoryEntry& entry = record.entries[i];
    tale.detail(entry.size ? fmt::format("{}  {}", entry.name, human_bytes(*entry.size))
                           : fmt::format("{}{}", entry.name, entry.directory.value_or(false) ? "\\" : ""));
  }
  if (record.entries.size() > count) tale.detail(fmt::format("… {} more names", record.entries.size() - count));
  for (std::size_t i = 0; i < std::min(record.changes.size(), names_told); ++i)
    tale.detail(fmt::format("{} {}", record.changes[i].action, record.changes[i].name));
}

}  // namespace

void SmbRecord::tell(const SmbRecord& record, Tale& tale) {
  const ExchangeFacts& facts = record.exchange;
  if (told_with_file(record)) return;
  Frames frames = facts.request_frames;
  frames.add(facts.response_frames);
  const std::string latency = facts.latency ? human_duration(*facts.latency) : std::string();
  if (record.command.empty()) {
    tale.said(facts.request_frames.empty() ? Side::server : Side::client, frames,
              record.encrypted ? "(an encrypted message)" : "(a compressed message)", {});
    tale.notices(facts.anomalies);
    return;
  }
  std::string line(record.command);
  line += subject(record);
  if (const std::string result = outcome(record); !result.empty()) line += ": " + result;
  if (facts.request_frames.empty())
    tale.said(Side::server, frames, line, {});
  else
    tale.told(frames, line, latency);
  if (tale.explaining())
    if (const std::string_view meaning = explain_command(record.command); !meaning.empty()) tale.explain(meaning);
  tell_details(record, tale);
  tale.notices(facts.anomalies);
}

void SmbFileRecord::tell(const SmbFileRecord& record, Tale& tale) {
  std::string line = fmt::format("{} {}\\{}", record.kind.empty() ? "file" : record.kind, record.share, record.path);
  std::vector<std::string> done;
  if (record.action == "created" || record.action == "overwritten" || record.action == "superseded")
    done.emplace_back(record.action);
  if (record.listed) done.push_back(human_count(*record.listed, "name") + " listed");
  if (!record.interfaces.empty()) done.push_back(fmt::format("calls to {}", fmt::join(record.interfaces, ", ")));
  if (record.read_bytes != 0) {
    const bool all = record.size && record.read_bytes >= *record.size;
    std::string size = human_bytes(record.read_bytes);
    if (all)
      done.push_back("all read, " + size);
    else
      done.push_back(record.size ? fmt::format("{} of {} read", size, human_bytes(*record.size)) : size + " read");
  }
  if (record.written_bytes != 0) done.push_back(human_bytes(record.written_bytes) + " written");
  if (!record.renamed_to.empty()) done.push_back(fmt::format("renamed to {}", record.renamed_to));
  if (record.deleted.value_or(false)) done.emplace_back("deleted");
  line += done.empty() ? std::string(": opened") : fmt::format(": {}", fmt::join(done, ", "));
  tale.told(record.frames, line, {});
  if (tale.explaining())
    tale.explain("CREATE opens it and CLOSE ends that; what was read and written in between is told together.");
  tale.notices(record.anomalies);
}

void NetbiosSessionRecord::tell(const NetbiosSessionRecord& record, Tale& tale) {
  const ExchangeFacts& facts = record.exchange;
  Frames frames = facts.request_frames;
  frames.add(facts.response_frames);
  if (record.kind == "keep_alive") {
    tale.said(facts.request_frames.empty() ? Side::server : Side::client, frames, "NetBIOS keep-alive", {});
  } else {
    std::string line = "NetBIOS session";
    if (!record.called.empty())
      line += fmt::format(" {}<{}> calls {}<{}>", record.calling, record.calling_suffix, record.called,
                          record.called_suffix);
    if (!record.outcome.empty()) line += fmt::format(": {}", record.outcome);
    if (!record.error.empty()) line += fmt::format(", {}", record.error);
    tale.told(frames, line, facts.latency ? human_duration(*facts.latency) : std::string());
    if (tale.explaining())
      tale.explain("Before SMB on port 139 the client says by NetBIOS name whom it calls, and who it is.");
  }
  tale.notices(facts.anomalies);
}

}  // namespace wiretale::shares
