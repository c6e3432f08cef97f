#include "flow/pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "flow/rooms.hpp"

namespace wiretale::flow {
namespace {

TEST(Pool, MakesAndDropsWhatItIsAsked) {
  Pool<std::string> pool;
  std::vector<Pool<std::string>::Place> places;
  for (int i = 0; i < 200; ++i) places.push_back(pool.make(40, static_cast<char>('a' + i % 26)));
  for (int i = 0; i < 200; ++i)
    EXPECT_EQ(*places[static_cast<std::size_t>(i)], std::string(40, static_cast<char>('a' + i % 26)));
  for (auto& place : places) {
    pool.drop(place);
    EXPECT_FALSE(place);
  }
  pool.drop(places.front());  // nothing there any more
}

TEST(Pool, UsesRoomAgain) {
  Pool<std::string> pool;
  auto first = pool.make("one");
  auto second = pool.make("two");
  const std::string* const where = &*first;
  pool.drop(first);
  auto third = pool.make("three");
  EXPECT_EQ(&*third, where);
  EXPECT_EQ(*second, "two");
  EXPECT_EQ(*third, "three");
  pool.drop(second);
  pool.drop(third);
}

TEST(Rooms, EachIsApartAndUsedAgain) {
  constexpr std::size_t length = 5;
  Rooms rooms(length);
  std::vector<Rooms::Place> places;
  for (std::uint8_t i = 0; i < 150; ++i) {
    places.push_back(rooms.take());
    ASSERT_EQ(rooms.at(places.back()).size(), length);
    std::ranges::fill(rooms.at(places.back()), i);
  }
  EXPECT_EQ(std::set(places.begin(), places.end()).size(), places.size());
  for (std::uint8_t i = 0; i < 150; ++i)
    for (const std::uint8_t octet : rooms.at(places[i])) EXPECT_EQ(octet, i);
  rooms.give_back(places[7]);
  EXPECT_EQ(rooms.take(), places[7]);
}

}  // namespace
}  // namespace wiretale::flow
