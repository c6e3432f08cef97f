// Passwords, tokens and the like: kept as what they are, shown only as the user allows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wiretale {

/// How secrets appear in every output.
enum class Secrecy : std::uint8_t {
  hide,         ///< `<hidden>`
  fingerprint,  ///< `<hmac:8 hex digits>`: equal secrets of a run give equal tokens
  show          ///< as they are
};

/// Writes secrets as the user asked for. One for a run, shared by all that writes.
class SecretPolicy {
 public:
  SecretPolicy() = default;
  /// `key` is what fingerprints are keyed with (HMAC-SHA-256, RFC 2104); unused for the other modes.
  SecretPolicy(Secrecy secrecy, std::string key) : secrecy_(secrecy), key_(std::move(key)) {}

  [[nodiscard]] Secrecy secrecy() const { return secrecy_; }
  /// What stands in the place of `secret`.
  [[nodiscard]] std::string shown(std::string_view secret) const;

 private:
  Secrecy secrecy_ = Secrecy::hide;
  std::string key_;
};

/// A text of which some stretches, or all, are secret: a password, an Authorization header, a URI with user-info. The
/// stretches are in order and don't overlap. It is a view: the text must outlive it.
struct Redacted {
  struct Stretch {
    std::size_t offset, length;
  };

  std::string_view text;
  std::vector<Stretch> secrets;

  Redacted() = default;
  /// A text without any secret.
  Redacted(std::string_view plain) : text(plain) {}  // NOLINT(google-explicit-constructor): most texts are plain
  /// A text that is secret as a whole.
  static Redacted all(std::string_view secret) {
    Redacted r(secret);
    if (!secret.empty()) r.secrets.push_back({0, secret.size()});
    return r;
  }
  [[nodiscard]] bool empty() const { return text.empty(); }
};

/// A value that is secret as a whole and owns its text.
struct Secret {
  std::string value;
  [[nodiscard]] bool empty() const { return value.empty(); }
};

/// Marks the secrets of a query string or form (`application/x-www-form-urlencoded`): the values of fields whose names
/// contain pass, pwd, token or secret. `offset` is added to every stretch.
void find_form_secrets(std::string_view form, std::size_t offset, std::vector<Redacted::Stretch>& found);
/// A URI or request target with the user-info's password and the query's secrets marked (RFC 3986, section 3.2.1).
[[nodiscard]] Redacted redact_uri(std::string_view uri);
/// True where a form field of this name carries a secret.
[[nodiscard]] bool secret_name(std::string_view name);

/// `text` with its secret stretches as the policy shows them.
[[nodiscard]] std::string shown(const Redacted& text, const SecretPolicy& policy);

}  // namespace wiretale
