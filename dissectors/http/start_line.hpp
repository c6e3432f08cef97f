// The first line of a message: request line and status line (RFC 9112, sections 3 and 4). No state.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <wiretale/dissector.hpp>

namespace wiretale::web {

/// A request line. The views point into the line.
struct RequestLine {
  std::string_view method;
  std::string_view target;
  std::string_view version;  ///< `1.1`; empty for HTTP/0.9, or where what stands there is no version
  bool odd_version = false;  ///< something stands after the target that is no HTTP version
  bool odd_target = false;   ///< the target is empty, or holds white space
};

/// A status line. The views point into the line.
struct StatusLine {
  std::uint16_t status = 0;
  std::string_view reason;
  std::string_view version;  ///< `1.1`; empty for ICY
  bool icy = false;          ///< `ICY 200 OK`, as Shoutcast servers say it
};

/// Reads a request line; nothing where the line is none. The methods of known_method() are known without `HTTP/x.y`
/// too.
[[nodiscard]] std::optional<RequestLine> parse_request_line(std::string_view line);
/// Reads a request line that may stand behind something else, as the end of a body whose start is missing. It must end
/// in `HTTP/x.y`.
[[nodiscard]] std::optional<RequestLine> find_request_line(std::string_view line);
/// Reads what there is of a request line longer than Limits::line_bytes; nothing where its method is not known.
[[nodiscard]] std::optional<RequestLine> parse_cut_request_line(std::string_view line);
/// Reads a status line; nothing where the line is none.
[[nodiscard]] std::optional<StatusLine> parse_status_line(std::string_view line);
/// Where a status line begins that may stand behind something else; nothing where there is none.
[[nodiscard]] std::optional<std::size_t> find_status_line(std::string_view line);

/// Protocol::probe of HTTP.
[[nodiscard]] Guess probe(Transport transport, Bytes start);

}  // namespace wiretale::web
