// Takes packets from all inputs, in order of time, and makes them ready for the workers.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/file_source.hpp"
#include "capture/filter.hpp"
#include "decode/decoder.hpp"
#include "engine/context.hpp"
#include "engine/pipeline.hpp"
#include "engine/toll.hpp"

namespace wiretale::engine {

/// The engine clock: the largest packet time so far. A packet that lies further off than Limits::clock_jump, on either
/// side, may have an absurd stamp: the clock follows it only when the next packet lies there too. Only so does it ever
/// go back.
class Clock {
 public:
  explicit Clock(const Limits& limits) : jump_(limits.clock_jump) {}

  /// Goes on to a packet's time. True where a new whole second began, so that a tick is due.
  bool advance(Timestamp time);
  [[nodiscard]] Timestamp now() const { return now_; }
  /// The time at which the last packet's session was active: also where a jump ahead is not believed yet, so that the
  /// session outlives the tick that may follow.
  [[nodiscard]] Timestamp activity() const { return doubted_ && *doubted_ > now_ ? *doubted_ : now_; }
  /// Stamps that were not believed.
  [[nodiscard]] std::uint64_t absurd() const { return absurd_; }
  /// Times that the clock was set back.
  [[nodiscard]] std::uint64_t rebased() const { return rebased_; }

 private:
  Nanos jump_;
  Timestamp now_;
  std::optional<Timestamp> doubted_;  ///< time of the packet before, where it jumped
  bool started_ = false;
  std::uint64_t absurd_ = 0;
  std::uint64_t rebased_ = 0;
};

/// What the reader tells beside packets.
struct Announced {
  std::vector<SectionRecord> sections;
  std::vector<InterfaceRecord> interfaces;
  std::vector<CommentRecord> comments;
  std::vector<capture::HostName> names;
  std::vector<FragmentsRecord> fragments;  ///< datagrams that the packet completed, or that were given up before
};

/// One packet from the inputs, decoded, with what happens before it.
struct Event {
  decode::Decoded packet;
  bool says = false;                 ///< there is something in `announced`
  Announced announced;               ///< told with this packet, or since the one before
  std::optional<std::int64_t> tick;  ///< the second that passed before this packet
  Origin origin;                     ///< where several inputs are merged
};

/// Reads, filters, decodes and counts. Used by one thread.
class Reader {
 public:
  explicit Reader(const Options& options);

  /// What a step came to.
  enum class Step : std::uint8_t {
    packet,
    waiting,  ///< there is nothing more at the moment: show what is known, then wait()
    end
  };

  /// Opens all inputs; false where there is nothing to read, with the reasons in failures().
  bool open();
  /// The next packet that passes the filter. `event.says` may be true in any case.
  Step next(Event& event);
  /// Waits until an input may have more.
  void wait();
  /// The current packet's place in its own file; null with a single input.
  [[nodiscard]] const Origin* origin(const Event& event) const { return tells_origins_ ? &event.origin : nullptr; }
  /// Owner of the current packet's bytes.
  [[nodiscard]] const std::shared_ptr<const capture::Block>& block() const { return inputs_[current_].source->block(); }

  /// Engine time of the current packet.
  [[nodiscard]] Timestamp clock() const { return clock_.activity(); }
  [[nodiscard]] Frame frames() const { return frames_; }
  [[nodiscard]] CaptureRecord capture() const;
  [[nodiscard]] Progress progress() const;
  [[nodiscard]] const std::vector<Failure>& failures() const { return failures_; }
  /// The end: what is left of fragments.
  [[nodiscard]] Announced finish();
  /// Adds what the reader counted to the summary.
  void fill(SummaryRecord& summary, std::vector<std::string>& warnings);

 private:
  struct Input {
    std::string name;
    std::optional<capture::FileSource> source;  ///< none while it is closed: before its turn, and in the end
    std::unique_ptr<capture::Follow> follow;    ///< where the file is followed
    std::optional<std::uint64_t> size;          ///< where it is known
    std::uint64_t read = 0;                     ///< octets of what is closed
    capture::Packet packet;
    Frame counted = 0;                      ///< frames of the source that the merged sequence has
    std::uint32_t file = 0;                 ///< number in `files_`
    std::vector<std::uint32_t> interfaces;  ///< by its own index: the run's number
    bool parked = false;                    ///< only its first packet was looked at
    bool reopens = false;                   ///< it was followed to its end, and another file may have the name
  };
  /// An input and its next packet: the earliest has its turn; among equals the one named first.
  struct Turn {
    Timestamp time;
    std::size_t input;
    auto operator<=>(const Turn&) const = default;
  };

  void open_one(const std::string& path, bool named);
  [[nodiscard]] capture::FileOptions file_options(Input& input) const;
  bool reopen(Input& input);
  Step advance(Event& event);
  Step advance_merged(Event& event);
  Step read(Input& input, Event& event);
  void put_in_turn(std::size_t input, Timestamp time);
  void close(Input& input, Event& event);
  void announce(Input& input, Event& event, const capture::Packet* packet);
  [[nodiscard]] InterfaceRecord describe(const Input& input, const capture::Interface& from) const;
  [[nodiscard]] std::string file_of(const Input& input) const { return several() ? input.name : std::string(); }
  [[nodiscard]] bool several() const { return inputs_.size() > 1; }
  void count(const decode::Decoded& packet);
  void note_block(decode::Decoded& packet);

  const Options& options_;
  capture::Filter filter_;
  decode::Decoder decoder_;
  Clock clock_;
  std::vector<Input> inputs_;
  std::size_t current_ = SIZE_MAX;
  /// The blocks of this packet and of those before it: what came again is compared with them.
  std::shared_ptr<const capture::Block> block_, block_before_;
  std::uint32_t block_number_ = 0;
  std::string format_;                 ///< of the first input
  bool tells_origins_ = false;         ///< there are several files, or may be
  std::deque<std::string> files_;      ///< names, where they stay: origins point to them
  std::vector<Turn> turns_;            ///< a heap: the earliest first
  std::vector<std::size_t> unread_;    ///< inputs whose next packet is not known
  std::vector<std::size_t> silent_;    ///< followed inputs that have nothing at the moment
  std::size_t until_retry_ = 0;        ///< packets until silent ones are asked again
  std::uint32_t interfaces_ = 0;       ///< told
  Frame earlier_frames_ = 0;           ///< of inputs that were closed
  std::vector<std::string> left_out_;  ///< files in folders that are no captures
  Toll told_;                          ///< what closed inputs add up to
  std::vector<Failure> failures_;
  Frame frames_ = 0;
  std::uint64_t packets_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t filtered_out_ = 0;
  std::optional<Timestamp> first_, last_;
  std::array<std::uint64_t, static_cast<std::size_t>(decode::Outcome::count)> outcomes_{};
  std::map<std::uint32_t, std::uint64_t> unknown_links_;
  std::map<std::uint16_t, std::uint64_t> unknown_ethertypes_;  ///< at most Limits::record_items
};

}  // namespace wiretale::engine
