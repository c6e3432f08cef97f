#include "engine/worker.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "decode/quoted.hpp"

namespace wiretale::engine {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
/// A timer is moved back where its session's deadline is later by more: that is cheaper, while the session is at hand,
/// than to look at it for nothing after it has gone cold.
constexpr std::int64_t much_later = 60;  // seconds

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
    : context_(settings, renderer, outlet), table_(random_seed()) {}

void Worker::packet(const decode::Decoded& packet, Timestamp clock) {
  context_.clock = clock;
  switch (packet.outcome) {
    case decode::Outcome::transport:
      transport(packet);
      break;
    case decode::Outcome::arp:
      ++totals_.without_session;
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
  if (icmp_error(packet)) return;
  const std::uint64_t hash = table_.hash(key);
  Conversation* conversation = table_.find(key, hash);
  if (conversation != nullptr && conversation->replaced_by(packet)) {
    close(*conversation, Ending::port_reuse);
    conversation = nullptr;
  }
  if (conversation == nullptr) conversation = &open(key, hash, packet);
  conversation->packet(packet);
  if (conversation->take_hurry()) arm(*conversation, 0);
}

/// An ICMP error opens no session: it is counted with the one that it quotes.
bool Worker::icmp_error(const decode::Decoded& packet) {
  if (packet.transport != Transport::icmp && packet.transport != Transport::icmpv6) return false;
  const auto quoted = decode::quoted_by(packet);
  if (!quoted) return false;
  ++totals_.without_session;
  const flow::SessionKey key{quoted->source, quoted->destination, quoted->protocol, tunnels_of(packet)};
  if (Conversation* conversation = table_.find(key, table_.hash(key))) conversation->icmp_error();
  return true;
}

Conversation& Worker::open(const flow::SessionKey& key, std::uint64_t hash, const decode::Decoded& packet) {
  auto made = std::make_unique<Conversation>(context_, key, packet);
  Conversation& conversation = *made;
  conversation.place = table_.insert(std::move(made), hash);
  if (conversation.place >= armed_.size()) armed_.resize(conversation.place + 1U);
  armed_[conversation.place] = {};
  ++totals_.sessions;
  return conversation;
}

void Worker::close(Conversation& conversation, Ending ending) {
  conversation.close(ending);
  const std::string_view name = conversation.total_name();
  auto total = totals_.protocols.find(name);
  if (total == totals_.protocols.end()) total = totals_.protocols.try_emplace(std::string(name)).first;
  ++total->second.sessions;
  total->second.packets += conversation.packets();
  total->second.bytes += conversation.ip_bytes();
  armed_[conversation.place] = {};
  table_.remove(conversation.place);
}

/// Sets the session's timer, where its deadline came nearer than the one that is set, or went far off.
void Worker::arm(const Conversation& conversation, std::int64_t not_before) {
  const std::int64_t due = std::max(second_after(conversation.deadline()), not_before);
  Armed& armed = armed_[conversation.place];
  const bool set = armed.second != INT64_MAX;
  if (set && due >= armed.second && due - armed.second < much_later) return;
  armed = {due, conversation.number()};
  timers_[due].push_back({conversation.place, conversation.number()});
}

void Worker::tick(std::int64_t second, Frame follows) {
  context_.clock = Timestamp{second * second_ns};
  run_timers(second, follows);
}

/// Fires timers up to a second, by deadline, then by session.
void Worker::run_timers(std::int64_t second, Frame follows) {
  while (!timers_.empty() && timers_.begin()->first <= second) {
    const std::int64_t due = timers_.begin()->first;
    std::vector<Timer> timers = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    const auto counts = [&](const Timer& timer) {
      const Armed& armed = armed_[timer.place];
      return armed.second == due && armed.session == timer.session;
    };
    std::erase_if(timers, [&](const Timer& timer) { return !counts(timer); });
    std::ranges::sort(timers, {}, &Timer::session);
    const Timestamp now{due * second_ns};
    for (const Timer& timer : timers) {
      if (!counts(timer)) continue;  // it was set twice for this second, and has fired
      armed_[timer.place].second = INT64_MAX;
      Conversation* conversation = table_.at(timer.place);
      context_.outlet.moment({follows, due, timer.session});
      // A timer set early, for a deadline that has moved since, finds nothing due.
      if (conversation->expire(now))
        close(*conversation, Ending::timeout);
      else
        arm(*conversation, due + 1);
    }
  }
}

void Worker::finish(Frame after) {
  std::vector<std::pair<Frame, Conversation*>> open;
  open.reserve(table_.size());
  table_.for_each([&](Conversation& conversation) { open.emplace_back(conversation.number(), &conversation); });
  std::ranges::sort(open, {}, &std::pair<Frame, Conversation*>::first);
  for (const auto& [number, conversation] : open) {
    context_.outlet.moment({after, 0, number});
    close(*conversation, Ending::capture_end);
  }
}

const Totals& Worker::totals() {
  totals_.limits_reached = context_.limits_reached;
  return totals_;
}

}  // namespace wiretale::engine
