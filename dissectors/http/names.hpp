// Methods and status codes, and a sentence about each for somebody who has just learned HTTP.
#pragma once

#include <cstdint>
#include <string_view>

namespace wiretale::web {

/// True for the methods of RFC 9110, PATCH (RFC 5789), those of WebDAV (RFC 4918) and of UPnP.
[[nodiscard]] bool known_method(std::string_view method);
/// The longest known method that the text ends with; empty where there is none.
[[nodiscard]] std::string_view known_method_at_end(std::string_view text);
/// What the method asks for, in a sentence; empty where it is not known.
[[nodiscard]] std::string_view explain_method(std::string_view method);
/// What a server says with this status, in a sentence; empty where it is not known.
[[nodiscard]] std::string_view explain_status(std::uint16_t status);
/// The reason phrase of RFC 9110, for a status line without one; empty where the code is not known.
[[nodiscard]] std::string_view reason_of(std::uint16_t status);

}  // namespace wiretale::web
