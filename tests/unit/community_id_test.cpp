// Community IDs, equal to those of other tools.
#include "engine/community_id.hpp"

#include <gtest/gtest.h>

namespace wiretale::engine {
namespace {

IpAddress ip(const char* text) { return *IpAddress::parse(text); }

TEST(CommunityId, OfPorts) {
  const Endpoint client{ip("128.232.110.120"), 34855}, server{ip("66.35.250.204"), 80};
  EXPECT_EQ(community_id(client, server, 6), "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
  EXPECT_EQ(community_id(server, client, 6), "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
  EXPECT_EQ(community_id({ip("192.168.1.52"), 54585}, {ip("8.8.8.8"), 53}, 17), "1:d/FP5EW3wiY1vCndhwleRRKHowQ=");
  EXPECT_EQ(community_id({ip("192.168.170.8"), 7}, {ip("192.168.170.56"), 80}, 132), "1:jQgCxbku+pNGw8WPbEc/TS/uTpQ=");
}

TEST(CommunityId, OfIcmp) {
  const IpAddress a = ip("192.168.0.89"), b = ip("192.168.0.1");
  EXPECT_EQ(community_id(a, b, 1, 8, 0), "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=");
  EXPECT_EQ(community_id(b, a, 1, 0, 0), "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=") << "the reply";
  EXPECT_EQ(community_id(a, b, 1, 20, 0), "1:3o2RFccXzUgjl7zDpqmY7yJi8rI=");
  EXPECT_EQ(community_id(a, b, 1, 20, 1), "1:tz/fHIDUHs19NkixVVoOZywde+I=");
  const IpAddress asks = ip("fe80::200:86ff:fe05:80da"), answers = ip("fe80::260:97ff:fe07:69ea");
  EXPECT_EQ(community_id(asks, answers, 58, 135, 0), "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=");
  EXPECT_EQ(community_id(answers, asks, 58, 136, 0), "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=");
}

}  // namespace
}  // namespace wiretale::engine
