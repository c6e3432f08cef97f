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

std::string Reading::cut(std::uint64_t offset, std::string_view what, std::uint64_t octets) const {
  if (window.error() == kDamagedData) return "the compressed data is damaged or cut off";
  if (window.error() != 0) return "cannot be read on: " + std::generic_category().message(window.error());
  // A length beyond the known end was not read up to there: then the size tells.
  const std::uint64_t end = std::max(window.offset() + window.rest().size(), window.size().value_or(0));
  const std::uint64_t there = end - offset;
  return "cut off: the file ends after " + std::to_string(there) + " of the " + std::to_string(octets) + " octets of " +
         std::string(what);
}

void Reading::damage(std::uint64_t from, std::uint64_t to, std::string reason) {
  tally.damaged_bytes += to - from;
  if (!tally.damages.empty() && tally.damages.back().to == from && tally.damages.back().reason == reason) {
    tally.damages.back().to = to;
    return;
  }
  ++tally.damaged_places;
  if (tally.damages.size() < limits.record_items)
    tally.damages.push_back({from, to, std::move(reason)});
  else
    ++tally.limits_reached["record_items"];
}

void Reading::tell(Section section) {
  if (news.sections.size() >= limits.record_items) {
    ++tally.limits_reached["record_items"];
    return;
  }
  news.sections.push_back(std::move(section));
  has_news = true;
}

void Reading::tell(Comment comment) {
  if (news.comments.size() >= limits.record_items) {
    ++tally.limits_reached["record_items"];
    return;
  }
  news.comments.push_back(std::move(comment));
  has_news = true;
}

void Reading::tell(HostName name) {
  if (news.names.size() >= limits.names) {
    ++tally.limits_reached["names"];
    return;
  }
  news.names.push_back(std::move(name));
  has_news = true;
}

std::uint32_t most_packet_bytes(std::uint32_t link_type, const Limits& limits) {
  constexpr std::uint32_t kUsbLinux = 189;
  constexpr std::uint32_t kUsbLinuxMmapped = 220;
  constexpr std::uint32_t kDbus = 231;
  constexpr std::uint32_t kUsbPcap = 249;
  switch (link_type) {
    case kUsbLinux:
    case kUsbLinuxMmapped:
    case kDbus:
    case kUsbPcap:
      return static_cast<std::uint32_t>(std::min<std::uint64_t>(limits.bus_packet_bytes, UINT32_MAX));
    default:
      return static_cast<std::uint32_t>(std::min<std::uint64_t>(limits.packet_bytes, UINT32_MAX));
  }
}

}  // namespace wiretale::capture
