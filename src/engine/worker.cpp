#include "engine/worker.hpp"

#include <algorithm>
#include <iterator>
#include <random>
#include <utility>

#include "decode/quoted.hpp"
#include "engine/registry.hpp"
#include "engine/share.hpp"

namespace wiretale::engine {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
/// A timer is moved back where its session's deadline is later by more: that is cheaper, while the session is at hand,
/// than to look at it for nothing after it has gone cold.
constexpr std::int64_t much_later = 60;  // seconds
/// So many timers are no matter, however few sessions there are.
constexpr std::size_t few_timers = 4096;
/// Deadlines in moments: behind what the reader says, ahead of all sessions' timers.
constexpr std::int64_t at_release = INT64_MIN + 1, at_eviction = INT64_MIN + 2, before_timers = INT64_MIN + 3;

/// The whole second at which something due at `time` is due.
std::int64_t second_after(Timestamp time) { return time.second() + (time.ns % second_ns != 0 ? 1 : 0); }

const std::string* tunnels_of(const decode::Decoded& packet) {
  return packet.path != nullptr && !packet.path->key.empty() ? &packet.path->key : nullptr;
}

std::uint64_t random_seed() {
  std::random_device device;  // output never depends on it: see SessionKey::hash()
  return std::uint64_t{device()} << 32 | device();
}

}  // namespace

void Totals::add(const Totals& other) {
  sessions += other.sessions;
  without_session += other.without_session;
  for (const auto& [name, total] : other.protocols) {
    ProtocolTotal& mine = protocols[name];
    mine.sessions += total.sessions;
    mine.packets += total.packets;
    mine.bytes += total.bytes;
  }
  for (const auto& [name, count] : other.limits_reached) limits_reached[name] += count;
}

Worker::Worker(const Settings& settings, report::Renderer& renderer, Outlet& outlet)
    : context_(settings, renderer, outlet), table_(random_seed()), bystander_(context_) {
  context_.extracted = &usage_.extracted;
}

void Worker::packet(const decode::Decoded& packet, Timestamp clock, const Origin* origin) {
  context_.clock = clock;
  context_.origin = origin;
  switch (packet.outcome) {
    case decode::Outcome::transport:
      transport(packet);
      break;
    case decode::Outcome::arp:
      context_.outlet.moment({packet.frame, INT64_MAX, 0});
      loose(packet);
      break;
    default:
      break;  // counted by the reader
  }
}

void Worker::transport(const decode::Decoded& packet) {
  const flow::SessionKey key{{packet.source, packet.source_port},
                             {packet.destination, packet.destination_port},
                             packet.protocol,
                             tunnels_of(packet)};
  context_.outlet.moment({packet.frame, INT64_MAX, 0});
  if ((packet.transport == Transport::icmp || packet.transport == Transport::icmpv6) && loose(packet)) return;
  const std::uint64_t hash = table_.hash(key);
  Conversation* conversation = table_.find(key, hash);
  if (conversation != nullptr && conversation->replaced_by(packet)) {
    close(*conversation, Ending::port_reuse);
    conversation = nullptr;
  }
  if (conversation == nullptr) {
    conversation = &open(key, hash, packet);
  } else {
    if (context_.origin != nullptr) [[unlikely]]
      note_origin(*conversation);
    conversation->packet(packet);
  }
  charge(*conversation);
  if (conversation->take_hurry()) arm(*conversation, 0);
}

/// Notes in which file a packet of the session is.
void Worker::note_origin(const Conversation& conversation) {
  const Origin& origin = *context_.origin;
  auto& files = context_.in_files[&conversation];
  const auto known = std::ranges::find_if(files, [&](const auto& file) { return file.first.number == origin.number; });
  if (known != files.end())
    known->second.add(origin.frame);
  else if (files.size() < context_.settings.limits.record_items)
    files.push_back({origin, {origin.frame, origin.frame}});
  else
    ++context_.limits_reached["record_items"];
}

/// Takes a packet that opens no session. An ICMP error is counted with the session that it quotes.
bool Worker::loose(const decode::Decoded& packet) {
  const bool is_arp = packet.outcome == decode::Outcome::arp;
  const Protocol* protocol = loose_protocol(is_arp ? Transport::none : packet.transport, packet.payload);
  if (protocol == nullptr) return false;
  ++totals_.without_session;
  Conversation* about = nullptr;
  if (const auto quoted = is_arp ? std::nullopt : decode::quoted_by(packet)) {
    const flow::SessionKey key{quoted->source, quoted->destination, quoted->protocol, tunnels_of(packet)};
    about = table_.find(key, table_.hash(key));
    if (about != nullptr) about->icmp_error();
  }
  bystander_.hear(*protocol, packet, about);
  return true;
}

/// Opens a session with its first packet.
Conversation& Worker::open(const flow::SessionKey& key, std::uint64_t hash, const decode::Decoded& packet) {
  const auto place = table_.insert(hash, context_, key, packet);
  Conversation& conversation = *table_.at(place);
  conversation.place = place;
  conversation.shard = static_cast<std::uint8_t>(share_of(packet) % shards);
  if (place >= shard_of_.size()) shard_of_.resize(place + 1U);
  shard_of_[place] = conversation.shard;
  if (place >= armed_.size()) armed_.resize(place + 1U);
  armed_[place] = no_timer;
  ++totals_.sessions;
  if (!context_.expectations.empty()) conversation.meet();
  if (context_.origin != nullptr) [[unlikely]]
    note_origin(conversation);
  conversation.packet(packet);
  conversation.begin();
  return conversation;
}

void Worker::close(Conversation& conversation, Ending ending) {
  conversation.close(ending);
  usage_.memory[conversation.shard] -= conversation.charged.memory;
  usage_.held[conversation.shard] -= conversation.charged.held;
  const std::string_view name = conversation.total_name();
  auto total = totals_.protocols.find(name);
  if (total == totals_.protocols.end()) total = totals_.protocols.try_emplace(std::string(name)).first;
  ++total->second.sessions;
  total->second.packets += conversation.packets();
  total->second.bytes += conversation.ip_bytes();
  armed_[conversation.place] = no_timer;
  table_.remove(conversation.place);
}

/// Sets the session's timer, where its deadline came nearer than the one that is set, or went far off.
void Worker::arm(const Conversation& conversation, std::int64_t not_before) {
  const std::int64_t due = std::max(second_after(conversation.deadline()), not_before);
  std::int64_t& armed = armed_[conversation.place];
  if (armed != no_timer && due >= armed && due - armed < much_later) return;
  armed = due;
  timers_[due].push_back(conversation.place);
  if (++timers_set_ > 2 * table_.size() + few_timers) sweep_timers();
}

/// Drops timers that don't count any more, so that they are never many more than the sessions.
void Worker::sweep_timers() {
  timers_set_ = 0;
  for (auto entry = timers_.begin(); entry != timers_.end();) {
    auto& [second, places] = *entry;
    std::erase_if(places, [&](Table::Place place) { return armed_[place] != second; });
    std::ranges::sort(places);
    places.erase(std::ranges::unique(places).begin(), places.end());
    places.shrink_to_fit();
    timers_set_ += places.size();
    entry = places.empty() ? timers_.erase(entry) : std::next(entry);
  }
}

void Worker::tick(std::int64_t second, Frame follows) {
  context_.clock = Timestamp{second * second_ns};
  context_.outlet.moment({follows, before_timers, 0});
  bystander_.expire(context_.clock);
  run_timers(second, follows);
}

/// Fires timers up to a second, by deadline, then by session.
void Worker::run_timers(std::int64_t second, Frame follows) {
  while (!timers_.empty() && timers_.begin()->first <= second) {
    const std::int64_t due = timers_.begin()->first;
    std::vector<Table::Place> timers = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    timers_set_ -= std::min(timers_set_, timers.size());
    const auto counts = [&](Table::Place place) { return armed_[place] == due; };
    std::erase_if(timers, [&](Table::Place place) { return !counts(place); });
    std::ranges::sort(timers, {}, [&](Table::Place place) { return table_.at(place)->number(); });
    const Timestamp now{due * second_ns};
    for (const Table::Place place : timers) {
      if (!counts(place)) continue;  // it was set twice for this second, and has fired
      armed_[place] = no_timer;
      Conversation* conversation = table_.at(place);
      context_.outlet.moment({follows, due, conversation->number()});
      // A timer set early, for a deadline that has moved since, finds nothing due.
      if (conversation->expire(now)) {
        close(*conversation, Ending::timeout);
      } else {
        charge(*conversation);
        arm(*conversation, due + 1);
      }
    }
  }
}

/// Keeps the books of what a session takes.
void Worker::charge(Conversation& conversation) {
  if (conversation.charged.memory != 0 && conversation.plain()) return;
  const Conversation::Footprint now = conversation.footprint();
  usage_.memory[conversation.shard] += now.memory - std::uint64_t{conversation.charged.memory};
  usage_.held[conversation.shard] += now.held - std::uint64_t{conversation.charged.held};
  conversation.charged = now;
}

/// Of the shards that take more than the ration, the sessions that were silent for longest: as many of those that cost
/// anything as bring it down to the goal. In order of their number.
template <class Cost>
std::vector<Conversation*> Worker::least_active(const std::array<std::uint64_t, shards>& used, std::uint64_t ration,
                                                Cost&& cost) const {
  std::vector<Conversation*> chosen;
  if (std::ranges::none_of(used, [&](std::uint64_t octets) { return octets > ration; })) return chosen;
  std::vector<std::vector<Conversation*>> sessions(shards);
  for (Table::Place place = 0; place < shard_of_.size(); ++place)
    if (used[shard_of_[place]] > ration)
      if (Conversation* conversation = table_.at(place); conversation != nullptr && cost(*conversation) != 0)
        sessions[shard_of_[place]].push_back(conversation);
  for (std::size_t shard = 0; shard < shards; ++shard) {
    std::ranges::sort(sessions[shard], {}, &Conversation::last_frame);
    std::uint64_t left = used[shard];
    for (Conversation* conversation : sessions[shard]) {
      if (left <= Ration::goal(ration)) break;
      left -= cost(*conversation);
      chosen.push_back(conversation);
    }
  }
  std::ranges::sort(chosen, {}, &Conversation::number);
  return chosen;
}

void Worker::make_room(const Ration& ration, Frame follows) {
  if (context_.store) context_.store->allow(ration.extract);
  for (Conversation* conversation :
       least_active(usage_.held, ration.held, [](const Conversation& one) { return one.charged.held; })) {
    context_.outlet.moment({follows, at_release, conversation->number()});
    conversation->release();
    charge(*conversation);
  }
  for (Conversation* conversation :
       least_active(usage_.memory, ration.memory, [](const Conversation& one) { return one.charged.memory; })) {
    context_.outlet.moment({follows, at_eviction, conversation->number()});
    conversation->limit_reached("memory");
    close(*conversation, Ending::evicted);
  }
}

void Worker::finish(Frame after) {
  context_.outlet.moment({after, before_timers, 0});
  bystander_.end();
  timers_.clear();
  std::vector<Table::Place> open;  // the smallest that names them: there may be millions
  open.reserve(table_.size());
  table_.for_each([&](const Conversation& conversation) { open.push_back(conversation.place); });
  std::ranges::sort(open, {}, [&](Table::Place place) { return table_.at(place)->number(); });
  for (const Table::Place place : open) {
    Conversation& conversation = *table_.at(place);
    context_.outlet.moment({after, 0, conversation.number()});
    close(conversation, Ending::capture_end);
  }
}

const Totals& Worker::totals() {
  totals_.limits_reached = context_.limits_reached;
  return totals_;
}

}  // namespace wiretale::engine
