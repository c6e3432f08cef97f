#include "common/field_values.hpp"

#include <cstdint>
#include <cstring>
#include <limits>

#include <wiretale/char_set.hpp>

#include "common/base64.hpp"

namespace wiretale {
namespace {

constexpr char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

/// Eight characters at once, in lower case.
std::uint64_t small_eight(std::string_view text, std::size_t at) {
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101U;
  std::uint64_t word = 0;
  std::memcpy(&word, text.substr(at, sizeof word).data(), sizeof word);
  // The top bit of each octet tells whether it is from A to Z; octets beyond ASCII are left alone.
  const std::uint64_t low = word & ones * 0x7f;
  const std::uint64_t from_a = low + ones * (0x80 - 'A'), beyond_z = low + ones * (0x7f - 'Z');
  return word | (from_a & ~beyond_z & ~word & ones * 0x80) >> 2;
}

/// Offset of the first `separator` outside quoted strings from `start`, or the end.
std::size_t find_separator(std::string_view text, std::size_t start, char separator) {
  bool quoted = false;
  for (std::size_t i = start; i < text.size(); ++i) {
    if (quoted && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      quoted = !quoted;
    else if (!quoted && text[i] == separator)
      return i;
  }
  return text.size();
}

}  // namespace

std::string_view trim_ows(std::string_view text) {
  constexpr CharSet blanks(" \t");
  while (!text.empty() && blanks.has(text.front())) text.remove_prefix(1);
  while (!text.empty() && blanks.has(text.back())) text.remove_suffix(1);
  return text;
}

std::string unquote(std::string_view text) {
  if (!text.starts_with('"')) return std::string(text);
  std::string plain;
  for (std::size_t i = 1; i < text.size() && text[i] != '"'; ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    plain += text[i];
  }
  return plain;
}

bool equal_fold(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  std::size_t at = 0;
  for (; at + 8 <= a.size(); at += 8)
    if (small_eight(a, at) != small_eight(b, at)) return false;
  for (; at < a.size(); ++at)
    if (small(a[at]) != small(b[at])) return false;
  return true;
}

std::string lower(std::string_view text) {
  std::string small_text(text);
  for (char& c : small_text) c = small(c);
  return small_text;
}

std::string upper(std::string_view text) {
  std::string big_text(text);
  for (char& c : big_text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
  return big_text;
}

std::optional<std::uint64_t> decimal(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (std::numeric_limits<std::uint64_t>::max() - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

std::optional<std::string_view> next_element(std::string_view& list) {
  while (!list.empty()) {
    const std::size_t end = find_separator(list, 0, ',');
    const std::string_view element = trim_ows(list.substr(0, end));
    list.remove_prefix(end < list.size() ? end + 1 : end);
    if (!element.empty()) return element;
  }
  return std::nullopt;
}

std::string_view main_value(std::string_view value) { return trim_ows(value.substr(0, value.find(';'))); }

std::optional<std::string> parameter(std::string_view value, std::string_view name, char separator) {
  std::size_t start = 0;
  while (start < value.size()) {
    const std::size_t end = find_separator(value, start, separator);
    const std::string_view part = trim_ows(value.substr(start, end - start));
    const std::size_t equals = part.find('=');
    if (equals != std::string_view::npos && equal_fold(trim_ows(part.substr(0, equals)), name))
      return unquote(trim_ows(part.substr(equals + 1)));
    start = end + 1;
  }
  return std::nullopt;
}

std::optional<std::string> extended_parameter(std::string_view value, std::string_view name) {
  std::string starred(name);
  starred += '*';
  const std::optional<std::string> extended = parameter(value, starred);
  if (!extended) return parameter(value, name);
  // charset'language'text
  const std::size_t first = extended->find('\'');
  const std::size_t second = first == std::string::npos ? first : extended->find('\'', first + 1);
  if (second == std::string::npos) return percent_decode(*extended);
  return percent_decode(std::string_view(*extended).substr(second + 1));
}

std::string percent_decode(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto high = hex_digit(text[i + 1]);
      const auto low = hex_digit(text[i + 2]);
      if (high && low) {
        plain += static_cast<char>(*high << 4 | *low);
        i += 2;
        continue;
      }
    }
    plain += text[i];
  }
  return plain;
}

}  // namespace wiretale
