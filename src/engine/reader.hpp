// Takes packets from all inputs, in order of time, and makes them ready for the workers.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "capture/file_source.hpp"
#include "capture/filter.hpp"
#include "decode/decoder.hpp"
#include "engine/pipeline.hpp"

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

/// One packet from the inputs, decoded, with what happens before it.
struct Event {
  decode::Decoded packet;
  std::vector<std::uint32_t> new_interfaces;  ///< they appeared with this packet, or one that was filtered out before
  std::optional<std::int64_t> tick;           ///< the second that passed before this packet
  std::vector<FragmentsRecord> fragments;     ///< datagrams that it completed, or that were given up before
};

/// Reads, filters, decodes and counts. Used by one thread.
class Reader {
 public:
  explicit Reader(const Options& options);

  /// Opens all inputs; false where there is nothing to read, with the reasons in failures().
  bool open();
  /// The next packet that passes the filter; false at the end.
  bool next(Event& event);
  /// Owner of the current packet's bytes.
  [[nodiscard]] const std::shared_ptr<const capture::Block>& block() const { return inputs_[current_].source.block(); }

  /// Engine time of the current packet.
  [[nodiscard]] Timestamp clock() const { return clock_.activity(); }
  [[nodiscard]] Frame frames() const { return frames_; }
  [[nodiscard]] InterfaceRecord interface(std::uint32_t number) const;
  [[nodiscard]] CaptureRecord capture() const;
  [[nodiscard]] Progress progress() const;
  [[nodiscard]] const std::vector<Failure>& failures() const { return failures_; }
  /// The end: what is left of fragments.
  [[nodiscard]] std::vector<FragmentsRecord> finish();
  /// Adds what the reader counted to the summary.
  void fill(SummaryRecord& summary, std::vector<std::string>& warnings);

 private:
  struct Input {
    capture::FileSource source;
    std::string name;
    capture::Packet packet;
    bool more = false;
    static constexpr std::uint32_t unseen = UINT32_MAX;
    std::vector<std::uint32_t> interfaces;  ///< by its own index: the run's number, or `unseen`
  };

  [[nodiscard]] std::size_t earliest() const;
  void note_interface(Input& input, Event& event, capture::Packet& packet);
  void count(const decode::Decoded& packet);
  void note_block(decode::Decoded& packet);

  const Options& options_;
  capture::Filter filter_;
  decode::Decoder decoder_;
  Clock clock_;
  std::vector<Input> inputs_;
  std::size_t current_ = 0;
  /// The blocks of this packet and of those before it: what came again is compared with them.
  std::shared_ptr<const capture::Block> block_, block_before_;
  std::uint32_t block_number_ = 0;
  bool started_ = false;
  std::vector<capture::Interface> interfaces_;
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
