// Wireshark's tcp.stream and udp.stream, counted without Wireshark.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include <wiretale/net.hpp>

namespace wiretale::report {

/// Numbers sessions as Wireshark does, which counts conversations of a transport from 0 by their first packet. It
/// knows no timeouts: what goes on between the same endpoints without a new SYN keeps its number.
class StreamNumbers {
 public:
  /// Flows remembered for one transport; beyond, what can't be told for sure is left out.
  static constexpr std::size_t flows_remembered = 1U << 18;

  /// The number of the next session in order of first frames; nothing where it isn't known. `flow` is equal for all
  /// sessions between the same endpoints; `goes_on`: no packet of the session opens a connection.
  std::optional<std::uint64_t> next(Transport transport, std::uint64_t flow, bool goes_on);

 private:
  struct Counter {
    std::uint64_t next = 0;
    bool lost = false;  ///< a flow that was not remembered may have come before
    bool full = false;
    std::unordered_map<std::uint64_t, std::uint64_t> last;  ///< by flow
  };
  std::array<Counter, 2> counters_;
};

}  // namespace wiretale::report
