// Files that are written down (`--extract`): whole ones as they were sent, damaged ones as far as they were seen.
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include "extract/folder.hpp"
#include "harness/cases.hpp"
#include "harness/program.hpp"

namespace wiretale::harness {
namespace {

using Json = nlohmann::json;
using Path = std::filesystem::path;

std::string sha256(const std::string& octets) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(octets.data(), octets.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    constexpr std::string_view digits = "0123456789abcdef";
    hex += digits[digest[i] >> 4U];
    hex += digits[digest[i] & 15U];
  }
  return hex;
}

/// What a run wrote: the file records, and the contents by name.
struct Written {
  std::vector<Json> records;
  std::map<std::string, std::string> files;
};

Written extract(const Path& capture, const Path& folder, const std::vector<std::string>& more = {}) {
  std::vector<std::string> options{"--format", "ndjson", "--extract", folder.string(), "-q"};
  options.insert(options.end(), more.begin(), more.end());
  Written written;
  written.records = parse_report(report_on(capture, options)).of_type("file");
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    written.files[entry.path().filename().string()] = read_file(entry.path());
  return written;
}

/// The packets of a pcap file, each with its header, and the file's header before them.
std::vector<std::string> packets_of(const std::string& file) {
  std::vector<std::string> packets{file.substr(0, 24)};
  for (std::size_t at = 24; at + 16 <= file.size();) {
    std::size_t length = 0;
    for (std::size_t i = 4; i-- > 0;) length = length << 8 | static_cast<std::uint8_t>(file[at + 8 + i]);
    packets.push_back(file.substr(at, 16 + length));
    at += 16 + length;
  }
  return packets;
}

void write(const Path& path, const std::vector<std::string>& packets) {
  std::ofstream out(path, std::ios::binary);
  for (const std::string& packet : packets) out << packet;
}

/// IPv4 with TCP and a payload: a packet that a stream is made of.
bool carries_stream(const std::string& packet) {
  return packet.size() > 16 + 14 + 20 + 32 && packet.substr(28, 2) == "\x08" + std::string(1, '\0') &&
         packet[16 + 14 + 9] == 6;
}

/// From the same end to the same end.
bool same_stream(const std::string& a, const std::string& b) {
  constexpr std::size_t addresses = 16 + 14 + 12, ends = 12;  // both addresses and both ports
  return carries_stream(b) && a.substr(addresses, ends) == b.substr(addresses, ends);
}

TEST(Extract, WhatIsWrittenIsWhatWasSent) {
  const Scratch scratch;
  std::size_t compared = 0;
  for (const auto& sample : samples()) {
    SCOPED_TRACE(sample.filename().string());
    const Written alone = extract(sample, scratch.file(sample.stem().string() + "-1"), {"-j", "1"});
    const Written crew = extract(sample, scratch.file(sample.stem().string() + "-3"), {"-j", "3"});
    EXPECT_EQ(alone.files, crew.files);
    EXPECT_EQ(alone.records, crew.records);
    EXPECT_EQ(alone.files.size(), alone.records.size());
    for (const Json& record : alone.records) {
      const std::string& octets = alone.files.at(record.at("extracted"));
      EXPECT_EQ(octets.size(), record["bytes"]);
      if (!record["complete"].get<bool>()) continue;
      EXPECT_EQ(sha256(octets), record["sha256"]);
      ++compared;
    }
  }
  EXPECT_GE(compared, 30U);
}

TEST(Extract, OrderIsNoMatter) {
  const Scratch scratch;
  std::mt19937_64 random(11);
  std::size_t swapped = 0;
  for (const auto& sample : samples()) {
    SCOPED_TRACE(sample.filename().string());
    std::vector<std::string> packets = packets_of(read_file(sample));
    const auto sums = [](const Written& written) {
      std::multiset<std::string> all;
      for (const auto& [name, octets] : written.files)
        all.insert(name.substr(std::min(name.find('-'), name.size())) + sha256(octets));
      return all;
    };
    const auto before = sums(extract(sample, scratch.file(sample.stem().string())));
    // The stamps stay where they are; what they are of changes places.
    for (std::size_t i = 1; i + 1 < packets.size(); ++i)
      if (random() % 4 == 0 && carries_stream(packets[i]) && same_stream(packets[i], packets[i + 1])) {
        const std::string first = packets[i].substr(0, 8), second = packets[i + 1].substr(0, 8);
        std::swap(packets[i], packets[i + 1]);
        ++swapped;
        packets[i].replace(0, 8, first);
        packets[i + 1].replace(0, 8, second);
      }
    const Path shuffled = scratch.file(sample.stem().string() + ".pcap");
    write(shuffled, packets);
    EXPECT_EQ(sums(extract(shuffled, scratch.file(sample.stem().string() + "-shuffled"))), before);
  }
  EXPECT_GE(swapped, 20U);
}

TEST(Extract, WhatIsMissingIsTold) {
  const Scratch scratch;
  std::mt19937_64 random(13);
  std::size_t damaged = 0, holes = 0;
  for (const auto& sample : samples())
    for (int round = 0; round < 6; ++round) {
      SCOPED_TRACE(sample.filename().string() + ", round " + std::to_string(round));
      const std::string stem = sample.stem().string() + std::to_string(round);
      const Written whole = extract(sample, scratch.file(stem));
      std::vector<std::string> packets = packets_of(read_file(sample));
      // A packet that nobody can read keeps the numbers of the others as they are.
      for (std::string& packet : packets)
        if (carries_stream(packet) && random() % 12 == 0) packet.replace(28, 2, "\x99\x99");
      const Path thinned = scratch.file(stem + ".pcap");
      write(thinned, packets);
      const Written rest = extract(thinned, scratch.file(stem + "-rest"));
      for (const Json& record : rest.records) {
        if (!record.contains("extracted")) continue;
        const std::string& octets = rest.files.at(record["extracted"]);
        std::vector<bool> seen(octets.size(), true);
        std::size_t missing = 0;
        for (const Json& hole : record.value("missing", Json::array())) {
          const auto offset = hole[0].get<std::size_t>(), length = hole[1].get<std::size_t>();
          missing += length;
          for (std::size_t i = offset; i < std::min(offset + length, octets.size()); ++i) seen[i] = false;
        }
        holes += missing != 0 ? 1 : 0;
        damaged += record["complete"].get<bool>() ? 0 : 1;
        EXPECT_EQ(octets.size(), record["bytes"].get<std::size_t>() + missing);
        EXPECT_EQ(rest.files.contains(record["extracted"].get<std::string>() + ".missing.json"), missing != 0);
        const bool same = std::ranges::any_of(whole.files, [&](const auto& file) {
          if (file.second.size() < octets.size()) return false;
          for (std::size_t i = 0; i < octets.size(); ++i)
            if (seen[i] && octets[i] != file.second[i]) return false;
          return !record["complete"].get<bool>() || file.second.size() == octets.size();
        });
        EXPECT_TRUE(same) << record.dump();
      }
    }
  EXPECT_GE(damaged, 5U);
  EXPECT_GE(holes, 3U);
}

TEST(Extract, NothingIsWrittenOver) {
  const Scratch scratch;
  const Path sample = samples().back();
  const Written first = extract(sample, scratch.file("folder"));
  const Written second = extract(sample, scratch.file("folder"));
  ASSERT_FALSE(first.files.empty());
  EXPECT_EQ(second.files.size(), 2 * first.files.size());
  for (const auto& [name, octets] : first.files) EXPECT_EQ(second.files.at(name), octets);
}

TEST(Extract, LimitsHold) {
  const Scratch scratch;
  const Path sample = samples().back();
  const Written some = extract(sample, scratch.file("small"), {"--limit", "extract_file=100"});
  ASSERT_FALSE(some.files.empty());
  bool cut = false;
  for (const Json& record : some.records) {
    EXPECT_LE(some.files.at(record["extracted"]).size(), 100U);
    EXPECT_EQ(record.contains("extracted_bytes"), record["bytes"] > 100);
    cut = cut || record.contains("extracted_bytes");
  }
  EXPECT_TRUE(cut);
}

TEST(SafeName, LeadsNowhere) {
  EXPECT_EQ(wiretale::extract::safe_name("menu.txt"), "menu.txt");
  EXPECT_EQ(wiretale::extract::safe_name("../../etc/passwd"), "passwd");
  EXPECT_EQ(wiretale::extract::safe_name("C:\\Windows\\win.ini"), "win.ini");
  EXPECT_EQ(wiretale::extract::safe_name(".."), "");
  EXPECT_EQ(wiretale::extract::safe_name("/"), "");
  EXPECT_EQ(wiretale::extract::safe_name(".profile"), "profile");
  EXPECT_EQ(wiretale::extract::safe_name("a\x1b[2Jb\nc"), "a_[2Jb_c");
  EXPECT_EQ(wiretale::extract::safe_name("what?.txt. "), "what_.txt");
  EXPECT_EQ(wiretale::extract::safe_name("cr\xc3\xaape.png"), "cr\xc3\xaape.png");
  EXPECT_EQ(wiretale::extract::safe_name("a\xff\xe2\x80\xae"
                                         "b"),
            "a__b");
  EXPECT_LE(wiretale::extract::safe_name(std::string(5000, 'x')).size(), 200U);
  EXPECT_LE(wiretale::extract::safe_name("\xc3\xaa" + std::string(5000, 'x')).size(), 200U);
}

}  // namespace
}  // namespace wiretale::harness
