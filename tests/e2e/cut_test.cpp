// Captures that end too early: what stands before the end is told, and the end is told, too.
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <random>
#include <set>

#include "harness/cases.hpp"
#include "harness/program.hpp"

namespace wiretale::harness {
namespace {

/// Where the packets of a pcap file (RFC draft-ietf-opsawg-pcap, little-endian) end.
std::set<std::size_t> ends_of_packets(const std::string& file) {
  const auto number = [&](std::size_t at) {
    std::size_t value = 0;
    for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(file[at + i]);
    return value;
  };
  std::set<std::size_t> ends{24};
  for (std::size_t at = 24; at + 16 <= file.size(); ends.insert(at)) at += 16 + number(at + 8);
  return ends;
}

TEST(Cut, WhatStandsBeforeIsTold) {
  const Scratch scratch;
  for (const auto& sample : samples()) {
    const std::string file = read_file(sample);
    ASSERT_EQ(file.substr(0, 4), "\xd4\xc3\xb2\xa1") << sample;
    const std::set<std::size_t> ends = ends_of_packets(file);
    std::mt19937_64 random(7);
    for (int i = 0; i < 24 && !HasFailure(); ++i) {
      std::size_t octets = 24 + random() % (file.size() - 24);
      if (i % 8 == 0) octets = *ends.upper_bound(octets);  // between two packets: nobody can see that some are missing
      SCOPED_TRACE(sample.filename().string() + " cut after " + std::to_string(octets) + " octets");
      const auto cut = scratch.file("cut.pcap");
      std::ofstream(cut, std::ios::binary).write(file.data(), static_cast<std::streamsize>(octets));
      const std::string report = report_on(cut, {"--format", "ndjson", "-j", i % 2 == 0 ? "1" : "3"});
      const auto summary = nlohmann::json::parse(lines_of(report).back());
      ASSERT_EQ(summary["type"], "summary");
      const auto whole = static_cast<std::size_t>(std::distance(ends.begin(), ends.upper_bound(octets))) - 1;
      EXPECT_EQ(summary["packets"], whole);
      EXPECT_EQ(summary.contains("truncated_at"), !ends.contains(octets));
      if (summary.contains("truncated_at")) {
        EXPECT_EQ(summary["truncated_at"]["file"], cut.string());
        EXPECT_EQ(summary["truncated_at"]["offset"], *std::prev(ends.upper_bound(octets)));
      }
    }
  }
}

}  // namespace
}  // namespace wiretale::harness
