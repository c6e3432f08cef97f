#include <gtest/gtest.h>

#include <string>

#include "tls/fingerprints.hpp"
#include "tls/names.hpp"
#include "tls/record_layer.hpp"

namespace wiretale::secure {
namespace {

/// What the specification of JA4 takes for its example, with GREASE as browsers send it.
ClientHello browser() {
  ClientHello hello;
  hello.version = 0x0303;
  hello.whole = hello.fixed = hello.has_extensions = hello.names_server = true;
  hello.suites = {0x6a6a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030,
                  0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035};
  hello.extensions = {0x7a7a, 0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d,
                      0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015, 0x9a9a};
  hello.signatures = {0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601};
  hello.versions = {0xbaba, 0x0304, 0x0303};
  hello.groups = {0x2a2a, 29, 23, 24};
  hello.point_formats = {0};
  hello.alpn = {"h2", "http/1.1"};
  return hello;
}

TEST(Fingerprints, Ja4IsThatOfItsSpecification) { EXPECT_EQ(ja4(browser()), "t13d1516h2_8daaf6152771_e5627efa2ab1"); }

TEST(Fingerprints, Ja4OfLittle) {
  ClientHello hello;
  hello.whole = true;
  hello.version = 0x0301;
  hello.suites = {0x0a0a};
  EXPECT_EQ(ja4(hello), "t10i000000_000000000000_000000000000");
  hello.alpn = {"x"};
  EXPECT_EQ(ja4(hello).substr(0, 10), "t10i0000xx");
  hello.alpn = {std::string("\xab\xcd", 2)};
  EXPECT_EQ(ja4(hello).substr(0, 10), "t10i0000ad");
  hello.whole = false;
  EXPECT_EQ(ja4(hello), "");
}

TEST(Fingerprints, Ja3LeavesGreaseOut) {
  ClientHello plain = browser();
  std::erase_if(plain.suites, [](std::uint32_t suite) { return is_grease(suite); });
  std::erase_if(plain.extensions, [](std::uint16_t type) { return is_grease(type); });
  std::erase_if(plain.groups, [](std::uint16_t group) { return is_grease(group); });
  EXPECT_EQ(ja3(plain), ja3(browser()));
  EXPECT_EQ(ja3(plain).size(), 32U);
}

TEST(Fingerprints, HexIsLowerCase) { EXPECT_EQ(hex(bytes_of("\x01\xAF z")), "01af207a"); }

TEST(RecordHeads, AreFoundBehindOtherOctets) {
  const std::string octets("\x17\x03\x09\x00\x05\x15\x03\x03\x00\x02\x01\x00", 12);
  EXPECT_EQ(distance_to_head(bytes_of(octets)), 5U);
  EXPECT_EQ(distance_to_head(bytes_of(octets.substr(0, 8))), 4U);  // the last four may begin one
  EXPECT_FALSE(read_head(bytes_of(std::string_view("\x17\x03\x03\x48\x01", 5))));
  EXPECT_TRUE(read_head(bytes_of(std::string_view("\x17\x03\x03\x48\x00", 5))));
}

}  // namespace
}  // namespace wiretale::secure
