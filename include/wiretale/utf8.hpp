// UTF-8 (RFC 3629), one character at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wiretale {

/// A character as it stands at the start of a text.
struct Utf8Char {
  char32_t code = 0;
  std::size_t octets = 0;  ///< 0: no well-formed character stands there
};

/// The first character of `text`. Overlong forms, surrogates and numbers above U+10FFFF are not well-formed.
[[nodiscard]] constexpr Utf8Char first_utf8(std::string_view text) {
  const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  if (text.empty()) return {};
  const std::uint8_t lead = octet(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t octets = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < octets) return {};
  char32_t code = lead & (0x7fU >> octets);
  for (std::size_t i = 1; i < octets; ++i) {
    if ((octet(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (octet(i) & 0x3fU);
  }
  const bool overlong = code < (octets == 4 ? 0x10000U : octets == 3 ? 0x800U : 0x80U);
  if (overlong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return {};
  return {code, octets};
}

/// True for what a terminal or reader may take as a command: C0 and C1 controls, DEL, the controls of writing
/// direction, and the separators that some programs end lines at.
[[nodiscard]] constexpr bool control_char(char32_t code) {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x61c || code == 0x200e || code == 0x200f ||
         (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

}  // namespace wiretale
