#include <wiretale/json.hpp>

#include <bit>
#include <cmath>

#include <wiretale/utf8.hpp>

namespace wiretale {
namespace {

constexpr char hex[] = "0123456789abcdef";
constexpr std::uint64_t ones = 0x0101'0101'0101'0101U;
constexpr std::uint64_t tops = ones << 7;

/// Eight octets as a number, the first one lowest.
std::uint64_t eight(std::string_view text, std::size_t at) {
  std::uint64_t word;
  std::memcpy(&word, text.data() + at, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

/// Sets the top bit of octets that JSON text can't hold as they are, or that are not ASCII: right for the
/// lowest octet that has it set, which is all that is asked. (Bit tricks: `v - ones` borrows into the top bit
/// where an octet is 0.)
std::uint64_t special(std::uint64_t word) {
  const std::uint64_t controls = word - ones * 0x20;
  const std::uint64_t quotes = (word ^ ones * '"') - ones;
  const std::uint64_t backslashes = (word ^ ones * '\\') - ones;
  const std::uint64_t deletes = (word ^ ones * 0x7f) - ones;
  return (controls | quotes | backslashes | deletes | word) & tops;
}

/// The first octet from `at` on that is not plain; the text's size where all are.
std::size_t skip_plain(std::string_view text, std::size_t at) {
  for (; at + 8 <= text.size(); at += 8) {
    const std::uint64_t found = special(eight(text, at));
    if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
  }
  for (; at < text.size(); ++at) {
    const auto octet = static_cast<std::uint8_t>(text[at]);
    if (octet < 0x20 || octet >= 0x7f || octet == '"' || octet == '\\') break;
  }
  return at;
}

void append_u(std::string& out, char32_t code) {
  const char text[] = {'\\', 'u', hex[code >> 12 & 15], hex[code >> 8 & 15], hex[code >> 4 & 15], hex[code & 15]};
  out.append(text, sizeof text);
}

void append_escape(std::string& out, char32_t code) {
  switch (code) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\b':
      out += "\\b";
      break;
    case '\f':
      out += "\\f";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      append_u(out, code);
  }
}

}  // namespace

void JsonWriter::text(std::string_view value) {
  comma();
  out_ += '"';
  std::size_t written = 0;
  for (std::size_t at = skip_plain(value, 0); at < value.size(); at = skip_plain(value, at)) {
    const Utf8Char next = first_utf8(value.substr(at));
    // Controls of writing direction and the like are all below U+10000: one \u is enough.
    const bool escaped = control_char(next.code) || next.code == '"' || next.code == '\\';
    if (next.octets != 0 && !escaped) {
      at += next.octets;
      continue;
    }
    out_ += value.substr(written, at - written);
    if (next.octets != 0) {
      append_escape(out_, next.code);
      at += next.octets;
    } else {
      const auto octet = static_cast<std::uint8_t>(value[at]);
      const char text[] = {'\\', '\\', 'x', hex[octet >> 4], hex[octet & 15]};
      out_.append(text, sizeof text);
      ++at;
    }
    written = at;
  }
  out_ += value.substr(written);
  out_ += '"';
}

void JsonWriter::number(double value) {
  comma();
  if (!std::isfinite(value)) {  // JSON has no such number
    out_ += "null";
    return;
  }
  char digits[32];
  out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

bool valid_utf8(std::string_view text) {
  std::size_t at = 0;
  for (;;) {
    while (at + 8 <= text.size() && (eight(text, at) & tops) == 0) at += 8;
    if (at >= text.size()) return true;
    const Utf8Char next = first_utf8(text.substr(at));
    if (next.octets == 0) return false;
    at += next.octets;
  }
}

void append_base64(std::string& out, Bytes bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  while (!bytes.empty()) {
    const Bytes three = slice(bytes, 0, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) bits = bits << 8 | (i < three.size() ? three[i] : 0U);
    char text[4];
    for (std::size_t i = 0; i < 4; ++i) text[i] = i <= three.size() ? digits[bits >> (18 - 6 * i) & 63] : '=';
    out.append(text, sizeof text);
    bytes = bytes.subspan(three.size());
  }
}

}  // namespace wiretale
