// How TCP streams are put in order, rule by rule.
#include <gtest/gtest.h>

#include "tcp_wire.hpp"

namespace wiretale::flow {
namespace {

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
  EXPECT_EQ(wire.streams.incidents(0).timeouts, 1U);
  EXPECT_EQ(wire.streams.ledger(0).duplicate, 2U);
}

TEST(TcpStreams, CountRetransmissionsOfHeldSegmentsAsSuch) {
  const Limits limits;
  Wire wire(limits);
  wire.open();
  wire.send({.offset = 4, .bytes = "ef"});
  wire.send({.offset = 4, .bytes = "ef"});
  EXPECT_EQ(wire.streams.ledger(0).out_of_order_packets, 0U);
  EXPECT_EQ(wire.streams.incidents(0).timeouts, 1U);
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
