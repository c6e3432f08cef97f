// pcapng files: sections, interfaces, clocks, every packet block, blocks passed over, and damage.
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "capture/clock.hpp"
#include "capture_files.hpp"

namespace wiretale::capture::testing {
namespace {

const Pcapng kLittle{};

std::string start() { return kLittle.section() + kLittle.interface(); }

void expect_fault(const Result& result, std::uint64_t offset, std::string_view words) {
  ASSERT_TRUE(result.fault) << words;
  EXPECT_EQ(result.fault->offset, offset) << words;
  EXPECT_NE(result.fault->reason.find(words), std::string::npos) << result.fault->reason;
}

/// One stretch was passed over, for this reason; nothing else was at fault.
void expect_damage(const Result& result, std::uint64_t from, std::uint64_t to, std::string_view words) {
  EXPECT_FALSE(result.fault) << words;
  ASSERT_EQ(result.tally.damages.size(), 1U) << words;
  const Damage& damage = result.tally.damages[0];
  EXPECT_EQ(damage.from, from) << words;
  EXPECT_EQ(damage.to, to) << words;
  EXPECT_NE(damage.reason.find(words), std::string::npos) << damage.reason;
  EXPECT_EQ(result.tally.damaged_bytes, to - from);
}

TEST(Pcapng, EveryPacketBlockInBothByteOrders) {
  for (const ByteOrder order : {ByteOrder::little, ByteOrder::big}) {
    const Pcapng ng{order};
    const Result result = read(ng.section() + ng.interface(113, 4) + ng.interface(1) +
                               ng.enhanced("abc", 0x5'0000'0001, 1, ng.option(1, "a comment")) +
                               ng.obsolete("defgh", 3, 0) + ng.simple("ijkl", 60) + ng.simple("mn", 2));
    ASSERT_EQ(result.packets.size(), 4U);
    EXPECT_FALSE(result.fault);
    EXPECT_EQ(result.format, "pcapng");
    EXPECT_EQ(result.data(0), "abc");
    EXPECT_EQ(result.packets[0].time.ns, 0x5'0000'0001 * 1000);
    EXPECT_EQ(result.packets[0].interface, 1U);
    EXPECT_EQ(result.packets[0].link_type, 1U);
    EXPECT_EQ(result.packets[0].wire_bytes, 1500U);
    EXPECT_EQ(result.data(1), "defgh");
    EXPECT_EQ(result.packets[1].time.ns, 3000);
    EXPECT_EQ(result.packets[1].link_type, 113U);
    EXPECT_EQ(result.data(2), "ijkl");  // the snaplen of interface 0
    EXPECT_EQ(result.packets[2].wire_bytes, 60U);
    EXPECT_EQ(result.packets[2].time.ns, 3000);  // the one before
    EXPECT_EQ(result.data(3), "mn");
    EXPECT_EQ(result.packets[3].frame, 4U);
  }
}

TEST(Pcapng, SectionsHaveInterfacesAndByteOrdersOfTheirOwn) {
  const Pcapng big{ByteOrder::big};
  const Result result =
      read(start() + kLittle.enhanced("a") + big.section(40) + big.interface(113) + big.interface(228) +
           big.enhanced("b", 0, 1) + kLittle.section() + kLittle.interface(101) + kLittle.enhanced("c"));
  ASSERT_EQ(result.packets.size(), 3U);
  EXPECT_EQ(result.interfaces.size(), 4U);
  EXPECT_EQ(result.packets[1].interface, 2U);
  EXPECT_EQ(result.packets[1].link_type, 228U);
  EXPECT_EQ(result.packets[2].interface, 3U);
  EXPECT_EQ(result.packets[2].frame, 3U);
  const std::string forgotten = start() + kLittle.section();
  const std::string whole = forgotten + kLittle.enhanced("a");
  expect_damage(read(whole), forgotten.size(), whole.size(), "not described");
}

TEST(Pcapng, InterfacesAreDescribed) {
  const Pcapng big{ByteOrder::big};
  const std::string options = big.option(3, "uplink") + big.option(1, "a comment") + big.option(2, "eth0") +
                              big.option(9, "\x03") + big.option(14, big.octets().u64(100).str()) + big.option(0, "") +
                              big.option(2, "after the end");
  const Result result = read(big.section() + big.interface(1, 96, options) + big.enhanced("x", 5));
  ASSERT_EQ(result.interfaces.size(), 1U);
  const Interface& interface = result.interfaces[0];
  EXPECT_EQ(interface.name, "eth0");
  EXPECT_EQ(interface.description, "uplink");
  EXPECT_EQ(interface.snaplen, 96U);
  EXPECT_EQ(interface.resolution, std::chrono::milliseconds(1));
  EXPECT_EQ(result.packets.at(0).time.ns, 100'005'000'000);
  const std::string long_name(40'000, 'n');
  EXPECT_EQ(read(big.section() + big.interface(1, 0, big.option(2, long_name))).interfaces.at(0).name,
            long_name.substr(0, 1024));
}

TEST(Clock, CountsInPowersOfTen) {
  EXPECT_EQ(Clock().at(1'700'000'000'123'456).ns, 1'700'000'000'123'456'000);
  EXPECT_EQ(Clock(0).at(3).ns, 3'000'000'000);
  EXPECT_EQ(Clock(9).at(7).ns, 7);
  EXPECT_EQ(Clock(12).at(123'456'789'012'345).ns, 123'456'789'012);
  EXPECT_EQ(Clock(28).at(UINT64_MAX).ns, 1);
  EXPECT_EQ(Clock(127).at(UINT64_MAX).ns, 0);
  EXPECT_EQ(Clock(0).resolution(), std::chrono::seconds(1));
  EXPECT_EQ(Clock(12).resolution().count(), 1);
}

TEST(Clock, CountsInPowersOfTwo) {
  EXPECT_EQ(Clock(0x80 | 0).at(3).ns, 3'000'000'000);
  EXPECT_EQ(Clock(0x80 | 10).at(1536).ns, 1'500'000'000);
  EXPECT_EQ(Clock(0x80 | 31).at((1ULL << 31) * 5 + 1).ns, 5'000'000'000);
  EXPECT_EQ(Clock(0x80 | 32).at((5ULL << 32) + 0x8000'0000).ns, 5'500'000'000);
  EXPECT_EQ(Clock(0x80 | 39).at((1ULL << 39) - 1).ns, 999'999'999);
  EXPECT_EQ(Clock(0x80 | 40).at(123'456'789'012'345).ns, 112'283'295'504);
  EXPECT_EQ(Clock(0x80 | 63).at(UINT64_MAX).ns, 1'999'999'999);
  EXPECT_EQ(Clock(0x80 | 64).at(UINT64_MAX).ns, 999'999'999);
  EXPECT_EQ(Clock(0x80 | 127).at(UINT64_MAX).ns, 0);
  EXPECT_EQ(Clock(0x80 | 10).resolution().count(), 976'563);
  EXPECT_EQ(Clock(0x80 | 127).resolution().count(), 1);
}

TEST(Clock, StopsAtTheEndsOfTime) {
  constexpr std::int64_t kLatest = 9'200'000'000'000'000'000;
  EXPECT_EQ(Clock(6).at(UINT64_MAX).ns, kLatest);
  EXPECT_EQ(Clock(9).at(UINT64_MAX).ns, kLatest);
  EXPECT_EQ(Clock(0x80).at(UINT64_MAX).ns, kLatest);
  EXPECT_EQ(Clock(6, std::numeric_limits<std::int64_t>::max()).at(UINT64_MAX).ns, kLatest);
  EXPECT_EQ(Clock(6, std::numeric_limits<std::int64_t>::max()).at(0).ns, kLatest);
  EXPECT_EQ(Clock(6, 10).at(UINT64_MAX).ns, kLatest);
  EXPECT_EQ(Clock(6, -1).at(1'500'000).ns, 500'000'000);
  EXPECT_EQ(Clock(6, -1).at(500'000).ns, 0);
  EXPECT_EQ(Clock(6, std::numeric_limits<std::int64_t>::min()).at(UINT64_MAX).ns, 0);
}

TEST(Pcapng, LongBlocksArePassedOver) {
  Limits limits;
  limits.capture_block_bytes = 70'000;
  const std::string other = kLittle.block(0x221, std::string(100'000, 's'));
  const Result result = read(start() + other + kLittle.block(0x221, "") + kLittle.enhanced("abc"), 512, 100, limits);
  ASSERT_EQ(result.packets.size(), 1U);
  EXPECT_FALSE(result.fault);
  EXPECT_EQ(result.packets[0].frame, 3U);
  EXPECT_EQ(result.without_packet, 2U);
  EXPECT_LE(result.blocks[0]->size(), 512U);
  EXPECT_EQ(result.tally.other_blocks.at("0x00000221"), 2U);
  EXPECT_EQ(result.tally.limits_reached.at("capture_block_bytes"), 1U);
  std::string wrong = other;
  wrong.back() = 'x';
  expect_damage(read(start() + wrong + kLittle.enhanced("abc"), 512, 100, limits), start().size(),
                start().size() + wrong.size(), "at its end");
}

TEST(Pcapng, BlocksThatWiresharkNumbersTakeANumber) {
  for (const std::uint32_t type : {0x0badU, 0x4000'0badU, 9U, 0x204U, 0x216U, 0x221U}) {
    const Result result = read(start() + kLittle.enhanced("a") + kLittle.block(type, "body") + kLittle.enhanced("b"));
    ASSERT_EQ(result.packets.size(), 2U);
    EXPECT_EQ(result.packets[1].frame, 3U) << type;
    EXPECT_EQ(result.without_packet, 1U);
  }
}

TEST(Pcapng, WhatCannotBeIsPassedOver) {
  const auto raw = [](std::uint32_t type, std::uint32_t length, std::uint32_t again, std::size_t octets) {
    return kLittle.octets().u32(type).u32(length).text(std::string(octets, '\0')).u32(again).str();
  };
  const std::string good = start() + kLittle.enhanced("abc");
  const struct {
    std::string block;
    std::string_view words;
  } cases[] = {
      {raw(0x7777, 0, 0, 0), "length of 0 octets"},
      {raw(0x7777, 8, 8, 0), "length of 8 octets"},
      {raw(0x7777, 14, 14, 2), "length of 14 octets"},
      {raw(0x7777, 16, 20, 4), "16 octets at its start, and 20 octets at its end"},
      {raw(6, 36, 40, 24), "36 octets at its start"},
      {raw(6, 0xffff'fffc, 0, 4), "corrupt"},
      {raw(0x7777, 0xffff'fffc, 0, 4), "claims 4294967292"},
      {raw(0x0bad, 0xffff'fffc, 0, 4), "cut off"},
      {raw(6, 4096, 0, 4), "cut off"},
      {raw(6, 28, 28, 16), "too short"},
      {raw(3, 12, 12, 0), "too short"},
      {raw(1, 16, 16, 4), "too short"},
      {kLittle.block(6, kLittle.octets().u32(0).u64(0).u32(9).u32(9).text("only8oct").str()), "packet of 9 octets"},
      {kLittle.block(6, kLittle.octets().u32(0).u64(0).u32(UINT32_MAX).u32(9).str()), "packet of 4294967295"},
      {kLittle.enhanced(std::string((256U << 10) + 1, 'x')), "packet of 262145"},
      {kLittle.simple("abc", 5), "packet of 5 octets"},
      {kLittle.enhanced("abc", 0, 1), "interface 1"},
      {kLittle.enhanced("abc", 0, UINT32_MAX), "interface 4294967295"},
      {kLittle.block(0x0a0d0d0a, kLittle.octets().u32(0xdeadbeef).u64(0).u64(0).str()), "byte-order magic"},
  };
  for (const auto& each : cases) {
    const std::string before = good + each.block;
    const Result result = read(before + kLittle.enhanced("after") + kLittle.enhanced("after that"));
    ASSERT_EQ(result.packets.size(), 3U) << each.words;
    EXPECT_EQ(result.data(1), "after") << each.words;
    EXPECT_EQ(result.packets[2].frame, 3U);
    expect_damage(result, good.size(), before.size(), each.words);
  }
}

TEST(Pcapng, SimplePacketNeedsAnInterface) {
  expect_damage(read(kLittle.section() + kLittle.simple("abc", 3)), 28, 48, "interface 0");
}

TEST(Pcapng, DamagedInterfacesKeepTheirNumbers) {
  const std::string options = kLittle.option(2, "eth0") + kLittle.octets().u16(3).u16(400).text("abcd").str();
  const std::string front = start() + kLittle.interface(113, 0, options) + kLittle.interface(228);
  const Result result = read(front + kLittle.enhanced("a", 0, 2) + kLittle.enhanced("b", 0, 1));
  ASSERT_EQ(result.packets.size(), 2U);
  EXPECT_EQ(result.packets[0].link_type, 228U);
  EXPECT_EQ(result.packets[1].link_type, 113U);
  EXPECT_EQ(result.interfaces[1].name, "eth0");  // what stands before the fault
  ASSERT_EQ(result.tally.damages.size(), 1U);
  EXPECT_NE(result.tally.damages[0].reason.find("options"), std::string::npos);
}

TEST(Pcapng, SectionsOfUnknownVersionsArePassedOver) {
  const std::string unknown = kLittle.section(0, 2) + kLittle.interface() + kLittle.enhanced("x");
  const std::string good = start() + kLittle.enhanced("a");
  expect_damage(read(good + unknown + start() + kLittle.enhanced("b")), good.size(), good.size() + unknown.size(),
                "version 2.0");
  EXPECT_EQ(read(good + unknown + start() + kLittle.enhanced("b")).packets.size(), 2U);
  EXPECT_TRUE(read(unknown).error);
}

TEST(Pcapng, InterfacesHaveALimit) {
  Limits limits;
  limits.capture_interfaces = 3;
  std::string file = kLittle.section();
  for (int i = 0; i < 3; ++i) file += kLittle.interface();
  EXPECT_TRUE(read(file, 4096, SIZE_MAX, limits).tally.limits_reached.empty());
  file += kLittle.interface() + kLittle.enhanced("a", 0, 3) + kLittle.enhanced("b", 0, 2);
  const Result result = read(file, 4096, SIZE_MAX, limits);
  EXPECT_EQ(result.tally.limits_reached.at("capture_interfaces"), 1U);
  EXPECT_EQ(result.packets.size(), 1U);
}

TEST(Pcapng, CutAnywhereGivesAllPacketsBefore) {
  std::vector<std::pair<std::size_t, std::size_t>> ends;  // of a block, and the packets up to there
  std::string file;
  const auto add = [&](const std::string& block, std::size_t packets) {
    file += block;
    ends.emplace_back(file.size(), packets);
  };
  add(kLittle.section(), 0);
  add(kLittle.interface(1, 0, kLittle.option(2, "eth0")), 0);
  add(kLittle.enhanced("one"), 1);
  add(kLittle.names(kLittle.name(1, "\x0a\x01\x02\x03", "host")), 1);
  add(kLittle.simple("two", 3), 2);
  add(kLittle.section(), 2);
  for (std::size_t cut = 0; cut <= file.size(); ++cut) {
    const Result result = read(std::string_view(file).substr(0, cut), 40, 7);
    ASSERT_EQ(result.error.has_value(), cut < ends[0].first) << cut;
    if (result.error) continue;
    std::size_t last = 0;
    while (last + 1 < ends.size() && ends[last + 1].first <= cut) ++last;
    EXPECT_EQ(result.packets.size(), ends[last].second) << cut;
    ASSERT_EQ(result.fault.has_value(), cut != ends[last].first) << cut;
    if (result.fault) expect_fault(result, ends[last].first, "cut off");
  }
}

TEST(Pcapng, PacketsKeepTheirBytesWhereverBlocksEnd) {
  std::string file = start();
  for (std::size_t i = 0; i < 60; ++i) file += kLittle.enhanced(std::string(i, static_cast<char>('0' + i)));
  for (std::size_t block_bytes = 1; block_bytes < 200; ++block_bytes) {
    const Result result = read(file, block_bytes, 33);
    ASSERT_EQ(result.packets.size(), 60U) << block_bytes;
    for (std::size_t i = 0; i < 60; ++i) ASSERT_EQ(result.data(i), std::string(i, static_cast<char>('0' + i)));
  }
}

}  // namespace
}  // namespace wiretale::capture::testing
