// Puts both streams of a TCP session in order.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <wiretale/limits.hpp>
#include <wiretale/net.hpp>

namespace wiretale::flow {

/// What one side sent, octet by octet: captured = delivered + duplicate + conflicting + beyond_limit + rejected + held.
struct Ledger {
  std::uint64_t captured = 0;
  std::uint64_t delivered = 0;
  std::uint64_t duplicate = 0;
  std::uint64_t conflicting = 0;
  std::uint64_t beyond_limit = 0;
  std::uint64_t rejected = 0;
  std::uint64_t gaps = 0;
  std::uint64_t gap_bytes = 0;
  std::uint64_t retransmitted_packets = 0;
  std::uint64_t out_of_order_packets = 0;
};

/// A TCP segment, as the assembler needs it.
struct Segment {
  std::uint32_t seq = 0;
  std::uint32_t ack = 0;
  bool has_ack = false;
  bool syn = false;
  Bytes payload;                    ///< what was captured
  std::uint32_t payload_bytes = 0;  ///< what was sent
  Frame frame = 0;
  Timestamp time;
  bool fin = false;
};

/// Hears the streams in order.
class StreamListener {
 public:
  /// The next octets of a side (0 or 1). The view holds for the call only.
  virtual void octets(unsigned side, Bytes bytes, Frame frame, Timestamp time) = 0;
  /// `missing` octets of a side are not in the capture; `frame` comes after them.
  virtual void hole(unsigned side, std::uint64_t missing, Frame frame, Timestamp time) = 0;

 protected:
  ~StreamListener() = default;
};

/// The two streams of a TCP session (RFC 9293), with causality between them: octets of a side are told only after all
/// that the segment carrying them acknowledged of the other side was told, or declared a hole. Of octets seen twice
/// the first ones count. Sides are 0 and 1, in no particular order.
class TcpStreams {
 public:
  explicit TcpStreams(const Limits& limits) : limits_(limits) {}

  /// Takes a segment of a side. `now`: the engine clock. True where a deadline may have come nearer.
  bool segment(unsigned side, const Segment& segment, Timestamp now, StreamListener& listener);
  /// Declares holes whose deadline has come.
  void tick(Timestamp now, StreamListener& listener);
  /// The earliest deadline of a hole; nothing where none waits.
  [[nodiscard]] std::optional<Timestamp> deadline() const;
  /// No more segments will come: tells all that is held, with the holes between.
  void finish(StreamListener& listener);
  /// Counts a segment of a session that was reset: its octets are rejected.
  void reject(unsigned side, const Segment& segment);

  [[nodiscard]] Ledger ledger(unsigned side) const;
  /// True where the stream's start is known: a SYN, or the acknowledgment of one, was seen.
  [[nodiscard]] bool from_start(unsigned side) const { return sides_[side].from_start; }
  /// Octets of a side told so far, holes included.
  [[nodiscard]] std::uint64_t offset(unsigned side) const { return sides_[side].next; }
  /// True where all of a side was told, up to its FIN.
  [[nodiscard]] bool ended(unsigned side) const { return sides_[side].next >= sides_[side].fin; }
  /// True where nothing was ever amiss with either side.
  [[nodiscard]] bool plain() const { return !sides_[0].disorder && !sides_[1].disorder; }
  /// Octets held out of order.
  [[nodiscard]] std::size_t held_bytes() const;
  /// Octets kept beside the object itself.
  [[nodiscard]] std::size_t footprint() const;
  /// True where the reassembly cap was reached.
  [[nodiscard]] bool limited() const { return limited_; }

 private:
  /// A segment, or a part of one, that can't be told yet.
  struct Held {
    std::uint64_t offset;
    std::uint64_t needs;  ///< octets of the other stream that it acknowledges
    std::vector<std::uint8_t> bytes;
    std::uint64_t cut;  ///< octets after `bytes` that the snaplen cut off
    Frame frame;
    Timestamp time;
    [[nodiscard]] std::uint64_t end() const { return offset + bytes.size() + cut; }
  };
  struct Range {
    std::uint64_t begin, end;
  };
  /// What a side needs only once something was amiss with it. Most sides never do.
  struct Disorder {
    std::uint64_t held_bytes = 0;
    std::uint64_t behind = 0;  ///< segments of the session since the hole opened
    Timestamp since;           ///< when the hole opened
    std::vector<Held> held;    ///< by offset, without overlaps
    std::vector<Range> holes;  ///< the latest declared: what comes late for them
    Ledger ledger;             ///< without `captured` and `delivered`
  };
  /// Small, as there may be millions.
  struct Side {
    std::uint32_t next_seq = 0;  ///< sequence number of the next octet to tell
    bool placed = false;         ///< `next_seq` is known
    bool from_start = false;
    bool waiting = false;            ///< a hole is open
    bool fin_assumed = false;        ///< one octet more than was seen was acknowledged: taken for a FIN
    std::uint64_t next = 0;          ///< offset of the next octet to tell
    std::uint64_t acked = 0;         ///< offset that the other side acknowledged
    std::uint64_t highest = 0;       ///< end of the furthest octet seen
    std::uint64_t fin = UINT64_MAX;  ///< where its FIN stands
    std::uint64_t captured = 0;
    std::unique_ptr<Disorder> disorder;

    /// The same, made where it wasn't needed so far.
    Disorder& amiss() {
      if (!disorder) disorder = std::make_unique<Disorder>();
      return *disorder;
    }
    [[nodiscard]] bool holds() const { return disorder && !disorder->held.empty(); }
    [[nodiscard]] const Held& front() const { return disorder->held.front(); }
    /// Octets counted as seen before.
    [[nodiscard]] std::uint64_t seen_again() const {
      return disorder ? disorder->ledger.duplicate + disorder->ledger.conflicting : 0;
    }
  };

  [[nodiscard]] std::optional<std::uint64_t> offset_of(const Side& side, std::uint32_t seq) const;
  void place(unsigned side, const Segment& segment);
  std::uint64_t note_ack(unsigned side, const Segment& segment);
  void tell(unsigned side, Bytes bytes, Frame frame, Timestamp time, StreamListener& listener);
  void tell_missing(unsigned side, std::uint64_t count, Frame frame, Timestamp time, StreamListener& listener);
  void accept(unsigned side, const Segment& segment, std::uint64_t offset, std::uint64_t needs,
              StreamListener& listener);
  void take(unsigned side, const Segment& segment, std::uint64_t offset, std::uint64_t needs, StreamListener& listener);
  Bytes drop_old(Side& side, Bytes payload, std::uint64_t& offset);
  void hold(Disorder& side, const Held& piece);
  void uncover(Disorder& side, std::uint64_t begin, std::uint64_t end);
  void compare(Disorder& side, const Held& old, const Held& piece);
  bool tell_front(unsigned side, StreamListener& listener);
  void pump(StreamListener& listener);
  [[nodiscard]] std::uint64_t reached(unsigned side) const;
  [[nodiscard]] bool has_hole(unsigned side) const;
  [[nodiscard]] bool acknowledged(unsigned side) const;
  void declare(unsigned side, Frame frame, Timestamp time, StreamListener& listener);
  bool watch_holes(const Segment& segment, Timestamp now, StreamListener& listener);
  [[nodiscard]] Timestamp deadline_of(unsigned side) const;

  const Limits& limits_;
  std::array<Side, 2> sides_;
  Frame last_frame_ = 0;
  bool limited_ = false;
};

}  // namespace wiretale::flow
