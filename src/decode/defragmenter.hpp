// Puts IP datagrams together from their fragments (RFC 791, section 3.2; RFC 8200, section 4.5).
#pragma once

#include <compare>
#include <cstdint>
#include <list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <wiretale/limits.hpp>
#include <wiretale/net.hpp>
#include <wiretale/overlap.hpp>
#include <wiretale/records.hpp>

namespace wiretale::decode {

/// What makes fragments belong together (RFC 791, section 3.2; RFC 8200, section 4.5). The protocol is part
/// of it for IPv6 too, so that a first fragment of another protocol can't take over a datagram.
struct FragmentKey {
  IpAddress source, destination;
  std::uint32_t id = 0;       ///< 16 bits in IPv4, 32 in IPv6
  std::uint8_t protocol = 0;  ///< IPv4 protocol, or the next header named by the IPv6 fragment header
  std::string tunnels = {};   ///< Path::key of the tunnels they came through
  bool operator==(const FragmentKey&) const = default;
  /// The id first, by which most keys differ.
  auto operator<=>(const FragmentKey& other) const {
    return std::tie(id, protocol, source, destination, tunnels) <=>
           std::tie(other.id, other.protocol, other.source, other.destination, other.tunnels);
  }
};

/// One fragment as it came.
struct Fragment {
  FragmentKey key;
  std::uint32_t offset = 0;        ///< of its data in the datagram, in octets
  bool more = false;               ///< the more-fragments flag
  std::uint32_t header_bytes = 0;  ///< IP header, with the IPv6 headers before the fragment header
  Bytes data;                      ///< what was captured of its data
  std::uint32_t told = 0;          ///< octets of data as the headers tell; never less than `data`
  Timestamp time;
  std::span<const Frame> frames;  ///< its frame; several where the fragment itself was put together from fragments
};

/// A whole datagram. Views hold until the defragmenter is called again.
struct Datagram {
  Bytes data;                      ///< what follows the IP header, up to the first octet that was not captured
  std::uint32_t told = 0;          ///< the whole length; more than `data` where the snaplen cut a fragment
  std::uint32_t header_bytes = 0;  ///< of the first fragment (offset 0)
  bool overlaps = false;           ///< fragments overlapped, other than as exact copies
  std::span<const Frame> frames;   ///< of all fragments, duplicates included, as they came
};

/// Datagrams given up, and the packets in them: all of these packets had the outcome `fragment_held`.
struct GivenUp {
  std::uint64_t datagrams = 0;
  std::uint64_t packets = 0;
  bool operator==(const GivenUp&) const = default;
};

/// Datagrams that never became whole, by reason.
struct Incomplete {
  GivenUp timed_out;   ///< no fragment completed them within Limits::fragment_wait
  GivenUp evicted;     ///< dropped for newer ones: Limits::fragment_bytes or fragment_datagrams was reached
  GivenUp too_many;    ///< more fragments than Limits::fragment_pieces, or one alone over fragment_bytes
  GivenUp unfinished;  ///< still incomplete when the capture ended
  /// All of them.
  [[nodiscard]] GivenUp total() const;
};

/// Holds fragments until their datagram is whole. What it does depends on the fragments and their packet
/// times only.
class Defragmenter {
 public:
  /// What became of a fragment.
  enum class Result : std::uint8_t {
    held,       ///< kept until the rest comes
    complete,   ///< it completed its datagram
    too_many,   ///< its datagram reached a cap and was given up with it
    malformed,  ///< an offset or length that can't be, or that contradicts an earlier fragment; not kept
  };

  explicit Defragmenter(const Limits& limits, Overlap overlap = Overlap::first);

  /// Takes a fragment; fills `whole` where that completes a datagram. `fragment` may view an earlier `whole`.
  Result add(const Fragment& fragment, Datagram& whole);
  /// Gives up the datagrams without a fragment for Limits::fragment_wait before `now`. Only frees memory
  /// earlier: a fragment never joins a datagram that began longer ago than that.
  void expire(Timestamp now);
  /// The end of the capture: gives up all that is incomplete.
  void finish();

  /// What was given up so far.
  [[nodiscard]] const Incomplete& incomplete() const { return incomplete_; }
  /// What is to be told of datagrams that were put together or given up since the last call.
  [[nodiscard]] std::vector<FragmentsRecord> take_told() { return std::exchange(told_, {}); }
  /// True where there is something to take.
  [[nodiscard]] bool has_told() const { return !told_.empty(); }
  /// Datagrams held now.
  [[nodiscard]] std::size_t held() const { return held_.size(); }
  /// Octets held now, with what it takes to keep them.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  struct Piece {
    std::uint32_t offset = 0;
    std::uint32_t told = 0;      // length as the headers tell
    std::uint32_t captured = 0;  // length that is there
    std::uint32_t at = 0;        // where it begins in Held::store
    std::uint32_t order = 0;     // of arrival
    [[nodiscard]] std::uint32_t end() const { return offset + told; }
  };
  struct Held {
    FragmentKey key;
    Timestamp began;
    Timestamp active;
    std::uint32_t header_bytes = 0;
    std::uint32_t total = 0;  // 0: the last fragment hasn't come
    std::uint32_t reach = 0;  // the furthest end of a piece
    bool overlaps = false;
    std::vector<Piece> pieces;  // by offset, then arrival
    std::vector<std::uint8_t> store;
    std::vector<Frame> frames;
    std::vector<FragmentFields> list;  // as they came
    [[nodiscard]] std::uint64_t cost() const;
  };
  using Place = std::list<Held>::iterator;

  [[nodiscard]] bool stale(const Held& held, Timestamp now) const;
  [[nodiscard]] Place find_or_begin(const Fragment& fragment);
  [[nodiscard]] static bool fits(const Held& held, const Fragment& fragment);
  void keep(Held& held, const Fragment& fragment);
  bool make_room(Place keep_this, Timestamp now);
  [[nodiscard]] static bool covered(const Held& held);
  void assemble(Held& held, Datagram& whole);
  void paint(Held& held, std::vector<FragmentConflictFields>& conflicts);
  [[nodiscard]] bool wins(const Piece& later, const Piece& earlier) const;
  void tell(const Held& held, std::string_view outcome, std::vector<FragmentConflictFields> conflicts);
  [[nodiscard]] static std::uint32_t captured_prefix(const Held& held);
  void give_up(Place place, GivenUp& reason, std::string_view outcome);
  void give_up_oldest(Timestamp now);
  void forget(Place place);

  const Limits limits_;
  const Overlap overlap_;
  std::list<Held> active_;             // the least recently active first
  std::map<FragmentKey, Place> held_;  // ordered, so that no choice of ids makes it slow
  std::uint64_t bytes_ = 0;
  Incomplete incomplete_;
  std::vector<std::uint8_t> whole_;
  std::vector<Frame> frames_;
  std::vector<std::uint32_t> owners_;  // by octet of a datagram with overlaps: the piece that has it, from 1
  std::vector<FragmentsRecord> told_;
};

}  // namespace wiretale::decode
