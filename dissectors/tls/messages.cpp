#include "tls/messages.hpp"

#include <bit>

namespace wiretale::secure {
namespace {

std::uint64_t bits_of(Bytes number) {
  while (!number.empty() && number.front() == 0) number = number.subspan(1);
  if (number.empty()) return 0;
  return (number.size() - 1) * 8 + static_cast<std::uint64_t>(std::bit_width(number.front()));
}

}  // namespace

bool known_kind(std::uint8_t kind) {
  switch (static_cast<MessageKind>(kind)) {
    case MessageKind::hello_request:
    case MessageKind::client_hello:
    case MessageKind::server_hello:
    case MessageKind::hello_verify_request:
    case MessageKind::new_session_ticket:
    case MessageKind::hello_retry_request:
    case MessageKind::certificate:
    case MessageKind::server_key_exchange:
    case MessageKind::certificate_request:
    case MessageKind::server_hello_done:
    case MessageKind::certificate_verify:
    case MessageKind::client_key_exchange:
    case MessageKind::finished:
    case MessageKind::certificate_url:
    case MessageKind::certificate_status:
    case MessageKind::supplemental_data:
      return true;
  }
  return false;
}

CertificateList read_certificates(Bytes body) {
  CertificateList found;
  Cursor cursor(body);
  Cursor list = cursor.part(cursor.u24());
  while (!list.empty()) {
    const Bytes certificate = list.take(list.u24());
    if (list.ok()) found.certificates.push_back(certificate);
  }
  found.whole = cursor.ok() && list.ok() && cursor.empty();
  return found;
}

KeyExchange read_key_exchange(Bytes body, std::string_view suite) {
  constexpr std::uint8_t named_curve = 3;
  KeyExchange found;
  Cursor cursor(body);
  if (suite.find("_PSK_") != std::string_view::npos) cursor.skip(cursor.u16());  // the hint
  if (suite.find("ECDH") != std::string_view::npos) {
    if (cursor.u8() != named_curve) return found;
    const std::uint16_t group = cursor.u16();
    if (cursor.ok()) found.group = group;
  } else if (suite.find("DHE_") != std::string_view::npos || suite.find("DH_anon") != std::string_view::npos) {
    const Bytes prime = cursor.take(cursor.u16());
    if (cursor.ok() && !prime.empty()) found.prime_bits = bits_of(prime);
  }
  return found;
}

CertificateRequest read_certificate_request(Bytes body, bool with_signatures) {
  CertificateRequest found;
  Cursor cursor(body);
  const Bytes kinds = cursor.take(cursor.u8());
  found.kinds.assign(kinds.begin(), kinds.end());
  if (with_signatures) cursor.skip(cursor.u16());
  Cursor list = cursor.part(cursor.u16());
  while (!list.empty()) {
    const Bytes name = list.take(list.u16());
    if (list.ok()) found.authorities.push_back(name);
  }
  found.whole = cursor.ok() && list.ok() && cursor.empty();
  return found;
}

std::optional<std::uint32_t> read_ticket_lifetime(Bytes body) {
  Cursor cursor(body);
  const std::uint32_t seconds = cursor.u32();
  cursor.skip(cursor.u16());
  return cursor.ok() && cursor.empty() ? std::optional(seconds) : std::nullopt;
}

Bytes read_status(Bytes body) {
  constexpr std::uint8_t ocsp = 1;
  Cursor cursor(body);
  if (cursor.u8() != ocsp) return {};
  return cursor.take(cursor.u24());
}

}  // namespace wiretale::secure
