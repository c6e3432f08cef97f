// Puts both streams of a TCP session in order.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <wiretale/limits.hpp>
#include <wiretale/net.hpp>

#include "flow/backlog.hpp"
#include "flow/tcp_doubles.hpp"
#include "flow/tcp_pace.hpp"

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
  std::uint64_t out_of_order_packets = 0;
};

/// Segments of one side that were not simply the next ones. Few sides have any.
struct Incidents {
  std::uint32_t timeouts = 0;  ///< retransmissions after silence
  std::uint32_t fast = 0;      ///< retransmissions that duplicate acknowledgments asked for
  std::uint32_t spurious = 0;  ///< retransmissions of what had been acknowledged
  std::uint32_t duplicate_acks = 0;
  std::uint32_t zero_windows = 0;
  std::uint32_t keep_alives = 0;
  std::uint32_t window_probes = 0;
  std::uint32_t doubled_frames = 0;  ///< the same packet captured again
};

/// A hole in a stream, and why it is one.
struct Hole {
  enum class Cause : std::uint8_t {
    not_captured,  ///< acknowledged: it was sent and received
    snaplen,       ///< the capture cut the packet
    lost           ///< nobody acknowledged it
  };
  std::uint64_t offset = 0, bytes = 0;
  Frame frame = 0;  ///< the first that comes after it
  Cause cause = Cause::lost;
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
  std::uint8_t window_shift = unknown_shift;  ///< scale of `window` (RFC 7323)
  std::uint16_t window = 0;                   ///< as it stands in the header
  Mark mark = {};                             ///< of the packet, to know it again
  Recent::Place place = {};                   ///< where `payload` lies

  static constexpr std::uint8_t unknown_shift = 255;
};

/// Something odd about the streams.
struct Oddity {
  enum class Kind : std::uint8_t {
    conflict,          ///< octets came twice, with different values
    reset_outside,     ///< a RST outside the window
    reset_ignored,     ///< a RST that its side went on after
    data_after_reset,  ///< octets that came after a RST
    fin_outside,       ///< a FIN outside the window
    data_after_fin,    ///< octets behind a FIN
    outside_window,    ///< octets that the receiver had no room for, and never acknowledged
    urgent             ///< urgent octets
  };
  Kind kind;
  unsigned side;    ///< whose segment it is
  Frame frame;      ///< that shows it
  Frame other = 0;  ///< the frame that it goes against, where there is one
  std::uint64_t bytes = 0;
  const Conflict* conflict = nullptr;  ///< of a conflict
};

/// Hears the streams in order.
class StreamListener {
 public:
  /// The next octets of a side (0 or 1). The view holds for the call only.
  virtual void octets(unsigned side, Bytes bytes, Frame frame, Timestamp time) = 0;
  /// `missing` octets of a side are not in the capture; `frame` comes after them.
  virtual void hole(unsigned side, std::uint64_t missing, Frame frame, Timestamp time) = 0;
  /// Something odd: each is told once.
  virtual void odd(const Oddity& oddity) = 0;

 protected:
  ~StreamListener() = default;
};

/// The two streams of a TCP session (RFC 9293), with causality between them: octets of a side are told only after all
/// that the segment carrying them acknowledged of the other side was told, or declared a hole. Which of two copies of
/// octets that wait counts, the policy says; what was told never changes. Sides are 0 and 1, in no particular order.
class TcpStreams {
 public:
  explicit TcpStreams(const Limits& limits, Overlap policy = Overlap::first) : limits_(limits), policy_(policy) {}

  /// Takes a segment of a side. `now`: the engine clock. True where a deadline may have come nearer.
  bool segment(unsigned side, const Segment& segment, Timestamp now, StreamListener& listener);
  /// Takes a RST; its octets are rejected. False where it lies outside the window: then it resets nothing (RFC 9293,
  /// section 3.10.7.4). After it, octets of the other side, and of its own behind it, wait until it shows whether the
  /// RST was obeyed: were it forged, its side would go on.
  bool reset(unsigned side, const Segment& segment, StreamListener& listener);
  /// Counts the octets of a RST that resets nothing any more.
  void reject(unsigned side, const Segment& segment);
  /// True after a RST that, as far as one can tell, was obeyed.
  [[nodiscard]] bool was_reset() const { return aftermath_ != nullptr; }
  /// True where a FIN may be the stream's end; else it lies outside the window, and is told as odd.
  [[nodiscard]] bool may_finish(unsigned side, const Segment& segment, StreamListener& listener);
  /// Says that a segment has urgent octets. They stay in the stream, where many receivers take one out.
  void urgent(unsigned side, const Segment& segment, StreamListener& listener);
  /// Declares holes whose deadline has come.
  void tick(Timestamp now, StreamListener& listener);
  /// The earliest deadline of a hole; nothing where none waits.
  [[nodiscard]] std::optional<Timestamp> deadline() const;
  /// No more segments will come: tells all that is held, with the holes between.
  void finish(StreamListener& listener);

  [[nodiscard]] Ledger ledger(unsigned side) const;
  [[nodiscard]] Incidents incidents(unsigned side) const;
  /// The first holes of a side, at most `holes_told`.
  [[nodiscard]] std::vector<Hole> holes(unsigned side) const;
  /// The first conflicts of a side that were told as odd.
  [[nodiscard]] std::vector<Conflict> conflicts(unsigned side) const;
  [[nodiscard]] const Pace& pace(unsigned side) const { return sides_[side].pace; }
  /// Null where a side had one segment with octets at most.
  [[nodiscard]] const PaceSeries* series(unsigned side) const { return series_ ? &(*series_)[side] : nullptr; }
  /// Octets of a side that were acknowledged.
  [[nodiscard]] std::uint64_t acked(unsigned side) const {
    return std::min(sides_[side].acked, sides_[side].highest());
  }
  /// True where a SYN with this number stands right before the side's stream as it is known.
  [[nodiscard]] bool begins_behind(unsigned side, std::uint32_t syn) const {
    return sides_[side].placed && offset_of(sides_[side], syn + 1) == 0;
  }
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

  static constexpr std::size_t holes_told = 16;

 private:
  /// A window that is not known: both SYNs must be seen for its scale.
  static constexpr std::uint32_t any_room = UINT32_MAX;

  struct Range {
    std::uint64_t begin, end;
  };
  /// What a side needs only once something was amiss with it. Most sides never do.
  struct Disorder {
    std::uint64_t beyond = 0;  ///< end of the furthest octet seen, where it is not told yet
    std::uint64_t behind = 0;  ///< segments of the session since the hole opened
    Timestamp since;           ///< when the hole opened
    Backlog held;
    std::vector<Range> holes;  ///< the latest declared: what comes late for them
    std::vector<Hole> told;    ///< the first declared
    Ledger ledger;             ///< without `captured` and `delivered`
    Incidents incidents;
    std::unique_ptr<Doubles> doubles;  ///< the latest packets, once one was captured twice
    std::uint64_t recovery = 0;  ///< what had been sent when duplicate acknowledgments last asked for a retransmission
    std::uint32_t acks_again = 0;     ///< duplicate acknowledgments of it in a row
    std::uint64_t far_ack = 0;        ///< an acknowledgment far ahead that nothing bears out yet
    std::vector<Conflict> conflicts;  ///< those told
    std::uint8_t told_odd = 0;        ///< kinds of oddities, a bit each
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
    std::uint64_t fin = UINT64_MAX;  ///< where its FIN stands
    std::uint64_t captured = 0;
    std::unique_ptr<Disorder> disorder;
    std::uint32_t room = any_room;  ///< the window that the other side announced last
    LastMark last;                  ///< of its last packet
    Pace pace;

    /// The same, made where it wasn't needed so far.
    Disorder& amiss() {
      if (!disorder) disorder = std::make_unique<Disorder>();
      return *disorder;
    }
    /// End of the furthest octet seen.
    [[nodiscard]] std::uint64_t highest() const { return disorder ? std::max(next, disorder->beyond) : next; }
    [[nodiscard]] bool holds() const { return disorder && !disorder->held.empty(); }
    [[nodiscard]] const Backlog::Piece& front() const { return disorder->held.front(); }
    /// Octets counted as seen before.
    [[nodiscard]] std::uint64_t seen_again() const {
      return disorder ? disorder->ledger.duplicate + disorder->ledger.conflicting : 0;
    }
  };
  /// What came after a RST, until it shows what that meant.
  struct Aftermath {
    struct Kept {
      unsigned side;
      Segment segment;
      std::vector<std::uint8_t> bytes;
    };
    unsigned by = 0;       ///< whose RST it was
    std::uint64_t at = 0;  ///< its place in that stream
    Frame frame = 0;
    std::vector<Kept> kept;
    std::uint64_t kept_bytes = 0;
    std::uint64_t dropped[2] = {};  ///< octets that were not kept
  };

  [[nodiscard]] std::optional<std::uint64_t> offset_of(const Side& side, std::uint32_t seq) const;
  [[nodiscard]] static std::uint64_t edge(const Side& side);
  [[nodiscard]] bool inside(unsigned side, const Segment& segment) const;
  void say(const Oddity& oddity, StreamListener& listener);
  void double_check(unsigned side, const Backlog::Doubles& doubles, StreamListener& listener);
  void place(unsigned side, const Segment& segment);
  std::uint64_t note_ack(unsigned side, const Segment& segment);
  bool believe(Side& peer, std::uint64_t offset);
  void acknowledged_more(unsigned of, std::uint64_t offset, const Segment& segment);
  void acknowledged_again(unsigned side, const Segment& segment);
  void note_window(unsigned side, const Segment& segment);
  void tell(unsigned side, Bytes bytes, Frame frame, Timestamp time, StreamListener& listener);
  void remember(unsigned side, Bytes origin, Frame frame, Recent::Place place);
  void tell_missing(unsigned side, std::uint64_t count, Frame frame, Timestamp time, Hole::Cause cause,
                    StreamListener& listener);
  void sent(unsigned side, const Segment& segment, std::uint64_t end);
  void begin_series();
  std::uint64_t behind_fin(unsigned side, const Segment& segment, std::uint64_t offset, StreamListener& listener);
  void no_octets(unsigned side, const Segment& segment, std::optional<std::uint64_t> offset);
  void accept(unsigned side, const Segment& segment, std::uint64_t offset, std::uint64_t needs,
              StreamListener& listener);
  void classify(unsigned side, const Segment& segment, std::uint64_t offset, bool any_seen);
  void sent_again(unsigned side, std::uint64_t offset, std::uint64_t end);
  static bool captured_before(Side& side, const Segment& segment);
  [[nodiscard]] bool captured_again(unsigned side, const Segment& segment);
  void take(unsigned side, const Segment& segment, std::uint64_t offset, std::uint64_t needs, StreamListener& listener);
  void hold(unsigned side, Backlog::Piece piece, Bytes payload, StreamListener& listener);
  Bytes drop_old(Side& side, Bytes payload, std::uint64_t& offset, std::uint64_t differing);
  std::uint64_t check_old(unsigned side, const Segment& segment, std::uint64_t offset, StreamListener& listener);
  bool tell_front(unsigned side, StreamListener& listener);
  void pump(StreamListener& listener);
  [[nodiscard]] std::uint64_t reached(unsigned side) const;
  [[nodiscard]] bool has_hole(unsigned side) const;
  [[nodiscard]] bool acknowledged(unsigned side) const;
  [[nodiscard]] bool stray(unsigned side) const;
  void drop_stray(unsigned side, StreamListener& listener);
  void declare(unsigned side, Frame frame, Timestamp time, StreamListener& listener);
  bool watch_holes(const Segment& segment, Timestamp now, StreamListener& listener);
  [[nodiscard]] Timestamp deadline_of(unsigned side) const;
  bool wait_and_see(unsigned side, const Segment& segment, Timestamp now, StreamListener& listener);
  [[nodiscard]] bool goes_on(unsigned side, const Segment& segment) const;
  void keep(unsigned side, const Segment& segment);
  void reject_aftermath(StreamListener& listener);

  const Limits& limits_;
  std::array<Side, 2> sides_;
  std::unique_ptr<std::array<PaceSeries, 2>> series_;
  std::unique_ptr<Aftermath> aftermath_;
  Frame last_frame_ = 0;
  Overlap policy_;
  bool limited_ = false;
  bool doubled_ = false;      ///< the segment at hand was captured before
  std::uint32_t number_ = 0;  ///< what `Recent` knows the session by; 0: not yet
};

}  // namespace wiretale::flow
