#include <wiretale/char_set.hpp>

#include <gtest/gtest.h>

namespace wiretale {
namespace {

constexpr CharSet marks("?#\xff");

TEST(CharSet, FindsTheFirstMember) {
  EXPECT_EQ(marks.first("a#b?c"), 1U);
  EXPECT_EQ(marks.first("a#b?c", 2), 3U);
  EXPECT_EQ(marks.first("a\xff"), 1U) << "octets beyond ASCII are members like others";
  EXPECT_EQ(marks.first("abc"), 3U) << "there is none: the size";
  EXPECT_EQ(marks.first("abc", 7), 3U) << "from behind the end";
  EXPECT_EQ(marks.first(""), 0U);
}

TEST(CharSet, FindsTheFirstOther) {
  EXPECT_EQ(marks.first_other("?#a#"), 2U);
  EXPECT_EQ(marks.first_other("?#a#b", 3), 4U);
  EXPECT_EQ(marks.first_other("?#"), 2U);
}

TEST(CharSet, FindsTheLastMember) {
  EXPECT_EQ(marks.last("a#b?c"), 3U);
  EXPECT_EQ(marks.last("#bc"), 0U);
  EXPECT_EQ(marks.last("abc"), 3U) << "there is none: the size";
  EXPECT_EQ(marks.last(""), 0U);
}

TEST(CharSet, TellsWhetherAnyIsThere) {
  EXPECT_TRUE(marks.in("abc?"));
  EXPECT_FALSE(marks.in("abc"));
  EXPECT_FALSE(marks.in(""));
}

}  // namespace
}  // namespace wiretale
