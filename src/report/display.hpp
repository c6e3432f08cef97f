// Text for a terminal: what captured text may show there, and how many columns it takes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wiretale::report {

/// Appends `text` so that a terminal can only show it: controls as their pictures (`␀`, `␛`), characters that are
/// invisible or turn the writing direction as `\u{202e}`, octets that aren't UTF-8 as `\xff`. Line ends too.
void append_visible(std::string& out, std::string_view text);
[[nodiscard]] std::string visible(std::string_view text);

/// Columns that text takes which append_visible() made; colours take none.
[[nodiscard]] std::size_t columns(std::string_view text);

/// Octets at the start of `text` that fit into so many columns.
[[nodiscard]] std::size_t fitting(std::string_view text, std::size_t columns);

/// `text`, or so much of it that it fits with a `…` at its end.
[[nodiscard]] std::string elided(std::string_view text, std::size_t columns);

/// Lines of a text.
struct Wrapped {
  std::vector<std::string_view> lines;
  bool more = false;  ///< there is more than lines were allowed; the last one leaves a column for `…`
};

/// Breaks a text into lines: at spaces where that wastes less than half a line, else anywhere. The first line may have
/// another width than the others. `lines`: how many at most; 0: any number.
[[nodiscard]] Wrapped wrap(std::string_view text, std::size_t first, std::size_t others, std::size_t lines = 0);

/// Adds lines of `text`, wrapped to `width` columns, each after `indent`.
void append_wrapped(std::string& out, std::string_view text, std::string_view indent, std::size_t width);

}  // namespace wiretale::report
