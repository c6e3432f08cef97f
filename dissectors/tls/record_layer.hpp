// Headers of records: TLS's, and those of SSLv2.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <wiretale/dissector.hpp>

namespace wiretale::secure {

/// What a record carries (RFC 8446, section 5.1).
enum class ContentType : std::uint8_t {
  change_cipher_spec = 20,
  alert = 21,
  handshake = 22,
  application_data = 23,
  heartbeat = 24
};

/// Octets of a record's header.
inline constexpr std::size_t head_bytes = 5;
/// The longest that a record may be: 2^14 octets, and 2048 that compression and encryption may add (RFC 5246, section
/// 6.2.3).
inline constexpr std::uint16_t most_record_bytes = 16384 + 2048;

/// A record's header.
struct RecordHead {
  ContentType type = ContentType::handshake;
  std::uint16_t version = 0;
  std::uint16_t length = 0;  ///< of what follows
};
/// The first 5 octets of `bytes` as a header; nothing where no record begins so.
[[nodiscard]] std::optional<RecordHead> read_head(Bytes bytes);
/// How many octets can be passed over before a header may begin: up to the first 5 that look like one, or all but 4.
[[nodiscard]] std::size_t distance_to_head(Bytes bytes);

/// The header of a record of SSLv2: 2 octets, or 3 where there is padding.
struct Ssl2Head {
  std::uint16_t head = 0;    ///< octets of the header
  std::uint16_t length = 0;  ///< of what follows
};
[[nodiscard]] Ssl2Head read_ssl2_head(Bytes bytes);

/// Kinds of messages of SSLv2.
namespace ssl2 {
inline constexpr std::uint8_t error = 0, client_hello = 1, client_master_key = 2, server_hello = 4;
}

/// Protocols without a dissector of their own that turn to TLS at once: PostgreSQL's SSLRequest, and MySQL's greeting
/// with the client's answer that it wants TLS.
enum class Preamble : std::uint8_t { none, postgresql, mysql };
[[nodiscard]] std::string_view name_of(Preamble preamble);
/// What the first octets of a side, at least 5, are the beginning of.
[[nodiscard]] Preamble find_preamble(Side side, Bytes start);
/// How long it is, given its beginning.
[[nodiscard]] std::size_t preamble_bytes(Preamble preamble, Bytes start);

/// What the first octets of a side say about this protocol.
[[nodiscard]] Guess probe(Transport transport, Bytes start);

}  // namespace wiretale::secure
