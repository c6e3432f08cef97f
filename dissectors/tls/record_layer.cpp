#include "tls/record_layer.hpp"

#include <algorithm>
#include <array>

#include "tls/hello.hpp"
#include "tls/messages.hpp"

namespace wiretale::secure {
namespace {

constexpr Guess nothing{Verdict::no, std::nullopt};

/// The first record is one of the handshake: its message tells who speaks.
Guess probe_handshake(Bytes start, const RecordHead& head) {
  constexpr std::size_t message_head = 4;
  const Bytes message = slice(start, head_bytes, message_head);
  if (message.empty()) return {Verdict::maybe, std::nullopt};
  const auto kind = static_cast<MessageKind>(message[0]);
  if (!known_kind(message[0]) || head.length < message_head) return nothing;
  if (message.size() >= 2 && message[1] > 3) return nothing;  // no message is so long
  if (kind == MessageKind::client_hello) return {message.size() >= 2 ? Verdict::yes : Verdict::maybe, Side::client};
  if (kind == MessageKind::server_hello) return {message.size() >= 2 ? Verdict::yes : Verdict::maybe, Side::server};
  return {Verdict::maybe, std::nullopt};
}

/// In the middle of a session: sure where another record follows, or the octets end with this one.
Guess probe_record(Bytes start, const RecordHead& head) {
  const std::size_t end = head_bytes + head.length;
  if (start.size() < end) return {Verdict::maybe, std::nullopt};
  const Bytes rest = slice(start, end, head_bytes);
  if (rest.size() == head_bytes) return {read_head(rest) ? Verdict::yes : Verdict::no, std::nullopt};
  if (head.type == ContentType::alert) {
    const bool told = head.length == 2 && (start[head_bytes] == 1 || start[head_bytes] == 2);
    return {told || head.length >= 16 ? Verdict::yes : Verdict::no, std::nullopt};
  }
  return {rest.empty() && head.length >= 16 ? Verdict::yes : Verdict::maybe, std::nullopt};
}

/// A hello of SSLv2, whole: its lengths add up. That it is short of octets says nothing yet.
Guess probe_ssl2(Bytes start) {
  constexpr std::size_t fixed = 11;
  if (start.size() >= 3 && start[2] != ssl2::client_hello && start[2] != ssl2::server_hello) return nothing;
  const Ssl2Head head = read_ssl2_head(start);
  if (start.size() >= 2 && head.length < fixed - 2) return nothing;
  if (start.size() < 3) return {Verdict::maybe, std::nullopt};
  const bool client = start[2] == ssl2::client_hello;
  const Side speaker = client ? Side::client : Side::server;
  const std::size_t version_at = client ? 3 : 5;
  if (start.size() > version_at + 1) {
    const bool ssl_2_or_later = start[version_at] == 3 || (start[version_at] == 0 && start[version_at + 1] == 2);
    if (!ssl_2_or_later) return nothing;
  }
  if (start.size() < std::size_t{2} + head.length) return {Verdict::maybe, speaker};
  const Bytes message = slice(start, 2, head.length);
  const bool whole = client ? read_ssl2_client_hello(message).whole : read_ssl2_server_hello(message).whole;
  return whole ? Guess{Verdict::yes, speaker} : nothing;
}

/// PostgreSQL: a length, and a number that stands for "TLS, please" (Message Formats, SSLRequest).
constexpr std::array<std::uint8_t, 8> ssl_request{0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f};
/// MySQL: the head of a packet of 32 octets, the second one of the session (Connection Phase, SSLRequest).
constexpr std::array<std::uint8_t, 4> mysql_answer{32, 0, 0, 1};
constexpr std::uint8_t mysql_version = 10;
constexpr std::size_t mysql_head = 4;

/// True where one is the beginning of the other.
bool begins_alike(Bytes one, Bytes other) {
  const std::size_t size = std::min(one.size(), other.size());
  return std::ranges::equal(one.first(size), other.first(size));
}

/// MySQL's answer to the greeting, with the flag that asks for TLS, and 23 zeros at its end.
Guess probe_mysql_answer(Bytes start) {
  constexpr std::size_t flags = 5, zeros = 13, whole = 36;
  constexpr std::uint8_t wants_tls = 0x08;
  if (start.size() > flags && (start[flags] & wants_tls) == 0) return nothing;
  const Bytes rest = slice(start, zeros, whole - zeros);
  if (std::ranges::any_of(rest, [](std::uint8_t octet) { return octet != 0; })) return nothing;
  return {start.size() >= whole ? Verdict::yes : Verdict::maybe, Side::client};
}

/// What no record begins with may be what other protocols say before they turn to TLS.
Guess probe_preamble(Bytes start) {
  if (begins_alike(start, ssl_request))
    return {start.size() >= ssl_request.size() ? Verdict::yes : Verdict::maybe, Side::client};
  if (begins_alike(start, mysql_answer)) return probe_mysql_answer(start);
  constexpr std::uint8_t agreed = 'S', handshake = 22;
  if (start[0] == agreed && (start.size() == 1 || start[1] == handshake)) return {Verdict::maybe, Side::server};
  if (start.size() < head_bytes)
    return {start.size() < 3 || start[2] == 0 ? Verdict::maybe : Verdict::no, std::nullopt};
  return {find_preamble(Side::server, start) != Preamble::none ? Verdict::maybe : Verdict::no, Side::server};
}

}  // namespace

std::string_view name_of(Preamble preamble) {
  switch (preamble) {
    case Preamble::postgresql:
      return "postgresql";
    case Preamble::mysql:
      return "mysql";
    case Preamble::none:
      break;
  }
  return {};
}

Preamble find_preamble(Side side, Bytes start) {
  if (start.size() < head_bytes) return Preamble::none;
  if (side == Side::client && begins_alike(start, ssl_request)) return Preamble::postgresql;
  if (side == Side::client && begins_alike(start, mysql_answer)) return Preamble::mysql;
  const bool greeting = start[1] <= 3 && start[2] == 0 && start[3] == 0 && start[4] == mysql_version;
  return side == Side::server && greeting ? Preamble::mysql : Preamble::none;
}

std::size_t preamble_bytes(Preamble preamble, Bytes start) {
  if (preamble == Preamble::postgresql) return ssl_request.size();
  Cursor cursor(start);
  return mysql_head + (cursor.u16le());
}

std::optional<RecordHead> read_head(Bytes bytes) {
  Cursor cursor(bytes);
  const std::uint8_t type = cursor.u8();
  RecordHead head{static_cast<ContentType>(type), cursor.u16(), cursor.u16()};
  if (!cursor.ok() || type < static_cast<std::uint8_t>(ContentType::change_cipher_spec) ||
      type > static_cast<std::uint8_t>(ContentType::heartbeat))
    return std::nullopt;
  if (head.version >> 8 != 3 || (head.version & 0xff) > 4 || head.length > most_record_bytes) return std::nullopt;
  if (head.type == ContentType::change_cipher_spec && head.length != 1) return std::nullopt;
  if (head.length == 0 && head.type != ContentType::application_data) return std::nullopt;
  return head;
}

std::size_t distance_to_head(Bytes bytes) {
  std::size_t at = 0;
  for (; at + head_bytes <= bytes.size(); ++at)
    if (read_head(bytes.subspan(at, head_bytes))) return at;
  return at;
}

Ssl2Head read_ssl2_head(Bytes bytes) {
  Cursor cursor(bytes);
  const std::uint16_t word = cursor.u16();
  if ((word & 0x8000) != 0) return {2, static_cast<std::uint16_t>(word & 0x7fff)};
  return {3, static_cast<std::uint16_t>(word & 0x3fff)};
}

Guess probe(Transport transport, Bytes start) {
  if (transport != Transport::tcp || start.empty()) return nothing;
  if ((start[0] & 0x80) != 0 && (start.size() < 3 || start[2] != 0)) return probe_ssl2(start);
  if (start[0] < static_cast<std::uint8_t>(ContentType::change_cipher_spec) ||
      start[0] > static_cast<std::uint8_t>(ContentType::heartbeat) || (start.size() >= 2 && start[1] != 3))
    return probe_preamble(start);
  if (start.size() >= 3 && start[2] > 4) return nothing;
  if (start.size() < head_bytes) return {Verdict::maybe, std::nullopt};
  const std::optional<RecordHead> head = read_head(start);
  if (!head) return nothing;
  return head->type == ContentType::handshake ? probe_handshake(start, *head) : probe_record(start, *head);
}

}  // namespace wiretale::secure
