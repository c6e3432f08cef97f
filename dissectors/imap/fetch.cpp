// Literals in responses: mails, their headers and parts, or text.
#include <algorithm>

#include "common/field_values.hpp"
#include "common/notes.hpp"
#include "imap/dissector.hpp"

namespace wiretale::imap_mail {

Section section_of(std::string_view before) {
  Section section;
  while (before.ends_with(' ')) before.remove_suffix(1);
  if (before.ends_with('>')) {  // BODY[]<1024>
    const std::size_t open = before.rfind('<');
    if (open == std::string_view::npos) return section;
    section.origin = decimal(before.substr(open + 1, before.size() - open - 2));
    before = before.substr(0, open);
  }
  const auto ends_as = [&](std::string_view name) {
    if (before.size() < name.size() || !equal_fold(before.substr(before.size() - name.size()), name)) return false;
    const std::string_view rest = before.substr(0, before.size() - name.size());
    return rest.empty() || rest.back() == ' ' || rest.back() == '(';
  };
  if (ends_as("RFC822")) section.kind = Section::Kind::mail;
  if (ends_as("RFC822.HEADER")) section.kind = Section::Kind::header;
  if (ends_as("RFC822.TEXT")) section.kind = Section::Kind::part;
  if (!before.ends_with(']')) return section;
  const std::size_t open = before.rfind('[');
  if (open == std::string_view::npos) return section;
  const std::string_view name = before.substr(open + 1, before.size() - open - 2);
  before = before.substr(0, open);
  const bool binary = ends_as("BINARY");
  if (!binary && !ends_as("BODY")) return section;
  section.name = name;
  if (name.empty())
    section.kind = Section::Kind::mail;
  else if (equal_fold(name, "HEADER"))
    section.kind = Section::Kind::header;
  else if (name.find_first_not_of("0123456789.") == std::string_view::npos || equal_fold(name, "TEXT"))
    section.kind = Section::Kind::part;
  return section;
}

/// A literal begins: what it is shows in the text before it.
void ImapDissector::open_literal(std::uint64_t octets) {
  const std::string_view text = response_.text;
  const std::optional<Literal> literal = announced_literal(text);
  const Section section = literal && text.starts_with("* ") ? section_of(literal->before) : Section();
  const std::uint64_t cap = 8 * session().limits().text_bytes;
  response_.room = 0;
  switch (section.kind) {
    case Section::Kind::mail:
    case Section::Kind::header:
      open_mail(section, octets);
      break;
    case Section::Kind::part: {
      std::string name;
      if (!equal_fold(section.name, "TEXT")) name = "part " + std::string(section.name);
      response_.file =
          std::make_unique<FileWatch>(session(), FileAbout{"imap", Side::server, std::move(name), {}, std::nullopt});
      break;
    }
    case Section::Kind::text:
      if (octets <= cap - std::min<std::uint64_t>(cap, text.size())) response_.room = octets;
      break;
  }
}

/// A message begins, or a further piece of one that is fetched in pieces.
void ImapDissector::open_mail(const Section& section, std::uint64_t octets) {
  const std::uint64_t message = parse_untagged(split_word(response_.text).rest).number.value_or(0);
  response_.header_only = section.kind == Section::Kind::header;
  const bool goes_on = section.origin && pieces_ && pieces_of_ == message && pieces_next_ == *section.origin;
  if (goes_on) {
    response_.mail = std::move(pieces_);
  } else {
    end_pieces(false);
    response_.mail = std::make_unique<MailReader>(session(), "imap", Side::server);
    response_.mail->record().id = session().next_id();
    response_.inside = section.origin.value_or(0) != 0;
    if (response_.inside) response_.mail->begin_inside();
  }
  response_.mails.push_back(response_.mail->record().id);
  response_.piece.reset();
  if (!section.origin) return;
  pieces_of_ = message;
  // Less than was asked for: that was the end.
  if (const std::uint64_t asked = asked_octets(); asked == 0 || octets >= asked)
    response_.piece = *section.origin + octets;
}

/// How many octets of each message the command asks for: 2048 of BODY[]<0.2048>; 0 where it does not say.
std::uint64_t ImapDissector::asked_octets() {
  const Open* const open = pending_.front();
  if (open == nullptr) return 0;
  const std::string_view argument = (*open)->argument;
  const std::size_t begin = argument.rfind("]<"), end = argument.rfind('>');
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return 0;
  const std::string_view range = argument.substr(begin + 2, end - begin - 2);
  const std::size_t dot = range.find('.');
  return dot == std::string_view::npos ? 0 : decimal(range.substr(dot + 1)).value_or(0);
}

void ImapDissector::take_octets(const Piece& piece) {
  response_.where.frames.add(piece.where.frames);
  response_.where.last = piece.where.last;
  const bool lost = piece.kind == Piece::Kind::missing;
  if (lost) {
    Exchange& exchange = told_with();
    exchange.record.exchange.complete = false;
    note(exchange, AnomalyKind::gap, "literal_gap", "Octets of a literal are not in the capture.",
         piece.where.frames.last);
  }
  if (response_.mail) {
    MailRecord& mail = response_.mail->record();
    if (mail.frames.empty()) mail.time = piece.where.first;
    mail.frames.add(piece.where.frames);
    lost ? response_.mail->missing(piece.missing, piece.where) : response_.mail->run(piece.bytes, piece.where);
  } else if (response_.file) {
    response_.file->take(piece);
  } else if (response_.room != 0) {
    if (lost) {
      response_.room = 0;
      return;
    }
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(response_.room, piece.bytes.size()));
    response_.room -= count;
    response_.text += text_of(slice(piece.bytes, 0, count));
  }
}

/// The literal is over; `left`: octets of it that did not come before the stream's end.
void ImapDissector::close_literal(std::uint64_t left) {
  if (response_.mail) close_mail(left == 0);
  if (response_.file) {
    const FileSeen seen = response_.file->finish(left == 0);
    if (!seen.id.empty()) response_.files.push_back(seen.id);
    response_.file.reset();
  }
  if (left != 0) end_response(false);
}

/// The octets of a message, or of a piece of one, are over. `whole`: all that were announced came.
void ImapDissector::close_mail(bool whole) {
  if (response_.piece && whole) {
    pieces_ = std::move(response_.mail);
    pieces_next_ = *response_.piece;
    return;
  }
  const std::unique_ptr<MailReader> reader = std::move(response_.mail);
  MailRecord& mail = reader->record();
  reader->finish(whole && !response_.header_only && !response_.inside);
  if (mail.frames.empty()) {  // not an octet of it came
    std::erase(response_.mails, mail.id);
    return;
  }
  if (response_.header_only && whole) {
    mail.complete = false;
    wiretale::note(mail.anomalies, session().limits(), AnomalyKind::unusual, "header_only",
                   "The client asked for the header only.", mail.frames.first);
  } else if (response_.inside && whole) {
    mail.complete = false;
    wiretale::note(mail.anomalies, session().limits(), AnomalyKind::unusual, "piece_only",
                   "The client asked for a piece from within the message.", mail.frames.first);
  } else if (!whole) {
    wiretale::note(mail.anomalies, session().limits(), AnomalyKind::cut_off, "end_missing",
                   "The message ends without the end that it should have.", mail.frames.last);
  }
  session().emit(mail);
}

/// No more pieces of a message come.
void ImapDissector::end_pieces(bool whole) {
  if (!pieces_) return;
  const std::unique_ptr<MailReader> reader = std::move(pieces_);
  MailRecord& mail = reader->record();
  reader->finish(whole);
  if (!whole)
    wiretale::note(mail.anomalies, session().limits(), AnomalyKind::unusual, "piece_only",
                   "The client did not ask for more of the message, or did not need to.", mail.frames.last);
  session().emit(mail);
}

}  // namespace wiretale::imap_mail
