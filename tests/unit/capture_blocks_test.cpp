// pcapng: every block and every option that tells something, in both byte orders.
#include <gtest/gtest.h>

#include <string>

#include "capture_files.hpp"

namespace wiretale::capture::testing {
namespace {

class Blocks : public ::testing::TestWithParam<ByteOrder> {
 protected:
  Pcapng ng{GetParam()};
  [[nodiscard]] std::string start() const { return ng.section() + ng.interface(); }
  [[nodiscard]] std::string flags(std::uint32_t value) const { return ng.option(2, ng.octets().u32(value).str()); }
};
INSTANTIATE_TEST_SUITE_P(ByteOrders, Blocks, ::testing::Values(ByteOrder::little, ByteOrder::big));

TEST_P(Blocks, SectionsSayWhoWroteThem) {
  const std::string options = ng.option(1, "first") + ng.option(2, "a machine") + ng.option(3, "an OS") +
                              ng.option(4, "a program") + ng.option(1, "second") + ng.option(0, "");
  const Result result = read(ng.section(UINT64_MAX, 1, options) + ng.interface() + ng.enhanced("a") + ng.section());
  ASSERT_EQ(result.news.sections.size(), 2U);
  const Section& section = result.news.sections[0];
  EXPECT_EQ(section.byte_order, GetParam() == ByteOrder::little ? "little-endian" : "big-endian");
  EXPECT_EQ(section.hardware, "a machine");
  EXPECT_EQ(section.os, "an OS");
  EXPECT_EQ(section.application, "a program");
  ASSERT_EQ(result.news.comments.size(), 2U);
  EXPECT_EQ(result.news.comments[0].about, "section");
  EXPECT_EQ(result.news.comments[0].text, "first");
  EXPECT_EQ(result.news.comments[1].text, "second");
}

TEST_P(Blocks, InterfacesSayHowTheyCaptured) {
  const std::string options = ng.option(1, "why") + ng.option(11, std::string("\0tcp port 25", 12)) +
                              ng.option(12, "Linux") + ng.option(13, "\x04") + ng.option(15, "a card");
  const std::string in_bits = ng.option(13, "\x20");
  const Result result = read(ng.section() + ng.interface(1, 0, options) + ng.interface(1, 0, in_bits) +
                             ng.enhanced("packetCRC!", 0, 0) + ng.enhanced("packetCRC!", 0, 1));
  const Interface& interface = result.interfaces.at(0);
  EXPECT_EQ(interface.filter, "tcp port 25");
  EXPECT_EQ(interface.os, "Linux");
  EXPECT_EQ(interface.hardware, "a card");
  EXPECT_EQ(interface.fcs_bytes, 4U);
  EXPECT_EQ(result.interfaces.at(1).fcs_bytes, 4U);
  // The packets claim 1500 octets on the wire, and 10 that were captured: the end was not.
  EXPECT_EQ(result.packets.at(0).wire_bytes, 1496U);
  EXPECT_EQ(result.data(1), "packetCRC!");
  ASSERT_EQ(result.news.comments.size(), 1U);
  EXPECT_EQ(result.news.comments[0].about, "interface");
  EXPECT_EQ(result.news.comments[0].interface, 0U);
}

TEST_P(Blocks, PacketsHaveComments) {
  const std::string options = ng.option(1, "look here") + ng.option(1, std::string("ends as in C\0", 13));
  const Result result = read(start() + ng.enhanced("abc") + ng.enhanced("defgh", 0, 0, options) +
                             ng.obsolete("ij", 0, 0, 0, ng.option(1, "and here")));
  ASSERT_EQ(result.news.comments.size(), 3U);
  EXPECT_EQ(result.news.comments[0].about, "packet");
  EXPECT_EQ(result.news.comments[0].text, "look here");
  EXPECT_EQ(result.news.comments[0].frame, 2U);
  EXPECT_EQ(result.news.comments[1].text, "ends as in C");
  EXPECT_EQ(result.news.comments[2].text, "and here");
  EXPECT_EQ(result.news.comments[2].frame, 3U);
}

TEST_P(Blocks, PacketsTellOfLossAndErrors) {
  const Result result = read(
      start() + ng.enhanced("abc", 0, 0, ng.number(4, 5)) + ng.enhanced("abc", 0, 0, flags(0x8100'0001)) +
      ng.enhanced("abc", 0, 0, flags(0x0100'0000)) + ng.obsolete("abc", 0, 0, 2) + ng.obsolete("abc", 0, 0, 0xffff));
  EXPECT_EQ(result.packets.size(), 5U);
  EXPECT_EQ(result.tally.lost_before_packets, 7U);
  EXPECT_EQ(result.tally.link_errors.at("crc"), 2U);
  EXPECT_EQ(result.tally.link_errors.at("symbol"), 1U);
}

TEST_P(Blocks, PacketsMayHaveAFrameCheckSequenceOfTheirOwn) {
  const std::string block =
      ng.block(6, ng.octets().u32(0).u64(0).u32(10).u32(10).text("packetCRC!").pad().text(flags(4U << 5)).str());
  const Result result = read(start() + block);
  EXPECT_EQ(result.data(0), "packet");
  EXPECT_EQ(result.packets[0].wire_bytes, 6U);
}

TEST_P(Blocks, NamesAreThoseOfAddresses) {
  const std::string records = ng.name(1, "\x0a\x01\x02\x03", std::string("one\0two", 7)) +
                              ng.name(2, std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + '\1', "six") +
                              ng.name(3, "\1\2\3\4\5\6", "a MAC address") + ng.name(1, "\1\2", "");
  const Result result = read(start() + ng.enhanced("a") + ng.names(records, ng.option(1, "resolved")));
  ASSERT_EQ(result.news.names.size(), 3U);
  EXPECT_EQ(to_string(result.news.names[0].ip), "10.1.2.3");
  EXPECT_EQ(result.news.names[0].name, "one");
  EXPECT_EQ(result.news.names[1].name, "two");
  EXPECT_EQ(to_string(result.news.names[2].ip), "2001:db8::1");
  EXPECT_EQ(result.news.names[2].name, "six");
  ASSERT_EQ(result.news.comments.size(), 1U);
  EXPECT_EQ(result.news.comments[0].about, "names");
  EXPECT_TRUE(result.tally.damages.empty());
}

TEST_P(Blocks, StatisticsTellOfLoss) {
  const auto counters = [&](std::uint64_t first) {
    return ng.number(2, 1) + ng.number(3, 2) + ng.number(4, first) + ng.number(5, first + 1) + ng.number(6, first + 2) +
           ng.number(7, first + 3) + ng.number(8, first + 4);
  };
  const Result result = read(start() + ng.interface() + ng.statistics(1, counters(10)) + ng.enhanced("a") +
                             ng.statistics(1, ng.option(1, "the last word") + counters(20)));
  EXPECT_FALSE(result.interfaces.at(0).received);
  const Interface& interface = result.interfaces.at(1);
  EXPECT_EQ(interface.received, 20U);
  EXPECT_EQ(interface.dropped, 21U);
  EXPECT_EQ(interface.accepted, 22U);
  EXPECT_EQ(interface.os_dropped, 23U);
  EXPECT_EQ(interface.delivered, 24U);
  ASSERT_EQ(result.news.comments.size(), 1U);
  EXPECT_EQ(result.news.comments[0].about, "statistics");
  EXPECT_EQ(result.news.comments[0].interface, 1U);
  EXPECT_EQ(read(start() + ng.statistics(1, "")).tally.damages.size(), 1U);
}

TEST_P(Blocks, SecretsAreKept) {
  const std::string log = "CLIENT_RANDOM 00 11\n";
  const Result result = read(start() + ng.secrets(0x544c'534b, log, ng.option(1, "of the server")) +
                             ng.secrets(0x5747'4b4c, "LOCAL_STATIC = x") + ng.secrets(7, "odd") + ng.enhanced("a"));
  ASSERT_EQ(result.tally.secrets.size(), 3U);
  EXPECT_EQ(result.tally.secrets[0].kind, "tls_key_log");
  EXPECT_EQ(result.tally.secrets[0].text, log);
  EXPECT_EQ(result.tally.secrets[1].kind, "wireguard_key_log");
  EXPECT_EQ(result.tally.secrets[2].kind, "unknown");
  EXPECT_EQ(result.tally.secrets[2].text, "odd");
  ASSERT_EQ(result.news.comments.size(), 1U);
  EXPECT_EQ(result.news.comments[0].about, "secrets");
  Limits limits;
  limits.capture_secrets_bytes = 30;
  const std::string block = ng.secrets(0x544c'534b, log);
  const Result limited = read(start() + block + block, 4096, SIZE_MAX, limits);
  EXPECT_EQ(limited.tally.secrets.size(), 1U);
  EXPECT_EQ(limited.tally.limits_reached.at("capture_secrets_bytes"), 1U);
  EXPECT_EQ(read(start() + ng.block(10, ng.octets().u32(1).u32(400).str())).tally.damages.size(), 1U);
}

TEST_P(Blocks, OthersAreCountedByKind) {
  const Result result = read(start() + ng.custom(32473, "x") + ng.custom(32473, "y", false) + ng.custom(1, "z") +
                             ng.block(9, "MESSAGE=hello") + ng.block(0x80000001, "local") + ng.enhanced("a"));
  EXPECT_EQ(result.packets.at(0).frame, 5U);  // as Wireshark counts
  EXPECT_EQ(result.without_packet, 4U);
  EXPECT_EQ(result.tally.other_blocks.at("custom:32473"), 2U);
  EXPECT_EQ(result.tally.other_blocks.at("custom:1"), 1U);
  EXPECT_EQ(result.tally.other_blocks.at("journal"), 1U);
  EXPECT_EQ(result.tally.other_blocks.at("0x80000001"), 1U);
}

TEST_P(Blocks, LongTextsAreCut) {
  Limits limits;
  limits.capture_comment_bytes = 100;
  const Result result =
      read(start() + ng.enhanced("a", 0, 0, ng.option(1, std::string(40'000, 'c'))), 4096, SIZE_MAX, limits);
  EXPECT_EQ(result.news.comments.at(0).text, std::string(100, 'c'));
  EXPECT_EQ(result.tally.limits_reached.at("capture_comment_bytes"), 1U);
  limits.record_items = 2;
  std::string many;
  for (int i = 0; i < 5; ++i) many += ng.option(1, "c");
  EXPECT_EQ(read(start() + ng.enhanced("a", 0, 0, many), 4096, SIZE_MAX, limits).news.comments.size(), 2U);
}

}  // namespace
}  // namespace wiretale::capture::testing
