#include "imap/imap.hpp"

#include <array>
#include <utility>

#include <wiretale/records.hpp>

#include "common/field_values.hpp"
#include "common/notes.hpp"
#include "common/readable_password.hpp"
#include "imap/dissector.hpp"

namespace wiretale {
namespace imap_mail {
namespace {

/// Lines in a row that are nothing of IMAP's, after which the session is only counted.
constexpr std::uint64_t most_odd_lines[2] = {64, 4096};

Guess probe_server(std::string_view line) {
  const Split split = split_word(line);
  const auto condition = parse_condition(split.rest);
  if (!condition || condition->word == "NO" || condition->word == "BAD") return {Verdict::maybe, Side::server};
  const std::string small = lower(line.substr(0, 512));
  const bool says_so = small.find("imap") != std::string::npos || small.find("[capability") != std::string::npos;
  return {says_so ? Verdict::yes : Verdict::maybe, Side::server};
}

Guess probe(Transport transport, Bytes start) {
  if (transport != Transport::tcp) return {};
  const std::string_view text = text_of(start);
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  for (const char c : line.substr(0, 128))
    if ((c >= 0 && c < 0x20 && c != '\t' && c != '\r') || c == 0x7f) return {};
  if (line.starts_with("* ")) return probe_server(line);
  const Command command = parse_command(line);
  // `AUTH LOGIN` is a command of SMTP and POP3.
  const bool login = command.verb == Verb::login && command.argument.find_first_of(" {") != std::string_view::npos;
  const bool own =
      login || command.name == "CAPABILITY" || command.verb == Verb::authenticate || command.verb == Verb::starttls;
  if (own && end != std::string_view::npos) return {Verdict::yes, Side::client};
  return {Verdict::maybe, std::nullopt};
}

constexpr std::array<Port, 1> ports{{{Transport::tcp, 143}}};

}  // namespace

ImapDissector::ImapDissector(Session& session)
    : StreamDissector(session),
      pending_(session, session.limits().stream_wait, [this](Open&& open) { give_up(std::move(open)); }) {}

void ImapDissector::note(Exchange& exchange, AnomalyKind kind, std::string_view name, std::string_view text,
                         Frame frame) const {
  wiretale::note(exchange.record.exchange.anomalies, session().limits(), kind, name, text, frame);
}

/// Tells of a gap in what a side said with the first exchange that follows it.
void ImapDissector::note_gap(Side side, Exchange& exchange) {
  wiretale::note_gap(gap_, side, exchange.record.exchange.anomalies, session().limits());
}

void ImapDissector::gap(Side side, std::uint64_t, Frame frame) {
  selected_.clear();
  if (side == Side::client) {
    heard_client_ = lost_command_ = true;
    waits_for_go_ = false;
    end_command(false);
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
  end_response(false);
  lost_results_ = !pending_.empty();
  if (Open* const open = pending_.front(); open != nullptr) {
    (*open)->record.exchange.complete = false;
    note(**open, AnomalyKind::gap, "responses_missing", "Responses of the server are not in the capture.", frame);
  } else {
    gap_[index(side)] = frame;
  }
}

void ImapDissector::end(Side side, Close how) {
  ended_[index(side)] = true;
  if (side == Side::client)
    end_command(false);
  else
    end_response(false);
  if (!ended_[0] || !ended_[1]) return;
  end_pieces(false);
  say_unasked();
  pending_.flush();
  if (how != Close::handed_over) tell_gaps(gap_, session());
}

/// The result of a command did not come.
void ImapDissector::give_up(Open exchange) {
  exchange->record.exchange.complete = false;
  if (reading_ == exchange.get()) end_command(false);
  note_gap(Side::server, *exchange);
  note(*exchange, AnomalyKind::cut_off, "reply_missing", "No result of this command is in the capture.",
       exchange->record.exchange.request_frames.last);
  settle(*exchange);
  emit(*exchange);
}

void ImapDissector::emit(Exchange& exchange) {
  exchange.record.number = ++number_;
  read_arguments(exchange);
  session().emit(exchange.record);
  if (!exchange.appended.empty()) emit_appended(exchange);
  if (!exchange.record.password.empty()) find_password(exchange);
}

/// The mails that APPEND sent, now that it is known what became of them.
void ImapDissector::emit_appended(Exchange& exchange) {
  const ImapRecord& record = exchange.record;
  for (const std::unique_ptr<MailReader>& reader : exchange.appended) {
    MailRecord& mail = reader->record();
    if (mail.frames.empty()) continue;
    if (exchange.settled) {
      mail.accepted = record.status == "OK";
      mail.reply = std::string(record.status) + " " + record.text;
      mail.reply_frame = record.exchange.response_frames.last;
    }
    session().emit(mail);
  }
}

/// Says that a password went over the wire as it is.
void ImapDissector::find_password(const Exchange& exchange) {
  const ImapRecord& record = exchange.record;
  const std::string method = exchange.sasl ? "AUTHENTICATE " + record.mechanism : record.command;
  tell_readable_password(session(), {"mail", method, record.user, record.password.value,
                                     "Use STARTTLS or implicit TLS (port 993) before the login", exchange.secret_frames,
                                     record.exchange.time});
}

/// A line that is nothing of IMAP's. After many in a row the rest is only counted.
void ImapDissector::count_odd(Side side, Frame frame) {
  if (++odd_lines_[index(side)] != most_odd_lines[index(side)]) return;
  session().anomaly({AnomalyKind::malformed, "not_imap",
                     side == Side::client
                         ? "The client does not say what an IMAP client says; the rest is only counted."
                         : "The server does not say what an IMAP server says; the rest is only counted.",
                     frame});
  session().done();
}

}  // namespace imap_mail

namespace {
constexpr std::array<const RecordType*, 4> imap_records{&record_type<imap_mail::ImapRecord>, &record_type<MailRecord>,
                                                        &record_type<FileRecord>, &record_type<FindingRecord>};
}  // namespace

const Protocol imap{
    .name = "imap",
    .title = "Internet Message Access Protocol, version 4",
    .rfcs =
        "RFC 9051, RFC 3501, RFC 2177, RFC 2971, RFC 3516, RFC 4978, RFC 6851, RFC 7888; mails: RFC 5322, RFC 2045 "
        "to 2047",
    .ports = imap_mail::ports,
    .probe = imap_mail::probe,
    .stream = [](Session& session) -> std::unique_ptr<StreamDissector> {
      return std::make_unique<imap_mail::ImapDissector>(session);
    },
    .datagram = nullptr,
    .records = imap_records,
    .across_ports = {},
};

}  // namespace wiretale
