#include <algorithm>

#include <wiretale/json.hpp>

#include "common/notes.hpp"
#include "smtp/dissector.hpp"

// What the client says: commands, and what may stand between them.

namespace wiretale::mail_transfer {
namespace {

constexpr std::size_t long_line = 1000;  // octets; RFC 5321, section 4.5.3.1.4 wants 512, extensions add to that

/// True where a verb ends a mail that comes in chunks and has not had its last one.
bool drops_chunks(Verb verb) {
  return verb == Verb::rset || verb == Verb::mail || verb == Verb::hello || verb == Verb::lhlo || verb == Verb::quit ||
         verb == Verb::data;
}

}  // namespace

Talk SmtpDissector::client(Input& in) {
  if (in.resuming()) unsure_[0] = true;
  for (;;) {
    switch (phase_) {
      case Phase::data_asked:
        answered_data(co_await in.answer());
        break;
      case Phase::login_asked:
        answered_login(co_await in.answer());
        break;
      case Phase::message:
        co_await message(in);
        break;
      case Phase::chunk:
        co_await chunk(in);
        break;
      case Phase::tls_unasked:
        co_await tls_unasked(in);
        break;
      case Phase::tls_asked: {
        const Answer answer = co_await in.answer();
        const std::string_view held = text_of(in.available());  // no record of TLS begins with a printable octet
        if (answer == Answer::refused ||
            (answer == Answer::unknown && !held.empty() && !is_binary(held.substr(0, 1)))) {
          phase_ = Phase::commands;
        } else if (answer == Answer::unknown) {  // what follows will show whether TLS does
          gone_ = true;
          session().become("");
        }
        break;
      }
      default:
        take_line(co_await in.line());
        break;
    }
    take_early();
    if (over_ || gone_) co_return;
  }
}

/// A message up to its dot. Octets are looked at before they are taken, so that none behind the dot are.
Talk SmtpDissector::message(Input& in) {
  while (phase_ == Phase::message) {
    co_await in.peek();
    if (phase_ != Phase::message) co_return;  // the server has said that the message ended
    const std::string_view seen = text_of(in.available());
    if (seen.empty()) {
      const Piece piece = co_await in.some();
      if (piece.kind == Piece::Kind::missing) {
        const auto text = [&](std::string_view held) { mail_->reader->run(bytes_of(held), piece.where); };
        mail_->dots.lost(text);
        mail_->reader->missing(piece.missing, piece.where);
        mail_->holed = true;
        continue;
      }
      over_ = true;
      end_mail(false);
      co_return;
    }
    DotStuffing ahead = mail_->dots;
    const std::size_t size = ahead.take(seen, [](std::string_view) {});
    const Piece piece = co_await in.some(size);
    take_message(piece.bytes, piece.where, ahead);
  }
}

/// Takes octets of the message; `ahead` is where its dots stand behind them.
void SmtpDissector::take_message(Bytes octets, const Where& where, const DotStuffing& ahead) {
  MailReader& reader = *mail_->reader;
  MailRecord& record = reader.record();
  if (record.frames.empty()) record.time = where.first;
  record.frames.add(where.frames);
  mail_->last = where.last;
  if (ahead.events() == mail_->dots.events()) {
    mail_->dots = ahead;
    reader.run(octets, where);
  } else {
    mail_->dots.take(text_of(octets), [&](std::string_view text) { reader.run(bytes_of(text), where); });
  }
  if (mail_->dots.ended()) end_mail(true);
}

void SmtpDissector::take_message_line(const Line& line) {
  const auto take = [&](std::string_view text) {
    DotStuffing ahead = mail_->dots;
    ahead.take(text, [](std::string_view) {});
    take_message(bytes_of(text), line.where, ahead);
  };
  take(line.text);
  if (mail_ && line.ending != Line::Ending::none) take(line.ending == Line::Ending::crlf ? "\r\n" : "\n");
}

/// The octets that a BDAT announced (RFC 3030, section 2). The server may end the mail before they have all come: then
/// the rest is passed over.
Talk SmtpDissector::chunk(Input& in) {
  Input::Body body = in.body(chunk_octets_);
  const std::shared_ptr<Mail> mail = mail_;
  while (const Piece piece = co_await body.next()) {
    if (!mail || mail != mail_) continue;
    MailRecord& record = mail->reader->record();
    if (record.frames.empty()) record.time = piece.where.first;
    mail->last = piece.where.last;
    if (piece.kind == Piece::Kind::run) {
      mail->reader->run(piece.bytes, piece.where);
    } else {
      mail->reader->missing(piece.missing, piece.where);
      mail->holed = true;
    }
  }
  if (body.left() != 0) over_ = true;
  phase_ = Phase::commands;
  if (!mail || mail != mail_) co_return;
  if (body.left() != 0)
    end_mail(false);
  else if (chunk_last_)
    end_mail(true);
}

/// The rest of what a client says in TLS to a server that does not: only its frames are kept.
Talk SmtpDissector::tls_unasked(Input& in) {
  for (;;) {
    const Piece piece = co_await in.some();
    if (piece.kind == Piece::Kind::end) break;
    tls_->record.exchange.request_frames.add(piece.where.frames);
  }
  over_ = true;
}

void SmtpDissector::take_line(const Line& line) {
  const bool rest = rest_of_line_[0];
  const bool limit = line.cut && line.text.size() >= session().limits().line_bytes;
  if (phase_ == Phase::message) {  // the server asked for a message while a line was awaited
    take_message_line(line);
    return;
  }
  rest_of_line_[0] = limit;
  if (rest) return;
  switch (phase_) {
    case Phase::login_line:
      take_login_line(line);
      return;
    case Phase::login_guess:
      if (surely_command(parse_command(line.text))) break;
      take_login_line(line);
      return;
    case Phase::first_line:
      if (surely_command(parse_command(line.text))) {
        if (Exchange* data = open_of(Verb::data); data && gap_[1]) data->doubtful = replies_unsure_ = true;
        break;
      }
      skip_to(Verb::data);  // who sends a message has had all replies before it
      begin_mail();
      take_message_line(line);
      return;
    case Phase::astray:
      take_astray_line(line, parse_command(line.text));
      return;
    default:
      break;
  }
  phase_ = Phase::commands;
  take_command_line(line);
}

void SmtpDissector::take_command_line(const Line& line) {
  if (begins_tls(line.text)) {
    open_tls(line);
    return;
  }
  const Command command = parse_command(line.text);
  if (binary(line.text, line.where.frames.last)) return;
  if (unsure_[0] && !surely_command(command)) {
    take_astray_line(line, command);
    return;
  }
  open_command(command, line);
}

/// A line after octets that are missing: it may be the rest of a command, or of a message.
void SmtpDissector::take_astray_line(const Line& line, const Command& command) {
  if (surely_command(command)) {
    if (mail_) end_mail(false);
    phase_ = Phase::commands;
    open_command(command, line);
    return;
  }
  if (binary(line.text, line.where.frames.last)) return;
  if (phase_ != Phase::astray) {
    phase_ = Phase::astray;
    Open open = make_exchange(line.where);
    open->record.exchange.complete = false;
    note(open->record.exchange.anomalies, AnomalyKind::gap, "beginning_missing",
         "What the client says here began in octets that are not in the capture: the rest of a command or of a "
         "message.",
         line.where.frames.first);
    gap_[0].reset();
    mail_ = std::make_shared<Mail>();
    mail_->astray = true;
    mail_->reader.emplace(session(), "smtp", Side::client);
    mail_->reader->begin_inside();
    mail_->reader->record().time = line.where.first;
    open->mail = mail_;
    pending_.add(0, std::move(open), line.where.last);
  }
  ++mail_->lines;
  if (Exchange* open = open_of(Verb::other); open && open->mail == mail_)
    open->record.exchange.request_frames.add(line.where.frames);
  mail_->reader->record().frames.add(line.where.frames);
  mail_->last = line.where.last;
  if (line.text == "." && line.ending == Line::Ending::crlf) {
    end_mail(true);
    return;
  }
  mail_->reader->run(bytes_of(line.text), line.where);
  if (line.ending != Line::Ending::none)
    mail_->reader->run(bytes_of(line.ending == Line::Ending::crlf ? "\r\n" : "\n"), line.where);
}

void SmtpDissector::answered_data(Answer answer) {
  if (answer == Answer::accepted)
    begin_mail();
  else
    phase_ = answer == Answer::refused ? Phase::commands : Phase::first_line;
}

void SmtpDissector::answered_login(Answer answer) {
  phase_ = answer == Answer::accepted  ? Phase::login_line
           : answer == Answer::refused ? Phase::commands
                                       : Phase::login_guess;
}

/// A line of the dialogue of AUTH: base64, or `*` to give up (RFC 4954, section 4).
void SmtpDissector::take_login_line(const Line& line) {
  phase_ = Phase::login_asked;
  sent_ = line.where.frames.last;
  Exchange* open = open_of(Verb::auth);
  if (!open) return;  // given up for its age
  const Frame frame = line.where.frames.last;
  SmtpRecord& record = open->record;
  note_gap(Side::client, *open);
  for (const Frames frames : {record.exchange.request_frames, record.exchange.response_frames, line.where.frames})
    record.frames.add(frames);
  if (line.text != "*") {
    if (open->sasl) open->sasl->response(line.text);
    if (record.challenges.size() < session().limits().record_items) open->secret_frames.push_back(frame);
  }
  if (line.cut) {
    record.exchange.complete = false;
    note(record.exchange.anomalies, AnomalyKind::cut_off, "line_cut", "A line of AUTH is cut off.", frame);
  }
  if (record.challenges.size() < session().limits().record_items)
    record.challenges.push_back({"client", {std::string(line.text)}, frame});
}

SmtpDissector::Open SmtpDissector::make_exchange(const Where& where) const {
  Open open = std::make_unique<Exchange>();
  open->record.exchange.time = where.first;
  open->record.exchange.request_frames = where.frames;
  open->asked = where.last;
  return open;
}

/// The newest open command, where it has this verb.
Exchange* SmtpDissector::open_of(Verb verb) {
  Open* newest = pending_.back();
  return newest && (*newest)->verb == verb ? newest->get() : nullptr;
}

void SmtpDissector::open_command(const Command& command, const Line& line) {
  go_on(line.where);
  has_to_wait_ = waits_for_reply(command);
  unsure_[0] = false;
  heard_[0] = heard_[0] || command.known || !is_binary(line.text);
  if (mail_ && mail_->chunked && drops_chunks(command.verb)) abandon_chunks();
  Open open = make_exchange(line.where);
  SmtpRecord& record = open->record;
  open->verb = command.verb;
  open->doubtful = hole_open_;
  const std::size_t most = session().limits().text_bytes;
  record.command = command.name.substr(0, most);
  open->argument = command.argument.substr(0, most);
  if (command.known) {
    after_login_ = command.verb == Verb::auth;
  } else if (after_login_) {  // a response to a server that has refused AUTH already
    record.command.clear();
    open->argument = line.text.substr(0, most);
    open->secret_from = 0;
    note(record.exchange.anomalies, AnomalyKind::unusual, "maybe_secret",
         "A line that is no known command follows AUTH: it may belong to the login, and is hidden as such.",
         line.where.frames.last);
  }
  note_gap(Side::client, *open);
  check_line(*open, command, line);
  open_by_verb(*open, command, line);
  if (command.verb == Verb::proxy)
    emit(*open);  // the protocol of load balancers has no reply
  else
    pending_.add(0, std::move(open), line.where.last);
}

/// The client speaks TLS where commands are due: it takes the port for one of implicit TLS (RFC 8314), or its STARTTLS
/// is not in the capture. None of it is a command, whatever a server in clear makes of it.
void SmtpDissector::open_tls(const Line& line) {
  go_on(line.where);
  phase_ = Phase::tls_unasked;
  tls_ = make_exchange(line.where);
  note_gap(Side::client, *tls_);
  note(tls_->record.exchange.anomalies, AnomalyKind::unusual, "tls_unasked",
       "The client speaks TLS here, though no STARTTLS was seen: as it does on a port of implicit TLS.",
       line.where.frames.last);
}

/// What is wrong or odd with the line itself.
void SmtpDissector::check_line(Exchange& exchange, const Command& command, const Line& line) {
  ExchangeFacts& facts = exchange.record.exchange;
  const Frame frame = line.where.frames.last;
  const Limits& limits = session().limits();
  if (line.cut) {
    const bool limit = line.text.size() >= limits.line_bytes;
    facts.complete = false;
    if (limit) session().limit_reached("line_bytes");
    note(facts.anomalies, limit ? AnomalyKind::limit : AnomalyKind::cut_off, "line_cut",
         limit ? "The command is longer than what is kept of a line." : "The command is cut off before its line ended.",
         frame);
  } else if (line.ending == Line::Ending::lf) {
    note(facts.anomalies, AnomalyKind::malformed, "bare_lf", "The command ends in LF, where CRLF is due.", frame);
  }
  if (line.text.size() > long_line && command.verb != Verb::auth)
    note(facts.anomalies, AnomalyKind::unusual, "long_line",
         "The command is much longer than the 512 octets of RFC 5321.", frame);
  if (command.argument.size() > limits.text_bytes || command.name.size() > limits.text_bytes) {
    session().limit_reached("text_bytes");
    note(facts.anomalies, AnomalyKind::limit, "text_cut", "The command is longer than what is kept of a text.", frame);
  }
  if (command.name.empty() && command.argument.empty())
    note(facts.anomalies, AnomalyKind::malformed, "empty_command", "An empty line stands where a command is due.",
         frame);
  else if (command.name.empty())
    note(facts.anomalies, AnomalyKind::malformed, "verb_missing",
         "The line does not begin with a verb, as every command does.", frame);
  else if (is_binary(line.text))
    note(facts.anomalies, AnomalyKind::malformed, "binary_command", "The command holds control characters.", frame);
  else if (!valid_utf8(line.text))
    note(facts.anomalies, AnomalyKind::malformed, "not_utf8", "The command is neither ASCII nor UTF-8.", frame);
}

void SmtpDissector::open_by_verb(Exchange& exchange, const Command& command, const Line& line) {
  input(Side::client).forget_answer();
  switch (command.verb) {
    case Verb::mail:
      exchange.previous = std::move(transaction_);
      transaction_ = std::make_shared<Transaction>();
      transaction_gap_ = false;
      transaction_->envelope.from = address_of(exchange.argument);
      exchange.transaction = transaction_;
      break;
    case Verb::rcpt:
      if (!transaction_) {
        transaction_ = std::make_shared<Transaction>();
        transaction_->holed = transaction_gap_;
      }
      if (transaction_->envelope.to.size() >= session().limits().record_items) {
        session().limit_reached("record_items");
        break;
      }
      if (std::string address = address_of(exchange.argument); !address.empty()) {
        exchange.transaction = transaction_;
        exchange.recipient = transaction_->envelope.to.size();
        transaction_->envelope.to.push_back({std::move(address), std::nullopt});
      }
      break;
    case Verb::data:
      open_mail(exchange, line.ending == Line::Ending::lf);
      phase_ = Phase::data_asked;
      break;
    case Verb::bdat:
      open_chunk(exchange, command, line.where);
      break;
    case Verb::lhlo:
      lmtp_ = true;
      [[fallthrough]];
    case Verb::hello:
    case Verb::rset:
    case Verb::quit:
      transaction_.reset();
      transaction_gap_ = false;
      break;
    case Verb::auth:
      open_login(exchange, command, line);
      break;
    case Verb::starttls:
      phase_ = Phase::tls_asked;
      break;
    case Verb::proxy:
      break;
    case Verb::other:
      if (command.name == "PASS") exchange.secret_from = 0;  // of another protocol, and still a password
      break;
  }
}

void SmtpDissector::open_login(Exchange& exchange, const Command& command, const Line& line) {
  const std::size_t end = std::min(command.argument.find_first_of(" \t"), command.argument.size());
  exchange.sasl = std::make_unique<SaslTranscript>(command.argument.substr(0, end));
  const std::size_t response = command.argument.find_first_not_of(" \t", end);
  if (response != std::string_view::npos) {
    exchange.secret_from = response;
    exchange.sasl->response(command.argument.substr(response));
    exchange.secret_frames.push_back(line.where.frames.last);
  }
  phase_ = Phase::login_asked;
}

void SmtpDissector::open_chunk(Exchange& exchange, const Command& command, const Where& where) {
  const std::optional<ChunkSize> size = parse_chunk_size(command.argument);
  if (!size) {
    note(exchange.record.exchange.anomalies, AnomalyKind::malformed, "chunk_size_invalid",
         "BDAT wants a number of octets, and LAST or nothing behind it.", where.frames.last);
    return;
  }
  if (!mail_ || !mail_->chunked) {
    open_mail(exchange, false);
    mail_->chunked = true;
    begin_mail();
    mail_->reader->record().time = where.last;
  }
  chunk_octets_ = size->octets;
  chunk_last_ = size->last;
  exchange.mail = mail_;
  exchange.last_chunk = size->last;
  phase_ = Phase::chunk;
}

/// Counts lines of control characters. True where there are so many without a reply that this can't be SMTP.
bool SmtpDissector::binary(std::string_view text, Frame frame) {
  constexpr unsigned most = 64;
  if (!is_binary(text)) {
    binary_lines_[0] = 0;
    return false;
  }
  const bool stop = ++binary_lines_[0] >= most;
  if (stop) stop_listening(Side::client, frame);
  return stop;
}

}  // namespace wiretale::mail_transfer
