// Text that ends with a line holding only a dot: SMTP's DATA (RFC 5321, section 4.5.2), POP3's multi-line
// responses (RFC 1939, section 3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wiretale {

/// Finds the end of such a text and undoes its dot-stuffing, piece by piece, wherever the pieces are cut. It
/// looks at dots only, not at every line, and copies nothing.
///
/// A copy of it may run ahead over octets that are not taken yet; where it met no dot that mattered (events()
/// is the same) the octets are the text as it is.
class DotStuffing {
 public:
  /// `bare_lf`: lines of this text end with LF alone, as those of its peer did before.
  explicit DotStuffing(bool bare_lf = false) : bare_lf_(bare_lf) {}

  /// Takes the next octets, up to the end of the text at most, and gives those of the text to
  /// `sink(string_view)`. Returns how many were taken.
  template <class Sink>
  std::size_t take(std::string_view next, Sink&& sink);
  /// Octets are missing: what comes next may stand anywhere in a line. Gives what was held back to `sink`.
  template <class Sink>
  void lost(Sink&& sink);

  /// True when the line with the dot was taken.
  [[nodiscard]] bool ended() const { return place_ == Place::ended; }
  /// True right after a lone dot between line endings of which one is a LF alone: RFC 5321 says that the text
  /// goes on, some servers say that it is over. What follows tells.
  [[nodiscard]] bool maybe_ended() const { return place_ == Place::maybe; }
  /// Lone dots whose line endings were not CRLF on both sides.
  [[nodiscard]] std::uint64_t doubtful_ends() const { return doubtful_; }
  /// Grows with every dot that made the octets given to `sink` differ from those taken, or may yet.
  [[nodiscard]] std::uint64_t events() const { return events_; }

 private:
  enum class Place : std::uint8_t {
    inside,  ///< anywhere but in what follows
    dot,     ///< after a dot that starts a line
    dot_cr,  ///< after such a dot and a CR
    maybe,   ///< after such a dot and a line ending, one of the two endings being a LF alone
    ended
  };

  [[nodiscard]] bool starts_line(std::string_view next, std::size_t at) const;
  void remember(std::string_view taken);
  [[nodiscard]] std::string_view held_text() const;
  template <class Sink>
  bool resolve(char c, Sink&& sink);

  std::uint64_t events_ = 0;
  std::uint64_t doubtful_ = 0;
  Place place_ = Place::inside;
  bool bare_lf_;
  bool after_bare_ = false;  // the dot follows a LF alone
  bool cr_ = false;          // maybe: the dot was followed by CRLF
  char before_ = '\r';       // the last two octets taken; a text begins at the start of a line
  char last_ = '\n';
};

/// True where the octet at `at` is the first of a line, after CRLF or, in `after_bare_`'s sense, after a LF
/// alone.
inline bool DotStuffing::starts_line(std::string_view next, std::size_t at) const {
  return (at == 0 ? last_ : next[at - 1]) == '\n';
}

inline void DotStuffing::remember(std::string_view taken) {
  if (taken.empty()) return;
  before_ = taken.size() > 1 ? taken[taken.size() - 2] : last_;
  last_ = taken.back();
}

/// What was held back, when it turns out to be text. A dot after CRLF is stuffing and goes; one after a LF
/// alone stays.
inline std::string_view DotStuffing::held_text() const {
  std::string_view text;
  switch (place_) {
    case Place::dot:
      text = ".";
      break;
    case Place::dot_cr:
      text = ".\r";
      break;
    case Place::maybe:
      text = cr_ ? ".\r\n" : ".\n";
      break;
    default:
      return {};
  }
  return after_bare_ && !bare_lf_ ? text : text.substr(1);
}

/// The octet after a dot that starts a line. True where it was taken, and held back too.
template <class Sink>
bool DotStuffing::resolve(char c, Sink&& sink) {
  if (place_ == Place::dot && c == '\r') {
    place_ = Place::dot_cr;
    return true;
  }
  if (place_ != Place::maybe && c == '\n') {
    cr_ = place_ == Place::dot_cr;
    if (bare_lf_ || (cr_ && !after_bare_)) {
      place_ = Place::ended;
      return true;
    }
    ++doubtful_;
    place_ = Place::maybe;
    return true;
  }
  if (const std::string_view held = held_text(); !held.empty()) sink(held);
  place_ = Place::inside;
  return false;
}

template <class Sink>
std::size_t DotStuffing::take(std::string_view next, Sink&& sink) {
  std::size_t at = 0;    // looked at so far
  std::size_t from = 0;  // not given to sink yet
  while (at < next.size() && place_ != Place::ended) {
    if (place_ != Place::inside) {
      ++events_;
      if (resolve(next[at], sink)) {
        remember(next.substr(at, 1));
        from = ++at;
        continue;
      }
      from = at;
      // fall through: this octet is text, or a dot at the start of the next line
    }
    const std::size_t dot = next.find('.', at);
    if (dot == std::string_view::npos) {
      remember(next.substr(at));
      at = next.size();
      break;
    }
    if (!starts_line(next, dot)) {
      remember(next.substr(at, dot + 1 - at));
      at = dot + 1;
      continue;
    }
    remember(next.substr(at, dot - at));
    after_bare_ = before_ != '\r';
    if (dot > from) sink(next.substr(from, dot - from));
    place_ = Place::dot;
    ++events_;
    remember(".");
    from = at = dot + 1;
  }
  if (at > from && place_ == Place::inside) sink(next.substr(from, at - from));
  return at;
}

template <class Sink>
void DotStuffing::lost(Sink&& sink) {
  if (const std::string_view held = held_text(); !held.empty()) sink(held);
  if (place_ != Place::ended) place_ = Place::inside;
  before_ = last_ = 0;
}

}  // namespace wiretale
