// What the readers of all capture formats share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/limits.hpp>

#include "capture/packet.hpp"
#include "capture/window.hpp"

namespace wiretale::capture {

/// How far a capture has been read, and what is known of it by now. A format's reader moves it on.
struct Reading {
  std::string file;  ///< as the user names it
  Window window;
  Limits limits{};
  Frame frame = 0;                          ///< of the last packet
  std::uint64_t frames_without_packet = 0;  ///< numbers taken by blocks that hold no packet
  std::vector<Interface> interfaces{};
  News news{};
  bool has_news = false;
  Tally tally{};
  std::optional<Fault> fault{};

  /// Notes why nothing more is read, for the record or block at `offset`. Always false, to be returned.
  bool fail(std::uint64_t offset, std::string reason);
  /// Why the input ended (or could not be read) within `what`, which begins at `offset` and has `octets`.
  [[nodiscard]] std::string cut(std::uint64_t offset, std::string_view what, std::uint64_t octets) const;
  /// True where the input, not what it holds, is at fault: then nothing can follow.
  [[nodiscard]] bool unreadable() const { return window.error() != 0; }
  /// Notes a stretch that was passed over. One that follows the last one, for the same reason, is added to it.
  void damage(std::uint64_t from, std::uint64_t to, std::string reason);

  // What a capture tells beside packets.
  void tell(Section section);
  void tell(Comment comment);
  void tell(HostName name);
};

/// The largest packet believed of a link type: what libpcap and Wireshark take too. A longer one is a damaged
/// length.
[[nodiscard]] std::uint32_t most_packet_bytes(std::uint32_t link_type, const Limits& limits);

/// True where two times are so close that they may be of packets that follow one another.
[[nodiscard]] inline bool near(Timestamp a, Timestamp b) {
  constexpr Nanos kNear = std::chrono::hours(24);
  return std::chrono::abs(a - b) <= kNear;
}

/// What was at fault where a reader lost its way, until it is found again.
struct Lost {
  std::uint64_t from = 0;    ///< where trust ended
  std::uint64_t record = 0;  ///< start of the record before, whose length may be wrong
  std::string reason;
};

/// What `search` found.
enum class Search : std::uint8_t { found, nothing, waiting };

/// Looks for the next place where `believable(octets from there, all)` is true, and moves the window there. `ahead`:
/// octets that it may look at; it gets fewer, and `all`, only where the input ends. Each octet is looked at once, so
/// this takes time in proportion to what is passed over.
template <class Believable>
Search search(Window& window, std::size_t ahead, Believable believable) {
  for (;;) {
    const Bytes rest = window.look(2 * ahead);
    const bool all = rest.size() < 2 * ahead;
    const std::size_t places = all ? rest.size() : ahead;
    for (std::size_t at = 0; at < places; ++at) {
      if (!believable(rest.subspan(at), all)) continue;
      window.advance(at);
      return Search::found;
    }
    if (all && window.waiting()) {
      window.advance(rest.size() - std::min(rest.size(), ahead));
      return Search::waiting;
    }
    window.advance(places);
    if (all) return Search::nothing;
  }
}

}  // namespace wiretale::capture
