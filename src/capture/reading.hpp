// What the readers of all capture formats share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/packet.hpp"
#include "capture/window.hpp"

namespace wiretale::capture {

/// How far a capture has been read, and what is known of it by now. A format's reader moves it on.
struct Reading {
  std::string file;  ///< as the user names it
  Window window;
  Frame frame = 0;                          ///< of the last packet
  std::uint64_t frames_without_packet = 0;  ///< numbers taken by blocks that hold no packet
  std::vector<Interface> interfaces{};
  std::optional<Fault> fault{};

  /// Notes why nothing more is read, for the record or block at `offset`. Always false, to be returned.
  bool fail(std::uint64_t offset, std::string reason);
  /// The same where the input ended (or could not be read) within `what`, which has `octets`.
  bool fail_cut(std::uint64_t offset, std::string_view what, std::uint64_t octets);
};

/// The largest packet believed of a link type: what libpcap and Wireshark take too. A longer one is a damaged
/// length.
[[nodiscard]] std::uint32_t most_packet_bytes(std::uint32_t link_type);

}  // namespace wiretale::capture
