#include "engine/pipeline.hpp"

#include <array>
#include <span>

#include "engine/batch.hpp"
#include "engine/crew.hpp"
#include "engine/reader.hpp"
#include "engine/worker.hpp"

namespace wiretale::engine {
namespace {

/// Packets between two looks at the progress and at whether anybody still listens.
constexpr std::uint64_t look_every = 4096;

/// What the reader itself says: interfaces, before everything else at their frame.
void say_interfaces(const Reader& reader, const Event& event, report::Renderer& renderer, Outlet& outlet) {
  for (const std::uint32_t number : event.new_interfaces) {
    outlet.moment({event.packet.frame, INT64_MIN, 0});
    const InterfaceRecord record = reader.interface(number);
    renderer.loose(record_type<InterfaceRecord>, &record, outlet);
  }
}

/// A few packets from the reader, and what keeps their octets.
class Group {
 public:
  struct Item {
    Event event;
    Timestamp clock;
  };

  /// Reads as many as there is room for. False at the end of the input.
  bool fill(Reader& reader) {
    blocks_.clear();
    for (count_ = 0; count_ < items_.size();) {
      Item& item = items_[count_];
      if (!reader.next(item.event)) return false;
      item.clock = reader.clock();
      packets_[count_++] = &item.event.packet;
      // A reassembled datagram holds until the next packet is read.
      if (!item.event.packet.fragments.empty()) break;
      if (blocks_.empty() || blocks_.back() != reader.block()) blocks_.push_back(reader.block());
    }
    return true;
  }
  [[nodiscard]] std::span<const Item> items() const { return std::span(items_).first(count_); }
  [[nodiscard]] std::span<const decode::Decoded* const> packets() const { return std::span(packets_).first(count_); }

 private:
  std::array<Item, Worker::foreseen> items_;
  std::array<const decode::Decoded*, Worker::foreseen> packets_{};
  std::size_t count_ = 0;
  std::vector<std::shared_ptr<const capture::Block>> blocks_;
};

/// Everything in this thread.
Totals run_alone(Reader& reader, const Options& options, const Cast& cast) {
  DirectOutlet outlet(cast.audience);
  const auto renderer = cast.renderer();
  Worker worker(options.settings, *renderer, outlet);
  Group group;
  std::uint64_t since_look = 0;
  for (bool more = true; more;) {
    more = group.fill(reader);
    worker.foresee(group.packets());
    for (const Group::Item& item : group.items()) {
      const Event& event = item.event;
      if (!event.new_interfaces.empty()) say_interfaces(reader, event, *renderer, outlet);
      if (event.tick) worker.tick(*event.tick, event.packet.frame);
      worker.packet(event.packet, item.clock);
    }
    since_look += group.items().size();
    if (since_look < look_every) continue;
    since_look = 0;
    if (cast.progress) cast.progress(reader.progress());
    if (!cast.audience.listening()) break;
  }
  worker.finish(reader.frames() + 1);
  outlet.flush();
  return worker.totals();
}

/// With workers of their own: the reader fills rounds, the crew works them off, this thread merges.
Totals run_crew(Reader& reader, const Options& options, const Cast& cast) {
  const auto renderer = cast.renderer();
  Crew crew(options, cast);
  crew.read([&](Round& round) {
    Event event;
    while (!round.full()) {
      if (!reader.next(event)) {
        round.finish(reader.frames() + 1);
        return false;
      }
      if (!event.new_interfaces.empty()) say_interfaces(reader, event, *renderer, round.own());
      if (event.tick) round.tick(*event.tick, event.packet.frame);
      round.add(event.packet, reader.clock(), reader.block());
    }
    round.progress = reader.progress();
    return true;
  });
  return crew.merge();
}

}  // namespace

Outcome run(const Options& options, const Cast& cast) {
  Outcome outcome;
  Reader reader(options);
  const bool readable = reader.open();
  outcome.failures = reader.failures();
  if (!readable) return outcome;
  cast.begin(reader.capture());
  const Totals totals = options.jobs <= 1 ? run_alone(reader, options, cast) : run_crew(reader, options, cast);
  reader.fill(outcome.summary, outcome.warnings);
  outcome.summary.sessions = totals.sessions;
  outcome.summary.without_session = totals.without_session;
  for (const auto& [name, total] : totals.protocols) outcome.summary.protocols.items.emplace_back(name, total);
  for (const auto& [name, count] : totals.limits_reached)
    outcome.summary.limits_reached.items.emplace_back(name, count);
  return outcome;
}

}  // namespace wiretale::engine
