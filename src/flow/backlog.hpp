// Octets of a stream that came before their turn.
#pragma once

#include <cstdint>
#include <vector>

#include <wiretale/net.hpp>
#include <wiretale/overlap.hpp>

#include "flow/recent.hpp"

namespace wiretale::flow {

/// An octet of a stream that came twice, with different values, and those that follow.
struct Conflict {
  std::uint64_t offset = 0;  ///< of the first octet that differs
  Frame first_frame = 0, second_frame = 0;
  std::vector<std::uint8_t> first, second;  ///< what each says from there on: a few octets
};

/// Pieces of one stream, by offset and without overlaps. Where pieces overlap, the policy says which one counts.
class Backlog {
 public:
  /// A segment, or a part of one.
  struct Piece {
    std::uint64_t offset = 0;
    std::uint64_t needs = 0;  ///< octets of the other stream that it acknowledges
    std::vector<std::uint8_t> bytes;
    std::uint64_t cut = 0;  ///< octets after `bytes` that the snaplen cut off
    Frame frame = 0;
    Timestamp time;
    Extent sent;          ///< the whole segment that it is of
    Bytes origin;         ///< `bytes` as they lie in the packet; empty where not known, or where another part has them
    Recent::Place place;  ///< of `origin`
    [[nodiscard]] std::uint64_t end() const { return offset + bytes.size() + cut; }
  };
  /// What became of octets that were there twice.
  struct Doubles {
    std::uint64_t duplicate = 0;
    std::uint64_t conflicting = 0;
    Conflict conflict;  ///< the first one, where there are any
  };

  [[nodiscard]] bool empty() const { return pieces_.empty(); }
  [[nodiscard]] std::size_t size() const { return pieces_.size(); }
  /// Octets in all pieces.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] const Piece& front() const { return pieces_.front(); }
  /// True where nothing follows the first piece at once.
  [[nodiscard]] bool front_alone() const {
    return pieces_.size() == 1 || (pieces_.size() > 1 && pieces_[1].offset != pieces_[0].end());
  }
  Piece take_front();

  /// Adds a piece.
  [[nodiscard]] Doubles add(const Piece& piece, Overlap policy);

 private:
  using Pieces = std::vector<Piece>;

  void uncover(std::uint64_t begin, std::uint64_t end);
  Pieces::iterator insert(Pieces::iterator at, Piece piece);
  Pieces::iterator settle(Pieces::iterator at, const Piece& later, Overlap policy, Doubles& doubles);
  Pieces::iterator replace(Pieces::iterator at, const Piece& later, Extent stretch);

  Pieces pieces_;
  std::uint64_t bytes_ = 0;
};

/// Compares octets that both copies have: `first` and `second` begin at `offset`.
void compare(Backlog::Doubles& doubles, std::uint64_t offset, Bytes first, Frame first_frame, Bytes second,
             Frame second_frame);

}  // namespace wiretale::flow
