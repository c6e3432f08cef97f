// Secrets in header fields and forms, and who the client says it is. No state.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <wiretale/secrets.hpp>

#include "common/header_fields.hpp"

namespace wiretale::web {

/// A field's value with its secrets marked: credentials, cookie values, secrets in URIs, and the values of fields whose
/// names say that they hold a key.
[[nodiscard]] Redacted redact_field(std::string_view name, std::string_view value);

/// Who a request says it comes from.
struct Identity {
  std::string user;
  bool basic = false;      ///< the password came along, in base64 only
  std::string_view field;  ///< Authorization or Proxy-Authorization: a literal
};
/// The user of Basic (RFC 7617) or Digest (RFC 7616) credentials; nothing where there are none.
[[nodiscard]] std::optional<Identity> identify(const HeaderFields& fields);

/// A login found in a form or query.
struct FormLogin {
  std::string user;  ///< decoded; empty where no field looks like one
  std::string user_field;
  std::string password_field;
  std::string_view password;  ///< as it stands in the form
};
/// Looks for a field that holds a password, and for the user's; nothing where no password is there.
[[nodiscard]] std::optional<FormLogin> find_login(std::string_view form);

}  // namespace wiretale::web
