// What the server says: replies, of one line or more.
#include <utility>

#include "common/field_values.hpp"
#include "common/notes.hpp"
#include "ftp/dissector.hpp"
#include "ftp/reply.hpp"

namespace wiretale::file_transfer {
namespace {

/// True where a code may say that a transfer is over; others answer what the client said meanwhile (STAT, NOOP).
bool ends_transfer(std::uint16_t code) {
  return code < 200 || code == 225 || code == 226 || code == 250 || (code >= 400 && code < 600);
}

bool asks_for_tls(std::string_view mechanism) {
  const std::string_view name = trim_ows(mechanism);
  for (const std::string_view known : {"TLS", "TLS-C", "TLS-P", "SSL"})
    if (equal_fold(name, known)) return true;
  return false;
}

}  // namespace

Talk FtpDissector::server(Input& in) {
  const bool midstream = in.resuming();
  unsure_[index(Side::server)] = midstream;
  for (;;) {
    const Line line = co_await in.line();
    take_reply_line(line, midstream);
    const bool encrypts = std::exchange(encrypts_, false);
    if (!encrypts) continue;
    session().become("tls");
    co_return;
  }
}

void FtpDissector::take_reply_line(const Line& line, bool midstream) {
  const bool unsure = std::exchange(unsure_[index(Side::server)], false);
  if (std::exchange(rest_of_line_[1], line.cut && line.ending == Line::Ending::none)) return;
  const std::optional<ReplyLine> parsed = parse_reply_line(line.text, highest_class);
  const bool coded = parsed && parsed->separated;
  const Frame frame = line.where.frames.last;
  if (reply_) {
    const bool same = coded && parsed->code == reply_->reply.code;
    if (same || !coded || (reply_->complete && !skipped_end(line))) {
      reply_->where.frames.add(line.where.frames);
      reply_->reply.frame = frame;
      add_text(same ? parsed->text : line.text, frame);
      if (line.cut) reply_->complete = false;
      if (same && !parsed->more) close_reply(midstream);
      return;
    }
    close_reply(midstream);  // its end is missing
  }
  if (!coded) {
    if (unsure && !line.cut)  // the rest of a line
      gap_[index(Side::server)] = frame;
    else
      loose_line(line);
    return;
  }
  odd_lines_[index(Side::server)] = 0;
  begin_reply(*parsed, line);
  if (!parsed->more || line.cut) close_reply(midstream);
}

/// True where the client said something after the open reply began: it took that for whole, whatever the server meant.
bool FtpDissector::skipped_end(const Line& line) {
  Open* const front = pending_.front();
  if (front == nullptr || (*front)->asked < reply_->where.last) return false;
  const Frame asked = (*front)->record.exchange.request_frames.first;
  if (asked <= reply_->reply.frame || asked > line.where.frames.first) return false;
  reply_->complete = false;
  wiretale::note(reply_->anomalies, session().limits(), AnomalyKind::malformed, "reply_without_end",
                 "The last line of this reply, with its code and a space, never came.", reply_->reply.frame);
  return true;
}

void FtpDissector::begin_reply(const ReplyLine& parsed, const Line& line) {
  reply_.emplace();
  reply_->reply.code = parsed.code;
  reply_->reply.frame = line.where.frames.last;
  reply_->where = line.where;
  reply_->reply.text = parsed.text.substr(0, static_cast<std::size_t>(session().limits().text_bytes));
  if (!line.cut) return;
  reply_->complete = false;
  wiretale::note(reply_->anomalies, session().limits(), AnomalyKind::cut_off, "reply_cut",
                 "The reply is not all there.", line.where.frames.last);
}

/// Adds a line to the open reply.
void FtpDissector::add_text(std::string_view text, Frame frame) {
  const Limits& limits = session().limits();
  std::string& all = reply_->reply.text;
  if (all.size() + text.size() + 1 > limits.text_bytes || reply_->lines.size() >= limits.record_items) {
    if (wiretale::note(reply_->anomalies, limits, AnomalyKind::limit, "text_cut",
                       "The reply is longer than what is kept of a text.", frame))
      session().limit_reached("text_bytes");
    return;
  }
  all.append("\n").append(text);
  reply_->lines.emplace_back(text);
}

/// A line that belongs to no reply: an exchange of its own.
void FtpDissector::loose_line(const Line& line) {
  if (trim_ows(line.text).empty()) return;
  const Frame frame = line.where.frames.last;
  OpenReply reply;
  reply.where = line.where;
  reply.reply.frame = frame;
  reply.reply.text = line.text.substr(0, static_cast<std::size_t>(session().limits().text_bytes));
  reply.complete = !line.cut;
  const AnomalyKind kind = line.cut ? AnomalyKind::cut_off : AnomalyKind::malformed;
  wiretale::note(reply.anomalies, session().limits(), kind, line.cut ? "reply_cut" : "reply_without_code",
                 line.cut ? "The reply is not all there." : "The line begins with no code of three digits.", frame);
  unasked_reply(std::move(reply), true);
  count_odd(Side::server, frame);
}

/// The command that a reply answers; null where none is open.
FtpDissector::Open* FtpDissector::asked_by(const OpenReply& reply) {
  const std::uint16_t code = reply.reply.code.value_or(0);
  if (transfer_ && (ends_transfer(code) || (pending_.empty() && !lost_commands_))) return &transfer_;
  Open* const front = pending_.front();
  const bool before = front != nullptr && reply.reply.frame < (*front)->record.exchange.request_frames.first;
  return before ? nullptr : front;
}

/// All lines of the reply are there, or no more will come.
void FtpDissector::close_reply(bool midstream) {
  OpenReply reply = std::move(*reply_);
  reply_.reset();
  const std::uint16_t code = reply.reply.code.value_or(0);
  const bool greeting = !greeted_ && pending_.empty() && !transfer_ && !midstream;
  greeted_ = greeted_ || code >= 200;
  Open* asked = asked_by(reply);
  if (asked == nullptr && code < 200) {  // something begins whose command is missing, and its end will be told
    transfer_ = std::make_unique<Exchange>();
    transfer_->record.exchange.time = reply.where.first;
    note_unasked(*transfer_, reply.reply.frame, greeting);
    asked = &transfer_;
  }
  if (asked == nullptr) {
    unasked_reply(std::move(reply), greeting || code == 421);
    return;
  }
  attach(**asked, std::move(reply));
  const bool of_transfer = asked == &transfer_;
  if (code < 200) {  // another one follows
    if (!of_transfer && !transfer_) transfer_ = *pending_.take_front();
    return;
  }
  const Open exchange = of_transfer ? std::move(transfer_) : *pending_.take_front();
  emit(*exchange);
  if (exchange->verb != Verb::auth) return;
  encrypts_ = code == 234 && asks_for_tls(exchange->argument);
  input(Side::client).resolve(encrypts_ ? Answer::accepted : Answer::refused);
}

/// Gives a reply to its command.
void FtpDissector::attach(Exchange& exchange, OpenReply reply) {
  FtpRecord& record = exchange.record;
  ExchangeFacts& facts = record.exchange;
  if (!facts.request_frames.empty() && facts.response_frames.empty() && reply.where.first >= exchange.asked)
    facts.latency = reply.where.first - exchange.asked;
  facts.response_frames.add(reply.where.frames);
  facts.complete = facts.complete && reply.complete;
  note_gap(Side::server, exchange);
  for (const Anomaly& anomaly : reply.anomalies)
    note(exchange, anomaly.kind, anomaly.name, anomaly.text, anomaly.frame);
  const std::uint16_t code = reply.reply.code.value_or(0);
  if (lost_transfer_ && ends_transfer(code) && !transfers(exchange.verb) && !facts.request_frames.empty())
    note(exchange, AnomalyKind::gap, "reply_unsure",
         "Octets are not in the capture: the reply may be that of another command.", reply.reply.frame);
  lost_transfer_ = lost_transfer_ && !transfers(exchange.verb);
  learn(exchange, reply);
  if (transfers(exchange.verb)) go_on(exchange, reply.reply);
  if (record.replies.size() < session().limits().record_items)
    record.replies.push_back(std::move(reply.reply));
  else
    session().limit_reached("record_items");
}

/// A reply that no command is open for. `expected`: none is due, as for the greeting.
void FtpDissector::unasked_reply(OpenReply reply, bool expected) {
  Exchange exchange;
  exchange.record.exchange.time = reply.where.first;
  const Frame frame = reply.reply.frame;
  attach(exchange, std::move(reply));
  note_unasked(exchange, frame, expected);
  emit(exchange);
}

/// Says that the command of a reply is not there, where one was due.
void FtpDissector::note_unasked(Exchange& exchange, Frame frame, bool expected) {
  note_gap(Side::client, exchange);
  if (!expected && heard_client_)
    note(exchange, AnomalyKind::unusual, "no_request", "No command to this reply is in the capture.", frame);
}

}  // namespace wiretale::file_transfer
