// Sessions that other sessions announced: FTP data connections and the like.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <wiretale/limits.hpp>
#include <wiretale/net.hpp>

namespace wiretale::flow {

/// An endpoint that was announced.
struct Announced {
  Endpoint endpoint;
  IpAddress peer;        ///< who will connect to it
  std::string tunnels;   ///< around the session that announced it, as SessionKey has them
  std::string protocol;  ///< what will be spoken there
  std::shared_ptr<void> link;
};

/// Remembers endpoints that were announced. Each is met once, or forgotten after a while. They are kept by shard: what
/// a session meets depends on its own shard only, and so not on the number of workers.
class Expectations {
 public:
  explicit Expectations(const Limits& limits) : limits_(limits) {}

  /// True where nothing is waited for at all.
  [[nodiscard]] bool empty() const { return open_.empty(); }

  /// Waits for a session. The newest of an endpoint counts. False where an older one had to go for it.
  bool expect(std::size_t shard, Announced announced, Timestamp now) {
    std::deque<Entry>& mine = open_[shard];
    while (!mine.empty() && mine.front().deadline <= now) mine.pop_front();
    const bool room = mine.size() < limits_.expectations;
    if (!room && !mine.empty()) mine.pop_front();
    mine.push_back({std::move(announced), now + limits_.stream_wait});
    return room;
  }

  /// The announcement of a session from `peer` to `endpoint`, which is then met; one without protocol where there was
  /// none.
  Announced meet(std::size_t shard, const Endpoint& endpoint, const IpAddress& peer, std::string_view tunnels,
                 Timestamp now) {
    Announced met;
    const auto found = open_.find(shard);
    if (found == open_.end()) return met;
    std::deque<Entry>& mine = found->second;
    for (auto entry = mine.rbegin(); entry != mine.rend(); ++entry) {
      const Announced& one = entry->announced;
      if (one.endpoint != endpoint || one.peer != peer || one.tunnels != tunnels || entry->deadline <= now) continue;
      met = std::move(entry->announced);
      mine.erase(std::next(entry).base());
      break;
    }
    if (mine.empty()) open_.erase(found);
    return met;
  }

 private:
  struct Entry {
    Announced announced;
    Timestamp deadline;
  };

  const Limits& limits_;
  std::map<std::size_t, std::deque<Entry>> open_;
};

}  // namespace wiretale::flow
