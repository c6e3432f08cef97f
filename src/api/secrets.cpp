#include <wiretale/secrets.hpp>

#include <algorithm>
#include <array>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <wiretale/bytes.hpp>
#include <wiretale/char_set.hpp>

namespace wiretale {
namespace {

constexpr std::string_view hex = "0123456789abcdef";
constexpr CharSet authority_ends("/?#&");
// Fields start where any reader may see a start, and secrets end only where every reader sees an end: rather too much
// is hidden than too little.
constexpr CharSet field_starts("&;?#");
constexpr CharSet name_ends("=&;?#");
constexpr CharSet query_starts("?#");

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int hex_digit(char c) {
  const std::size_t at = hex.find(lower(c));
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

/// A field's name without percent-encoding: `pass%77ord` names a password too.
std::string decoded_name(std::string_view name) {
  std::string decoded;
  decoded.reserve(name.size());
  for (std::size_t i = 0; i < name.size(); ++i) {
    const int high = name[i] == '%' && i + 2 < name.size() ? hex_digit(name[i + 1]) : -1;
    const int low = high < 0 ? -1 : hex_digit(name[i + 2]);
    if (low < 0) {
      decoded += name[i];
      continue;
    }
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::string fingerprint(std::string_view secret, std::string_view key) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  const Bytes message = bytes_of(secret.empty() ? std::string_view("") : secret);
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(), message.size(), digest.data(),
           &length) == nullptr)
    return "<hidden>";
  std::string token = "<hmac:";
  for (const std::uint8_t octet : Bytes(digest).first(4)) {
    token += hex[octet >> 4];
    token += hex[octet & 15];
  }
  return token + '>';
}

/// Where the `//` of the next `://` stands; the text's size where there is none.
std::size_t after_scheme(std::string_view uri, std::size_t from) {
  const std::size_t found = uri.find("://", from);
  return found == std::string_view::npos ? uri.size() : found + 1;
}

/// Marks the user-info of each authority (RFC 3986, section 3.2) in a URI, also of URIs in its path or query.
void find_user_info(std::string_view uri, std::vector<Redacted::Stretch>& found) {
  std::size_t slashes = uri.starts_with("//") ? 0 : after_scheme(uri, 0);
  while (slashes < uri.size()) {
    const std::size_t next = slashes + 2;
    const std::size_t end = authority_ends.first(uri, next);
    const std::string_view authority = uri.substr(next, end - next);
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos) {
      // Without a password, the name alone may be a token.
      const std::size_t colon = authority.substr(0, at).find(':');
      const std::size_t start = colon == std::string_view::npos ? 0 : colon + 1;
      if (at > start) found.push_back({next + start, at - start});
    }
    slashes = after_scheme(uri, end);
  }
}

/// Two lists of stretches as one, in order and without overlaps.
std::vector<Redacted::Stretch> merged(std::vector<Redacted::Stretch> all, const std::vector<Redacted::Stretch>& more) {
  all.insert(all.end(), more.begin(), more.end());
  std::ranges::sort(all, {}, &Redacted::Stretch::offset);
  std::vector<Redacted::Stretch> apart;
  for (const Redacted::Stretch& next : all) {
    const std::size_t end = next.offset + next.length;
    if (apart.empty() || apart.back().offset + apart.back().length < next.offset)
      apart.push_back(next);
    else
      apart.back().length = std::max(end, apart.back().offset + apart.back().length) - apart.back().offset;
  }
  return apart;
}

}  // namespace

std::string SecretPolicy::shown(std::string_view secret) const {
  switch (secrecy_) {
    case Secrecy::show:
      return std::string(secret);
    case Secrecy::fingerprint:
      return fingerprint(secret, key_);
    case Secrecy::hide:
      break;
  }
  return "<hidden>";
}

bool secret_name(std::string_view name) {
  const auto starts = [](std::string_view text, std::string_view word) {
    return text.size() >= word.size() && std::ranges::equal(text.substr(0, word.size()), word, {}, lower);
  };
  for (; !name.empty(); name.remove_prefix(1)) {
    const char first = lower(name.front());
    if (first == 'p' && (starts(name, "pass") || starts(name, "pwd"))) return true;
    if (first == 't' && starts(name, "token")) return true;
    if (first == 's' && starts(name, "secret")) return true;
  }
  return false;
}

void find_form_secrets(std::string_view form, std::size_t offset, std::vector<Redacted::Stretch>& found) {
  std::size_t at = 0;
  while (at < form.size()) {
    const std::size_t name_end = name_ends.first(form, at);
    if (name_end == form.size()) return;
    if (form[name_end] != '=') {
      at = name_end + 1;
      continue;
    }
    const std::size_t value = name_end + 1;
    const std::string_view name = form.substr(at, name_end - at);
    const bool secret =
        secret_name(name) || (name.find('%') != std::string_view::npos && secret_name(decoded_name(name)));
    const std::size_t end = secret ? std::min(form.size(), form.find('&', value)) : field_starts.first(form, value);
    if (secret && end > value) found.push_back({offset + value, end - value});
    at = end + 1;
  }
}

Redacted redact_uri(std::string_view uri) {
  Redacted redacted(uri);
  find_user_info(uri, redacted.secrets);
  const std::size_t query = query_starts.first(uri);
  if (query == uri.size()) return redacted;
  std::vector<Redacted::Stretch> in_query;
  find_form_secrets(uri.substr(query + 1), query + 1, in_query);
  if (!in_query.empty()) redacted.secrets = merged(std::move(redacted.secrets), in_query);
  return redacted;
}

std::string shown(const Redacted& text, const SecretPolicy& policy) {
  std::string out;
  std::size_t written = 0;
  for (const Redacted::Stretch& secret : text.secrets) {
    const std::size_t start = std::clamp(secret.offset, written, text.text.size());
    const std::size_t length = std::min(secret.length, text.text.size() - start);
    out += text.text.substr(written, start - written);
    out += policy.shown(text.text.substr(start, length));
    written = start + length;
  }
  out += text.text.substr(written);
  return out;
}

}  // namespace wiretale
