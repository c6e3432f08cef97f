// A worker: the sessions of some address pairs, from packets to pieces of output.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "decode/decoded.hpp"
#include "engine/bystander.hpp"
#include "engine/context.hpp"
#include "engine/conversation.hpp"
#include "engine/ration.hpp"
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

  /// Takes a packet; `clock`: the engine clock, which is never before a tick's. `origin`: where it is among several
  /// files.
  void packet(const decode::Decoded& packet, Timestamp clock, const Origin* origin = nullptr);
  /// Makes room for more: in shards that take more than the ration, the sessions that were silent for longest end, and
  /// those that hold segments out of order wait no longer. `follows`: the frame that comes next.
  void make_room(const Ration& ration, Frame follows);
  /// What the sessions of each shard take.
  [[nodiscard]] const Usage& usage() const { return usage_; }
  /// Writes down what one shard takes.
  void report(std::size_t shard, Usage& usage) const {
    usage.memory[shard] = usage_.memory[shard];
    usage.held[shard] = usage_.held[shard];
    usage.extracted[shard] = usage_.extracted[shard];
  }
  /// The clock passed a whole second: does what is due up to it. `follows`: the frame that comes next.
  void tick(std::int64_t second, Frame follows);
  /// The end of the capture: sessions close in order of their number. `after`: the number after the last frame.
  void finish(Frame after);

  [[nodiscard]] std::size_t sessions() const { return table_.size(); }
  [[nodiscard]] const Totals& totals();

 private:
  using Table = flow::SessionTable<Conversation>;
  static constexpr std::int64_t no_timer = INT64_MAX;

  void transport(const decode::Decoded& packet);
  bool loose(const decode::Decoded& packet);
  void note_origin(const Conversation& conversation);
  Conversation& open(const flow::SessionKey& key, std::uint64_t hash, const decode::Decoded& packet);
  void close(Conversation& conversation, Ending ending);
  void arm(const Conversation& conversation, std::int64_t not_before);
  void run_timers(std::int64_t second, Frame follows);
  void sweep_timers();
  void charge(Conversation& conversation);
  template <class Cost>
  [[nodiscard]] std::vector<Conversation*> least_active(const std::array<std::uint64_t, shards>& used,
                                                        std::uint64_t ration, Cost&& cost) const;

  Context context_;
  Table table_;
  Bystander bystander_;
  std::map<std::int64_t, std::vector<Table::Place>> timers_;  // sessions to be looked at, by second
  std::size_t timers_set_ = 0;                                // in all of timers_
  std::vector<std::int64_t> armed_;     // by place: the second of the timer that counts, or no_timer
  std::vector<std::uint8_t> shard_of_;  // by place
  Usage usage_;
  Totals totals_;
};

}  // namespace wiretale::engine
