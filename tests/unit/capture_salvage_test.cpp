// Damage in capture files: what lies outside of it is found, whatever it is.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "capture_files.hpp"

namespace wiretale::capture::testing {
namespace {

using Random = std::mt19937_64;

/// A capture, and where each packet's record or block lies in it.
struct Made {
  struct Part {
    std::size_t begin, end;
    std::string data;
  };
  std::string file;
  std::vector<Part> packets;

  void add(const std::string& record, const std::string& data) {
    packets.push_back({file.size(), file.size() + record.size(), data});
    file += record;
  }
};

/// A packet that nobody makes twice. Some are all zeros but for that, as what is sent to fill up.
std::string packet_data(Random& random, std::size_t number) {
  const std::size_t octets = 4 + random() % (random() % 8 == 0 ? 1500 : 90);
  std::string data(octets, '\0');
  if (random() % 4 != 0)
    for (char& c : data) c = static_cast<char>(random());
  for (std::size_t i = 0; i < 4; ++i) data[octets - 1 - i] = static_cast<char>(number >> (8 * i));
  return data;
}

Made make_pcap(Random& random, const Pcap& pcap) {
  Made made{pcap.header(), {}};
  std::uint32_t second = 1'700'000'000;
  for (std::size_t i = 0; i < 60; ++i) {
    const std::string data = packet_data(random, i);
    second += static_cast<std::uint32_t>(random() % 3);
    const auto octets = static_cast<std::uint32_t>(data.size());
    made.add(pcap.record(second, static_cast<std::uint32_t>(random() % 1'000'000), octets, octets + random() % 2, data),
             data);
  }
  return made;
}

Made make_pcapng(Random& random, const Pcapng& ng) {
  Made made{ng.section() + ng.interface(1, 0, ng.option(2, "eth0")), {}};
  std::uint64_t time = 1'700'000'000'000'000;
  for (std::size_t i = 0; i < 60; ++i) {
    const std::string data = packet_data(random, i);
    time += random() % 3'000'000;
    if (random() % 10 == 0) made.file += ng.names(ng.name(1, "\x0a\0\0\1", "host"));
    made.add(ng.enhanced(data, time, 0, random() % 5 == 0 ? ng.option(1, "why") : ""), data);
  }
  return made;
}

/// A stretch of a capture that was written over, taken out, or put in.
struct Stretch {
  std::size_t begin, end;    // in the good capture
  std::ptrdiff_t shift = 0;  // of what follows
};

Stretch damage(std::string& file, Random& random, std::size_t from) {
  const std::size_t begin = from + random() % (file.size() - from);
  const std::size_t octets = std::min<std::size_t>(1 + random() % (random() % 4 == 0 ? 3000 : 24), file.size() - begin);
  std::string other(octets, '\0');
  const auto kind = random() % 4;
  if (kind != 0)
    for (char& c : other) c = static_cast<char>(random());
  switch (random() % 4) {
    case 0:
      file.erase(begin, octets);
      return {begin, begin + octets, -static_cast<std::ptrdiff_t>(octets)};
    case 1:
      file.insert(begin, other);
      return {begin, begin, static_cast<std::ptrdiff_t>(octets)};
    default:
      file.replace(begin, octets, other);
      return {begin, begin + octets, 0};
  }
}

/// Damages the capture in one place and reads it. All packets outside are there, in order, and at most as many others
/// as there were records that the damage touches.
void check(const Made& made, Random& random, std::size_t from) {
  std::string file = made.file;
  const Stretch stretch = damage(file, random, from);
  SCOPED_TRACE("damaged from " + std::to_string(stretch.begin) + " to " + std::to_string(stretch.end) + " shifted " +
               std::to_string(stretch.shift));
  std::vector<std::string> outside;
  std::size_t touched = 0;
  for (const Made::Part& part : made.packets) {
    // Where nothing is but something was put in, the record around it is touched.
    if (part.end <= stretch.begin || part.begin >= stretch.end)
      outside.push_back(part.data);
    else
      ++touched;
  }
  if (stretch.begin == stretch.end)
    touched += static_cast<std::size_t>(std::ranges::count_if(
        made.packets, [&](const Made::Part& part) { return part.begin < stretch.begin && stretch.begin < part.end; }));
  const std::size_t piece = 1 + random() % 5000, block = 1 + random() % 5000;
  const Result result = read(file, piece, block);
  ASSERT_FALSE(result.error);
  std::vector<std::string> found;
  for (std::size_t i = 0; i < result.packets.size(); ++i) {
    EXPECT_EQ(result.packets[i].frame, i + 1);
    found.push_back(result.data(i));
  }
  std::size_t others = 0;
  auto next = outside.begin();
  for (const std::string& data : found) {
    if (next != outside.end() && data == *next)
      ++next;
    else
      ++others;
  }
  if (stretch.begin == stretch.end && next != outside.end() && touched != 0) {
    // The touched record was taken for one outside: it may be missing.
    const auto missing = outside.end() - next;
    EXPECT_LE(missing, static_cast<std::ptrdiff_t>(outside.size()));
  }
  EXPECT_LE(others, touched + 1);
  std::vector<std::string> lost;
  for (const std::string& data : outside)
    if (std::ranges::find(found, data) == found.end()) lost.push_back(data);
  // Octets put into a record make it another one.
  EXPECT_LE(lost.size(), stretch.begin == stretch.end ? touched : 0U);
}

TEST(Salvage, PcapFindsAllPacketsOutsideOfTheDamage) {
  Random random(1);
  for (int i = 0; i < 300 && !::testing::Test::HasFailure(); ++i) {
    const Pcap pcap{.magic = std::array{kMicroseconds, kNanoseconds, kModified}[random() % 3],
                    .order = random() % 2 == 0 ? ByteOrder::little : ByteOrder::big};
    check(make_pcap(random, pcap), random, pcap.header().size());
  }
}

TEST(Salvage, PcapngFindsAllPacketsOutsideOfTheDamage) {
  Random random(2);
  for (int i = 0; i < 300 && !::testing::Test::HasFailure(); ++i) {
    const Pcapng ng{random() % 2 == 0 ? ByteOrder::little : ByteOrder::big};
    const Made made = make_pcapng(random, ng);
    check(made, random, (ng.section() + ng.interface(1, 0, ng.option(2, "eth0"))).size());
  }
}

TEST(Salvage, SaysWhatWasPassedOver) {
  const Pcap pcap;
  const std::string front = pcap.header() + pcap.record("one");
  const std::string garbage = "no record begins like this one does";
  const Result result = read(front + garbage + pcap.record("two") + pcap.record("three"));
  ASSERT_EQ(result.packets.size(), 3U);
  EXPECT_FALSE(result.fault);
  ASSERT_EQ(result.tally.damages.size(), 1U);
  EXPECT_EQ(result.tally.damages[0].from, front.size());
  EXPECT_EQ(result.tally.damages[0].to, front.size() + garbage.size());
  EXPECT_EQ(result.tally.damaged_bytes, garbage.size());
}

TEST(Salvage, FindsWhatALongLengthSwallowed) {
  const Pcap pcap;
  std::string file = pcap.header() + pcap.record("one");
  const std::size_t wrong = file.size();
  file += pcap.record(1'700'000'000, 2, 100, 100, "two");
  for (const char* data : {"three", "four", "five", "six", "seven", "eight", "nine"}) file += pcap.record(data);
  const Result result = read(file);
  ASSERT_EQ(result.packets.size(), 9U);
  EXPECT_EQ(result.data(1).substr(0, 3), "two");
  EXPECT_EQ(result.data(2), "three");
  EXPECT_EQ(result.data(8), "nine");
  ASSERT_EQ(result.tally.damages.size(), 1U);
  EXPECT_EQ(result.tally.damages[0].from, wrong);
}

TEST(Salvage, OddTimesAreNoDamage) {
  // As fuzzers write them: lengths lead from each record to the next, and times are anything.
  const Pcap pcap;
  for (const std::size_t records : {1U, 2U, 3U, 4U, 9U}) {
    std::string file = pcap.header() + pcap.record("first", 0);
    for (std::size_t i = 1; i <= records; ++i)
      file += pcap.record("packet", static_cast<std::uint32_t>(i * 0x1234'5678));
    const Result result = read(file);
    EXPECT_EQ(result.packets.size(), records + 1);
    EXPECT_TRUE(result.tally.damages.empty());
    EXPECT_FALSE(result.fault);
    // The same where the file is cut within its last one.
    const Result cut = read(std::string_view(file).substr(0, file.size() - 2));
    EXPECT_EQ(cut.packets.size(), records);
    EXPECT_TRUE(cut.fault);
    EXPECT_TRUE(cut.tally.damages.empty());
  }
}

TEST(Salvage, WhatTheEndCutsIsNoOtherRecord) {
  // Lengths and addresses like these look like a record themselves.
  const Pcap pcap;
  const std::string data = std::string("\2\0\0\0\0\x19\2\0\0\0\0\x0a\x08\0", 14) + std::string(75, 'x');
  std::string file = pcap.header();
  const std::size_t octets = pcap.record(data).size(), start = file.size();
  for (int i = 0; i < 3; ++i) file += pcap.record(data);
  for (std::size_t end = start; end <= file.size(); ++end) {
    const Result result = read(std::string_view(file).substr(0, end));
    EXPECT_EQ(result.packets.size(), (end - start) / octets) << end;
    EXPECT_TRUE(result.tally.damages.empty()) << end;
    EXPECT_EQ(result.fault.has_value(), (end - start) % octets != 0) << end;
  }
}

TEST(Salvage, ZerosAreNoPackets) {
  const Pcap pcap;
  const auto at = [&](std::string_view data) { return pcap.record(data, 1'700'000'000); };
  const Result result =
      read(pcap.header() + at("one") + std::string(5000, '\0') + at("two") + at("three") + std::string(200, '\0'));
  EXPECT_EQ(result.packets.size(), 3U);
  EXPECT_EQ(result.tally.damages.size(), 1U);
  EXPECT_TRUE(result.fault);
  // One that is empty, among others of its time, is a packet.
  EXPECT_EQ(read(pcap.header() + at("one") + at("") + at("two")).packets.size(), 3U);
}

TEST(Salvage, EndsAtItsLimit) {
  Limits limits;
  limits.damaged_places = 3;
  const Pcap pcap;
  const Pcapng ng;
  std::string file = pcap.header(), blocks = ng.section() + ng.interface();
  for (int i = 0; i < 10; ++i) {
    file += pcap.record("good") + pcap.record("as good") + "something else that is no record";
    blocks += ng.enhanced("good") + ng.enhanced("as good") + "something else!!";
  }
  for (const std::string& octets : {file, blocks}) {
    const Result result = read(octets, 4096, SIZE_MAX, limits);
    EXPECT_EQ(result.packets.size(), 8U);
    EXPECT_TRUE(result.fault);
    EXPECT_EQ(result.tally.limits_reached.at("damaged_places"), 1U);
  }
}

/// Gives a part of its octets, then says that there is no more yet until it was waited for.
class Trickle final : public Input {
 public:
  Trickle(Bytes octets, std::size_t at_once) : octets_(octets), at_once_(at_once) {}
  ReadResult read(std::span<std::uint8_t> room) override {
    if (octets_.empty()) return {};
    if (!waited_) return {0, kNothingYet};
    waited_ = false;
    const std::size_t count = std::min({room.size(), octets_.size(), at_once_});
    std::ranges::copy(octets_.first(count), room.begin());
    octets_ = octets_.subspan(count);
    return {count, 0};
  }
  void wait() override { waited_ = true; }

 private:
  Bytes octets_;
  std::size_t at_once_;
  bool waited_ = false;
};

TEST(Waiting, GivesTheSamePackets) {
  Random random(3);
  for (int i = 0; i < 60; ++i) {
    const Pcap pcap;
    const Pcapng ng;
    for (Made made : {make_pcap(random, pcap), make_pcapng(random, ng)}) {
      if (i % 2 == 0) damage(made.file, random, 200);
      const Result whole = read(made.file);
      const Result slow = drain(FileSource::open(std::make_unique<Trickle>(bytes_of(made.file), 1 + random() % 400),
                                                 "test", {.block_bytes = 1000}));
      // Where the way is lost, what is not there yet can't be believed: there it may differ.
      if (i % 2 == 0) continue;
      ASSERT_EQ(slow.packets.size(), whole.packets.size());
      for (std::size_t at = 0; at < whole.packets.size(); ++at) ASSERT_EQ(slow.data(at), whole.data(at));
    }
  }
}

}  // namespace
}  // namespace wiretale::capture::testing
