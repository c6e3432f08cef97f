// Whether a report on a damaged capture is honest: what is missing is said.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/run.hpp"

namespace wiretale::harness {

/// What is lost of a capture.
enum class Damage : std::uint8_t {
  ended,    ///< nothing from some octet on: the capture ends there
  hole,     ///< a TCP segment
  snapped,  ///< the end of a datagram, which is known to have been longer
  datagram  ///< a datagram, which nobody can know of
};

/// Holds reports on damaged captures to the report on the whole one.
///
/// *Nothing untrue*: a record that isn't in the whole report word for word says that it is damaged (`complete` is
/// false, or it has an anomaly), or it only knows less: there is a record in the whole report of the same type and
/// frames that says all that this one says. (`number`, `id` and `file` count things, and may differ then.) A lost
/// datagram leaves another conversation, which is as good as the first: this isn't asked of it.
///
/// *Nothing silent*: a frame that the whole report tells of, and of which anything is left, is told of (segments
/// without octets, which only lie between frames that a record names, have nothing to tell); or a record or session
/// says that it is damaged. Where only the capture ended, or a datagram is gone, records that say so of themselves are
/// no excuse for other frames; a session that says so is one.
class Honesty {
 public:
  Honesty(const Told& whole, const Packets& packets);

  /// `first_lost`: the first frame of which nothing is left; of a hole the only one. Gives what isn't honest; empty
  /// where all is well. Records that aren't of the shape declared are told of too.
  [[nodiscard]] std::string complaint(const Told& damaged, Damage damage, Frame first_lost) const;

 private:
  using Json = nlohmann::ordered_json;

  [[nodiscard]] bool knows_less(const Json& record) const;
  [[nodiscard]] bool new_session_anomaly(const Told& damaged) const;

  std::unordered_map<std::string, std::vector<Frames>> lines_;  // the whole report, and the frames each line tells of
  std::vector<Json> records_;
  std::unordered_set<Frame> told_;
  std::unordered_set<std::string> session_anomalies_;
};

}  // namespace wiretale::harness
