// How memory is shared out.
#include "engine/ration.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace wiretale::engine {
namespace {

TEST(Ration, PlentyWithinTheLimit) {
  Limits limits;
  limits.memory = 1000;
  Usage usage;
  usage.memory[3] = 400;
  usage.memory[9] = 600;
  EXPECT_EQ(ration_of(usage, limits).memory, Ration::plenty);
  usage.memory[9] = 601;
  EXPECT_EQ(ration_of(usage, limits).memory, 600U) << "only the largest one gives";
}

TEST(Ration, BringsTheSumDownToTheLimit) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 200; ++round) {
    Limits limits;
    limits.memory = random() % 1'000'000;
    Usage usage;
    for (std::uint64_t& octets : usage.memory) octets = random() % 10 < 7 ? random() % 1000 : random() % 20'000;
    const std::uint64_t ration = ration_of(usage, limits).memory;
    std::uint64_t sum = 0;
    for (const std::uint64_t octets : usage.memory) sum += std::min(octets, ration);
    EXPECT_LE(sum, limits.memory);
    if (ration != Ration::plenty) {
      EXPECT_GT(sum + shards, limits.memory) << "more has to go than is necessary";
    }
  }
}

TEST(Rations, AreThoseOfEightRoundsAgo) {
  Limits limits;
  limits.memory = 100;
  Rations rations(limits);
  for (std::uint64_t round = 0; round < 40; ++round) {
    const std::uint64_t expected = round < rounds_under_way ? Ration::plenty : 50 - (round - rounds_under_way) % 7;
    EXPECT_EQ(rations.of(round).memory, expected) << round;
    Usage usage;  // two that take too much, and one that takes a little
    usage.memory[0] = usage.memory[1] = 1000;
    usage.memory[2] = 2 * (round % 7);
    rations.done(usage);
  }
}

}  // namespace
}  // namespace wiretale::engine
