// The deadlines of a session, its end, and its record.
#include <algorithm>

#include "engine/community_id.hpp"
#include "engine/conversation.hpp"
#include "engine/registry.hpp"

namespace wiretale::engine {
namespace {

std::string_view word_of(Ending ending) {
  switch (ending) {
    case Ending::timeout:
      return "timeout";
    case Ending::port_reuse:
      return "port_reuse";
    case Ending::evicted:
      return "evicted";
    case Ending::capture_end:
      break;
  }
  return "capture_end";
}

Close close_of(Ending ending) {
  switch (ending) {
    case Ending::timeout:
      return Close::timeout;
    case Ending::port_reuse:
    case Ending::evicted:
      return Close::evicted;
    case Ending::capture_end:
      break;
  }
  return Close::capture_end;
}

}  // namespace

Nanos Conversation::idle_limit() const {
  if (!tcp_) return limits().udp_idle;
  switch (tcp_->state.phase()) {
    case flow::TcpState::Phase::opening:
      return limits().tcp_opening;
    case flow::TcpState::Phase::over:
      return limits().tcp_closed;
    case flow::TcpState::Phase::open:
      break;
  }
  return limits().tcp_idle;
}

Timestamp Conversation::deadline() const {
  Timestamp earliest = active_ + idle_limit();
  if (start_) earliest = std::min(earliest, start_->since + limits().detect_wait);
  if (tcp_)
    if (const auto hole = tcp_->streams.deadline()) earliest = std::min(earliest, *hole);
  for (const Waiting* waiting : waiting_)
    if (const auto due = waiting->deadline()) earliest = std::min(earliest, *due);
  return earliest;
}

bool Conversation::expire(Timestamp now) {
  if (tcp_) tcp_->streams.tick(now, *this);
  if (start_ && start_->since + limits().detect_wait <= now) detect(true);
  for (std::size_t i = 0; i < waiting_.size(); ++i)
    if (const auto due = waiting_[i]->deadline(); due && *due <= now) waiting_[i]->expire(now);
  return active_ + idle_limit() <= now;
}

void Conversation::end_dissector(Close how) {
  if (dialogue_) {
    const auto dialogue = std::move(dialogue_);
    const Side first = tcp_->state.ended_by(client()) == "server_fin" ? Side::server : Side::client;
    end_side(*dialogue, first, how);
    end_side(*dialogue, other(first), how);
    waiting_.clear();
  }
  if (datagrams_) {
    datagrams_->end(how);
    datagrams_.reset();
  }
}

/// Ends one side, and says where its dissector was left waiting for the end of something.
void Conversation::end_side(flow::Dialogue& dialogue, Side side, Close how) {
  const unsigned sender = side == Side::client ? client() : 1 - client();
  // A RST that follows a FIN cuts nothing short on that side.
  const bool closed = how != Close::handed_over && tcp_->streams.ended(sender);
  dialogue.end(side, closed ? Close::fin : how);
  const std::uint64_t left = dialogue.unfinished(side);
  if (left == 0) return;
  const bool client_side = side == Side::client;
  anomaly({AnomalyKind::cut_off, client_side ? "client_unfinished" : "server_unfinished",
           std::string(client_side ? "the client" : "the server") + "'s stream ends within a message, after " +
               std::to_string(left) + (left == 1 ? " octet of it" : " octets of it"),
           dialogue.last_frame(side)});
}

void Conversation::close(Ending ending) {
  if (tcp_) {
    tcp_->streams.finish(*this);
    if (tcp_->streams.limited()) limit_reached("reassembly_bytes");
  }
  if (stage_ == Stage::detecting) {
    if (tcp_)
      detect(true);
    else
      settle({nullptr, {}, true, {}, nullptr});
  }
  Close how = close_of(ending);
  if (tcp_ && tcp_->state.phase() == flow::TcpState::Phase::over) how = tcp_->state.reset() ? Close::reset : Close::fin;
  end_dissector(how);
  stage_ = Stage::counting;

  SessionRecord record;
  fill(record, ending);
  context_.renderer.session(record, story_, context_.outlet);
  report::SessionFact fact;
  fact.client = facts_.client;
  fact.server = facts_.server;
  fact.client_mac = sides_[client()].mac;
  fact.server_mac = sides_[1 - client()].mac;
  fact.start = facts_.start;
  if (!protocols_.empty()) fact.protocol = protocols_.back();
  fact.to_server = {sides_[client()].packets, sides_[client()].bytes};
  fact.to_client = {sides_[1 - client()].packets, sides_[1 - client()].bytes};
  context_.outlet.fact(fact);
}

std::string_view Conversation::total_name() const {
  if (!protocols_.empty()) return protocols_.back();
  if (facts_.transport != Transport::tcp && facts_.transport != Transport::udp) return name_of(facts_.transport);
  const std::string_view service = service_name(facts_.transport, facts_.server.port);
  return service.empty() ? std::string_view("unknown") : service;
}

void Conversation::fill_direction(DirectionFields& fields, unsigned side) const {
  const Counters& counters = sides_[side];
  fields.packets = counters.packets;
  fields.bytes = counters.bytes;
  fields.payload_bytes = counters.payload_bytes;
  fields.captured_bytes = counters.captured_bytes;
  if (!tcp_) {
    fields.delivered_bytes = counters.captured_bytes;
    return;
  }
  const flow::Ledger& ledger = tcp_->streams.ledger(side);
  fields.retransmitted_packets = ledger.retransmitted_packets;
  fields.out_of_order_packets = ledger.out_of_order_packets;
  fields.gaps = ledger.gaps;
  fields.gap_bytes = ledger.gap_bytes;
  fields.delivered_bytes = ledger.delivered;
  fields.duplicate_bytes = ledger.duplicate;
  fields.conflicting_bytes = ledger.conflicting;
  fields.beyond_limit_bytes = ledger.beyond_limit;
  fields.rejected_bytes = ledger.rejected;
}

/// Moves into the record what is needed no more.
void Conversation::fill(SessionRecord& record, Ending ending) {
  const bool ports =
      facts_.transport == Transport::tcp || facts_.transport == Transport::udp || facts_.transport == Transport::sctp;
  const unsigned us = client(), them = 1 - us;
  record.session = facts_.id;
  record.time = record.start = facts_.start;
  record.transport = name_of(facts_.transport);
  record.client.ip = facts_.client.ip;
  record.server.ip = facts_.server.ip;
  if (ports) {
    record.client.port = facts_.client.port;
    record.server.port = facts_.server.port;
    record.community_id = community_id(key.a, key.b, key.protocol);
  }
  record.client.mac = sides_[us].mac;
  record.server.mac = sides_[them].mac;
  record.direction_from = direction_from_;
  record.protocols = protocols_;
  if (protocols_.empty()) {
    record.service = service_name(facts_.transport, facts_.server.port);
  } else {
    record.protocol = protocols_.back();
    record.protocol_from = protocol_from_;
  }
  record.end = last_;
  record.duration = last_ - facts_.start;
  record.frames = frames_;
  record.vlan = std::move(vlans_);
  record.exchanges = story_.exchanges;
  record.anomalies = std::move(anomalies_);
  if (icmp_errors_ != 0) record.icmp_errors = icmp_errors_;
  fill_direction(record.to_server, us);
  fill_direction(record.to_client, them);
  record.ended_by = word_of(ending);
  if (!tcp_) {
    record.state = sides_[0].packets != 0 && sides_[1].packets != 0 ? "answered" : "unanswered";
    return;
  }
  const flow::TcpState& state = tcp_->state;
  record.state = state.state(us);
  if (const std::string_view by = state.ended_by(us); !by.empty()) record.ended_by = by;
  record.midstream = state.midstream();
  record.tcp = TcpFields{state.handshake_rtt(), state.mss(us),   state.mss(them),
                         state.isn(us),         state.isn(them), state.min_window()};
}

}  // namespace wiretale::engine
