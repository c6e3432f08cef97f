// What capture files hold beside packets, and several files at once.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "harness/capture_builder.hpp"
#include "harness/program.hpp"

namespace wiretale::harness {
namespace {

using capture::ByteOrder;
using capture::testing::Octets;
using capture::testing::Pcap;
using capture::testing::Pcapng;
using nlohmann::json;

/// An IPv4 packet with a UDP datagram from port `port` of 10.0.0.1 to port 9 of 10.0.0.2.
std::string udp(std::uint16_t port) {
  return Octets(ByteOrder::big)
      .u8(0x45)
      .u8(0)
      .u16(32)
      .u32(0)
      .u8(64)
      .u8(17)
      .u16(0)
      .u32(0x0a000001)
      .u32(0x0a000002)
      .u16(port)
      .u16(9)
      .u16(12)
      .u16(0)
      .text("data")
      .str();
}
std::string in_ethernet(const std::string& packet) { return std::string(12, '\2') + "\x08" + '\0' + packet; }

void write(const std::filesystem::path& path, const std::string& octets) {
  std::ofstream(path, std::ios::binary) << octets;
}

std::vector<json> of_type(const std::string& ndjson, std::string_view type) {
  return parse_report(ndjson).of_type(type);
}

/// A pcapng file with two sections, three link types, and every block and option that tells something.
std::string everything(ByteOrder order) {
  const Pcapng ng{order};
  const Pcapng other{order == ByteOrder::little ? ByteOrder::big : ByteOrder::little};
  const auto seconds = [](std::uint64_t second) { return (1'700'000'000 + second) * 1'000'000; };
  // In nanoseconds, from an offset on.
  constexpr std::uint64_t offset = 1'000'000'000;
  const std::uint64_t first = (1'700'000'000 - offset) * 1'000'000'000;
  const std::string eth0 = ng.option(1, "of eth0") + ng.option(2, "eth0") + ng.option(3, "the uplink") +
                           ng.option(9, "\x09") + ng.option(11, std::string("\0udp", 4)) + ng.option(12, "its OS") +
                           ng.option(13, "\x04") + ng.number(14, offset) + ng.option(15, "a card") + ng.option(0, "");
  const std::string crc_error = ng.option(2, ng.octets().u32(0x0100'0000).str());
  const std::string check_sequence = "FCS!", whole = in_ethernet(udp(1003)) + check_sequence;
  return ng.section(UINT64_MAX, 1,
                    ng.option(1, "of the section") + ng.option(2, "a machine") + ng.option(3, "an OS") +
                        ng.option(4, "a program")) +
         ng.interface(1, 2000, eth0) + ng.interface(101) +
         ng.secrets(0x544c'534b, "CLIENT_RANDOM 00 11\n", ng.option(1, "of the server")) +
         ng.secrets(0x5747'4b4c, "LOCAL_STATIC = x") +
         ng.names(ng.name(1, std::string("\x0a\0\0\1", 4), "alice.example"), ng.option(1, "resolved")) +
         ng.enhanced(in_ethernet(udp(1000)), first, 0, ng.option(1, "look here") + crc_error + ng.number(4, 3)) +
         ng.custom(32473, "x") + ng.enhanced(udp(1001), seconds(1), 1) +
         ng.simple(whole, static_cast<std::uint32_t>(whole.size())) + ng.block(9, "MESSAGE=hello") +
         ng.block(0x8000'0001, "local") +
         ng.statistics(0, ng.option(1, "in the end") + ng.number(4, 99) + ng.number(5, 7) + ng.number(6, 20) +
                              ng.number(7, 8) + ng.number(8, 11)) +
         other.section() + other.interface(228, 0, other.option(2, "tun0")) +
         other.obsolete(udp(1002), seconds(2), 0, 2, other.option(1, "and here")) +
         other.names(other.name(1, std::string("\x0a\0\0\2", 4), "bob.example"));
}

TEST(Inputs, PcapngIsToldCompletely) {
  const Scratch scratch;
  for (const ByteOrder order : {ByteOrder::little, ByteOrder::big}) {
    const auto file = scratch.file("all.pcapng");
    write(file, everything(order));
    const std::string report = report_on(file, {"--format", "ndjson", "-j", "1"});
    EXPECT_EQ(report_on(file, {"--format", "ndjson", "-j", "3"}), report);

    const auto sections = of_type(report, "section");
    ASSERT_EQ(sections.size(), 2U);
    EXPECT_EQ(sections[0]["application"], "a program");
    EXPECT_EQ(sections[0]["os"], "an OS");
    EXPECT_EQ(sections[0]["hardware"], "a machine");
    EXPECT_NE(sections[0]["byte_order"], sections[1]["byte_order"]);

    const auto interfaces = of_type(report, "interface");
    ASSERT_EQ(interfaces.size(), 3U);
    EXPECT_EQ(interfaces[0]["name"], "eth0");
    EXPECT_EQ(interfaces[0]["description"], "the uplink");
    EXPECT_EQ(interfaces[0]["filter"], "udp");
    EXPECT_EQ(interfaces[0]["os"], "its OS");
    EXPECT_EQ(interfaces[0]["hardware"], "a card");
    EXPECT_EQ(interfaces[0]["snaplen"], 2000);
    EXPECT_EQ(interfaces[0]["fcs_bytes"], 4);
    EXPECT_EQ(interfaces[1]["link_type"], "RAW");
    EXPECT_EQ(interfaces[2]["link_type"], "IPV4");
    EXPECT_EQ(interfaces[2]["number"], 2);

    const auto comments = of_type(report, "comment");
    std::vector<std::string> told;
    for (const json& comment : comments)
      told.push_back(comment["about"].get<std::string>() + ": " + std::string(comment["text"]));
    EXPECT_EQ(told, (std::vector<std::string>{"section: of the section", "interface: of eth0", "secrets: of the server",
                                              "names: resolved", "packet: look here", "statistics: in the end",
                                              "packet: and here"}));
    EXPECT_EQ(comments[1]["interface"], 0);
    EXPECT_EQ(comments[4]["frame"], 1);
    EXPECT_EQ(comments[4]["time"], "2023-11-14T22:13:20.000000000Z");
    EXPECT_EQ(comments[5]["interface"], 0);
    EXPECT_EQ(comments[6]["frame"], 6);
    EXPECT_EQ(comments[6]["time"], "2023-11-14T22:13:22.000000000Z");

    std::map<int, int> frames;  // by the client's port: the journal and the custom block have numbers of their own
    for (const json& session : of_type(report, "session")) frames[session["client"]["port"]] = session["frames"][0];
    EXPECT_EQ(frames, (std::map<int, int>{{1000, 1}, {1001, 3}, {1003, 4}, {1002, 6}}));

    std::map<std::string, json> hosts;
    for (const json& host : of_type(report, "host")) hosts[host["ip"]] = host;
    EXPECT_EQ(hosts["10.0.0.1"]["names"], json::parse(R"([{"name":"alice.example","from":"capture"}])"));
    EXPECT_EQ(hosts["10.0.0.2"]["names"], json::parse(R"([{"name":"bob.example","from":"capture"}])"));

    const json summary = of_type(report, "summary").at(0);
    EXPECT_EQ(summary["packets"], 4);
    EXPECT_FALSE(summary.contains("not_decoded"));
    EXPECT_EQ(summary["frames_without_packet"], 2);
    EXPECT_EQ(summary["other_blocks"], json::parse(R"({"custom:32473":1,"journal":1,"0x80000001":1})"));
    EXPECT_EQ(summary["decryption_secrets"], json::parse(R"({"tls_key_log":{"blocks":1,"bytes":20},
                                                            "wireguard_key_log":{"blocks":1,"bytes":16}})"));
    EXPECT_EQ(summary["dropped"], json::parse(R"({"kernel":8,"interface":7,"application":1,"between_packets":5})"));
    EXPECT_EQ(summary["link_errors"], json::parse(R"({"crc":1})"));
    EXPECT_FALSE(summary.contains("truncated_at"));
    EXPECT_EQ(summary["skipped_bytes"], 0);

    const std::string text = report_on(file, {});
    EXPECT_NE(text.find("Comments in the capture\n"), std::string::npos) << text;
    EXPECT_NE(text.find("frame 1: look here\n"), std::string::npos) << text;
    EXPECT_NE(text.find("written by a program on an OS\n"), std::string::npos) << text;
    EXPECT_NE(text.find("8 packets lost while capturing, by the operating system"), std::string::npos) << text;
    EXPECT_NE(text.find("alice.example"), std::string::npos) << text;
    const json document = json::parse(report_on(file, {"--format", "json"}));
    EXPECT_EQ(document["records"].size(), 12U);
  }
}

TEST(Inputs, CommentsOfPacketsThatAreFilteredOutAreNotTold) {
  const Scratch scratch;
  const auto file = scratch.file("all.pcapng");
  write(file, everything(ByteOrder::little));
  const auto comments = of_type(report_on(file, {"--format", "ndjson", "--filter", "port 1002"}), "comment");
  ASSERT_EQ(comments.size(), 6U);
  EXPECT_EQ(comments[5]["text"], "and here");
}

TEST(Inputs, ManyFilesAreMergedByTime) {
  const Scratch scratch;
  const Pcap pcap{.network = 101};
  const auto folder = scratch.file("day");
  std::filesystem::create_directory(folder);
  // More than are open at once; each has a packet of an early and one of a late time, in another order than their
  // names.
  constexpr std::uint32_t count = 150;
  const auto place = [](std::uint32_t file) { return file * 7 % count; };
  for (std::uint32_t file = 0; file < count; ++file) {
    const auto port = static_cast<std::uint16_t>(1000 + file);
    const std::string name = std::to_string(1000 + file) + ".pcap";
    write(folder / name, pcap.header() + pcap.record(udp(port), 1'700'000'000 + place(file)) +
                             pcap.record(udp(port), 1'700'001'000 + place(file)));
  }
  const std::string report = report_on(folder, {"--format", "ndjson", "-j", "1"});
  EXPECT_EQ(report_on(folder, {"--format", "ndjson", "-j", "2"}), report);
  const auto sessions = of_type(report, "session");
  std::size_t told = 0;
  for (const json& session : sessions) {
    const std::uint32_t file = session["client"]["port"].get<std::uint32_t>() - 1000;
    const std::string name = (folder / (std::to_string(1000 + file) + ".pcap")).string();
    // udp_idle is shorter than what lies between the two packets: two sessions.
    const bool second = session["frames"][0] > count;
    EXPECT_EQ(session["frames"][0], place(file) + 1 + (second ? count : 0));
    const int frame = second ? 2 : 1;
    EXPECT_EQ(session["in_files"], json::array({{{"file", name}, {"frames", {frame, frame}}}}));
    ++told;
  }
  EXPECT_EQ(told, 2 * count);
  EXPECT_EQ(of_type(report, "summary").at(0)["packets"], 2 * count);
  EXPECT_EQ(of_type(report, "capture").at(0)["files"].size(), count);
  EXPECT_EQ(of_type(report, "interface").size(), count);
}

TEST(Inputs, BlocksWithoutPacketsAreCountedAsMergecapDoes) {
  const Scratch scratch;
  const Pcapng ng;
  const auto folder = scratch.file("day");
  std::filesystem::create_directory(folder);
  const auto stamp = [](std::uint64_t second) { return (1'700'000'000 + second) * 1'000'000; };
  const std::string start = ng.section() + ng.interface(101);
  write(folder / "a.pcapng", start + ng.enhanced(udp(1), stamp(1)) + ng.custom(1, "") + ng.enhanced(udp(2), stamp(4)));
  write(folder / "b.pcapng", start + ng.custom(1, "") + ng.enhanced(udp(3), stamp(2)) + ng.enhanced(udp(4), stamp(3)));
  const std::string report = report_on(folder, {"--format", "ndjson"});
  std::map<int, int> frames;
  for (const json& session : of_type(report, "session")) frames[session["client"]["port"]] = session["frames"][0];
  // b's block comes first, since it has no time; a's one behind a's first packet.
  EXPECT_EQ(frames, (std::map<int, int>{{1, 2}, {3, 4}, {4, 5}, {2, 6}}));
}

}  // namespace
}  // namespace wiretale::harness
