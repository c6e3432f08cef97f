// What the server says: statuses, and the lines or the message that may follow.
#include <algorithm>
#include <utility>

#include <wiretale/char_set.hpp>

#include "common/field_values.hpp"
#include "common/notes.hpp"
#include "pop3/dissector.hpp"

namespace wiretale::mailbox {

Talk Pop3Dissector::server(Input& in) {
  for (;;) {
    if (current_ && current_->reader) {
      co_await message(in);
      continue;
    }
    const Line line = co_await in.line();
    const std::optional<StatusLine> status = parse_status(line.text);
    if (current_ && unasked_ && status) end_reply(true);
    if (current_) {
      unasked_ ? look_ahead(line) : take_line(line);
      continue;
    }
    if (!status || status->status == Status::challenge) {
      status ? take_challenge(*status, line) : loose_line(line);
      continue;
    }
    odd_lines_[index(Side::server)] = 0;
    const bool good = status->status == Status::ok;
    begin_reply(*status, line, in.resuming());
    if (good && unasked_) continue;  // what follows tells what it is
    unasked_ = false;
    if (good && current_->multi_line) {
      open_message();
      continue;
    }
    const bool encrypts = good && current_->verb == Verb::stls;
    end_reply(true);
    input(Side::client).resolve(encrypts ? Answer::accepted : Answer::refused);
    if (!encrypts) continue;
    session().become("tls");
    co_return;
  }
}

/// The reply that a status begins: to the oldest open command, or to none that was seen.
void Pop3Dissector::begin_reply(const StatusLine& status, const Line& line, bool midstream) {
  const bool greeting = !std::exchange(greeted_, true) && pending_.empty() && !midstream;
  unasked_ = !greeting && pending_.empty() && !heard_client_;
  if (std::optional<Open> front = pending_.take_front()) {
    current_ = std::move(*front);
  } else {
    current_ = std::make_unique<Exchange>();
    current_->record.exchange.time = line.where.first;
  }
  Pop3Record& record = current_->record;
  ExchangeFacts& facts = record.exchange;
  facts.response_frames = line.where.frames;
  if (!facts.request_frames.empty() && line.where.first >= current_->asked)
    facts.latency = line.where.first - current_->asked;
  record.status = status.status == Status::ok ? "+OK" : "-ERR";
  record.text = status.text.substr(0, static_cast<std::size_t>(session().limits().text_bytes));
  note_gap(Side::server, *current_);
  if (facts.request_frames.empty()) note_gap(Side::client, *current_);
  const Frame frame = line.where.frames.last;
  if (facts.request_frames.empty() && !greeting && heard_client_)
    note(*current_, AnomalyKind::unusual, "no_request", "No command to this reply is in the capture.", frame);
  if (line.cut) {
    facts.complete = false;
    note(*current_, AnomalyKind::cut_off, "reply_cut", "The reply is not all there.", frame);
  }
  if (current_->multi_line && status.status == Status::ok) record.frames.add(line.where.frames);
  if (current_->sasl) {
    record.frames.add(line.where.frames);
    wary_ = status.status != Status::ok;
  }
}

/// Where the client was not captured, what follows a status tells that it is a reply of several lines: a message, where
/// it begins as one.
void Pop3Dissector::look_ahead(const Line& line) {
  constexpr CharSet name_ends(": \t");
  unasked_ = false;
  current_->multi_line = true;
  current_->record.frames = current_->record.exchange.response_frames;
  const std::size_t name = name_ends.first(line.text);
  if (name == 0 || name == line.text.size() || line.text[name] != ':') {
    take_line(line);
    return;
  }
  current_->verb = Verb::retr;
  open_message();
  for (const std::string_view text : {line.text, std::string_view(line.ending == Line::Ending::crlf ? "\r\n" : "\n")}) {
    DotStuffing ahead = current_->dots;
    ahead.take(text, [](std::string_view) {});
    take_message(bytes_of(text), line.where, ahead);
  }
}

/// The reply carries a message.
void Pop3Dissector::open_message() {
  if (current_->verb != Verb::retr && current_->verb != Verb::top) return;
  current_->reader.emplace(session(), "pop3", Side::server);
  current_->reader->record().id = session().next_id();
}

/// `+ …`: the server's turn in the dialogue of AUTH.
void Pop3Dissector::take_challenge(const StatusLine& status, const Line& line) {
  greeted_ = true;
  Open* const front = pending_.front();
  if (front == nullptr || !(*front)->sasl) {
    loose_line(line);
    return;
  }
  Pop3Record& record = (*front)->record;
  record.frames.add(line.where.frames);
  (*front)->sasl->challenge(status.text);
  if (record.challenges.size() >= session().limits().record_items) {
    session().limit_reached("record_items");
    return;
  }
  record.challenges.push_back({"server", Secret{std::string(status.text)}, line.where.frames.last});
}

/// A line of a multi-line reply.
void Pop3Dissector::take_line(const Line& line) {
  Exchange& exchange = *current_;
  Pop3Record& record = exchange.record;
  record.frames.add(line.where.frames);
  if (line.text == ".") {
    end_reply(true);
    return;
  }
  const std::string_view text = line.text.substr(line.text.starts_with('.') ? 1 : 0);
  learn_line(exchange, text);
  const Limits& limits = session().limits();
  if (exchange.text_octets + text.size() > limits.text_bytes * 8 || record.lines.size() >= limits.record_items) {
    if (!noted(record.exchange.anomalies, limits, "lines_cut")) {
      session().limit_reached("record_items");
      note(exchange, AnomalyKind::limit, "lines_cut", "The reply has more lines than are kept of one.",
           line.where.frames.last);
    }
    return;
  }
  exchange.text_octets += text.size();
  record.lines.emplace_back(text);
}

/// A message up to its dot. Octets are looked at before they are taken, so that none behind the dot are.
Talk Pop3Dissector::message(Input& in) {
  while (current_) {
    co_await in.peek();
    if (!current_) co_return;  // the client has gone on: the end was in a hole
    const std::string_view seen = text_of(in.available());
    if (seen.empty()) {
      const Piece piece = co_await in.some();
      if (piece.kind != Piece::Kind::missing) {
        end_reply(false);
        co_return;
      }
      const auto text = [&](std::string_view held) { current_->reader->run(bytes_of(held), piece.where); };
      current_->dots.lost(text);
      current_->reader->missing(piece.missing, piece.where);
      current_->holed = true;
      current_->record.exchange.complete = false;
      note(*current_, AnomalyKind::gap, "message_gap", "Octets of the message are not in the capture.",
           piece.where.frames.last);
      continue;
    }
    DotStuffing ahead = current_->dots;
    const std::size_t size = ahead.take(seen, [](std::string_view) {});
    const Piece piece = co_await in.some(size);
    take_message(piece.bytes, piece.where, ahead);
  }
}

/// Takes octets of the message; `ahead` is where its dots stand behind them.
void Pop3Dissector::take_message(Bytes octets, const Where& where, const DotStuffing& ahead) {
  Exchange& exchange = *current_;
  MailReader& reader = *exchange.reader;
  MailRecord& mail = reader.record();
  if (mail.frames.empty()) mail.time = where.first;
  mail.frames.add(where.frames);
  exchange.record.frames.add(where.frames);
  if (ahead.events() == exchange.dots.events()) {
    exchange.dots = ahead;
    reader.run(octets, where);
  } else {
    exchange.dots.take(text_of(octets), [&](std::string_view text) { reader.run(bytes_of(text), where); });
  }
  if (exchange.dots.ended()) end_reply(true);
}

/// A line that is no reply: an exchange of its own.
void Pop3Dissector::loose_line(const Line& line) {
  if (trim_ows(line.text).empty()) return;
  const Frame frame = line.where.frames.last;
  Exchange exchange;
  ExchangeFacts& facts = exchange.record.exchange;
  facts.time = line.where.first;
  facts.response_frames = line.where.frames;
  exchange.record.text = line.text.substr(0, static_cast<std::size_t>(session().limits().text_bytes));
  if (pending_.empty()) note_gap(Side::server, exchange);
  facts.complete = !line.cut;
  if (line.cut)
    note(exchange, AnomalyKind::cut_off, "reply_cut", "The reply is not all there.", frame);
  else
    note(exchange, AnomalyKind::malformed, "reply_without_status", "The line begins with neither +OK nor -ERR.", frame);
  emit(exchange);
  count_odd(Side::server, frame);
}

/// The reply is over. `whole`: its proper end was seen.
void Pop3Dissector::end_reply(bool whole) {
  const Open exchange = std::move(current_);
  if (!whole) {
    exchange->record.exchange.complete = false;
    note(*exchange, AnomalyKind::cut_off, "reply_cut",
         exchange->multi_line ? "More lines of this reply are due."
                              : "Whether more lines of this reply were due can't be known without its command.",
         exchange->record.frames.empty() ? exchange->record.exchange.response_frames.last
                                         : exchange->record.frames.last);
  }
  learn(*exchange);
  if (exchange->reader) end_message(*exchange, whole);
  emit(*exchange);
}

/// Tells the mail that a reply carried.
void Pop3Dissector::end_message(Exchange& exchange, bool whole) {
  Pop3Record& record = exchange.record;
  MailRecord& mail = exchange.reader->record();
  if (mail.frames.empty()) {  // not an octet of it came
    record.bytes = 0;
    return;
  }
  const bool top = exchange.verb == Verb::top;
  exchange.reader->finish(whole && !top);
  record.mail = mail.id;
  record.bytes = mail.bytes;
  if (top && whole) {
    mail.complete = false;
    wiretale::note(mail.anomalies, session().limits(), AnomalyKind::unusual, "top_only",
                   "The client asked for the header and the first lines only.", mail.frames.first);
  } else if (!whole) {
    wiretale::note(mail.anomalies, session().limits(), AnomalyKind::cut_off, "end_missing",
                   "The message ends without the end that it should have.", mail.frames.last);
  }
  session().emit(mail);
}

}  // namespace wiretale::mailbox
