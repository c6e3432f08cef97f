// What is odd about a TCP session: forged resets, segments outside the window, overlaps, packets captured twice; and
// why segments were sent again.
#include <gtest/gtest.h>

#include "flow/tcp_pace.hpp"
#include "tcp_wire.hpp"

namespace wiretale::flow {
namespace {

using Kind = Oddity::Kind;
using std::chrono::milliseconds;

std::vector<Kind> kinds(std::initializer_list<Kind> list) { return list; }

/// An open connection with windows of 1,000 octets, in which side 0 asked.
class Talk : public Wire {
 public:
  explicit Talk(Overlap policy_asked = Overlap::first) : Wire(limits_(), policy_asked) {
    send({.side = 0, .syn = true, .window = 1000});
    send({.side = 1, .has_ack = true, .syn = true, .window = 1000});
    say(0, "ask ");
  }
  /// The next octets of a side; everything is acknowledged.
  void say(unsigned side, const std::string& bytes) { send(next(side, bytes)); }
  void ack(unsigned side) { send(next(side, "")); }
  [[nodiscard]] Sent next(unsigned side, const std::string& bytes) {
    const std::uint64_t offset = sent_[side];
    sent_[side] += bytes.size();
    return {.side = side, .offset = offset, .bytes = bytes, .acked = sent_[1 - side], .has_ack = true, .window = 1000};
  }
  void wait(Nanos time) { now = now + time; }

 private:
  static const Limits& limits_() {
    static const Limits limits = patient();
    return limits;
  }
  std::array<std::uint64_t, 2> sent_{};
};

// ---- RST

TEST(TcpOdd, AResetOutsideTheWindowResetsNothing) {
  Talk talk;
  talk.send({.side = 1, .offset = 5000, .has_ack = true, .rst = true});
  talk.send({.side = 0, .offset = 2, .has_ack = true, .rst = true});
  EXPECT_TRUE(talk.streams.was_reset()) << "nobody acknowledged octet 2 so far";
  Talk other;
  other.say(1, "ok");
  other.send({.side = 0, .offset = 2, .has_ack = true, .rst = true});
  other.send({.side = 1, .offset = 5000, .has_ack = true, .rst = true});
  EXPECT_FALSE(other.streams.was_reset());
  EXPECT_EQ(other.ear.oddities, kinds({Kind::reset_outside, Kind::reset_outside}));
}

TEST(TcpOdd, AResetOfASynMustAcknowledgeIt) {
  const Limits limits;
  Wire wire(limits);
  wire.send({.side = 0, .syn = true});
  wire.send({.side = 1, .acked = 1U << 29, .has_ack = true, .rst = true});
  EXPECT_FALSE(wire.streams.was_reset());
  wire.send({.side = 1, .has_ack = true, .rst = true});
  EXPECT_TRUE(wire.streams.was_reset());
}

TEST(TcpOdd, OctetsUnderWayWhenAResetCameAreRejected) {
  Talk talk;
  talk.say(1, "first");
  talk.send({.side = 0, .offset = 4, .has_ack = true, .rst = true});
  talk.say(1, " second");
  EXPECT_EQ(talk.text(1), "first");
  talk.finish();
  EXPECT_EQ(talk.text(1), "first");
  EXPECT_EQ(talk.streams.ledger(1).rejected, 7U);
  EXPECT_EQ(talk.ear.oddities, kinds({Kind::data_after_reset}));
  talk.check_ledger(1);
}

TEST(TcpOdd, AForgedResetIsIgnoredOnceItsSideGoesOn) {
  Talk talk;
  talk.send({.side = 0, .offset = 4, .has_ack = true, .rst = true});
  talk.say(1, "answer");
  EXPECT_EQ(talk.text(1), "") << "it may have been under way";
  talk.say(0, "and more");
  EXPECT_FALSE(talk.streams.was_reset());
  EXPECT_EQ(talk.text(1), "answer");
  EXPECT_EQ(talk.text(0), "ask and more");
  EXPECT_EQ(talk.ear.oddities, kinds({Kind::reset_ignored}));
  talk.finish();
  talk.check_ledger(0);
  talk.check_ledger(1);
}

TEST(TcpOdd, AnAcknowledgmentOfWhatCameSinceShowsAForgedReset) {
  Talk talk;
  talk.send({.side = 0, .offset = 4, .has_ack = true, .rst = true});
  talk.say(1, "answer");
  talk.ack(0);
  EXPECT_FALSE(talk.streams.was_reset());
  EXPECT_EQ(talk.text(1), "answer");
}

TEST(TcpOdd, TheOtherSideShowsAForgedResetToo) {
  Talk talk;
  talk.send({.side = 0, .offset = 4, .has_ack = true, .rst = true});
  (void)talk.next(0, "not captured");
  talk.ack(1);
  EXPECT_FALSE(talk.streams.was_reset());
  EXPECT_EQ(talk.ear.oddities, kinds({Kind::reset_ignored}));
}

TEST(TcpOdd, OctetsFromBeforeAResetAreTold) {
  Talk talk;
  const Sent late = talk.next(0, "please");
  talk.send({.side = 0, .offset = 10, .has_ack = true, .rst = true});
  talk.send(late);
  EXPECT_TRUE(talk.streams.was_reset());
  EXPECT_EQ(talk.text(0), "ask please");
}

TEST(TcpOdd, AResetIsNotWaitedOutWithoutALimit) {
  Limits limits;
  limits.reassembly_segments = 2;
  Wire wire(limits);
  wire.open();
  wire.send({.side = 0, .has_ack = true, .rst = true});
  for (std::uint64_t i = 0; i < 4; ++i) wire.send({.side = 1, .offset = i, .bytes = "x", .has_ack = true});
  EXPECT_TRUE(wire.streams.limited());
  wire.finish();
  EXPECT_EQ(wire.streams.ledger(1).rejected, 4U);
  wire.check_ledger(1);
}

// ---- FIN

TEST(TcpOdd, OctetsBehindAFinAreTold) {
  Talk talk;
  talk.send({.side = 1, .bytes = "bye", .acked = 4, .has_ack = true, .fin = true});
  talk.send({.side = 1, .offset = 4, .bytes = " not yet", .acked = 4, .has_ack = true});
  EXPECT_EQ(talk.text(1), "bye not yet") << "the FIN took a number";
  EXPECT_EQ(talk.ear.oddities, kinds({Kind::data_after_fin}));
  EXPECT_EQ(talk.streams.ledger(1).gaps, 0U);
}

TEST(TcpOdd, AForgedFinDoesNotStopItsStream) {
  Talk talk;
  talk.send({.side = 1, .acked = 4, .has_ack = true, .fin = true});
  talk.send({.side = 1, .bytes = "answer", .acked = 4, .has_ack = true});
  EXPECT_EQ(talk.text(1), "answer");
}

TEST(TcpOdd, AFinOutsideTheWindowEndsNothing) {
  Talk talk;
  talk.send({.side = 0, .offset = 100'000, .has_ack = true, .fin = true});
  talk.say(0, "on");
  EXPECT_EQ(talk.text(0), "ask on");
  EXPECT_EQ(talk.ear.oddities, kinds({Kind::fin_outside}));
}

// ---- windows

TEST(TcpOdd, AStraySegmentMakesNoHole) {
  Talk talk;
  talk.ack(1);
  talk.send({.side = 0, .offset = 500'000, .bytes = "stray", .has_ack = true, .window = 1000});
  talk.say(0, "and on");
  EXPECT_EQ(talk.text(0), "ask and on");
  talk.finish();
  EXPECT_EQ(talk.text(0), "ask and on");
  EXPECT_EQ(talk.streams.ledger(0).rejected, 5U);
  EXPECT_EQ(talk.ear.oddities, kinds({Kind::outside_window}));
  talk.check_ledger(0);
}

TEST(TcpOdd, WhatIsAcknowledgedIsNoStray) {
  Talk talk;
  talk.ack(1);
  talk.send({.side = 0, .offset = 500'000, .bytes = "far", .has_ack = true, .window = 1000});
  talk.send({.side = 1, .acked = 500'003, .has_ack = true, .window = 1000});
  talk.send({.side = 1, .acked = 500'003, .has_ack = true, .window = 1000});
  talk.finish();
  EXPECT_EQ(talk.text(0).substr(500'000), "far");
  EXPECT_EQ(talk.streams.holes(0).at(0).cause, Hole::Cause::not_captured);
}

TEST(TcpOdd, OneWildAcknowledgmentMakesNoHole) {
  Talk talk;
  talk.send({.side = 1, .acked = 900'000'000, .has_ack = true, .window = 1000});
  talk.ack(1);
  talk.finish();
  EXPECT_EQ(talk.text(0), "ask ");
  EXPECT_EQ(talk.streams.ledger(0).gaps, 0U);
}

TEST(TcpOdd, ProbesOfAClosedWindow) {
  Talk talk;
  talk.send({.side = 1, .acked = 4, .has_ack = true, .window = 0});
  talk.say(0, "p");
  EXPECT_EQ(talk.streams.incidents(1).zero_windows, 1U);
  EXPECT_EQ(talk.streams.incidents(0).window_probes, 1U);
  EXPECT_EQ(talk.text(0), "ask p");
}

TEST(TcpOdd, KeepAlivesAreNoRetransmissions) {
  Talk talk;
  talk.say(1, "ok");
  talk.send({.side = 0, .offset = 3, .bytes = std::string(1, '\0'), .acked = 2, .has_ack = true, .window = 1000});
  talk.send({.side = 0, .offset = 3, .acked = 2, .has_ack = true, .window = 1000});
  EXPECT_EQ(talk.streams.incidents(0).keep_alives, 2U);
  EXPECT_EQ(talk.streams.incidents(0).spurious, 0U);
  EXPECT_EQ(talk.text(0), "ask ");
}

// ---- sent again

TEST(TcpOdd, ARetransmissionAfterSilence) {
  Talk talk;
  talk.wait(milliseconds(300));
  talk.send({.side = 0, .bytes = "ask ", .has_ack = true, .window = 1000});
  EXPECT_EQ(talk.streams.incidents(0).timeouts, 1U);
  EXPECT_EQ(talk.streams.ledger(0).duplicate, 4U);
}

TEST(TcpOdd, ARetransmissionInVain) {
  Talk talk;
  talk.ack(1);
  talk.send({.side = 0, .bytes = "ask ", .has_ack = true, .window = 1000});
  EXPECT_EQ(talk.streams.incidents(0).spurious, 1U);
}

TEST(TcpOdd, ARetransmissionThatWasAskedFor) {
  Talk talk;
  talk.ack(1);
  const Sent lost = talk.next(0, "lost");
  talk.say(0, "a");
  for (int i = 0; i < 4; ++i) talk.send({.side = 1, .acked = 4, .has_ack = true, .window = 1000});
  talk.send(lost);
  EXPECT_EQ(talk.streams.incidents(1).duplicate_acks, 4U);
  EXPECT_EQ(talk.streams.incidents(0).fast, 1U);
  EXPECT_EQ(talk.streams.ledger(0).out_of_order_packets, 0U);
  EXPECT_EQ(talk.text(0), "ask losta");
}

TEST(TcpOdd, WhatFillsAHoleSoonCameOutOfOrder) {
  Talk talk;
  const Sent early = talk.next(0, "b");
  talk.say(0, "c");
  talk.send(early);
  EXPECT_EQ(talk.streams.ledger(0).out_of_order_packets, 1U);
  const Sent late = talk.next(0, "d");
  talk.say(0, "e");
  talk.wait(milliseconds(200));
  talk.send(late);
  EXPECT_EQ(talk.streams.ledger(0).out_of_order_packets, 1U);
  EXPECT_EQ(talk.streams.incidents(0).timeouts, 1U);
}

TEST(TcpOdd, ASynSentAgain) {
  const Limits limits;
  Wire wire(limits);
  wire.send({.side = 0, .syn = true});
  wire.now = wire.now + milliseconds(1000);
  wire.send({.side = 0, .syn = true});
  EXPECT_EQ(wire.streams.incidents(0).timeouts, 1U);
}

TEST(TcpOdd, ASynThatComesLateBelongsToItsStream) {
  const Limits limits = patient();
  Wire wire(limits);
  wire.send({.side = 0, .bytes = "hello"});
  EXPECT_FALSE(wire.streams.from_start(0));
  EXPECT_TRUE(wire.streams.begins_behind(0, isn[0]));
  EXPECT_FALSE(wire.streams.begins_behind(0, isn[0] + 1));
  wire.send({.side = 0, .syn = true});
  wire.send({.side = 0, .offset = 5, .bytes = " again"});
  EXPECT_TRUE(wire.streams.from_start(0));
  EXPECT_EQ(wire.text(0), "hello again");
}

// ---- captured twice

TEST(TcpOdd, APacketCapturedTwiceIsNoRetransmission) {
  Talk talk;
  Sent packet = talk.next(0, "once");
  packet.ip_id = 7;
  talk.send(packet);
  talk.send(packet);
  EXPECT_EQ(talk.streams.incidents(0).doubled_frames, 1U);
  packet.hops = 63;
  talk.send(packet);
  EXPECT_EQ(talk.streams.incidents(0).doubled_frames, 2U);
  talk.wait(milliseconds(300));
  packet.ip_id = 8;
  talk.send(packet);
  EXPECT_EQ(talk.streams.incidents(0).doubled_frames, 2U);
  EXPECT_EQ(talk.streams.incidents(0).timeouts, 1U);
  EXPECT_EQ(talk.streams.ledger(0).duplicate, 12U);
}

TEST(TcpOdd, OneIdentificationForAllTellsNothing) {
  Talk talk;
  Sent packet = talk.next(0, "one");
  packet.ip_id = 1;
  talk.send(packet);
  packet = talk.next(0, "two");
  packet.ip_id = 1;
  talk.send(packet);
  talk.send(packet);
  EXPECT_EQ(talk.streams.incidents(0).doubled_frames, 0U);
  EXPECT_EQ(talk.streams.incidents(0).timeouts, 1U);
}

TEST(TcpOdd, CopiesOfABurstAreKnownFromTheFirstOn) {
  Talk talk;
  std::vector<Sent> burst;
  for (std::uint16_t i = 0; i < 4; ++i) {
    burst.push_back(talk.next(0, "part"));
    burst.back().ip_id = static_cast<std::uint16_t>(100 + i);
    talk.send(burst.back());
    if (i == 0) talk.send(burst.back());
  }
  for (int i = 1; i < 4; ++i) talk.send(burst[static_cast<std::size_t>(i)]);
  EXPECT_EQ(talk.streams.incidents(0).doubled_frames, 4U);
  EXPECT_EQ(talk.streams.incidents(0).timeouts, 0U);
}

// ---- overlaps

struct Case {
  Overlap policy;
  const char* left;   ///< what counts where the later piece begins before the earlier one
  const char* same;   ///< where both begin at one place, and the later one goes
                      ///< on further
  const char* cover;  ///< where the later one reaches beyond it on both sides
  const char* right;  ///< where the later one begins within it
};

/// The stream where octet 0 comes last, after an earlier piece and a later one.
std::string overlapped(Overlap policy, const Sent& earlier, const Sent& later) {
  const Limits limits = patient();
  Wire wire(limits, policy);
  wire.open();
  wire.send(earlier);
  wire.send(later);
  wire.send({.bytes = "0"});
  wire.check_ledger(0);
  EXPECT_NE(wire.streams.ledger(0).conflicting, 0U);
  EXPECT_EQ(wire.ear.oddities, kinds({Kind::conflict}));
  return wire.text(0);
}

TEST(TcpOdd, PoliciesForOverlaps) {
  constexpr Case cases[] = {
      {Overlap::first, "0baaa", "0aaab", "0baab", "0aaab"},
      {Overlap::last, "0bbba", "0bbbb", "0bbbb", "0abbb"},
      {Overlap::bsd, "0bbba", "0aaab", "0bbbb", "0aaab"},
      {Overlap::linux_kernel, "0bbba", "0bbbb", "0bbbb", "0aaab"},
      {Overlap::windows, "0baaa", "0aaab", "0bbbb", "0aaab"},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(name_of(one.policy));
    EXPECT_EQ(overlapped(one.policy, {.offset = 2, .bytes = "aaa"}, {.offset = 1, .bytes = "bbb"}), one.left);
    EXPECT_EQ(overlapped(one.policy, {.offset = 1, .bytes = "aaa"}, {.offset = 1, .bytes = "bbbb"}), one.same);
    EXPECT_EQ(overlapped(one.policy, {.offset = 2, .bytes = "aa"}, {.offset = 1, .bytes = "bbbb"}), one.cover);
    EXPECT_EQ(overlapped(one.policy, {.offset = 1, .bytes = "aaa"}, {.offset = 2, .bytes = "bbb"}), one.right);
  }
}

TEST(TcpOdd, BothVersionsOfAConflictAreKept) {
  const Limits limits = patient();
  Wire wire(limits);
  wire.open();
  wire.send({.offset = 1, .bytes = "GET /index"});
  wire.send({.offset = 1, .bytes = "GET /other"});
  const std::vector<Conflict> conflicts = wire.streams.conflicts(0);
  ASSERT_EQ(conflicts.size(), 1U);
  EXPECT_EQ(conflicts[0].offset, 6U);
  EXPECT_EQ(conflicts[0].first_frame, 3U);
  EXPECT_EQ(conflicts[0].second_frame, 4U);
  EXPECT_EQ(text_of(conflicts[0].first), "index");
  EXPECT_EQ(text_of(conflicts[0].second), "other");
  EXPECT_EQ(wire.streams.ledger(0).conflicting, 4U) << "one letter is the same";
}

TEST(TcpOdd, OctetsThatWereToldAreComparedToo) {
  Talk talk;
  talk.say(0, "user=bob");
  talk.send({.side = 0, .offset = 4, .bytes = "user=eve&x", .has_ack = true, .window = 1000});
  EXPECT_EQ(talk.text(0), "ask user=bob&x");
  EXPECT_EQ(talk.streams.ledger(0).conflicting, 3U);
  EXPECT_EQ(talk.streams.ledger(0).duplicate, 5U);
  const std::vector<Conflict> conflicts = talk.streams.conflicts(0);
  ASSERT_EQ(conflicts.size(), 1U);
  EXPECT_EQ(conflicts[0].offset, 9U);
  EXPECT_EQ(conflicts[0].first_frame, 4U);
  EXPECT_EQ(text_of(conflicts[0].first), "bob");
  EXPECT_EQ(text_of(conflicts[0].second), "eve");
  EXPECT_EQ(talk.ear.oddities, kinds({Kind::conflict}));
  talk.check_ledger(0);
}

TEST(TcpOdd, WhatWasHeldIsComparedAfterItWasTold) {
  Talk talk;
  const Sent first = talk.next(0, "first");
  talk.say(0, "then");
  talk.send(first);
  talk.send({.side = 0, .offset = 9, .bytes = "THEN", .has_ack = true, .window = 1000});
  EXPECT_EQ(talk.streams.ledger(0).conflicting, 4U);
}

// ---- pace

TEST(TcpOdd, RoundTripsAndOctetsInFlight) {
  Talk talk;  // its first segment
  talk.wait(milliseconds(9));
  talk.ack(1);
  EXPECT_EQ(talk.streams.pace(0).first_rtt, Nanos(milliseconds(10)).count());
  EXPECT_EQ(talk.streams.series(0), nullptr);
  talk.say(0, "two");
  talk.say(0, "three");
  talk.wait(milliseconds(18));
  talk.ack(1);
  ASSERT_NE(talk.streams.series(0), nullptr);
  const PaceSeries& series = *talk.streams.series(0);
  EXPECT_EQ(series.round_trips.count(), 2U);
  EXPECT_EQ(series.round_trips.min(), milliseconds(10));
  EXPECT_EQ(series.round_trips.percentile(95), milliseconds(20));
  EXPECT_EQ(series.round_trips.smoothed(), Nanos(11'250'000));
  EXPECT_EQ(series.in_flight, 8U);
  EXPECT_EQ(series.in_flight_frame, 6U);
  EXPECT_EQ(series.last_ack_frame, 7U);
  EXPECT_EQ(talk.streams.acked(0), 12U);
}

TEST(TcpOdd, WhatWasSentAgainIsNotTimed) {
  Talk talk;
  talk.wait(milliseconds(300));
  talk.send({.side = 0, .bytes = "ask ", .has_ack = true, .window = 1000});
  talk.ack(1);
  EXPECT_EQ(talk.streams.pace(0).first_rtt, Pace::spoilt);
}

TEST(TcpOdd, WindowsAreKnownWithTheirFrames) {
  Talk talk;
  talk.send({.side = 1, .acked = 4, .has_ack = true, .window = 900});
  talk.send({.side = 1, .acked = 4, .has_ack = true, .window = 1100});
  talk.send({.side = 1, .acked = 4, .has_ack = true, .window = 900});
  const Pace& pace = talk.streams.pace(1);
  EXPECT_EQ(pace.window_min, 900);
  EXPECT_EQ(whole(pace.window_min_frame, 1), 4U);
  EXPECT_EQ(pace.window_max, 1100);
  EXPECT_EQ(whole(pace.window_max_frame, 1), 5U);
  EXPECT_EQ(whole(3, (1ULL << 32) - 2), (1ULL << 32) + 3) << "frames beyond 2^32 come back whole";
}

TEST(TcpOdd, RoundTripsOfALongSessionStayEven) {
  RoundTrips trips;
  for (int i = 1; i <= 100'000; ++i) trips.add(Nanos(i));
  EXPECT_EQ(trips.count(), 100'000U);
  EXPECT_EQ(trips.min(), Nanos(1));
  EXPECT_NEAR(static_cast<double>(trips.percentile(50).count()), 50'000, 2000);
  EXPECT_NEAR(static_cast<double>(trips.percentile(95).count()), 95'000, 2000);
}

}  // namespace
}  // namespace wiretale::flow
