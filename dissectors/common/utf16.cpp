#include "common/utf16.hpp"

#include "common/charset.hpp"

namespace wiretale {

std::string utf8_from_utf16le(Bytes octets) {
  constexpr char32_t replacement = 0xFFFD;
  const auto high = [](std::uint16_t unit) { return unit >= 0xD800 && unit < 0xDC00; };
  const auto low = [](std::uint16_t unit) { return unit >= 0xDC00 && unit < 0xE000; };
  std::string text;
  text.reserve(octets.size() / 2);
  Cursor cursor(octets);
  while (cursor.left() >= 2) {
    const std::uint16_t unit = cursor.u16le();
    if (unit < 0x80) {
      text += static_cast<char>(unit);
      continue;
    }
    char32_t character = high(unit) || low(unit) ? replacement : char32_t{unit};
    const auto next = static_cast<std::uint16_t>(cursor.peek() | cursor.peek(1) << 8);
    if (high(unit) && cursor.left() >= 2 && low(next)) {
      character = 0x10000U + ((unit & 0x3FFU) << 10 | (next & 0x3FFU));
      cursor.skip(2);
    }
    append_utf8(text, character);
  }
  return text;
}

}  // namespace wiretale
