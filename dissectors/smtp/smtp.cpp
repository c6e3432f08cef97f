#include "smtp/smtp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include <wiretale/records.hpp>

#include "common/field_values.hpp"
#include "common/notes.hpp"
#include "common/readable_password.hpp"
#include "smtp/dissector.hpp"

namespace wiretale {
namespace mail_transfer {
namespace {

/// The first line of what a side says, without its ending; `whole` tells whether it is all there.
std::string_view first_line(Bytes start, bool& whole) {
  const std::string_view text = text_of(start);
  const std::size_t end = text.find('\n');
  whole = end != std::string_view::npos;
  std::string_view line = text.substr(0, end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool holds_word(std::string_view text, std::string_view word) {
  const std::string small = lower(text);
  return small.find(word) != std::string::npos;
}

/// What a line that starts with a reply code says: FTP and others share most codes, the words of a greeting tell.
Guess probe_reply(const ReplyLine& reply, std::string_view line) {
  Guess guess{Verdict::maybe, Side::server};
  const std::string_view text = line.substr(0, 256);
  if (reply.code != 220 || holds_word(text, "ftp")) return guess;
  for (const std::string_view word : {"smtp", "lmtp", "mail", "postfix", "exim", "sendmail"})
    if (holds_word(text, word)) guess.verdict = Verdict::yes;
  return guess;
}

Guess probe(Transport transport, Bytes start) {
  if (transport != Transport::tcp) return {};
  bool whole = false;
  const std::string_view line = first_line(start, whole);
  if (is_binary(line.substr(0, 128))) return {};
  if (const auto reply = parse_reply_line(line)) return probe_reply(*reply, line);
  const Command command = parse_command(line);
  const bool own = command.verb == Verb::hello || command.verb == Verb::lhlo || command.verb == Verb::mail ||
                   command.verb == Verb::rcpt;
  if (own && surely_command(command)) return {Verdict::yes, Side::client};
  return {Verdict::maybe, std::nullopt};
}

constexpr std::array<Port, 2> ports{{{Transport::tcp, 25}, {Transport::tcp, 587}}};

}  // namespace

SmtpDissector::SmtpDissector(Session& session)
    : StreamDissector(session),
      pending_(session, session.limits().stream_wait, [this](Open&& open) { give_up(std::move(open)); }) {}

void SmtpDissector::note(std::vector<Anomaly>& anomalies, AnomalyKind kind, std::string_view name,
                         std::string_view text, Frame frame) const {
  wiretale::note(anomalies, session().limits(), Anomaly{kind, name, std::string(text), frame});
}

/// Tells of a gap in what a side said with the first exchange that follows it.
void SmtpDissector::note_gap(Side side, Exchange& exchange) {
  wiretale::note_gap(gap_, side, exchange.record.exchange.anomalies, session().limits());
}

void SmtpDissector::gap(Side side, std::uint64_t missing, Frame frame) {
  gap_[index(side)] = frame;
  if (side == Side::client) {
    transaction_gap_ = true;
    if (transaction_) transaction_->holed = true;
    // A doubtful one may have its reply still to come, or what was missed here is a command that goes before the reply.
    pending_.for_each([this](const Open& open) { replies_unsure_ = replies_unsure_ || open->doubtful; });
  }
  rest_of_line_[index(side)] = false;
  if (side == Side::server) {
    greeted_ = true;
    hole_open_ = true;
    pending_.for_each([this](const Open& open) {
      open->doubtful = open->verb != Verb::data || phase_ != Phase::data_asked || pending_.size() > 1;
      replies_unsure_ = replies_unsure_ || open->doubtful;
    });
    replies_unsure_ = replies_unsure_ || transfer_ != nullptr;
    if (reply_) reply_->complete = false;
  } else if (phase_ == Phase::first_line) {
    begin_mail();
    mail_->holed = true;
  } else if (phase_ == Phase::login_line || phase_ == Phase::login_guess) {
    phase_ = Phase::login_asked;
    if (Exchange* open = open_of(Verb::auth); open && open->sasl) open->sasl->lost();
  } else if (phase_ == Phase::commands && mail_ && mail_->chunked) {  // chunks may be among what is missing
    mail_->reader->missing(missing, {{frame, frame}, mail_->last, mail_->last, 0});
  }
}

void SmtpDissector::end(Side side, Close how) {
  ended_[index(side)] = true;
  if (side == Side::client && mail_ && mail_->reader) end_mail(false);
  if (side == Side::server && reply_) {
    reply_->complete = false;
    note(reply_->anomalies, AnomalyKind::cut_off, "reply_cut", "More lines of this reply are due.",
         reply_->where.frames.last);
    close_reply();
  }
  if (!ended_[0] || !ended_[1]) return;
  if (mail_ && mail_->reader) end_mail(false);
  if (!heard_[0] && !heard_[1]) discard_open();
  take_early();
  while (!early_.empty()) {
    Reply reply = std::move(early_.front());
    early_.pop_front();
    unasked_reply(std::move(reply), false);
  }
  if (transfer_) give_up(std::move(transfer_));
  pending_.flush();
  if (tls_) {
    tls_->record.exchange.complete = !tls_->record.replies.empty();
    emit(*std::exchange(tls_, nullptr));
  }
  if (how == Close::handed_over) return;
  tell_gaps(gap_, session());
}

/// The reply to a command did not come, or not all of it.
void SmtpDissector::give_up(Open exchange) {
  ExchangeFacts& facts = exchange->record.exchange;
  facts.complete = false;
  note_gap(Side::server, *exchange);
  note(facts.anomalies, AnomalyKind::cut_off, "reply_missing",
       !exchange->record.replies.empty() ? "The last reply to this command is not in the capture."
       : replies_unsure_                 ? "No reply that surely answers this command is in the capture."
                                         : "No reply to this command is in the capture.",
       facts.request_frames.empty() ? facts.response_frames.last : facts.request_frames.last);
  const std::shared_ptr<Mail> mail = exchange->mail;
  const bool of_envelope = exchange->verb == Verb::rcpt || (exchange->verb == Verb::mail && exchange->previous);
  if (of_envelope && exchange->transaction) exchange->transaction->holed = true;
  if (mail && mail->reader && (exchange->finals > 1 || mail->accepted))
    note(mail->reader->record().anomalies, AnomalyKind::cut_off, "reply_missing",
         "A reply for each recipient is due, and not all of them are in the capture.", facts.response_frames.last);
  if (mail && mail->astray && !mail->ended && mail->lines < 3) exchange->mail.reset();
  emit(*exchange);
  if (!mail || (mail->chunked && !exchange->last_chunk)) return;
  mail->settled = true;
  settle_mail(*mail);
}

void SmtpDissector::emit(Exchange& exchange) {
  SmtpRecord& record = exchange.record;
  record.number = ++number_;
  record.argument = Redacted(exchange.argument);
  if (exchange.secret_from < exchange.argument.size())
    record.argument.secrets.push_back({exchange.secret_from, exchange.argument.size() - exchange.secret_from});
  if (exchange.sasl) {
    record.mechanism = exchange.sasl->mechanism();
    record.user = exchange.sasl->user();
    record.password.value = exchange.sasl->password();
  }
  if (exchange.mail && exchange.mail->reader) record.mail = exchange.mail->reader->record().id;
  session().emit(record);
  if (!record.password.empty()) find_password(exchange);
}

/// Says that a password went over the wire as it is.
void SmtpDissector::find_password(const Exchange& exchange) {
  const SmtpRecord& record = exchange.record;
  tell_readable_password(session(),
                         {"mail", "AUTH " + record.mechanism, record.user, record.password.value,
                          "Use STARTTLS or implicit TLS before AUTH", exchange.secret_frames, record.exchange.time});
}

/// Neither side said anything that SMTP knows: lines that were held for commands are none.
void SmtpDissector::discard_open() {
  std::optional<Frame> first;
  while (!pending_.empty()) {
    const Frame frame = (*pending_.take_front())->record.exchange.request_frames.first;
    first = first.value_or(frame);
  }
  if (tls_) {
    session().anomaly({AnomalyKind::unusual, "implicit_tls",
                       "The client speaks TLS from the start (RFC 8314): what is said can't be read.",
                       tls_->record.exchange.request_frames.first});
    tls_.reset();
  } else if (first && !gone_) {
    session().anomaly({AnomalyKind::malformed, "not_smtp", "Neither side says anything that SMTP knows.", *first});
  }
}

/// This is no SMTP: the rest needs only counting.
void SmtpDissector::stop_listening(Side side, Frame frame) {
  gone_ = true;
  if (tls_) {  // a side speaks TLS: end() says so
    session().done();
    return;
  }
  session().anomaly({AnomalyKind::malformed, "not_smtp",
                     side == Side::client
                         ? "The client does not say what an SMTP client says; the rest is only counted."
                         : "The server does not say what an SMTP server says; the rest is only counted.",
                     frame});
  session().done();
}

}  // namespace mail_transfer

namespace {
constexpr std::array<const RecordType*, 4> smtp_records{&record_type<mail_transfer::SmtpRecord>,
                                                        &record_type<MailRecord>, &record_type<FileRecord>,
                                                        &record_type<FindingRecord>};
}  // namespace

const Protocol smtp{
    .name = "smtp",
    .title = "Simple Mail Transfer Protocol",
    .rfcs = "RFC 5321, RFC 2033, RFC 2920, RFC 3030, RFC 3207, RFC 4954, RFC 6531; mails: RFC 5322, RFC 2045 to 2047",
    .ports = mail_transfer::ports,
    .probe = mail_transfer::probe,
    .stream = [](Session& session) -> std::unique_ptr<StreamDissector> {
      return std::make_unique<mail_transfer::SmtpDissector>(session);
    },
    .datagram = nullptr,
    .records = smtp_records,
    .across_ports = {},
};

}  // namespace wiretale
