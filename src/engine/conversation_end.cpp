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

/// First octets as they may be shown: what follows a word that hints at a secret is one.
Redacted sample_of(Bytes octets) {
  Redacted sample(text_of(octets));
  std::string lower(sample.text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  std::size_t begin = std::string::npos;
  for (const std::string_view word : {"pass", "pwd", "secret", "token", "auth", "cookie"})
    if (const std::size_t at = lower.find(word); at != std::string::npos) begin = std::min(begin, at + word.size());
  if (begin < lower.size()) sample.secrets.push_back({begin, lower.size() - begin});
  return sample;
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
  if (voice_)
    for (const Waiting* waiting : voice_->waiting)
      if (const auto due = waiting->deadline()) earliest = std::min(earliest, *due);
  return earliest;
}

bool Conversation::expire(Timestamp now) {
  if (tcp_) {
    Ear ear(*this);
    tcp_->streams.tick(now, ear);
  }
  if (start_ && start_->since + limits().detect_wait <= now) detect(true);
  for (std::size_t i = 0; voice_ && i < voice_->waiting.size(); ++i) {
    Waiting& waiting = *voice_->waiting[i];
    if (const auto due = waiting.deadline(); due && *due <= now) waiting.expire(now);
  }
  return active_ + idle_limit() <= now;
}

/// What is told is about right: what a dissector keeps for itself is not known, and taken for a few hundred octets.
Conversation::Footprint Conversation::footprint() const {
  constexpr std::size_t in_tables = 112, a_sample = 64, a_dissector = 1024, an_anomaly = 160;
  std::size_t memory = sizeof(Conversation) + in_tables + a_sample, held = 0;
  if (tcp_) {
    held = tcp_->streams.held_bytes();
    memory += sizeof(TcpSession) + tcp_->streams.footprint();
  }
  if (start_) {
    memory += sizeof(Start) + start_->chunks.capacity() * sizeof(Start::Chunk);
    for (const std::string& bytes : start_->bytes) memory += bytes.capacity();
  }
  if (extra_) memory += sizeof(Extra) + extra_->anomalies.size() * an_anomaly;
  if (voice_) {
    memory += sizeof(Voice) + voice_->story.body.capacity();
    if (voice_->datagrams) memory += a_dissector;
    if (voice_->dialogue) memory += sizeof(flow::Dialogue) + a_dissector + voice_->dialogue->held_bytes();
  }
  const auto capped = [](std::size_t octets) {
    return static_cast<std::uint32_t>(std::min<std::size_t>(octets, UINT32_MAX));
  };
  return {capped(memory), capped(held)};
}

void Conversation::release() {
  Ear ear(*this);
  tcp_->streams.finish(ear);
  limit_reached("reassembly_memory");
  anomaly(
      {AnomalyKind::limit, "reassembly_memory", "memory was short: what was missing is taken for lost", frames_.last});
}

void Conversation::end_dissector(Close how) {
  if (!voice_) return;
  if (voice_->dialogue) {
    const auto dialogue = std::move(voice_->dialogue);
    const Side first = tcp_->state.ended_by(client()) == "server_fin" ? Side::server : Side::client;
    end_side(*dialogue, first, how);
    end_side(*dialogue, other(first), how);
    voice_->waiting.clear();
  }
  if (voice_->datagrams) {
    voice_->datagrams->end(how);
    voice_->datagrams.reset();
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
    Ear ear(*this);
    tcp_->streams.finish(ear);
    if (tcp_->streams.limited()) limit_reached("reassembly_bytes");
    if (extra_ && extra_->tcp_detail && extra_->tcp_detail->limited()) limit_reached("reassembly_segments");
  }
  if (stage_ == Stage::detecting) {
    if (tcp_)
      detect_at_end();
    else
      settle({nullptr, {}, true, {}, nullptr});
  }
  Close how = close_of(ending);
  if (tcp_ && tcp_->state.phase() == flow::TcpState::Phase::over) how = tcp_->state.reset() ? Close::reset : Close::fin;
  end_dissector(how);
  stage_ = Stage::counting;
  if (tcp_) correct_direction();

  SessionRecord record;
  fill(record, ending);
  report::SessionStory nothing;
  context_.renderer.session(record, voice_ ? voice_->story : nothing, context_.outlet);
  report::SessionFact fact;
  fact.number = number();
  fact.frames = frames_;
  fact.client = client() == 0 ? key.a : key.b;
  fact.server = client() == 0 ? key.b : key.a;
  fact.client_mac = macs_[client()];
  fact.server_mac = macs_[1 - client()];
  fact.start = began_;
  fact.protocol = protocol_name();
  fact.to_server = {sides_[client()].packets, sides_[client()].bytes};
  fact.to_client = {sides_[1 - client()].packets, sides_[1 - client()].bytes};
  fact.delivered = record.to_server.delivered_bytes + record.to_client.delivered_bytes;
  fact.missing = record.to_server.gap_bytes + record.to_client.gap_bytes;
  context_.outlet.fact(fact);
}

/// The session is over before it is known what is spoken. Behind a proxy, where no port says what to expect, what was
/// said is told of at least.
void Conversation::detect_at_end() {
  const bool little = start_ && !start_->chunks.empty() && !protocol_name().empty();
  detect(true);
  if (little && stage_ != Stage::dissecting)
    anomaly({AnomalyKind::cut_off, "too_little_to_tell",
             "the session ends before it shows what is spoken behind " + std::string(protocol_name()), frames_.last});
}

std::string_view Conversation::total_name() const {
  if (const std::string_view name = protocol_name(); !name.empty()) return name;
  if (transport_ != Transport::tcp && transport_ != Transport::udp) return name_of(transport_);
  const std::string_view service = service_name(transport_, server_port());
  return service.empty() ? std::string_view("unknown") : service;
}

void Conversation::fill_direction(DirectionFields& fields, unsigned side) const {
  const Counters& counters = sides_[side];
  fields.packets = counters.packets;
  fields.bytes = counters.bytes;
  fields.payload_bytes = counters.payload_bytes;
  fields.captured_bytes = counters.payload_bytes - (extra_ ? extra_->not_captured[side] : 0);
  if (tcp_)
    fill_tcp(fields, side);
  else
    fields.delivered_bytes = fields.captured_bytes;
}

/// The tunnels around the client's first packet, or around the server's where it had none; labels of both.
void Conversation::fill_tunnels(std::vector<TunnelFields>& fields) const {
  if (!extra_ || !extra_->around) return;
  const std::vector<decode::Tunnel>& client_side = extra_->around->sides[client()];
  const std::vector<decode::Tunnel>& server_side = extra_->around->sides[1 - client()];
  const bool by_client = !client_side.empty();
  for (const decode::Tunnel& tunnel : by_client ? client_side : server_side) {
    TunnelFields& told = fields.emplace_back();
    told.kind = decode::name_of(tunnel.kind);
    told.id = tunnel.id;
    told.client_ip = by_client ? tunnel.source : tunnel.destination;
    told.server_ip = by_client ? tunnel.destination : tunnel.source;
    if (tunnel.source_port != 0 || tunnel.destination_port != 0) {
      told.client_port = by_client ? tunnel.source_port : tunnel.destination_port;
      told.server_port = by_client ? tunnel.destination_port : tunnel.source_port;
    }
    (by_client ? told.to_server_label : told.to_client_label) = tunnel.label;
  }
  if (!by_client) return;
  for (std::size_t i = 0; i < fields.size() && i < server_side.size(); ++i)
    if (server_side[i].kind == client_side[i].kind) fields[i].to_client_label = server_side[i].label;
}

/// Moves into the record what is needed no more.
void Conversation::fill(SessionRecord& record, Ending ending) {
  const bool ports = transport_ == Transport::tcp || transport_ == Transport::udp || transport_ == Transport::sctp;
  const unsigned us = client(), them = 1 - us;
  const Endpoint& client_end = us == 0 ? key.a : key.b;
  const Endpoint& server_end = us == 0 ? key.b : key.a;
  record.session = std::to_string(number());
  record.time = record.start = began_;
  record.transport = name_of(transport_);
  record.client.ip = client_end.ip;
  record.server.ip = server_end.ip;
  if (ports) {
    record.client.port = client_end.port;
    record.server.port = server_end.port;
    record.community_id = community_id(key.a, key.b, key.protocol);
  } else if (extra_ && extra_->icmp) {
    record.community_id = community_id(key.a.ip, key.b.ip, key.protocol, extra_->icmp->first, extra_->icmp->second);
  }
  record.client.mac = macs_[us];
  record.server.mac = macs_[them];
  record.direction_from = known::directions[direction_from_];
  record.protocol = protocol_name();
  if (record.protocol.empty()) {
    record.service = service_name(transport_, server_port());
    record.sample.to_server = sample_of(sampled(us));
    record.sample.to_client = sample_of(sampled(them));
  } else {
    record.protocols.push_back(voice_->first_protocol);
    record.protocols.insert(record.protocols.end(), voice_->later_protocols.begin(), voice_->later_protocols.end());
    record.protocol_from = voice_->protocol_from;
  }
  record.end = last_;
  record.duration = last_ - began_;
  record.frames = frames_;
  if (const auto files = context_.in_files.find(this); files != context_.in_files.end()) [[unlikely]] {
    // A file that is followed is the only one, until another one has taken its name.
    const bool only = files->second.size() == 1 && !files->second.front().first.among_several;
    for (const auto& [origin, frames] : files->second)
      if (!only) record.in_files.push_back({*origin.file, frames});
    context_.in_files.erase(files);
  }
  if (voice_) record.exchanges = voice_->story.exchanges;
  if (extra_) {
    record.vlan = std::move(extra_->vlans);
    fill_tunnels(record.tunnel);
    record.anomalies = std::move(extra_->anomalies);
    if (extra_->icmp_errors != 0) record.icmp_errors = extra_->icmp_errors;
  }
  fill_direction(record.to_server, us);
  fill_direction(record.to_client, them);
  record.ended_by = word_of(ending);
  if (tcp_)
    fill_tcp(record);
  else
    record.state = sides_[0].packets != 0 && sides_[1].packets != 0 ? "answered" : "unanswered";
}

}  // namespace wiretale::engine
