// The same packets give the same bytes, whatever the number of workers.
#include <gtest/gtest.h>

#include "harness/program.hpp"

namespace wiretale::harness {
namespace {

TEST(Determinism, AnyNumberOfWorkersGivesTheSameBytes) {
  ASSERT_FALSE(samples().empty());
  for (const auto& sample : samples()) {
    for (const char* const format : {"text", "json", "ndjson"}) {
      SCOPED_TRACE(sample.filename().string() + " as " + format);
      const std::vector<std::string> options{"--format", format, "--hash", "--explain"};
      const auto with_workers = [&](const char* workers) {
        std::vector<std::string> all = options;
        all.insert(all.end(), {"-j", workers});
        return report_on(sample, all);
      };
      const std::string alone = with_workers("1");
      EXPECT_FALSE(alone.empty());
      EXPECT_TRUE(with_workers("2") == alone) << "two workers say something else";
      EXPECT_TRUE(with_workers("5") == alone) << "five workers say something else";
      EXPECT_TRUE(with_workers("1") == alone) << "a second run says something else";
    }
  }
}

}  // namespace
}  // namespace wiretale::harness
