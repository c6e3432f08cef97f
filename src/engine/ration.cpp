#include "engine/ration.hpp"

#include <algorithm>
#include <numeric>

namespace wiretale::engine {
namespace {

/// The level to which the largest have to come down so that the sum is `limit`.
std::uint64_t level(std::array<std::uint64_t, shards> usage, std::uint64_t limit) {
  const std::uint64_t sum = std::accumulate(usage.begin(), usage.end(), std::uint64_t{0});
  if (sum <= limit) return Ration::plenty;
  std::ranges::sort(usage);
  std::uint64_t left = limit;
  for (std::size_t i = 0; i < usage.size(); ++i) {
    const std::uint64_t share = left / (usage.size() - i);
    if (usage[i] > share) return share;
    left -= usage[i];
  }
  return Ration::plenty;
}

}  // namespace

Ration ration_of(const Usage& usage, const Limits& limits) {
  const std::uint64_t written = std::accumulate(usage.extracted.begin(), usage.extracted.end(), std::uint64_t{0});
  return {level(usage.memory, limits.memory), level(usage.held, limits.reassembly_memory),
          written < limits.extract_total};
}

}  // namespace wiretale::engine
