#include "ftp/ftp.hpp"

#include <array>
#include <utility>

#include <wiretale/records.hpp>

#include "common/field_values.hpp"
#include "common/notes.hpp"
#include "common/readable_password.hpp"
#include "ftp/dissector.hpp"
#include "ftp/reply.hpp"

namespace wiretale {
namespace file_transfer {
namespace {

/// Lines in a row that are nothing of FTP's, after which the session is only counted.
constexpr std::uint64_t most_odd_lines[2] = {64, 256};

/// What a server says first, or in the middle: other protocols share most codes, the words tell.
Guess probe_reply(const ReplyLine& reply, std::string_view line) {
  Guess guess{Verdict::maybe, Side::server};
  const std::string small = lower(line.substr(0, 256));
  const auto holds = [&](std::string_view word) { return small.find(word) != std::string::npos; };
  const bool greets = reply.code == 220 && holds("ftp") && !holds("smtp") && !holds("mail");
  const bool passive = (reply.code == 227 && parse_host_port(reply.text)) ||
                       (reply.code == 229 && parse_extended(reply.text) && holds("passive"));
  if (greets || passive) guess.verdict = Verdict::yes;
  return guess;
}

/// Commands that no other protocol has, with an argument that goes with them.
bool only_ftp(const Command& command) {
  switch (command.verb) {
    case Verb::port:
      return parse_host_port(command.argument).has_value();
    case Verb::eprt:
      return parse_extended(command.argument).has_value();
    case Verb::pasv:
    case Verb::epsv:
      return command.argument.empty();
    case Verb::other:
      return command.name == "SYST" && command.argument.empty();
    default:
      return false;
  }
}

Guess probe(Transport transport, Bytes start) {
  if (transport != Transport::tcp) return {};
  const std::string_view text = text_of(start);
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  for (const char c : line.substr(0, 128))
    if ((c >= 0 && c < 0x20 && c != '\t' && c != '\r') || c == 0x7f) return {};
  if (const auto reply = parse_reply_line(line, highest_class)) return probe_reply(*reply, line);
  const Command command = parse_command(line);
  if (end != std::string_view::npos && only_ftp(command)) return {Verdict::yes, Side::client};
  return {Verdict::maybe, std::nullopt};
}

constexpr std::array<Port, 1> ports{{{Transport::tcp, 21}}};

bool anonymous(std::string_view user) { return equal_fold(user, "anonymous") || equal_fold(user, "ftp"); }

}  // namespace

FtpDissector::FtpDissector(Session& session)
    : StreamDissector(session),
      pending_(session, session.limits().stream_wait, [this](Open&& open) { give_up(std::move(open)); }) {}

FtpDissector::~FtpDissector() {
  for (const Transfer& transfer : transfers_)
    if (transfer.link) transfer.link->control = nullptr;
}

void FtpDissector::note(Exchange& exchange, AnomalyKind kind, std::string_view name, std::string_view text,
                        Frame frame) const {
  wiretale::note(exchange.record.exchange.anomalies, session().limits(), kind, name, text, frame);
}

/// Tells of a gap in what a side said with the first exchange that follows it.
void FtpDissector::note_gap(Side side, Exchange& exchange) {
  wiretale::note_gap(gap_, side, exchange.record.exchange.anomalies, session().limits());
}

void FtpDissector::gap(Side side, std::uint64_t, Frame frame) {
  gap_[index(side)] = frame;
  rest_of_line_[index(side)] = false;
  const bool client = side == Side::client;
  heard_client_ = heard_client_ || client;
  // Which command of several is answered after a hole in the replies is a guess; and what is answered may be a command
  // that is missing, where octets of both sides are.
  if (client ? lost_server_ : pending_.size() + (transfer_ ? 1 : 0) > 1)
    pending_.for_each([&](const Open& open) {
      note(*open, AnomalyKind::gap, "reply_unsure",
           "Octets are not in the capture: the reply may be that of another command.", frame);
    });
  directory_lost_ = directory_lost_ || !directory_.empty();
  directory_.clear();  // what is missing may have changed all this
  sizes_.clear();
  offset_.reset();
  offset_unsure_ = true;
  type_.clear();
  if (client) {
    user_.clear();
    next_.reset();
    lost_commands_ = true;
    return;
  }
  lost_server_ = true;
  greeted_ = true;
  lost_replies_ = !pending_.empty() || transfer_;
  if (!reply_) return;
  reply_->complete = false;
  wiretale::note(reply_->anomalies, session().limits(), AnomalyKind::gap, "lines_missing",
                 "Lines of the reply are not in the capture.", frame);
}

void FtpDissector::end(Side side, Close how) {
  ended_[index(side)] = true;
  if (side == Side::server && reply_) {
    reply_->complete = false;
    wiretale::note(reply_->anomalies, session().limits(), AnomalyKind::cut_off, "reply_cut",
                   "More lines of this reply are due.", reply_->reply.frame);
    close_reply(false);
  }
  if (!ended_[0] || !ended_[1]) return;
  if (transfer_) give_up(std::move(transfer_));
  pending_.flush();
  tell_transfers(true);
  if (how != Close::handed_over) tell_gaps(gap_, session());
}

/// The reply to a command did not come, or not the last one.
void FtpDissector::give_up(Open exchange) {
  exchange->record.exchange.complete = false;
  lost_transfer_ = lost_transfer_ || transfers(exchange->verb);
  if (transfers(exchange->verb) && next_ && !next_->link->session.empty()) begin_transfer(*exchange, {});
  note_gap(Side::server, *exchange);
  note(*exchange, AnomalyKind::cut_off, "reply_missing",
       exchange->record.replies.empty() ? "No reply to this command is in the capture."
                                        : "The last reply to this command is not in the capture.",
       exchange->record.exchange.request_frames.last);
  emit(*exchange);
}

void FtpDissector::emit(Exchange& exchange) {
  FtpRecord& record = exchange.record;
  record.number = ++number_;
  record.argument = Redacted(exchange.argument);
  if (exchange.secret_from < exchange.argument.size())
    record.argument.secrets.push_back({exchange.secret_from, exchange.argument.size() - exchange.secret_from});
  session().emit(record);
  if (!record.password.empty() && !anonymous(record.user))
    tell_readable_password(session(), {"FTP",
                                       "PASS",
                                       record.user,
                                       record.password.value,
                                       "Use FTP over TLS (AUTH TLS) or SFTP",
                                       {exchange.secret_frame},
                                       record.exchange.time});
  find_address(exchange);
  announce(exchange);
  end_transfer(exchange);
  tell_transfers(false);
}

/// A line that is nothing of FTP's. After many in a row the rest is only counted.
void FtpDissector::count_odd(Side side, Frame frame) {
  if (++odd_lines_[index(side)] != most_odd_lines[index(side)]) return;
  session().anomaly({AnomalyKind::malformed, "not_ftp",
                     side == Side::client
                         ? "The client does not say what an FTP client says; the rest is only counted."
                         : "The server does not say what an FTP server says; the rest is only counted.",
                     frame});
  session().done();
}

}  // namespace file_transfer

namespace {
constexpr std::array<const RecordType*, 3> ftp_records{&record_type<file_transfer::FtpRecord>,
                                                       &record_type<file_transfer::FtpTransferRecord>,
                                                       &record_type<FindingRecord>};
}  // namespace

const Protocol ftp{
    .name = "ftp",
    .title = "File Transfer Protocol",
    .rfcs = "RFC 959, RFC 1123, RFC 2228, RFC 2389, RFC 2428, RFC 3659, RFC 4217",
    .ports = file_transfer::ports,
    .probe = file_transfer::probe,
    .stream = [](Session& session) -> std::unique_ptr<StreamDissector> {
      return std::make_unique<file_transfer::FtpDissector>(session);
    },
    .datagram = nullptr,
    .records = ftp_records,
    .across_ports = {},
};

}  // namespace wiretale
