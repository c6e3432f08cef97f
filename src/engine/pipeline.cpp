#include "engine/pipeline.hpp"

#include "engine/batch.hpp"
#include "engine/crew.hpp"
#include "engine/ration.hpp"
#include "engine/reader.hpp"
#include "engine/worker.hpp"

namespace wiretale::engine {
namespace {

/// Packets between two looks at the progress and at whether anybody still listens.
constexpr std::uint64_t look_every = 4096;

void say_fragments(const std::vector<FragmentsRecord>& fragments, Frame frame, report::Renderer& renderer,
                   Outlet& outlet) {
  outlet.moment({frame, INT64_MIN, 0});
  for (const FragmentsRecord& record : fragments) renderer.loose(record_type<FragmentsRecord>, &record, outlet);
}

/// What the reader itself says: interfaces and fragments, before everything else at their frame.
void say_own(const Reader& reader, const Event& event, report::Renderer& renderer, Outlet& outlet) {
  if (event.new_interfaces.empty() && event.fragments.empty()) return;
  outlet.moment({event.packet.frame, INT64_MIN, 0});
  for (const std::uint32_t number : event.new_interfaces) {
    const InterfaceRecord record = reader.interface(number);
    renderer.loose(record_type<InterfaceRecord>, &record, outlet);
  }
  say_fragments(event.fragments, event.packet.frame, renderer, outlet);
}

/// Everything in this thread.
Totals run_alone(Reader& reader, const Options& options, const Cast& cast) {
  DirectOutlet outlet(cast.audience);
  const auto renderer = cast.renderer();
  Worker worker(options.settings, *renderer, outlet);
  Event event;
  // The same rounds as with several workers, so that the same sessions go where memory is short.
  Rations rations(options.settings.limits);
  for (std::uint64_t packets = 1; reader.next(event); ++packets) {
    say_own(reader, event, *renderer, outlet);
    if (packets % packets_a_round == 1)
      worker.make_room(rations.of((packets - 1) / packets_a_round), event.packet.frame);
    if (event.tick) worker.tick(*event.tick, event.packet.frame);
    worker.packet(event.packet, reader.clock());
    if (packets % packets_a_round == 0) rations.done(worker.usage());
    if (packets % look_every != 0) continue;
    if (cast.progress) cast.progress(reader.progress());
    if (!cast.audience.listening()) break;
  }
  say_fragments(reader.finish(), reader.frames() + 1, *renderer, outlet);
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
        say_fragments(reader.finish(), reader.frames() + 1, *renderer, round.own());
        round.finish(reader.frames() + 1);
        return false;
      }
      say_own(reader, event, *renderer, round.own());
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
  for (const auto& [name, count] : totals.limits_reached) outcome.summary.limits_reached.of(name) += count;
  return outcome;
}

}  // namespace wiretale::engine
