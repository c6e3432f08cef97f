// How memory is shared out among sessions when it grows scarce, so that who has to go is the same in every run.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <wiretale/limits.hpp>

namespace wiretale::engine {

/// Sessions are counted by shards: a session's shard follows from its packets alone, whatever the number of workers.
inline constexpr std::size_t shards = 256;

/// Packets between two looks at the memory.
inline constexpr std::size_t packets_a_round = 2048;
/// Rounds that pass until what was used at the end of one decides: so many may be under way at once.
inline constexpr std::size_t rounds_under_way = 8;

/// What the sessions of each shard take.
struct Usage {
  std::array<std::uint64_t, shards> memory{};     ///< octets of all that is kept for sessions
  std::array<std::uint64_t, shards> held{};       ///< octets of segments out of order, which are part of it
  std::array<std::uint64_t, shards> extracted{};  ///< octets of files that were written, since the start
};

/// How much one shard may take. What is above it goes, the least recently active first.
struct Ration {
  static constexpr std::uint64_t plenty = UINT64_MAX;
  std::uint64_t memory = plenty;
  std::uint64_t held = plenty;
  bool extract = true;  ///< more may be written of files

  /// Where to stop, so that not every round has to make room: a quarter below.
  [[nodiscard]] static std::uint64_t goal(std::uint64_t ration) { return ration - ration / 4; }
};

/// The rations that bring the sum down to the limits; plenty while it is within them. Shards that take little keep it:
/// only the largest ones give.
[[nodiscard]] Ration ration_of(const Usage& usage, const Limits& limits);

/// The rations by round: what was used at the end of a round decides about the one that comes `rounds_under_way` later.
/// Used by one thread, or under a lock.
class Rations {
 public:
  explicit Rations(const Limits& limits) : limits_(limits) {}

  /// A round, the next one, is worked off.
  void done(const Usage& usage) { rations_[done_++ % rations_.size()] = ration_of(usage, limits_); }
  /// The ration of a round, counted from 0. The one `rounds_under_way` before it must be done.
  [[nodiscard]] Ration of(std::uint64_t round) const {
    return round < rounds_under_way ? Ration{} : rations_[(round - rounds_under_way) % rations_.size()];
  }

 private:
  const Limits& limits_;
  std::array<Ration, rounds_under_way> rations_{};
  std::uint64_t done_ = 0;
};

}  // namespace wiretale::engine
