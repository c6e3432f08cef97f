// Which protocol, who is the client, and how that is known.
#include "engine/detector.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "engine/registry.hpp"

namespace wiretale::engine {
namespace {

constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: www.hamburger.edu\r\n\r\n";
constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view greeting = "220 mail.crepes.fr ESMTP Exim\r\n";

struct Detect : testing::Test {
  /// A TCP session of which no SYN was seen, from port 40000 to `port`.
  Evidence to(std::uint16_t port) const {
    Evidence evidence;
    evidence.transport = Transport::tcp;
    evidence.first = {*IpAddress::parse("10.0.0.1"), 40'000};
    evidence.second = {*IpAddress::parse("10.0.0.2"), port};
    return evidence;
  }
  [[nodiscard]] std::optional<Decision> decide(const Evidence& evidence) const {
    return Detector(mapped).decide(evidence);
  }

  PortMap mapped;
};

TEST_F(Detect, ThePortProposesAndTheOctetsConfirm) {
  Evidence evidence = to(80);
  evidence.first_is_client = true;
  EXPECT_FALSE(decide(evidence)) << "nothing was said yet";
  evidence.start[0] = bytes_of(get);
  const auto decision = decide(evidence);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->protocol, protocol("http"));
  EXPECT_EQ(decision->protocol_from, known::port);
  EXPECT_TRUE(decision->first_is_client);
  EXPECT_EQ(decision->direction_from, "") << "the handshake told";
  EXPECT_EQ(decision->refuted, nullptr);
}

TEST_F(Detect, SilenceIsDecidedAtTheEndOnly) {
  Evidence evidence = to(80);
  EXPECT_FALSE(decide(evidence));
  evidence.final = true;
  const auto decision = decide(evidence);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->protocol, protocol("http"));
}

TEST_F(Detect, OctetsRefuteAPort) {
  Evidence evidence = to(25);
  evidence.first_is_client = true;
  evidence.start = {bytes_of(get), bytes_of(ok)};
  const auto decision = decide(evidence);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->protocol, protocol("http"));
  EXPECT_EQ(decision->protocol_from, known::content);
  EXPECT_EQ(decision->refuted, protocol("smtp"));
}

TEST_F(Detect, ARefutedPortWaitsForTheOtherSide) {
  constexpr std::string_view hello("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03", 10);
  Evidence evidence = to(80);
  evidence.first_is_client = true;
  evidence.start[0] = bytes_of(hello);
  EXPECT_FALSE(decide(evidence));
  evidence.start[1] = bytes_of(ok);  // a server that TLS is said to by mistake
  auto decision = decide(evidence);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->protocol, protocol("http"));
  evidence.start[1] = {};
  evidence.final = true;
  decision = decide(evidence);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->protocol, protocol("tls"));
}

TEST_F(Detect, ContentIsKnownOnAnyPort) {
  Evidence evidence = to(40'001);
  evidence.start[0] = bytes_of(get);
  const auto decision = decide(evidence);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->protocol, protocol("http"));
  EXPECT_EQ(decision->protocol_from, known::content);
  EXPECT_TRUE(decision->first_is_client);
  EXPECT_EQ(decision->direction_from, known::banner);
}

TEST_F(Detect, WhatIsSaidTellsWhoSaysIt) {
  Evidence evidence = to(40'001);
  evidence.start[0] = bytes_of(ok);  // the first packet seen is the server's
  const auto decision = decide(evidence);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->protocol, protocol("http"));
  EXPECT_FALSE(decision->first_is_client);
  EXPECT_EQ(decision->direction_from, known::banner);
}

TEST_F(Detect, TheServersPortTellsTheDirection) {
  Evidence evidence = to(40'001);
  evidence.first.port = 25;  // the server's greeting is the first packet seen
  evidence.start[0] = bytes_of(greeting);
  evidence.final = true;
  const auto decision = decide(evidence);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->protocol, protocol("smtp"));
  EXPECT_FALSE(decision->first_is_client);
  EXPECT_EQ(decision->direction_from, known::port);
}

TEST_F(Detect, AClientsPortProposesNothing) {
  Evidence evidence = to(40'001);
  evidence.first.port = 25;
  evidence.first_is_client = true;  // by its SYN
  evidence.start = {bytes_of(std::string_view("\x01\x02\x03 nobody's")),
                    bytes_of(std::string_view("\x04\x05 protocol"))};
  const auto decision = decide(evidence);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->protocol, nullptr);
  EXPECT_EQ(decision->refuted, nullptr);
}

TEST_F(Detect, TheUserIsBelieved) {
  mapped[{Transport::tcp, 40'001}] = protocol("smtp");
  Evidence evidence = to(40'001);
  evidence.start[0] = bytes_of(get);
  const auto decision = decide(evidence);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->protocol, protocol("smtp"));
  EXPECT_EQ(decision->protocol_from, known::user);
}

TEST_F(Detect, AnAnnouncementIsBelieved) {
  Evidence evidence = to(40'001);
  evidence.expected = protocol("smtp");
  const auto decision = decide(evidence);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->protocol, protocol("smtp"));
  EXPECT_EQ(decision->protocol_from, known::expected);
}

TEST_F(Detect, TheUnknownIsDecidedWhenBothSpoke) {
  Evidence evidence = to(40'001);
  evidence.start[0] = bytes_of(std::string_view("\x01\x02\x03 nobody's"));
  EXPECT_FALSE(decide(evidence));
  evidence.start[1] = bytes_of(std::string_view("\x04\x05 protocol"));
  const auto decision = decide(evidence);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->protocol, nullptr);
  EXPECT_TRUE(decision->first_is_client);
  EXPECT_EQ(decision->direction_from, known::first_seen);
}

TEST_F(Detect, AServicesPortTellsTheDirectionOfTheUnknown) {
  Evidence evidence = to(40'001);
  evidence.first.port = 5432;  // postgresql
  evidence.final = true;
  const auto decision = decide(evidence);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->protocol, nullptr);
  EXPECT_FALSE(decision->first_is_client);
  EXPECT_EQ(decision->direction_from, known::port);
}

TEST(Mapping, IsRead) {
  std::string error;
  const auto mapping = parse_mapping("2525/tcp=smtp", error);
  ASSERT_TRUE(mapping) << error;
  EXPECT_EQ(mapping->first, (std::pair<Transport, std::uint16_t>(Transport::tcp, 2525)));
  EXPECT_EQ(mapping->second, protocol("smtp"));
  for (const char* text : {"", "smtp", "2525=smtp", "2525/tcp", "/tcp=smtp", "65536/tcp=smtp", "25x/tcp=smtp",
                           "-1/tcp=smtp", "25/sctp=smtp", "25/tcp=", "25/tcp=nothing", "25/udp=smtp", "25=tcp/smtp"}) {
    error.clear();
    EXPECT_FALSE(parse_mapping(text, error)) << text;
    EXPECT_NE(error, "") << text;
  }
}

}  // namespace
}  // namespace wiretale::engine
