#include <wiretale/tale.hpp>

#include <fmt/format.h>

namespace wiretale {
namespace {

/// `count / unit` with one decimal, rounded: 1.2 for 1234 of 1000.
std::string tenths(std::uint64_t count, std::uint64_t unit) {
  const std::uint64_t tenth = unit / 10;
  const std::uint64_t ten = count / tenth + (count % tenth >= tenth / 2 ? 1 : 0);
  return fmt::format("{}.{}", ten / 10, ten % 10);
}

std::string short_duration(std::uint64_t ns) {
  constexpr std::uint64_t us = 1000, ms = 1000 * us, s = 1000 * ms;
  const auto rounded = [&](std::uint64_t unit) { return (ns + unit / 2) / unit; };
  if (ns == 0) return "0 s";
  if (ns < us) return fmt::format("{} ns", ns);
  if (rounded(us) < 100) return fmt::format("{} µs", rounded(us));
  if (ns < 9950 * us) return tenths(ns, ms) + " ms";
  if (rounded(ms) < 1000) return fmt::format("{} ms", rounded(ms));
  if (ns < 9950 * ms) return tenths(ns, s) + " s";
  return fmt::format("{} s", rounded(s));
}

}  // namespace

std::string human_duration(Nanos duration) {
  const std::int64_t signed_ns = duration.count();
  const bool negative = signed_ns < 0;
  const std::uint64_t ns = negative ? 0 - static_cast<std::uint64_t>(signed_ns) : static_cast<std::uint64_t>(signed_ns);
  std::string text = negative ? "-" : "";
  const std::uint64_t s = (ns + 500'000'000) / 1'000'000'000;
  const auto two = [](std::uint64_t big, std::string_view big_unit, std::uint64_t small, std::string_view small_unit) {
    return small == 0 ? fmt::format("{} {}", big, big_unit)
                      : fmt::format("{} {} {} {}", big, big_unit, small, small_unit);
  };
  if (s < 60) return text + short_duration(ns);
  if (s < 3600) return text + two(s / 60, "min", s % 60, "s");
  const std::uint64_t minutes = (s + 30) / 60;
  if (minutes < 1440) return text + two(minutes / 60, "h", minutes % 60, "min");
  const std::uint64_t hours = (s + 1800) / 3600;
  return text + two(hours / 24, "d", hours % 24, "h");
}

std::string human_bytes(std::uint64_t bytes) {
  if (bytes == 1) return "1 byte";
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  std::uint64_t unit = 1000;
  const std::string_view units = "kMGTPE";
  std::size_t i = 0;
  // 999,950 and more round to 1000.0 of a unit: that is 1.0 of the next.
  while (i + 1 < units.size() && (bytes / unit > 999 || (bytes / unit == 999 && bytes % unit >= unit / 20 * 19))) {
    unit *= 1000;
    ++i;
  }
  return fmt::format("{} {}B", tenths(bytes, unit), units[i]);
}

std::string human_count(std::uint64_t count, std::string_view noun, std::string_view plural) {
  std::string digits = fmt::format("{}", count);
  for (std::size_t i = digits.size(); i > 3;) {
    i -= 3;
    digits.insert(i, ",");
  }
  if (count == 1) return fmt::format("{} {}", digits, noun);
  return plural.empty() ? fmt::format("{} {}s", digits, noun) : fmt::format("{} {}", digits, plural);
}

}  // namespace wiretale
