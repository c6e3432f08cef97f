// Takes packets from all inputs, in order of time, and makes them ready for the workers.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "capture/file_source.hpp"
#include "decode/decoder.hpp"
#include "engine/filter.hpp"
#include "engine/pipeline.hpp"

namespace wiretale::engine {

/// The engine clock: the largest packet time so far. It never goes back, but for packets that lie so far behind that
/// the one that set it must have been wrong.
class Clock {
 public:
  explicit Clock(const Limits& limits) : jump_(limits.clock_jump) {}

  /// Goes on to a packet's time. True where a new whole second began, so that a tick is due.
  bool advance(Timestamp time);
  [[nodiscard]] Timestamp now() const { return now_; }
  /// Times that the clock was set back, and the frame of the first such packet.
  [[nodiscard]] std::uint64_t rebased() const { return rebased_; }

 private:
  Nanos jump_;
  Timestamp now_;
  bool started_ = false;
  std::uint64_t rebased_ = 0;
};

/// One packet from the inputs, decoded, with what happens before it.
struct Event {
  decode::Decoded packet;
  std::vector<std::uint32_t> new_interfaces;  ///< they appeared with this packet, or one that was filtered out before
  std::optional<std::int64_t> tick;           ///< the second that passed before this packet
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

  [[nodiscard]] Timestamp clock() const { return clock_.now(); }
  [[nodiscard]] Frame frames() const { return frames_; }
  [[nodiscard]] InterfaceRecord interface(std::uint32_t number) const;
  [[nodiscard]] CaptureRecord capture() const;
  [[nodiscard]] Progress progress() const;
  [[nodiscard]] const std::vector<Failure>& failures() const { return failures_; }
  /// Adds what the reader counted to the summary.
  void fill(SummaryRecord& summary, std::vector<std::string>& warnings);

 private:
  struct Input {
    capture::FileSource source;
    std::string name;
    capture::Packet packet;
    bool more = false;
    std::map<std::uint32_t, std::uint32_t> interfaces;  ///< its own index to the run's number
  };

  [[nodiscard]] std::size_t earliest() const;
  void note_interface(Input& input, Event& event, capture::Packet& packet);
  void count(const decode::Decoded& packet);

  const Options& options_;
  Filter filter_;
  decode::Decoder decoder_;
  Clock clock_;
  std::vector<Input> inputs_;
  std::size_t current_ = 0;
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
};

}  // namespace wiretale::engine
