// What replies tell: who is logged in, where in the file system the session is, where data connections go.
#include <fmt/format.h>

#include <utility>

#include <wiretale/records.hpp>

#include "common/field_values.hpp"
#include "common/notes.hpp"
#include "ftp/dissector.hpp"
#include "ftp/reply.hpp"

namespace wiretale::file_transfer {

/// Learns from a reply to a command.
void FtpDissector::learn(Exchange& exchange, const OpenReply& reply) {
  FtpRecord& record = exchange.record;
  const std::uint16_t code = reply.reply.code.value_or(0);
  const std::string_view text = reply.reply.text;
  const bool good = code >= 200 && code < 300;
  switch (exchange.verb) {
    case Verb::user:
    case Verb::pass:
    case Verb::acct:
      learn_login(record, code);
      break;
    case Verb::reinitialize:
      if (!good) break;
      user_.clear();
      directory_.clear();
      type_ = "A";
      offset_.reset();
      next_.reset();
      break;
    case Verb::cwd:
    case Verb::cdup:
    case Verb::pwd:
      if (good) learn_directory(exchange, text);
      break;
    case Verb::size:
      if (code != 213) break;
      record.bytes = decimal(trim_ows(text));
      if (record.bytes && sizes_.size() < session().limits().record_items) sizes_[exchange.argument] = *record.bytes;
      break;
    case Verb::type:
      if (good) type_ = upper(trim_ows(exchange.argument).substr(0, 8));
      break;
    case Verb::rest:
      if (code == 350) offset_ = decimal(trim_ows(exchange.argument));
      break;
    case Verb::feat:
      if (code != 211) break;
      for (const std::string& line : reply.lines)  // each begins with a space; the last line is "End"
        if (line.starts_with(' ')) record.features.emplace_back(trim_ows(line));
      break;
    default:
      learn_address(exchange, code, text);
      break;
  }
}

void FtpDissector::learn_login(FtpRecord& record, std::uint16_t code) {
  if (code == 230 || code == 232) {
    record.logged_in = true;
    directory_.clear();
  } else if (code >= 400) {
    record.logged_in = false;
  }
}

/// The working directory after a command: what the server says it is, else what the command makes of the one before.
void FtpDissector::learn_directory(Exchange& exchange, std::string_view text) {
  const std::optional<std::string> told = quoted_path(text);
  if (told && told->starts_with('/'))
    directory_ = *told;
  else if (exchange.verb == Verb::pwd)
    directory_ = told.value_or("");
  else
    directory_ = join_path(directory_, exchange.verb == Verb::cdup ? std::string_view("..") : exchange.argument);
  exchange.record.directory = directory_;
  directory_lost_ = directory_lost_ && directory_.empty();
}

/// Where the next data connection goes: in the command (active mode) or in the reply (passive mode).
void FtpDissector::learn_address(Exchange& exchange, std::uint16_t code, std::string_view text) {
  FtpRecord& record = exchange.record;
  std::optional<Endpoint> endpoint;
  switch (exchange.verb) {
    case Verb::port:
      endpoint = parse_host_port(exchange.argument);
      break;
    case Verb::eprt:
      endpoint = parse_extended(exchange.argument);
      break;
    case Verb::pasv:
      if (code == 227) endpoint = parse_host_port(text);
      break;
    case Verb::epsv:
      if (code != 229) break;
      endpoint = parse_extended(text);
      if (endpoint && endpoint->ip.none()) endpoint->ip = session().facts().server.ip;
      break;
    default:
      break;
  }
  if (!endpoint) return;
  record.address = FtpAddress{endpoint->ip, endpoint->port};
}

/// Says what is odd about an address for data: one that belongs to none of the two, or that means nothing to the other.
void FtpDissector::find_address(const Exchange& exchange) {
  const FtpRecord& record = exchange.record;
  if (!record.address || record.replies.empty()) return;
  const SessionFacts& facts = session().facts();
  const bool active = exchange.verb == Verb::port || exchange.verb == Verb::eprt;
  const IpAddress& speaker = active ? facts.client.ip : facts.server.ip;
  const IpAddress& named = record.address->ip;
  if (named == speaker || named.v4() != speaker.v4()) return;
  const bool accepted = record.replies.back().code.value_or(0) < 400;
  FindingRecord finding;
  finding.time = record.exchange.time;
  const Endpoint where{named, record.address->port};
  if (is_private(named) && !is_private(speaker)) {
    finding.kind = "ftp-private-address";
    finding.severity = "notice";
    finding.title = fmt::format("The {} names a private address for data", active ? "client" : "server");
    finding.explanation = fmt::format(
        "The {0} is behind NAT and does not know its own public address: nobody outside can connect to the one that it "
        "names. {1}",
        active ? "client" : "server",
        active ? "Passive mode (PASV, EPSV) needs no connection to the client."
               : "Clients that take the address of this connection instead get through; EPSV names none at all.");
  } else if (active) {
    finding.kind = "ftp-bounce";
    finding.severity = accepted ? "warning" : "notice";
    finding.title =
        fmt::format("The client sends the server's data to another host{}", accepted ? "" : ", and the server refuses");
    finding.explanation =
        "PORT names an address that is not the client's. So two servers are made to send files to each other (FXP), "
        "and "
        "so a server is made to scan ports of others or to speak to them in its name (the bounce attack, RFC 2577): a "
        "server should refuse it, at least for ports below 1024.";
  } else {
    finding.kind = "ftp-other-address";
    finding.severity = "notice";
    finding.title = "The server waits for data at another address than its own";
    finding.explanation =
        "The reply to PASV names an address that is not the server's. It may have several, or stand behind NAT; a "
        "server that means ill makes a client connect to hosts of its choice.";
  }
  finding.frames = {active ? record.exchange.request_frames.last : record.replies.back().frame};
  finding.evidence = fmt::format("{} names {}; the {} is {}", record.command, to_string(where),
                                 active ? "client" : "server", to_string(speaker));
  finding.wireshark_filter = fmt::format("frame.number == {}", finding.frames.front());
  session().emit(finding);
}

}  // namespace wiretale::file_transfer
