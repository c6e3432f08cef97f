#include "capture/reading.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "capture/packed_input.hpp"

namespace wiretale::capture {

bool Reading::fail(std::uint64_t offset, std::string reason) {
  fault = Fault{file, offset, std::move(reason)};
  return false;
}

bool Reading::fail_cut(std::uint64_t offset, std::string_view what, std::uint64_t octets) {
  if (window.error() == kDamagedData) return fail(offset, "the compressed data is damaged or cut off");
  if (window.error() != 0) {
    return fail(offset, "cannot be read on: " + std::generic_category().message(window.error()));
  }
  // A length beyond the known end was not read up to there: then the size tells.
  const std::uint64_t end = std::max(window.offset() + window.rest().size(), window.size().value_or(0));
  const std::uint64_t there = end - offset;
  return fail(offset, "cut off: the file ends after " + std::to_string(there) + " of the " + std::to_string(octets) +
                          " octets of " + std::string(what));
}

std::uint32_t most_packet_bytes(std::uint32_t link_type) {
  constexpr std::uint32_t kUsbLinux = 189;
  constexpr std::uint32_t kUsbLinuxMmapped = 220;
  constexpr std::uint32_t kDbus = 231;
  constexpr std::uint32_t kUsbPcap = 249;
  switch (link_type) {
    case kUsbLinux:
    case kUsbLinuxMmapped:
    case kDbus:
    case kUsbPcap:
      return 128U << 20;
    default:
      return 256U << 10;
  }
}

}  // namespace wiretale::capture
