// Where memory is short: who has to go is told, everything else is told as ever, and the number of workers changes
// nothing.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <string>
#include <thread>

#include <sys/stat.h>

#include "harness/program.hpp"

namespace wiretale::harness {
namespace {

std::string big(std::uint64_t value, unsigned octets) {
  std::string text;
  while (octets-- > 0) text += static_cast<char>(value >> (8 * octets) & 0xff);
  return text;
}

std::string little(std::uint64_t value) {
  std::string text = big(value, 4);
  return {text.rbegin(), text.rend()};
}

/// A capture that is written packet by packet, a microsecond apart.
class Capture {
 public:
  explicit Capture(const std::filesystem::path& path) : out_(path, std::ios::binary) {
    out_ << little(0xa1b2c3d4) << std::string("\x02\0\x04\0", 4) << std::string(8, '\0') << little(65535) << little(1);
  }
  /// A TCP segment of a session, without a handshake: the client's, or the server's answer.
  void segment(std::uint32_t session, bool from_client, std::uint8_t flags, std::uint32_t sequence,
               const std::string& payload) {
    const std::string client = big(0x0a000000U + session % 97, 4), server = big(0xc0000201U, 4);
    const std::string client_port = big(10'000 + session / 97, 2), server_port = big(49'999, 2);
    const std::string tcp = (from_client ? client_port + server_port : server_port + client_port) + big(sequence, 4) +
                            big(1, 4) + big(0x5000U | flags, 2) + big(8192, 2) + big(0, 4) + payload;
    const std::string ip = big(0x4500, 2) + big(20 + tcp.size(), 2) + big(0, 4) + big(0x4006, 2) + big(0, 2) +
                           (from_client ? client + server : server + client);
    const std::string frame = big(0x020000000001U, 6) + big(0x020000000002U, 6) + big(0x0800, 2) + ip + tcp;
    ++packets;
    out_ << little(1'704'067'200U + packets / 1'000'000) << little(packets % 1'000'000) << little(frame.size())
         << little(frame.size()) << frame;
  }
  void finish() { out_.close(); }

  std::uint64_t packets = 0;

 private:
  std::ofstream out_;
};

constexpr std::uint8_t syn = 2, ack = 16;

/// Writes a file into a pipe, in pieces, so that who reads it has to wait.
void feed(const std::filesystem::path& file, const std::filesystem::path& pipe) {
  std::ifstream in(file, std::ios::binary);
  std::ofstream out(pipe, std::ios::binary);
  for (std::string piece(100'000, '\0'); in;) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    out.write(piece.data(), in.gcount()).flush();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

/// The report, which is the same for any number of workers, and however the packets come.
Parsed report_of(const std::filesystem::path& file, const std::vector<std::string>& limits) {
  const auto with_workers = [&](const char* workers, const std::filesystem::path& input) {
    std::vector<std::string> options{"--format", "ndjson", "-j", workers};
    for (const std::string& limit : limits) options.insert(options.end(), {"--limit", limit});
    return report_on(input, options);
  };
  const std::string alone = with_workers("1", file);
  EXPECT_TRUE(with_workers("2", file) == alone) << "two workers say something else";
  EXPECT_TRUE(with_workers("5", file) == alone) << "five workers say something else";
  const std::filesystem::path pipe = file.string() + ".pipe";
  EXPECT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const char* workers : {"1", "3"}) {
    std::thread feeder(feed, file, pipe);
    const std::string piped = with_workers(workers, pipe);
    feeder.join();
    // Only the name differs, which is in the first line.
    EXPECT_TRUE(piped.substr(piped.find('\n')) == alone.substr(alone.find('\n'))) << workers << ", piped";
  }
  return parse_report(alone);
}

std::uint64_t packets_of(const nlohmann::json& session) {
  return session["to_server"]["packets"].get<std::uint64_t>() + session["to_client"]["packets"].get<std::uint64_t>();
}

TEST(Bounds, SessionsThatNeverEndAreEvicted) {
  const Scratch scratch;
  Capture capture(scratch.file("flood.pcap"));
  constexpr std::uint32_t sessions = 12'000, lasting = 50;
  const std::string request(100, '\xf3'), answer(100, '\x81');
  for (std::uint32_t session = lasting; session < sessions; ++session) {
    capture.segment(session, true, syn, 1000, {});
    capture.segment(session, false, syn | ack, 2000, {});
    // Some go on speaking all the time: they are not the ones to go.
    const std::uint32_t speaker = session % lasting;
    if (session < 2 * lasting) capture.segment(speaker, true, syn, 1000, {});
    const std::uint32_t turn = session / lasting - 1;
    capture.segment(speaker, true, ack, 1001 + turn * 100, request);
    capture.segment(speaker, false, ack, 2001 + turn * 100, answer);
  }
  capture.finish();
  const Parsed report = report_of(scratch.file("flood.pcap"), {"memory=2MB"});
  std::uint64_t packets = 0, evicted = 0;
  for (const auto& [id, session] : report.sessions) {
    packets += packets_of(session);
    if (session["ended_by"] == "evicted") {
      ++evicted;
      EXPECT_LE(packets_of(session), 2U) << "a session that went on speaking was evicted: " << session;
    }
  }
  EXPECT_EQ(packets, capture.packets) << "something else was lost";
  EXPECT_EQ(report.sessions.size(), sessions);
  const auto& summary = report.records.back();
  ASSERT_GT(evicted, 1000U);
  EXPECT_EQ(summary["limits_reached"]["memory"], evicted);
}

TEST(Bounds, WhatIsHeldOutOfOrderIsLetGo) {
  const Scratch scratch;
  Capture capture(scratch.file("holes.pcap"));
  constexpr std::uint32_t sessions = 2'000, rounds = 12;
  const std::string some(200, 'x');
  // The first octets of each stream are missing, and a hole follows each segment.
  for (std::uint32_t session = 0; session < sessions; ++session) capture.segment(session, true, syn, 1000, {});
  for (std::uint32_t round = 0; round < rounds; ++round)
    for (std::uint32_t session = 0; session < sessions; ++session)
      capture.segment(session, true, ack, 2000 + 1000 * round, some);
  capture.finish();
  const Parsed report = report_of(scratch.file("holes.pcap"), {"reassembly_memory=500kB"});
  const auto& summary = report.records.back();
  EXPECT_GT(summary["limits_reached"]["reassembly_memory"], 100);
  EXPECT_EQ(report.sessions.size(), sessions);
  for (const auto& [id, session] : report.sessions) {
    EXPECT_EQ(session["to_server"]["delivered_bytes"], rounds * some.size());
    EXPECT_EQ(session["to_server"]["captured_bytes"], rounds * some.size());
  }
}

}  // namespace
}  // namespace wiretale::harness
