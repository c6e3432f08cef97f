// Single fields of a mail's header that take more than decoding.
#pragma once

#include <string>
#include <string_view>

#include "common/mail.hpp"

namespace wiretale {

/// Takes a Received field apart (RFC 5321, section 4.4): clauses `from … by … via … with … id … for …; date`.
[[nodiscard]] MailHop parse_hop(std::string_view value);

/// A msg-id with its angle brackets, without what stands around it (RFC 5322, section 3.6.4).
[[nodiscard]] std::string parse_message_id(std::string_view value);

/// True where a line may be a field of a header section: a name of printable characters and a colon.
[[nodiscard]] bool is_field_line(std::string_view line);

}  // namespace wiretale
