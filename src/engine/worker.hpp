// A worker: the sessions of some address pairs, from packets to pieces of output.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "decode/decoded.hpp"
#include "engine/context.hpp"
#include "engine/conversation.hpp"
#include "flow/session_table.hpp"

namespace wiretale::engine {

/// What a worker counted; the sums over all workers make the summary.
struct Totals {
  std::uint64_t sessions = 0;
  std::uint64_t without_session = 0;
  std::map<std::string, ProtocolTotal, std::less<>> protocols;
  std::map<std::string_view, std::uint64_t> limits_reached;

  void add(const Totals& other);
};

/// Finds the session of each packet, and looks after the sessions' deadlines. It is used by one thread, and shares
/// nothing with other workers.
class Worker {
 public:
  /// `renderer` and `outlet` are the worker's own; `settings` is shared and doesn't change.
  Worker(const Settings& settings, report::Renderer& renderer, Outlet& outlet);

  /// Takes a packet; `clock`: the engine clock, which is never before a tick's.
  void packet(const decode::Decoded& packet, Timestamp clock);
  /// The clock passed a whole second: does what is due up to it. `follows`: the frame that comes next.
  void tick(std::int64_t second, Frame follows);
  /// The end of the capture: sessions close in order of their number. `after`: the number after the last frame.
  void finish(Frame after);

  [[nodiscard]] std::size_t sessions() const { return table_.size(); }
  [[nodiscard]] const Totals& totals();

 private:
  using Table = flow::SessionTable<Conversation>;
  /// A session to be looked at. It may be gone by then, or have moved its deadline.
  struct Timer {
    Table::Place place;
    Frame session;
  };
  /// The timer that counts for the session at a place: of all others, looking here is enough.
  struct Armed {
    std::int64_t second = INT64_MAX;
    Frame session = 0;
  };

  void transport(const decode::Decoded& packet);
  bool icmp_error(const decode::Decoded& packet);
  Conversation& open(const flow::SessionKey& key, std::uint64_t hash, const decode::Decoded& packet);
  void close(Conversation& conversation, Ending ending);
  void arm(const Conversation& conversation, std::int64_t not_before);
  void run_timers(std::int64_t second, Frame follows);

  Context context_;
  Table table_;
  std::map<std::int64_t, std::vector<Timer>> timers_;
  std::vector<Armed> armed_;  // by place
  Totals totals_;
};

}  // namespace wiretale::engine
