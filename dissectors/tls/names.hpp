// The names of numbers in TLS, and what they mean to somebody who learns it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <wiretale/record.hpp>

namespace wiretale::secure {

/// What numbers are called that a client sends only to keep servers tolerant of numbers they don't know (RFC 8701).
inline constexpr std::string_view grease = "GREASE";
/// True for one of the 16 numbers 0x0A0A, 0x1A1A … 0xFAFA (RFC 8701, section 2).
[[nodiscard]] constexpr bool is_grease(std::uint32_t number) {
  return number <= 0xffff && (number & 0x0f0f) == 0x0a0a && number >> 8 == (number & 0xff);
}

/// Cipher suites (IANA; RFC 8446, appendix B.4), and the cipher kinds of SSLv2, which have three octets.
struct CipherSuiteTable {
  static constexpr std::string_view prefix = "TLS_0x";
  [[nodiscard]] static std::string_view name(std::uint32_t number);
};
/// Extensions of hellos (IANA; RFC 8446, section 4.2).
struct ExtensionTable {
  static constexpr std::string_view prefix = "EXTENSION";
  [[nodiscard]] static std::string_view name(std::uint32_t number);
};
/// Named groups: curves, finite fields, hybrids (RFC 8446, section 4.2.7).
struct GroupTable {
  static constexpr std::string_view prefix = "GROUP";
  [[nodiscard]] static std::string_view name(std::uint32_t number);
};
/// Signature schemes (RFC 8446, section 4.2.3) and the pairs of hash and signature of TLS 1.2 that are none.
struct SignatureTable {
  static constexpr std::string_view prefix = "SIGNATURE_0x";
  [[nodiscard]] static std::string_view name(std::uint32_t number);
};
/// Alert descriptions (RFC 8446, section 6).
struct AlertTable {
  static constexpr std::string_view prefix = "ALERT";
  [[nodiscard]] static std::string_view name(std::uint32_t number);
};
/// Kinds of certificates that a server asks of a client (RFC 5246, section 7.4.4).
struct CertificateKindTable {
  static constexpr std::string_view prefix = "TYPE";
  [[nodiscard]] static std::string_view name(std::uint32_t number);
};

/// Extension numbers that are read, not only named.
namespace extension {
inline constexpr std::uint16_t server_name = 0, status_request = 5, supported_groups = 10, ec_point_formats = 11,
                               signature_algorithms = 13, alpn = 16, extended_master_secret = 23, session_ticket = 35,
                               pre_shared_key = 41, early_data = 42, supported_versions = 43, key_share = 51,
                               encrypted_client_hello = 0xfe0d, encrypted_server_name = 0xffce;
}

/// Version numbers as they stand in records and hellos.
inline constexpr std::uint16_t ssl_2 = 0x0002, ssl_3 = 0x0300, tls_1_0 = 0x0301, tls_1_1 = 0x0302, tls_1_2 = 0x0303,
                               tls_1_3 = 0x0304;
/// True for TLS 1.3 and its drafts.
[[nodiscard]] constexpr bool is_tls_1_3(std::uint16_t version) {
  return version == tls_1_3 || version >> 8 == 0x7f || version >> 8 == 0xfb;
}
/// `1.2`, `SSLv3`, `1.3 draft 28`; a number that is no version as `0x0505`.
[[nodiscard]] std::string version_name(std::uint16_t version);

/// What the description of an alert means, in a sentence; empty where there is nothing to add to its name.
[[nodiscard]] std::string_view explain_alert(std::string_view name);
/// How a cipher suite keeps the talk secret, in a sentence.
[[nodiscard]] std::string explain_suite(std::string_view name);

}  // namespace wiretale::secure
