// Anomalies of a record, capped.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wiretale/anomaly.hpp>
#include <wiretale/limits.hpp>

namespace wiretale {

/// Adds an anomaly to a record: each name once, the first of its kind, and at most Limits::anomalies of them. False
/// where the list was full or had it already, so that a caller may skip what else it would say.
inline bool note(std::vector<Anomaly>& anomalies, const Limits& limits, Anomaly anomaly) {
  if (anomalies.size() >= limits.anomalies) return false;
  for (const Anomaly& earlier : anomalies)
    if (earlier.name == anomaly.name) return false;
  anomalies.push_back(std::move(anomaly));
  return true;
}

}  // namespace wiretale
