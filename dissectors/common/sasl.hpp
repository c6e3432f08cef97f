// What a SASL dialogue (RFC 4422) shows of who logs in. SMTP, POP3 and IMAP carry it in base64, line by line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wiretale {

/// Follows the client's responses of one dialogue. The server's challenges say nothing that these don't.
class SaslTranscript {
 public:
  /// `mechanism` as the client named it, in any case.
  explicit SaslTranscript(std::string_view mechanism);

  /// The next response: base64, `=` for an empty one.
  void response(std::string_view encoded);

  /// In upper case: PLAIN, SCRAM-SHA-256.
  [[nodiscard]] const std::string& mechanism() const { return mechanism_; }
  /// Who logs in; empty where the mechanism does not show it, or not yet.
  [[nodiscard]] const std::string& user() const { return user_; }
  /// The password, or the token that stands for one, where the mechanism sends it as it is (PLAIN, LOGIN, XOAUTH2,
  /// OAUTHBEARER); else empty.
  [[nodiscard]] const std::string& password() const { return password_; }

 private:
  std::string mechanism_;
  std::string user_;
  std::string password_;
  std::size_t responses_ = 0;
};

}  // namespace wiretale
