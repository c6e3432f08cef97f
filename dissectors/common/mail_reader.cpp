#include <algorithm>
#include <utility>

#include <wiretale/json.hpp>

#include "common/field_values.hpp"
#include "common/mail.hpp"
#include "common/mail_fields.hpp"
#include "common/mime_text.hpp"
#include "common/notes.hpp"

// The message as a whole, and its header sections. What is between them: mail_content.cpp.

namespace wiretale {
namespace {

constexpr std::size_t longest_boundary = 256;  // RFC 2046, section 5.1.1 allows 70

/// Media types that hold a message as it is (RFC 2046, section 5.2.1; RFC 6532, section 3.7).
bool is_message_type(std::string_view type) { return type == "message/rfc822" || type == "message/global"; }

}  // namespace

MailReader::MailReader(Session& session, std::string_view protocol, Side sender) : session_(session), sender_(sender) {
  record_.protocol = protocol;
}

void MailReader::note(AnomalyKind kind, std::string_view name, std::string_view text) {
  wiretale::note(record_.anomalies, session_.limits(), Anomaly{kind, name, std::string(text), where_.frames.last});
}

void MailReader::run(Bytes octets, const Where& where) {
  if (octets.empty()) return;
  if (total_ == 0) record_.time = where.first;
  record_.bytes += octets.size();
  record_.frames.add(where.frames);
  total_ += octets.size();
  where_ = where;
  feed(text_of(octets));
}

void MailReader::feed(std::string_view text) {
  while (!text.empty()) {
    switch (state_) {
      case State::header:
        text = header(text);
        break;
      case State::content:
        text = content(text);
        break;
      case State::lost_line:
      case State::delimiter: {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
        if (state_ == State::lost_line || then_header_) {
          state_ = State::header;
        } else {
          state_ = State::content;
          holding_ = true;
          held_.clear();
          held_where_ = where_;
        }
        break;
      }
    }
  }
}

void MailReader::missing(std::uint64_t count, const Where& where) {
  if (total_ == 0) record_.time = where.first;
  if (record_.frames.empty()) record_.frames = where.frames;
  total_ += count;
  record_.missing_bytes = record_.missing_bytes.value_or(0) + count;
  record_.complete = false;
  where_ = where;
  note(AnomalyKind::gap, "message_gap", "Octets of the message are not in the capture.");
  if (state_ == State::header) {
    line_.clear();
    cut_line_ = false;
    state_ = State::lost_line;
  }
  if (state_ != State::content) return;
  if (holding_) leaf(held_, held_where_);
  holding_ = false;
  held_.clear();
  if (!in_leaf_) return;
  leaf_whole_ = false;
  lost_group_ = encoding_ == Encoding::base64;
  if (lost_group_) {  // how long it is shows where the next line starts
    encoded_ += count;
    lost_where_ = where;
  } else if (file_) {
    file_->missing(count, where);
  }
}

void MailReader::finish(bool whole) {
  if (state_ == State::header && !line_.empty()) {
    const std::string line = std::move(line_);
    line_.clear();
    position_ = total_;
    if (whole || is_field_line(line)) header_line(line, Line::Ending::none);
  }
  // A header section that nothing follows; twice where it says that it holds a message.
  for (int again = 0; again < 2 && (state_ == State::header || state_ == State::lost_line); ++again) end_header();
  if (state_ == State::content && holding_) {
    const Match found = match(held_, true);
    if (found.kind == Match::Kind::yes)
      take_delimiter(found, total_ - held_.size());
    else
      leaf(held_, held_where_);
  }
  whole = whole && record_.complete;
  end_leaf(whole);
  const bool open = std::any_of(levels_.begin(), levels_.end(), [](const Level& l) { return !l.delimiter.empty(); });
  if (open && whole)
    note(AnomalyKind::unusual, "multipart_unclosed", "The message ends before the last delimiter of a multipart.");
  close_levels(0, total_, whole);
  record_.complete = whole;
}

/// Takes a line of the header section, or what there is of it.
std::string_view MailReader::header(std::string_view text) {
  for (const Level& level : levels_)
    if (level.part) record_.parts[*level.part].frames.add(where_.frames);
  const std::size_t end = text.find('\n');
  const std::size_t most = session_.limits().line_bytes;
  const std::string_view part = text.substr(0, end == std::string_view::npos ? end : end + 1);
  const std::string_view rest = text.substr(part.size());
  if (end != std::string_view::npos && line_.empty() && part.size() <= most) {
    position_ = total_ - rest.size();
    const bool crlf = part.ends_with("\r\n");
    header_line(part.substr(0, part.size() - (crlf ? 2 : 1)), crlf ? Line::Ending::crlf : Line::Ending::lf);
    return rest;
  }
  const std::size_t room = most - std::min(line_.size(), most);
  cut_line_ = cut_line_ || part.size() > room;
  const bool crlf = part.ends_with("\r\n") || (part == "\n" && line_cr_);
  line_cr_ = part.ends_with('\r');
  line_ += part.substr(0, room);
  if (end == std::string_view::npos) return rest;
  const std::string line = std::move(line_);
  line_.clear();
  position_ = total_ - rest.size();
  std::string_view whole = line;
  if (cut_line_) {
    session_.limit_reached("line_bytes");
    note(AnomalyKind::limit, "line_cut", "A line of the header section is longer than what is kept of one.");
  } else {
    whole.remove_suffix(crlf ? 2 : 1);
  }
  cut_line_ = false;
  header_line(whole, crlf ? Line::Ending::crlf : Line::Ending::lf);
  return rest;
}

void MailReader::header_line(std::string_view text, Line::Ending ending) {
  if (text.starts_with("--") && !levels_.empty()) {
    const Match found = match(text, true);
    if (found.kind == Match::Kind::yes) {  // the part has no body
      const std::uint64_t after = position_;
      end_header();
      take_delimiter(found, after);
      state_ = then_header_ ? State::header : State::content;
      holding_ = !then_header_;
      held_.clear();
      return;
    }
  }
  const bool folded = !text.empty() && (text.front() == ' ' || text.front() == '\t') && !fields_.empty();
  if (fields_.empty() && (text.starts_with("From ") || text.starts_with(">From "))) return;  // of a mailbox file
  if (ending == Line::Ending::lf)
    note(AnomalyKind::malformed, "bare_lf", "A line of the header section ends in LF, where CRLF is due.");
  if (text.empty() || folded || is_field_line(text)) {
    const Line line{text, where_, ending, false};
    if (!fields_.add(line, session_, record_.anomalies)) end_header();
    return;
  }
  // RFC 5322 wants an empty line before the body; readers of mail take such a line as its first.
  if (!fields_.empty() || levels_.empty())
    note(AnomalyKind::malformed, "header_without_end",
         "A line that is no header field stands where one, or the empty line before the body, is due.");
  end_header();
  feed(text);
  if (ending != Line::Ending::none) feed(ending == Line::Ending::crlf ? "\r\n" : "\n");
}

void MailReader::begin_header(std::string section, bool is_message) {
  fields_ = HeaderFields(HeaderSyntax::mime);
  line_.clear();
  section_ = std::move(section);
  is_message_ = is_message;
  state_ = State::header;
}

/// The header section is over: what follows is the body of a part, parts, or a message in a part.
void MailReader::end_header() {
  if (levels_.empty() && is_message_) read_message_fields();
  state_ = State::content;
  holding_ = true;
  held_.clear();
  held_where_ = where_;

  MailPart part;
  for (const Level& level : levels_) part.within.push_back(level.type);
  const bool in_digest = !levels_.empty() && levels_.back().type == "multipart/digest";
  MimeValue type = parse_mime_value(fields_.find("Content-Type").value_or(in_digest ? "message/rfc822" : "text/plain"));
  const MimeValue disposition = parse_mime_value(fields_.find("Content-Disposition").value_or(""));
  if (!type.clean || !disposition.clean)
    note(AnomalyKind::malformed, "undecodable_text",
         "A parameter of a part is in an unknown charset or not well-formed.");
  part.media_type = type.value.empty() ? "text/plain" : std::move(type.value);
  part.charset = type["charset"];
  part.encoding = lower(without_comments(fields_.find("Content-Transfer-Encoding").value_or("")));
  part.disposition = disposition.value;
  part.filename = disposition["filename"].empty() ? type["name"] : disposition["filename"];
  part.content_id = trim_ows(fields_.find("Content-ID").value_or(""));

  if (part.media_type.starts_with("multipart/") && open_multipart(part, type["boundary"])) return;
  if (is_message_)
    part.section = section_.empty() ? "1" : section_ + ".1";
  else
    part.section = section_;
  if (is_message_type(part.media_type) && open_message(part)) return;
  begin_leaf(std::move(part));
}

bool MailReader::open_multipart(const MailPart& part, std::string_view boundary) {
  if (boundary.empty() || boundary.size() > longest_boundary) {
    note(AnomalyKind::malformed, "boundary_invalid",
         boundary.empty() ? "A multipart has no boundary: its parts can't be told apart."
                          : "The boundary of a multipart is longer than RFC 2046 allows, and than is looked for.");
    return false;
  }
  if (levels_.size() >= session_.limits().mime_depth) {
    session_.limit_reached("mime_depth");
    note(AnomalyKind::limit, "mime_depth", "Multiparts are nested deeper than is looked into.");
    return false;
  }
  if (part.encoding == "base64" || part.encoding == "quoted-printable")
    note(AnomalyKind::malformed, "encoded_multipart", "A multipart claims to be encoded, which RFC 2045 forbids.");
  Level level;
  level.delimiter = "--";
  level.delimiter += boundary;
  level.type = part.media_type;
  if (!section_.empty()) level.section = section_ + ".";
  levels_.push_back(std::move(level));
  in_leaf_ = false;
  return true;
}

/// A message in a part. Its header section follows at once.
bool MailReader::open_message(MailPart& part) {
  if (part.encoding == "base64" || part.encoding == "quoted-printable") return false;
  if (levels_.size() >= session_.limits().mime_depth) {
    session_.limit_reached("mime_depth");
    note(AnomalyKind::limit, "mime_depth", "Messages are nested deeper than is looked into.");
    return false;
  }
  Level level;
  level.type = part.media_type;
  level.start = position_;
  const std::string section = part.section;
  level.part = add_part(std::move(part));
  levels_.push_back(std::move(level));
  in_leaf_ = false;
  begin_header(section, true);
  return true;
}

std::optional<std::size_t> MailReader::add_part(MailPart part) {
  if (record_.parts.size() >= session_.limits().mime_parts) {
    session_.limit_reached("mime_parts");
    note(AnomalyKind::limit, "mime_parts", "The mail has more parts than are told of one.");
    return std::nullopt;
  }
  record_.parts.push_back(std::move(part));
  return record_.parts.size() - 1;
}

void MailReader::read_message_fields() {
  bool clean = true;
  for (const HeaderField field : fields_) read_field(field.name, field.value, clean);
  if (!clean)
    note(AnomalyKind::malformed, "undecodable_text",
         "A header field holds an encoded word whose charset is unknown, or that is not well-formed in it.");
}

void MailReader::read_field(std::string_view name, std::string_view value, bool& clean) {
  const auto once = [&](std::string& slot, std::string text) {
    if (slot.empty())
      slot = std::move(text);
    else
      note(AnomalyKind::malformed, "repeated_field",
           "A header field that may stand once stands twice: readers may show different ones.");
  };
  const auto list = [&](std::vector<std::string>& slot) {
    const std::size_t most = session_.limits().record_items;
    for (std::string& mailbox : split_mailboxes(value, most, clean))
      if (slot.size() < most) slot.push_back(std::move(mailbox));
  };
  const auto is = [&](std::string_view wanted) { return equal_fold(name, wanted); };
  if (is("From"))
    once(record_.from, decode_words(value, clean));
  else if (is("Sender"))
    once(record_.sender, decode_words(value, clean));
  else if (is("Reply-To"))
    list(record_.reply_to);
  else if (is("To"))
    list(record_.to);
  else if (is("Cc"))
    list(record_.cc);
  else if (is("Bcc"))
    list(record_.bcc);
  else if (is("Subject"))
    once(record_.subject, decode_words(value, clean));
  else if (is("Date"))
    once(record_.date, std::string(value));
  else if (is("Message-ID"))
    once(record_.message_id, parse_message_id(value));
  else if (is("In-Reply-To"))
    once(record_.in_reply_to, without_comments(value));
  else if (is("User-Agent") || is("X-Mailer"))
    record_.user_agent = decode_words(value, clean);
  else if (is("Received") && record_.received.size() < session_.limits().record_items) {
    MailHop hop = parse_hop(value);
    if (present(hop)) record_.received.push_back(std::move(hop));  // one that says nothing is none
  }
}

}  // namespace wiretale
