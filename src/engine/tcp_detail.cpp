#include "engine/tcp_detail.hpp"

#include <algorithm>
#include <utility>

namespace wiretale::engine {
namespace {

using decode::TcpHeader;

/// Whether sequence number `a` lies before `b` (RFC 9293, section 3.4).
bool before(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) < 0; }

}  // namespace

void TcpDetail::before(unsigned side, const flow::TcpStreams& streams) {
  incidents_ = streams.incidents(side);
  ledger_ = streams.ledger(side);
}

/// Finds the last segment of the other side that is acknowledged for the first time.
void TcpDetail::settle(unsigned side, const TcpHeader& header, TcpSegmentRecord& record) {
  Side& peer = sides_[1 - side];
  std::optional<Open> last;
  while (!peer.open.empty() && !engine::before(header.ack, peer.open.front().end)) {
    last = peer.open.front();
    peer.open.pop_front();
  }
  if (!last) return;
  record.acks_frame = last->frame;
  if (last->again || record.time < last->time) return;  // Karn's algorithm
  record.rtt = record.time - last->time;
  if (last->handshake) return;
  peer.estimated = flow::smooth(peer.estimated.value_or(Nanos{}), *record.rtt, !peer.estimated);
  record.estimated_rtt = peer.estimated;
}

/// Remembers a segment that is to be acknowledged.
void TcpDetail::remember(unsigned side, const decode::Decoded& packet) {
  const TcpHeader& header = packet.tcp;
  const bool syn = header.has(TcpHeader::syn);
  const std::uint32_t length = packet.payload_bytes + (syn ? 1U : 0U) + (header.has(TcpHeader::fin) ? 1U : 0U);
  if (length == 0 || header.has(TcpHeader::rst)) return;
  std::deque<Open>& open = sides_[side].open;
  const std::uint32_t end = header.seq + length;
  bool again = false;
  for (Open& earlier : open) {
    if (!engine::before(header.seq, earlier.end)) continue;  // it ends before this one begins
    earlier.again = again = true;
  }
  if (again && (open.empty() || !engine::before(open.back().end, end))) return;
  if (open.size() >= most_) {
    limited_ = true;
    open.pop_front();
  }
  open.push_back({end, packet.frame, packet.time, again, syn});
}

/// Says what the streams counted the segment as.
void TcpDetail::compare(unsigned side, const flow::TcpStreams& streams, TcpSegmentRecord& record) const {
  const flow::Incidents now = streams.incidents(side);
  const flow::Ledger ledger = streams.ledger(side);
  const auto note = [&](bool more, std::string_view word) {
    if (more) record.what.push_back(word);
  };
  note(now.timeouts != incidents_.timeouts, "retransmission_timeout");
  note(now.fast != incidents_.fast, "retransmission_fast");
  note(now.spurious != incidents_.spurious, "retransmission_spurious");
  note(ledger.out_of_order_packets != ledger_.out_of_order_packets, "out_of_order");
  note(now.duplicate_acks != incidents_.duplicate_acks, "duplicate_ack");
  note(now.zero_windows != incidents_.zero_windows, "zero_window");
  note(now.window_probes != incidents_.window_probes, "window_probe");
  note(now.keep_alives != incidents_.keep_alives, "keep_alive");
  note(now.doubled_frames != incidents_.doubled_frames, "duplicate_frame");
  note(ledger.gaps != ledger_.gaps, "gap_before");
  note(ledger.rejected != ledger_.rejected, "rejected");
}

TcpSegmentRecord TcpDetail::segment(unsigned side, const decode::Decoded& packet, const flow::TcpStreams& streams,
                                    const flow::TcpState& state) {
  const TcpHeader& header = packet.tcp;
  TcpSegmentRecord record;
  record.time = packet.time;
  record.frame = packet.frame;
  record.source = packet.source;
  record.source_port = packet.source_port;
  record.seq = header.seq;
  record.length = packet.payload_bytes;
  constexpr std::pair<std::uint8_t, std::string_view> names[] = {{TcpHeader::fin, "FIN"},      {TcpHeader::syn, "SYN"},
                                                                 {TcpHeader::rst, "RST"},      {TcpHeader::psh, "PSH"},
                                                                 {TcpHeader::ack_flag, "ACK"}, {TcpHeader::urg, "URG"}};
  for (const auto& [flag, name] : names)
    if (header.has(flag)) record.flags.push_back(name);

  const bool syn = header.has(TcpHeader::syn);
  Side& me = sides_[side];
  Side& peer = sides_[1 - side];
  if (syn)
    me.base = header.seq;
  else if (!me.base)
    me.base = header.seq - 1;
  record.relative_seq = header.seq - *me.base;
  const std::uint8_t shift = state.shift(side);
  record.window_scaled = !syn && shift != flow::Segment::unknown_shift;
  record.window = std::uint32_t{header.window} << (record.window_scaled ? shift : 0);
  if (header.has(TcpHeader::urg)) record.urgent = header.urgent;
  if (header.has(TcpHeader::ack_flag)) {
    record.ack = header.ack;
    if (!peer.base) peer.base = header.ack - 1;
    record.relative_ack = header.ack - *peer.base;
    settle(side, header, record);
  }
  remember(side, packet);
  compare(side, streams, record);
  return record;
}

}  // namespace wiretale::engine
