// Where a message's body ends (RFC 9112, section 6). No state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/header_fields.hpp"

namespace wiretale::web {

/// Where faults of a message are noted.
struct Faults {
  const Limits& limits;
  std::vector<Anomaly>& anomalies;
  Frame frame;

  void say(AnomalyKind kind, std::string_view name, std::string_view text) const;
};

/// How a body is delimited.
struct Framing {
  enum class Kind : std::uint8_t { none, length, chunked, until_close };

  Kind kind = Kind::none;
  std::uint64_t length = 0;          ///< of Kind::length
  std::vector<std::string> codings;  ///< transfer codings other than chunked, in the order applied
};

/// Of a request (RFC 9112, section 6.3). `version` as in RequestLine.
[[nodiscard]] Framing frame_request(const HeaderFields& fields, std::string_view version, const Faults& faults);
/// Of a response to a request with this method; an unseen request counts as a GET. Not for a tunnel: 101, or 2xx to
/// CONNECT.
[[nodiscard]] Framing frame_response(std::uint16_t status, std::string_view method, const HeaderFields& fields,
                                     std::string_view version, const Faults& faults);

/// The size at the start of a chunk (RFC 9112, section 7.1).
struct ChunkSize {
  enum class Fault : std::uint8_t { none, no_number, overflow };

  std::uint64_t size = 0;
  std::string_view extension;  ///< what follows the first `;`
  Fault fault = Fault::none;
};
[[nodiscard]] ChunkSize parse_chunk_size(std::string_view line);

}  // namespace wiretale::web
