#include "common/mime_text.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "common/base64.hpp"
#include "common/charset.hpp"
#include "common/field_values.hpp"

namespace wiretale {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// The Q encoding (RFC 2047, section 4.2): like quoted-printable, and `_` is a space.
std::string decode_q(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '=' && i + 2 < text.size()) {
      const auto high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
      if (high && low) {
        plain += static_cast<char>(*high << 4 | *low);
        i += 2;
        continue;
      }
    }
    plain += text[i] == '_' ? ' ' : text[i];
  }
  return plain;
}

/// An encoded word, `=?charset?encoding?text?=`.
struct EncodedWord {
  std::string_view charset;
  std::string octets;    // decoded, still in that charset
  std::size_t size = 0;  // of the whole word
  bool good = false;     // false: its encoding is unknown or broken
};

/// The encoded word that `text` starts with. `hopeless`: no later place can hold one either.
std::optional<EncodedWord> encoded_word(std::string_view text, bool& hopeless) {
  const std::size_t charset_end = text.find('?', 2);
  if (charset_end == std::string_view::npos) {
    hopeless = true;
    return std::nullopt;
  }
  std::string_view charset = text.substr(2, charset_end - 2);
  if (charset.empty() || charset.find_first_of(" \t\"") != std::string_view::npos) return std::nullopt;
  if (charset_end + 2 >= text.size() || text[charset_end + 2] != '?') return std::nullopt;
  const std::size_t start = charset_end + 3;
  const std::size_t end = text.find("?=", start);
  if (end == std::string_view::npos) {
    hopeless = true;
    return std::nullopt;
  }
  EncodedWord word;
  word.charset = charset.substr(0, charset.find('*'));  // the rest names a language (RFC 2231, section 5)
  word.size = end + 2;
  const std::string_view encoded = text.substr(start, end - start);
  const char encoding = text[charset_end + 1];
  if (encoding == 'Q' || encoding == 'q') {
    word.octets = decode_q(encoded);
    word.good = true;
  } else if (encoding == 'B' || encoding == 'b') {
    Base64Decoder decoder;
    decoder.decode(encoded, word.octets);
    word.good = decoder.strange() == 0;
  }
  return word;
}

/// Encoded words that follow each other in one charset: a character may begin in one and end in the next.
struct WordRun {
  std::string charset;
  std::string octets;
  std::string raw;  // as it was written, for when it can't be decoded
  bool good = true;

  void flush(std::string& out, bool& clean) {
    if (raw.empty()) return;
    if (!good || !append_utf8(out, octets, charset)) {
      out += raw;
      clean = false;
    }
    *this = {};
  }
};

/// Offset of the end of a quoted string that starts at `at`, behind its closing quote, or of the text.
std::size_t quoted_end(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\')
      ++at;
    else if (text[at] == '"')
      return at + 1;
  }
  return text.size();
}

/// Offset behind the comment that starts at `at`; comments nest.
std::size_t comment_end(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '\\')
      ++at;
    else if (text[at] == '(')
      ++depth;
    else if (text[at] == ')' && --depth == 0)
      return at + 1;
  }
  return text.size();
}

/// One `name=value` as it was sent, its name taken apart: `filename*1*` is segment 1 of filename, percent-encoded.
struct Segment {
  std::string name;
  std::size_t order = 0;  // among the value's parameters
  std::uint32_t number = 0;
  bool extended = false;
  bool numbered = false;
  std::string text;
};

Segment parse_segment(std::string_view part, std::size_t order) {
  Segment segment;
  segment.order = order;
  const std::size_t equals = part.find('=');
  std::string name = lower(trim_ows(part.substr(0, equals)));
  segment.text = unquote(trim_ows(part.substr(equals + 1)));
  if (name.ends_with('*')) {
    segment.extended = true;
    name.pop_back();
  }
  const std::size_t star = name.rfind('*');
  if (star != std::string::npos && star + 1 < name.size() && name.size() - star < 8 &&
      name.find_first_not_of("0123456789", star + 1) == std::string::npos) {
    for (const char digit : std::string_view(name).substr(star + 1))
      segment.number = segment.number * 10 + static_cast<std::uint32_t>(digit - '0');
    segment.numbered = true;
    name.resize(star);
  }
  segment.name = std::move(name);
  return segment;
}

/// Segments of one parameter, in order, to its text.
MimeValue::Parameter join_segments(const std::vector<Segment>& segments, std::size_t first, std::size_t end,
                                   bool& clean) {
  MimeValue::Parameter parameter;
  parameter.name = segments[first].name;
  std::string charset, octets;
  for (std::size_t i = first; i < end; ++i) {
    std::string_view text = segments[i].text;
    if (i == first && segments[i].extended) {  // charset'language'text
      const std::size_t one = text.find('\'');
      const std::size_t two = one == std::string_view::npos ? one : text.find('\'', one + 1);
      if (two != std::string_view::npos) {
        charset = text.substr(0, one);
        text.remove_prefix(two + 1);
      }
    }
    octets += segments[i].extended ? percent_decode(text) : std::string(text);
  }
  if (charset.empty())
    parameter.text = decode_words(octets, clean);  // not allowed there, and usual
  else if (!append_utf8(parameter.text, octets, charset)) {
    parameter.text = octets;
    clean = false;
  }
  return parameter;
}

}  // namespace

std::string decode_words(std::string_view text, bool& clean) {
  std::string out;
  WordRun run;
  std::size_t at = 0;
  bool hopeless = false;
  while (at < text.size()) {
    const std::size_t start = hopeless ? std::string_view::npos : text.find("=?", at);
    const std::string_view before = text.substr(at, start == std::string_view::npos ? start : start - at);
    const bool only_space = std::all_of(before.begin(), before.end(), is_space);
    if (start == std::string_view::npos) {
      run.flush(out, clean);
      out += before;
      break;
    }
    std::optional<EncodedWord> word = encoded_word(text.substr(start), hopeless);
    if (!word) {
      run.flush(out, clean);
      out += before;
      out += "=?";
      at = start + 2;
      continue;
    }
    if (!run.raw.empty() && only_space && run.good && word->good && equal_fold(run.charset, word->charset)) {
      run.raw += before;
    } else {
      const bool between = !run.raw.empty() && only_space;
      run.flush(out, clean);
      if (!between) out += before;
    }
    run.charset = word->charset;
    run.octets += word->octets;
    run.good = word->good;
    run.raw += text.substr(start, word->size);
    at = start + word->size;
  }
  run.flush(out, clean);
  return out;
}

std::string_view MimeValue::operator[](std::string_view name) const {
  for (const Parameter& parameter : parameters)
    if (parameter.name == name) return parameter.text;
  return {};
}

MimeValue parse_mime_value(std::string_view text) {
  constexpr std::size_t most_segments = 1000;  // of one value; a header section holds no more fields either
  MimeValue result;
  std::vector<Segment> segments;
  std::string part;
  bool first = true;
  const auto close = [&] {
    const std::string_view trimmed = trim_ows(part);
    if (first)
      result.value = lower(trimmed);
    else if (trimmed.find('=') != std::string_view::npos && segments.size() < most_segments)
      segments.push_back(parse_segment(trimmed, segments.size()));
    first = false;
    part.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '(' && first) {
      at = comment_end(text, at);
    } else if (text[at] == '"') {
      const std::size_t end = quoted_end(text, at);
      part += text.substr(at, end - at);
      at = end;
    } else if (text[at] == ';') {
      close();
      ++at;
    } else {
      part += text[at++];
    }
  }
  close();
  // Segments come first, in order, then the extended form, then the plain one: the first of a name is taken.
  std::sort(segments.begin(), segments.end(), [](const Segment& a, const Segment& b) {
    if (a.name != b.name) return a.name < b.name;
    if (a.numbered != b.numbered) return a.numbered;
    if (a.numbered && a.number != b.number) return a.number < b.number;
    if (!a.numbered && a.extended != b.extended) return a.extended;
    return a.order < b.order;
  });
  for (std::size_t i = 0; i < segments.size();) {
    std::size_t same = i + 1, end = i + 1;
    while (same < segments.size() && segments[same].name == segments[i].name) ++same;
    while (segments[i].numbered && end < same && segments[end].numbered &&
           segments[end].number == segments[end - 1].number + 1)
      ++end;
    result.parameters.push_back(join_segments(segments, i, end, result.clean));
    i = same;
  }
  return result;
}

std::vector<std::string> split_mailboxes(std::string_view text, std::size_t limit, bool& clean) {
  std::vector<std::string> mailboxes;
  std::size_t start = 0;
  bool angle = false;
  const auto close = [&](std::size_t end) {
    const std::string_view mailbox = trim_ows(text.substr(start, end - start));
    if (!mailbox.empty() && mailboxes.size() < limit) mailboxes.push_back(decode_words(mailbox, clean));
    start = end + 1;
  };
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"') {
      at = quoted_end(text, at);
      continue;
    }
    if (c == '(' && !angle) {
      at = comment_end(text, at);
      continue;
    }
    if (c == '<') angle = true;
    if (c == '>') angle = false;
    if (!angle && (c == ',' || c == ';')) close(at);
    if (!angle && c == ':') start = at + 1;  // the name of a group
    ++at;
  }
  close(text.size());
  return mailboxes;
}

std::string without_comments(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '(') {
      at = comment_end(text, at);
    } else if (text[at] == '"') {
      const std::size_t end = quoted_end(text, at);
      plain += text.substr(at, end - at);
      at = end;
    } else {
      plain += text[at++];
    }
  }
  return std::string(trim_ows(plain));
}

}  // namespace wiretale
