#include <wiretale/json.hpp>

#include <algorithm>
#include <bit>
#include <cmath>

#include <wiretale/utf8.hpp>

#include "api/write_text.hpp"

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
  if (text.size() >= 8 && at < text.size()) {
    // The last eight octets once more, without those that were seen.
    const auto seen = static_cast<unsigned>(at - (text.size() - 8));
    const std::uint64_t found = special(eight(text, text.size() - 8)) >> (8 * seen);
    return found == 0 ? text.size() : at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
  }
  for (; at < text.size(); ++at) {
    const auto octet = static_cast<std::uint8_t>(text[at]);
    if (octet < 0x20 || octet >= 0x7f || octet == '"' || octet == '\\') break;
  }
  return at;
}

/// Longest escape: `\u001f`.
constexpr std::size_t escape_room = 6;

char* write_u(char* to, char32_t code) {
  const char text[] = {'\\', 'u', hex[code >> 12 & 15], hex[code >> 8 & 15], hex[code >> 4 & 15], hex[code & 15]};
  static_assert(sizeof text == escape_room);
  std::memcpy(to, text, sizeof text);
  return to + sizeof text;
}

char* write_escape(char* to, char32_t code) {
  static constexpr std::string_view short_forms[] = {"\"\"", "\\\\", "\bb", "\ff", "\nn", "\rr", "\tt"};
  for (const std::string_view form : short_forms) {
    if (code != static_cast<char32_t>(form[0])) continue;
    *to++ = '\\';
    *to++ = form[1];
    return to;
  }
  return write_u(to, code);
}

/// `\\xNN`: what stands for an octet that isn't UTF-8.
char* write_octet(char* to, std::uint8_t octet) {
  const char text[] = {'\\', '\\', 'x', hex[octet >> 4], hex[octet & 15]};
  std::memcpy(to, text, sizeof text);
  return to + sizeof text;
}

}  // namespace

void JsonWriter::grow(std::size_t octets) {
  constexpr std::size_t least = 1024;
  const std::size_t size = at_ == nullptr ? out_.size() : static_cast<std::size_t>(at_ - start_);
  out_.resize(size + std::max(octets, least));
  start_ = out_.data();
  at_ = start_ + size;
  end_ = start_ + out_.size();
}

bool JsonWriter::text(std::string_view value) {
  const std::size_t first = skip_plain(value, 0);
  if (first == value.size()) {
    plain(value);
    return true;
  }
  comma();
  put('"');
  bool well_formed = true;
  std::size_t written = 0;
  for (std::size_t at = first; at < value.size(); at = skip_plain(value, at)) {
    const Utf8Char next = first_utf8(value.substr(at));
    // Controls of writing direction and the like are all below U+10000: one \u is enough.
    const bool escaped = control_char(next.code) || next.code == '"' || next.code == '\\';
    if (next.octets != 0 && !escaped) {
      at += next.octets;
      continue;
    }
    put(value.substr(written, at - written));
    char* const to = room(escape_room);
    if (next.octets != 0) {
      at_ = write_escape(to, next.code);
      at += next.octets;
    } else {
      at_ = write_octet(to, static_cast<std::uint8_t>(value[at]));
      well_formed = false;
      ++at;
    }
    written = at;
  }
  put(value.substr(written));
  put('"');
  return well_formed;
}

void JsonWriter::time(Timestamp value) {
  char* to = value_room(detail::text_room + 2);
  *to++ = '"';
  to = detail::write_rfc3339(to, value);
  *to++ = '"';
  at_ = to;
}

void JsonWriter::seconds(Nanos value) { at_ = detail::write_seconds(value_room(detail::text_room), value); }

void JsonWriter::address(const IpAddress& value) { quoted_address(value); }
void JsonWriter::address(const MacAddress& value) { quoted_address(value); }

template <class Address>
void JsonWriter::quoted_address(const Address& value) {
  char* to = value_room(detail::text_room + 2);
  *to++ = '"';
  to = detail::write_address(to, value);
  *to++ = '"';
  at_ = to;
}

void JsonWriter::code(std::string_view name, std::string_view prefix, std::uint32_t value) {
  if (!name.empty()) {
    plain(name);
    return;
  }
  char* to = value_room(prefix.size() + 12);
  *to++ = '"';
  to = copy(to, prefix);
  to = std::to_chars(to, to + 10, value, prefix.ends_with("0x") ? 16 : 10).ptr;
  *to++ = '"';
  at_ = to;
}

void JsonWriter::number(double value) {
  char* const to = value_room(32);
  at_ = std::isfinite(value) ? std::to_chars(to, to + 32, value).ptr : copy(to, "null");  // JSON has no such number
}

void write_twin(JsonWriter& json, std::string_view name, std::string_view octets) {
  std::string twin(name);
  twin += "_base64";
  json.key(twin);
  std::string& out = json.out();
  out += '"';
  append_base64(out, bytes_of(octets));
  out += '"';
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
