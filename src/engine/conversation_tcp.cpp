// A TCP session: its packets, what is odd about them, and what TCP tells of it.
#include <fmt/format.h>

#include "engine/conversation.hpp"

namespace wiretale::engine {
namespace {

using decode::TcpHeader;

/// What tells a packet from a copy of it that was captured elsewhere.
flow::Mark mark_of(const decode::Decoded& packet) {
  const auto& mac = packet.source_mac.octets;
  const std::uint32_t station =
      std::uint32_t{mac[2]} << 24 | std::uint32_t{mac[3]} << 16 | std::uint32_t{mac[4]} << 8 | mac[5];
  const std::uint32_t vlans = std::uint32_t{packet.vlans[0]} << 16 | packet.vlans[1];
  return {packet.ip_id, packet.ttl, packet.tcp.flags, station ^ vlans};
}

std::string_view word_of(flow::Hole::Cause cause) {
  switch (cause) {
    case flow::Hole::Cause::not_captured:
      return "not_captured";
    case flow::Hole::Cause::snaplen:
      return "snaplen";
    case flow::Hole::Cause::lost:
      break;
  }
  return "lost";
}

/// Octets by time, rounded down.
std::uint64_t rate(std::uint64_t bytes, Nanos duration) {
  const auto ns = static_cast<std::uint64_t>(duration.count());
  constexpr std::uint64_t second = 1'000'000'000;
  if (bytes <= UINT64_MAX / second) return bytes * second / ns;
  return bytes / (ns / second + 1);  // beyond 18 GB: seconds will do
}

std::optional<std::uint64_t> if_any(std::uint64_t count) { return count != 0 ? std::optional(count) : std::nullopt; }

Secret excerpt(const std::vector<std::uint8_t>& bytes) { return {std::string(bytes.begin(), bytes.end())}; }

}  // namespace

void Conversation::tcp_packet(unsigned side, const decode::Decoded& packet) {
  TcpHeader header = packet.tcp;
  flow::TcpStreams& streams = tcp_->streams;
  flow::TcpState& state = tcp_->state;
  flow::Segment segment{header.seq,
                        header.ack,
                        header.has(TcpHeader::ack_flag),
                        header.has(TcpHeader::syn),
                        packet.payload,
                        packet.payload_bytes,
                        packet.frame,
                        packet.time,
                        header.has(TcpHeader::fin),
                        state.shift(side),
                        header.window,
                        mark_of(packet),
                        {&context_.recent, packet.block}};
  const auto phase = state.phase();
  Ear ear(*this);
  if (context_.settings.wants.tcp_detail) detail().before(side, streams);
  if (header.has(TcpHeader::urg)) streams.urgent(side, segment, ear);
  if (header.has(TcpHeader::rst)) {
    if (state.closed())
      streams.reject(side, segment);
    else if (streams.reset(side, segment, ear))
      state.packet(side, header, packet.payload_bytes, packet.time);
  } else {
    if (segment.fin && !streams.may_finish(side, segment, ear)) {
      segment.fin = false;
      header.flags = static_cast<std::uint8_t>(header.flags & ~TcpHeader::fin);
    }
    state.packet(side, header, packet.payload_bytes, packet.time);
    if (streams.segment(side, segment, context_.clock, ear)) hurry_ = true;
    if (state.reset() && !streams.was_reset()) state.revive();
  }
  if (phase != state.phase()) hurry_ = true;
  if (context_.settings.wants.tcp_detail) tell_detail(side, packet);
}

TcpDetail& Conversation::detail() {
  auto& detail = extra().tcp_detail;
  if (!detail) detail = std::make_unique<TcpDetail>(limits());
  return *detail;
}

/// Says a record of the segment, as `--tcp-detail` asks for.
void Conversation::tell_detail(unsigned side, const decode::Decoded& packet) {
  if (stage_ == Stage::detecting && tcp_->state.first_is_client()) first_is_client_ = *tcp_->state.first_is_client();
  TcpSegmentRecord record = detail().segment(side, packet, tcp_->streams, tcp_->state);
  record.side = role(side) == Side::client ? "client" : "server";
  voice();
  put(record_type<TcpSegmentRecord>, &record);
}

void Conversation::odd(const flow::Oddity& oddity) {
  const auto say = [&](AnomalyKind kind, std::string_view name, std::string text) {
    anomaly({kind, name, std::move(text), oddity.frame});
  };
  using Kind = flow::Oddity::Kind;
  switch (oddity.kind) {
    case Kind::conflict:
      say(AnomalyKind::unusual, "conflicting_octets",
          fmt::format("octets that frame {} had came again with other values, from octet {} of the stream on",
                      oddity.other, oddity.conflict->offset));
      break;
    case Kind::reset_outside:
      say(AnomalyKind::unusual, "reset_outside_window", "a RST lies outside the window: it resets nothing");
      break;
    case Kind::reset_ignored:
      say(AnomalyKind::unusual, "reset_ignored",
          fmt::format("the connection went on after this RST, as frame {} shows: it may be forged", oddity.other));
      break;
    case Kind::data_after_reset:
      say(AnomalyKind::unusual, "data_after_reset",
          fmt::format("octets were sent after the RST in frame {}", oddity.other));
      break;
    case Kind::fin_outside:
      say(AnomalyKind::unusual, "fin_outside_window", "a FIN lies outside the window: it ends nothing");
      break;
    case Kind::data_after_fin:
      say(AnomalyKind::unusual, "data_after_fin", "octets were sent behind a FIN");
      break;
    case Kind::outside_window:
      say(AnomalyKind::unusual, "outside_window",
          "octets lie outside the window, and nobody acknowledged them: they belong to no stream");
      break;
    case Kind::urgent:
      say(AnomalyKind::unusual, "urgent_octets",
          "some octets are urgent: they stay in the stream here, while many receivers take one of them out");
      break;
  }
}

/// A SYN or SYN-ACK that came after the direction was settled says who is the client after all.
void Conversation::correct_direction() {
  const auto first = tcp_->state.first_is_client();
  if (!first) return;
  if (*first == first_is_client_ || protocol_name().empty()) {
    first_is_client_ = *first;
    direction_from_ = known::direction(tcp_->state.by_syn() ? known::syn : known::syn_ack);
    return;
  }
  anomaly({AnomalyKind::unusual, "wrong_direction",
           "a SYN that was captured late says that client and server are the other way round", frames_.first});
}

void Conversation::fill_tcp(SessionRecord& record) const {
  const unsigned us = client(), them = 1 - us;
  const flow::TcpState& state = tcp_->state;
  record.state = state.state(us);
  if (const std::string_view by = state.ended_by(us); !by.empty()) record.ended_by = by;
  record.midstream = state.midstream();
  record.tcp =
      TcpFields{state.handshake_rtt(), state.mss(us), state.mss(them), state.isn(us), state.isn(them), std::nullopt};
  for (const auto& window : {record.to_server.tcp.window, record.to_client.tcp.window})
    if (window && (!record.tcp->min_window || window->min < *record.tcp->min_window))
      record.tcp->min_window = window->min;
}

void Conversation::fill_tcp(DirectionFields& fields, unsigned side) const {
  const flow::TcpStreams& streams = tcp_->streams;
  const flow::Ledger ledger = streams.ledger(side);
  const flow::Incidents incidents = streams.incidents(side);
  fields.retransmitted_packets = std::uint64_t{incidents.timeouts} + incidents.fast + incidents.spurious;
  fields.out_of_order_packets = ledger.out_of_order_packets;
  fields.gaps = ledger.gaps;
  fields.gap_bytes = ledger.gap_bytes;
  fields.delivered_bytes = ledger.delivered;
  fields.duplicate_bytes = ledger.duplicate;
  fields.conflicting_bytes = ledger.conflicting;
  fields.beyond_limit_bytes = ledger.beyond_limit;
  fields.rejected_bytes = ledger.rejected;

  TcpSideFields& tcp = fields.tcp;
  if (fields.retransmitted_packets != 0) tcp.retransmissions = {incidents.timeouts, incidents.fast, incidents.spurious};
  tcp.duplicate_frames = if_any(incidents.doubled_frames);
  tcp.duplicate_acks = if_any(incidents.duplicate_acks);
  tcp.zero_windows = if_any(incidents.zero_windows);
  tcp.window_probes = if_any(incidents.window_probes);
  tcp.keep_alives = if_any(incidents.keep_alives);
  fill_pace(tcp, side);
  if (ledger.gaps != 0)
    for (const flow::Hole& hole : streams.holes(side))
      tcp.missing.push_back({hole.offset, hole.bytes, hole.frame, word_of(hole.cause)});
  if (ledger.conflicting != 0)
    for (const flow::Conflict& conflict : streams.conflicts(side))
      tcp.conflicts.push_back({conflict.offset, conflict.first_frame, conflict.second_frame, excerpt(conflict.first),
                               excerpt(conflict.second)});
}

/// Windows, round trips, octets under way, throughput.
void Conversation::fill_pace(TcpSideFields& tcp, unsigned side) const {
  const flow::TcpStreams& streams = tcp_->streams;
  const flow::Pace& pace = streams.pace(side);
  const flow::PaceSeries* series = streams.series(side);
  const auto frame = [&](flow::ShortFrame low) { return flow::whole(low, frames_.first); };
  if (const std::uint8_t shift = tcp_->state.shift(side); pace.announced() && shift != flow::Segment::unknown_shift)
    tcp.window = WindowFields{std::uint32_t{pace.window_min} << shift, std::uint32_t{pace.window_max} << shift,
                              frame(pace.window_min_frame), frame(pace.window_max_frame)};
  if (pace.first_frame == 0 || streams.acked(side) == 0) return;
  flow::RoundTrips single;
  if (series == nullptr && pace.first_rtt >= 0) single.add(Nanos(pace.first_rtt));
  const flow::RoundTrips& trips = series != nullptr ? series->round_trips : single;
  if (trips.count() != 0)
    tcp.rtt = RoundTripFields{trips.count(), trips.min(), trips.percentile(50), trips.percentile(95), trips.smoothed()};
  tcp.max_in_flight = series != nullptr ? series->in_flight : streams.acked(side);
  tcp.max_in_flight_frame = frame(series != nullptr ? series->in_flight_frame : pace.first_frame);
  const Nanos taken =
      series != nullptr ? series->last_ack_at - pace.first_at : Nanos(std::max(pace.first_rtt, std::int64_t{0}));
  if (taken <= Nanos::zero()) return;
  tcp.throughput = ThroughputFields{streams.acked(side), taken, rate(streams.acked(side), taken),
                                    frame(pace.first_frame), std::nullopt};
  if (series != nullptr && series->last_ack_frame != 0) tcp.throughput->last_frame = frame(series->last_ack_frame);
}

}  // namespace wiretale::engine
