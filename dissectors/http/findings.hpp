// What a reader should know about logins over HTTP without TLS.
#pragma once

#include <string>
#include <vector>

#include <wiretale/session.hpp>

#include "http/exchange.hpp"

namespace wiretale::web {

/// Says findings about passwords that came by in the clear: of Basic credentials once for each user of a session, of
/// forms each time.
class LoginWatch {
 public:
  /// Looks at the request of an exchange.
  void look(const Exchange& exchange, Session& session);

 private:
  bool first_time(const std::string& user);

  std::vector<std::string> users_;  // already told; few
};

}  // namespace wiretale::web
