// Values of header fields: lists, parameters, quoted strings (RFC 9110, section 5.6).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wiretale {

/// Without spaces and tabs around.
[[nodiscard]] std::string_view trim_ows(std::string_view text);
/// A token as it is, a quoted string without quotes and escapes; up to its end where the closing quote is missing.
[[nodiscard]] std::string unquote(std::string_view text);
/// Equal but for the case of ASCII letters.
[[nodiscard]] bool equal_fold(std::string_view a, std::string_view b);
/// ASCII letters in lower case.
[[nodiscard]] std::string lower(std::string_view text);
/// ASCII letters in upper case.
[[nodiscard]] std::string upper(std::string_view text);
/// A text of decimal digits only; nothing for any other, and for numbers beyond 64 bits.
[[nodiscard]] std::optional<std::uint64_t> decimal(std::string_view text);

/// Takes the next element off a comma-separated list, trimmed; commas in quoted strings don't count. Empty
/// elements are passed over. Nothing at the end of the list.
[[nodiscard]] std::optional<std::string_view> next_element(std::string_view& list);

/// What stands before the first `;`, trimmed: `text/html` of `text/html; charset=utf-8`.
[[nodiscard]] std::string_view main_value(std::string_view value);
/// A parameter after the main value (or of an auth scheme's list, `separator` being a comma): quoted strings
/// without quotes and escapes. Nothing where there is no such parameter.
[[nodiscard]] std::optional<std::string> parameter(std::string_view value, std::string_view name, char separator = ';');
/// A parameter that may also be written `name*=UTF-8''%e2%82%ac` (RFC 8187), which wins. The text is as sent
/// but for the percent signs.
[[nodiscard]] std::optional<std::string> extended_parameter(std::string_view value, std::string_view name);
/// Undoes percent-encoding (RFC 3986, section 2.1); a `%` without two hex digits remains.
[[nodiscard]] std::string percent_decode(std::string_view text);

}  // namespace wiretale
