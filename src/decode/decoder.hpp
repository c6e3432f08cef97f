// Takes a packet apart down to its transport payload.
#pragma once

#include <cstdint>

#include <wiretale/limits.hpp>

#include "capture/packet.hpp"
#include "decode/decoded.hpp"
#include "decode/defragmenter.hpp"
#include "decode/layer.hpp"

namespace wiretale::decode {

/// Decodes packets one by one: what a tunnel carries is the packet, the tunnel its path. The only state is that of the
/// defragmenter, so packets have to come in capture order.
class Decoder {
 public:
  explicit Decoder(const Limits& limits, Overlap overlap = Overlap::first);

  /// Fills `out` anew. Its views hold as long as the packet's bytes do; where `out.fragments` isn't empty
  /// they view the defragmenter, and hold until the next call.
  void decode(const capture::Packet& packet, Decoded& out);
  /// Gives up incomplete datagrams that are too old at `now` (engine clock); frees memory at the engine's
  /// ticks.
  void expire(Timestamp now) { defragmenter_.expire(now); }
  /// The end of the capture: what is still incomplete is counted as given up.
  void finish() { defragmenter_.finish(); }
  /// What is to be told of fragments since the last call, and whether there is anything.
  [[nodiscard]] std::vector<FragmentsRecord> take_fragments() { return defragmenter_.take_told(); }
  [[nodiscard]] bool has_fragments() const { return defragmenter_.has_told(); }
  /// Datagrams that never became whole, and how many packets were in them.
  [[nodiscard]] const Incomplete& incomplete() const { return defragmenter_.incomplete(); }

 private:
  [[nodiscard]] Layer step(Layer layer, Parse& parse);
  [[nodiscard]] Layer fragment(Parse& parse);

  const std::uint64_t layers_;
  Defragmenter defragmenter_;
  Nest nest_;
};

}  // namespace wiretale::decode
