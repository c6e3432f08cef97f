// Octets of a dialogue of commands and replies that are not in the capture: told with what follows them.
#pragma once

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <wiretale/session.hpp>

#include "common/notes.hpp"

namespace wiretale {

/// The frame after the latest hole in what each side said (by index(Side)), until something tells of it.
using DialogueGaps = std::array<std::optional<Frame>, 2>;

/// Tells of a side's hole with the exchange that follows it, where there is one.
inline void note_gap(DialogueGaps& gaps, Side side, std::vector<Anomaly>& anomalies, const Limits& limits) {
  const std::optional<Frame> gap = std::exchange(gaps[index(side)], std::nullopt);
  if (!gap) return;
  note(anomalies, limits, AnomalyKind::gap, side == Side::client ? "commands_missing" : "replies_missing",
       side == Side::client ? "Octets of the client before this are not in the capture."
                            : "Octets of the server before this are not in the capture.",
       *gap);
}

/// Tells of the holes that nothing followed: at the end of the session.
inline void tell_gaps(const DialogueGaps& gaps, Session& session) {
  for (const Side side : {Side::client, Side::server})
    if (const std::optional<Frame>& gap = gaps[index(side)])
      session.anomaly({AnomalyKind::gap, "octets_missing",
                       side == Side::client ? "Octets of the client are not in the capture, and no command follows."
                                            : "Octets of the server are not in the capture, and no reply follows.",
                       *gap});
}

}  // namespace wiretale
