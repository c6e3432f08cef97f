// SMTP replies (RFC 5321, section 4.2): lines taken apart, and what each code means.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace wiretale::mail_transfer {

/// One line of a reply.
struct ReplyLine {
  std::uint16_t code = 0;
  bool more = false;       ///< a hyphen follows the code: this is not the last line
  bool separated = false;  ///< a space or hyphen, or nothing, follows the code
  std::string_view text;
};

/// Takes a line apart; nothing where it does not start with a code.
[[nodiscard]] std::optional<ReplyLine> parse_reply_line(std::string_view line);

/// The class of an enhanced status code (RFC 3463, section 2) that a text begins with, `4` of `4.7.0`; 0 where there is
/// none.
[[nodiscard]] unsigned status_class(std::string_view text);

/// What a code means after a command, for somebody who has just learned SMTP.
[[nodiscard]] std::string_view explain_reply(std::uint16_t code, std::string_view command);

}  // namespace wiretale::mail_transfer
