// What tests of TCP streams share: a wire to send segments over, an ear that takes down what is told, and chance.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "flow/tcp_streams.hpp"

namespace wiretale::flow {

/// An octet as it was told: its value, or a hole; and the frame that it came with.
struct Octet {
  int value = -1;
  Frame frame = 0;
  bool operator==(const Octet&) const = default;
};

/// Takes down both streams.
class Ear final : public StreamListener {
 public:
  void octets(unsigned side, Bytes bytes, Frame frame, Timestamp) override {
    EXPECT_FALSE(bytes.empty());
    if (before_octets) before_octets(side, frame);
    for (const std::uint8_t octet : bytes) streams[side].push_back({octet, frame});
  }
  void hole(unsigned side, std::uint64_t missing, Frame, Timestamp) override {
    EXPECT_GT(missing, 0U);
    streams[side].resize(streams[side].size() + missing);
  }

  void odd(const Oddity& oddity) override { oddities.push_back(oddity.kind); }

  std::array<std::vector<Octet>, 2> streams;
  std::vector<Oddity::Kind> oddities;
  std::function<void(unsigned side, Frame frame)> before_octets;
};

/// A segment that owns its octets.
struct Sent {
  unsigned side = 0;
  std::uint64_t offset = 0;
  std::string bytes = {};
  std::uint64_t cut = 0;  ///< octets after them that the snaplen cut off
  std::uint64_t acked = 0;
  bool has_ack = false;
  bool syn = false;
  bool fin = false;
  bool rst = false;
  std::uint32_t window = any_window;  ///< in octets; any_window: it can't be known
  std::uint16_t ip_id = 0;
  std::uint8_t hops = 64;

  static constexpr std::uint32_t any_window = UINT32_MAX;
};

inline constexpr std::array<std::uint32_t, 2> isn{0xfffffe00U, 0x7fffffffU};
inline constexpr std::int64_t second = 1'000'000'000;

/// Gives segments to the streams, numbered from 1 and a millisecond apart.
class Wire {
 public:
  explicit Wire(const Limits& limits, Overlap policy_asked = Overlap::first)
      : policy(policy_asked), streams(limits, policy_asked) {}

  void send(const Sent& sent) {
    ++frame;
    now.ns += second / 1000;
    Segment segment;
    segment.seq = starts[sent.side] + (sent.syn ? 0 : 1) + static_cast<std::uint32_t>(sent.offset);
    segment.ack = starts[1 - sent.side] + 1 + static_cast<std::uint32_t>(sent.acked);
    segment.has_ack = sent.has_ack;
    segment.syn = sent.syn;
    segment.fin = sent.fin;
    memory.push_back(sent.bytes);
    segment.payload = bytes_of(memory.back());
    segment.place = {&recent, 1};
    segment.payload_bytes = static_cast<std::uint32_t>(sent.bytes.size() + sent.cut);
    segment.frame = frame;
    segment.time = now;
    if (sent.window != Sent::any_window) {
      segment.window_shift = 0;
      segment.window = static_cast<std::uint16_t>(sent.window);
    }
    segment.mark = {sent.ip_id, sent.hops, static_cast<std::uint8_t>(16 + (sent.syn ? 2 : 0) + (sent.fin ? 1 : 0)), 0};
    if (sent.rst)
      streams.reset(sent.side, segment, ear);
    else if (!sent.fin || streams.may_finish(sent.side, segment, ear))
      streams.segment(sent.side, segment, now, ear);
  }
  /// Both SYNs; side 0 begins.
  void open() {
    send({.side = 0, .syn = true});
    send({.side = 1, .has_ack = true, .syn = true});
  }
  void finish() { streams.finish(ear); }

  [[nodiscard]] std::string text(unsigned side) const {
    std::string text;
    for (const Octet& octet : ear.streams[side]) text += octet.value < 0 ? '_' : static_cast<char>(octet.value);
    return text;
  }
  /// captured is the sum of its parts, and what was told is what the ledger says.
  void check_ledger(unsigned side, bool finished = true) const {
    const Ledger& ledger = streams.ledger(side);
    const std::uint64_t parts =
        ledger.delivered + ledger.duplicate + ledger.conflicting + ledger.beyond_limit + ledger.rejected;
    EXPECT_TRUE(!finished || ledger.captured == parts);
    EXPECT_GE(ledger.captured, parts);
    const auto& told = ear.streams[side];
    const auto holes = static_cast<std::uint64_t>(std::ranges::count(told, -1, &Octet::value));
    EXPECT_EQ(ledger.gap_bytes, holes);
    EXPECT_EQ(ledger.delivered, told.size() - holes);
    EXPECT_EQ(streams.offset(side), told.size());
  }

  std::array<std::uint32_t, 2> starts = isn;  ///< initial sequence numbers
  std::deque<std::string> memory;             ///< all octets ever sent
  Recent recent;
  Overlap policy;
  TcpStreams streams;
  Ear ear;
  Frame frame = 0;
  Timestamp now{second};
};

/// Limits under which no hole is given up before the end.
inline Limits patient() {
  Limits limits;
  limits.gap_segments = limits.retransmit_segments = 1U << 20;
  return limits;
}

using Random = std::mt19937_64;

inline std::uint64_t up_to(Random& random, std::uint64_t most) { return random() % (most + 1); }
inline bool chance(Random& random, unsigned percent) { return random() % 100 < percent; }

inline std::string random_text(Random& random, std::size_t length) {
  std::string text(length, ' ');
  for (char& c : text) c = static_cast<char>('a' + random() % 26);
  return text;
}

}  // namespace wiretale::flow
