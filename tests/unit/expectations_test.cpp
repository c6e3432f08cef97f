#include "flow/expectations.hpp"

#include <gtest/gtest.h>

namespace wiretale::flow {
namespace {

const IpAddress client = *IpAddress::parse("10.0.0.1");
const Endpoint data{*IpAddress::parse("10.0.0.2"), 50000};

Announced announced(std::string protocol) { return {data, client, {}, std::move(protocol), {}}; }

TEST(Expectations, AreMetOnce) {
  const Limits limits;
  Expectations expectations(limits);
  EXPECT_TRUE(expectations.empty());
  EXPECT_TRUE(expectations.expect(7, announced("ftp_data"), {}));
  EXPECT_FALSE(expectations.empty());
  EXPECT_EQ(expectations.meet(7, data, client, {}, {}).protocol, "ftp_data");
  EXPECT_EQ(expectations.meet(7, data, client, {}, {}).protocol, "");
  EXPECT_TRUE(expectations.empty());
}

TEST(Expectations, StayInTheirShardAndTunnel) {
  const Limits limits;
  Expectations expectations(limits);
  expectations.expect(7, announced("ftp_data"), {});
  EXPECT_EQ(expectations.meet(8, data, client, {}, {}).protocol, "");
  EXPECT_EQ(expectations.meet(7, data, client, "gre 1", {}).protocol, "");
  EXPECT_EQ(expectations.meet(7, data, data.ip, {}, {}).protocol, "");
  EXPECT_EQ(expectations.meet(7, {data.ip, 50001}, client, {}, {}).protocol, "");
  EXPECT_EQ(expectations.meet(7, data, client, {}, {}).protocol, "ftp_data");
}

TEST(Expectations, AreForgotten) {
  const Limits limits;
  Expectations expectations(limits);
  expectations.expect(7, announced("ftp_data"), {});
  EXPECT_EQ(expectations.meet(7, data, client, {}, Timestamp{} + limits.stream_wait).protocol, "");
}

TEST(Expectations, TheNewestCountsAndTheOldestGoes) {
  Limits limits;
  limits.expectations = 2;
  Expectations expectations(limits);
  EXPECT_TRUE(expectations.expect(7, announced("first"), {}));
  EXPECT_TRUE(expectations.expect(7, announced("second"), {}));
  EXPECT_TRUE(expectations.expect(8, announced("elsewhere"), {}));
  EXPECT_FALSE(expectations.expect(7, announced("third"), {}));
  EXPECT_EQ(expectations.meet(7, data, client, {}, {}).protocol, "third");
  EXPECT_EQ(expectations.meet(7, data, client, {}, {}).protocol, "second");
  EXPECT_EQ(expectations.meet(7, data, client, {}, {}).protocol, "");
}

}  // namespace
}  // namespace wiretale::flow
