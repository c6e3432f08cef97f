// What TcpStreams makes of segments that are not simply the next ones: sent again, captured twice, out of the window,
// behind a RST.
#include <algorithm>

#include "flow/tcp_streams.hpp"

namespace wiretale::flow {
namespace {

/// No sender's retransmission timer runs out sooner (RFC 6298 asks for a second; Linux waits 200 ms). What fills a hole
/// before that came out of order.
constexpr Nanos shortest_timeout = std::chrono::milliseconds(200);
/// So many duplicate acknowledgments ask for a retransmission (RFC 5681, section 3.2).
constexpr std::uint32_t enough_acks = 3;
/// An unknown window is taken for one so large: few systems allow more.
constexpr std::uint64_t large_window = 1U << 24;
constexpr std::size_t conflicts_told = 4;

}  // namespace

Incidents TcpStreams::incidents(unsigned side) const {
  return sides_[side].disorder ? sides_[side].disorder->incidents : Incidents{};
}

std::vector<Hole> TcpStreams::holes(unsigned side) const {
  return sides_[side].disorder ? sides_[side].disorder->told : std::vector<Hole>{};
}

std::vector<Conflict> TcpStreams::conflicts(unsigned side) const {
  return sides_[side].disorder ? sides_[side].disorder->conflicts : std::vector<Conflict>{};
}

/// Tells an oddity, the first of its kind and side; of conflicts a few.
void TcpStreams::say(const Oddity& oddity, StreamListener& listener) {
  Disorder& disorder = sides_[oddity.side].amiss();
  if (oddity.kind == Oddity::Kind::conflict) {
    if (disorder.conflicts.size() == conflicts_told) return;
    disorder.conflicts.push_back(*oddity.conflict);
  } else {
    const auto bit = static_cast<std::uint8_t>(1U << static_cast<unsigned>(oddity.kind));
    if ((disorder.told_odd & bit) != 0) return;
    disorder.told_odd |= bit;
  }
  listener.odd(oddity);
}

/// Compares octets that come again with those that were told, where these are at hand still. Counts what differs as
/// conflicting, and gives its number.
std::uint64_t TcpStreams::check_old(unsigned side, const Segment& segment, std::uint64_t offset,
                                    StreamListener& listener) {
  Side& me = sides_[side];
  if (segment.place.recent == nullptr || number_ == 0 || doubled_) return 0;
  const bool keep_alive = segment.payload_bytes == 1 && offset + 1 == me.highest() && me.acked >= me.highest();
  if (keep_alive) return 0;  // its octet means nothing
  const Extent old{offset, std::min(me.next, offset + segment.payload.size())};
  Backlog::Doubles doubles;
  segment.place.recent->each(number_, side, segment.frame, segment.place.block, [&](const Recent::Told& told) {
    const std::uint64_t begin = std::max(told.offset, old.begin);
    const std::uint64_t end = std::min(told.offset + told.bytes.size(), old.end);
    if (begin >= end) return;
    const auto count = static_cast<std::size_t>(end - begin);
    compare(doubles, begin, slice(told.bytes, static_cast<std::size_t>(begin - told.offset), count), told.frame,
            slice(segment.payload, static_cast<std::size_t>(begin - offset), count), segment.frame);
  });
  doubles.duplicate = 0;  // drop_old() counts those
  if (doubles.conflicting != 0) double_check(side, doubles, listener);
  return doubles.conflicting;
}

// ---- acknowledgments and windows

/// Octets of side `of` were acknowledged up to `offset`, for the first time.
void TcpStreams::acknowledged_more(unsigned of, std::uint64_t offset, const Segment& segment) {
  Side& peer = sides_[of];
  peer.acked = offset;
  if (peer.disorder) peer.disorder->acks_again = 0;
  if (series_) {
    PaceSeries& series = (*series_)[of];
    series.last_ack_at = segment.time;
    series.last_ack_frame = static_cast<ShortFrame>(segment.frame);
    if (!series.timing || offset < series.timed_end) return;
    series.timing = false;
    if (segment.time >= series.timed_at) series.round_trips.add(segment.time - series.timed_at);
  } else if (peer.pace.first_rtt == Pace::none && peer.pace.first_frame != 0 && offset >= peer.highest()) {
    if (segment.time >= peer.pace.first_at) peer.pace.first_rtt = (segment.time - peer.pace.first_at).count();
  }
}

/// The same acknowledgment once more, while octets are under way (RFC 5681, section 2): something is missing.
void TcpStreams::acknowledged_again(unsigned side, const Segment& segment) {
  const Side& peer = sides_[1 - side];
  const std::uint32_t room =
      segment.window_shift == Segment::unknown_shift ? any_room : std::uint32_t{segment.window} << segment.window_shift;
  if (segment.syn || segment.fin || room != peer.room || captured_again(side, segment)) return;
  ++sides_[side].amiss().incidents.duplicate_acks;
  ++sides_[1 - side].amiss().acks_again;
}

void TcpStreams::note_window(unsigned side, const Segment& segment) {
  Side& peer = sides_[1 - side];
  if (segment.syn) {
    peer.room = segment.window;
    return;
  }
  peer.room =
      segment.window_shift == Segment::unknown_shift ? any_room : std::uint32_t{segment.window} << segment.window_shift;
  Pace& pace = sides_[side].pace;
  if (segment.window < pace.window_min || !pace.announced()) {
    pace.window_min = segment.window;
    pace.window_min_frame = static_cast<ShortFrame>(segment.frame);
  }
  if (segment.window > pace.window_max || pace.window_max_frame == 0) {
    pace.window_max = segment.window;
    pace.window_max_frame = static_cast<ShortFrame>(segment.frame);
  }
  if (segment.window == 0) ++sides_[side].amiss().incidents.zero_windows;
}

// ---- what was sent

/// New octets were sent, up to `end`.
void TcpStreams::sent(unsigned side, const Segment& segment, std::uint64_t end) {
  Side& me = sides_[side];
  if (segment.mark.ip_id != 0 && segment.mark.ip_id == me.last.ip_id) me.last.same_ids = true;
  if (me.room == 0 && segment.payload_bytes == 1) ++me.amiss().incidents.window_probes;
  const bool first = me.pace.first_frame == 0;
  if (first) {
    me.pace.first_at = segment.time;
    me.pace.first_frame = static_cast<ShortFrame>(segment.frame);
  }
  if (!series_) {
    if (first) return;
    begin_series();
  }
  PaceSeries& series = (*series_)[side];
  const std::uint64_t in_flight = end - std::min(me.acked, end);
  if (in_flight > series.in_flight) {
    series.in_flight = in_flight;
    series.in_flight_frame = static_cast<ShortFrame>(segment.frame);
  }
  if (series.timing) return;
  series.timing = true;
  series.timed_end = end;
  series.timed_at = segment.time;
}

/// From a side's second segment on there is more to keep: what is known of the first ones goes over.
void TcpStreams::begin_series() {
  series_ = std::make_unique<std::array<PaceSeries, 2>>();
  for (unsigned side = 0; side < 2; ++side) {
    const Side& me = sides_[side];
    if (me.pace.first_frame == 0) continue;
    PaceSeries& series = (*series_)[side];
    series.in_flight = me.highest();
    series.in_flight_frame = me.pace.first_frame;
    if (me.pace.first_rtt >= 0) {
      series.last_ack_at = me.pace.first_at + Nanos(me.pace.first_rtt);
      series.round_trips.add(Nanos(me.pace.first_rtt));
    } else if (me.pace.first_rtt == Pace::none && me.acked < me.highest()) {
      series.timing = true;
      series.timed_end = me.highest();
      series.timed_at = me.pace.first_at;
    }
  }
}

/// Whether a packet is among the latest of its side; else it is one of them now.
bool TcpStreams::captured_before(Side& side, const Segment& segment) {
  const Doubles::Packet packet{segment.seq,    segment.ack,  segment.payload_bytes,
                               segment.window, segment.mark, segment.time};
  return side.disorder->doubles->again(packet, side.last.same_ids);
}

/// Whether the segment is a copy of a packet that was captured before: a mirror port's work. The first copy must follow
/// its packet at once; from then on the latest packets are remembered. Each copy is counted once.
bool TcpStreams::captured_again(unsigned side, const Segment& segment) {
  if (doubled_) return true;
  Side& me = sides_[side];
  const bool like_the_last = !me.last.same_ids && segment.mark.ip_id != 0 && segment.mark.ip_id == me.last.ip_id &&
                             segment.mark.flags == me.last.flags;
  if (!like_the_last) return false;
  if (!me.amiss().doubles) me.amiss().doubles = std::make_unique<Doubles>();
  ++me.disorder->incidents.doubled_frames;
  doubled_ = true;
  return true;
}

/// A segment whose octets, or some of them, were sent before, or that came after later ones.
void TcpStreams::classify(unsigned side, const Segment& segment, std::uint64_t offset, bool any_seen) {
  Side& me = sides_[side];
  const std::uint64_t end = offset + segment.payload_bytes;
  Disorder& disorder = me.amiss();
  if (captured_again(side, segment)) return;
  const bool lost_before_capture =
      disorder.acks_again >= enough_acks || (me.waiting && segment.time - disorder.since >= shortest_timeout);
  if (segment.payload_bytes == 1 && end == me.highest() && me.acked >= me.highest()) {
    ++disorder.incidents.keep_alives;  // RFC 9293, section 3.8.4: an octet that was acknowledged already
  } else if (any_seen || lost_before_capture) {
    sent_again(side, offset, end);
  } else {
    ++disorder.ledger.out_of_order_packets;
  }
}

/// Octets from `offset` to `end` were sent again.
void TcpStreams::sent_again(unsigned side, std::uint64_t offset, std::uint64_t end) {
  Side& me = sides_[side];
  Disorder& disorder = me.amiss();
  if (disorder.acks_again >= enough_acks) disorder.recovery = me.highest();
  if (me.acked >= end)
    ++disorder.incidents.spurious;
  else if (offset < disorder.recovery)
    ++disorder.incidents.fast;
  else
    ++disorder.incidents.timeouts;
  // Whichever copy is acknowledged: its time can't be told (RFC 6298, section 3).
  if (me.pace.first_rtt == Pace::none) me.pace.first_rtt = Pace::spoilt;
  if (series_ && offset < (*series_)[side].timed_end) (*series_)[side].timing = false;
}

/// A segment without octets that is not a plain acknowledgment: a SYN or FIN sent again, a keep-alive.
void TcpStreams::no_octets(unsigned side, const Segment& segment, std::optional<std::uint64_t> offset) {
  Side& me = sides_[side];
  constexpr std::uint8_t syn = 2;
  const bool syn_again = segment.syn && (me.last.flags & syn) != 0;
  const bool fin_again = segment.fin && offset && me.fin == *offset;
  if (syn_again || fin_again) {
    if (captured_again(side, segment)) return;
    Incidents& incidents = me.amiss().incidents;
    ++(fin_again && me.acked > me.fin ? incidents.spurious : incidents.timeouts);
    return;
  }
  const bool before_next = offset ? *offset + 1 == me.highest() : me.next == 0 && segment.seq + 1 == me.next_seq;
  if (!doubled_ && !segment.syn && !segment.fin && me.placed && before_next && me.acked >= me.highest())
    ++me.amiss().incidents.keep_alives;
}

// ---- RST and FIN

/// How far a side may send, the FIN's number included.
std::uint64_t TcpStreams::edge(const Side& side) {
  const std::uint64_t room = side.room == any_room ? large_window : side.room;
  return std::max(side.highest(), std::max(side.acked, side.next) + room) + 1;
}

/// Whether a RST or FIN lies where its receiver would take it.
bool TcpStreams::inside(unsigned side, const Segment& segment) const {
  const Side& me = sides_[side];
  if (me.placed) {
    const auto offset = offset_of(me, segment.seq);
    const std::uint64_t from = segment.fin ? 0 : std::min(me.acked, me.highest());
    return offset && *offset >= from && *offset <= edge(me);
  }
  // Nothing is known of its stream. What it acknowledges must have been sent (RFC 9293, section 3.10.7.3).
  const Side& peer = sides_[1 - side];
  if (!segment.has_ack || !peer.placed) return true;
  const auto acked = offset_of(peer, segment.ack);
  return acked && *acked <= edge(peer);
}

bool TcpStreams::may_finish(unsigned side, const Segment& segment, StreamListener& listener) {
  if (inside(side, segment)) return true;
  say({Oddity::Kind::fin_outside, side, segment.frame}, listener);
  return false;
}

void TcpStreams::urgent(unsigned side, const Segment& segment, StreamListener& listener) {
  say({Oddity::Kind::urgent, side, segment.frame}, listener);
}

void TcpStreams::reject(unsigned side, const Segment& segment) {
  if (segment.payload.empty()) return;
  sides_[side].captured += segment.payload.size();
  sides_[side].amiss().ledger.rejected += segment.payload.size();
}

bool TcpStreams::reset(unsigned side, const Segment& segment, StreamListener& listener) {
  const Side& me = sides_[side];
  // What a RST carries is a text about the reset, not the stream's (RFC 9293, section 3.5.2).
  reject(side, segment);
  if (!inside(side, segment)) {
    say({Oddity::Kind::reset_outside, side, segment.frame}, listener);
    return false;
  }
  if (aftermath_) return true;
  aftermath_ = std::make_unique<Aftermath>();
  aftermath_->by = side;
  aftermath_->at = me.placed ? offset_of(me, segment.seq).value_or(0) : 0;
  aftermath_->frame = segment.frame;
  return true;
}

/// After a RST: true where the segment is to wait until it shows what the RST meant.
bool TcpStreams::wait_and_see(unsigned side, const Segment& segment, Timestamp now, StreamListener& listener) {
  if (goes_on(side, segment)) {
    const auto over = std::move(aftermath_);
    say({Oddity::Kind::reset_ignored, over->by, over->frame, segment.frame}, listener);
    for (const Aftermath::Kept& kept : over->kept) {
      Segment again = kept.segment;
      again.payload = kept.bytes;
      sides_[kept.side].captured -= kept.bytes.size();
      this->segment(kept.side, again, now, listener);
    }
    return false;
  }
  if (segment.payload_bytes == 0) return false;
  const auto offset = offset_of(sides_[side], segment.seq);
  // Octets that were sent before the RST, and captured after it.
  if (side == aftermath_->by && offset && *offset + segment.payload_bytes <= aftermath_->at) return false;
  keep(side, segment);
  return true;
}

/// Whether a segment shows that the RST was not obeyed: its side goes on behind it, or acknowledges octets that were
/// sent to it since; or the other side acknowledges octets from behind it.
bool TcpStreams::goes_on(unsigned side, const Segment& segment) const {
  const Side& me = sides_[side];
  const Side& peer = sides_[1 - side];
  std::optional<std::uint64_t> acked;
  if (segment.has_ack && peer.placed) acked = offset_of(peer, segment.ack);
  if (side != aftermath_->by)
    return acked && *acked > std::max(aftermath_->at, peer.highest() + 1) && *acked <= edge(peer);
  if (acked && *acked > peer.highest() + 1 && !aftermath_->kept.empty()) return true;
  if (segment.payload_bytes == 0) return false;
  if (!me.placed) return true;
  const auto offset = offset_of(me, segment.seq);
  return offset && *offset <= edge(me) && *offset + segment.payload_bytes > aftermath_->at;
}

/// Keeps a segment for as long as it isn't known what became of the connection.
void TcpStreams::keep(unsigned side, const Segment& segment) {
  sides_[side].captured += segment.payload.size();
  Aftermath& aftermath = *aftermath_;
  if (aftermath.kept.size() >= limits_.reassembly_segments ||
      aftermath.kept_bytes + segment.payload.size() > limits_.reassembly_bytes) {
    limited_ = true;
    sides_[side].amiss().ledger.rejected += segment.payload.size();
    return;
  }
  aftermath.kept_bytes += segment.payload.size();
  Aftermath::Kept& kept = aftermath.kept.emplace_back();
  kept.side = side;
  kept.segment = segment;
  kept.segment.payload = {};
  kept.segment.place = {};
  kept.bytes.assign(segment.payload.begin(), segment.payload.end());
}

/// The session is over: the RST was obeyed.
void TcpStreams::reject_aftermath(StreamListener& listener) {
  for (const Aftermath::Kept& kept : aftermath_->kept) {
    if (kept.bytes.empty()) continue;
    sides_[kept.side].amiss().ledger.rejected += kept.bytes.size();
    say({Oddity::Kind::data_after_reset, kept.side, kept.segment.frame, aftermath_->frame, kept.bytes.size()},
        listener);
  }
  aftermath_->kept.clear();
}

}  // namespace wiretale::flow
