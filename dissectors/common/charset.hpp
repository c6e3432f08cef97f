// Text in the character sets of mails, turned into UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace wiretale {

/// Appends `text`, written in `charset` (an IANA name or a usual alias, in any case), to `out` as UTF-8. False, and
/// nothing appended, where the charset is unknown or the text is not well-formed in it. Single-byte charsets are
/// compiled in; iso-8859-1 is read as windows-1252, which is what mails mean by it. Those of East Asia and UTF-16 are
/// iconv(3)'s.
bool append_utf8(std::string& out, std::string_view text, std::string_view charset);

/// Appends one character as UTF-8 (RFC 3629); U+FFFD for what is no character.
void append_utf8(std::string& out, char32_t character);

/// True where append_utf8() knows this charset.
[[nodiscard]] bool known_charset(std::string_view charset);

}  // namespace wiretale
