// FTP replies (RFC 959, section 4.2), and the addresses that commands and replies hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <wiretale/net.hpp>

namespace wiretale::file_transfer {

/// The largest first digit of a code: 6 is that of protected replies (RFC 2228).
inline constexpr char highest_class = '6';

/// `h1,h2,h3,h4,p1,p2` of PORT and of the reply to PASV, wherever in the text it stands (RFC 1123, section 4.1.2.6).
[[nodiscard]] std::optional<Endpoint> parse_host_port(std::string_view text);
/// `|1|10.0.0.1|6275|` of EPRT, and `(|||6446|)` of the reply to EPSV, which has no address (RFC 2428).
[[nodiscard]] std::optional<Endpoint> parse_extended(std::string_view text);

/// A path in quotes at the start of a text, doubled quotes undone: `"/pub" is the current directory` (RFC 959,
/// appendix II). Nothing where the text does not begin so.
[[nodiscard]] std::optional<std::string> quoted_path(std::string_view text);
/// The size that the reply to RETR tells: `Opening BINARY mode data connection for a.txt (812 bytes)`.
[[nodiscard]] std::optional<std::uint64_t> announced_octets(std::string_view text);
/// The name that the server chose for STOU: `FILE: a.txt` (RFC 1123, section 4.1.2.9), and what servers say instead.
[[nodiscard]] std::string_view unique_name(std::string_view text);

/// `base` with a path after it, `.` and `..` undone. Empty where that gives no absolute path: the base is unknown, or
/// the system's paths are no such.
[[nodiscard]] std::string join_path(std::string_view base, std::string_view path);

/// True for addresses that have a meaning inside a network only: RFC 1918, 6598, 3927, 4193, loopback, link-local.
[[nodiscard]] bool is_private(const IpAddress& ip);

/// What a code means after a command, for somebody who has just learned FTP.
[[nodiscard]] std::string_view explain_reply(std::uint16_t code, std::string_view command);

}  // namespace wiretale::file_transfer
