#include "report/stream_numbers.hpp"

namespace wiretale::report {

std::optional<std::uint64_t> StreamNumbers::next(Transport transport, std::uint64_t flow, bool goes_on) {
  if (transport != Transport::tcp && transport != Transport::udp) return std::nullopt;
  Counter& counter = counters_[transport == Transport::tcp ? 0 : 1];
  if (counter.lost) return std::nullopt;
  const auto known = counter.last.find(flow);
  if (goes_on && known != counter.last.end()) return known->second;
  if (goes_on && counter.full) {
    counter.lost = true;  // new, or one of those that were not remembered
    return std::nullopt;
  }
  const std::uint64_t number = counter.next++;
  if (known != counter.last.end())
    known->second = number;
  else if (counter.last.size() < flows_remembered)
    counter.last.emplace(flow, number);
  else
    counter.full = true;
  return number;
}

}  // namespace wiretale::report
