// TCP streams against a model that keeps every octet by itself, over random segments; and the rules one by one.
#include "flow/tcp_streams.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace wiretale::flow {
namespace {

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

  std::array<std::vector<Octet>, 2> streams;
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
};

constexpr std::array<std::uint32_t, 2> isn{0xfffffe00U, 0x7fffffffU};
constexpr std::int64_t second = 1'000'000'000;

/// Gives segments to the streams, numbered from 1 and a millisecond apart.
class Wire {
 public:
  explicit Wire(const Limits& limits) : streams(limits) {}

  void send(const Sent& sent) {
    ++frame;
    now.ns += second / 1000;
    Segment segment;
    segment.seq = isn[sent.side] + (sent.syn ? 0 : 1) + static_cast<std::uint32_t>(sent.offset);
    segment.ack = isn[1 - sent.side] + 1 + static_cast<std::uint32_t>(sent.acked);
    segment.has_ack = sent.has_ack;
    segment.syn = sent.syn;
    segment.fin = sent.fin;
    segment.payload = bytes_of(sent.bytes);
    segment.payload_bytes = static_cast<std::uint32_t>(sent.bytes.size() + sent.cut);
    segment.frame = frame;
    segment.time = now;
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

  TcpStreams streams;
  Ear ear;
  Frame frame = 0;
  Timestamp now{second};
};

/// Limits under which no hole is given up before the end.
Limits patient() {
  Limits limits;
  limits.gap_segments = limits.retransmit_segments = 1U << 20;
  return limits;
}

/// One stream, octet by octet. Of copies the first one counts; an octet that only the snaplen cut off is filled by a
/// later copy, as long as the stream did not pass it.
class Model {
 public:
  void segment(const Sent& sent, Frame frame) {
    for (std::size_t i = 0; i < sent.bytes.size(); ++i)
      octet(sent.offset + i, static_cast<std::uint8_t>(sent.bytes[i]), frame);
    for (std::uint64_t i = 0; i < sent.cut; ++i) held_.try_emplace(sent.offset + sent.bytes.size() + i, Octet{});
    ledger.captured += sent.bytes.size();
    held_.erase(held_.begin(), held_.lower_bound(told.size()));
    while (!held_.empty() && held_.begin()->first == told.size()) tell();
  }
  void finish() {
    while (!held_.empty()) {
      told.resize(held_.begin()->first);
      while (!held_.empty() && held_.begin()->first == told.size()) tell();
    }
  }

  std::vector<Octet> told;
  Ledger ledger;

 private:
  void octet(std::uint64_t offset, std::uint8_t value, Frame frame) {
    if (offset < told.size()) {
      ++(told[offset].value < 0 ? ledger.beyond_limit : ledger.duplicate);
      return;
    }
    const auto [at, fresh] = held_.try_emplace(offset, Octet{value, frame});
    if (fresh) return;
    if (at->second.value < 0)
      at->second = {value, frame};
    else
      ++(at->second.value == value ? ledger.duplicate : ledger.conflicting);
  }
  void tell() {
    told.push_back(held_.begin()->second);
    if (told.back().value >= 0) ++ledger.delivered;
    held_.erase(held_.begin());
  }

  std::map<std::uint64_t, Octet> held_;
};

using Random = std::mt19937_64;

std::uint64_t up_to(Random& random, std::uint64_t most) { return random() % (most + 1); }
bool chance(Random& random, unsigned percent) { return random() % 100 < percent; }

std::string random_text(Random& random, std::size_t length) {
  std::string text(length, ' ');
  for (char& c : text) c = static_cast<char>('a' + random() % 26);
  return text;
}

/// A stream in segments; then some sent again in other cuts, some with other octets, some cut by the snaplen, some
/// lost, all a little out of order.
std::vector<Sent> damaged_stream(Random& random) {
  const std::string stream = random_text(random, up_to(random, 1500));
  const std::uint64_t longest = 1 + up_to(random, 200);
  std::vector<Sent> segments;
  for (std::size_t at = 0; at < stream.size();) {
    const std::size_t length = 1 + up_to(random, longest);
    segments.push_back({.offset = at, .bytes = stream.substr(at, length)});
    at += length;
  }
  const unsigned again = chance(random, 50) ? 20 : 0, different = chance(random, 50) ? 30 : 0;
  const std::size_t first_ones = segments.size();
  for (std::size_t i = 0; i < first_ones && !stream.empty(); ++i) {
    if (!chance(random, again)) continue;
    const std::size_t at = up_to(random, stream.size() - 1);
    std::string bytes = stream.substr(at, 1 + up_to(random, 2 * longest));
    if (chance(random, different)) bytes = random_text(random, bytes.size());
    segments.insert(segments.begin() + static_cast<std::ptrdiff_t>(up_to(random, segments.size())),
                    {.offset = at, .bytes = std::move(bytes)});
  }
  const std::uint64_t window = chance(random, 70) ? up_to(random, 12) : 0;
  for (std::size_t i = 0; i < segments.size(); ++i)
    std::swap(segments[i], segments[std::min(segments.size() - 1, i + up_to(random, window))]);
  if (chance(random, 40)) std::erase_if(segments, [&](const Sent&) { return chance(random, 10); });
  if (chance(random, 30)) {
    const std::uint64_t snaplen = up_to(random, longest);
    const unsigned cut = chance(random, 50) ? 100 : 40;
    for (Sent& sent : segments) {
      if (sent.bytes.size() <= snaplen || !chance(random, cut)) continue;
      sent.cut = sent.bytes.size() - snaplen;
      sent.bytes.resize(snaplen);
    }
  }
  return segments;
}

TEST(TcpStreams, GiveWhatTheModelGives) {
  const Limits limits = patient();
  for (std::uint64_t seed = 1; seed <= 2000 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Wire wire(limits);
    Model model;
    wire.send({.syn = true});
    for (const Sent& sent : damaged_stream(random)) {
      wire.send(sent);
      model.segment(sent, wire.frame);
      ASSERT_EQ(wire.ear.streams[0].size(), model.told.size()) << "after frame " << wire.frame;
    }
    wire.finish();
    model.finish();
    ASSERT_EQ(wire.ear.streams[0].size(), model.told.size());
    for (std::size_t i = 0; i < model.told.size(); ++i)
      ASSERT_EQ(wire.ear.streams[0][i], model.told[i]) << "octet " << i;
    wire.check_ledger(0);
    const Ledger& ledger = wire.streams.ledger(0);
    EXPECT_EQ(ledger.captured, model.ledger.captured);
    EXPECT_EQ(ledger.delivered, model.ledger.delivered);
    EXPECT_EQ(ledger.conflicting, model.ledger.conflicting);
    EXPECT_EQ(ledger.duplicate + ledger.beyond_limit, model.ledger.duplicate + model.ledger.beyond_limit);
    // What comes late for one of the last 16 holes is known as such.
    EXPECT_TRUE(ledger.gaps > 16 || ledger.duplicate == model.ledger.duplicate);
    EXPECT_EQ(ledger.rejected, 0U);
  }
}

/// A conversation: both sides in turns or at once, each segment acknowledging some of what the other side sent.
std::vector<Sent> conversation(Random& random) {
  std::array<std::uint64_t, 2> end{}, acked{};
  std::vector<Sent> segments;
  const unsigned turns = chance(random, 50) ? 20 : 50;
  unsigned side = 0;
  for (std::uint64_t i = up_to(random, 60); i > 0; --i) {
    if (chance(random, turns)) side = 1 - side;
    acked[side] += up_to(random, chance(random, 80) ? 0 : end[1 - side] - acked[side]);
    if (chance(random, 70)) acked[side] = end[1 - side];
    Sent sent{.side = side,
              .offset = end[side],
              .bytes = random_text(random, up_to(random, 100)),
              .acked = acked[side],
              .has_ack = true};
    end[side] += sent.bytes.size();
    segments.push_back(std::move(sent));
  }
  return segments;
}

TEST(TcpStreams, TellNothingBeforeWhatItAcknowledges) {
  const Limits limits = patient();
  for (std::uint64_t seed = 1; seed <= 1000 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    std::vector<Sent> segments = conversation(random);
    std::array<std::string, 2> whole;
    for (const Sent& sent : segments) whole[sent.side] += sent.bytes;
    const std::uint64_t window = up_to(random, 10);
    for (std::size_t i = 0; i < segments.size(); ++i)
      std::swap(segments[i], segments[std::min(segments.size() - 1, i + up_to(random, window))]);
    const bool lossy = chance(random, 30);
    if (lossy) std::erase_if(segments, [&](const Sent&) { return chance(random, 15); });

    Wire wire(limits);
    wire.open();
    std::map<Frame, std::uint64_t> needs;
    wire.ear.before_octets = [&](unsigned side, Frame frame) {
      // A lost octet at the end, which may as well have been a FIN, is not told.
      EXPECT_GE(wire.ear.streams[1 - side].size() + (lossy ? 1 : 0), needs[frame])
          << "frame " << frame << " of side " << side;
    };
    for (const Sent& sent : segments) {
      needs[wire.frame + 1] = sent.acked;
      wire.send(sent);
    }
    wire.finish();
    for (unsigned side = 0; side < 2; ++side) {
      wire.check_ledger(side);
      const std::string told = wire.text(side);
      ASSERT_LE(told.size(), whole[side].size());
      EXPECT_TRUE(lossy || told == whole[side]);
      for (std::size_t i = 0; i < told.size(); ++i)
        ASSERT_TRUE(told[i] == whole[side][i] || told[i] == '_') << "octet " << i << " of side " << side;
    }
  }
}

TEST(TcpStreams, KeepTheLedgerWhateverComes) {
  for (std::uint64_t seed = 1; seed <= 2000 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    Limits limits;
    limits.reassembly_bytes = up_to(random, 400);
    limits.reassembly_segments = 1 + up_to(random, 8);
    limits.gap_segments = up_to(random, 10);
    limits.retransmit_segments = up_to(random, 20);
    Wire wire(limits);
    if (chance(random, 70)) wire.open();
    std::array<std::map<std::uint64_t, std::string>, 2> values;  // all octets ever sent for an offset
    for (std::uint64_t i = up_to(random, 120); i > 0; --i) {
      Sent sent{.side = static_cast<unsigned>(random() % 2),
                .offset = up_to(random, 600),
                .bytes = random_text(random, up_to(random, 80)),
                .acked = up_to(random, 700),
                .has_ack = chance(random, 80)};
      if (chance(random, 20)) sent.cut = up_to(random, 50);
      if (chance(random, 2)) sent.offset += chance(random, 50) ? 1U << 31 : up_to(random, 5000);
      for (std::size_t k = 0; k < sent.bytes.size(); ++k) values[sent.side][sent.offset + k] += sent.bytes[k];
      wire.send(sent);
      if (chance(random, 10)) {
        wire.now.ns += static_cast<std::int64_t>(up_to(random, 25)) * second;
        wire.streams.tick(wire.now, wire.ear);
        EXPECT_GT(wire.streams.deadline().value_or(wire.now + Nanos(1)), wire.now);
      }
      wire.check_ledger(0, false);
      wire.check_ledger(1, false);
    }
    wire.finish();
    EXPECT_FALSE(wire.streams.deadline().has_value());
    wire.check_ledger(0);
    wire.check_ledger(1);
  }
}

TEST(TcpStreams, WaitForAHoleAsLongAsItWasNotAcknowledged) {
  const Limits limits;
  Wire wire(limits);
  wire.open();
  wire.send({.offset = 0, .bytes = "ab"});
  wire.send({.offset = 4, .bytes = "ef"});
  ASSERT_TRUE(wire.streams.deadline().has_value());
  EXPECT_EQ(*wire.streams.deadline(), wire.now + limits.retransmit_wait);
  wire.streams.tick(wire.now + (limits.retransmit_wait - Nanos(1)), wire.ear);
  EXPECT_EQ(wire.text(0), "ab");
  wire.streams.tick(wire.now + limits.retransmit_wait, wire.ear);
  EXPECT_EQ(wire.text(0), "ab__ef");
  EXPECT_FALSE(wire.streams.deadline().has_value());
  wire.send({.offset = 2, .bytes = "cd"});  // too late
  EXPECT_EQ(wire.text(0), "ab__ef");
  EXPECT_EQ(wire.streams.ledger(0).beyond_limit, 2U);
  EXPECT_EQ(wire.streams.ledger(0).gaps, 1U);
}

TEST(TcpStreams, WaitForAnAcknowledgedHoleOnlyBriefly) {
  const Limits limits;
  Wire wire(limits);
  wire.open();
  wire.send({.offset = 0, .bytes = "ab"});
  wire.send({.side = 1, .bytes = "reply", .acked = 5, .has_ack = true});  // octets 2 to 4 reached it
  EXPECT_EQ(wire.text(1), "") << "the reply waits for the request";
  ASSERT_TRUE(wire.streams.deadline().has_value());
  EXPECT_EQ(*wire.streams.deadline(), wire.now + limits.gap_wait);
  wire.streams.tick(wire.now + limits.gap_wait, wire.ear);
  EXPECT_EQ(wire.text(0), "ab___");
  EXPECT_EQ(wire.text(1), "reply");
}

TEST(TcpStreams, GiveUpAHoleAfterSoManySegments) {
  Limits limits;
  limits.gap_segments = 3;
  Wire wire(limits);
  wire.open();
  wire.send({.side = 1, .bytes = "a", .acked = 2, .has_ack = true});
  for (std::uint64_t i = 1; i <= 3; ++i) {
    wire.send({.side = 1, .offset = i, .bytes = "b", .acked = 2, .has_ack = true});
    EXPECT_EQ(wire.text(1), "");
  }
  wire.send({.side = 1, .offset = 4, .bytes = "c", .acked = 2, .has_ack = true});
  EXPECT_EQ(wire.text(0), "__");
  EXPECT_EQ(wire.text(1), "abbbc");
}

TEST(TcpStreams, AnAcknowledgedFinIsNoHole) {
  const Limits limits;
  Wire wire(limits);
  wire.open();
  wire.send({.bytes = "bye", .fin = true});
  wire.send({.side = 1, .bytes = "bye too", .acked = 4, .has_ack = true});
  EXPECT_EQ(wire.text(1), "bye too");
  EXPECT_FALSE(wire.streams.deadline().has_value());
  wire.finish();
  EXPECT_EQ(wire.text(0), "bye");
  EXPECT_EQ(wire.streams.ledger(0).gaps, 0U);
}

TEST(TcpStreams, AFinThatComesLateIsNoHole) {
  const Limits limits;
  Wire wire(limits);
  wire.open();
  wire.send({.bytes = "bye"});
  wire.send({.side = 1, .bytes = "bye too", .acked = 4, .has_ack = true});
  EXPECT_EQ(wire.text(1), "") << "a fourth octet may still come";
  wire.send({.offset = 3, .fin = true});
  EXPECT_EQ(wire.text(1), "bye too");
  EXPECT_FALSE(wire.streams.deadline().has_value());
}

TEST(TcpStreams, OneAcknowledgedOctetTooManyIsTakenForAFin) {
  const Limits limits;
  Wire wire(limits);
  wire.open();
  wire.send({.bytes = "bye"});
  wire.send({.side = 1, .bytes = "bye too", .acked = 4, .has_ack = true});
  wire.streams.tick(wire.now + limits.gap_wait, wire.ear);
  EXPECT_EQ(wire.text(1), "bye too");
  wire.finish();
  EXPECT_EQ(wire.streams.ledger(0).gaps, 0U);
}

TEST(TcpStreams, ASingleOctetThatComesLateIsWaitedFor) {
  const Limits limits;
  Wire wire(limits);
  wire.open();
  wire.send({.side = 1, .bytes = "x", .acked = 1, .has_ack = true});  // the echo of a key
  wire.send({.bytes = "x"});
  EXPECT_EQ(wire.ear.streams[0][0].frame, 4U);
  EXPECT_EQ(wire.text(1), "x");
}

TEST(TcpStreams, ARetransmissionWithALaterAcknowledgmentDoesNotBlock) {
  const Limits limits;
  Wire wire(limits);
  wire.open();
  // The request's first copy was not captured; its second one acknowledges the reply that it gave rise to.
  wire.send({.side = 1, .bytes = "reply", .acked = 7, .has_ack = true});
  wire.send({.bytes = "request", .acked = 5, .has_ack = true});
  EXPECT_EQ(wire.text(0), "request");
  EXPECT_EQ(wire.text(1), "reply");
}

TEST(TcpStreams, CountSegments) {
  const Limits limits;
  Wire wire(limits);
  wire.open();
  wire.send({.offset = 0, .bytes = "ab"});
  wire.send({.offset = 4, .bytes = "ef"});
  wire.send({.offset = 2, .bytes = "cd"});
  wire.send({.offset = 0, .bytes = "ab"});
  EXPECT_EQ(wire.text(0), "abcdef");
  EXPECT_EQ(wire.streams.ledger(0).out_of_order_packets, 1U);
  EXPECT_EQ(wire.streams.ledger(0).retransmitted_packets, 1U);
  EXPECT_EQ(wire.streams.ledger(0).duplicate, 2U);
}

TEST(TcpStreams, CountRetransmissionsOfHeldSegmentsAsSuch) {
  const Limits limits;
  Wire wire(limits);
  wire.open();
  wire.send({.offset = 4, .bytes = "ef"});
  wire.send({.offset = 4, .bytes = "ef"});
  EXPECT_EQ(wire.streams.ledger(0).out_of_order_packets, 0U);
  EXPECT_EQ(wire.streams.ledger(0).retransmitted_packets, 1U);
}

TEST(TcpStreams, TellWhatTheSnaplenCutAsAHole) {
  const Limits limits;
  Wire wire(limits);
  wire.open();
  wire.send({.offset = 0, .bytes = "ab", .cut = 3});
  EXPECT_EQ(wire.text(0), "ab___");
  wire.send({.offset = 5, .bytes = "fg"});
  wire.send({.offset = 0, .bytes = "ab", .cut = 8});  // goes on beyond what was told
  EXPECT_EQ(wire.text(0), "ab___fg___");
  wire.finish();
  wire.check_ledger(0);
}

TEST(TcpStreams, StartInTheMiddle) {
  const Limits limits;
  Wire wire(limits);
  wire.send({.offset = 1000, .bytes = "middle", .acked = 500, .has_ack = true});
  wire.send({.side = 1, .offset = 500, .bytes = "answer", .acked = 1006, .has_ack = true});
  wire.send({.offset = 900, .bytes = "before the first octet seen"});
  EXPECT_EQ(wire.text(0), "middle");
  EXPECT_EQ(wire.text(1), "answer");
  EXPECT_FALSE(wire.streams.from_start(0));
  EXPECT_EQ(wire.streams.ledger(0).rejected, 27U);
}

TEST(TcpStreams, RejectWhatIsFarOutsideTheWindow) {
  const Limits limits;
  Wire wire(limits);
  wire.open();
  wire.send({.bytes = "near"});
  wire.send({.offset = 1U << 31, .bytes = "far"});
  wire.finish();
  EXPECT_EQ(wire.text(0), "near");
  EXPECT_EQ(wire.streams.ledger(0).rejected, 3U);
  wire.check_ledger(0);
}

TEST(TcpStreams, DataInASyn) {
  const Limits limits;
  Wire wire(limits);
  wire.send({.bytes = "early", .syn = true});
  wire.send({.offset = 5, .bytes = " data"});
  EXPECT_EQ(wire.text(0), "early data");
}

TEST(TcpStreams, OnlyTheServerWasCaptured) {
  const Limits limits;
  Wire wire(limits);
  wire.send({.side = 1, .has_ack = true, .syn = true});
  wire.send({.side = 1, .bytes = "220 hello", .acked = 0, .has_ack = true});
  EXPECT_EQ(wire.text(1), "220 hello");
  wire.send({.side = 1, .offset = 9, .bytes = "250 ok", .acked = 6, .has_ack = true});
  wire.finish();
  EXPECT_EQ(wire.text(0), "______");
  EXPECT_EQ(wire.text(1), "220 hello250 ok");
  EXPECT_TRUE(wire.streams.from_start(0) && wire.streams.from_start(1));
}

TEST(TcpStreams, HoldNoMoreThanTheLimit) {
  Limits limits;
  limits.reassembly_bytes = 10;
  Wire wire(limits);
  wire.open();
  wire.send({.offset = 5, .bytes = "67890"});
  wire.send({.offset = 10, .bytes = "12345"});
  EXPECT_EQ(wire.text(0), "") << "ten octets may be held";
  EXPECT_FALSE(wire.streams.limited());
  wire.send({.offset = 15, .bytes = "6"});
  EXPECT_EQ(wire.text(0), "_____67890123456");
  EXPECT_TRUE(wire.streams.limited());
  wire.send({.offset = 0, .bytes = "12345"});
  wire.finish();
  wire.check_ledger(0);
  EXPECT_EQ(wire.streams.ledger(0).beyond_limit, 5U);
}

}  // namespace
}  // namespace wiretale::flow
