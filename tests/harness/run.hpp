// Runs packets through a worker, as the program does, and collects the NDJSON that comes out.
#pragma once

#include <string>
#include <vector>

#include <wiretale/dissector.hpp>

#include "engine/context.hpp"
#include "harness/packets.hpp"

namespace wiretale::harness {

/// What a run said: NDJSON lines without their line ends.
struct Told {
  std::vector<std::string> records;   ///< of dissectors, in the order said
  std::vector<std::string> sessions;  ///< session records

  bool operator==(const Told&) const = default;
};

/// Hears packets one by one and gives what was said at the end. Time passes as in the pipeline: with the packets.
class Run {
 public:
  explicit Run(const engine::Settings& settings);
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  void packet(const decode::Decoded& packet);
  /// The capture ends; what was said.
  [[nodiscard]] Told finish();

 private:
  struct Stage;
  std::unique_ptr<Stage> stage_;
};

/// Runs all packets. `settings` with default values is the program without any option.
[[nodiscard]] Told run(const Packets& packets, const engine::Settings& settings = {});

/// Settings under which the server's port of a script speaks the protocol that the script names.
[[nodiscard]] engine::Settings settings_of(const Script& script);

}  // namespace wiretale::harness
