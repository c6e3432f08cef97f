// The other messages of a handshake that are sent in clear, from octets: no state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/bytes.hpp>
#include <wiretale/limits.hpp>

namespace wiretale::secure {

/// Kinds of handshake messages (RFC 8446, section 4; RFC 5246, section 7.4).
enum class MessageKind : std::uint8_t {
  hello_request = 0,
  client_hello = 1,
  server_hello = 2,
  hello_verify_request = 3,
  new_session_ticket = 4,
  hello_retry_request = 6,  // drafts of TLS 1.3
  certificate = 11,
  server_key_exchange = 12,
  certificate_request = 13,
  server_hello_done = 14,
  certificate_verify = 15,
  client_key_exchange = 16,
  finished = 20,
  certificate_url = 21,
  certificate_status = 22,
  supplemental_data = 23
};
/// True for a kind that a client or server may send in clear.
[[nodiscard]] bool known_kind(std::uint8_t kind);

/// The certificates of a Certificate message up to TLS 1.2, each in DER. `whole`: it was read to its end.
struct CertificateList {
  std::vector<Bytes> certificates;
  bool whole = false;
};
[[nodiscard]] CertificateList read_certificates(Bytes body);

/// What a ServerKeyExchange tells of the group.
struct KeyExchange {
  std::optional<std::uint16_t> group;
  std::optional<std::uint64_t> prime_bits;
};
/// Reads a ServerKeyExchange of this cipher suite; empty where the suite has none that can be read.
[[nodiscard]] KeyExchange read_key_exchange(Bytes body, std::string_view suite);

/// A CertificateRequest up to TLS 1.2.
struct CertificateRequest {
  std::vector<std::uint8_t> kinds;
  std::vector<Bytes> authorities;  ///< distinguished names in DER
  bool whole = false;
};
/// `with_signatures`: TLS 1.2 lists signature algorithms in it.
[[nodiscard]] CertificateRequest read_certificate_request(Bytes body, bool with_signatures);

/// Seconds that a ticket may be used (RFC 5077, section 3.3); nothing where the message is malformed.
[[nodiscard]] std::optional<std::uint32_t> read_ticket_lifetime(Bytes body);
/// The OCSP response of a CertificateStatus (RFC 6066, section 8); empty where there is none.
[[nodiscard]] Bytes read_status(Bytes body);

}  // namespace wiretale::secure
