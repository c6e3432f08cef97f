#include "flow/tcp_streams.hpp"

#include <algorithm>

namespace wiretale::flow {
namespace {

/// No window is larger (RFC 7323, section 2.3): what lies further off belongs to another connection.
constexpr std::int64_t max_window = 1LL << 30;
/// So much more than the window may be under way where acknowledgments were not captured.
constexpr std::uint64_t slack = 1U << 16;
/// Declared holes remembered, to know late octets from duplicates.
constexpr std::size_t holes_remembered = 16;

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
    } else if (begins_behind(side, segment.seq)) {
      me.from_start = true;  // captured late
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
  if (*offset > peer.acked) {
    if (*offset > peer.highest() && !believe(peer, *offset)) return peer.acked;
    acknowledged_more(1 - side, *offset, segment);
  } else if (*offset == peer.acked && segment.payload_bytes == 0 && peer.highest() > peer.acked) {
    acknowledged_again(side, segment);
  }
  return *offset;
}

/// Whether octets that were not seen may have been acknowledged. One acknowledgment of more than there was room for,
/// alone, may be forged or damaged: it would make a hole of what was never sent.
bool TcpStreams::believe(Side& peer, std::uint64_t offset) {
  if (offset <= edge(peer) + slack) return true;
  std::uint64_t& far = peer.amiss().far_ack;
  if (far != 0 && offset >= far) return true;
  far = offset;
  return false;
}

void TcpStreams::tell(unsigned side, Bytes bytes, Frame frame, Timestamp time, StreamListener& listener) {
  Side& me = sides_[side];
  me.next += bytes.size();
  me.next_seq += static_cast<std::uint32_t>(bytes.size());
  me.waiting = me.fin_assumed = false;
  listener.octets(side, bytes, frame, time);
}

void TcpStreams::tell_missing(unsigned side, std::uint64_t count, Frame frame, Timestamp time, Hole::Cause cause,
                              StreamListener& listener) {
  Side& me = sides_[side];
  Disorder& disorder = me.amiss();
  ++disorder.ledger.gaps;
  disorder.ledger.gap_bytes += count;
  if (disorder.told.size() < holes_told) disorder.told.push_back({me.next, count, frame, cause});
  if (disorder.holes.size() == holes_remembered) disorder.holes.erase(disorder.holes.begin());
  disorder.holes.push_back({me.next, me.next + count});
  me.next += count;
  me.next_seq += static_cast<std::uint32_t>(count);
  me.waiting = me.fin_assumed = false;
  listener.hole(side, count, frame, time);
}

/// Remembers where octets lie that are about to be told.
void TcpStreams::remember(unsigned side, Bytes origin, Frame frame, Recent::Place place) {
  if (place.block == 0 || origin.empty()) return;
  if (number_ == 0) number_ = place.recent->number();
  place.recent->note({origin, sides_[side].next, frame, number_, place.block, side});
}

bool TcpStreams::segment(unsigned side, const Segment& segment, Timestamp now, StreamListener& listener) {
  if (aftermath_ && wait_and_see(side, segment, now, listener)) return false;
  Side& me = sides_[side];
  doubled_ = me.disorder && me.disorder->doubles && captured_before(me, segment);
  if (doubled_) ++me.disorder->incidents.doubled_frames;
  place(side, segment);
  const std::uint64_t needs = note_ack(side, segment);
  note_window(side, segment);
  const auto offset = offset_of(me, segment.seq + (segment.syn ? 1U : 0U));
  if (segment.payload_bytes != 0 || !segment.payload.empty()) {
    me.captured += segment.payload.size();
    if (!me.placed || !offset)
      me.amiss().ledger.rejected += segment.payload.size();
    else
      accept(side, segment, *offset, needs, listener);
  } else if (segment.syn || segment.fin || offset != me.highest()) {
    no_octets(side, segment, offset);
  }
  if (segment.fin && me.placed && offset) me.fin = *offset + segment.payload_bytes;
  me.last.ip_id = segment.mark.ip_id;
  me.last.flags = segment.mark.flags;
  last_frame_ = segment.frame;
  if (me.holds() || sides_[1 - side].holds()) pump(listener);
  return watch_holes(segment, now, listener);
}

/// Takes the octets of a segment that starts at `offset`, and says what it is: new, or sent again.
void TcpStreams::accept(unsigned side, const Segment& segment, std::uint64_t offset, std::uint64_t needs,
                        StreamListener& listener) {
  Side& me = sides_[side];
  if (offset + segment.payload_bytes > me.fin) offset = behind_fin(side, segment, offset, listener);
  const std::uint64_t end = offset + segment.payload_bytes;
  const std::uint64_t highest = me.highest();
  const std::uint64_t seen = me.seen_again();
  const bool is_new = offset >= highest && end > highest;
  // What lies so far out shows only later whether it belongs to the stream.
  const bool far = me.room != any_room && offset > std::max(me.acked, me.next) + me.room + slack;
  if (is_new && !far) sent(side, segment, end);
  take(side, segment, offset, needs, listener);
  if (!far && end > me.highest()) me.amiss().beyond = end;  // it is held, or there was no room for it
  if (!is_new) classify(side, segment, offset, me.seen_again() != seen);
}

/// Octets behind a FIN: they are taken, for it may have been forged, or come early. Gives their offset.
std::uint64_t TcpStreams::behind_fin(unsigned side, const Segment& segment, std::uint64_t offset,
                                     StreamListener& listener) {
  Side& me = sides_[side];
  say({Oddity::Kind::data_after_fin, side, segment.frame, 0, segment.payload.size()}, listener);
  // The FIN's own number, which carries no octet.
  if (offset != me.fin + 1 || me.next != me.fin || me.holds()) return offset;
  ++me.next_seq;
  me.fin = UINT64_MAX;
  return offset - 1;
}

void TcpStreams::take(unsigned side, const Segment& segment, std::uint64_t offset, std::uint64_t needs,
                      StreamListener& listener) {
  Side& me = sides_[side];
  const Extent whole{offset, offset + segment.payload_bytes};
  const std::uint64_t differing = offset < me.next ? check_old(side, segment, offset, listener) : 0;
  const Bytes payload = drop_old(me, segment.payload, offset, differing);
  if (offset >= whole.end) return;
  if (offset != me.next || needs > reached(1 - side) || me.holds()) {
    hold(side, {offset, needs, {}, 0, segment.frame, segment.time, whole, payload, segment.place}, payload, listener);
    return;
  }
  const std::uint64_t cut = whole.end - offset - payload.size();
  remember(side, payload, segment.frame, segment.place);
  if (!payload.empty()) tell(side, payload, segment.frame, segment.time, listener);
  if (cut != 0) tell_missing(side, cut, segment.frame, segment.time, Hole::Cause::snaplen, listener);
}

/// Keeps octets whose turn has not come: `piece`, still without them. Where there is no room, holes are declared to
/// make some.
void TcpStreams::hold(unsigned side, Backlog::Piece piece, Bytes payload, StreamListener& listener) {
  Side& me = sides_[side];
  Disorder& disorder = me.amiss();
  const auto full = [&] {
    return disorder.held.bytes() + payload.size() > limits_.reassembly_bytes ||
           disorder.held.size() >= limits_.reassembly_segments;
  };
  if (full()) {
    limited_ = true;
    declare(side, piece.frame, piece.time, listener);
    pump(listener);
    if (full()) {
      disorder.ledger.beyond_limit += payload.size();
      return;
    }
    // Octets up to here and beyond may have been told.
    payload = drop_old(me, payload, piece.offset, 0);
    if (piece.offset >= piece.sent.end) return;
  }
  piece.origin = payload;
  piece.bytes.assign(payload.begin(), payload.end());
  piece.cut = piece.sent.end - piece.offset - payload.size();
  double_check(side, disorder.held.add(piece, policy_), listener);
}

/// Counts octets that were there twice, and tells where they differ.
void TcpStreams::double_check(unsigned side, const Backlog::Doubles& doubles, StreamListener& listener) {
  Disorder& disorder = sides_[side].amiss();
  disorder.ledger.duplicate += doubles.duplicate;
  disorder.ledger.conflicting += doubles.conflicting;
  if (doubles.conflicting == 0) return;
  say({Oddity::Kind::conflict, side, doubles.conflict.second_frame, doubles.conflict.first_frame, doubles.conflicting,
       &doubles.conflict},
      listener);
}

/// Counts octets that lie before what is to be told next, and gives the rest, which starts at `offset`. `differing` of
/// them are counted as conflicting already.
Bytes TcpStreams::drop_old(Side& side, Bytes payload, std::uint64_t& offset, std::uint64_t differing) {
  if (offset >= side.next) return payload;
  const std::uint64_t old = std::min<std::uint64_t>(side.next - offset, payload.size());
  std::uint64_t late = 0;
  Disorder& disorder = side.amiss();
  for (const Range& hole : disorder.holes) {
    const std::uint64_t begin = std::max(hole.begin, offset), end = std::min(hole.end, offset + old);
    if (begin < end) late += end - begin;
  }
  late = std::min(late, old - differing);
  disorder.ledger.beyond_limit += late;
  disorder.ledger.duplicate += old - late - differing;
  offset = side.next;
  return payload.subspan(static_cast<std::size_t>(old));
}

/// Tells the first held piece of a side, which starts at what is to be told next.
bool TcpStreams::tell_front(unsigned side, StreamListener& listener) {
  const Backlog::Piece front = sides_[side].disorder->held.take_front();
  if (front.frame + Recent::frames > last_frame_) remember(side, front.origin, front.frame, front.place);
  if (!front.bytes.empty()) tell(side, front.bytes, front.frame, front.time, listener);
  if (front.cut != 0) tell_missing(side, front.cut, front.frame, front.time, Hole::Cause::snaplen, listener);
  return true;
}

/// Tells all held pieces whose turn has come.
void TcpStreams::pump(StreamListener& listener) {
  for (;;) {
    bool contiguous[2] = {false, false};
    bool told = false;
    for (unsigned side = 0; side < 2; ++side) {
      const Side& me = sides_[side];
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

/// Whether what a side holds is a segment that its receiver had no room for and did not acknowledge, and that nothing
/// goes on from.
bool TcpStreams::stray(unsigned side) const {
  const Side& me = sides_[side];
  return me.holds() && me.room != any_room && !acknowledged(side) && me.disorder->held.front_alone() &&
         me.front().offset > std::max(me.acked, me.next) + me.room + slack;
}

void TcpStreams::drop_stray(unsigned side, StreamListener& listener) {
  Disorder& disorder = sides_[side].amiss();
  const Backlog::Piece piece = disorder.held.take_front();
  disorder.ledger.rejected += piece.bytes.size();
  sides_[side].waiting = false;
  say({Oddity::Kind::outside_window, side, piece.frame, 0, piece.bytes.size()}, listener);
}

/// Gives up waiting for a side's missing octets.
void TcpStreams::declare(unsigned side, Frame frame, Timestamp time, StreamListener& listener) {
  Side& me = sides_[side];
  if (!has_hole(side)) return;
  if (stray(side)) {
    drop_stray(side, listener);
  } else if (me.holds()) {
    const Backlog::Piece& next = me.front();
    const auto cause = me.acked >= next.offset ? Hole::Cause::not_captured : Hole::Cause::lost;
    tell_missing(side, next.offset - me.next, next.frame, next.time, cause, listener);
  } else if (me.acked == me.next + 1 && me.highest() == me.next) {
    me.fin_assumed = true;  // a FIN that was not captured, more likely than a single octet
    me.waiting = false;
  } else {
    const std::uint64_t end = me.acked > me.fin && me.fin > me.next ? me.fin : me.acked;
    tell_missing(side, end - me.next, frame, time, Hole::Cause::not_captured, listener);
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
  if (aftermath_) reject_aftermath(listener);
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
  std::size_t octets = aftermath_ ? static_cast<std::size_t>(aftermath_->kept_bytes) : 0;
  for (const Side& side : sides_)
    if (side.disorder) octets += static_cast<std::size_t>(side.disorder->held.bytes());
  return octets;
}

std::size_t TcpStreams::footprint() const {
  std::size_t octets = held_bytes();
  if (series_) octets += sizeof *series_ + 2 * RoundTrips::kept * sizeof(Nanos);
  if (aftermath_) octets += sizeof(Aftermath) + aftermath_->kept.capacity() * sizeof(Aftermath::Kept);
  for (const Side& side : sides_)
    if (side.disorder)
      octets += sizeof(Disorder) + side.disorder->held.size() * sizeof(Backlog::Piece) +
                side.disorder->holes.capacity() * sizeof(Range) + (side.disorder->doubles ? sizeof(Doubles) : 0);
  return octets;
}

}  // namespace wiretale::flow
