#include "flow/backlog.hpp"

#include <algorithm>

namespace wiretale::flow {
namespace {

/// Octets kept of each copy where two differ.
constexpr std::size_t excerpt = 16;

/// The part of `piece` between two offsets.
Backlog::Piece part_of(const Backlog::Piece& piece, std::uint64_t begin, std::uint64_t end) {
  Backlog::Piece part{begin, piece.needs, {}, 0, piece.frame, piece.time, piece.sent, {}, {}};
  const std::uint64_t data_end = piece.offset + piece.bytes.size();
  if (begin < data_end) {
    const auto from = static_cast<std::ptrdiff_t>(begin - piece.offset);
    const auto to = static_cast<std::ptrdiff_t>(std::min(end, data_end) - piece.offset);
    part.bytes.assign(piece.bytes.begin() + from, piece.bytes.begin() + to);
  }
  part.place = piece.place;
  if (begin == piece.offset) part.origin = slice(piece.origin, 0, part.bytes.size());
  part.cut = end > std::max(data_end, begin) ? end - std::max(data_end, begin) : 0;
  return part;
}

/// The first piece that reaches beyond `offset`.
template <class Pieces>
auto first_behind(Pieces& pieces, std::uint64_t offset) {
  return std::lower_bound(pieces.begin(), pieces.end(), offset,
                          [](const auto& piece, std::uint64_t at) { return piece.end() <= at; });
}

/// The captured octets of a piece within a stretch.
Bytes octets_of(const Backlog::Piece& piece, Extent stretch) {
  return slice(Bytes(piece.bytes), static_cast<std::size_t>(stretch.begin - piece.offset),
               static_cast<std::size_t>(stretch.end - stretch.begin));
}

std::vector<std::uint8_t> excerpt_of(Bytes bytes, std::size_t from) {
  const Bytes part = slice(bytes, from, excerpt);
  return {part.begin(), part.end()};
}

}  // namespace

void compare(Backlog::Doubles& doubles, std::uint64_t offset, Bytes first, Frame first_frame, Bytes second,
             Frame second_frame) {
  const std::size_t count = std::min(first.size(), second.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (first[i] == second[i]) {
      ++doubles.duplicate;
      continue;
    }
    if (doubles.conflicting++ == 0)
      doubles.conflict = {offset + i, first_frame, second_frame, excerpt_of(first, i), excerpt_of(second, i)};
  }
}

Backlog::Piece Backlog::take_front() {
  Piece front = std::move(pieces_.front());
  pieces_.erase(pieces_.begin());
  bytes_ -= front.bytes.size();
  return front;
}

Backlog::Pieces::iterator Backlog::insert(Pieces::iterator at, Piece piece) {
  bytes_ += piece.bytes.size();
  return pieces_.insert(at, std::move(piece));
}

/// Makes room between two offsets where the snaplen had cut octets off: they came after all.
void Backlog::uncover(std::uint64_t begin, std::uint64_t end) {
  auto at = first_behind(pieces_, begin);
  while (at != pieces_.end() && at->offset < end) {
    const std::uint64_t data_end = at->offset + at->bytes.size();
    const std::uint64_t from = std::max(begin, data_end), to = std::min(end, at->end());
    if (from >= to) {
      ++at;
      continue;
    }
    Piece rest{to, at->needs, {}, at->end() - to, at->frame, at->time, at->sent, {}, {}};
    at->cut = from - data_end;
    at = at->offset == at->end() ? pieces_.erase(at) : at + 1;
    if (rest.cut != 0) at = pieces_.insert(at, std::move(rest)) + 1;
  }
}

Backlog::Doubles Backlog::add(const Piece& piece, Overlap policy) {
  Doubles doubles;
  if (!piece.bytes.empty()) uncover(piece.offset, piece.offset + piece.bytes.size());
  auto at = first_behind(pieces_, piece.offset);
  std::uint64_t begin = piece.offset;
  const std::uint64_t end = piece.end();
  while (begin < end) {
    if (at == pieces_.end() || at->offset >= end) {
      insert(at, part_of(piece, begin, end));
      break;
    }
    if (at->offset > begin) {
      Piece before = part_of(piece, begin, at->offset);
      begin = at->offset;
      at = insert(at, std::move(before)) + 1;
    }
    begin = std::max(begin, at->end());
    at = settle(at, piece, policy, doubles);
  }
  return doubles;
}

/// Settles what a piece and a later one both have. Gives the place behind the piece.
Backlog::Pieces::iterator Backlog::settle(Pieces::iterator at, const Piece& later, Overlap policy, Doubles& doubles) {
  const Extent stretch{std::max(at->offset, later.offset),
                       std::min(at->offset + at->bytes.size(), later.offset + later.bytes.size())};
  if (stretch.begin >= stretch.end) return at + 1;
  compare(doubles, stretch.begin, octets_of(*at, stretch), at->frame, octets_of(later, stretch), later.frame);
  if (!later_counts(policy, at->sent, later.sent)) return at + 1;
  return replace(at, later, stretch);
}

/// Puts octets of a later piece in the place of an earlier one's. Gives the place behind the piece.
Backlog::Pieces::iterator Backlog::replace(Pieces::iterator at, const Piece& later, Extent stretch) {
  const Piece old = std::move(*at);
  bytes_ -= old.bytes.size();
  at = pieces_.erase(at);
  Piece instead = part_of(later, stretch.begin, stretch.end);
  instead.needs = std::min(instead.needs, old.needs);
  if (old.offset < stretch.begin) at = insert(at, part_of(old, old.offset, stretch.begin)) + 1;
  at = insert(at, std::move(instead)) + 1;
  if (stretch.end < old.end()) at = insert(at, part_of(old, stretch.end, old.end())) + 1;
  return at;
}

}  // namespace wiretale::flow
