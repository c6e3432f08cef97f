// `--tcp-detail`: a record a segment, with numbers that can be worked out again from the others.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "harness/packets.hpp"
#include "harness/program.hpp"

namespace wiretale::harness {
namespace {

using Json = nlohmann::json;

/// The segments that a report tells of, in order.
std::vector<Json> segments_of(const std::filesystem::path& capture) {
  return parse_report(report_on(capture, {"--format", "ndjson", "--tcp-detail", "-j", "2"})).of_type("tcp_segment");
}

TEST(TcpDetail, TellsOfEverySegment) {
  std::size_t told = 0;
  for (const auto& capture : samples()) {
    SCOPED_TRACE(capture.string());
    std::map<Frame, Json> by_frame;
    for (const Json& segment : segments_of(capture)) by_frame[segment.at("frame").get<Frame>()] = segment;
    std::size_t sent = 0;
    for (const OwnedPacket& packet : read_packets(capture)) {
      if (!packet.tcp()) continue;
      ++sent;
      ASSERT_TRUE(by_frame.contains(packet.head.frame)) << "frame " << packet.head.frame;
      const Json& segment = by_frame[packet.head.frame];
      EXPECT_EQ(segment.at("seq"), packet.head.tcp.seq);
      EXPECT_EQ(segment.value("ack", 0U), packet.has(decode::TcpHeader::ack_flag) ? packet.head.tcp.ack : 0);
      EXPECT_EQ(segment.at("length"), packet.head.payload_bytes);
      EXPECT_EQ(segment.at("source_port"), packet.head.source_port);
    }
    EXPECT_EQ(by_frame.size(), sent);
    told += sent;
  }
  EXPECT_GT(told, 100U);
}

TEST(TcpDetail, NumbersCountFromTheSyn) {
  std::size_t begun = 0;
  for (const auto& capture : samples()) {
    std::map<std::string, std::uint32_t> starts;  // by session and side
    for (const Json& segment : segments_of(capture)) {
      const std::string key = segment.at("session").get<std::string>() + segment.at("side").get<std::string>();
      const auto seq = segment.at("seq").get<std::uint32_t>();
      if (segment.at("flags").front() == "SYN") starts[key] = seq;
      if (starts.contains(key)) {
        EXPECT_EQ(segment.at("relative_seq").get<std::uint32_t>(), seq - starts[key]);
      }
    }
    begun += starts.size();
  }
  EXPECT_GT(begun, 100U);
}

TEST(TcpDetail, TheEstimateFollowsFromTheSamples) {
  std::size_t estimates = 0;
  for (const auto& capture : samples()) {
    SCOPED_TRACE(capture.string());
    std::map<std::string, double> estimated;  // by session and side
    for (const Json& segment : segments_of(capture)) {
      if (!segment.contains("estimated_rtt_s")) continue;
      const std::string key = segment.at("session").get<std::string>() + segment.at("side").get<std::string>();
      const auto sample = segment.at("rtt_s").get<double>();
      const double before = estimated.contains(key) ? estimated[key] : sample;
      estimated[key] = segment.at("estimated_rtt_s").get<double>();
      EXPECT_NEAR(estimated[key], 0.875 * before + 0.125 * sample, 2e-9) << segment.dump();
      ++estimates;
    }
  }
  EXPECT_GT(estimates, 50U);
}

TEST(TcpDetail, IsALineASegmentInText) {
  const std::filesystem::path page = samples().back();
  const std::string text = report_on(page, {"--tcp-detail", "--explain"});
  EXPECT_NE(text.find("C  SYN  seq 0 ("), std::string::npos);
  EXPECT_NE(text.find("S  SYN ACK  seq 0 ("), std::string::npos);
  EXPECT_NE(text.find("A SYN opens a connection"), std::string::npos);
  EXPECT_EQ(report_on(page, {}).find("seq 0 ("), std::string::npos) << "only when asked for";
}

}  // namespace
}  // namespace wiretale::harness
