#include "engine/community_id.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <openssl/evp.h>

#include <wiretale/json.hpp>

namespace wiretale::engine {
namespace {

struct Free {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
};

/// SHA-1, looked up once: that costs more than the hash itself.
struct Sha1 {
  std::unique_ptr<EVP_MD, Free> digest{EVP_MD_fetch(nullptr, "SHA1", nullptr)};
  std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
};

constexpr std::uint8_t icmp = 1;

/// Types of ICMP (RFC 792, 950, 1256) and ICMPv6 (RFC 4443, 4861, 2710, 6275, 4620) that ask, and those that answer.
constexpr std::pair<std::uint8_t, std::uint8_t> icmp_pairs[] = {{8, 0}, {13, 14}, {15, 16}, {10, 9}, {17, 18}};
constexpr std::pair<std::uint8_t, std::uint8_t> icmpv6_pairs[] = {{128, 129}, {133, 134}, {135, 136},
                                                                  {130, 131}, {144, 145}, {139, 140}};

std::optional<std::uint8_t> counterpart(std::uint8_t protocol, std::uint8_t type) {
  const auto pairs = protocol == icmp ? std::span<const std::pair<std::uint8_t, std::uint8_t>>(icmp_pairs)
                                      : std::span<const std::pair<std::uint8_t, std::uint8_t>>(icmpv6_pairs);
  for (const auto& [asks, answers] : pairs) {
    if (type == asks) return answers;
    if (type == answers) return asks;
  }
  return std::nullopt;
}

std::string hash_of(const Endpoint& low, const Endpoint& high, std::uint8_t protocol) {
  std::array<std::uint8_t, 2 + 16 + 16 + 2 + 4> input{};  // begins with the seed
  std::size_t size = 2;
  for (const Endpoint* end : {&low, &high})
    for (const std::uint8_t octet : end->ip.octets()) input[size++] = octet;
  input[size++] = protocol;
  input[size++] = 0;
  for (const Endpoint* end : {&low, &high}) {
    input[size++] = static_cast<std::uint8_t>(end->port >> 8);
    input[size++] = static_cast<std::uint8_t>(end->port & 255);
  }
  thread_local Sha1 sha1;
  std::uint8_t hash[20] = {};
  EVP_DigestInit_ex2(sha1.context.get(), sha1.digest.get(), nullptr);
  EVP_DigestUpdate(sha1.context.get(), input.data(), size);
  EVP_DigestFinal_ex(sha1.context.get(), hash, nullptr);
  std::string id;
  id.reserve(30);
  id = "1:";
  append_base64(id, hash);
  return id;
}

}  // namespace

std::string community_id(const Endpoint& a, const Endpoint& b, std::uint8_t protocol) {
  const auto low_high = std::minmax(a, b);
  return hash_of(low_high.first, low_high.second, protocol);
}

std::string community_id(const IpAddress& from, const IpAddress& to, std::uint8_t protocol, std::uint8_t type,
                         std::uint8_t code) {
  if (const auto other = counterpart(protocol, type)) return community_id({from, type}, {to, *other}, protocol);
  return hash_of({from, type}, {to, code}, protocol);
}

}  // namespace wiretale::engine
