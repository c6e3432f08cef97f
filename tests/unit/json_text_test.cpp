// The JSON writer's texts and numbers, held against nlohmann's parser.
#include <wiretale/json.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace wiretale {
namespace {

std::string written(std::string_view text) {
  std::string out;
  const SecretPolicy policy;
  JsonWriter(out, policy).text(text);
  return out;
}

TEST(JsonText, EveryOctetAtEveryPlaceComesBack) {
  // Around the eight octets that are scanned at once.
  for (std::size_t before = 0; before < 18; ++before)
    for (unsigned octet = 0; octet < 0x80; ++octet) {
      std::string text(before, 'a');
      text += static_cast<char>(octet);
      text += "tail of some length";
      const std::string json = written(text);
      EXPECT_EQ(nlohmann::json::parse(json).get<std::string>(), text) << octet << " after " << before;
      for (const char c : json) EXPECT_TRUE(c >= 0x20 && c != 0x7f);
    }
}

TEST(JsonText, Utf8PassesAndOtherOctetsAreShown) {
  EXPECT_EQ(written("grüße 😀"), "\"grüße 😀\"");
  EXPECT_EQ(written("\xff"), R"("\\xff")");
  EXPECT_EQ(written("a\xc3"), R"("a\\xc3")");                  // cut off
  EXPECT_EQ(written("\xc0\xaf"), R"("\\xc0\\xaf")");           // overlong
  EXPECT_EQ(written("\xed\xa0\x80"), R"("\\xed\\xa0\\x80")");  // a surrogate
  EXPECT_EQ(written("\xf4\x90\x80\x80"), R"("\\xf4\\x90\\x80\\x80")");
  EXPECT_EQ(written("\xf0\x90\x8d\x88"), "\"\xf0\x90\x8d\x88\"");
}

TEST(JsonText, NothingReachesTheTerminalAsACommand) {
  EXPECT_EQ(written("\x1b[31m\x7f"), R"("\u001b[31m\u007f")");
  EXPECT_EQ(written("\xc2\x9b"), R"("\u009b")");      // CSI in C1
  EXPECT_EQ(written("\xe2\x80\xae"), R"("\u202e")");  // turns the direction of writing
  EXPECT_EQ(nlohmann::json::parse(written("\xe2\x80\xae")).get<std::string>(), "\xe2\x80\xae");
}

TEST(JsonText, LongTextsKeepTheirLength) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += i % 97 == 0 ? "\"" : i % 89 == 0 ? "é" : "x";
  EXPECT_EQ(nlohmann::json::parse(written(text)).get<std::string>(), text);
}

TEST(JsonNumber, ComesBackExactly) {
  for (const double value : {0.0, 1.0, 0.1, -1.5, 1e300, 5e-324, 12345678.9}) {
    std::string out;
    const SecretPolicy policy;
    JsonWriter(out, policy).number(value);
    EXPECT_EQ(nlohmann::json::parse(out).get<double>(), value) << out;
  }
}

TEST(ValidUtf8, AgreesWithNlohmann) {
  for (const std::string_view text :
       {"", "plain text of some length", "grüße", "\xff", "12345678\xc3", "1234567\xc3\xa9", "\xe2\x82\xac\xe2\x82",
        "\xf0\x9f\x98\x80", "\xf5\x80\x80\x80", "\xed\xbf\xbf"}) {
    bool valid = true;
    try {
      (void)nlohmann::json(std::string(text)).dump();
    } catch (const nlohmann::json::type_error&) {
      valid = false;
    }
    EXPECT_EQ(valid_utf8(text), valid) << text;
  }
}

TEST(Base64, IsThatOfRfc4648) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) {
    std::string out;
    append_base64(out, bytes_of(plain));
    EXPECT_EQ(out, coded);
  }
}

}  // namespace
}  // namespace wiretale
