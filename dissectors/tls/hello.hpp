// The two hellos, from octets: no state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <wiretale/bytes.hpp>

namespace wiretale::secure {

/// What both hellos may have. What was read before a fault is there.
struct Hello {
  std::uint16_t version = 0;  ///< as it stands in the hello itself
  Bytes random;
  Bytes session_id;
  std::vector<std::uint16_t> extensions;  ///< in order
  std::vector<std::string> alpn;          ///< offered, or the one chosen
  bool has_extensions = false;
  bool psk = false;
  bool fixed = false;  ///< what every hello has was read: all before the extensions
  bool whole = false;  ///< read to its end, and all of it makes sense
};

/// A ClientHello (RFC 8446, section 4.1.2; RFC 5246, section 7.4.1.2).
struct ClientHello : Hello {
  std::vector<std::uint32_t> suites;
  std::string server_name;
  std::vector<std::uint16_t> groups;
  std::vector<std::uint8_t> point_formats;
  std::vector<std::uint16_t> signatures;
  std::vector<std::uint16_t> versions;
  std::vector<std::uint16_t> shares;
  bool names_server = false;  ///< server_name is there, whatever it holds
  bool ticket = false;        ///< a session ticket that isn't empty
  bool early_data = false;
  bool encrypted_hello = false;
  bool ssl2_form = false;
};

/// A ServerHello or HelloRetryRequest (RFC 8446, sections 4.1.3 and 4.1.4).
struct ServerHello : Hello {
  std::optional<std::uint16_t> suite;
  std::optional<std::uint16_t> chosen_version;  ///< supported_versions
  std::optional<std::uint16_t> group;           ///< of the key share, or the one that a retry asks for
  bool retry = false;

  /// The version that holds from here on.
  [[nodiscard]] std::uint16_t negotiated() const { return chosen_version.value_or(version); }
};

/// Reads the body of a ClientHello. Views `body`.
[[nodiscard]] ClientHello read_client_hello(Bytes body);
/// Reads the body of a ServerHello.
[[nodiscard]] ServerHello read_server_hello(Bytes body);

/// A ClientHello in the form of SSLv2 (RFC 5246, appendix E.2), behind its record header.
[[nodiscard]] ClientHello read_ssl2_client_hello(Bytes message);
/// A ServerHello of SSLv2.
struct Ssl2ServerHello {
  bool session_hit = false;
  std::uint16_t version = 0;
  Bytes certificate;
  std::vector<std::uint32_t> suites;
  Bytes connection_id;
  bool whole = false;
};
[[nodiscard]] Ssl2ServerHello read_ssl2_server_hello(Bytes message);

}  // namespace wiretale::secure
