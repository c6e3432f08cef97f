// Lines that begin with a code of three digits, as the replies of SMTP and FTP do.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace wiretale {

/// One line of a reply (RFC 959, section 4.2; RFC 5321, section 4.2).
struct ReplyLine {
  std::uint16_t code = 0;
  bool more = false;       ///< a hyphen follows the code: this is not the last line
  bool separated = false;  ///< a space or hyphen, or nothing, follows the code
  std::string_view text;
};

/// Takes a line apart; nothing where it does not start with a code. `highest`: the largest first digit that the
/// protocol has.
[[nodiscard]] std::optional<ReplyLine> parse_reply_line(std::string_view line, char highest = '5');

}  // namespace wiretale
