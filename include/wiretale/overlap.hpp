// Which of two copies counts, where packets carry the same octets twice with different values.
#pragma once

#include <cstdint>
#include <string_view>

namespace wiretale {

/// Receivers differ in which copy of an octet they keep while they put a stream, or a datagram, together; who wants to
/// deceive a listener makes use of it. A policy says what the receiver does where a later piece overlaps an earlier one
/// (after Novak and Sturges, Target-Based TCP Stream Reassembly, 2007). Octets already handed on never change.
enum class Overlap : std::uint8_t {
  first,         ///< the earlier copy counts
  last,          ///< the later copy counts
  bsd,           ///< the earlier, but where the later piece begins before it
  linux_kernel,  ///< the same, and where both begin at one place and the later piece goes on further
  windows        ///< the earlier, but where the later piece begins before it and ends behind it
};

/// The word for a policy, as `--overlap` takes it.
[[nodiscard]] constexpr std::string_view name_of(Overlap policy) {
  switch (policy) {
    case Overlap::last:
      return "last";
    case Overlap::bsd:
      return "bsd";
    case Overlap::linux_kernel:
      return "linux";
    case Overlap::windows:
      return "windows";
    case Overlap::first:
      break;
  }
  return "first";
}

/// A stretch of octets as one packet carries them.
struct Extent {
  std::uint64_t begin = 0, end = 0;
};

/// Whether of two overlapping pieces the later one counts.
[[nodiscard]] constexpr bool later_counts(Overlap policy, Extent earlier, Extent later) {
  switch (policy) {
    case Overlap::last:
      return true;
    case Overlap::bsd:
      return later.begin < earlier.begin;
    case Overlap::linux_kernel:
      return later.begin < earlier.begin || (later.begin == earlier.begin && later.end > earlier.end);
    case Overlap::windows:
      return later.begin < earlier.begin && later.end > earlier.end;
    case Overlap::first:
      break;
  }
  return false;
}

}  // namespace wiretale
