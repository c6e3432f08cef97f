// Octets that were told a moment ago: where they lie, to compare what comes again with them.
#pragma once

#include <cstdint>
#include <vector>

#include <wiretale/net.hpp>

namespace wiretale::flow {

/// Remembers where the latest segments of all sessions of a worker lie in memory. Nothing is copied: the reader keeps
/// each block of packets until the one after the next is read. Which segments are at hand depends on the capture alone,
/// not on the number of workers: those of the last frames, in the block at hand or the one before.
class Recent {
 public:
  /// Where a segment's octets lie. Without a block they lie elsewhere, and can't be remembered.
  struct Place {
    Recent* recent = nullptr;
    std::uint32_t block = 0;  ///< number of the block, from 1
  };
  struct Told {
    Bytes bytes;
    std::uint64_t offset = 0;  ///< in its stream
    Frame frame = 0;
    std::uint32_t session = 0;  ///< by number()
    std::uint32_t block = 0;
    unsigned side = 0;
  };

  /// Further frames than this are not looked back.
  static constexpr std::uint64_t frames = 256;

  Recent() : told_(2 * frames) {}
  /// A number for a session, to know its segments by.
  [[nodiscard]] std::uint32_t number() { return ++sessions_; }
  /// Octets were told; of one frame once at most.
  void note(const Told& told) {
    told_[next_] = told;
    next_ = (next_ + 1) % told_.size();
  }
  /// Calls visit(told) for what was told of a side of a session and is still at hand in frame `now`, block `block`.
  template <class Visit>
  void each(std::uint32_t session, unsigned side, Frame now, std::uint32_t block, const Visit& visit) const {
    for (const Told& told : told_)
      if (told.session == session && told.side == side && told.frame + frames > now && told.block + 1 >= block)
        visit(told);
  }

 private:
  std::vector<Told> told_;
  std::size_t next_ = 0;
  std::uint32_t sessions_ = 0;
};

}  // namespace wiretale::flow
