#include "tls/certificate.hpp"

#include <fmt/format.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "tls/fingerprints.hpp"

namespace wiretale::secure {
namespace {

/// Calls the function that OpenSSL frees a thing with.
template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* thing) const {
    Free(thing);
  }
};
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Name = std::unique_ptr<X509_NAME, Freed<X509_NAME_free>>;
using Text = std::unique_ptr<BIO, Freed<BIO_free>>;
using BigNumber = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using AlternativeNames = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;
using OcspResponse = std::unique_ptr<OCSP_RESPONSE, Freed<OCSP_RESPONSE_free>>;
using OcspBasic = std::unique_ptr<OCSP_BASICRESP, Freed<OCSP_BASICRESP_free>>;

/// Alternative names told of one certificate.
constexpr int most_names = 256;

/// Reads all of `der`; nothing where it is not all one thing.
template <class Pointer, auto Read>
Pointer read(Bytes der) {
  const unsigned char* at = der.data();
  Pointer thing(Read(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  if (thing && at != der.data() + der.size()) thing.reset();  // NOLINT(*-pointer-arithmetic): as OpenSSL wants it
  return thing;
}

Certificate parse(Bytes der) { return read<Certificate, d2i_X509>(der); }

std::string text_of_name(const X509_NAME* name) {
  const Text out(BIO_new(BIO_s_mem()));
  if (!out || name == nullptr) return {};
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  char* text = nullptr;
  const long length = BIO_get_mem_data(out.get(), &text);
  ERR_clear_error();
  return length > 0 ? std::string(text, static_cast<std::size_t>(length)) : std::string();
}

std::string octets_of(const ASN1_STRING* value) {
  if (value == nullptr) return {};
  const auto length = static_cast<std::size_t>(std::max(ASN1_STRING_length(value), 0));
  return std::string(text_of(Bytes(ASN1_STRING_get0_data(value), length)));
}

std::string serial_of(const X509* certificate) {
  const BigNumber number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  if (!number) return {};
  std::vector<std::uint8_t> octets(static_cast<std::size_t>(std::max(BN_num_bytes(number.get()), 1)));
  BN_bn2binpad(number.get(), octets.data(), static_cast<int>(octets.size()));
  return (BN_is_negative(number.get()) != 0 ? "-" : "") + hex(octets);
}

/// RFC 3339; a certificate may be valid to the year 9999, which no Timestamp reaches.
std::string date_text(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string_view validity(const X509* certificate, Timestamp now) {
  const std::time_t then = now.second();
  const int start = ASN1_TIME_cmp_time_t(X509_get0_notBefore(certificate), then);
  const int end = ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate), then);
  ERR_clear_error();
  if (start == -2 || end == -2) return {};
  if (start > 0) return "not_yet_valid";
  return end < 0 ? "expired" : "valid";
}

void append_name(std::vector<std::string>& names, const GENERAL_NAME* name) {
  int kind = 0;
  const void* const value = GENERAL_NAME_get0_value(name, &kind);
  switch (kind) {
    case GEN_DNS:
    case GEN_EMAIL:
    case GEN_URI:
      names.push_back(octets_of(static_cast<const ASN1_STRING*>(value)));
      break;
    case GEN_IPADD: {
      const std::string octets = octets_of(static_cast<const ASN1_STRING*>(value));
      if (const IpAddress ip = IpAddress::from(bytes_of(octets)); !ip.none()) names.push_back(to_string(ip));
      break;
    }
    case GEN_DIRNAME:
      names.push_back(text_of_name(static_cast<const X509_NAME*>(value)));
      break;
    default:
      break;
  }
}

std::vector<std::string> names_of(const X509* certificate) {
  std::vector<std::string> names;
  const AlternativeNames all(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  ERR_clear_error();
  for (int i = 0; all && i < std::min(sk_GENERAL_NAME_num(all.get()), most_names); ++i)
    append_name(names, sk_GENERAL_NAME_value(all.get(), i));
  return names;
}

/// The RFC's name of a curve: OpenSSL has one of its own for secp256r1.
std::string curve_of(EVP_PKEY* key) {
  std::array<char, 64> name{};
  std::size_t length = 0;
  if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name.data(), name.size(), &length) != 1)
    return {};
  const std::string_view found(name.data(), std::min(length, name.size()));
  return std::string(found == "prime256v1" ? "secp256r1" : found);
}

std::string key_of(const X509* certificate) {
  EVP_PKEY* const key = X509_get0_pubkey(certificate);
  std::string text;
  if (key == nullptr) {
    const X509_PUBKEY* const unread = X509_get_X509_PUBKEY(certificate);
    ASN1_OBJECT* algorithm = nullptr;
    if (unread != nullptr && X509_PUBKEY_get0_param(&algorithm, nullptr, nullptr, nullptr, unread) == 1)
      text = OBJ_nid2ln(OBJ_obj2nid(algorithm));
  } else if (const int kind = EVP_PKEY_get_base_id(key); kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS) {
    text = fmt::format("RSA {}", EVP_PKEY_get_bits(key));
  } else if (kind == EVP_PKEY_EC) {
    const std::string curve = curve_of(key);
    text = curve.empty() ? fmt::format("EC {}", EVP_PKEY_get_bits(key)) : "EC " + curve;
  } else if (kind == EVP_PKEY_DSA) {
    text = fmt::format("DSA {}", EVP_PKEY_get_bits(key));
  } else if (const char* const name = OBJ_nid2ln(kind); name != nullptr) {
    text = name;
    if (text.starts_with("ED")) text[1] = 'd';  // Ed25519, Ed448
  }
  ERR_clear_error();
  return text;
}

/// Whether basic constraints make it a certificate authority; nothing where it has none.
std::optional<bool> authority(const X509* certificate) {
  const std::unique_ptr<BASIC_CONSTRAINTS, Freed<BASIC_CONSTRAINTS_free>> constraints(
      static_cast<BASIC_CONSTRAINTS*>(X509_get_ext_d2i(certificate, NID_basic_constraints, nullptr, nullptr)));
  ERR_clear_error();
  return constraints ? std::optional(constraints->ca != 0) : std::nullopt;
}

}  // namespace

CertificateFields read_certificate(Bytes der, Timestamp now) {
  CertificateFields fields;
  fields.sha256 = sha256(der);
  fields.bytes = der.size();
  const Certificate certificate = parse(der);
  if (!certificate) return fields;
  const X509* const it = certificate.get();
  fields.subject = text_of_name(X509_get_subject_name(it));
  fields.issuer = text_of_name(X509_get_issuer_name(it));
  fields.serial = serial_of(it);
  fields.not_before = date_text(X509_get0_notBefore(it));
  fields.not_after = date_text(X509_get0_notAfter(it));
  fields.validity = validity(it, now);
  fields.names = names_of(it);
  fields.key = key_of(it);
  if (const char* const algorithm = OBJ_nid2ln(X509_get_signature_nid(it)); algorithm != nullptr)
    fields.signature = algorithm;
  fields.self_signed = X509_NAME_cmp(X509_get_subject_name(it), X509_get_issuer_name(it)) == 0;
  fields.authority = authority(it);
  ERR_clear_error();
  return fields;
}

bool certificate_matches(Bytes der, const std::string& host) {
  const Certificate certificate = parse(der);
  if (!certificate || host.empty()) return false;
  const int verdict = IpAddress::parse(host) ? X509_check_ip_asc(certificate.get(), host.c_str(), 0)
                                             : X509_check_host(certificate.get(), host.data(), host.size(), 0, nullptr);
  ERR_clear_error();
  return verdict == 1;
}

bool in_order(const std::vector<CertificateFields>& chain) {
  for (std::size_t i = 1; i < chain.size(); ++i)
    if (chain[i - 1].issuer != chain[i].subject) return false;
  return true;
}

std::string read_name(Bytes der) {
  const Name name = read<Name, d2i_X509_NAME>(der);
  return text_of_name(name.get());
}

std::string_view read_ocsp(Bytes der) {
  const OcspResponse response = read<OcspResponse, d2i_OCSP_RESPONSE>(der);
  const OcspBasic basic(response ? OCSP_response_get1_basic(response.get()) : nullptr);
  OCSP_SINGLERESP* const first = basic ? OCSP_resp_get0(basic.get(), 0) : nullptr;
  ERR_clear_error();
  if (first == nullptr) return "malformed";
  switch (OCSP_single_get0_status(first, nullptr, nullptr, nullptr, nullptr)) {
    case V_OCSP_CERTSTATUS_GOOD:
      return "good";
    case V_OCSP_CERTSTATUS_REVOKED:
      return "revoked";
    default:
      return "unknown";
  }
}

}  // namespace wiretale::secure
