// The finding that a password went over the wire as it is.
#pragma once

#include <string_view>
#include <vector>

#include <wiretale/net.hpp>
#include <wiretale/session.hpp>

namespace wiretale {

/// A login whose password anybody on the way could read.
struct ReadablePassword {
  std::string_view service;   ///< what it opens: `mail`
  std::string_view method;    ///< how it was sent: `AUTH PLAIN`, `PASS`
  std::string_view user;      ///< empty where it was not seen
  std::string_view password;  ///< shown as the user's policy wants
  std::string_view advice;    ///< what to do instead, without a full stop
  std::vector<Frame> frames;  ///< that show the password
  Timestamp time;
};

/// Emits the finding `cleartext-password`.
void tell_readable_password(Session& session, ReadablePassword what);

}  // namespace wiretale
