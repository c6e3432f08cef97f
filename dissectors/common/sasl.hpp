// What a SASL dialogue (RFC 4422) shows of who logs in. SMTP, POP3 and IMAP carry it in base64, line by line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <wiretale/record.hpp>

namespace wiretale {

/// A line of such a dialogue, as records tell it.
struct SaslLine {
  std::string_view side;
  Secret text;
  Frame frame = 0;

  static constexpr auto fields() {
    return FieldList{
        field("side", &SaslLine::side, "client or server."),
        field("text", &SaslLine::text, "The line as sent, in base64."),
        field("frame", &SaslLine::frame, "The frame that holds its last octet."),
    };
  }
};

/// Follows one dialogue, line by line.
class SaslTranscript {
 public:
  /// `mechanism` as the client named it, in any case.
  explicit SaslTranscript(std::string_view mechanism);

  /// The server's next challenge: base64. LOGIN asks for the user name and the password in words.
  void challenge(std::string_view encoded);
  /// The client's next response: base64, `=` for an empty one.
  void response(std::string_view encoded);
  /// Lines of the dialogue are missing: what a response means is known only where the server said so.
  void lost() { lost_ = true; }

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
  enum class Asked : std::uint8_t { nothing, user, password };

  std::size_t responses_ = 0;
  Asked asked_ = Asked::nothing;  // by LOGIN's last challenge
  bool lost_ = false;
};

}  // namespace wiretale
