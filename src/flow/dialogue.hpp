// Runs a stream dissector: its two coroutines, over octets that come in order.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include <wiretale/dissector.hpp>

namespace wiretale::flow {

/// Feeds the two Inputs of a stream dissector, starts its coroutines, and starts them anew behind gaps. Who calls it
/// has put each stream in order and keeps causality between the sides.
class Dialogue {
 public:
  Dialogue(const Limits& limits, std::unique_ptr<StreamDissector> dissector);

  /// Starts both coroutines. `midstream`: the sides' beginnings were not seen (Input::resuming()).
  void start(bool midstream);
  /// The next octets of a side. The view needs to hold for this call only.
  void feed(Side side, Bytes bytes, Frame frame, Timestamp time);
  /// `missing` octets of a side are not in the capture; `frame` comes after them.
  void miss(Side side, std::uint64_t missing, Frame frame, Timestamp time);
  /// A side ended: what still waits for it is dropped. Each side once.
  void end(Side side, Close how);

  /// done() or become(): nothing is read any more.
  void freeze();
  /// False where both sides are no longer read: what comes needs only counting.
  [[nodiscard]] bool listening() const;
  [[nodiscard]] bool ended(Side side) const { return sides_[index(side)].ended; }
  /// Gives the octets that nobody took to the next dialogue, which must not have been started, and ends this one.
  void hand_over(Dialogue& next);
  /// How many octets of a side were waited with until its end: the start of something that didn't come whole. 0 where
  /// nobody waited.
  [[nodiscard]] std::uint64_t unfinished(Side side) const { return sides_[index(side)].unfinished; }
  /// The last frame of a side that carried octets, or came after a hole.
  [[nodiscard]] Frame last_frame(Side side) const { return sides_[index(side)].last_frame; }
  /// Octets that both sides hold for who waits for more.
  [[nodiscard]] std::size_t held_bytes() const {
    return static_cast<std::size_t>(sides_[0].input.held_bytes() + sides_[1].input.held_bytes());
  }
  /// Octets of a side that nobody took.
  [[nodiscard]] std::vector<Input::Run> untaken(Side side) { return sides_[index(side)].input.untaken(); }

 private:
  struct Half {
    explicit Half(const Limits& limits) : input(limits) {}
    Input input;
    Talk talk;
    bool heard = false;  ///< something came from this side
    bool ended = false;
    Frame last_frame = 0;
    std::uint64_t unfinished = 0;
  };

  Talk talk_of(Side side);
  void restart(Side side, bool resuming);
  void settle(Side side);
  bool unblock(Side side);

  const Limits& limits_;
  std::unique_ptr<StreamDissector> dissector_;
  std::array<Half, 2> sides_;
};

}  // namespace wiretale::flow
