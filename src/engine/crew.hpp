// Several workers, the rounds of packets that they work off, and the merging of what they make.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/batch.hpp"
#include "engine/pipeline.hpp"
#include "engine/ration.hpp"
#include "engine/worker.hpp"

namespace wiretale::engine {

/// Some packets in a row, shared out to all workers: one batch each, if need be an empty one. When all have worked it
/// off, nothing of what they will make later can stand before it. Where the input makes wait, a round goes out in
/// parts; a Round is one of them then.
class Round {
 public:
  /// `room`: packets until the round is full.
  Round(unsigned workers, std::size_t room) : batches_(workers), made_(workers + 1), room_(room) {}

  /// Shares out a packet: by its innermost address pair, by the pair that an ICMP error quotes, or by the protocol
  /// that talks across pairs.
  void add(const decode::Decoded& packet, Timestamp clock, const std::shared_ptr<const capture::Block>& block,
           const Origin* origin);
  void tick(std::int64_t second, Frame follows);
  /// The capture ends with this round; `after`: the number after the last frame.
  void finish(Frame after);
  [[nodiscard]] bool full() const;
  /// True where there is nothing in it to be worked off or told.
  [[nodiscard]] bool empty() const;
  /// Where the reader says things of its own.
  [[nodiscard]] Outlet& own() { return own_; }

  Progress progress;
  bool flushes = false;  ///< nothing more is there at the moment: who watches shall see all that is known

 private:
  friend class Crew;
  std::vector<Batch> batches_;
  std::vector<BatchOutlet> made_;  ///< by the reader, then by each worker
  BatchOutlet own_;
  std::size_t room_;
  std::size_t packets_ = 0;
  bool begins_ = false, ends_ = false;  ///< it has the first, the last packet of a whole round
  Frame first_frame_ = 0;
  Ration ration_;         ///< how much memory shards may take
  Usage usage_;           ///< what they took when it was worked off; each worker writes its own shards
  std::size_t done_ = 0;  ///< workers that have worked it off; guarded by the crew's mutex
};

/// Runs a reader and workers in threads of their own, and merges in the caller's. The number of rounds under way is
/// bounded: who is fast waits for who is slow.
class Crew {
 public:
  Crew(const Options& options, const Cast& cast);
  ~Crew();

  /// Starts reading: `fill` fills a round, and returns false when it was the last.
  void read(std::function<bool(Round&)> fill);
  /// True where nobody waits for what is read any more. For the reader.
  [[nodiscard]] bool stopped() const;
  /// Gives everything to the audience, in order, until the last round. What the workers counted.
  Totals merge();

 private:
  struct Member {
    std::unique_ptr<report::Renderer> renderer;
    BatchOutlet outlet;
    std::unique_ptr<Worker> worker;
    std::uint64_t next = 0;  ///< round (or part) to work off next
    /// Of this round and of the one before: see flow::Recent.
    std::vector<std::shared_ptr<const capture::Block>> blocks, before;
    std::thread thread;
  };

  void work(unsigned number);
  void read_all(const std::function<bool(Round&)>& fill);
  std::shared_ptr<Round> round_for(Member& member);
  void stop();

  const Cast& cast_;
  std::vector<std::unique_ptr<Member>> members_;
  std::thread reader_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Round>> rounds_;  ///< read, and not merged yet
  std::uint64_t first_round_ = 0;              ///< how many went out before rounds_.front(), parts counted
  Rations rations_;
  bool all_read_ = false;
  bool stopped_ = false;
};

}  // namespace wiretale::engine
