// Sessions that other sessions announced: FTP data connections and the like.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <wiretale/limits.hpp>
#include <wiretale/net.hpp>

namespace wiretale::flow {

/// Remembers endpoints that were announced, for the hosts of one pair. Each is met once, or forgotten after a while.
class Expectations {
 public:
  explicit Expectations(const Limits& limits) : limits_(limits) {}

  /// `peer` will connect to `endpoint`, and speak `protocol`. False where the cap was reached.
  bool expect(const Endpoint& endpoint, const IpAddress& peer, std::string_view protocol, Timestamp now) {
    if (open_.size() >= limits_.expectations) expire(now);
    if (open_.size() >= limits_.expectations) return false;
    open_[{endpoint, peer}] = {std::string(protocol), now + limits_.datagram_wait};
    return true;
  }

  /// The protocol announced for a session from `peer` to `endpoint`; empty where none was. It is then met.
  std::string meet(const Endpoint& endpoint, const IpAddress& peer) {
    if (open_.empty()) return {};
    const auto found = open_.find({endpoint, peer});
    if (found == open_.end()) return {};
    std::string protocol = std::move(found->second.protocol);
    open_.erase(found);
    return protocol;
  }

  /// Forgets those whose time is over.
  void expire(Timestamp now) {
    std::erase_if(open_, [&](const auto& entry) { return entry.second.deadline <= now; });
  }

 private:
  struct Entry {
    std::string protocol;
    Timestamp deadline;
  };

  const Limits& limits_;
  std::map<std::pair<Endpoint, IpAddress>, Entry> open_;
};

}  // namespace wiretale::flow
