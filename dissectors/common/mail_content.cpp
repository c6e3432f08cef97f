#include "common/field_values.hpp"
#include "common/mail.hpp"

// Between header sections: bodies, and the delimiters of multiparts in and around them (RFC 2046, section 5.1).

namespace wiretale {
namespace {

bool is_attachment(const MailPart& part) {
  return !part.filename.empty() || part.disposition == "attachment" ||
         !(part.media_type.starts_with("text/") || part.media_type.starts_with("multipart/") ||
           part.media_type.starts_with("message/"));
}

/// What may follow a delimiter on its line.
bool ends_delimiter(char c) { return c == '\r' || c == '\n' || c == ' ' || c == '\t'; }

}  // namespace

/// Whether a line, with the line ending before it, is a delimiter of an open multipart. Inner ones come first, and a
/// delimiter of an outer one ends all within.
MailReader::Match MailReader::match(std::string_view line, bool final) const {
  Match found;
  std::size_t ending = 0;
  if (line.starts_with('\r')) {
    if (line.size() == 1) return {Match::Kind::more};
    if (line[1] != '\n') return found;
    ending = 2;
  } else if (line.starts_with('\n')) {
    ending = 1;
  }
  const std::string_view text = line.substr(ending);
  if (text.empty()) return {Match::Kind::more};
  if (text.front() != '-') return found;
  for (std::size_t level = levels_.size(); level-- > 0;) {
    const std::string_view delimiter = levels_[level].delimiter;
    if (delimiter.empty()) continue;
    if (text.size() < delimiter.size()) {
      if (delimiter.starts_with(text)) found.kind = Match::Kind::more;
      continue;
    }
    if (!text.starts_with(delimiter)) continue;
    std::string_view tail = text.substr(delimiter.size());
    const bool close = tail.starts_with("--");
    if (close) tail.remove_prefix(2);
    if (tail.empty() ? final : ends_delimiter(tail.front()))
      return {Match::Kind::yes, close, level, ending + delimiter.size() + (close ? 2 : 0)};
    if (tail.empty() || tail == "-") found.kind = Match::Kind::more;
  }
  return found;
}

/// Takes contents up to a delimiter. Text between line starts is never looked at but for its dashes.
std::string_view MailReader::content(std::string_view text) {
  if (levels_.empty()) {
    if (holding_) holding_ = false;
    leaf(text, where_);
    return {};
  }
  if (holding_) {
    text = held_content(text);
    if (state_ != State::content || text.empty()) return text;
  }
  for (std::size_t dash = text.find("--"); dash != std::string_view::npos; dash = text.find("--", dash + 1)) {
    if (dash == 0 || text[dash - 1] != '\n') continue;
    const std::size_t end = dash >= 2 && text[dash - 2] == '\r' ? dash - 2 : dash - 1;
    const Match found = match(text.substr(end), false);
    if (found.kind == Match::Kind::no) continue;
    leaf(text.substr(0, end), where_);
    if (found.kind == Match::Kind::yes) {
      take_delimiter(found, total_ - text.size() + end);
      return text.substr(end + found.size);
    }
    held_ = text.substr(end);
    held_where_ = where_;
    holding_ = true;
    return {};
  }
  // A line ending at the end may belong to a delimiter.
  std::size_t end = text.size();
  if (text.ends_with('\n')) --end;
  if (end != 0 && text[end - 1] == '\r') --end;
  if (text.ends_with("\n-")) end = text.size() - (text.ends_with("\r\n-") ? 3 : 2);
  leaf(text.substr(0, end), where_);
  if (end != text.size()) {
    held_ = text.substr(end);
    held_where_ = where_;
    holding_ = true;
  }
  return {};
}

/// Goes on with a line that began in an earlier piece.
std::string_view MailReader::held_content(std::string_view text) {
  while (!text.empty()) {
    held_ += text.front();
    const Match found = match(held_, false);
    if (found.kind == Match::Kind::more) {
      if (held_.size() == 1) held_where_ = where_;
      text.remove_prefix(1);
      continue;
    }
    held_.pop_back();  // the octet that decided is looked at again by who comes next
    holding_ = false;
    if (found.kind == Match::Kind::yes)
      take_delimiter(found, total_ - text.size() - held_.size());
    else
      leaf(held_, held_where_);
    held_.clear();
    return text;
  }
  return {};
}

void MailReader::take_delimiter(const Match& found, std::uint64_t content_end) {
  end_leaf(true);
  close_levels(found.level + 1, content_end, record_.complete);
  then_header_ = !found.close;
  if (found.close) {
    levels_.pop_back();
  } else {
    Level& level = levels_.back();
    begin_header(level.section + std::to_string(++level.parts), false);
  }
  state_ = State::delimiter;
}

/// Closes what is open beyond the first `keep` levels.
void MailReader::close_levels(std::size_t keep, std::uint64_t content_end, bool whole) {
  while (levels_.size() > keep) {
    const Level& level = levels_.back();
    if (level.part) {
      MailPart& message = record_.parts[*level.part];
      if (content_end > level.start) message.bytes = content_end - level.start;
      message.complete = whole;
      for (std::size_t inner = *level.part + 1; inner < record_.parts.size(); ++inner)
        message.frames.add(record_.parts[inner].frames);
    }
    levels_.pop_back();
  }
}

void MailReader::begin_leaf(MailPart part) {
  in_leaf_ = true;
  leaf_whole_ = true;
  lost_group_ = false;
  encoded_ = decoded_ = line_octets_ = line_chars_ = 0;
  base64_ = {};
  quoted_ = {};
  encoding_ = part.encoding == "base64"             ? Encoding::base64
              : part.encoding == "quoted-printable" ? Encoding::quoted_printable
                                                    : Encoding::identity;
  file_.reset();
  FileAbout about{record_.protocol, sender_, part.filename, part.media_type, std::nullopt};
  const bool attachment = is_attachment(part);
  leaf_ = add_part(std::move(part));
  if (attachment && leaf_) file_.emplace(session_, std::move(about));
}

/// Octets of a body.
void MailReader::leaf(std::string_view text, const Where& where) {
  if (!in_leaf_ || !leaf_ || text.empty()) return;
  MailPart& part = record_.parts[*leaf_];
  part.frames.add(where.frames);
  if (encoding_ == Encoding::identity) {
    part.bytes += text.size();
    if (file_) file_->run(bytes_of(text), where);
    return;
  }
  if (encoding_ == Encoding::base64) {
    measure_line(text);
    encoded_ += text.size();
  }
  if (lost_group_) {
    const std::size_t line = text.find('\n');
    if (line == std::string_view::npos) return;
    text.remove_prefix(line + 1);
    end_hole(encoded_ - text.size());
    base64_ = {};
  }
  unpacked_.clear();
  if (encoding_ == Encoding::quoted_printable) {
    quoted_.decode(text, unpacked_);
  } else if (file_ && file_->looks()) {
    base64_.decode(text, unpacked_);
  } else {
    const std::uint64_t before = base64_.bytes();
    base64_.count(text);
    part.bytes += base64_.bytes() - before;
    decoded_ += base64_.bytes() - before;
    if (file_) file_->count(base64_.bytes() - before, where);
    return;
  }
  part.bytes += unpacked_.size();
  decoded_ += unpacked_.size();
  if (file_) file_->run(bytes_of(unpacked_), where);
}

/// Notes how long the lines of a base64 body are: as the first one.
void MailReader::measure_line(std::string_view text) {
  if (line_octets_ != 0 || text.empty()) return;
  const std::size_t end = text.find('\n');
  if (end != std::string_view::npos && !lost_group_) {
    const char before = end != 0 ? text[end - 1] : last_char_;
    line_octets_ = encoded_ + end + 1;
    line_chars_ = line_octets_ - (before == '\r' ? 2 : 1);
  }
  last_char_ = text.back();
}

/// A hole in a base64 body ends where a line starts, so many octets of the body before it: all lines are as long as the
/// first one, or as MIME has them.
void MailReader::end_hole(std::uint64_t encoded) {
  lost_group_ = false;
  const bool known = line_octets_ != 0 && line_chars_ % 4 == 0;
  const std::uint64_t octets = known ? line_octets_ : 78, chars = known ? line_chars_ : 76;
  const std::uint64_t out = encoded / octets * (chars / 4 * 3) + std::min(encoded % octets, chars) / 4 * 3;
  if (out <= decoded_) return;
  if (file_) file_->missing(out - decoded_, lost_where_);
  decoded_ = out;
}

void MailReader::end_leaf(bool whole) {
  if (!in_leaf_) return;
  in_leaf_ = false;
  if (!leaf_) return;
  MailPart& part = record_.parts[*leaf_];
  lost_group_ = false;  // how much of what is missing was the part's can't be known
  unpacked_.clear();
  if (encoding_ == Encoding::quoted_printable) quoted_.finish(unpacked_);
  part.bytes += unpacked_.size();
  if (file_ && !unpacked_.empty()) file_->run(bytes_of(unpacked_), where_);
  if (leaf_whole_ && whole && (base64_.strange() != 0 || base64_.cut() || quoted_.strange() != 0))
    note(AnomalyKind::malformed, "encoding_broken", "A part is not in the transfer encoding that it claims.");
  part.complete = whole && leaf_whole_;
  if (!file_) return;
  FileSeen seen = file_->finish(part.complete);
  part.sha256 = std::move(seen.sha256);
  part.file = std::move(seen.id);
  file_.reset();
}

}  // namespace wiretale
