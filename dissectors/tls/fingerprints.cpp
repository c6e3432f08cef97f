#include "tls/fingerprints.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "tls/names.hpp"

namespace wiretale::secure {
namespace {

/// Empty where OpenSSL won't (MD5 in a FIPS build).
std::string digest(Bytes octets, const EVP_MD* algorithm) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> hash{};
  unsigned length = 0;
  if (algorithm == nullptr || EVP_Digest(octets.data(), octets.size(), hash.data(), &length, algorithm, nullptr) != 1)
    return {};
  return hex(Bytes(hash).first(length));
}

/// Decimal numbers without GREASE, `-` between them.
template <class Numbers>
void append_decimals(std::string& text, const Numbers& numbers) {
  bool first = true;
  for (const auto number : numbers) {
    if (is_grease(number)) continue;
    if (!first) text += '-';
    first = false;
    fmt::format_to(std::back_inserter(text), "{}", number);
  }
}

/// Four hex digits each, `,` between them.
template <class Numbers>
std::string hex_list(const Numbers& numbers) {
  std::string text;
  for (const auto number : numbers) {
    if (!text.empty()) text += ',';
    fmt::format_to(std::back_inserter(text), "{:04x}", number);
  }
  return text;
}

template <class Number>
std::vector<Number> without_grease(const std::vector<Number>& numbers) {
  std::vector<Number> left;
  std::ranges::copy_if(numbers, std::back_inserter(left), [](Number number) { return !is_grease(number); });
  return left;
}

/// The first 12 digits of a SHA-256, which are zeros where there is nothing to hash.
std::string short_hash(std::string_view text) {
  if (text.empty()) return std::string(12, '0');
  return sha256(bytes_of(text)).substr(0, 12);
}

std::string_view ja4_version(const ClientHello& hello) {
  std::uint16_t version = hello.version;
  const std::vector<std::uint16_t> versions = without_grease(hello.versions);
  if (!versions.empty()) version = *std::ranges::max_element(versions);
  switch (version) {
    case tls_1_3:
      return "13";
    case tls_1_2:
      return "12";
    case tls_1_1:
      return "11";
    case tls_1_0:
      return "10";
    case ssl_3:
      return "s3";
    case ssl_2:
      return "s2";
    default:
      return "00";
  }
}

/// First and last character of the first ALPN value; of its hex form where one of them is neither letter nor digit.
std::string ja4_alpn(const ClientHello& hello) {
  if (hello.alpn.empty() || hello.alpn.front().empty()) return "00";
  const auto plain = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  std::string text = hello.alpn.front();
  if (!plain(text.front()) || !plain(text.back())) text = hex(bytes_of(text));
  return {text.front(), text.back()};
}

}  // namespace

std::string hex(Bytes octets) {
  std::string text;
  text.reserve(octets.size() * 2);
  constexpr std::string_view digits = "0123456789abcdef";
  for (const std::uint8_t octet : octets) {
    text += digits[octet >> 4];
    text += digits[octet & 0xf];
  }
  return text;
}

std::string sha256(Bytes octets) { return digest(octets, EVP_sha256()); }

std::string ja3(const ClientHello& hello) {
  if (!hello.whole || hello.ssl2_form) return {};
  std::string text = fmt::format("{},", hello.version);
  append_decimals(text, hello.suites);
  text += ',';
  append_decimals(text, hello.extensions);
  text += ',';
  append_decimals(text, hello.groups);
  text += ',';
  append_decimals(text, hello.point_formats);
  return digest(bytes_of(text), EVP_md5());
}

std::string ja3s(const ServerHello& hello) {
  if (!hello.whole || !hello.suite) return {};
  std::string text = fmt::format("{},{},", hello.version, *hello.suite);
  append_decimals(text, hello.extensions);
  return digest(bytes_of(text), EVP_md5());
}

std::string ja4(const ClientHello& hello) {
  if (!hello.whole || hello.ssl2_form) return {};
  std::vector<std::uint32_t> suites = without_grease(hello.suites);
  std::vector<std::uint16_t> extensions = without_grease(hello.extensions);
  constexpr std::size_t most = 99;
  std::string text = fmt::format("t{}{}{:02}{:02}{}_", ja4_version(hello), hello.names_server ? 'd' : 'i',
                                 std::min(suites.size(), most), std::min(extensions.size(), most), ja4_alpn(hello));
  std::ranges::sort(suites);
  text += short_hash(hex_list(suites)) + '_';
  std::erase_if(extensions,
                [](std::uint16_t type) { return type == extension::server_name || type == extension::alpn; });
  std::ranges::sort(extensions);
  std::string rest = hex_list(extensions);
  if (const std::vector<std::uint16_t> signatures = without_grease(hello.signatures); !signatures.empty())
    rest += '_' + hex_list(signatures);
  return text + short_hash(rest);
}

}  // namespace wiretale::secure
