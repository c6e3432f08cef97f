// How a pcapng interface counts time.
#pragma once

#include <cstdint>

#include <wiretale/net.hpp>

namespace wiretale::capture {

/// Turns the stamps of one interface into moments.
class Clock {
 public:
  /// `resolution` is the octet of if_tsresol: the negative power of 10, or of 2 where the highest bit is set,
  /// that a tick is of a second. `offset_s` is if_tsoffset: seconds added to every stamp.
  explicit Clock(std::uint8_t resolution = 6, std::int64_t offset_s = 0);

  /// The moment of a stamp, rounded down to a nanosecond, and kept between 1970 and 2261: so the difference
  /// of any two moments can be taken, and a timeout added, without overflow.
  [[nodiscard]] Timestamp at(std::uint64_t ticks) const;
  /// Length of a tick, rounded up to a nanosecond.
  [[nodiscard]] Nanos resolution() const;

 private:
  [[nodiscard]] std::uint64_t nanos_of_decimal(std::uint64_t ticks) const;
  [[nodiscard]] std::uint64_t nanos_of_binary(std::uint64_t ticks) const;

  bool binary_;
  unsigned exponent_;
  std::uint64_t scale_;  // between decimal ticks and nanoseconds: multiplies up to exponent 9, divides above
  std::int64_t offset_ns_;
};

}  // namespace wiretale::capture
