#include "capture/clock.hpp"

#include <algorithm>

namespace wiretale::capture {
namespace {

constexpr std::uint64_t kNanosPerSecond = 1'000'000'000;
constexpr unsigned kNanoExponent = 9;
// In the year 2261. The 268 days up to the end of 63 bits are left for those who add a timeout to a packet's
// time.
constexpr std::uint64_t kLatest = 9'200'000'000'000'000'000;

std::uint64_t power_of_ten(unsigned exponent) {
  std::uint64_t power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

/// What lies between ticks of 10^-exponent seconds and nanoseconds. Beyond 10^19 no stamp reaches a
/// nanosecond, and 0 says so.
std::uint64_t decimal_scale(unsigned exponent) {
  const unsigned apart = exponent > kNanoExponent ? exponent - kNanoExponent : kNanoExponent - exponent;
  return apart > 19 ? 0 : power_of_ten(apart);
}

std::int64_t nanos_of_offset(std::int64_t seconds) {
  constexpr auto kMost = static_cast<std::int64_t>(kLatest / kNanosPerSecond);
  return std::clamp(seconds, -kMost, kMost) * std::int64_t{kNanosPerSecond};
}

}  // namespace

Clock::Clock(std::uint8_t resolution, std::int64_t offset_s)
    : binary_((resolution & 0x80) != 0),
      exponent_(resolution & 0x7f),
      scale_(decimal_scale(exponent_)),
      offset_ns_(nanos_of_offset(offset_s)) {}

std::uint64_t Clock::nanos_of_decimal(std::uint64_t ticks) const {
  if (exponent_ > kNanoExponent) return scale_ == 0 ? 0 : ticks / scale_;
  return ticks > kLatest / scale_ ? kLatest : ticks * scale_;
}

std::uint64_t Clock::nanos_of_binary(std::uint64_t ticks) const {
  const std::uint64_t seconds = exponent_ < 64 ? ticks >> exponent_ : 0;
  const std::uint64_t fraction = exponent_ < 64 ? ticks & ((std::uint64_t{1} << exponent_) - 1) : ticks;
  if (seconds >= kLatest / kNanosPerSecond) return kLatest;
  const std::uint64_t whole = seconds * kNanosPerSecond;
  if (exponent_ < 32) return whole + (fraction * kNanosPerSecond >> exponent_);
  // fraction × 10^9 may need 94 bits. In two halves its upper 62 are exact, and the lower 32 are shifted out
  // anyway.
  const std::uint64_t upper = (fraction >> 32) * kNanosPerSecond + ((fraction & 0xffff'ffff) * kNanosPerSecond >> 32);
  return whole + (exponent_ - 32 < 64 ? upper >> (exponent_ - 32) : 0);
}

Timestamp Clock::at(std::uint64_t ticks) const {
  const std::uint64_t nanos = std::min(kLatest, binary_ ? nanos_of_binary(ticks) : nanos_of_decimal(ticks));
  const auto ns = static_cast<std::int64_t>(nanos);
  constexpr auto kEnd = static_cast<std::int64_t>(kLatest);
  // A positive offset could go too far; a negative one cannot, because the stamp is not.
  if (offset_ns_ > kEnd - ns) return {kEnd};
  return {std::max<std::int64_t>(0, ns + offset_ns_)};
}

Nanos Clock::resolution() const {
  if (!binary_) return Nanos(exponent_ > kNanoExponent ? 1 : static_cast<std::int64_t>(scale_));
  if (exponent_ >= 30) return Nanos(1);
  const std::uint64_t per_second = std::uint64_t{1} << exponent_;
  return Nanos(static_cast<std::int64_t>((kNanosPerSecond + per_second - 1) >> exponent_));
}

}  // namespace wiretale::capture
