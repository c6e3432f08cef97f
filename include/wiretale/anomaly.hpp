// What was not as it should be.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <wiretale/net.hpp>

namespace wiretale {

enum class AnomalyKind : std::uint8_t {
  cut_off,    ///< the end of a message was not captured (snaplen, end of the capture, closed in the middle)
  malformed,  ///< the protocol forbids what was read
  gap,        ///< octets of the stream are missing from the capture
  limit,      ///< a cap of Limits was reached
  unusual     ///< allowed, but worth a look
};
[[nodiscard]] std::string_view name_of(AnomalyKind kind);

/// One thing that was wrong or odd, with the frame that shows it.
struct Anomaly {
  AnomalyKind kind = AnomalyKind::unusual;
  std::string_view name;  ///< stable, snake_case, a literal: `compression_loop`
  std::string text;       ///< a sentence for people: what was expected, what was there
  Frame frame = 0;
};

}  // namespace wiretale
