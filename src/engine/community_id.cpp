#include "engine/community_id.hpp"

#include <algorithm>
#include <array>
#include <memory>

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

}  // namespace

std::string community_id(const Endpoint& a, const Endpoint& b, std::uint8_t protocol) {
  const auto low_high = std::minmax(a, b);
  std::array<std::uint8_t, 2 + 16 + 16 + 2 + 4> input{};  // begins with the seed
  std::size_t size = 2;
  for (const Endpoint* end : {&low_high.first, &low_high.second})
    for (const std::uint8_t octet : end->ip.octets()) input[size++] = octet;
  input[size++] = protocol;
  input[size++] = 0;
  for (const Endpoint* end : {&low_high.first, &low_high.second}) {
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

}  // namespace wiretale::engine
