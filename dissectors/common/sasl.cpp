#include "common/sasl.hpp"

#include <optional>
#include <utility>

#include "common/base64.hpp"
#include "common/field_values.hpp"

namespace wiretale {
namespace {

/// What stands between `start` and `end` or the text's end; nothing where `start` does not occur.
std::string between(std::string_view text, std::string_view start, std::string_view end) {
  const std::size_t from = text.find(start);
  if (from == std::string_view::npos) return {};
  text.remove_prefix(from + start.size());
  return std::string(text.substr(0, text.find(end)));
}

/// RFC 4616: authorization identity, authentication identity and password, separated by NUL.
void read_plain(std::string_view message, std::string& user, std::string& password) {
  const std::size_t first = message.find('\0');
  if (first == std::string_view::npos) return;
  const std::string_view rest = message.substr(first + 1);
  const std::size_t second = rest.find('\0');
  user = rest.substr(0, second);
  if (second != std::string_view::npos) password = rest.substr(second + 1);
}

}  // namespace

SaslTranscript::SaslTranscript(std::string_view mechanism) : mechanism_(upper(mechanism.substr(0, 64))) {}

void SaslTranscript::challenge(std::string_view encoded) {
  asked_ = Asked::nothing;
  if (mechanism_ != "LOGIN" || encoded.size() > 128) return;
  const std::string text = lower(decode_base64(encoded).value_or(""));
  if (text.find("pass") != std::string::npos)
    asked_ = Asked::password;
  else if (text.find("user") != std::string::npos)
    asked_ = Asked::user;
}

void SaslTranscript::response(std::string_view encoded) {
  const std::size_t number = lost_ ? SIZE_MAX : ++responses_;
  const Asked asked = std::exchange(asked_, Asked::nothing);
  const std::optional<std::string> decoded = encoded == "=" ? std::string() : decode_base64(encoded);
  if (!decoded) return;
  const std::string_view message = *decoded;
  if (mechanism_ == "LOGIN") {  // draft-murchison-sasl-login: the user name, then the password
    if (asked == Asked::user || (asked == Asked::nothing && number == 1)) user_ = message;
    if (asked == Asked::password || (asked == Asked::nothing && number == 2)) password_ = message;
    return;
  }
  if (number != 1) return;
  if (mechanism_ == "PLAIN") {
    read_plain(message, user_, password_);
  } else if (mechanism_ == "CRAM-MD5") {  // RFC 2195: user, space, digest
    user_ = message.substr(0, message.rfind(' '));
  } else if (mechanism_ == "DIGEST-MD5") {  // RFC 2831
    user_ = between(message, "username=\"", "\"");
  } else if (mechanism_.starts_with("SCRAM-")) {  // RFC 5802: n,,n=user,r=nonce
    user_ = between(message, ",n=", ",");
  } else if (mechanism_ == "XOAUTH2") {
    user_ = between(message, "user=", "\x01");
    password_ = between(message, "auth=Bearer ", "\x01");
  } else if (mechanism_ == "OAUTHBEARER") {  // RFC 7628
    user_ = between(message, ",a=", ",");
    password_ = between(message, "auth=Bearer ", "\x01");
  } else if (mechanism_ == "EXTERNAL" || mechanism_ == "ANONYMOUS") {
    user_ = message;
  }
}

}  // namespace wiretale
