// What the server says: results, what it tells besides, and requests to go on.
#include <algorithm>

#include "common/field_values.hpp"
#include "imap/dissector.hpp"

namespace wiretale::imap_mail {

Talk ImapDissector::server(Input& in) {
  bool whole = !in.resuming();
  bool first = whole;
  for (;;) {
    const Line line = co_await in.line();
    if (!whole && !plausible(line)) {
      gap_[index(Side::server)] = line.where.frames.last;
      continue;
    }
    whole = true;
    greeted_ = greeted_ || !std::exchange(first, false);
    begin_response(line);
    more_of_response(line);
    if (response_.literal) co_await rest_of_response(in);
    if (!in_response_) continue;  // a hole took it
    end_response(true);
    if (turned_ == Verb::other) continue;
    if (turned_ == Verb::starttls)
      session().become("tls");
    else
      co_await unpack(in, Side::server);
    co_return;
  }
}

/// Reads the literals of a response, and the lines behind them.
Talk ImapDissector::rest_of_response(Input& in) {
  while (in_response_ && response_.literal) {
    open_literal(*response_.literal);
    Input::Body body = in.body(*response_.literal);
    for (;;) {
      const Piece piece = co_await body.next();
      if (!piece) break;
      take_octets(piece);
    }
    close_literal(body.left());
    if (!in_response_) co_return;
    const Line line = co_await in.line();
    more_of_response(line);
  }
}

/// After a hole: true where a line is one that a response begins with.
bool ImapDissector::plausible(const Line& line) {
  const Split split = split_word(line.text);
  Open* const open = pending_.front();
  if (split.word == "+") return waits_for_go_ || (open != nullptr && ((*open)->sasl || (*open)->verb == Verb::idle));
  if (split.word == "*") return known_response(parse_untagged(split.rest).name);
  return parse_condition(split.rest).has_value() && pending_.find(std::string(split.word)) != nullptr;
}

void ImapDissector::begin_response(const Line& line) {
  response_ = {};
  response_.where = line.where;
  in_response_ = true;
}

/// Takes a line, the first one or one behind a literal, and sees whether a literal follows.
void ImapDissector::more_of_response(const Line& line) {
  response_.literal.reset();
  response_.where.frames.add(line.where.frames);
  response_.where.last = line.where.last;
  response_.cut = response_.cut || line.cut;
  const std::uint64_t cap = 8 * session().limits().text_bytes;
  const std::uint64_t room = cap - std::min<std::uint64_t>(cap, response_.text.size());
  const std::string_view some = line.text.substr(0, static_cast<std::size_t>(room));
  response_.text += some;
  response_.cut = response_.cut || some.size() < line.text.size();
  if (line.cut) return;
  if (const std::optional<Literal> literal = announced_literal(line.text)) response_.literal = literal->octets;
}

/// The response is over. `whole`: its end was seen.
void ImapDissector::end_response(bool whole) {
  if (!in_response_) return;
  in_response_ = false;
  const std::string text = std::move(response_.text);
  const Split split = split_word(text);
  if (split.word == "+") {
    take_continuation(split.rest);
  } else if (split.word == "*" && !split.rest.empty()) {
    take_untagged(split.rest, whole);
  } else if (const auto condition = parse_condition(split.rest); condition && !split.word.empty()) {
    take_result(split.word, *condition, whole);
  } else {
    loose_line(text);
    return;
  }
  odd_lines_[index(Side::server)] = 0;
}

/// `+ …`: the client is to send its literal, or its next line in the dialogue of AUTHENTICATE.
void ImapDissector::take_continuation(std::string_view text) {
  Open* const open = pending_.front();
  Exchange& exchange = waits_for_go_ && reading_ != nullptr ? *reading_ : open != nullptr ? **open : told_with();
  ImapRecord& record = exchange.record;
  record.frames.add(response_.where.frames);
  if (response_.cut) {
    record.exchange.complete = false;
    note(exchange, AnomalyKind::cut_off, "response_cut", "A response is not all there.", record.frames.last);
  }
  if (waits_for_go_) input(Side::client).resolve(Answer::accepted);
  if (!exchange.sasl) return;
  exchange.sasl->challenge(text);
  if (record.challenges.size() >= session().limits().record_items) {
    session().limit_reached("record_items");
    return;
  }
  record.challenges.push_back({"server", Secret{std::string(text)}, response_.where.frames.last});
}

/// The exchange that untagged responses belong to: the oldest command that is open, or none that was seen.
Exchange& ImapDissector::told_with() {
  if (Open* const open = pending_.front(); open != nullptr) return **open;
  if (!unasked_) {
    unasked_ = std::make_unique<Exchange>();
    unasked_->record.exchange.time = response_.where.first;
    note_gap(Side::client, *unasked_);
    note_gap(Side::server, *unasked_);
    if (lost_command_)
      note(*unasked_, AnomalyKind::gap, "command_missing", "It may belong to a command that is not in the capture.",
           response_.where.frames.first);
  }
  return *unasked_;
}

/// Says what came without being asked for, as far as there is something.
void ImapDissector::say_unasked() {
  if (!unasked_) return;
  const Open exchange = std::move(unasked_);
  exchange->record.exchange.response_frames = exchange->record.frames;
  settle(*exchange);
  emit(*exchange);
}

void ImapDissector::take_untagged(std::string_view text, bool whole) {
  const Frame frame = response_.where.frames.last;
  const bool greeting = !std::exchange(greeted_, true) && pending_.empty();
  if (const auto condition = parse_condition(text); greeting && condition) {
    Exchange exchange;
    ImapRecord& record = exchange.record;
    record.exchange.time = response_.where.first;
    record.exchange.response_frames = response_.where.frames;
    record.status = condition->word;
    record.text = condition->text;
    record.code = response_code(condition->text);
    note_gap(Side::server, exchange);
    if (response_.cut || !whole) {
      record.exchange.complete = false;
      note(exchange, AnomalyKind::cut_off, "reply_cut", "The greeting is not all there.", frame);
    }
    emit(exchange);
    return;
  }
  Exchange& exchange = told_with();
  ImapRecord& record = exchange.record;
  const Limits& limits = session().limits();
  record.frames.add(response_.where.frames);
  std::ranges::move(response_.mails, std::back_inserter(record.mails));
  std::ranges::move(response_.files, std::back_inserter(record.files));
  if (!whole || response_.cut) {
    record.exchange.complete = false;
    note(exchange, AnomalyKind::cut_off, "response_cut", "A response is not all there.", frame);
  }
  const Untagged untagged = parse_untagged(text);
  if (whole) learn(exchange, untagged);
  exchange.untagged_octets += text.size();
  if (record.untagged.size() >= limits.record_items || exchange.untagged_octets > 64 * limits.text_bytes) {
    session().limit_reached("record_items");
    note(exchange, AnomalyKind::limit, "untagged_cut", "The server told more than is kept of one command.", frame);
    return;
  }
  record.untagged.push_back({untagged.number, untagged.name, std::string(untagged.text), frame});
  if (heard_client_ && !lost_command_) say_unasked();  // else it may belong to the result that comes
}

/// The result of a command: of the one with this tag.
void ImapDissector::take_result(std::string_view tag, const Condition& condition, bool whole) {
  const std::string key(tag);
  const Frame frame = response_.where.frames.last;
  // Results come in the order of the commands, but for some; after a hole those that are missing were in it.
  if (lost_results_ && pending_.find(key) != nullptr)
    while ((*pending_.front())->record.tag != tag) give_up(std::move(*pending_.take_front()));
  lost_results_ = false;
  Open exchange;
  if (std::optional<Open> open = pending_.take(key)) {
    exchange = std::move(*open);
  } else {
    exchange = unasked_ ? std::move(unasked_) : std::make_unique<Exchange>();
    if (exchange->record.frames.empty()) exchange->record.exchange.time = response_.where.first;
    exchange->record.tag = tag;
    if (heard_client_)
      note(*exchange, AnomalyKind::unusual, "no_request", "No command to this result is in the capture.", frame);
    note_gap(Side::client, *exchange);
  }
  if (reading_ == exchange.get()) {  // the server does not want its literal, or does not wait for its end
    if (waits_for_go_) {
      end_command(true);
      input(Side::client).resolve(Answer::refused);
    } else {
      end_command(false);
    }
  }
  ImapRecord& record = exchange->record;
  ExchangeFacts& facts = record.exchange;
  facts.response_frames = response_.where.frames;
  if (!facts.request_frames.empty() && response_.where.first >= exchange->asked)
    facts.latency = response_.where.first - exchange->asked;
  record.status = condition.word;
  record.text = condition.text.substr(0, static_cast<std::size_t>(session().limits().text_bytes));
  record.code = response_code(record.text);
  note_gap(Side::server, *exchange);
  exchange->settled = whole && !response_.cut;
  if (!exchange->settled) {
    facts.complete = false;
    note(*exchange, AnomalyKind::cut_off, "reply_cut", "The result is not all there.", frame);
  }
  learn_code(*exchange, record.code);
  if (exchange->verb == Verb::starttls || exchange->verb == Verb::compress) {
    const bool agreed = condition.word == "OK" && exchange->settled;
    if (agreed) turned_ = exchange->verb;
    if (agreed && turned_ == Verb::compress) begin_unpacking();
    input(Side::client).resolve(agreed ? Answer::accepted : Answer::refused);
  }
  settle(*exchange);
  emit(*exchange);
}

/// A line that is no response.
void ImapDissector::loose_line(std::string_view text) {
  if (trim_ows(text).empty()) return;
  const Frame frame = response_.where.frames.last;
  Exchange exchange;
  ExchangeFacts& facts = exchange.record.exchange;
  facts.time = response_.where.first;
  facts.response_frames = response_.where.frames;
  exchange.record.text = text.substr(0, static_cast<std::size_t>(session().limits().text_bytes));
  note_gap(Side::server, exchange);
  facts.complete = !response_.cut;
  if (response_.cut)
    note(exchange, AnomalyKind::cut_off, "reply_cut", "The response is not all there.", frame);
  else
    note(exchange, AnomalyKind::malformed, "no_response", "The line begins with no tag and result, `*` or `+`.", frame);
  emit(exchange);
  count_odd(Side::server, frame);
}

}  // namespace wiretale::imap_mail
