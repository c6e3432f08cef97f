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

/// What the reader itself says: what inputs tell beside packets, and fragments, before everything else at the frame.
void say(const Announced& announced, Frame frame, report::Renderer& renderer, Outlet& outlet) {
  outlet.moment({frame, INT64_MIN, 0});
  const auto say_all = [&]<class R>(const std::vector<R>& records) {
    for (const R& record : records) renderer.loose(record_type<R>, &record, outlet);
  };
  say_all(announced.sections);
  say_all(announced.interfaces);
  say_all(announced.comments);
  for (const capture::HostName& name : announced.names) outlet.fact(NameFact{name.ip, name.name, "capture", 0});
  say_all(announced.fragments);
}

/// Takes a step, and says what there is to say about it.
Reader::Step next(Reader& reader, Event& event, report::Renderer& renderer, Outlet& outlet) {
  const Reader::Step step = reader.next(event);
  if (event.says) [[unlikely]]
    say(event.announced, step == Reader::Step::packet ? event.packet.frame : reader.frames() + 1, renderer, outlet);
  return step;
}

/// Everything in this thread.
Totals run_alone(Reader& reader, const Options& options, const Cast& cast) {
  DirectOutlet outlet(cast.audience);
  const auto renderer = cast.renderer();
  Worker worker(options.settings, *renderer, outlet);
  Event event;
  // The same rounds as with several workers, so that the same sessions go where memory is short.
  Rations rations(options.settings.limits);
  for (std::uint64_t packets = 0;;) {
    const Reader::Step step = next(reader, event, *renderer, outlet);
    if (step == Reader::Step::end) [[unlikely]]
      break;
    if (step == Reader::Step::waiting) [[unlikely]] {
      outlet.flush();
      cast.audience.flush();
      if (!cast.audience.listening()) break;
      reader.wait();
      continue;
    }
    if (packets % packets_a_round == 0) worker.make_room(rations.of(packets / packets_a_round), event.packet.frame);
    if (event.tick) worker.tick(*event.tick, event.packet.frame);
    worker.packet(event.packet, reader.clock(), reader.origin(event));
    ++packets;
    if (packets % packets_a_round == 0) rations.done(worker.usage());
    if (packets % look_every != 0) continue;
    if (cast.progress) cast.progress(reader.progress());
    if (!cast.audience.listening()) break;
  }
  say(reader.finish(), reader.frames() + 1, *renderer, outlet);
  worker.finish(reader.frames() + 1);
  outlet.flush();
  return worker.totals();
}

/// Fills a round with packets, or a part of it where there are no more at the moment; false where it was the last.
bool fill(Round& round, Reader& reader, report::Renderer& renderer, Event& event, const Crew& crew) {
  while (!round.full()) {
    const Reader::Step step = next(reader, event, renderer, round.own());
    if (step == Reader::Step::end) {
      say(reader.finish(), reader.frames() + 1, renderer, round.own());
      round.finish(reader.frames() + 1);
      return false;
    }
    if (step == Reader::Step::packet) [[likely]] {
      if (event.tick) round.tick(*event.tick, event.packet.frame);
      round.add(event.packet, reader.clock(), reader.block(), reader.origin(event));
      continue;
    }
    // What there is goes out before anybody waits.
    round.flushes = true;
    if (!round.empty()) return true;
    reader.wait();
    if (crew.stopped()) return false;
    round.flushes = false;
  }
  round.progress = reader.progress();
  return true;
}

/// With workers of their own: the reader fills rounds, the crew works them off, this thread merges.
Totals run_crew(Reader& reader, const Options& options, const Cast& cast) {
  const auto renderer = cast.renderer();
  Crew crew(options, cast);
  Event event;
  crew.read([&](Round& round) { return fill(round, reader, *renderer, event, crew); });
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
  outcome.failures = reader.failures();  // and those of files that were opened later
  reader.fill(outcome.summary, outcome.warnings);
  outcome.summary.sessions = totals.sessions;
  outcome.summary.without_session = totals.without_session;
  for (const auto& [name, total] : totals.protocols) outcome.summary.protocols.items.emplace_back(name, total);
  for (const auto& [name, count] : totals.limits_reached) outcome.summary.limits_reached.of(name) += count;
  return outcome;
}

}  // namespace wiretale::engine
