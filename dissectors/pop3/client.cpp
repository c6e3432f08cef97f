// What the client says: commands, and its lines in the dialogue of AUTH.
#include <algorithm>

#include "common/field_values.hpp"
#include "pop3/dissector.hpp"

namespace wiretale::mailbox {

Talk Pop3Dissector::client(Input& in) {
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
    if (!take_command(line)) continue;
    if (co_await in.answer() == Answer::accepted) co_return;
  }
}

/// Takes a line; true where it asks for TLS, so that what follows depends on the answer.
bool Pop3Dissector::take_command(const Line& line) {
  Open* const last = pending_.back();
  if (last != nullptr && is_response(line)) {
    take_response(**last, line);
    return false;
  }
  // One command at a time: who says the next one has had its reply, or the end of it.
  if (current_ && (current_->holed || unasked_)) end_reply(unasked_);
  const bool ahead = last != nullptr && (*last)->record.exchange.request_frames.last == line.where.frames.first;
  if (!ahead && (lost_replies_ || gap_[index(Side::server)])) pending_.flush();
  lost_replies_ = false;
  Command command = parse_command(line.text);
  if (command.known) {
    wary_ = false;
  } else if (wary_) {  // what looks like a word may be a password in base64
    command.name.clear();
    command.argument = trim_ows(line.text);
  }
  auto exchange = std::make_unique<Exchange>();
  Pop3Record& record = exchange->record;
  record.exchange.time = line.where.first;
  record.exchange.request_frames = line.where.frames;
  record.command = command.name;
  exchange->verb = command.verb;
  exchange->multi_line = multi_line(command);
  exchange->argument = command.argument.substr(0, static_cast<std::size_t>(session().limits().text_bytes));
  // A line without a keyword may be a password that was sent too early or too late.
  exchange->secret_from = command.name.empty() ? 0 : secret_from(command);
  exchange->asked = line.where.last;
  note_gap(Side::client, *exchange);
  const Frame frame = line.where.frames.last;
  record.exchange.complete = !line.cut;
  if (line.cut)
    note(*exchange, AnomalyKind::cut_off, "command_cut", "The command is not all there.", frame);
  else if (line.ending == Line::Ending::lf)
    note(*exchange, AnomalyKind::malformed, "bare_lf", "The command ends in LF, where CRLF is due.", frame);
  if (command.name.empty())
    note(*exchange, AnomalyKind::malformed, "no_command", "The line begins with no POP3 keyword.", frame);
  read_argument(*exchange, command, line.where);
  if (command.known)
    odd_lines_[index(Side::client)] = 0;
  else
    count_odd(Side::client, frame);
  const bool asks_for_tls = command.verb == Verb::stls;
  pending_.add(0, std::move(exchange), line.where.last);
  return asks_for_tls;
}

/// What the argument tells of who logs in, and which message it is about.
void Pop3Dissector::read_argument(Exchange& exchange, const Command& command, const Where& where) {
  Pop3Record& record = exchange.record;
  const std::string_view argument = command.argument;
  const std::size_t space = std::min(argument.find(' '), argument.size());
  switch (command.verb) {
    case Verb::user:
      user_ = argument;
      record.user = user_;
      break;
    case Verb::pass:
      record.user = user_;
      record.password.value = exchange.argument;
      exchange.secret_frames = {where.frames.last};
      break;
    case Verb::apop:
      user_ = argument.substr(0, space);
      record.user = user_;
      break;
    case Verb::auth:
      if (argument.empty()) break;
      exchange.sasl = std::make_unique<SaslTranscript>(argument.substr(0, space));
      record.frames = where.frames;
      if (exchange.secret_from >= argument.size()) break;
      exchange.sasl->response(argument.substr(exchange.secret_from));
      exchange.secret_frames = {where.frames.last};
      break;
    case Verb::retr:
    case Verb::top:
    case Verb::dele:
    case Verb::list:
    case Verb::uidl:
      exchange.message = parse_numbers(argument).first.value_or(0);
      break;
    default:
      break;
  }
}

/// True where a line belongs to the dialogue of AUTH: the server has asked for it or, where that may be missing, it is
/// no command.
bool Pop3Dissector::is_response(const Line& line) {
  const Exchange& last = **pending_.back();
  if (!last.sasl) return false;
  if (!last.record.challenges.empty() && last.record.challenges.back().side == "server") return true;
  return !parse_command(line.text).known;
}

void Pop3Dissector::take_response(Exchange& exchange, const Line& line) {
  Pop3Record& record = exchange.record;
  const Frame frame = line.where.frames.last;
  record.frames.add(line.where.frames);
  if (trim_ows(line.text) != "*") {  // `*`: the client gives up (RFC 5034, section 4)
    exchange.sasl->response(trim_ows(line.text));
    if (exchange.secret_frames.size() < session().limits().record_items) exchange.secret_frames.push_back(frame);
  }
  if (record.challenges.size() >= session().limits().record_items) {
    session().limit_reached("record_items");
    return;
  }
  record.challenges.push_back({"client", Secret{std::string(line.text)}, frame});
}

}  // namespace wiretale::mailbox
