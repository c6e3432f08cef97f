#include "common/header_fields.hpp"

#include <wiretale/char_set.hpp>

#include "common/field_values.hpp"
#include "common/notes.hpp"

namespace wiretale {
namespace {

constexpr std::size_t usual_section = 768;  // octets: most sections need no second allocation
constexpr std::size_t usual_fields = 16;

constexpr CharSet blanks(" \t");
constexpr CharSet ends_of_name(": \t");

/// True where a NUL or a CR stands in `text`.
bool has_control(std::string_view text) {
  unsigned found = 0;  // without branches, so that the compiler takes many octets at once
  for (const char c : text) found |= static_cast<unsigned>(c == '\0') | static_cast<unsigned>(c == '\r');
  return found != 0;
}

}  // namespace

void HeaderFields::Notes::say(AnomalyKind kind, std::string_view name, std::string_view text) {
  note(anomalies, session.limits(), kind, name, text, frame);
}

bool HeaderFields::add(const Line& line, Session& session, std::vector<Anomaly>& anomalies) {
  Notes notes{session, anomalies, line.where.frames.last};
  const bool rest = continues_;
  continues_ = line.ending == Line::Ending::none;
  octets_ += line.text.size() + (line.ending == Line::Ending::crlf ? 2U : line.ending == Line::Ending::lf ? 1U : 0U);
  if (rest) return true;
  if (line.ending != Line::Ending::crlf) check_line(line, notes);
  if (line.text.empty() && !continues_) {
    ended_ = true;
    return false;
  }
  if (!room(notes)) return true;
  if (has_control(line.text))
    notes.say(AnomalyKind::malformed, "control_in_field", "A header field holds a NUL or a CR that ends no line.");
  if (blanks.has(line.text.front()))
    fold(line.text, notes);
  else
    field(line.text, notes);
  return true;
}

/// A line that doesn't end as it should.
void HeaderFields::check_line(const Line& line, Notes& notes) {
  if (line.ending == Line::Ending::lf) {
    if (syntax_ == HeaderSyntax::hypertext)
      notes.say(AnomalyKind::malformed, "bare_lf", "A line of the header section ends in LF, where CRLF is due.");
  } else if (line.text.size() < notes.session.limits().line_bytes) {
    notes.say(AnomalyKind::cut_off, "line_cut", "The header section ends within a line.");
  } else {
    notes.session.limit_reached("line_bytes");
    notes.say(AnomalyKind::limit, "line_cut", "A line of the header section is longer than what is kept of one.");
  }
}

bool HeaderFields::room(Notes& notes) {
  if (full_) return false;
  const Limits& limits = notes.session.limits();
  if (slots_.size() >= limits.header_fields) {
    notes.session.limit_reached("header_fields");
    notes.say(AnomalyKind::limit, "header_fields", "The header section has more fields than are kept of one.");
  } else if (octets_ > limits.header_bytes || octets_ > UINT32_MAX) {
    notes.session.limit_reached("header_bytes");
    notes.say(AnomalyKind::limit, "header_bytes", "The header section is longer than what is kept of one.");
  } else {
    return true;
  }
  full_ = true;
  return false;
}

/// A line that continues the field before it.
void HeaderFields::fold(std::string_view text, Notes& notes) {
  const std::string_view more = trim_ows(text);
  if (slots_.empty()) {
    notes.say(AnomalyKind::malformed, "leading_white_space",
              "White space stands before the first header field; RFC 9112, section 2.2 lets such lines be "
              "ignored.");
    if (!more.empty()) field(more, notes);
    return;
  }
  if (syntax_ == HeaderSyntax::hypertext)
    notes.say(AnomalyKind::malformed, "obs_fold", "A header field goes on in a second line, which RFC 9112 forbids.");
  if (more.empty()) return;
  Slot& slot = slots_.back();
  if (slot.value_size != 0) {
    if (syntax_ == HeaderSyntax::hypertext)
      text_ += ' ';
    else
      text_ += text.substr(0, blanks.first_other(text));
  }
  text_ += more;
  slot.value_size = static_cast<std::uint32_t>(text_.size() - slot.value);
}

void HeaderFields::field(std::string_view text, Notes& notes) {
  const std::size_t first = ends_of_name.first(text);
  if (first != 0 && first < text.size() && text[first] == ':') {
    put(text.substr(0, first), trim_ows(text.substr(first + 1)));
    return;
  }
  const std::size_t colon = text.find(':', first);
  std::string_view name = text.substr(0, colon);
  if (colon != std::string_view::npos && !name.empty() && blanks.has(name.back())) {
    if (syntax_ == HeaderSyntax::hypertext)
      notes.say(AnomalyKind::malformed, "space_before_colon",
                "White space stands between a field name and its colon: servers that read such a field "
                "differently can be "
                "played against each other.");
    name = trim_ows(name);
  }
  const bool spaced = blanks.in(name);
  if (colon == std::string_view::npos || (spaced && syntax_ == HeaderSyntax::mime)) {
    notes.say(AnomalyKind::malformed, "field_without_colon", "A line of the header section is no `name: value`.");
    put({}, trim_ows(text));
    return;
  }
  if (name.empty() || spaced)
    notes.say(AnomalyKind::malformed, "invalid_field_name", "A field name is empty or holds white space.");
  put(name, trim_ows(text.substr(colon + 1)));
}

void HeaderFields::put(std::string_view name, std::string_view value) {
  if (name.empty() && value.empty()) return;  // a colon alone: what is wrong with it was said
  if (slots_.empty()) {
    text_.reserve(usual_section);
    slots_.reserve(usual_fields);
  }
  const auto size = [](std::size_t n) { return static_cast<std::uint32_t>(n); };
  slots_.push_back({size(text_.size()), size(name.size()), size(text_.size() + name.size()), size(value.size())});
  text_ += name;
  text_ += value;
}

HeaderField HeaderFields::operator[](std::size_t index) const {
  const Slot& slot = slots_[index];
  const std::string_view text = text_;
  return {text.substr(slot.name, slot.name_size), text.substr(slot.value, slot.value_size)};
}

/// The first field of this name from number `from` on; size() where there is none.
std::size_t HeaderFields::next_named(std::string_view name, std::size_t from) const {
  const std::string_view text = text_;
  for (; from < slots_.size(); ++from) {
    const Slot& slot = slots_[from];
    if (slot.name_size == name.size() && equal_fold(text.substr(slot.name, slot.name_size), name)) break;
  }
  return from;
}

std::optional<std::string_view> HeaderFields::find(std::string_view name) const {
  const std::size_t at = next_named(name, 0);
  return at == slots_.size() ? std::nullopt : std::optional(value(slots_[at]));
}

std::size_t HeaderFields::count(std::string_view name) const {
  std::size_t found = 0;
  for (std::size_t at = next_named(name, 0); at < slots_.size(); at = next_named(name, at + 1)) ++found;
  return found;
}

}  // namespace wiretale
