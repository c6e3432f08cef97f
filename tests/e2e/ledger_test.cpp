// Nothing is lost in silence: every octet of a session, and every packet of a capture, is in exactly one count.
#include <gtest/gtest.h>

#include "harness/cases.hpp"
#include "harness/program.hpp"

namespace wiretale::harness {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// All captures of the project: samples, and cases that are packets.
std::vector<fs::path> captures() {
  std::vector<fs::path> all = samples();
  for (const Case& one : find_cases())
    if (one.path.extension() == ".pcap" || one.path.extension() == ".pcapng") all.push_back(one.path);
  return all;
}

std::uint64_t count(const Json& object, const char* name) { return object.value(name, std::uint64_t{0}); }

TEST(Ledger, EveryOctetIsInOneCount) {
  std::uint64_t octets = 0;
  for (const fs::path& capture : captures()) {
    SCOPED_TRACE(capture.string());
    for (const auto& [id, session] : parse_report(report_on(capture, {"--format", "ndjson"})).sessions) {
      SCOPED_TRACE("session " + id);
      for (const char* const direction : {"to_server", "to_client"}) {
        const Json& sent = session.at(direction);
        std::uint64_t parts = 0;
        for (const char* const part :
             {"delivered_bytes", "duplicate_bytes", "conflicting_bytes", "beyond_limit_bytes", "rejected_bytes"})
          parts += sent.at(part).get<std::uint64_t>();
        EXPECT_EQ(parts, sent.at("captured_bytes").get<std::uint64_t>()) << direction;
        EXPECT_LE(parts, sent.at("payload_bytes").get<std::uint64_t>()) << direction;
        std::uint64_t missing = 0;
        for (const Json& gap : sent.value("missing", Json::array())) missing += gap.at("bytes").get<std::uint64_t>();
        EXPECT_TRUE(sent.at("gaps").get<std::uint64_t>() > 16 || missing == sent.at("gap_bytes").get<std::uint64_t>());
        octets += parts;
      }
    }
  }
  EXPECT_GT(octets, 100'000U);
}

TEST(Ledger, EveryPacketIsInOneCount) {
  for (const fs::path& capture : captures()) {
    SCOPED_TRACE(capture.string());
    const Parsed report = parse_report(report_on(capture, {"--format", "ndjson"}));
    const Json summary = report.of_type("summary").at(0);
    std::uint64_t packets = count(summary, "without_session") + count(summary, "filtered_out");
    for (const auto& [id, session] : report.sessions)
      packets += count(session.at("to_server"), "packets") + count(session.at("to_client"), "packets");
    const Json reasons = summary.value("not_decoded", Json::object());
    for (const auto& reason : reasons.items()) packets += reason.value().get<std::uint64_t>();
    EXPECT_EQ(packets, count(summary, "packets"));
  }
}

}  // namespace
}  // namespace wiretale::harness
