// Limits as a user reads and sets them.
#include <wiretale/limits.hpp>

#include <gtest/gtest.h>

#include <set>

namespace wiretale {
namespace {

TEST(Limits, WhatIsWrittenIsReadAgain) {
  std::set<std::string_view> names;
  for (const LimitField& field : limit_fields()) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name << " is there twice";
    Limits limits;
    if (field.time != nullptr)
      limits.*field.time = {};
    else
      limits.*field.number = 0;
    const std::string text = std::string(field.name) + "=" + limit_value(Limits{}, field);
    EXPECT_EQ(set_limit(limits, text), "") << text;
    EXPECT_EQ(limit_value(limits, field), limit_value(Limits{}, field));
    EXPECT_TRUE(field.meaning.ends_with('.')) << field.meaning;
  }
}

TEST(Limits, UnitsAreUnderstood) {
  Limits limits;
  EXPECT_EQ(set_limit(limits, "memory=100MB"), "");
  EXPECT_EQ(limits.memory, 100'000'000U);
  EXPECT_EQ(set_limit(limits, "memory=1.5GiB"), "");
  EXPECT_EQ(limits.memory, 1536ULL << 20);
  EXPECT_EQ(set_limit(limits, "memory=4096"), "");
  EXPECT_EQ(limits.memory, 4096U);
  EXPECT_EQ(set_limit(limits, "udp_idle=1.5s"), "");
  EXPECT_EQ(limits.udp_idle, std::chrono::milliseconds(1500));
  EXPECT_EQ(set_limit(limits, "udp_idle=250ms"), "");
  EXPECT_EQ(limits.udp_idle, std::chrono::milliseconds(250));
  EXPECT_EQ(set_limit(limits, "pending=7"), "");
  EXPECT_EQ(limits.pending, 7U);
}

TEST(Limits, WhatIsWrongIsSaid) {
  for (const char* const text : {"memory", "memory=", "memory=MB", "memory=10s", "memory=-1", "memory=1e9",
                                 "memory=99999999999GB", "memory=1.", "memory=1.5.5MB", "tcp_idle=30", "tcp_idle=30MB",
                                 "tcp_idle=9999999999999d", "pending=10k", "pending=2.5", "no_such=1", "=1", ""}) {
    Limits limits;
    EXPECT_NE(set_limit(limits, text), "") << text;
    EXPECT_EQ(limits.memory, Limits{}.memory);
    EXPECT_EQ(limits.tcp_idle, Limits{}.tcp_idle);
  }
}

}  // namespace
}  // namespace wiretale
