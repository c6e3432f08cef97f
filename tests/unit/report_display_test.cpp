// What captured text may show on a terminal, and how wide it is.
#include "report/display.hpp"

#include <gtest/gtest.h>

#include <wiretale/secrets.hpp>
#include <wiretale/tale.hpp>
#include <wiretale/utf8.hpp>

namespace wiretale::report {
namespace {

TEST(Visible, ControlsBecomePictures) {
  EXPECT_EQ(visible("a\x1b[31mb"), "a␛[31mb");
  EXPECT_EQ(visible(std::string_view("\0\t\r\n\x7f", 5)), "␀␉␍␊␡");
  EXPECT_EQ(visible("\xc2\x9b"), "\\u{9b}");
}

TEST(Visible, InvisibleAndTurningCharactersAreNamed) {
  EXPECT_EQ(visible("abc\u202egpj.exe"), "abc\\u{202e}gpj.exe");
  EXPECT_EQ(visible("a\u200bb\ufeff\u2066"), "a\\u{200b}b\\u{feff}\\u{2066}");
}

TEST(Visible, OctetsThatAreNotUtf8AreNamed) { EXPECT_EQ(visible("a\xff\xc3"), "a\\xff\\xc3"); }

TEST(Visible, MarksDontPileUp) {
  std::string text = "z";
  for (int i = 0; i < 10; ++i) text += "\u0301";
  const std::string shown = visible(text);
  EXPECT_EQ(shown, "z\u0301\u0301\u0301\u0301\\u{301}\\u{301}\\u{301}\\u{301}\\u{301}\\u{301}");
}

TEST(Visible, NoOctetsReachTheTerminalAsACommand) {
  // All pairs of octets: none may come out as a control, in C0 or in C1.
  for (unsigned a = 0; a < 256; ++a)
    for (unsigned b = 0; b < 256; ++b) {
      const std::string text{static_cast<char>(a), static_cast<char>(b)};
      std::string_view rest;
      const std::string shown = visible(text);
      for (rest = shown; !rest.empty();) {
        const Utf8Char next = first_utf8(rest);
        ASSERT_NE(next.octets, 0U);
        ASSERT_FALSE(control_char(next.code)) << a << ' ' << b;
        rest.remove_prefix(next.octets);
      }
    }
}

TEST(Columns, CountWideAndNarrow) {
  EXPECT_EQ(columns("abc"), 3U);
  EXPECT_EQ(columns("日本語"), 6U);
  EXPECT_EQ(columns("e\u0301"), 1U);
  EXPECT_EQ(columns("→ ü"), 3U);
  EXPECT_EQ(columns("😀"), 2U);
  EXPECT_EQ(columns("\x1b[1mbold\x1b[0m"), 4U);
}

TEST(Elided, FitsWithADot) {
  EXPECT_EQ(elided("abcdef", 6), "abcdef");
  EXPECT_EQ(elided("abcdef", 5), "abcd…");
  EXPECT_EQ(elided("日本語", 5), "日本…");
  EXPECT_EQ(elided("日本語", 4), "日…");
}

TEST(Wrap, BreaksAtSpaces) {
  const Wrapped wrapped = wrap("the quick brown fox jumps", 10, 10);
  EXPECT_EQ(wrapped.lines, (std::vector<std::string_view>{"the quick", "brown fox", "jumps"}));
  EXPECT_FALSE(wrapped.more);
}

TEST(Wrap, BreaksLongWordsAnywhere) {
  EXPECT_EQ(wrap("abcdefghij", 4, 4).lines, (std::vector<std::string_view>{"abcd", "efgh", "ij"}));
  EXPECT_EQ(wrap("日本語", 3, 3).lines, (std::vector<std::string_view>{"日", "本", "語"}));
  EXPECT_EQ(wrap("日本", 1, 1).lines.size(), 2U);  // never stuck
}

TEST(Wrap, StopsAtItsLines) {
  const Wrapped wrapped = wrap("abcdefghij", 4, 4, 2);
  EXPECT_EQ(wrapped.lines, (std::vector<std::string_view>{"abcd", "efg"}));
  EXPECT_TRUE(wrapped.more);
}

TEST(Human, Durations) {
  const std::pair<std::int64_t, std::string_view> cases[] = {{0, "0 s"},
                                                             {999, "999 ns"},
                                                             {1500, "2 µs"},
                                                             {99'600, "0.1 ms"},
                                                             {412'000, "0.4 ms"},
                                                             {9'949'000, "9.9 ms"},
                                                             {9'960'000, "10 ms"},
                                                             {12'000'000, "12 ms"},
                                                             {999'600'000, "1.0 s"},
                                                             {1'234'000'000, "1.2 s"},
                                                             {59'600'000'000, "1 min"},
                                                             {185'000'000'000, "3 min 5 s"},
                                                             {7'500'000'000'000, "2 h 5 min"},
                                                             {180'000'000'000'000, "2 d 2 h"},
                                                             {-1'234'000'000, "-1.2 s"}};
  for (const auto& [ns, text] : cases) EXPECT_EQ(human_duration(Nanos(ns)), text);
  EXPECT_EQ(human_duration(Nanos::min()), "-106752 d");
}

TEST(Human, SizesAndCounts) {
  const std::pair<std::uint64_t, std::string_view> cases[] = {
      {0, "0 bytes"},        {1, "1 byte"},       {999, "999 bytes"},      {1000, "1.0 kB"},       {4719, "4.7 kB"},
      {999'949, "999.9 kB"}, {999'950, "1.0 MB"}, {999'999'999, "1.0 GB"}, {UINT64_MAX, "18.4 EB"}};
  for (const auto& [bytes, text] : cases) EXPECT_EQ(human_bytes(bytes), text);
  EXPECT_EQ(human_count(1, "packet"), "1 packet");
  EXPECT_EQ(human_count(12345, "packet"), "12,345 packets");
  EXPECT_EQ(human_count(1'234'567, "query", "queries"), "1,234,567 queries");
}

}  // namespace
}  // namespace wiretale::report
