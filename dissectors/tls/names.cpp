#include "tls/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wiretale::secure {
namespace {

struct Entry {
  std::uint32_t number;
  std::string_view name;
};

template <std::size_t N>
std::string_view find(const std::array<Entry, N>& table, std::uint32_t number) {
  const auto found = std::ranges::lower_bound(table, number, {}, &Entry::number);
  return found != table.end() && found->number == number ? found->name : std::string_view{};
}

constexpr auto extensions = std::to_array<Entry>({
    {0, "server_name"},
    {1, "max_fragment_length"},
    {2, "client_certificate_url"},
    {3, "trusted_ca_keys"},
    {4, "truncated_hmac"},
    {5, "status_request"},
    {6, "user_mapping"},
    {7, "client_authz"},
    {8, "server_authz"},
    {9, "cert_type"},
    {10, "supported_groups"},
    {11, "ec_point_formats"},
    {12, "srp"},
    {13, "signature_algorithms"},
    {14, "use_srtp"},
    {15, "heartbeat"},
    {16, "application_layer_protocol_negotiation"},
    {17, "status_request_v2"},
    {18, "signed_certificate_timestamp"},
    {19, "client_certificate_type"},
    {20, "server_certificate_type"},
    {21, "padding"},
    {22, "encrypt_then_mac"},
    {23, "extended_master_secret"},
    {24, "token_binding"},
    {25, "cached_info"},
    {26, "tls_lts"},
    {27, "compress_certificate"},
    {28, "record_size_limit"},
    {29, "pwd_protect"},
    {30, "pwd_clear"},
    {31, "password_salt"},
    {32, "ticket_pinning"},
    {33, "tls_cert_with_extern_psk"},
    {34, "delegated_credential"},
    {35, "session_ticket"},
    {36, "TLMSP"},
    {39, "supported_ekt_ciphers"},
    {41, "pre_shared_key"},
    {42, "early_data"},
    {43, "supported_versions"},
    {44, "cookie"},
    {45, "psk_key_exchange_modes"},
    {47, "certificate_authorities"},
    {48, "oid_filters"},
    {49, "post_handshake_auth"},
    {50, "signature_algorithms_cert"},
    {51, "key_share"},
    {52, "transparency_info"},
    {54, "connection_id"},
    {55, "external_id_hash"},
    {56, "external_session_id"},
    {57, "quic_transport_parameters"},
    {58, "ticket_request"},
    {59, "dnssec_chain"},
    {13172, "next_protocol_negotiation"},
    {17513, "application_settings_old"},
    {17613, "application_settings"},
    {30031, "channel_id_old"},
    {30032, "channel_id"},
    {65037, "encrypted_client_hello"},
    {65281, "renegotiation_info"},
    {65486, "encrypted_server_name"},
});

constexpr auto groups = std::to_array<Entry>({
    {1, "sect163k1"},
    {2, "sect163r1"},
    {3, "sect163r2"},
    {4, "sect193r1"},
    {5, "sect193r2"},
    {6, "sect233k1"},
    {7, "sect233r1"},
    {8, "sect239k1"},
    {9, "sect283k1"},
    {10, "sect283r1"},
    {11, "sect409k1"},
    {12, "sect409r1"},
    {13, "sect571k1"},
    {14, "sect571r1"},
    {15, "secp160k1"},
    {16, "secp160r1"},
    {17, "secp160r2"},
    {18, "secp192k1"},
    {19, "secp192r1"},
    {20, "secp224k1"},
    {21, "secp224r1"},
    {22, "secp256k1"},
    {23, "secp256r1"},
    {24, "secp384r1"},
    {25, "secp521r1"},
    {26, "brainpoolP256r1"},
    {27, "brainpoolP384r1"},
    {28, "brainpoolP512r1"},
    {29, "x25519"},
    {30, "x448"},
    {31, "brainpoolP256r1tls13"},
    {32, "brainpoolP384r1tls13"},
    {33, "brainpoolP512r1tls13"},
    {34, "GC256A"},
    {35, "GC256B"},
    {36, "GC256C"},
    {37, "GC256D"},
    {38, "GC512A"},
    {39, "GC512B"},
    {40, "GC512C"},
    {41, "curveSM2"},
    {256, "ffdhe2048"},
    {257, "ffdhe3072"},
    {258, "ffdhe4096"},
    {259, "ffdhe6144"},
    {260, "ffdhe8192"},
    {512, "MLKEM512"},
    {513, "MLKEM768"},
    {514, "MLKEM1024"},
    {4587, "SecP256r1MLKEM768"},
    {4588, "X25519MLKEM768"},
    {4589, "SecP384r1MLKEM1024"},
    {25497, "X25519Kyber768Draft00"},
    {25498, "SecP256r1Kyber768Draft00"},
    {65281, "arbitrary_explicit_prime_curves"},
    {65282, "arbitrary_explicit_char2_curves"},
});

constexpr auto signatures = std::to_array<Entry>({
    {0x0101, "rsa_md5"},
    {0x0201, "rsa_pkcs1_sha1"},
    {0x0202, "dsa_sha1"},
    {0x0203, "ecdsa_sha1"},
    {0x0301, "rsa_sha224"},
    {0x0302, "dsa_sha224"},
    {0x0303, "ecdsa_sha224"},
    {0x0401, "rsa_pkcs1_sha256"},
    {0x0402, "dsa_sha256"},
    {0x0403, "ecdsa_secp256r1_sha256"},
    {0x0420, "rsa_pkcs1_sha256_legacy"},
    {0x0501, "rsa_pkcs1_sha384"},
    {0x0502, "dsa_sha384"},
    {0x0503, "ecdsa_secp384r1_sha384"},
    {0x0520, "rsa_pkcs1_sha384_legacy"},
    {0x0601, "rsa_pkcs1_sha512"},
    {0x0602, "dsa_sha512"},
    {0x0603, "ecdsa_secp521r1_sha512"},
    {0x0620, "rsa_pkcs1_sha512_legacy"},
    {0x0708, "sm2sig_sm3"},
    {0x0709, "gostr34102012_256a"},
    {0x0804, "rsa_pss_rsae_sha256"},
    {0x0805, "rsa_pss_rsae_sha384"},
    {0x0806, "rsa_pss_rsae_sha512"},
    {0x0807, "ed25519"},
    {0x0808, "ed448"},
    {0x0809, "rsa_pss_pss_sha256"},
    {0x080a, "rsa_pss_pss_sha384"},
    {0x080b, "rsa_pss_pss_sha512"},
    {0x081a, "ecdsa_brainpoolP256r1tls13_sha256"},
    {0x081b, "ecdsa_brainpoolP384r1tls13_sha384"},
    {0x081c, "ecdsa_brainpoolP512r1tls13_sha512"},
    {0x0904, "mldsa44"},
    {0x0905, "mldsa65"},
    {0x0906, "mldsa87"},
});

struct Alert {
  std::uint32_t number;
  std::string_view name;
  std::string_view meaning;
};

constexpr auto alerts = std::to_array<Alert>({
    {0, "close_notify", "close_notify: this side has nothing more to say, and nothing was cut off."},
    {10, "unexpected_message", {}},
    {20, "bad_record_mac", "bad_record_mac: a record was changed on its way, or the sides don't have the same keys."},
    {21, "decryption_failed", {}},
    {22, "record_overflow", {}},
    {30, "decompression_failure", {}},
    {40, "handshake_failure",
     "handshake_failure: the sides have no version, cipher suite or group in common, or a certificate is missing."},
    {41, "no_certificate", {}},
    {42, "bad_certificate", "bad_certificate: the certificate can't be read, or its signature is wrong."},
    {43, "unsupported_certificate", {}},
    {44, "certificate_revoked", "certificate_revoked: whoever issued the certificate has withdrawn it."},
    {45, "certificate_expired", "certificate_expired: the certificate is out of date, or the clock of a side is."},
    {46, "certificate_unknown", "certificate_unknown: the certificate was not accepted, for a reason not told."},
    {47, "illegal_parameter", {}},
    {48, "unknown_ca", "unknown_ca: the certificate was issued by somebody whom this side does not trust."},
    {49, "access_denied", {}},
    {50, "decode_error", {}},
    {51, "decrypt_error", "decrypt_error: a signature or the check of the handshake was wrong."},
    {52, "too_many_cids_requested", {}},
    {60, "export_restriction", {}},
    {70, "protocol_version", "protocol_version: the other side's version is too old (or too new) for this one."},
    {71, "insufficient_security", {}},
    {80, "internal_error", {}},
    {86, "inappropriate_fallback",
     "inappropriate_fallback: the client came back with an older version, though both sides can do a newer one: "
     "somebody may have forced it to."},
    {90, "user_canceled", {}},
    {100, "no_renegotiation", {}},
    {109, "missing_extension", {}},
    {110, "unsupported_extension", {}},
    {111, "certificate_unobtainable", {}},
    {112, "unrecognized_name", "unrecognized_name: the server knows no host of the name that the client asked for."},
    {113, "bad_certificate_status_response", {}},
    {114, "bad_certificate_hash_value", {}},
    {115, "unknown_psk_identity", {}},
    {116, "certificate_required", "certificate_required: the server wants a certificate of the client."},
    {117, "general_error", {}},
    {120, "no_application_protocol",
     "no_application_protocol: the server speaks none of the protocols that the client offered by ALPN."},
    {121, "ech_required", {}},
});

constexpr auto certificate_kinds = std::to_array<Entry>({
    {1, "rsa_sign"},
    {2, "dss_sign"},
    {3, "rsa_fixed_dh"},
    {4, "dss_fixed_dh"},
    {5, "rsa_ephemeral_dh"},
    {6, "dss_ephemeral_dh"},
    {20, "fortezza_dms"},
    {64, "ecdsa_sign"},
    {65, "rsa_fixed_ecdh"},
    {66, "ecdsa_fixed_ecdh"},
    {67, "gost_sign256"},
    {68, "gost_sign512"},
});

static_assert(std::ranges::is_sorted(extensions, {}, &Entry::number));
static_assert(std::ranges::is_sorted(groups, {}, &Entry::number));
static_assert(std::ranges::is_sorted(signatures, {}, &Entry::number));
static_assert(std::ranges::is_sorted(alerts, {}, &Alert::number));
static_assert(std::ranges::is_sorted(certificate_kinds, {}, &Entry::number));

}  // namespace

std::string_view ExtensionTable::name(std::uint32_t number) {
  return is_grease(number) ? grease : find(extensions, number);
}

std::string_view GroupTable::name(std::uint32_t number) { return is_grease(number) ? grease : find(groups, number); }

std::string_view SignatureTable::name(std::uint32_t number) {
  return is_grease(number) ? grease : find(signatures, number);
}

std::string_view CertificateKindTable::name(std::uint32_t number) { return find(certificate_kinds, number); }

std::string_view AlertTable::name(std::uint32_t number) {
  const auto found = std::ranges::lower_bound(alerts, number, {}, &Alert::number);
  return found != alerts.end() && found->number == number ? found->name : std::string_view{};
}

std::string version_name(std::uint16_t version) {
  switch (version) {
    case ssl_2:
      return "SSLv2";
    case ssl_3:
      return "SSLv3";
    case 0x0101:
      return "TLCP 1.1";
    case tls_1_0:
      return "1.0";
    case tls_1_1:
      return "1.1";
    case tls_1_2:
      return "1.2";
    case tls_1_3:
      return "1.3";
    default:
      break;
  }
  if (is_tls_1_3(version)) return fmt::format("1.3 draft {}", version & 0xff);
  return is_grease(version) ? std::string(grease) : fmt::format("0x{:04x}", version);
}

std::string_view explain_alert(std::string_view name) {
  const auto found = std::ranges::find(alerts, name, &Alert::name);
  return found == alerts.end() ? std::string_view{} : found->meaning;
}

std::string explain_suite(std::string_view name) {
  const auto has = [&](std::string_view word) { return name.find(word) != std::string_view::npos; };
  if (name.empty() || name.starts_with("SSL_CK")) return {};
  std::string text(name);
  if (has("_WITH_NULL"))
    return text + ": nothing is encrypted, only guarded against change: everybody on the way can read it.";
  if (has("EXPORT")) return text + ": keys of 40 or 56 bits, as export laws once wanted them: broken in minutes.";
  if (has("_anon_"))
    return text + ": no side proves who it is: anybody on the way can take the place of the other one.";
  if (!has("_WITH_"))
    text += ": the keys are agreed on anew for each connection";
  else if (has("DHE_") || has("ECDHE") || has("ECCPWD") || has("ECJPAKE"))
    text += ": the keys are agreed on anew for each connection (Diffie-Hellman)";
  else if (has("TLS_RSA_"))
    return text +
           ": the client chooses the keys and sends them under the server's RSA key: who gets that key later can "
           "read this session, too.";
  else
    return {};
  return text + ", so that who gets the server's private key later can't read this session.";
}

}  // namespace wiretale::secure
