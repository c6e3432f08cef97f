#include <gtest/gtest.h>

#include "ftp/command.hpp"
#include "ftp/reply.hpp"

namespace wiretale::file_transfer {
namespace {

Endpoint endpoint(const char* ip, std::uint16_t port) { return {*IpAddress::parse(ip), port}; }

TEST(FtpLines, FindsAnAddressAnywhere) {
  EXPECT_EQ(parse_host_port("10,0,0,1,4,89"), endpoint("10.0.0.1", 1113));
  EXPECT_EQ(parse_host_port("=10,0,0,1,0,21"), endpoint("10.0.0.1", 21));
  EXPECT_EQ(parse_host_port("Entering 2 Passive Mode (192,168,192,55,4,89)."), endpoint("192.168.192.55", 1113));
  EXPECT_EQ(parse_host_port("10,0,0,256,4,89"), std::nullopt);
  EXPECT_EQ(parse_host_port("10,0,0,1,4"), std::nullopt);
  EXPECT_EQ(parse_host_port(""), std::nullopt);
}

TEST(FtpLines, ReadsExtendedAddresses) {
  EXPECT_EQ(parse_extended("|1|10.0.0.1|6275|"), endpoint("10.0.0.1", 6275));
  EXPECT_EQ(parse_extended("|2|2001:db8::1|50001|"), endpoint("2001:db8::1", 50001));
  EXPECT_EQ(parse_extended("Entering Extended Passive Mode (!!!6446!)"), (Endpoint{{}, 6446}));
  EXPECT_EQ(parse_extended("(|||0|)"), std::nullopt);
  EXPECT_EQ(parse_extended("(|||65536|)"), std::nullopt);
  EXPECT_EQ(parse_extended("(|||6446"), std::nullopt);
  EXPECT_EQ(parse_extended("|1|here|6275|"), std::nullopt);
  EXPECT_EQ(parse_extended(""), std::nullopt);
}

TEST(FtpLines, JoinsPaths) {
  EXPECT_EQ(join_path("/pub", "a.txt"), "/pub/a.txt");
  EXPECT_EQ(join_path("/pub", "../../a/./b/"), "/a/b");
  EXPECT_EQ(join_path("/pub", "/"), "/");
  EXPECT_EQ(join_path("/pub", ""), "/pub");
  EXPECT_EQ(join_path("", "a.txt"), "");
  EXPECT_EQ(join_path("C:", "a.txt"), "");
}

TEST(FtpLines, ReadsWhatRepliesTell) {
  EXPECT_EQ(quoted_path("\"/a \"\"b\"\"\" is it"), "/a \"b\"");
  EXPECT_EQ(quoted_path("\"/a"), std::nullopt);
  EXPECT_EQ(quoted_path("/a"), std::nullopt);
  EXPECT_EQ(announced_octets("Opening for a (7 bytes).txt (1500 bytes)."), 1500U);
  EXPECT_EQ(announced_octets("Opening (1 byte)"), 1U);
  EXPECT_EQ(announced_octets("Opening (99999999999999999999 bytes)"), std::nullopt);
  EXPECT_EQ(announced_octets("Opening (fast)"), std::nullopt);
  EXPECT_EQ(unique_name("FILE: a.1"), "a.1");
  EXPECT_EQ(unique_name("Opening BINARY mode data connection for 'a.1' (5 bytes)."), "a.1");
}

TEST(FtpLines, KnowsPrivateAddresses) {
  for (const char* const ip :
       {"10.1.2.3", "172.31.0.1", "192.168.0.1", "100.64.0.1", "169.254.0.1", "127.0.0.1", "::1", "fd00::1", "fe80::1"})
    EXPECT_TRUE(is_private(*IpAddress::parse(ip))) << ip;
  for (const char* const ip : {"11.0.0.1", "172.32.0.1", "192.169.0.1", "100.128.0.1", "2001:db8::1", "::2"})
    EXPECT_FALSE(is_private(*IpAddress::parse(ip))) << ip;
}

TEST(FtpLines, TakesTelnetOut) {
  const TelnetLine line = without_telnet(
      "\xff\xf4\xff\xf2"
      "ABOR");
  EXPECT_EQ(line.text, "ABOR");
  EXPECT_EQ(line.commands, (std::vector<std::string_view>{"IP", "DM"}));
  EXPECT_EQ(without_telnet("CWD a\xff\xff"
                           "b")
                .text,
            "CWD a\xff"
            "b");
  EXPECT_EQ(without_telnet("\xff\xfb\x01NOOP").text, "NOOP");
  EXPECT_EQ(without_telnet("\xff").text, "\xff");
}

}  // namespace
}  // namespace wiretale::file_transfer
