#include "tls/hello.hpp"

#include <algorithm>
#include <array>

#include "tls/names.hpp"

namespace wiretale::secure {
namespace {

/// What makes a ServerHello a HelloRetryRequest: SHA-256 of "HelloRetryRequest" in place of the random.
constexpr std::array<std::uint8_t, 32> retry_random{0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
                                                    0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
                                                    0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

/// A vector of 16-bit numbers whose length comes first, in `length_octets` octets. False where it does not fit.
bool read_numbers(Cursor& cursor, std::size_t length_octets, std::vector<std::uint16_t>& numbers) {
  const std::size_t length = length_octets == 1 ? cursor.u8() : cursor.u16();
  Cursor list = cursor.part(length);
  while (list.left() >= 2) numbers.push_back(list.u16());
  return cursor.ok() && list.empty();
}

/// ProtocolNameList (RFC 7301, section 3.1).
bool read_alpn(Cursor& cursor, std::vector<std::string>& names) {
  Cursor list = cursor.part(cursor.u16());
  while (!list.empty()) {
    const Bytes name = list.take(list.u8());
    if (list.ok()) names.emplace_back(text_of(name));
  }
  return cursor.ok() && list.ok();
}

/// ServerNameList (RFC 6066, section 3): the first host name.
bool read_server_name(Cursor& cursor, std::string& found) {
  Cursor list = cursor.part(cursor.u16());
  while (!list.empty()) {
    const bool host = list.u8() == 0;
    const Bytes name = list.take(list.u16());
    if (list.ok() && host && found.empty()) found = text_of(name);
  }
  return cursor.ok() && list.ok();
}

/// KeyShareClientHello (RFC 8446, section 4.2.8): the groups only.
bool read_shares(Cursor& cursor, std::vector<std::uint16_t>& groups) {
  Cursor list = cursor.part(cursor.u16());
  while (!list.empty()) {
    const std::uint16_t group = list.u16();
    list.skip(list.u16());
    if (list.ok()) groups.push_back(group);
  }
  return cursor.ok() && list.ok();
}

/// One extension of a ClientHello; false where it is not as it should be.
bool read_extension(std::uint16_t type, Cursor data, ClientHello& hello) {
  switch (type) {
    case extension::server_name:
      hello.names_server = true;
      return data.empty() || read_server_name(data, hello.server_name);
    case extension::supported_groups:
      return read_numbers(data, 2, hello.groups);
    case extension::ec_point_formats: {
      const Bytes formats = data.take(data.u8());
      hello.point_formats.assign(formats.begin(), formats.end());
      return data.ok();
    }
    case extension::signature_algorithms:
      return read_numbers(data, 2, hello.signatures);
    case extension::alpn:
      return read_alpn(data, hello.alpn);
    case extension::session_ticket:
      hello.ticket = !data.empty();
      return true;
    case extension::pre_shared_key:
      hello.psk = true;
      return true;
    case extension::early_data:
      hello.early_data = true;
      return true;
    case extension::supported_versions:
      return read_numbers(data, 1, hello.versions);
    case extension::key_share:
      return read_shares(data, hello.shares);
    case extension::encrypted_client_hello:
    case extension::encrypted_server_name:
      hello.encrypted_hello = true;
      return true;
    default:
      return true;
  }
}

/// One extension of a ServerHello.
bool read_extension(std::uint16_t type, Cursor data, ServerHello& hello) {
  switch (type) {
    case extension::alpn:
      return read_alpn(data, hello.alpn);
    case extension::supported_versions: {
      const std::uint16_t version = data.u16();
      if (data.ok()) hello.chosen_version = version;
      return data.ok();
    }
    case extension::key_share: {
      const std::uint16_t group = data.u16();
      if (data.ok()) hello.group = group;
      return data.ok();
    }
    case extension::pre_shared_key:
      hello.psk = true;
      return true;
    default:
      return true;
  }
}

/// The extensions at the end of a hello. They may be missing altogether, up to TLS 1.2.
template <class AnyHello>
bool read_extensions(Cursor& cursor, AnyHello& hello) {
  if (cursor.empty()) return cursor.ok();
  hello.has_extensions = true;
  Cursor list = cursor.part(cursor.u16());
  bool good = true;
  while (list.left() >= 4) {
    const std::uint16_t type = list.u16();
    const std::size_t length = list.u16();
    const Cursor data = list.part(length);
    if (!list.ok()) return false;
    hello.extensions.push_back(type);
    good = read_extension(type, data, hello) && good;
  }
  return good && cursor.ok() && list.empty();
}

}  // namespace

ClientHello read_client_hello(Bytes body) {
  ClientHello hello;
  Cursor cursor(body);
  hello.version = cursor.u16();
  hello.random = cursor.take(retry_random.size());
  hello.session_id = cursor.take(cursor.u8());
  Cursor suites = cursor.part(cursor.u16());
  while (suites.left() >= 2) hello.suites.push_back(suites.u16());
  cursor.skip(cursor.u8());  // compression methods
  hello.fixed = cursor.ok() && suites.empty() && !hello.suites.empty();
  hello.whole = hello.fixed && read_extensions(cursor, hello) && cursor.empty();
  return hello;
}

ServerHello read_server_hello(Bytes body) {
  ServerHello hello;
  Cursor cursor(body);
  hello.version = cursor.u16();
  hello.random = cursor.take(retry_random.size());
  hello.retry = std::ranges::equal(hello.random, retry_random);
  // The drafts of TLS 1.3 before 22 have neither session id nor compression method here.
  const bool draft = is_tls_1_3(hello.version);
  if (!draft) hello.session_id = cursor.take(cursor.u8());
  const std::uint16_t suite = cursor.u16();
  if (cursor.ok()) hello.suite = suite;
  if (!draft) cursor.skip(1);
  hello.fixed = cursor.ok();
  hello.whole = hello.fixed && read_extensions(cursor, hello) && cursor.empty();
  return hello;
}

ClientHello read_ssl2_client_hello(Bytes message) {
  ClientHello hello;
  hello.ssl2_form = true;
  Cursor cursor(message);
  cursor.skip(1);
  hello.version = cursor.u16();
  const std::size_t suite_octets = cursor.u16();
  const std::size_t session_octets = cursor.u16();
  const std::size_t challenge_octets = cursor.u16();
  Cursor suites = cursor.part(suite_octets);
  while (suites.left() >= 3) hello.suites.push_back(suites.u24());
  hello.session_id = cursor.take(session_octets);
  hello.random = cursor.take(challenge_octets);
  hello.fixed = cursor.ok() && suites.empty() && !hello.suites.empty();
  hello.whole = hello.fixed && cursor.empty();
  return hello;
}

Ssl2ServerHello read_ssl2_server_hello(Bytes message) {
  Ssl2ServerHello hello;
  Cursor cursor(message);
  cursor.skip(1);
  hello.session_hit = cursor.u8() != 0;
  cursor.skip(1);  // the certificate's type: X.509 is the only one
  hello.version = cursor.u16();
  const std::size_t certificate_octets = cursor.u16();
  const std::size_t suite_octets = cursor.u16();
  const std::size_t connection_octets = cursor.u16();
  hello.certificate = cursor.take(certificate_octets);
  Cursor suites = cursor.part(suite_octets);
  while (suites.left() >= 3) hello.suites.push_back(suites.u24());
  hello.connection_id = cursor.take(connection_octets);
  hello.whole = cursor.ok() && suites.empty() && cursor.empty();
  return hello;
}

}  // namespace wiretale::secure
