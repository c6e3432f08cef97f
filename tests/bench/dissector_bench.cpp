// Each protocol over its cases: from decoded packets to lines of NDJSON, sessions and all. Protocols register at run
// time, so main() is here, too.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/batch.hpp"
#include "engine/reader.hpp"
#include "engine/worker.hpp"
#include "harness/cases.hpp"
#include "report/report.hpp"

namespace wiretale {
namespace {

/// Times that each case is run in one round, each time between other hosts.
constexpr unsigned copies = 50;

/// Counts the octets of output instead of writing them.
class Counter final : public report::Audience {
 public:
  void piece(const report::PieceHead&, std::string_view bytes) override { written += bytes.size(); }
  void fact(const NameFact&) override {}
  void fact(const LookupFact&) override {}
  void fact(const AnnouncedFact&) override {}
  void fact(const report::SessionFact&) override {}
  [[nodiscard]] bool listening() const override { return true; }
  std::uint64_t written = 0;
};

/// The address with other middle octets: each copy of a case is between hosts of its own, so that sessions don't mix.
IpAddress moved(const IpAddress& ip, unsigned copy) {
  std::vector<std::uint8_t> octets(ip.octets().begin(), ip.octets().end());
  if (octets.size() < 4 || ip.group()) return ip;
  octets[1] = static_cast<std::uint8_t>(octets[1] ^ (copy >> 8));
  octets[2] = static_cast<std::uint8_t>(octets[2] ^ copy);
  return IpAddress::from(octets);
}

/// A protocol's cases as one long conversation between many.
struct Workload {
  engine::Settings settings;
  std::vector<harness::Loaded> cases;
  std::vector<decode::Decoded> packets;  ///< their octets are in `cases`
  std::int64_t bytes = 0;                ///< of payload

  /// Makes the packets of all cases.
  void fill() {
    unsigned copy = 0;
    Timestamp start{1'700'000'000'000'000'000};
    Timestamp time = start;
    for (unsigned round = 0; round < copies; ++round)
      for (const harness::Loaded& one : cases) {
        ++copy;
        if (!one.packets.empty()) start = time + Nanos(std::chrono::milliseconds(10));
        for (const harness::OwnedPacket& owned : one.packets) {
          decode::Decoded& packet = packets.emplace_back(owned.view());
          packet.source = moved(packet.source, copy);
          packet.destination = moved(packet.destination, copy);
          packet.frame = packets.size();
          time = start + (packet.time - one.packets.front().head.time);
          packet.time = time;
          bytes += static_cast<std::int64_t>(packet.payload.size());
        }
      }
  }
};

void dissect(benchmark::State& state, const Workload& work) {
  report::Style style;
  style.format = report::Format::ndjson;
  const auto renderer = report::make_renderer(style);
  std::uint64_t written = 0;
  for (auto _ : state) {
    Counter counter;
    engine::DirectOutlet outlet(counter);
    engine::Worker worker(work.settings, *renderer, outlet);
    engine::Clock clock(work.settings.limits);
    for (const decode::Decoded& packet : work.packets) {
      if (clock.advance(packet.time)) worker.tick(clock.now().second(), packet.frame);
      worker.packet(packet, clock.activity());
    }
    worker.finish(work.packets.size() + 1);
    outlet.flush();
    written += counter.written;
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(work.packets.size()));
  state.SetBytesProcessed(state.iterations() * work.bytes);
  if (written == 0) state.SkipWithError("nothing was told");
  state.counters["out_per_s"] = benchmark::Counter(static_cast<double>(written), benchmark::Counter::kIsRate);
}

}  // namespace

/// Finds the cases, so that a new protocol is measured as soon as it has some, and runs what the command line selects.
int run_benchmarks(int argc, char** argv) {
  std::map<std::string, Workload> work;
  for (const harness::Case& one : harness::find_cases()) {
    Workload& mine = work[one.protocol];
    mine.cases.push_back(harness::load(one));
    mine.settings.mapped.insert(mine.cases.back().settings.mapped.begin(), mine.cases.back().settings.mapped.end());
  }
  for (auto& [protocol, mine] : work) {
    mine.fill();
    benchmark::RegisterBenchmark(("dissect/" + protocol).c_str(),
                                 [&mine](benchmark::State& state) { dissect(state, mine); });
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace wiretale

int main(int argc, char** argv) {
  try {
    return wiretale::run_benchmarks(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 1;
  }
}
