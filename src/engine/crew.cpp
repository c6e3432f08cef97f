#include "engine/crew.hpp"

#include <algorithm>

#include "decode/quoted.hpp"
#include "engine/registry.hpp"

namespace wiretale::engine {
namespace {

constexpr std::size_t packets_a_round = 2048;
constexpr std::size_t rounds_under_way = 8;

/// The same for both directions of a pair, and in every run.
std::uint64_t pair_hash(const IpAddress& a, const IpAddress& b) {
  std::uint64_t sum = a.mixed(0) + b.mixed(0);
  sum = (sum ^ (sum >> 32)) * 0xd6e8feb86659fd93U;
  return sum ^ (sum >> 32);
}

/// What decides which worker takes a packet. Only the packet itself counts.
std::uint64_t share_of(const decode::Decoded& packet) {
  if (packet.transport == Transport::icmp || packet.transport == Transport::icmpv6)
    if (const auto quoted = decode::quoted_by(packet)) return pair_hash(quoted->source.ip, quoted->destination.ip);
  if (packet.transport == Transport::udp || packet.transport == Transport::tcp)
    for (const std::uint16_t port : {packet.destination_port, packet.source_port})
      if (const int protocol = across_pairs(packet.transport, port); protocol >= 0)
        return static_cast<std::uint64_t>(protocol) * 0x9e3779b97f4a7c15U >> 16;
  return pair_hash(packet.source, packet.destination);
}

}  // namespace

void Round::add(const decode::Decoded& packet, Timestamp clock, const std::shared_ptr<const capture::Block>& block) {
  ++packets_;
  if (packet.outcome != decode::Outcome::transport && packet.outcome != decode::Outcome::arp) return;
  batches_[share_of(packet) % batches_.size()].add(packet, clock, block);
}

void Round::tick(std::int64_t second, Frame follows) {
  for (Batch& batch : batches_) batch.add_tick(second, follows);
}

void Round::finish(Frame after) {
  for (Batch& batch : batches_) {
    batch.last = true;
    batch.after = after;
  }
}

bool Round::full() const { return packets_ >= packets_a_round; }

Crew::Crew(const Options& options, const Cast& cast) : cast_(cast) {
  for (unsigned i = 0; i < options.jobs; ++i) {
    Member& member = *members_.emplace_back(std::make_unique<Member>());
    member.renderer = cast.renderer();
    member.worker = std::make_unique<Worker>(options.settings, *member.renderer, member.outlet);
  }
}

Crew::~Crew() {
  stop();
  if (reader_.joinable()) reader_.join();
  for (const auto& member : members_)
    if (member->thread.joinable()) member->thread.join();
}

void Crew::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

void Crew::read(std::function<bool(Round&)> fill) {
  for (unsigned i = 0; i < members_.size(); ++i) members_[i]->thread = std::thread([this, i] { work(i); });
  reader_ = std::thread([this, fill = std::move(fill)] { read_all(fill); });
}

void Crew::read_all(const std::function<bool(Round&)>& fill) {
  for (bool more = true; more;) {
    auto round = std::make_shared<Round>(static_cast<unsigned>(members_.size()));
    more = fill(*round);
    round->made_[0] = round->own_.take();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || rounds_.size() < rounds_under_way; });
    if (stopped_) return;
    rounds_.push_back(std::move(round));
    all_read_ = !more;
    changed_.notify_all();
  }
}

/// The member's next round, when it is there; null when there will be none.
std::shared_ptr<Round> Crew::round_for(Member& member) {
  std::unique_lock lock(mutex_);
  const auto there = [&] { return member.next < first_round_ + rounds_.size(); };
  changed_.wait(lock, [&] { return stopped_ || there() || all_read_; });
  if (stopped_ || !there()) return nullptr;
  return rounds_[static_cast<std::size_t>(member.next++ - first_round_)];
}

void Crew::work(unsigned number) {
  Member& member = *members_[number];
  while (const std::shared_ptr<Round> round = round_for(member)) {
    Batch& batch = round->batches_[number];
    for (const Batch::Item& item : batch.items) {
      if (item.is_tick)
        member.worker->tick(item.tick, item.packet.frame);
      else
        member.worker->packet(item.packet, item.clock);
    }
    if (batch.last) member.worker->finish(batch.after);
    batch = {};  // lets go of the blocks
    round->made_[number + 1] = member.outlet.take();
    const std::lock_guard lock(mutex_);
    ++round->done_;
    changed_.notify_all();
  }
}

Totals Crew::merge() {
  for (;;) {
    std::shared_ptr<Round> round;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return !rounds_.empty() ? rounds_.front()->done_ == members_.size() : all_read_; });
      if (rounds_.empty()) break;
      round = std::move(rounds_.front());
      rounds_.pop_front();
      ++first_round_;
      changed_.notify_all();
    }
    engine::merge(round->made_, cast_.audience);
    if (cast_.progress && round->progress.packets != 0) cast_.progress(round->progress);
    if (!cast_.audience.listening()) break;
  }
  stop();
  reader_.join();
  Totals totals;
  for (const auto& member : members_) {
    member->thread.join();
    totals.add(member->worker->totals());
  }
  return totals;
}

}  // namespace wiretale::engine
