// What the client says: commands with their literals, and its lines in the dialogues of AUTHENTICATE and IDLE.
#include <algorithm>

#include "common/field_values.hpp"
#include "imap/dissector.hpp"

namespace wiretale::imap_mail {

Talk ImapDissector::client(Input& in) {
  bool whole = !in.resuming();  // the next line is read from its beginning
  for (;;) {
    const Line line = co_await in.line();
    heard_client_ = true;
    if (!whole && !parse_command(line.text).known) {  // the rest of something
      gap_[index(Side::client)] = line.where.frames.last;
      continue;
    }
    whole = true;
    in.forget_answer();
    const Next next = take_command(line);
    if (next == Next::literal) co_await literals(in);
    if (next != Next::verdict) continue;
    const Answer answer = co_await in.answer();
    if (answer != Answer::accepted) continue;
    if (unpacked_) co_await unpack(in, Side::client);
    co_return;
  }
}

/// Takes a line; tells what comes behind it.
ImapDissector::Next ImapDissector::take_command(const Line& line) {
  Open* const last = pending_.back();
  if (last != nullptr && is_response(line)) {
    take_response(**last, line);
    return Next::line;
  }
  say_unasked();
  // Who goes on after a hole had the results that are missing, but for commands that were sent together.
  const bool ahead = last != nullptr && (*last)->record.exchange.request_frames.last == line.where.frames.first;
  if (lost_results_ && !ahead) pending_.flush();
  if (!ahead) lost_results_ = false;
  lost_command_ = false;
  const Command command = parse_command(line.text);
  if (!command.known && take_odd(command, line)) return Next::line;
  auto made = std::make_unique<Exchange>();
  Exchange& exchange = *made;
  ImapRecord& record = exchange.record;
  record.exchange.time = line.where.first;
  record.exchange.request_frames = line.where.frames;
  record.tag = command.tag;
  record.command = command.name;
  exchange.verb = command.verb;
  exchange.argument = command.argument.substr(0, static_cast<std::size_t>(session().limits().text_bytes));
  if (exchange.verb == Verb::authenticate) {
    const Split mechanism = split_word(command.argument);
    exchange.sasl = std::make_unique<SaslTranscript>(mechanism.word);
    record.frames = line.where.frames;
    if (!mechanism.rest.empty()) {
      exchange.sasl->response(mechanism.rest);
      exchange.secret_frames = {line.where.frames.last};
    }
  }
  note_gap(Side::client, exchange);
  const Frame frame = line.where.frames.last;
  if (command.tag.empty())
    note(exchange, AnomalyKind::malformed, "no_command", "The line begins with no tag and command.", frame);
  if (line.ending == Line::Ending::lf)
    note(exchange, AnomalyKind::malformed, "bare_lf", "The command ends in LF, where CRLF is due.", frame);
  if (command.known)
    odd_lines_[index(Side::client)] = 0;
  else
    count_odd(Side::client, frame);
  if (command.tag.empty()) {  // no result can be told from others
    emit(exchange);
    return Next::line;
  }
  pending_.add(record.tag, std::move(made), line.where.last);
  reading_ = &exchange;
  return more_of_command(line);
}

/// A line that is none of a command's, or one that needs no result: DONE.
bool ImapDissector::take_odd(const Command& command, const Line& line) {
  if (!command.tag.empty() || !equal_fold(trim_ows(line.text), "DONE")) return false;
  Open* const last = pending_.back();
  if (last != nullptr && (*last)->verb == Verb::idle) (*last)->record.done_frame = line.where.frames.last;
  return true;
}

/// Looks at how a command's line ends: the command is over, or a literal follows.
ImapDissector::Next ImapDissector::more_of_command(const Line& line) {
  reading_->asked = line.where.last;
  const std::optional<Literal> literal = line.cut ? std::nullopt : announced_literal(line.text);
  if (!literal) {
    const Verb verb = reading_->verb;
    if (line.cut) {
      reading_->record.exchange.complete = false;
      note(*reading_, AnomalyKind::cut_off, "command_cut", "The command is not all there.", line.where.frames.last);
    }
    end_command(!line.cut);
    return verb == Verb::starttls || verb == Verb::compress ? Next::verdict : Next::line;
  }
  announced_ = *literal;
  announced_.before = {};
  return Next::literal;
}

/// Reads the literals of a command, and the lines behind them.
Talk ImapDissector::literals(Input& in) {
  while (reading_ != nullptr) {
    if (announced_.waits) {
      waits_for_go_ = true;
      const Answer answer = co_await in.answer();
      waits_for_go_ = false;
      in.forget_answer();
      if (answer == Answer::refused || reading_ == nullptr) {
        end_command(true);
        co_return;
      }
    }
    begin_literal();
    Input::Body body = in.body(announced_.octets);
    for (;;) {
      const Piece piece = co_await body.next();
      if (!piece) break;
      take_literal(piece);
    }
    end_literal(body.left());
    const Line line = co_await in.line();
    if (reading_ == nullptr) co_return;
    ImapRecord& record = reading_->record;
    record.exchange.request_frames.add(line.where.frames);
    const std::uint64_t cap = session().limits().text_bytes;
    if (reading_->argument.size() < cap)
      reading_->argument += line.text.substr(0, static_cast<std::size_t>(cap - reading_->argument.size()));
    const Next next = more_of_command(line);
    if (next == Next::literal) continue;
    co_return;
  }
}

void ImapDissector::begin_literal() {
  if (reading_ == nullptr) return;
  in_append_ = reading_->verb == Verb::append && announced_.octets != 0;
  if (in_append_) {
    reading_->appended.push_back(std::make_unique<MailReader>(session(), "imap", Side::client));
    reading_->appended.back()->record().id = session().next_id();
    return;
  }
  const std::uint64_t cap = session().limits().text_bytes;
  room_ = announced_.octets <= cap - std::min<std::uint64_t>(cap, reading_->argument.size()) ? announced_.octets : 0;
}

/// The next octets of a literal.
void ImapDissector::take_literal(const Piece& piece) {
  if (reading_ == nullptr) return;
  ImapRecord& record = reading_->record;
  record.exchange.request_frames.add(piece.where.frames);
  const bool lost = piece.kind == Piece::Kind::missing;
  if (lost) {
    record.exchange.complete = false;
    note(*reading_, AnomalyKind::gap, "literal_gap", "Octets of the literal are not in the capture.",
         piece.where.frames.last);
  }
  if (in_append_) {
    MailReader& reader = *reading_->appended.back();
    MailRecord& mail = reader.record();
    if (mail.frames.empty()) mail.time = piece.where.first;
    mail.frames.add(piece.where.frames);
    lost ? reader.missing(piece.missing, piece.where) : reader.run(piece.bytes, piece.where);
    return;
  }
  if (lost) room_ = 0;
  if (room_ == 0) return;
  const Bytes some =
      slice(piece.bytes, 0, static_cast<std::size_t>(std::min<std::uint64_t>(room_, piece.bytes.size())));
  room_ -= some.size();
  reading_->argument += text_of(some);
  std::vector<Frame>& frames = reading_->secret_frames;
  const bool shown = frames.empty() || frames.back() != piece.where.frames.last;
  if (reading_->verb == Verb::login && shown) frames.push_back(piece.where.frames.last);
}

/// The literal is over; `left`: octets of it that did not come before the stream's end.
void ImapDissector::end_literal(std::uint64_t left) {
  if (reading_ == nullptr) return;
  if (in_append_) {
    MailReader& reader = *reading_->appended.back();
    reader.finish(left == 0);
    reading_->record.mails.push_back(reader.record().id);
    in_append_ = false;
  }
  if (left != 0) end_command(false);
}

/// No more of the command comes. `whole`: its end was seen.
void ImapDissector::end_command(bool whole) {
  if (reading_ == nullptr) return;
  Exchange& exchange = *std::exchange(reading_, nullptr);
  if (in_append_) {  // its literal is not over
    MailReader& reader = *exchange.appended.back();
    reader.finish(false);
    exchange.record.mails.push_back(reader.record().id);
    in_append_ = false;
  }
  exchange.read = whole;
  if (whole) return;
  exchange.record.exchange.complete = false;
  note(exchange, AnomalyKind::cut_off, "command_cut", "The command is not all there.",
       exchange.record.exchange.request_frames.last);
}

/// True where a line belongs to the dialogue of AUTHENTICATE: the server has asked for it or, where that may be
/// missing, it is no command.
bool ImapDissector::is_response(const Line& line) {
  const Exchange& last = **pending_.back();
  if (!last.sasl) return false;
  if (!last.record.challenges.empty() && last.record.challenges.back().side == "server") return true;
  return !parse_command(line.text).known;
}

void ImapDissector::take_response(Exchange& exchange, const Line& line) {
  ImapRecord& record = exchange.record;
  const Frame frame = line.where.frames.last;
  record.frames.add(line.where.frames);
  if (trim_ows(line.text) != "*") {  // `*`: the client gives up (RFC 9051, section 6.2.2)
    exchange.sasl->response(trim_ows(line.text));
    if (exchange.secret_frames.size() < session().limits().record_items) exchange.secret_frames.push_back(frame);
  }
  if (record.challenges.size() >= session().limits().record_items) {
    session().limit_reached("record_items");
    return;
  }
  record.challenges.push_back({"client", Secret{std::string(line.text)}, frame});
}

/// What the arguments tell of who logs in, and of the mailbox; and which of them are secret.
void ImapDissector::read_arguments(Exchange& exchange) {
  ImapRecord& record = exchange.record;
  const std::string& text = exchange.argument;
  record.argument = Redacted(text);
  const auto hide_from = [&](std::size_t begin) {
    if (begin < text.size()) record.argument.secrets.push_back({begin, text.size() - begin});
  };
  std::size_t position = 0;
  if (record.command.empty()) {
    if (record.exchange.request_frames.empty()) return;
    hide_from(0);  // it may be a password that was sent too early or too late
  } else if (exchange.verb == Verb::login) {
    const std::optional<Argument> user = next_argument(text, position);
    const std::optional<Argument> password = next_argument(text, position);
    if (user) record.user = user->value;
    if (password) {
      record.password.value = password->value;
      hide_from(password->begin);
    } else if (user && !exchange.read) {
      hide_from(user->end);
    }
    if (exchange.secret_frames.empty()) exchange.secret_frames = {record.exchange.request_frames.last};
  } else if (exchange.verb == Verb::authenticate) {
    hide_from(std::min(split_word(text).word.size() + 1, text.size()));
    record.mechanism = exchange.sasl->mechanism();
    record.user = exchange.sasl->user();
    record.password.value = exchange.sasl->password();
  }
}

}  // namespace wiretale::imap_mail
