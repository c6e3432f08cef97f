// What programs are told by: the hellos, boiled down to a few characters.
#pragma once

#include <string>

#include "tls/hello.hpp"

namespace wiretale::secure {

/// JA3: MD5 over version, cipher suites, extensions, groups and point formats, GREASE left out. Empty where the hello
/// was not read to its end, is of the form of SSLv2, or OpenSSL has no MD5.
[[nodiscard]] std::string ja3(const ClientHello& hello);
/// JA3S: MD5 over version, cipher suite and extensions.
[[nodiscard]] std::string ja3s(const ServerHello& hello);
/// JA4: version, what is offered and how much of it, in words; then hashes of the sorted cipher suites and extensions.
[[nodiscard]] std::string ja4(const ClientHello& hello);

/// Octets in hex.
[[nodiscard]] std::string hex(Bytes octets);
/// SHA-256 in hex.
[[nodiscard]] std::string sha256(Bytes octets);

}  // namespace wiretale::secure
