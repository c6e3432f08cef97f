#include "engine/crew.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/share.hpp"

namespace wiretale::engine {

void Round::add(const decode::Decoded& packet, Timestamp clock, const std::shared_ptr<const capture::Block>& block,
                const Origin* origin) {
  if (packets_++ == 0) first_frame_ = packet.frame;
  if (packet.outcome != decode::Outcome::transport && packet.outcome != decode::Outcome::arp) return;
  batches_[share_of(packet) % shards % batches_.size()].add(packet, clock, block, origin);
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

bool Round::full() const { return packets_ >= room_; }

bool Round::empty() const { return packets_ == 0 && own_.size() == 0; }

Crew::Crew(const Options& options, const Cast& cast) : cast_(cast), rations_(options.settings.limits) {
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

bool Crew::stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

void Crew::read(std::function<bool(Round&)> fill) {
  for (unsigned i = 0; i < members_.size(); ++i) members_[i]->thread = std::thread([this, i] { work(i); });
  reader_ = std::thread([this, fill = std::move(fill)] { read_all(fill); });
}

void Crew::read_all(const std::function<bool(Round&)>& fill) {
  std::uint64_t number = 0;  // of rounds
  std::size_t packets = 0;   // in the parts of this one
  for (bool more = true; more;) {
    auto round = std::make_shared<Round>(static_cast<unsigned>(members_.size()), packets_a_round - packets);
    round->begins_ = packets == 0;
    more = fill(*round);
    packets += round->packets_;
    round->ends_ = packets == packets_a_round;
    round->made_[0] = round->own_.take();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || rounds_.size() < rounds_under_way; });
    if (stopped_) return;
    if (round->begins_) round->ration_ = rations_.of(number);
    if (round->ends_) {
      ++number;
      packets = 0;
    }
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
    if (round->begins_ && round->packets_ != 0) member.worker->make_room(round->ration_, round->first_frame_);
    for (std::size_t i = 0; i < batch.items.size(); ++i) {
      const Batch::Item& item = batch.items[i];
      if (item.is_tick)
        member.worker->tick(item.tick, item.packet.frame);
      else
        member.worker->packet(item.packet, item.clock, i < batch.origins.size() ? &batch.origins[i] : nullptr);
    }
    if (batch.last) member.worker->finish(batch.after);
    for (std::size_t shard = number; shard < shards; shard += members_.size())
      member.worker->report(shard, round->usage_);
    std::ranges::move(batch.blocks, std::back_inserter(member.blocks));
    if (round->ends_ && !member.blocks.empty()) member.before = std::exchange(member.blocks, {});
    batch = {};
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
      if (round->ends_) rations_.done(round->usage_);
      ++first_round_;
      changed_.notify_all();
    }
    engine::merge(round->made_, cast_.audience);
    if (round->flushes) cast_.audience.flush();
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
