// SMTP replies (RFC 5321, section 4.2): what each code means.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/reply_line.hpp"

namespace wiretale::mail_transfer {

/// The class of an enhanced status code (RFC 3463, section 2) that a text begins with, `4` of `4.7.0`; 0 where there is
/// none.
[[nodiscard]] unsigned status_class(std::string_view text);

/// What a code means after a command, for somebody who has just learned SMTP.
[[nodiscard]] std::string_view explain_reply(std::uint16_t code, std::string_view command);

}  // namespace wiretale::mail_transfer
