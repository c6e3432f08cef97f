// What the client says: commands.
#include <utility>

#include "common/field_values.hpp"
#include "common/notes.hpp"
#include "ftp/dissector.hpp"

namespace wiretale::file_transfer {

Talk FtpDissector::client(Input& in) {
  unsure_[index(Side::client)] = in.resuming();
  for (;;) {
    const Line line = co_await in.line();
    in.forget_answer();
    const bool asks_for_tls = take_line(line, !std::exchange(unsure_[index(Side::client)], false));
    if (!asks_for_tls) continue;
    const Answer answer = co_await in.answer();
    if (answer == Answer::accepted) co_return;
  }
}

/// Takes a line; true where it asks for TLS, so that what follows depends on the answer. `whole`: it surely begins
/// where a line begins.
bool FtpDissector::take_line(const Line& line, bool whole) {
  heard_client_ = true;
  if (std::exchange(rest_of_line_[0], line.cut && line.ending == Line::Ending::none)) return false;
  TelnetLine plain;
  const bool telnet = may_hold_telnet(line.text);
  if (telnet) plain = without_telnet(line.text);
  const Command command = parse_command(telnet ? std::string_view(plain.text) : line.text);
  if (!whole && !command.known) {  // the rest of something
    gap_[index(Side::client)] = line.where.frames.last;
    unsure_[index(Side::client)] = true;
    return false;
  }
  replies_lost_before(line);
  tell_transfers(false);
  lost_commands_ = lost_commands_ && (!pending_.empty() || gap_[index(Side::client)]);
  Open exchange = open_command(command, line);
  exchange->record.telnet = std::move(plain.commands);
  if (lost_commands_ && !pending_.empty())
    note(*exchange, AnomalyKind::gap, "reply_unsure",
         "Octets are not in the capture: the reply may be that of another command.", line.where.frames.last);
  const bool asks_for_tls = exchange->verb == Verb::auth;
  pending_.add(0, std::move(exchange), line.where.last);
  return asks_for_tls;
}

/// Clients wait for the reply before they say the next command: where replies may be missing, those to what is open
/// are among them, unless the client sends ahead.
void FtpDissector::replies_lost_before(const Line& line) {
  Open* const last = pending_.back();
  const bool ahead = last != nullptr && (*last)->record.exchange.request_frames.last == line.where.frames.first;
  if (!ahead && (lost_replies_ || gap_[index(Side::server)])) {
    if (reply_) close_reply(false);
    if (transfer_) give_up(std::move(transfer_));
    pending_.flush();
  }
  lost_replies_ = false;
}

FtpDissector::Open FtpDissector::open_command(const Command& command, const Line& line) {
  const auto most = static_cast<std::size_t>(session().limits().text_bytes);
  auto exchange = std::make_unique<Exchange>();
  FtpRecord& record = exchange->record;
  record.exchange.time = line.where.first;
  record.exchange.request_frames = line.where.frames;
  record.command = command.name;
  exchange->verb = command.verb;
  exchange->known = command.known;
  exchange->argument = command.argument.substr(0, most);
  // A line without a command may be a password that was sent too early or too late.
  exchange->secret_from = command.name.empty() ? 0 : secret_from(command);
  exchange->asked = line.where.last;
  note_gap(Side::client, *exchange);
  check_line(*exchange, command, line);
  learn_address(*exchange, 0, {});
  ready(command.verb);
  switch (command.verb) {
    case Verb::user:
      user_ = exchange->argument;
      record.user = user_;
      break;
    case Verb::pass:
      record.user = user_;
      record.password.value = exchange->argument;
      exchange->secret_frame = line.where.frames.last;
      break;
    case Verb::acct:
      record.user = user_;
      break;
    default:
      break;
  }
  return exchange;
}

/// What is wrong or odd with the line itself.
void FtpDissector::check_line(Exchange& exchange, const Command& command, const Line& line) {
  const Frame frame = line.where.frames.last;
  exchange.record.exchange.complete = !line.cut;
  if (line.cut)
    note(exchange, AnomalyKind::cut_off, "command_cut", "The command is not all there.", frame);
  else if (line.ending == Line::Ending::lf)
    note(exchange, AnomalyKind::malformed, "bare_lf", "The command ends in LF, where CRLF is due.", frame);
  if (rest_of_line_[0]) session().limit_reached("line_bytes");
  if (command.argument.size() > exchange.argument.size()) {
    session().limit_reached("text_bytes");
    note(exchange, AnomalyKind::limit, "text_cut", "The command is longer than what is kept of a text.", frame);
  }
  if (command.name.empty())
    note(exchange, AnomalyKind::malformed, "no_command", "The line begins with no FTP command.", frame);
  if (command.known)
    odd_lines_[index(Side::client)] = 0;
  else
    count_odd(Side::client, frame);
}

}  // namespace wiretale::file_transfer
