// X.509 certificates, read by OpenSSL.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <wiretale/net.hpp>

#include "tls/tls.hpp"

namespace wiretale::secure {

/// A certificate, read; its `validity` is that at `now`. Only `sha256` and `bytes` are there where OpenSSL can't read
/// it, and `subject` is empty.
[[nodiscard]] CertificateFields read_certificate(Bytes der, Timestamp now);
/// Whether a certificate is for this host name (RFC 6125).
[[nodiscard]] bool certificate_matches(Bytes der, const std::string& host);
/// Whether each certificate's issuer is the subject of the next one.
[[nodiscard]] bool in_order(const std::vector<CertificateFields>& chain);
/// A distinguished name in DER, as RFC 4514 writes it; empty where it is none.
[[nodiscard]] std::string read_name(Bytes der);
/// What an OCSP response says of the first certificate in it: good, revoked, unknown, malformed.
[[nodiscard]] std::string_view read_ocsp(Bytes der);

}  // namespace wiretale::secure
