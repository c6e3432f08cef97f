// One record a TCP segment, for those who look at TCP itself (`--tcp-detail`).
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>

#include <wiretale/tcp_records.hpp>

#include "decode/decoded.hpp"
#include "flow/tcp_state.hpp"
#include "flow/tcp_streams.hpp"

namespace wiretale::engine {

/// Follows both sides of a session segment by segment. Here, unlike in flow::Pace, each segment is timed.
class TcpDetail {
 public:
  explicit TcpDetail(const Limits& limits) : most_(limits.reassembly_segments) {}

  /// Takes note of what the streams counted for a side before a segment of it.
  void before(unsigned side, const flow::TcpStreams& streams);
  /// The record of the segment, which the streams and the state took by now. `side`: its sender, 0 or 1.
  [[nodiscard]] TcpSegmentRecord segment(unsigned side, const decode::Decoded& packet, const flow::TcpStreams& streams,
                                         const flow::TcpState& state);
  /// True where more segments waited for their acknowledgment than may be remembered.
  [[nodiscard]] bool limited() const { return limited_; }

 private:
  /// A segment that waits for its acknowledgment.
  struct Open {
    std::uint32_t end;
    Frame frame;
    Timestamp time;
    bool again;      ///< sent more than once
    bool handshake;  ///< a SYN
  };
  struct Side {
    std::optional<std::uint32_t> base;  ///< initial sequence number
    std::deque<Open> open;
    std::optional<Nanos> estimated;
  };

  void settle(unsigned side, const decode::TcpHeader& header, TcpSegmentRecord& record);
  void remember(unsigned side, const decode::Decoded& packet);
  void compare(unsigned side, const flow::TcpStreams& streams, TcpSegmentRecord& record) const;

  std::array<Side, 2> sides_;
  std::uint64_t most_;
  bool limited_ = false;
  flow::Incidents incidents_;
  flow::Ledger ledger_;
};

}  // namespace wiretale::engine
