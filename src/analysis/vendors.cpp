// Makers of network interfaces: the MA-L registry of IEEE, one line an assignment, in order.
#include <charconv>

#include "analysis/analysis.hpp"

namespace wiretale::analysis {
namespace {

constexpr char lines[] =
#include "analysis/vendors.inc"
    ;
constexpr std::string_view registry(lines, sizeof lines - 1);

/// The line that `at` lies in.
std::string_view line_at(std::size_t at) {
  const std::size_t before = at == 0 ? std::string_view::npos : registry.rfind('\n', at - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  return registry.substr(begin, registry.find('\n', begin) - begin);
}

}  // namespace

std::string_view vendor_of(const MacAddress& mac) {
  if ((mac.octets[0] & 3) != 0) return {};  // a group, or made up by its host (IEEE 802, local bit)
  const std::uint32_t wanted = std::uint32_t{mac.octets[0]} << 16 | std::uint32_t{mac.octets[1]} << 8 | mac.octets[2];
  std::size_t low = 0, high = registry.size();
  while (low < high) {  // [low, high) begins and ends at line starts
    const std::string_view line = line_at(low + (high - low) / 2);
    std::uint32_t prefix = 0;
    const std::string_view digits = line.substr(0, 6);
    const char* const end = digits.data() + digits.size();
    std::from_chars(digits.data(), end, prefix, 16);
    if (prefix == wanted) return line.substr(7);
    const auto begin = static_cast<std::size_t>(line.data() - registry.data());
    if (prefix < wanted)
      low = begin + line.size() + 1;
    else
      high = begin;
  }
  return {};
}

}  // namespace wiretale::analysis
