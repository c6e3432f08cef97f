// Anomalies of a record, capped.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wiretale/anomaly.hpp>
#include <wiretale/limits.hpp>

namespace wiretale {

/// True where another anomaly of this name would not be told: the list is full (Limits::anomalies) or has it.
inline bool noted(const std::vector<Anomaly>& anomalies, const Limits& limits, std::string_view name) {
  if (anomalies.size() >= limits.anomalies) return true;
  for (const Anomaly& earlier : anomalies)
    if (earlier.name == name) return true;
  return false;
}

/// Adds an anomaly to a record: each name once, the first of its kind, and at most Limits::anomalies of them.
/// False where it was not added.
inline bool note(std::vector<Anomaly>& anomalies, const Limits& limits, Anomaly anomaly) {
  if (noted(anomalies, limits, anomaly.name)) return false;
  anomalies.push_back(std::move(anomaly));
  return true;
}

/// The same; the text is copied only where it is added. `name` must be a literal.
inline bool note(std::vector<Anomaly>& anomalies, const Limits& limits, AnomalyKind kind, std::string_view name,
                 std::string_view text, Frame frame) {
  if (noted(anomalies, limits, name)) return false;
  anomalies.push_back({kind, name, std::string(text), frame});
  return true;
}

}  // namespace wiretale
