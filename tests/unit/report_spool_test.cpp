// Spools that go to disk, and sessions that come back in order.
#include "report/spool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "report/stream_numbers.hpp"

namespace wiretale::report {
namespace {

TEST(Spool, GivesBackWhatItWasGiven) {
  for (const std::size_t in_memory : {std::size_t{1}, std::size_t{10}, std::size_t{1} << 20}) {
    Spool spool(in_memory);
    EXPECT_TRUE(spool.empty());
    std::string expected;
    for (int i = 0; i < 1000; ++i) {
      const std::string some = std::to_string(i) + ",";
      spool.append(some);
      expected += some;
    }
    EXPECT_FALSE(spool.empty());
    std::string got;
    EXPECT_TRUE(spool.copy_to([&](std::string_view some) {
      got += some;
      return true;
    }));
    EXPECT_EQ(got, expected);
    EXPECT_FALSE(spool.copy_to([](std::string_view) { return false; }));
  }
}

PieceHead head(PieceHead::Kind kind, std::string_view id, std::size_t split = 0) {
  PieceHead made;
  made.kind = kind;
  made.id = id;
  made.number = std::stoull(std::string(id));
  made.split = split;
  return made;
}

std::string sorted_through(std::size_t in_memory) {
  SessionSpool spool(in_memory);
  std::vector<unsigned> numbers(300);
  for (unsigned i = 0; i < numbers.size(); ++i) numbers[i] = i + 1;
  std::mt19937 random(7);  // the same in every run
  std::ranges::shuffle(numbers, random);
  for (const unsigned number : numbers) {
    const std::string id = std::to_string(number);
    if (number % 10 == 0) {
      spool.add(head(PieceHead::Kind::part, id), "[part 1 of " + id + "]");
      spool.add(head(PieceHead::Kind::part, id), "[part 2]");
    }
    spool.add(head(PieceHead::Kind::session, id, id.size() + 1), "<" + id + std::string(number, 'x') + ">");
    if (number % 50 == 0) spool.add(head(PieceHead::Kind::session, id + "b", 1), "b>");
  }
  std::string all;
  spool.visit([&](const SessionSpool::Entry& entry) {
    all += entry.bytes;
    return true;
  });
  return all;
}

TEST(SessionSpool, SortsByNumberAlsoThroughManyRuns) {
  const std::string in_memory = sorted_through(1U << 20);
  EXPECT_TRUE(in_memory.starts_with("<1x><2xx><3xxx>"));
  EXPECT_NE(in_memory.find("<10[part 1 of 10][part 2]xxxxxxxxxx><11"), std::string::npos);
  EXPECT_NE(in_memory.find("xx>b><51"), std::string::npos);  // 50b stands behind 50
  EXPECT_EQ(sorted_through(1), in_memory);
  EXPECT_EQ(sorted_through(2000), in_memory);
  EXPECT_EQ(sorted_through(20000), in_memory);
}

TEST(SessionSpool, StopsWhenNobodyReads) {
  for (const std::size_t in_memory : {std::size_t{1}, std::size_t{1} << 20}) {
    SessionSpool spool(in_memory);
    for (int i = 1; i < 9; ++i) spool.add(head(PieceHead::Kind::session, std::to_string(i)), "x");
    int seen = 0;
    spool.visit([&](const SessionSpool::Entry&) { return ++seen < 3; });
    EXPECT_EQ(seen, 3);
  }
}

TEST(SessionSpool, KeepsWhatAHeadSays) {
  SessionSpool spool(1);
  PieceHead session = head(PieceHead::Kind::session, "5", 1);
  session.transport = Transport::udp;
  session.shown = false;
  session.goes_on = true;
  session.flow = 99;
  spool.add(session, "");
  int seen = 0;
  spool.visit([&](const SessionSpool::Entry& entry) {
    ++seen;
    EXPECT_EQ(entry.transport, Transport::udp);
    EXPECT_FALSE(entry.shown);
    EXPECT_TRUE(entry.goes_on);
    EXPECT_EQ(entry.flow, 99U);
    return true;
  });
  EXPECT_EQ(seen, 1);
}

TEST(StreamNumbers, CountEachTransportByItself) {
  StreamNumbers streams;
  EXPECT_EQ(streams.next(Transport::tcp, 1, false), 0U);
  EXPECT_EQ(streams.next(Transport::udp, 1, true), 0U);
  EXPECT_EQ(streams.next(Transport::tcp, 2, false), 1U);
  EXPECT_EQ(streams.next(Transport::icmp, 3, false), std::nullopt);
  EXPECT_EQ(streams.next(Transport::udp, 2, true), 1U);
}

TEST(StreamNumbers, KnowNoTimeouts) {
  StreamNumbers streams;
  EXPECT_EQ(streams.next(Transport::udp, 7, true), 0U);
  EXPECT_EQ(streams.next(Transport::udp, 8, true), 1U);
  EXPECT_EQ(streams.next(Transport::udp, 7, true), 0U);  // went on after a silence
  EXPECT_EQ(streams.next(Transport::tcp, 7, true), 0U);  // joined midway
  EXPECT_EQ(streams.next(Transport::tcp, 7, true), 0U);
  EXPECT_EQ(streams.next(Transport::tcp, 7, false), 1U);  // a new SYN on the same ports
  EXPECT_EQ(streams.next(Transport::tcp, 7, true), 1U);
}

TEST(StreamNumbers, SayNothingRatherThanWrong) {
  StreamNumbers streams;
  for (std::uint64_t flow = 0; flow <= StreamNumbers::flows_remembered; ++flow)
    ASSERT_EQ(streams.next(Transport::tcp, flow, false), flow);
  EXPECT_EQ(streams.next(Transport::tcp, 5, true), 5U);
  EXPECT_EQ(streams.next(Transport::tcp, 1U << 20, false), StreamNumbers::flows_remembered + 1);
  EXPECT_EQ(streams.next(Transport::tcp, 1U << 21, true), std::nullopt);  // perhaps seen before, perhaps not
  EXPECT_EQ(streams.next(Transport::tcp, 1U << 22, false), std::nullopt);
  EXPECT_EQ(streams.next(Transport::udp, 1, true), 0U);
}

}  // namespace
}  // namespace wiretale::report
