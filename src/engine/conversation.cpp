#include "engine/conversation.hpp"

#include <algorithm>
#include <charconv>

#include "engine/registry.hpp"

namespace wiretale::engine {
namespace {

/// Datagrams looked at before a session without a well-known port stays unknown.
constexpr std::uint8_t datagrams_to_try = 4;

/// A lasting name for a protocol that a session turned into and that nobody dissects. What the wire says is not taken
/// over: names of protocols are few, and known.
std::string_view word_without_dissector(std::string_view name) {
  for (const std::string_view word : {"websocket", "h2c", "h2", "ssh", "ldap", "rdp", "irc", "connect-udp"})
    if (name == word) return word;
  return "other";
}

std::string decimal(std::uint64_t number) {
  char digits[20];
  return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

}  // namespace

Conversation::Conversation(Context& context, const flow::SessionKey& ends, const decode::Decoded& first)
    : key(ends), transport_(first.transport), context_(context), began_(first.time) {
  macs_ = {first.source_mac, first.destination_mac};
  if (first.vlan_count != 0) extra().vlans.assign(first.vlans.begin(), first.vlans.begin() + first.vlan_count);
  if (key.tunnels != nullptr) key.tunnels = &around().key.assign(*key.tunnels);
  if (transport_ == Transport::tcp) tcp_ = context.tcps.make(context.settings.limits, context.settings.overlap);
  sample_wanted_.fill(context.sample_size);
  const bool ports = transport_ == Transport::tcp || transport_ == Transport::udp;
  if (!ports && protocol_of(transport_, 0) == nullptr) stage_ = Stage::counting;
  const bool icmp = transport_ == Transport::icmp || transport_ == Transport::icmpv6;
  if (icmp && first.payload.size() >= 2) extra().icmp = {first.payload[0], first.payload[1]};
}

Conversation::~Conversation() {
  drop_sample();
  context_.tcps.drop(tcp_);
}

/// Keeps the next octets of a side for the sample.
void Conversation::sample(unsigned side, Bytes bytes) {
  const std::size_t size = context_.sample_size;
  if (bytes.empty() || size == 0) return;
  if (sample_ == flow::Rooms::none) sample_ = context_.samples.take();
  const Bytes taken = bytes.first(std::min<std::size_t>(bytes.size(), sample_wanted_[side]));
  const std::size_t at = side * size + size - sample_wanted_[side];
  std::ranges::copy(taken, context_.samples.at(sample_).subspan(at).begin());
  sample_wanted_[side] = static_cast<std::uint8_t>(sample_wanted_[side] - taken.size());
}

void Conversation::drop_sample() {
  if (sample_ != flow::Rooms::none) context_.samples.give_back(std::exchange(sample_, flow::Rooms::none));
  sample_wanted_ = {};
}

/// What was sampled of a side.
Bytes Conversation::sampled(unsigned side) const {
  const std::size_t size = context_.sample_size;
  if (sample_ == flow::Rooms::none) return {};
  return context_.samples.at(sample_).subspan(side * size, size - sample_wanted_[side]);
}

Conversation::Voice& Conversation::voice() {
  if (!voice_) {
    voice_ = std::make_unique<Voice>();
    SessionFacts& facts = voice_->facts;
    facts.id = decimal(frames_.first);
    facts.transport = transport_;
    facts.start = began_;
    facts.client = first_is_client_ ? key.a : key.b;
    facts.server = first_is_client_ ? key.b : key.a;
  }
  return *voice_;
}

Conversation::Extra& Conversation::extra() {
  if (!extra_) extra_ = std::make_unique<Extra>();
  return *extra_;
}

void Conversation::count(unsigned side, const decode::Decoded& packet) {
  Counters& me = sides_[side];
  me.packets += std::max<std::size_t>(packet.fragments.size(), 1);
  me.bytes += packet.ip_bytes;
  me.payload_bytes += packet.payload_bytes;
  if (packet.payload.size() != packet.payload_bytes)
    extra().not_captured[side] += packet.payload_bytes - packet.payload.size();
  frames_.add(packet.frame);
  if (packet.time > last_) last_ = packet.time;
  active_ = context_.clock;
}

void Conversation::packet(const decode::Decoded& packet) {
  const unsigned side = side_of(packet);
  if (sides_[side].packets == 0) {
    macs_[side] = packet.source_mac;
    if (packet.path != nullptr) around().sides[side] = packet.path->tunnels;
  }
  count(side, packet);
  if (tcp_)
    tcp_packet(side, packet);
  else if (stage_ != Stage::counting)
    datagram(side, packet);
  else if (sample_wanted_[side] != 0)
    sample(side, packet.payload);
}

Conversation::Around& Conversation::around() {
  auto& around = extra().around;
  if (!around) around = std::make_unique<Around>();
  return *around;
}

void Conversation::octets(unsigned side, Bytes bytes, Frame frame, Timestamp time) {
  if (stage_ == Stage::counting) {
    if (sample_wanted_[side] != 0) sample(side, bytes);
    return;
  }
  if (stage_ == Stage::dissecting) {
    voice_->dialogue->feed(role(side), bytes, frame, time);
    follow_up();
    return;
  }
  if (!start_) {
    // Mostly the first octets decide: then nothing is held.
    std::array<Bytes, 2> first;
    first[side] = bytes;
    detect(first, false);
    if (stage_ != Stage::detecting) {
      octets(side, bytes, frame, time);
      return;
    }
  }
  Start& held = start();
  held.chunks.push_back({side, held.bytes[side].size(), bytes.size(), 0, frame, time});
  held.bytes[side] += text_of(bytes);
  detect(held.bytes[0].size() + held.bytes[1].size() > limits().detect_bytes);
}

void Conversation::hole(unsigned side, std::uint64_t missing, Frame frame, Timestamp time) {
  if (stage_ == Stage::counting) return;
  if (stage_ == Stage::dissecting) {
    voice_->dialogue->miss(role(side), missing, frame, time);
    follow_up();
    return;
  }
  Start& held = start();
  held.chunks.push_back({side, held.bytes[side].size(), 0, missing, frame, time});
  held.holes[side] = true;
}

Conversation::Start& Conversation::start() {
  if (!start_) {
    start_ = std::make_unique<Start>();
    start_->since = context_.clock;
    hurry_ = true;
  }
  return *start_;
}

/// Asks for a decision on what is held of both streams.
void Conversation::detect(bool final) {
  std::array<Bytes, 2> bytes;
  if (start_)
    for (unsigned side = 0; side < 2; ++side) {
      bytes[side] = bytes_of(start_->bytes[side]);
      if (!start_->holes[side]) continue;
      // What follows a hole is no start: the octets before it are looked at, or the first ones after it.
      const auto hole = std::ranges::find_if(
          start_->chunks, [&](const Start::Chunk& chunk) { return chunk.side == side && chunk.missing != 0; });
      if (hole->offset != 0) bytes[side] = bytes[side].first(hole->offset);
    }
  detect(bytes, final);
}

/// Asks for a decision on the first octets of both streams.
void Conversation::detect(const std::array<Bytes, 2>& start, bool final) {
  Evidence evidence;
  evidence.transport = Transport::tcp;
  evidence.first = key.a;
  evidence.second = key.b;
  evidence.first_is_client = tcp_->state.first_is_client();
  evidence.expected = extra_ ? extra_->expected : nullptr;
  if (!protocol_name().empty()) {  // behind a proxy's consent: who asked the proxy is the client
    evidence.within = true;
    evidence.first_is_client = first_is_client_;
  }
  evidence.start[0] = start[0];
  evidence.start[1] = start[1];
  evidence.final = final;
  if (const auto decision = context_.detector.decide(evidence)) settle(*decision);
}

/// Takes a decision on the protocol and on who is the client.
void Conversation::settle(const Decision& decision) {
  first_is_client_ = decision.first_is_client;
  std::string_view direction_from = decision.direction_from;
  if (tcp_ && tcp_->state.first_is_client()) direction_from = tcp_->state.by_syn() ? known::syn : known::syn_ack;
  if (!direction_from.empty()) direction_from_ = known::direction(direction_from);
  if (voice_) {  // found by content within the session
    voice_->facts.client = first_is_client_ ? key.a : key.b;
    voice_->facts.server = first_is_client_ ? key.b : key.a;
  }
  if (decision.refuted != nullptr) {
    anomaly({AnomalyKind::unusual, "port_refuted",
             "the port is that of " + std::string(decision.refuted->name) + ", but the octets are not", frames_.last});
  }
  if (decision.protocol == nullptr) {
    stage_ = Stage::counting;
    for (unsigned side = 0; start_ && side < 2; ++side)
      if (sample_wanted_[side] != 0) sample(side, bytes_of(start_->bytes[side]));
    start_.reset();
    return;
  }
  drop_sample();
  add_protocol(decision.protocol->name, decision.protocol_from);
  stage_ = Stage::dissecting;
  if (!tcp_) {
    voice_->datagrams = decision.protocol->datagram(*this);
    return;
  }
  voice_->dialogue = std::make_unique<flow::Dialogue>(limits(), decision.protocol->stream(*this));
  voice_->dialogue->start(!tcp_->streams.from_start(0) && !tcp_->streams.from_start(1));
  replay();
}

/// Gives what was held to the dissector that was chosen.
void Conversation::replay() {
  if (!start_) return;
  const std::unique_ptr<Start> held = std::move(start_);
  for (const Start::Chunk& chunk : held->chunks) {
    if (stage_ != Stage::dissecting) {  // become() in the middle of it: detection starts anew
      if (chunk.missing != 0)
        hole(chunk.side, chunk.missing, chunk.frame, chunk.time);
      else
        octets(chunk.side, slice(bytes_of(held->bytes[chunk.side]), chunk.offset, chunk.length), chunk.frame,
               chunk.time);
      continue;
    }
    if (chunk.missing != 0)
      voice_->dialogue->miss(role(chunk.side), chunk.missing, chunk.frame, chunk.time);
    else
      voice_->dialogue->feed(role(chunk.side), slice(bytes_of(held->bytes[chunk.side]), chunk.offset, chunk.length),
                             chunk.frame, chunk.time);
    follow_up();
  }
}

/// Carries out what the dissector said while it ran: done() or become().
void Conversation::follow_up() {
  if (!frozen_) return;
  frozen_ = false;
  if (!voice_->next_protocol) {
    end_dissector(Close::handed_over);
    stage_ = Stage::counting;
    return;
  }
  const std::string name = *std::exchange(voice_->next_protocol, std::nullopt);
  if (name.empty()) {
    // Found by content: what nobody took is held as at the start of a session.
    flow::Dialogue& dialogue = *voice_->dialogue;
    const std::vector<Input::Run> left[] = {dialogue.untaken(Side::client), dialogue.untaken(Side::server)};
    end_dissector(Close::handed_over);
    stage_ = Stage::detecting;
    if (extra_) extra_->expected = nullptr;
    for (const Side side : {Side::client, Side::server})
      for (const Input::Run& run : left[index(side)])
        octets(side == Side::client ? client() : 1 - client(), run.bytes, run.frame, run.time);
    return;
  }
  const Protocol* const next = protocol(name);
  turn_into(next);
  if (next == nullptr || next->stream == nullptr) add_protocol(word_without_dissector(name), known::upgrade);
}

/// Goes on with another dissector from where both sides stand.
void Conversation::turn_into(const Protocol* protocol) {
  if (protocol == nullptr || protocol->stream == nullptr) {
    end_dissector(Close::handed_over);
    stage_ = Stage::counting;
    return;
  }
  auto next = std::make_unique<flow::Dialogue>(limits(), protocol->stream(*this));
  voice_->dialogue->hand_over(*next);
  voice_->dialogue = std::move(next);
  add_protocol(protocol->name, known::upgrade);
  voice_->dialogue->start(false);
  follow_up();
}

void Conversation::add_protocol(std::string_view name, std::string_view from) {
  Voice& mine = voice();
  if (const std::string_view before = protocol_name(); before.empty()) {
    mine.first_protocol = name;
  } else if (before != name) {
    mine.later_protocols.push_back(name);
    mine.facts.protocol_before = before;
  }
  mine.facts.protocol = name;
  mine.facts.protocol_from = from;
  mine.protocol_from = from;
}

/// The last protocol; empty where none is known.
std::string_view Conversation::protocol_name() const {
  if (!voice_) return {};
  return voice_->later_protocols.empty() ? voice_->first_protocol : voice_->later_protocols.back();
}

void Conversation::datagram(unsigned side, const decode::Decoded& packet) {
  if (stage_ == Stage::detecting && !choose_datagram(side, packet)) {
    if (sample_wanted_[side] != 0) sample(side, packet.payload);
    return;
  }
  Chunk chunk;
  chunk.side = role(side);
  chunk.bytes = packet.payload;
  chunk.wire_bytes = packet.payload_bytes;
  chunk.frames = {packet.frame, packet.frame};
  for (const Frame frame : packet.fragments) chunk.frames.add(frame);
  chunk.time = packet.time;
  chunk.hop_limit = packet.ttl;
  voice_->datagrams->datagram(chunk);
  if (!frozen_) return;
  frozen_ = false;
  voice_->next_protocol.reset();
  end_dissector(Close::handed_over);
  stage_ = Stage::counting;
}

/// Settles the protocol of a session of datagrams on this one; false where it stays open or unknown.
bool Conversation::choose_datagram(unsigned side, const decode::Decoded& packet) {
  if (packet.payload_bytes == 0) return false;  // cut to nothing by the snaplen is still a datagram
  Evidence evidence;
  evidence.transport = transport_;
  evidence.first = key.a;
  evidence.second = key.b;
  evidence.expected = extra_ ? extra_->expected : nullptr;
  evidence.start[side] = packet.payload;
  evidence.final = true;
  Decision decision = *context_.detector.decide(evidence);
  if (decision.protocol == nullptr && ++undecided_datagrams_ < datagrams_to_try) return false;
  settle(decision);
  return decision.protocol != nullptr;
}

void Conversation::anomaly(Anomaly anomaly) {
  if (extra().anomalies.size() < limits().anomalies)
    extra().anomalies.push_back(std::move(anomaly));
  else
    limit_reached("anomalies");
}

void Conversation::limit_reached(std::string_view name) { ++context_.limits_reached[name]; }

void Conversation::become(std::string_view protocol) {
  frozen_ = true;
  voice().next_protocol = std::string(protocol);
  if (dialogue() != nullptr) dialogue()->freeze();
}

void Conversation::done() {
  if (frozen_) return;
  frozen_ = true;
  if (dialogue() != nullptr) dialogue()->freeze();
}

void Conversation::expect(const Endpoint& endpoint, std::string_view protocol, std::shared_ptr<void> link) {
  const bool first = endpoint.ip == key.a.ip;
  if (!first && endpoint.ip != key.b.ip) return;
  flow::Announced announced{endpoint, first ? key.b.ip : key.a.ip,
                            key.tunnels != nullptr ? *key.tunnels : std::string(), std::string(protocol),
                            std::move(link)};
  if (!context_.expectations.expect(shard, std::move(announced), context_.clock)) limit_reached("expectations");
}

void Conversation::meet() {
  const std::string_view tunnels = key.tunnels != nullptr ? std::string_view(*key.tunnels) : std::string_view();
  flow::Announced announced = context_.expectations.meet(shard, key.b, key.a.ip, tunnels, context_.clock);
  // Its first packet may be the answer to one that was not captured.
  if (announced.protocol.empty())
    announced = context_.expectations.meet(shard, key.a, key.b.ip, tunnels, context_.clock);
  if (announced.protocol.empty()) return;
  extra().expected = protocol(announced.protocol);
  extra().link = std::move(announced.link);
}

void Conversation::begin() {
  if (tcp_ && extra_ && extra_->expected != nullptr && stage_ == Stage::detecting) detect(true);
}

std::shared_ptr<void> Conversation::link() const { return extra_ ? extra_->link : nullptr; }

bool Conversation::heard_all(Side side) const {
  return tcp_ && tcp_->streams.ended(side == Side::client ? client() : 1 - client());
}

void Conversation::settle() {
  if (!tcp_) return;
  Ear ear(*this);
  tcp_->streams.finish(ear);
}

std::string Conversation::next_id() { return facts().id + "." + decimal(++voice_->things); }

std::unique_ptr<KeptFile> Conversation::keep(std::string_view id) {
  const Settings& settings = context_.settings;
  if (!context_.store || (!settings.files_of_session.empty() && settings.files_of_session != facts().id))
    return nullptr;
  if (!settings.files_of.empty() && std::ranges::find(settings.files_of, protocol_name()) == settings.files_of.end())
    return nullptr;
  return context_.store->keep(id, (*context_.extracted)[shard]);
}

void Conversation::put(const RecordType& type, const void* record) {
  context_.renderer.record(type, record, facts(), voice_->inside, voice_->story, context_.outlet);
}

void Conversation::aside(const RecordType& type, const void* record) {
  Voice& mine = voice();
  context_.renderer.aside(type, record, mine.facts, mine.story, context_.outlet);
}

void Conversation::watch(Waiting& waiting) {
  std::vector<Waiting*>& all = voice_->waiting;
  if (std::ranges::find(all, &waiting) == all.end()) all.push_back(&waiting);
  hurry_ = true;
}

void Conversation::unwatch(Waiting& waiting) { std::erase(voice_->waiting, &waiting); }

}  // namespace wiretale::engine
