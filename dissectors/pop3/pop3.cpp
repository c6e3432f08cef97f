#include "pop3/pop3.hpp"

#include <array>
#include <utility>

#include <wiretale/records.hpp>

#include "common/field_values.hpp"
#include "common/notes.hpp"
#include "common/readable_password.hpp"
#include "pop3/dissector.hpp"

namespace wiretale {
namespace mailbox {
namespace {

/// Lines in a row that are nothing of POP3's, after which the session is only counted.
constexpr std::uint64_t most_odd_lines[2] = {64, 4096};

/// What a server says first: other protocols' servers may begin with +OK, too.
Guess probe_status(std::string_view line, const StatusLine& status) {
  if (status.status == Status::challenge) return {Verdict::maybe, Side::server};
  const std::string small = lower(line.substr(0, 256));
  const bool stamp = small.find('<') != std::string::npos && small.find('>') != std::string::npos;
  const bool says_so = small.find("pop") != std::string::npos || small.find("dovecot") != std::string::npos || stamp;
  return {status.status == Status::ok && says_so ? Verdict::yes : Verdict::maybe, Side::server};
}

Guess probe(Transport transport, Bytes start) {
  if (transport != Transport::tcp) return {};
  const std::string_view text = text_of(start);
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  for (const char c : line.substr(0, 128))
    if ((c >= 0 && c < 0x20 && c != '\t' && c != '\r') || c == 0x7f) return {};
  if (const auto status = parse_status(line)) return probe_status(line, *status);
  const Command command = parse_command(line);
  const bool own = command.verb == Verb::capa || command.verb == Verb::apop || command.verb == Verb::uidl ||
                   command.verb == Verb::stls;
  if (own && end != std::string_view::npos) return {Verdict::yes, Side::client};
  return {Verdict::maybe, std::nullopt};
}

constexpr std::array<Port, 1> ports{{{Transport::tcp, 110}}};

}  // namespace

Pop3Dissector::Pop3Dissector(Session& session)
    : StreamDissector(session),
      pending_(session, session.limits().stream_wait, [this](Open&& open) { give_up(std::move(open)); }) {}

void Pop3Dissector::note(Exchange& exchange, AnomalyKind kind, std::string_view name, std::string_view text,
                         Frame frame) const {
  wiretale::note(exchange.record.exchange.anomalies, session().limits(), kind, name, text, frame);
}

/// Tells of a gap in what a side said with the first exchange that follows it.
void Pop3Dissector::note_gap(Side side, Exchange& exchange) {
  wiretale::note_gap(gap_, side, exchange.record.exchange.anomalies, session().limits());
}

void Pop3Dissector::gap(Side side, std::uint64_t, Frame frame) {
  maildrop_known_ = false;
  if (side == Side::client) {
    heard_client_ = wary_ = true;
    if (lost_server_)  // the reply to come may be that of a command in this hole
      pending_.for_each([&](const Open& open) {
        note(*open, AnomalyKind::gap, "reply_unsure",
             "Octets of both sides are not in the capture: the reply may be that of another command.", frame);
      });
    Open* const open = pending_.back();
    if (open == nullptr || !(*open)->sasl) {
      gap_[index(side)] = frame;
      return;
    }
    (*open)->sasl->lost();
    (*open)->record.exchange.complete = false;
    note(**open, AnomalyKind::gap, "responses_missing", "Lines of the dialogue are not in the capture.", frame);
    return;
  }
  lost_server_ = true;
  if (current_ && unasked_) end_reply(true);
  if (current_) {  // within the lines of a reply, which go on behind the hole
    current_->holed = true;
    current_->record.exchange.complete = false;
    note(*current_, AnomalyKind::gap, "lines_missing", "Lines of the reply are not in the capture.", frame);
    return;
  }
  gap_[index(side)] = frame;
  lost_replies_ = !pending_.empty();
}

void Pop3Dissector::end(Side side, Close how) {
  ended_[index(side)] = true;
  if (side == Side::server && current_) end_reply(unasked_ && how == Close::fin);
  if (!ended_[0] || !ended_[1]) return;
  pending_.flush();
  if (how == Close::handed_over) return;
  if (!deleted_.empty())
    session().anomaly({AnomalyKind::unusual, "deletions_lost",
                       "Messages were marked as deleted (" + std::to_string(deleted_.size()) +
                           "), but the server took no QUIT: they stay in the maildrop.",
                       0});
  tell_gaps(gap_, session());
}

/// The reply to a command did not come.
void Pop3Dissector::give_up(Open exchange) {
  exchange->record.exchange.complete = false;
  note_gap(Side::server, *exchange);
  note(*exchange, AnomalyKind::cut_off, "reply_missing", "No reply to this command is in the capture.",
       exchange->record.exchange.request_frames.last);
  emit(*exchange);
}

void Pop3Dissector::emit(Exchange& exchange) {
  Pop3Record& record = exchange.record;
  record.number = ++number_;
  record.argument = Redacted(exchange.argument);
  if (exchange.secret_from < exchange.argument.size())
    record.argument.secrets.push_back({exchange.secret_from, exchange.argument.size() - exchange.secret_from});
  if (exchange.sasl) {
    record.mechanism = exchange.sasl->mechanism();
    record.user = exchange.sasl->user();
    record.password.value = exchange.sasl->password();
  }
  session().emit(record);
  if (!record.password.empty()) find_password(exchange);
}

/// Says that a password went over the wire as it is.
void Pop3Dissector::find_password(const Exchange& exchange) {
  const Pop3Record& record = exchange.record;
  const std::string method = exchange.sasl ? "AUTH " + record.mechanism : record.command;
  tell_readable_password(session(), {"mail", method, record.user, record.password.value,
                                     "Use STLS or implicit TLS (port 995) before the login", exchange.secret_frames,
                                     record.exchange.time});
}

/// A line that is nothing of POP3's. After many in a row the rest is only counted.
void Pop3Dissector::count_odd(Side side, Frame frame) {
  if (++odd_lines_[index(side)] != most_odd_lines[index(side)]) return;
  session().anomaly({AnomalyKind::malformed, "not_pop3",
                     side == Side::client
                         ? "The client does not say what a POP3 client says; the rest is only counted."
                         : "The server does not say what a POP3 server says; the rest is only counted.",
                     frame});
  session().done();
}

}  // namespace mailbox

namespace {
constexpr std::array<const RecordType*, 4> pop3_records{&record_type<mailbox::Pop3Record>, &record_type<MailRecord>,
                                                        &record_type<FileRecord>, &record_type<FindingRecord>};
}  // namespace

const Protocol pop3{
    .name = "pop3",
    .title = "Post Office Protocol, version 3",
    .rfcs = "RFC 1939, RFC 2449, RFC 2595, RFC 5034, RFC 6856; mails: RFC 5322, RFC 2045 to 2047",
    .ports = mailbox::ports,
    .probe = mailbox::probe,
    .stream = [](Session& session) -> std::unique_ptr<StreamDissector> {
      return std::make_unique<mailbox::Pop3Dissector>(session);
    },
    .datagram = nullptr,
    .records = pop3_records,
    .across_ports = {},
};

}  // namespace wiretale
