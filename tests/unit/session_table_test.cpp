// The session table against a map.
#include "flow/session_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

namespace wiretale::flow {
namespace {

struct Entry {
  SessionKey key;
  int number = 0;
};

Endpoint endpoint(const std::string& ip, std::uint16_t port) { return {*IpAddress::parse(ip), port}; }

SessionKey reversed(const SessionKey& key) { return {key.b, key.a, key.protocol}; }

/// What a key means, whichever end comes first.
auto meaning(const SessionKey& key) { return std::tuple{std::min(key.a, key.b), std::max(key.a, key.b), key.protocol}; }

TEST(SessionKey, TheHashIsThatOfTheReversedKey) {
  const SessionKey key{endpoint("10.0.0.1", 1234), endpoint("10.0.0.2", 80), 6};
  EXPECT_EQ(key.hash(7), reversed(key).hash(7));
  EXPECT_NE(key.hash(7), key.hash(8));
  const SessionKey udp{key.a, key.b, 17};
  EXPECT_NE(key.hash(7), udp.hash(7));
  const SessionKey swapped{endpoint("10.0.0.1", 80), endpoint("10.0.0.2", 1234), 6};
  EXPECT_NE(key.hash(7), swapped.hash(7)) << "ports belong to their address";
}

TEST(SessionTable, FindsInBothDirections) {
  SessionTable<Entry> table(1);
  const SessionKey key{endpoint("2001:db8::1", 1234), endpoint("2001:db8::2", 80), 6};
  EXPECT_EQ(table.find(key, table.hash(key)), nullptr);
  const auto place = table.insert(table.hash(key), Entry{key, 1});
  ASSERT_NE(table.find(key, table.hash(key)), nullptr);
  EXPECT_EQ(table.find(reversed(key), table.hash(reversed(key))), table.at(place));
  const SessionKey half{key.b, endpoint("2001:db8::1", 1235), 6};
  EXPECT_EQ(table.find(half, table.hash(half)), nullptr);
  EXPECT_EQ(table.at(place)->number, 1);
  table.remove(place);
  EXPECT_EQ(table.find(key, table.hash(key)), nullptr);
  EXPECT_EQ(table.at(place), nullptr);
  EXPECT_EQ(table.at(12345), nullptr);
}

TEST(SessionTable, IsWhatAMapIs) {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    std::mt19937_64 random(seed);
    SessionTable<Entry> table(random());
    std::map<decltype(meaning(SessionKey{})), std::pair<SessionTable<Entry>::Place, int>> model;
    // Few hosts and ports, so that keys come again; more of them as it goes on, so that the table grows.
    for (int step = 0; step < 60'000; ++step) {
      const std::uint64_t range = 4 + static_cast<std::uint64_t>(step) / 1000;
      const auto any = [&] {
        return endpoint("10.0.0." + std::to_string(random() % 4), static_cast<std::uint16_t>(random() % range));
      };
      const SessionKey key{any(), any(), static_cast<std::uint8_t>(random() % 2 == 0 ? 6 : 17)};
      const std::uint64_t hash = table.hash(key);
      const auto known = model.find(meaning(key));
      Entry* const found = table.find(key, hash);
      ASSERT_EQ(found != nullptr, known != model.end());
      if (found == nullptr) {
        const auto place = table.insert(hash, Entry{key, step});
        model[meaning(key)] = {place, step};
      } else {
        ASSERT_EQ(found->number, known->second.second);
        ASSERT_EQ(found, table.at(known->second.first));
        if (random() % 3 == 0) {
          ASSERT_EQ(table.at(known->second.first), found);
          table.remove(known->second.first);
          model.erase(known);
        }
      }
      ASSERT_EQ(table.size(), model.size());
    }
    std::set<int> numbers;
    table.for_each([&](const Entry& entry) { numbers.insert(entry.number); });
    EXPECT_EQ(numbers.size(), model.size());
    for (const auto& [what, entry] : model) EXPECT_TRUE(numbers.contains(entry.second));
    while (!model.empty()) {
      const auto first = model.begin();
      ASSERT_EQ(table.at(first->second.first)->number, first->second.second);
      table.remove(first->second.first);
      model.erase(first);
    }
    EXPECT_EQ(table.size(), 0U);
  }
}

}  // namespace
}  // namespace wiretale::flow
