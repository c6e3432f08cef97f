// How fast a TCP session goes: round trips, windows, octets under way.
#pragma once

#include <cstdint>
#include <vector>

#include <wiretale/net.hpp>

namespace wiretale::flow {

/// A frame, kept in 32 bits: the low half of its number. A session knows its first frame, and so the rest.
using ShortFrame = std::uint32_t;

/// The frame of a session that begins at `first`.
[[nodiscard]] constexpr Frame whole(ShortFrame frame, Frame first) {
  return first + static_cast<ShortFrame>(frame - static_cast<ShortFrame>(first));
}

/// What each side of a session has, however short: 32 octets.
struct Pace {
  static constexpr std::int64_t none = -1;
  /// The first segment was sent again before it was acknowledged: its time tells nothing (RFC 6298, section 3).
  static constexpr std::int64_t spoilt = -2;

  Timestamp first_at;             ///< when its first octets were sent
  std::int64_t first_rtt = none;  /// nanoseconds until they were acknowledged, or one of the above
  ShortFrame first_frame = 0;
  /// Windows that it announced, as they stand in the header. No SYN's: those are never scaled.
  std::uint16_t window_min = UINT16_MAX, window_max = 0;
  ShortFrame window_min_frame = 0, window_max_frame = 0;

  [[nodiscard]] bool announced() const { return window_min_frame != 0; }
};

/// Round-trip times of one side's segments, one at a time: from a segment to the first acknowledgment of all of it, as
/// the place of the capture sees it.
class RoundTrips {
 public:
  /// So many samples are kept. When there are more, each second one goes and only each second one is taken from there
  /// on, so that those kept lie evenly over the session. Median and percentiles are exact for so many samples.
  static constexpr std::size_t kept = 128;

  void add(Nanos rtt);
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] Nanos min() const { return min_; }
  /// The smoothed round-trip time of RFC 6298, section 2.
  [[nodiscard]] Nanos smoothed() const { return smoothed_; }
  /// The sample that `percent` of those kept don't exceed (nearest rank).
  [[nodiscard]] Nanos percentile(unsigned percent) const;

 private:
  std::vector<Nanos> samples_;
  std::uint64_t count_ = 0;
  std::uint64_t stride_ = 1;
  Nanos min_{};
  Nanos smoothed_{};
};

/// RFC 6298's smoothed round-trip time after one more sample; `first`: there was none before.
[[nodiscard]] Nanos smooth(Nanos smoothed, Nanos sample, bool first);

/// What a side has that sent octets more than once.
struct PaceSeries {
  bool timing = false;
  std::uint64_t timed_end = 0;  ///< offset behind the segment that is being timed
  Timestamp timed_at;
  Timestamp last_ack_at;  ///< when octets of it were last acknowledged
  ShortFrame last_ack_frame = 0;
  std::uint64_t in_flight = 0;  ///< most octets that were sent and not acknowledged
  ShortFrame in_flight_frame = 0;
  RoundTrips round_trips;
};

}  // namespace wiretale::flow
