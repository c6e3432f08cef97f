// Which link address claims which IP address: what ARP and neighbour discovery have in common.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <wiretale/session.hpp>

namespace wiretale {

/// Remembers who said that an address is theirs, and says a finding where a second link address says so too. Capped by
/// Limits::neighbours.
class Claims {
 public:
  explicit Claims(Session& session) : session_(session) {}

  /// `mac` says that `ip` is its own. `link`: as LooseMessage::link.
  void claim(const IpAddress& ip, std::string_view link, const MacAddress& mac, Frame frame, Timestamp time);

 private:
  struct Owner {
    MacAddress mac, before;  ///< the last two that claimed it
    Frame frame = 0;         ///< the last frame in which `mac` did
  };

  Session& session_;
  std::map<std::pair<IpAddress, std::string>, Owner> owners_;  // ordered: no choice of addresses makes it slow
};

}  // namespace wiretale
