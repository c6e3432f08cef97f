// Real streams, damaged in thousands of ways, against a model that keeps every octet by itself: what is told, and the
// ledger, are what the construction says.
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <map>

#include "harness/packets.hpp"
#include "harness/places.hpp"
#include "tcp_wire.hpp"

namespace wiretale::flow {
namespace {

namespace fs = std::filesystem;

/// One stream, octet by octet. Of copies that wait the policy says which one counts; an octet that only the snaplen cut
/// off is filled by a later copy, as long as the stream did not pass it.
class Model {
 public:
  explicit Model(Overlap policy) : policy_(policy) {}

  void segment(const Sent& sent, Frame frame) {
    const Extent whole{sent.offset, sent.offset + sent.bytes.size() + sent.cut};
    for (std::size_t i = 0; i < sent.bytes.size(); ++i)
      octet(sent.offset + i, {{static_cast<std::uint8_t>(sent.bytes[i]), frame}, whole});
    for (std::uint64_t i = 0; i < sent.cut; ++i)
      held_.try_emplace(sent.offset + sent.bytes.size() + i, Entry{{-1, frame}, whole});
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
  bool overlapped = false;  ///< octets came again while they waited

 private:
  struct Entry {
    Octet octet;
    Extent sent;  ///< the segment that it came with
  };

  void octet(std::uint64_t offset, const Entry& entry) {
    if (offset < told.size()) {
      const int before = told[offset].value;
      ++(before < 0 ? ledger.beyond_limit : before == entry.octet.value ? ledger.duplicate : ledger.conflicting);
      return;
    }
    const auto [at, fresh] = held_.try_emplace(offset, entry);
    if (fresh) return;
    overlapped = true;
    if (at->second.octet.value < 0) {
      at->second = entry;
      return;
    }
    ++(at->second.octet.value == entry.octet.value ? ledger.duplicate : ledger.conflicting);
    if (later_counts(policy_, at->second.sent, entry.sent)) at->second = entry;
  }
  void tell() {
    const Octet& octet = held_.begin()->second.octet;
    told.push_back(octet.value < 0 ? Octet{} : octet);
    if (octet.value >= 0) ++ledger.delivered;
    held_.erase(held_.begin());
  }

  Overlap policy_;
  std::map<std::uint64_t, Entry> held_;
};

/// What the sides of the samples' TCP sessions sent, each up to a limit: real requests, replies, mails, pages.
const std::vector<std::string>& real_streams() {
  static const std::vector<std::string> read = [] {
    constexpr std::size_t longest = 8192;
    std::map<std::string, std::string> streams;
    for (const auto& entry : fs::directory_iterator(harness::source_folder() / "samples")) {
      if (entry.path().extension() != ".pcap") continue;
      for (const harness::OwnedPacket& packet : harness::read_packets(entry.path())) {
        if (!packet.tcp()) continue;
        const decode::Decoded& head = packet.head;
        std::string& stream = streams[entry.path().string() + to_string(Endpoint{head.source, head.source_port}) + " " +
                                      to_string(Endpoint{head.destination, head.destination_port})];
        if (stream.size() < longest) stream += packet.payload;
      }
    }
    std::vector<std::string> kept;
    for (auto& [name, stream] : streams)
      if (stream.size() >= 64) kept.push_back(std::move(stream));
    return kept;
  }();
  return read;
}

/// Cuts a stretch of a real stream into segments.
std::vector<Sent> in_segments(const std::string& stream, std::uint64_t longest, Random& random) {
  std::vector<Sent> segments;
  for (std::size_t at = 0; at < stream.size();) {
    const std::size_t length = 1 + up_to(random, longest);
    segments.push_back({.offset = at, .bytes = stream.substr(at, length)});
    at += length;
  }
  return segments;
}

/// Sends stretches again, in other cuts, some of them with other octets.
void overlap(std::vector<Sent>& segments, const std::string& stream, std::uint64_t longest, Random& random) {
  const unsigned again = chance(random, 50) ? 20 : 0, different = chance(random, 50) ? 30 : 0;
  const std::size_t first_ones = segments.size();
  for (std::size_t i = 0; i < first_ones; ++i) {
    if (!chance(random, again)) continue;
    const std::size_t at = up_to(random, stream.size() - 1);
    std::string bytes = stream.substr(at, 1 + up_to(random, 2 * longest));
    if (chance(random, different))
      for (char& octet : bytes)
        if (chance(random, 50)) octet = static_cast<char>(random());
    segments.insert(segments.begin() + static_cast<std::ptrdiff_t>(up_to(random, segments.size())),
                    {.offset = at, .bytes = std::move(bytes)});
  }
}

void cut_by_snaplen(std::vector<Sent>& segments, std::uint64_t longest, Random& random) {
  const std::uint64_t snaplen = up_to(random, longest);
  const unsigned cut = chance(random, 50) ? 100 : 40;
  for (Sent& sent : segments) {
    if (sent.bytes.size() <= snaplen || !chance(random, cut)) continue;
    sent.cut = sent.bytes.size() - snaplen;
    sent.bytes.resize(snaplen);
  }
}

/// A stream in segments; then some sent again, some with other octets, some captured twice, some cut by the snaplen,
/// some lost, all a little out of order.
std::vector<Sent> damaged_stream(Random& random) {
  const std::vector<std::string>& all = real_streams();
  const std::string& whole = all[up_to(random, all.size() - 1)];
  const std::uint64_t longest = 1 + up_to(random, 200);
  // So few segments that all are at hand when something comes again.
  const std::string stream =
      whole.substr(up_to(random, whole.size() / 2), 1 + up_to(random, std::min<std::uint64_t>(1500, 60 * longest)));
  std::vector<Sent> segments = in_segments(stream, longest, random);
  overlap(segments, stream, longest, random);
  if (chance(random, 20))
    for (std::size_t i = segments.size(); i > 0; --i)
      if (chance(random, 20)) segments.insert(segments.begin() + static_cast<std::ptrdiff_t>(i), segments[i - 1]);
  const std::uint64_t window = chance(random, 70) ? up_to(random, 12) : 0;
  for (std::size_t i = 0; i < segments.size(); ++i)
    std::swap(segments[i], segments[std::min(segments.size() - 1, i + up_to(random, window))]);
  if (chance(random, 40)) std::erase_if(segments, [&](const Sent&) { return chance(random, 10); });
  if (chance(random, 30)) cut_by_snaplen(segments, longest, random);
  return segments;
}

void try_variant(std::uint64_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  const Limits limits = patient();
  const auto policy = static_cast<Overlap>(up_to(random, 4));
  Wire wire(limits, chance(random, 50) ? Overlap::first : policy);
  Model model(wire.policy);
  // Near the end of the numbers, so that they wrap around, or anywhere.
  wire.starts[0] =
      chance(random, 50) ? 0U - static_cast<std::uint32_t>(up_to(random, 2000)) : static_cast<std::uint32_t>(random());
  wire.send({.syn = true});
  for (const Sent& sent : damaged_stream(random)) {
    wire.send(sent);
    model.segment(sent, wire.frame);
    ASSERT_EQ(wire.ear.streams[0].size(), model.told.size()) << "after frame " << wire.frame;
  }
  wire.finish();
  model.finish();
  ASSERT_EQ(wire.ear.streams[0], model.told);
  wire.check_ledger(0);
  const Ledger ledger = wire.streams.ledger(0);
  EXPECT_EQ(ledger.captured, model.ledger.captured);
  EXPECT_EQ(ledger.delivered, model.ledger.delivered);
  const auto again = [](const Ledger& one) { return one.duplicate + one.conflicting + one.beyond_limit; };
  EXPECT_EQ(again(ledger), again(model.ledger));
  // Of segments that overlapped while they waited not every part is remembered, to compare what comes again after it.
  EXPECT_LE(ledger.conflicting, model.ledger.conflicting);
  EXPECT_TRUE(model.overlapped || ledger.conflicting == model.ledger.conflicting);
  // What comes late for one of the last 16 holes is known as such.
  EXPECT_TRUE(ledger.gaps > 16 || ledger.beyond_limit == model.ledger.beyond_limit);
  EXPECT_EQ(ledger.rejected, 0U);
}

TEST(TcpVariants, GiveWhatTheModelGives) {
  ASSERT_GE(real_streams().size(), 10U);
  for (std::uint64_t seed = 1; seed < 10'000 && !HasFailure(); ++seed) try_variant(seed);
  // And one that nobody tried before; a failure names it.
  const std::uint64_t fresh = std::random_device{}();
  std::cout << "fresh seed " << fresh << '\n';
  try_variant(fresh);
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

TEST(TcpVariants, TellNothingBeforeWhatItAcknowledges) {
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

TEST(TcpVariants, KeepTheLedgerWhateverComes) {
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

}  // namespace
}  // namespace wiretale::flow
