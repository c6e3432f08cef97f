#include <algorithm>

#include "common/field_values.hpp"
#include "common/notes.hpp"
#include "smtp/dissector.hpp"

// What the server says: replies, and which command each belongs to.

namespace wiretale::mail_transfer {
namespace {

/// A challenge of AUTH LOGIN that only asks for the user name or the password: no secret.
bool is_prompt(std::string_view challenge) {
  if (challenge.empty() || challenge.size() > 64) return challenge.empty();
  const std::optional<std::string> text = decode_base64(challenge);
  return text && text->ends_with(':') && !is_binary(*text);
}

/// The keywords that the reply to EHLO lists behind its first line.
std::vector<std::string> extensions_of(std::string_view text, std::size_t most) {
  std::vector<std::string> extensions;
  for (std::size_t at = text.find('\n'); at != std::string_view::npos && extensions.size() < most;) {
    const std::size_t next = text.find('\n', at + 1);
    const std::string_view line = text.substr(at + 1, next == std::string_view::npos ? next : next - at - 1);
    if (!line.empty()) extensions.emplace_back(line);
    at = next;
  }
  return extensions;
}

}  // namespace

bool refuses(const Reply& reply) { return reply.code ? *reply.code >= 400 : status_class(reply.text) >= 4; }

Talk SmtpDissector::server(Input& in) {
  if (in.resuming()) {
    unsure_[1] = true;
    greeted_ = true;  // it was in what is missing, or before the capture
  }
  while (!gone_) take_reply_line(co_await in.line());
}

void SmtpDissector::take_reply_line(const Line& line) {
  const bool limit = line.cut && line.text.size() >= session().limits().line_bytes;
  if (std::exchange(rest_of_line_[1], limit)) return;
  const std::optional<ReplyLine> parsed = parse_reply_line(line.text);
  if (!parsed) {
    take_codeless_line(line);
    return;
  }
  heard_[1] = true;
  binary_lines_[1] = 0;
  const Frame frame = line.where.frames.last;
  if (reply_ && unsure_[1] && reply_->code != parsed->code) close_reply();  // its last lines are missing
  unsure_[1] = false;
  const bool first = !reply_;
  if (first) reply_ = Reply{parsed->code, {}, line.where, true, {}};
  Reply& reply = *reply_;
  if (reply.code && reply.code != parsed->code)
    note(reply.anomalies, AnomalyKind::malformed, "reply_codes_differ",
         "The lines of a reply have different codes; the last one counts.", frame);
  reply.code = parsed->code;
  reply.where.frames.add(line.where.frames);
  reply.where.last = line.where.last;
  if (!parsed->separated)
    note(reply.anomalies, AnomalyKind::malformed, "reply_without_separator",
         "A space or a hyphen is due behind the code of a reply.", frame);
  if (line.ending == Line::Ending::lf)
    note(reply.anomalies, AnomalyKind::malformed, "bare_lf", "The reply ends in LF, where CRLF is due.", frame);
  add_text(reply, parsed->text, first, frame);
  if (line.cut) {
    reply.complete = false;
    if (limit) session().limit_reached("line_bytes");
    note(reply.anomalies, limit ? AnomalyKind::limit : AnomalyKind::cut_off, "line_cut",
         limit ? "The reply is longer than what is kept of a line." : "The reply is cut off before its line ended.",
         frame);
  }
  if (!parsed->more) close_reply();
}

/// Adds a line's text to a reply, as far as there is room.
void SmtpDissector::add_text(Reply& reply, std::string_view text, bool first, Frame frame) {
  const std::size_t most = session().limits().text_bytes;
  const std::size_t room = most - std::min(reply.text.size() + 1, most);
  if (text.size() > room) {
    session().limit_reached("text_bytes");
    note(reply.anomalies, AnomalyKind::limit, "text_cut", "The reply is longer than what is kept of a text.", frame);
  }
  if (!first && room != 0) reply.text += '\n';
  reply.text += text.substr(0, room);
}

/// A line of the server that starts with no code.
void SmtpDissector::take_codeless_line(const Line& line) {
  const Frame frame = line.where.frames.last;
  if (tls_ && is_binary(line.text)) {  // so both sides speak TLS
    stop_listening(Side::server, frame);
    return;
  }
  if (unsure_[1]) {  // the rest of a line whose beginning is missing; the gap is told with the next reply
    if (reply_) reply_->where.frames.add(line.where.frames);
    if (line.cut)
      session().anomaly({AnomalyKind::cut_off, "line_cut", "A reply is cut off before its line ended.", frame});
    return;
  }
  const bool nothing_yet = !heard_[1] && (!line.cut || is_binary(line.text));
  if (nothing_yet || (is_binary(line.text) && ++binary_lines_[1] >= 8)) {
    stop_listening(Side::server, frame);
    return;
  }
  const bool alone = !reply_;
  if (alone) reply_ = Reply{std::nullopt, {}, line.where, true, {}};
  Reply& reply = *reply_;
  reply.where.frames.add(line.where.frames);
  if (line.cut) {
    reply.complete = false;
    note(reply.anomalies, AnomalyKind::cut_off, "line_cut", "The reply is cut off before its line ended.", frame);
  } else {
    note(reply.anomalies, AnomalyKind::malformed, "reply_without_code",
         "A line of the server does not start with a reply code.", frame);
  }
  add_text(reply, line.text, alone, frame);
  if (alone) close_reply();
}

void SmtpDissector::close_reply() {
  Reply reply = std::move(*reply_);
  reply_.reset();
  // Replies to what the client sent behind AUTH, DATA or STARTTLS may come with the one that it waits for.
  const Input& client = input(Side::client);
  const bool held = client.awaiting_answer() && !client.available().empty();
  const bool nothing_open = pending_.empty() && !transfer_ && !tls_;
  if (greeted_ && reply.code.value_or(421) != 421 && nothing_open && (held || !early_.empty()) &&
      early_.size() < session().limits().pending)
    early_.push_back(std::move(reply));
  else
    take_reply(std::move(reply));
}

/// Gives replies that came early to the commands that are open now.
void SmtpDissector::take_early() {
  while (!early_.empty() && !pending_.empty() && !gone_) {
    Reply reply = std::move(early_.front());
    early_.pop_front();
    take_reply(std::move(reply));
    if (phase_ != Phase::commands) return;  // the client reads on first
  }
}

void SmtpDissector::take_reply(Reply reply) {
  const std::uint16_t code = reply.code.value_or(0);
  // A greeting is 220 or a refusal (RFC 5321, section 4.3.2); another first reply has its own before what was captured.
  const bool other = code != 0 && code != 220 && code < 400;
  const bool greeting = !std::exchange(greeted_, true) && !other;
  // A line that has lost its code, but has an enhanced status code, is a reply all the same.
  const bool codeless = code == 0 && (status_class(reply.text) == 0 || (!transfer_ && pending_.empty()));
  if (greeting || codeless) {
    unasked_reply(std::move(reply), greeting);
    return;
  }
  binary_lines_[0] = 0;
  hole_open_ = false;
  if (tls_ && !transfer_ && pending_.empty()) {  // to what the server took for commands
    attach(*tls_, reply);
    return;
  }
  // These answer one verb only: where replies are missing, they tell how far the server is.
  if (code == 354 && !transfer_) skip_to(Verb::data);
  if (code == 334 || code == 235) skip_to(Verb::auth);
  if (code == 221 && !transfer_) skip_to(Verb::quit);
  if (transfer_) {
    reply_to_data(reply);
    return;
  }
  Open* const front = pending_.front();
  if (!front || (code == 354 && (*front)->verb != Verb::data) || answers_nothing_open(reply)) {
    unasked_reply(std::move(reply), false);
    return;
  }
  Exchange& exchange = **front;
  if (exchange.mail && exchange.mail->astray) {
    reply_to_astray(reply);
    return;
  }
  switch (exchange.verb) {
    case Verb::data:
      reply_to_data(reply);
      return;
    case Verb::auth:
      reply_to_login(exchange, reply);
      return;
    case Verb::starttls:
      reply_to_tls(reply);
      return;
    default:
      break;
  }
  attach(exchange, reply);
  finish(*pending_.take_front(), reply);
}

/// A reply that answers only this verb came: where such a command is open, those before it have lost theirs.
void SmtpDissector::skip_to(Verb verb) {
  bool there = false;
  pending_.for_each([&](const Open& open) { there = there || open->verb == verb; });
  if (!there) return;
  while ((*pending_.front())->verb != verb) give_up(*pending_.take_front());
  (*pending_.front())->doubtful = false;
  replies_unsure_ = false;
}

/// Where replies were missed: true for one that the oldest open command, a DATA, can't have. It wants 354 or a refusal.
bool SmtpDissector::answers_nothing_open(const Reply& reply) {
  const Exchange& exchange = **pending_.front();
  const bool message_seen = exchange.started || (exchange.mail && exchange.mail->reader);
  return replies_unsure_ && exchange.verb == Verb::data && !message_seen && reply.code.value_or(0) / 100 == 2;
}

/// The client goes on, with a line at `where`. A command that was open when replies were missed had its own among them,
/// if the client has to wait for that. If it may send ahead this is a guess, unless one segment shows both; then what
/// is told of replies remains one.
void SmtpDissector::go_on(const Where& where) {
  const bool waits = has_to_wait_ || !offers_pipelining_;
  if (waits) {
    const Open* const newest = pending_.back();
    const bool together = sent_ == where.frames.first;
    sends_ahead_ = sends_ahead_ || together || (newest && !replies_unsure_ && !(*newest)->doubtful);
  }
  sent_ = where.frames.last;
  if (waits && !sends_ahead_) {
    pending_.flush();
    replies_unsure_ = false;
    return;
  }
  pending_.for_each([this](const Open& open) { replies_unsure_ = replies_unsure_ || open->doubtful; });
  while (!pending_.empty() && (*pending_.front())->doubtful &&
         (*pending_.front())->record.exchange.request_frames.last != where.frames.first)
    give_up(*pending_.take_front());
}

/// The greeting, and replies that no command was seen for.
void SmtpDissector::unasked_reply(Reply reply, bool greeting) {
  const std::uint16_t code = reply.code.value_or(0);
  Open open = std::make_unique<Exchange>();
  open->record.exchange.time = reply.where.first;
  if (!greeting && code != 421 && code != 0) {
    open->record.exchange.complete = false;
    if (!replies_unsure_)  // else attach() says why
      note(open->record.exchange.anomalies, heard_[0] && !gap_[0] ? AnomalyKind::unusual : AnomalyKind::gap,
           "command_missing", "No command that this reply could answer is in the capture.", reply.where.frames.first);
    gap_[0].reset();
  } else {
    note_gap(Side::client, *open);
  }
  if (greeting && reply.text.find("LMTP") != std::string::npos) lmtp_ = true;
  attach(*open, reply);
  const Timestamp now = reply.where.last;
  if (code == 334) {  // the AUTH before it is missing: what the client says next is secret all the same
    open->verb = Verb::auth;
    phase_ = Phase::login_line;
    pending_.add(0, std::move(open), now);
  } else if (code == 354 && !mail_) {  // while a message comes, it asks for nothing
    open->verb = Verb::data;
    open->started = true;
    open_mail(*open, false);
    transfer_ = std::move(open);
    begin_mail();
  } else {
    emit(*open);
    if (code == 220 && !greeting && !heard_[0]) {  // of a client that was not captured: its STARTTLS
      gone_ = true;
      session().become("tls");
    }
  }
}

/// Writes a reply down with its command.
void SmtpDissector::attach(Exchange& exchange, Reply& reply) {
  SmtpRecord& record = exchange.record;
  ExchangeFacts& facts = record.exchange;
  const Frame frame = reply.where.frames.last;
  if (record.replies.empty() && !facts.request_frames.empty()) facts.latency = reply.where.first - exchange.asked;
  facts.response_frames.add(reply.where.frames);
  note_gap(Side::server, exchange);
  if (exchange.verb == Verb::auth && gap_[0]) {
    facts.complete = false;
    note_gap(Side::client, exchange);
  }
  if (replies_unsure_) {
    facts.complete = false;
    note(facts.anomalies, AnomalyKind::gap, "reply_unsure",
         "Replies before this one are not in the capture: it may answer another command.", frame);
    const bool of_envelope = exchange.verb == Verb::mail || exchange.verb == Verb::rcpt;
    if (of_envelope && exchange.transaction) exchange.transaction->holed = true;
  }
  facts.complete = facts.complete && reply.complete;
  for (Anomaly& anomaly : reply.anomalies) wiretale::note(facts.anomalies, session().limits(), std::move(anomaly));
  reply.anomalies.clear();
  if (record.replies.size() >= session().limits().record_items) {
    session().limit_reached("record_items");
    return;
  }
  record.replies.push_back({reply.code, reply.text, frame});
  if (!record.frames.empty()) record.frames.add(frame);
}

void SmtpDissector::reply_to_data(Reply& reply) {
  Input& client = input(Side::client);
  const std::uint16_t code = reply.code.value_or(0);
  Exchange& exchange = transfer_ ? *transfer_ : **pending_.front();
  attach(exchange, reply);
  if (code / 100 == 3 && !exchange.started) {
    exchange.started = true;
    if (phase_ == Phase::data_asked) {
      transfer_ = *pending_.take_front();
      client.resolve(Answer::accepted);
    }
    return;
  }
  const bool message_seen = exchange.mail && exchange.mail->reader;
  if (!exchange.started && !message_seen) {  // refused before any message
    client.resolve(Answer::refused);
    if (phase_ == Phase::first_line) phase_ = Phase::commands;
    if (mail_ == exchange.mail) mail_.reset();
    exchange.mail.reset();
    finish(*pending_.take_front(), reply);
    return;
  }
  if (!exchange.started && exchange.verb == Verb::data) {
    exchange.started = true;
    exchange.record.exchange.complete = false;
    note(exchange.record.exchange.anomalies, AnomalyKind::gap, "go_ahead_missing",
         "The 354 that let the message begin is not in the capture.", exchange.record.exchange.request_frames.last);
  }
  const std::shared_ptr<Mail> mail = exchange.mail;
  if (mail) answer_mail(exchange, reply);
  // The end of the message may be among missing octets, or be one that RFC 5321 does not know: the server says so.
  if (mail && mail == mail_ && !mail->ended && (mail->holed || mail->dots.maybe_ended())) {
    unsure_[0] = mail->holed;
    end_mail(!mail->holed);
  }
  if (exchange.finals > 1) {
    --exchange.finals;
    return;
  }
  finish(transfer_ ? std::move(transfer_) : *pending_.take_front(), reply);
}

void SmtpDissector::reply_to_login(Exchange& exchange, Reply& reply) {
  Input& client = input(Side::client);
  if (reply.code == 334) {
    const bool secret = !is_prompt(reply.text);
    if (exchange.sasl) exchange.sasl->challenge(reply.text);
    const std::string challenge = secret ? std::exchange(reply.text, {}) : std::string();
    attach(exchange, reply);
    if (secret && exchange.record.challenges.size() < session().limits().record_items)
      exchange.record.challenges.push_back({"server", {challenge}, reply.where.frames.last});
    client.resolve(Answer::accepted);
    return;
  }
  attach(exchange, reply);
  client.resolve(Answer::refused);
  if (reply.code.value_or(0) / 100 == 2) after_login_ = false;
  if (phase_ != Phase::login_asked) phase_ = Phase::commands;
  finish(*pending_.take_front(), reply);
}

void SmtpDissector::reply_to_tls(Reply& reply) {
  Input& client = input(Side::client);
  Open open = *pending_.take_front();
  attach(*open, reply);
  const bool ready = reply.code.value_or(0) / 100 == 2;
  if (ready && !client.available().empty())
    note(open->record.exchange.anomalies, AnomalyKind::unusual, "pipelined_after_starttls",
         "The client sent more before the server agreed to encrypt: RFC 3207 forbids that, as it lets others slip "
         "commands in.",
         open->record.exchange.request_frames.last);
  finish(std::move(open), reply);
  if (!ready) {
    client.resolve(Answer::refused);
    return;
  }
  gone_ = true;
  session().become("tls");
}

/// A reply to what nobody could make sense of: it ends what it answers.
void SmtpDissector::reply_to_astray(Reply& reply) {
  Open open = *pending_.take_front();
  const std::shared_ptr<Mail> mail = open->mail;
  attach(*open, reply);
  const bool ended = mail->ended;  // by a line with a dot
  if (ended || mail->lines > 2) {
    answer_mail(*open, reply);
  } else {
    mail->told = true;  // hardly a mail
    open->mail.reset();
  }
  if (mail == mail_) {
    end_mail(false);
    unsure_[0] = true;
  }
  finish(std::move(open), reply);
  if (!open) mail->settled = true;
}

/// The last reply to a command came.
void SmtpDissector::finish(Open exchange, const Reply& reply) {
  const std::uint16_t code = reply.code.value_or(0);
  SmtpRecord& record = exchange->record;
  switch (exchange->verb) {
    case Verb::mail:
      if (refuses(reply) && transaction_ == exchange->transaction) transaction_ = exchange->previous;
      break;
    case Verb::rcpt:
      if (exchange->transaction && code != 0) exchange->transaction->envelope.to[exchange->recipient].code = code;
      break;
    case Verb::hello:
    case Verb::lhlo:
      if (code == 250 && record.command != "HELO")
        record.extensions = extensions_of(reply.text, session().limits().record_items);
      if (code == 250 && record.exchange.complete)
        offers_pipelining_ = std::any_of(record.extensions.begin(), record.extensions.end(),
                                         [](const std::string& one) { return equal_fold(one, "PIPELINING"); });
      break;
    case Verb::bdat:
      if (exchange->mail) answer_mail(*exchange, reply);
      break;
    default:
      break;
  }
  emit(*exchange);
  const std::shared_ptr<Mail> mail = exchange->mail;
  if (!mail || (mail->chunked && !exchange->last_chunk)) return;
  mail->settled = true;
  settle_mail(*mail);
}

}  // namespace wiretale::mail_transfer
