#include "decode/defragmenter.hpp"

#include <algorithm>

namespace wiretale::decode {

namespace {

// What a piece costs beyond its octets; so that many tiny fragments reach the cap too.
constexpr std::uint64_t piece_cost = 64;

void count(GivenUp& reason, std::uint64_t packets) {
  ++reason.datagrams;
  reason.packets += packets;
}

// Apart in either direction: time stamps may be anything, so their difference is taken without a sign.
std::uint64_t distance(Timestamp a, Timestamp b) {
  const auto x = static_cast<std::uint64_t>(std::max(a.ns, b.ns));
  const auto y = static_cast<std::uint64_t>(std::min(a.ns, b.ns));
  return x - y;
}

// False for what no sender can mean: no data, a middle that doesn't end on 8 octets (RFC 8200, section 4.5),
// or an end beyond the longest datagram (the ping of death).
bool plausible(const Fragment& fragment) {
  if (fragment.told == 0) return false;
  if (fragment.more && fragment.told % 8 != 0) return false;
  const std::uint64_t not_counted = fragment.key.source.v6() ? 40 : 0;  // IPv6 counts its payload only
  return std::uint64_t{fragment.offset} + fragment.told + fragment.header_bytes <= 65535 + not_counted;
}

}  // namespace

GivenUp Incomplete::total() const {
  GivenUp all;
  for (const GivenUp& one : {timed_out, evicted, too_many, unfinished}) {
    all.datagrams += one.datagrams;
    all.packets += one.packets;
  }
  return all;
}

std::uint64_t Defragmenter::Held::cost() const {
  return store.size() + pieces.size() * piece_cost + frames.size() * sizeof(Frame);
}

Defragmenter::Defragmenter(const Limits& limits, Overlap overlap) : limits_(limits), overlap_(overlap) {}

Defragmenter::Result Defragmenter::add(const Fragment& fragment, Datagram& whole) {
  if (!plausible(fragment)) return Result::malformed;
  const Place place = find_or_begin(fragment);
  Held& held = *place;
  if (!fits(held, fragment)) return Result::malformed;
  bytes_ -= held.cost();
  keep(held, fragment);
  bytes_ += held.cost();
  held.active = fragment.time;
  active_.splice(active_.end(), active_, place);
  if (covered(held)) {
    assemble(held, whole);
    forget(place);
    return Result::complete;
  }
  if (held.frames.size() <= limits_.fragment_pieces && make_room(place, fragment.time)) return Result::held;
  // This fragment's own frames go under the outcome of its packet.
  count(incomplete_.too_many, held.frames.size() - fragment.frames.size());
  forget(place);
  return Result::too_many;
}

bool Defragmenter::stale(const Held& held, Timestamp now) const {
  return distance(held.began, now) > static_cast<std::uint64_t>(limits_.fragment_wait.count());
}

Defragmenter::Place Defragmenter::find_or_begin(const Fragment& fragment) {
  if (const auto found = held_.find(fragment.key); found != held_.end()) {
    if (!stale(*found->second, fragment.time)) return found->second;
    give_up(found->second, incomplete_.timed_out);
  }
  while (!active_.empty() && active_.size() >= limits_.fragment_datagrams) {
    const Place oldest = active_.begin();
    give_up(oldest, stale(*oldest, fragment.time) ? incomplete_.timed_out : incomplete_.evicted);
  }
  Held& held = active_.emplace_back();
  held.key = fragment.key;
  held.began = fragment.time;
  const Place place = std::prev(active_.end());
  held_.emplace(fragment.key, place);
  return place;
}

// False where the fragment contradicts what is known of where the datagram ends. What came first is believed.
bool Defragmenter::fits(const Held& held, const Fragment& fragment) {
  const std::uint32_t end = fragment.offset + fragment.told;
  if (held.total != 0) return fragment.more ? end <= held.total : end == held.total;
  return fragment.more || end >= held.reach;
}

void Defragmenter::keep(Held& held, const Fragment& fragment) {
  held.frames.insert(held.frames.end(), fragment.frames.begin(), fragment.frames.end());
  const std::uint32_t end = fragment.offset + fragment.told;
  if (!fragment.more) held.total = end;
  held.reach = std::max(held.reach, end);
  if (fragment.offset == 0 && held.header_bytes == 0) held.header_bytes = fragment.header_bytes;

  const auto after = std::ranges::upper_bound(held.pieces, fragment.offset, {}, &Piece::offset);
  if (after != held.pieces.begin()) {
    const Piece& before = *std::prev(after);
    const Bytes known = slice(held.store, before.at, before.captured);
    const bool copy = before.offset == fragment.offset && before.told == fragment.told &&
                      fragment.data.size() <= known.size() &&
                      std::ranges::equal(fragment.data, known.first(fragment.data.size()));
    if (copy) return;  // sent or captured twice
    held.overlaps = held.overlaps || before.end() > fragment.offset;
  }
  // Where nothing overlapped so far, the neighbours tell whether this one does.
  held.overlaps = held.overlaps || (after != held.pieces.end() && after->offset < end);
  held.pieces.insert(
      after, Piece{fragment.offset, fragment.told, static_cast<std::uint32_t>(fragment.data.size()),
                   static_cast<std::uint32_t>(held.store.size()), static_cast<std::uint32_t>(held.pieces.size())});
  held.store.insert(held.store.end(), fragment.data.begin(), fragment.data.end());
}

// Gives up the least recently active datagrams until the rest is within the cap; false where `keep_this`
// alone isn't.
bool Defragmenter::make_room(Place keep_this, Timestamp now) {
  while (bytes_ > limits_.fragment_bytes) {
    const Place oldest = active_.begin();
    if (oldest == keep_this) return false;
    give_up(oldest, stale(*oldest, now) ? incomplete_.timed_out : incomplete_.evicted);
  }
  return true;
}

bool Defragmenter::covered(const Held& held) {
  if (held.total == 0) return false;
  std::uint32_t reach = 0;
  for (const Piece& piece : held.pieces) {
    if (piece.offset > reach) return false;
    reach = std::max(reach, piece.end());
  }
  return reach >= held.total;
}

void Defragmenter::assemble(Held& held, Datagram& whole) {
  const std::uint32_t prefix = captured_prefix(held);
  whole_.assign(held.total, 0);
  frames_.assign(held.frames.begin(), held.frames.end());
  whole.told = held.total;
  whole.header_bytes = held.header_bytes;
  whole.overlaps = held.overlaps;
  paint(held);
  whole.data = slice(whole_, 0, prefix);
  whole.frames = frames_;
}

// Copies the pieces to their places, those last that are believed.
void Defragmenter::paint(Held& held) {
  switch (overlap_) {
    case Overlap::first:
      std::ranges::sort(held.pieces, std::ranges::greater{}, &Piece::order);
      break;
    case Overlap::last:
      std::ranges::sort(held.pieces, std::ranges::less{}, &Piece::order);
      break;
  }
  const std::span<std::uint8_t> canvas(whole_);
  for (const Piece& piece : held.pieces)
    std::ranges::copy(slice(held.store, piece.at, piece.captured),
                      canvas.subspan(piece.offset, piece.captured).begin());
}

// How much is there before the first octet that nobody captured.
std::uint32_t Defragmenter::captured_prefix(const Held& held) {
  std::uint32_t reach = 0;
  for (const Piece& piece : held.pieces) {
    if (piece.offset > reach) break;
    reach = std::max(reach, piece.offset + piece.captured);
  }
  return reach;
}

void Defragmenter::give_up(Place place, GivenUp& reason) {
  count(reason, place->frames.size());
  forget(place);
}

void Defragmenter::forget(Place place) {
  bytes_ -= place->cost();
  held_.erase(place->key);
  active_.erase(place);
}

void Defragmenter::expire(Timestamp now) {
  const auto wait = static_cast<std::uint64_t>(limits_.fragment_wait.count());
  while (!active_.empty() && distance(active_.front().active, now) > wait)
    give_up(active_.begin(), incomplete_.timed_out);
}

void Defragmenter::finish() {
  while (!active_.empty()) give_up(active_.begin(), incomplete_.unfinished);
}

}  // namespace wiretale::decode
