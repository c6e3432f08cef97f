#include "flow/tcp_streams.hpp"

#include <algorithm>

namespace wiretale::flow {
namespace {

/// No window is larger (RFC 7323, section 2.3): what lies further off belongs to another connection.
constexpr std::int64_t max_window = 1LL << 30;
/// Declared holes remembered, to know late octets from duplicates.
constexpr std::size_t holes_remembered = 16;

/// The part of `piece` between two offsets.
template <class HeldPiece>
HeldPiece part_of(const HeldPiece& piece, std::uint64_t begin, std::uint64_t end) {
  HeldPiece part{begin, piece.needs, {}, 0, piece.frame, piece.time};
  const std::uint64_t data_end = piece.offset + piece.bytes.size();
  if (begin < data_end) {
    const auto from = static_cast<std::ptrdiff_t>(begin - piece.offset);
    const auto to = static_cast<std::ptrdiff_t>(std::min(end, data_end) - piece.offset);
    part.bytes.assign(piece.bytes.begin() + from, piece.bytes.begin() + to);
  }
  part.cut = end > std::max(data_end, begin) ? end - std::max(data_end, begin) : 0;
  return part;
}

/// The first piece that reaches beyond `offset`.
template <class HeldPieces>
auto first_behind(HeldPieces& held, std::uint64_t offset) {
  return std::lower_bound(held.begin(), held.end(), offset,
                          [](const auto& piece, std::uint64_t at) { return piece.end() <= at; });
}

}  // namespace

Ledger TcpStreams::ledger(unsigned side) const {
  const Side& me = sides_[side];
  Ledger ledger = me.disorder ? me.disorder->ledger : Ledger{};
  ledger.captured = me.captured;
  ledger.delivered = me.next - ledger.gap_bytes;
  return ledger;
}

std::optional<std::uint64_t> TcpStreams::offset_of(const Side& side, std::uint32_t seq) const {
  const auto delta = static_cast<std::int64_t>(static_cast<std::int32_t>(seq - side.next_seq));
  if (delta >= max_window || delta < -max_window) return std::nullopt;
  if (delta < 0 && side.next < static_cast<std::uint64_t>(-delta)) return std::nullopt;  // before the start
  return side.next + static_cast<std::uint64_t>(delta);
}

/// Finds where a side's stream starts: at its SYN, at what a SYN-ACK acknowledges, else at its first octet seen.
void TcpStreams::place(unsigned side, const Segment& segment) {
  Side& me = sides_[side];
  if (segment.syn) {
    // Of several SYN-ACKs with numbers of their own the latest counts, until there are octets.
    if (!me.placed || (me.next == 0 && !me.holds())) {
      me.placed = me.from_start = true;
      me.next_seq = segment.seq + 1;
    }
    Side& peer = sides_[1 - side];
    if (segment.has_ack && !peer.placed) {
      peer.placed = peer.from_start = true;
      peer.next_seq = segment.ack;
    }
  } else if (segment.payload_bytes != 0) {
    // Octets that can't belong to the SYN seen: the handshake that counts was another one.
    const bool elsewhere = me.placed && me.next == 0 && !me.holds() && !offset_of(me, segment.seq);
    if (me.placed && !elsewhere) return;
    me.placed = true;
    me.next_seq = segment.seq;
  }
}

/// Notes what the segment acknowledges of the other stream; its offset there.
std::uint64_t TcpStreams::note_ack(unsigned side, const Segment& segment) {
  Side& peer = sides_[1 - side];
  if (!segment.has_ack || !peer.placed) return 0;
  const auto offset = offset_of(peer, segment.ack);
  if (!offset) return 0;
  if (*offset > peer.acked) peer.acked = *offset;
  return *offset;
}

void TcpStreams::tell(unsigned side, Bytes bytes, Frame frame, Timestamp time, StreamListener& listener) {
  Side& me = sides_[side];
  me.next += bytes.size();
  me.next_seq += static_cast<std::uint32_t>(bytes.size());
  me.waiting = me.fin_assumed = false;
  if (me.next > me.highest) me.highest = me.next;
  listener.octets(side, bytes, frame, time);
}

void TcpStreams::tell_missing(unsigned side, std::uint64_t count, Frame frame, Timestamp time,
                              StreamListener& listener) {
  Side& me = sides_[side];
  Disorder& disorder = me.amiss();
  ++disorder.ledger.gaps;
  disorder.ledger.gap_bytes += count;
  if (disorder.holes.size() == holes_remembered) disorder.holes.erase(disorder.holes.begin());
  disorder.holes.push_back({me.next, me.next + count});
  me.next += count;
  me.next_seq += static_cast<std::uint32_t>(count);
  me.waiting = me.fin_assumed = false;
  if (me.next > me.highest) me.highest = me.next;
  listener.hole(side, count, frame, time);
}

bool TcpStreams::segment(unsigned side, const Segment& segment, Timestamp now, StreamListener& listener) {
  Side& me = sides_[side];
  place(side, segment);
  const std::uint64_t needs = note_ack(side, segment);
  const auto offset = offset_of(me, segment.seq + (segment.syn ? 1U : 0U));
  if (segment.fin && me.placed && offset) me.fin = *offset + segment.payload_bytes;
  if (segment.payload_bytes != 0 || !segment.payload.empty()) {
    me.captured += segment.payload.size();
    if (!me.placed || !offset)
      me.amiss().ledger.rejected += segment.payload.size();
    else
      accept(side, segment, *offset, needs, listener);
  }
  last_frame_ = segment.frame;
  if (me.holds() || sides_[1 - side].holds()) pump(listener);
  return watch_holes(segment, now, listener);
}

/// Takes the octets of a segment that starts at `offset`, and counts the segment.
void TcpStreams::accept(unsigned side, const Segment& segment, std::uint64_t offset, std::uint64_t needs,
                        StreamListener& listener) {
  Side& me = sides_[side];
  const std::uint64_t end = offset + segment.payload_bytes;
  const std::uint64_t highest = me.highest;
  const std::uint64_t seen = me.seen_again();
  if (end > me.highest) me.highest = end;
  take(side, segment, offset, needs, listener);
  if (offset >= highest && end > highest) return;  // the usual case
  const bool all_seen = me.seen_again() - seen == segment.payload.size();
  if (end <= highest && all_seen)
    ++me.amiss().ledger.retransmitted_packets;
  else if (offset < highest)
    ++me.amiss().ledger.out_of_order_packets;
}

void TcpStreams::take(unsigned side, const Segment& segment, std::uint64_t offset, std::uint64_t needs,
                      StreamListener& listener) {
  Side& me = sides_[side];
  const std::uint64_t end = offset + segment.payload_bytes;
  Bytes payload = drop_old(me, segment.payload, offset);
  if (offset >= end) return;
  if (offset == me.next && needs <= reached(1 - side) && !me.holds()) {
    const std::uint64_t cut = end - offset - payload.size();
    if (!payload.empty()) tell(side, payload, segment.frame, segment.time, listener);
    if (cut != 0) tell_missing(side, cut, segment.frame, segment.time, listener);
    return;
  }
  Disorder& disorder = me.amiss();
  const auto full = [&] {
    return disorder.held_bytes + payload.size() > limits_.reassembly_bytes ||
           disorder.held.size() >= limits_.reassembly_segments;
  };
  if (full()) {
    limited_ = true;
    declare(side, segment.frame, segment.time, listener);
    pump(listener);
    if (full()) {
      disorder.ledger.beyond_limit += payload.size();
      return;
    }
    payload = drop_old(me, payload, offset);  // octets up to here and beyond may have been told
    if (offset >= end) return;
  }
  hold(disorder,
       {offset, needs, {payload.begin(), payload.end()}, end - offset - payload.size(), segment.frame, segment.time});
}

/// Counts octets that lie before what is to be told next, and gives the rest, which starts at `offset`.
Bytes TcpStreams::drop_old(Side& side, Bytes payload, std::uint64_t& offset) {
  if (offset >= side.next) return payload;
  const std::uint64_t old = std::min<std::uint64_t>(side.next - offset, payload.size());
  std::uint64_t late = 0;
  Disorder& disorder = side.amiss();
  for (const Range& hole : disorder.holes) {
    const std::uint64_t begin = std::max(hole.begin, offset), end = std::min(hole.end, offset + old);
    if (begin < end) late += end - begin;
  }
  late = std::min(late, old);
  disorder.ledger.beyond_limit += late;
  disorder.ledger.duplicate += old - late;
  offset = side.next;
  return payload.subspan(static_cast<std::size_t>(old));
}

/// Counts the octets of `piece` that lie in `old`.
void TcpStreams::compare(Disorder& side, const Held& old, const Held& piece) {
  const std::uint64_t begin = std::max(old.offset, piece.offset);
  const std::uint64_t end = std::min(old.offset + old.bytes.size(), piece.offset + piece.bytes.size());
  for (std::uint64_t at = begin; at < end; ++at) {
    const bool equal = old.bytes[static_cast<std::size_t>(at - old.offset)] ==
                       piece.bytes[static_cast<std::size_t>(at - piece.offset)];
    ++(equal ? side.ledger.duplicate : side.ledger.conflicting);
  }
}

/// Makes room between two offsets where the snaplen had cut octets off: they came after all.
void TcpStreams::uncover(Disorder& side, std::uint64_t begin, std::uint64_t end) {
  auto at = first_behind(side.held, begin);
  while (at != side.held.end() && at->offset < end) {
    const std::uint64_t data_end = at->offset + at->bytes.size();
    const std::uint64_t from = std::max(begin, data_end), to = std::min(end, at->end());
    if (from >= to) {
      ++at;
      continue;
    }
    Held rest{to, at->needs, {}, at->end() - to, at->frame, at->time};
    at->cut = from - data_end;
    at = at->offset == at->end() ? side.held.erase(at) : at + 1;
    if (rest.cut != 0) at = side.held.insert(at, std::move(rest)) + 1;
  }
}

/// Keeps a piece: of what overlaps with older pieces, the older ones stay.
void TcpStreams::hold(Disorder& side, const Held& piece) {
  if (!piece.bytes.empty()) uncover(side, piece.offset, piece.offset + piece.bytes.size());
  auto at = first_behind(side.held, piece.offset);
  std::uint64_t begin = piece.offset;
  const std::uint64_t end = piece.end();
  while (begin < end) {
    if (at == side.held.end() || at->offset >= end) {
      Held rest = part_of(piece, begin, end);
      side.held_bytes += rest.bytes.size();
      side.held.insert(at, std::move(rest));
      return;
    }
    if (at->offset > begin) {
      Held before = part_of(piece, begin, at->offset);
      begin = at->offset;
      side.held_bytes += before.bytes.size();
      at = side.held.insert(at, std::move(before)) + 1;
    }
    compare(side, *at, piece);
    begin = std::max(begin, at->end());
    ++at;
  }
}

/// Tells the first held piece of a side, which starts at what is to be told next.
bool TcpStreams::tell_front(unsigned side, StreamListener& listener) {
  Side& me = sides_[side];
  std::vector<Held>& held = me.disorder->held;
  Held front = std::move(held.front());
  held.erase(held.begin());
  me.disorder->held_bytes -= front.bytes.size();
  if (!front.bytes.empty()) tell(side, front.bytes, front.frame, front.time, listener);
  if (front.cut != 0) tell_missing(side, front.cut, front.frame, front.time, listener);
  return true;
}

/// Tells all held pieces whose turn has come.
void TcpStreams::pump(StreamListener& listener) {
  for (;;) {
    bool contiguous[2] = {false, false};
    bool told = false;
    for (unsigned side = 0; side < 2; ++side) {
      Side& me = sides_[side];
      contiguous[side] = me.holds() && me.front().offset <= me.next;
      if (contiguous[side] && me.front().needs <= reached(1 - side)) told = tell_front(side, listener);
    }
    if (told) continue;
    if (!contiguous[0] || !contiguous[1]) return;
    // Each waits for the other: one is a retransmission, which acknowledges more than the octets' first copy did. The
    // later one is it.
    tell_front(sides_[0].front().frame > sides_[1].front().frame ? 0 : 1, listener);
  }
}

/// What the other side may acknowledge of what was told: a FIN counts as an octet.
std::uint64_t TcpStreams::reached(unsigned side) const {
  const Side& me = sides_[side];
  return me.next + (me.next == me.fin || me.fin_assumed ? 1U : 0U);
}

/// Whether octets of a side are missing that others came after, or that were acknowledged.
bool TcpStreams::has_hole(unsigned side) const {
  const Side& me = sides_[side];
  return me.holds() ? me.front().offset > me.next : acknowledged(side);
}

bool TcpStreams::acknowledged(unsigned side) const { return sides_[side].acked > reached(side); }

/// Gives up waiting for a side's missing octets.
void TcpStreams::declare(unsigned side, Frame frame, Timestamp time, StreamListener& listener) {
  Side& me = sides_[side];
  if (!has_hole(side)) return;
  if (me.holds()) {
    const Held& next = me.front();
    tell_missing(side, next.offset - me.next, next.frame, next.time, listener);
  } else if (me.acked == me.next + 1 && me.highest == me.next) {
    me.fin_assumed = true;  // a FIN that was not captured, more likely than a single octet
    me.waiting = false;
  } else {
    tell_missing(side, (me.acked > me.fin && me.fin > me.next ? me.fin : me.acked) - me.next, frame, time, listener);
  }
}

Timestamp TcpStreams::deadline_of(unsigned side) const {
  return sides_[side].disorder->since + (acknowledged(side) ? limits_.gap_wait : limits_.retransmit_wait);
}

std::optional<Timestamp> TcpStreams::deadline() const {
  std::optional<Timestamp> earliest;
  for (unsigned side = 0; side < 2; ++side)
    if (sides_[side].waiting && (!earliest || deadline_of(side) < *earliest)) earliest = deadline_of(side);
  return earliest;
}

/// After a segment: notes holes that opened, and declares those that are old by the number of segments since. True
/// where one waits, or waited until now.
bool TcpStreams::watch_holes(const Segment& segment, Timestamp now, StreamListener& listener) {
  bool waiting = false;
  for (unsigned side = 0; side < 2; ++side) {
    Side& me = sides_[side];
    if (!has_hole(side)) {
      me.waiting = false;
      continue;
    }
    waiting = true;
    if (!me.waiting) {
      me.waiting = true;
      me.amiss().since = now;
      me.amiss().behind = 0;
      continue;
    }
    if (++me.amiss().behind <= (acknowledged(side) ? limits_.gap_segments : limits_.retransmit_segments)) continue;
    declare(side, segment.frame, segment.time, listener);
    pump(listener);
  }
  return waiting;
}

void TcpStreams::tick(Timestamp now, StreamListener& listener) {
  for (unsigned side = 0; side < 2; ++side) {
    Side& me = sides_[side];
    if (!me.waiting || deadline_of(side) > now) continue;
    declare(side, last_frame_, now, listener);
    pump(listener);
    me.waiting = has_hole(side);
    me.amiss().since = now;
    me.amiss().behind = 0;
  }
}

void TcpStreams::finish(StreamListener& listener) {
  pump(listener);
  while (has_hole(0) || has_hole(1) || sides_[0].holds() || sides_[1].holds()) {
    // The side whose next held piece came first goes on first.
    const bool holes[2] = {has_hole(0), has_hole(1)};
    const auto frame = [&](unsigned side) { return sides_[side].holds() ? sides_[side].front().frame : UINT64_MAX; };
    const unsigned side = holes[0] && (!holes[1] || frame(0) <= frame(1)) ? 0 : 1;
    if (holes[side])
      declare(side, last_frame_, sides_[side].amiss().since, listener);
    else if (sides_[0].holds())
      tell_front(0, listener);
    else
      tell_front(1, listener);
    pump(listener);
  }
}

std::size_t TcpStreams::held_bytes() const {
  std::size_t octets = 0;
  for (const Side& side : sides_)
    if (side.disorder) octets += static_cast<std::size_t>(side.disorder->held_bytes);
  return octets;
}

std::size_t TcpStreams::footprint() const {
  std::size_t octets = held_bytes();
  for (const Side& side : sides_)
    if (side.disorder)
      octets += sizeof(Disorder) + side.disorder->held.capacity() * sizeof(Held) +
                side.disorder->holes.capacity() * sizeof(Range);
  return octets;
}

void TcpStreams::reject(unsigned side, const Segment& segment) {
  if (segment.payload.empty()) return;
  sides_[side].captured += segment.payload.size();
  sides_[side].amiss().ledger.rejected += segment.payload.size();
}

}  // namespace wiretale::flow
