#include "decode/defragmenter.hpp"

#include <algorithm>

namespace wiretale::decode {

namespace {

// What a piece costs beyond its octets; so that many tiny fragments reach the cap too.
constexpr std::uint64_t piece_cost = 64;
/// Octets told of each version where fragments contradict each other, and places told.
constexpr std::size_t version_octets = 64, conflicts_told = 16;
/// Less data than this in a first fragment hides the transport header (RFC 1858): what senders use is at least 68.
constexpr std::uint32_t tiny = 40;

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
  return store.size() + pieces.size() * piece_cost + frames.size() * (sizeof(Frame) + sizeof(FragmentFields));
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
  tell(held, "too_many", {});
  forget(place);
  return Result::too_many;
}

bool Defragmenter::stale(const Held& held, Timestamp now) const {
  return distance(held.began, now) > static_cast<std::uint64_t>(limits_.fragment_wait.count());
}

Defragmenter::Place Defragmenter::find_or_begin(const Fragment& fragment) {
  if (const auto found = held_.find(fragment.key); found != held_.end()) {
    if (!stale(*found->second, fragment.time)) return found->second;
    give_up(found->second, incomplete_.timed_out, "timed_out");
  }
  while (!active_.empty() && active_.size() >= limits_.fragment_datagrams) {
    give_up_oldest(fragment.time);
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
  held.list.push_back({fragment.frames.back(), fragment.offset, fragment.told, fragment.more});
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
    give_up_oldest(now);
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
  std::vector<FragmentConflictFields> conflicts;
  paint(held, conflicts);
  tell(held, "complete", std::move(conflicts));
  whole.data = slice(whole_, 0, prefix);
  whole.frames = frames_;
}

// Whether a piece takes octets from one that came earlier. Receivers treat fragments a little otherwise than segments:
// Linux lets the later one win also where both begin together and it ends first (later_counts() is for segments).
bool Defragmenter::wins(const Piece& later, const Piece& earlier) const {
  switch (overlap_) {
    case Overlap::first:
      return false;
    case Overlap::last:
      return true;
    case Overlap::bsd:
      return later.offset < earlier.offset;
    case Overlap::linux_kernel:
      return later.offset <= earlier.offset;
    case Overlap::windows:
      return later.offset < earlier.offset && later.end() > earlier.end();
  }
  return false;
}

// Copies the pieces to their places, as they came; where they overlap, octet by octet.
void Defragmenter::paint(Held& held, std::vector<FragmentConflictFields>& conflicts) {
  const std::span<std::uint8_t> canvas(whole_);
  if (!held.overlaps) {
    for (const Piece& piece : held.pieces)
      std::ranges::copy(slice(held.store, piece.at, piece.captured),
                        canvas.subspan(piece.offset, piece.captured).begin());
    return;
  }
  std::ranges::sort(held.pieces, {}, &Piece::order);
  owners_.assign(whole_.size(), 0);
  for (std::size_t number = 0; number < held.pieces.size(); ++number) {
    const Piece& piece = held.pieces[number];
    const Bytes octets = slice(held.store, piece.at, piece.captured);
    std::size_t conflict_end = SIZE_MAX;  // where the conflict at hand goes on
    for (std::size_t i = 0; i < octets.size(); ++i) {
      const std::size_t at = piece.offset + i;
      const bool taken = owners_[at] == 0 || wins(piece, held.pieces[owners_[at] - 1]);
      const std::uint8_t before = canvas[at];
      const bool differs = owners_[at] != 0 && before != octets[i];
      if (taken) {
        canvas[at] = octets[i];
        owners_[at] = static_cast<std::uint32_t>(number + 1);
      }
      if (!differs) continue;
      if (conflict_end != at) {
        conflict_end = SIZE_MAX;
        if (conflicts.size() >= conflicts_told) continue;
        conflicts.push_back({static_cast<std::uint32_t>(at), 0, {}, {}});
      }
      conflict_end = at + 1;
      FragmentConflictFields& conflict = conflicts.back();
      if (++conflict.bytes > version_octets) continue;
      conflict.kept += static_cast<char>(taken ? octets[i] : before);
      conflict.dropped += static_cast<char>(taken ? before : octets[i]);
    }
  }
  std::ranges::sort(held.pieces, {}, &Piece::offset);
}

// Says what became of a datagram.
void Defragmenter::tell(const Held& held, std::string_view outcome, std::vector<FragmentConflictFields> conflicts) {
  FragmentsRecord& record = told_.emplace_back();
  record.time = held.began;
  for (const Frame frame : held.frames) record.frames.add(frame);
  record.source = held.key.source;
  record.destination = held.key.destination;
  record.protocol = held.key.protocol;
  record.identification = held.key.id;
  record.outcome = outcome;
  if (held.total != 0) record.bytes = held.total;
  record.fragments = held.list;
  record.conflicts = std::move(conflicts);
  if (held.overlaps)
    record.anomalies.push_back({AnomalyKind::unusual, "overlap", "fragments overlap, other than as copies", 0});
  for (const FragmentFields& fragment : held.list)
    if (fragment.offset == 0 && fragment.more_fragments && fragment.bytes < tiny) {
      record.anomalies.push_back({AnomalyKind::unusual, "tiny_fragment",
                                  "the first fragment is so short that it hides what follows", fragment.frame});
      break;
    }
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

void Defragmenter::give_up_oldest(Timestamp now) {
  const Place oldest = active_.begin();
  if (stale(*oldest, now))
    give_up(oldest, incomplete_.timed_out, "timed_out");
  else
    give_up(oldest, incomplete_.evicted, "evicted");
}

void Defragmenter::give_up(Place place, GivenUp& reason, std::string_view outcome) {
  count(reason, place->frames.size());
  tell(*place, outcome, {});
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
    give_up(active_.begin(), incomplete_.timed_out, "timed_out");
}

void Defragmenter::finish() {
  while (!active_.empty()) give_up(active_.begin(), incomplete_.unfinished, "unfinished");
}

}  // namespace wiretale::decode
