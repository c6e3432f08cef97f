// From a capture's octets to decoded packets.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "capture/file_source.hpp"
#include "decode/decoder.hpp"
#include "unit/decode_packets.hpp"

namespace wiretale {
namespace {

using namespace decode::packets;

constexpr std::size_t packets_in_file = 20'000;

void append(Octets& to, const Octets& octets) { to.insert(to.end(), octets.begin(), octets.end()); }

Octets little32(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8),
          static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 24)};
}

/// A pcap file of equal packets, a millisecond apart.
Octets pcap(const Octets& packet) {
  Octets file = join({little32(0xa1b2c3d4), {2, 0, 4, 0}, zeros(8), little32(262'144), little32(1)});
  const Octets length = little32(static_cast<std::uint32_t>(packet.size()));
  for (std::uint32_t i = 0; i < packets_in_file; ++i) {
    append(file, little32(i / 1000));
    append(file, little32(i % 1000 * 1000));
    append(file, length);
    append(file, length);
    append(file, packet);
  }
  return file;
}

/// The same packets as pcapng enhanced packet blocks.
Octets pcapng(const Octets& packet) {
  Octets file =
      join({little32(0x0a0d0d0a), little32(28), little32(0x1a2b3c4d), {1, 0, 0, 0}, Octets(8, 0xff), little32(28)});
  append(file, join({little32(1), little32(20), {1, 0, 0, 0}, little32(0), little32(20)}));
  const auto padded = static_cast<std::uint32_t>((packet.size() + 3) / 4 * 4);
  const Octets block_length = little32(32 + padded);
  for (std::uint32_t i = 0; i < packets_in_file; ++i) {
    const std::uint32_t length = static_cast<std::uint32_t>(packet.size());
    append(file, join({little32(6), block_length, little32(0), little32(0), little32(i * 1000), little32(length),
                       little32(length), packet, zeros(padded - packet.size()), block_length}));
  }
  return file;
}

Octets tcp_packet(std::size_t payload) { return ethernet(0x0800, ipv4(tcp(pattern(payload)))); }

void read_capture(benchmark::State& state, const Octets& file) {
  for (auto _ : state) {
    auto opened = capture::FileSource::open(std::make_unique<capture::MemoryInput>(file), "memory");
    auto& source = std::get<capture::FileSource>(opened);
    std::uint64_t packets = 0;
    for (capture::Packet packet; source.next(packet); ++packets) benchmark::DoNotOptimize(packet.bytes.data());
    if (packets != packets_in_file) state.SkipWithError("packets were lost");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(packets_in_file));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(file.size()));
}

void read_pcap(benchmark::State& state) {
  read_capture(state, pcap(tcp_packet(static_cast<std::size_t>(state.range(0)))));
}
void read_pcapng(benchmark::State& state) {
  read_capture(state, pcapng(tcp_packet(static_cast<std::size_t>(state.range(0)))));
}
BENCHMARK(read_pcap)->Arg(0)->Arg(1460);
BENCHMARK(read_pcapng)->Arg(0)->Arg(1460);

void decode_packet(benchmark::State& state, const Octets& octets) {
  decode::Decoder decoder{Limits{}};
  decode::Decoded out;
  const capture::Packet one = packet(octets);
  for (auto _ : state) {
    decoder.decode(one, out);
    benchmark::DoNotOptimize(out);
  }
  if (out.outcome != decode::Outcome::transport) state.SkipWithError("the packet was not decoded");
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(decode_packet, ipv4_tcp, tcp_packet(512));
BENCHMARK_CAPTURE(decode_packet, ipv4_udp, ethernet(0x0800, ipv4(udp(pattern(64)), {.protocol = 17})));
BENCHMARK_CAPTURE(decode_packet, ipv6_tcp, ethernet(0x86dd, ipv6(tcp(pattern(512)))));
BENCHMARK_CAPTURE(decode_packet, vlan_ipv4_tcp, ethernet(0x8100, vlan(7, 0x0800, ipv4(tcp(pattern(512))))));

/// Datagrams in three fragments each, one after another.
void defragment(benchmark::State& state) {
  decode::Decoder decoder{Limits{}};
  decode::Decoded out;
  std::vector<Octets> fragments;
  constexpr std::uint16_t more = 0x2000;
  for (std::uint16_t i = 0; i < 3; ++i) {
    const auto flags = static_cast<std::uint16_t>((i < 2 ? more : 0) | (i * 1480 / 8));
    fragments.push_back(ethernet(0x0800, ipv4(i == 0 ? udp(pattern(1472), 8 + 1472 + 2 * 1480) : pattern(1480),
                                              {.protocol = 17, .fragment = flags})));
  }
  for (auto _ : state)
    for (const Octets& fragment : fragments) {
      decoder.decode(packet(fragment), out);
      benchmark::DoNotOptimize(out);
    }
  if (out.outcome != decode::Outcome::transport) state.SkipWithError("the datagram is not whole");
  state.SetItemsProcessed(state.iterations() * 3);
}
BENCHMARK(defragment);

}  // namespace
}  // namespace wiretale
