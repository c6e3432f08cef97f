#include "report/display.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include <wiretale/utf8.hpp>

#include "report/width_tables.hpp"

namespace wiretale::report {
namespace {

/// Marks in a row that are shown; more would climb over other lines.
constexpr unsigned marks_shown = 4;

template <std::size_t N>
bool within(const detail::Range (&ranges)[N], char32_t code) {
  const auto* range = std::ranges::lower_bound(ranges, code, {}, &detail::Range::last);
  return range != std::end(ranges) && range->first <= code;
}

std::size_t columns_of(char32_t code) {
  if (code < 0x300) return 1;
  if (within(detail::zero_columns, code)) return 0;
  return within(detail::two_columns, code) ? 2 : 1;
}

/// Characters that show nothing and may hide something.
bool invisible(char32_t code) {
  return code == 0xad || code == 0x180e || code == 0x200b || (code >= 0x2060 && code <= 0x206f) || code == 0xfeff ||
         (code >= 0xfff9 && code <= 0xfffb) || (code >= 0xe0000 && code <= 0xe0fff);
}

void append_control(std::string& out, char32_t code) {
  if (code >= 0x80) {
    fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", static_cast<std::uint32_t>(code));
    return;
  }
  // U+2400 and on are pictures of the controls: three octets, the last one counts.
  const char32_t picture = code == 0x7f ? 0x21 : code;
  out += "\xe2\x90";
  out += static_cast<char>(0x80 + picture);
}

bool plain(char c) { return c >= 0x20 && c < 0x7f; }

}  // namespace

void append_visible(std::string& out, std::string_view text) {
  unsigned marks = 0;
  while (!text.empty()) {
    const auto stop = std::ranges::find_if_not(text, plain);
    const auto run = static_cast<std::size_t>(stop - text.begin());
    if (run != 0) {
      out += text.substr(0, run);
      text.remove_prefix(run);
      marks = 0;
      continue;
    }
    const Utf8Char next = first_utf8(text);
    if (next.octets == 0) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<std::uint8_t>(text.front()));
      text.remove_prefix(1);
      continue;
    }
    marks = columns_of(next.code) == 0 ? marks + 1 : 0;
    if (control_char(next.code) || invisible(next.code) || marks > marks_shown)
      append_control(out, next.code);
    else
      out += text.substr(0, next.octets);
    text.remove_prefix(next.octets);
  }
}

std::string visible(std::string_view text) {
  std::string out;
  append_visible(out, text);
  return out;
}

std::size_t columns(std::string_view text) {
  std::size_t sum = 0;
  while (!text.empty()) {
    if (text.front() == '\x1b') {  // one of our own colours
      text.remove_prefix(std::min(text.find('m'), text.size() - 1) + 1);
      continue;
    }
    const Utf8Char next = first_utf8(text);
    sum += columns_of(next.code);
    text.remove_prefix(std::max<std::size_t>(next.octets, 1));
  }
  return sum;
}

std::size_t fitting(std::string_view text, std::size_t columns) {
  std::size_t at = 0, used = 0;
  while (at < text.size()) {
    const Utf8Char next = first_utf8(text.substr(at));
    used += columns_of(next.code);
    if (used > columns) break;
    at += std::max<std::size_t>(next.octets, 1);
  }
  return at;
}

std::string elided(std::string_view text, std::size_t columns) {
  if (fitting(text, columns) == text.size()) return std::string(text);
  std::string out(text.substr(0, fitting(text, columns == 0 ? 0 : columns - 1)));
  return out + "…";
}

Wrapped wrap(std::string_view text, std::size_t first, std::size_t others, std::size_t lines) {
  Wrapped wrapped;
  std::size_t width = std::max<std::size_t>(first, 2);
  while (!text.empty()) {
    std::size_t fits = fitting(text, width);
    if (fits == text.size()) {
      wrapped.lines.push_back(text);
      return wrapped;
    }
    if (lines != 0 && wrapped.lines.size() + 1 == lines) {
      wrapped.lines.push_back(text.substr(0, fitting(text, width - 1)));
      wrapped.more = true;
      return wrapped;
    }
    // At least one character a line, or it would never end.
    fits = std::max(fits, std::max<std::size_t>(first_utf8(text).octets, 1));
    std::size_t next = fits;
    if (const std::size_t space = text.rfind(' ', fits); space != std::string_view::npos && space > fits / 2) {
      fits = space;
      next = space + 1;
    }
    wrapped.lines.push_back(text.substr(0, fits));
    text.remove_prefix(next);
    width = std::max<std::size_t>(others, 2);
  }
  return wrapped;
}

void append_wrapped(std::string& out, std::string_view text, std::string_view indent, std::size_t width) {
  const std::size_t used = columns(indent);
  const std::size_t room = width > used ? width - used : 2;
  for (const std::string_view line : wrap(text, room, room).lines) {
    out += indent;
    out += line;
    out += '\n';
  }
}

}  // namespace wiretale::report
