// TCP streams put in order, sessions found, and inputs read by coroutines.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <wiretale/input.hpp>

#include "flow/session_table.hpp"
#include "flow/tcp_streams.hpp"

namespace wiretale {
namespace {

constexpr std::uint32_t segment_bytes = 1460;
constexpr std::uint32_t segments = 4096;

/// Counts what it is told.
struct Ear final : flow::StreamListener {
  void octets(unsigned, Bytes bytes, Frame, Timestamp) override { heard += bytes.size(); }
  void hole(unsigned, std::uint64_t missing, Frame, Timestamp) override { missed += missing; }
  void odd(const flow::Oddity&) override {}
  std::uint64_t heard = 0, missed = 0;
};

flow::Segment opening(Frame frame) {
  flow::Segment segment;
  segment.syn = true;
  segment.frame = frame;
  return segment;
}

flow::Segment data(std::uint32_t number, Bytes payload, Frame frame, Timestamp time) {
  flow::Segment segment;
  segment.seq = 1 + number * segment_bytes;
  segment.ack = 1;
  segment.has_ack = true;
  segment.payload = payload;
  segment.payload_bytes = segment_bytes;
  segment.frame = frame;
  segment.time = time;
  return segment;
}

/// What a receiver says that has the first `received` segments without a hole. To acknowledge more would make holes of
/// segments that are only late.
flow::Segment acknowledgment(std::uint32_t received, Frame frame, Timestamp time) {
  flow::Segment segment;
  segment.seq = 1;
  segment.ack = 1 + received * segment_bytes;
  segment.has_ack = true;
  segment.frame = frame;
  segment.time = time;
  return segment;
}

/// One side's segments in the order given; after each the other side acknowledges all that it has without a hole.
void reassemble(benchmark::State& state, const std::vector<std::uint32_t>& order) {
  const Limits limits;
  const std::vector<std::uint8_t> payload(segment_bytes, 'x');
  std::vector<std::uint32_t> received;  // without a hole, after each segment
  std::vector<bool> has(segments + 1);
  for (const std::uint32_t number : order) {
    has[number] = true;
    received.push_back(received.empty() ? 0 : received.back());
    while (has[received.back()]) ++received.back();
  }
  for (auto _ : state) {
    flow::TcpStreams streams(limits);
    Ear ear;
    Frame frame = 1;
    streams.segment(0, opening(frame), {}, ear);
    for (std::size_t i = 0; i < order.size(); ++i) {
      const Timestamp time{static_cast<std::int64_t>(frame) * 1000};
      streams.segment(0, data(order[i], payload, ++frame, time), time, ear);
      streams.segment(1, acknowledgment(received[i], ++frame, time), time, ear);
    }
    streams.finish(ear);
    if (ear.heard != std::uint64_t{segments} * segment_bytes || ear.missed != 0)
      state.SkipWithError("octets were lost");
  }
  state.SetItemsProcessed(state.iterations() * segments * 2);
  state.SetBytesProcessed(state.iterations() * segments * segment_bytes);
}

/// Groups of `group` segments that arrive last one first.
std::vector<std::uint32_t> reversed_in_groups(std::uint32_t group) {
  std::vector<std::uint32_t> order(segments);
  for (std::uint32_t i = 0; i < segments; ++i) order[i] = i / group * group + (group - 1 - i % group);
  return order;
}
BENCHMARK_CAPTURE(reassemble, in_order, reversed_in_groups(1));
BENCHMARK_CAPTURE(reassemble, pairs_swapped, reversed_in_groups(2));
BENCHMARK_CAPTURE(reassemble, groups_of_32_reversed, reversed_in_groups(32));

struct Entry {
  flow::SessionKey key;
};

/// Packets of `range` sessions, in an order that no cache foresees.
void find_session(benchmark::State& state) {
  flow::SessionTable<Entry> table(1);
  const auto count = static_cast<std::uint32_t>(state.range(0));
  std::vector<flow::SessionKey> keys;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint8_t client[] = {10, static_cast<std::uint8_t>(i >> 16), static_cast<std::uint8_t>(i >> 8),
                                   static_cast<std::uint8_t>(i)};
    const std::uint8_t server[] = {192, 0, 2, 1};
    keys.push_back({{IpAddress::from(client), 40000}, {IpAddress::from(server), 80}, 6});
    table.insert(table.hash(keys.back()), Entry{keys.back()});
  }
  std::uint32_t at = 0;
  for (auto _ : state) {
    at = (at * 1'664'525U + 1'013'904'223U);
    const flow::SessionKey& key = keys[at % count];
    benchmark::DoNotOptimize(table.find(key, table.hash(key)));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(find_session)->Arg(1'000)->Arg(100'000);

// Readers, one for each way to read an Input. Their stream never ends: they are dropped while they wait.
Talk read_lines(Input& in, std::uint64_t& lines) {
  for (;;) {
    const Line line = co_await in.line();
    benchmark::DoNotOptimize(line.text.data());
    ++lines;
  }
}
Talk read_blocks(Input& in, std::uint64_t& blocks) {
  for (;;) {
    const Block block = co_await in.bytes(64);
    benchmark::DoNotOptimize(block.bytes.data());
    ++blocks;
  }
}
Talk read_all(Input& in, std::uint64_t& pieces) {
  for (;;) {
    const Piece piece = co_await in.some();
    if (!piece) co_return;
    benchmark::DoNotOptimize(piece.bytes.data());
    ++pieces;
  }
}

/// A side's stream, fed in segments: lines of 40 octets, as headers have them.
void read_input(benchmark::State& state, Talk (*talk)(Input&, std::uint64_t&)) {
  const Limits limits;
  std::string text;
  while (text.size() < 146'000) text += "Field-Name: some value of a header..\r\n";
  for (auto _ : state) {
    Input in(limits);
    std::uint64_t taken = 0;
    in.begin(false);
    Talk reader = talk(in, taken);
    reader.start();
    Frame frame = 0;
    for (std::string_view left = text; !left.empty();
         left.remove_prefix(std::min<std::size_t>(segment_bytes, left.size())))
      in.feed(bytes_of(left.substr(0, segment_bytes)), ++frame, {});
    if (taken == 0) state.SkipWithError("nothing was read");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK_CAPTURE(read_input, lines, read_lines);
BENCHMARK_CAPTURE(read_input, blocks_of_64, read_blocks);
BENCHMARK_CAPTURE(read_input, all_that_comes, read_all);

}  // namespace
}  // namespace wiretale
