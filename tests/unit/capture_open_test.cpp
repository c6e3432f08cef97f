// Opening: files, pipes, standard input, and what cannot be read as a capture.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "capture_files.hpp"

namespace wiretale::capture::testing {
namespace {

std::string capture_of(std::size_t packets) {
  Octets file(ByteOrder::little);
  file.u32(0xa1b2c3d4).u16(2).u16(4).u64(0).u32(65535).u32(1);
  for (std::size_t i = 0; i < packets; ++i) file.u64(0).u32(100).u32(100).text(std::string(100, 'x'));
  return file.str();
}

/// A folder of its own for each test.
class Open : public ::testing::Test {
 protected:
  Open() : folder_(std::filesystem::temp_directory_path() / ("wiretale-open-" + std::to_string(::getpid()))) {
    std::filesystem::create_directory(folder_);
  }
  ~Open() override { std::filesystem::remove_all(folder_); }

  std::string file(std::string_view contents) {
    const std::string path = folder_ / "file";
    std::ofstream(path, std::ios::binary) << contents;
    return path;
  }
  /// What opening a file with these contents says.
  std::string what(std::string_view contents) {
    const Result result = drain(FileSource::open(file(contents)));
    return result.error ? result.error->what : "opened";
  }

  std::filesystem::path folder_;
};

TEST_F(Open, File) {
  const std::string path = file(capture_of(30'000));  // more than two blocks
  auto opened = FileSource::open(path);
  EXPECT_EQ(std::get<FileSource>(opened).size(), capture_of(30'000).size());
  const Result result = drain(std::move(opened));
  EXPECT_EQ(result.packets.size(), 30'000U);
  EXPECT_FALSE(result.fault);
  EXPECT_EQ(result.data(29'999), std::string(100, 'x'));
}

TEST_F(Open, FaultNamesTheFile) {
  const std::string path = file(capture_of(1) + "cut");
  EXPECT_EQ(drain(FileSource::open(path)).fault->file, path);
}

TEST_F(Open, FileThatIsCutWhileItIsRead) {
  const std::string path = file(capture_of(30'000));
  auto opened = FileSource::open(path);
  Packet packet;
  ASSERT_TRUE(std::get<FileSource>(opened).next(packet));
  std::filesystem::resize_file(path, 2'000'000);
  const Result result = drain(std::move(opened));
  EXPECT_GT(result.packets.size(), 1000U);
  ASSERT_TRUE(result.fault);
}

TEST_F(Open, StandardInput) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const int kept = ::dup(STDIN_FILENO);
  ASSERT_EQ(::dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
  ASSERT_EQ(::fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK), 0);
  std::thread writer([out = ends[1]] {
    // In odd pieces, each after a while in which there is nothing to read.
    const std::string capture = capture_of(20);
    for (std::size_t at = 0; at < capture.size(); at += 301) {
      const std::string piece = capture.substr(at, 301);
      EXPECT_EQ(::write(out, piece.data(), piece.size()), static_cast<ssize_t>(piece.size()));
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ::close(out);
  });
  auto opened = FileSource::open("-");
  writer.join();
  ASSERT_TRUE(std::holds_alternative<FileSource>(opened));
  EXPECT_FALSE(std::get<FileSource>(opened).size());
  EXPECT_EQ(drain(std::move(opened)).packets.size(), 20U);
  ::dup2(kept, STDIN_FILENO);
  ::close(kept);
  ::close(ends[0]);
}

TEST_F(Open, WhatIsNotThere) {
  const Result result = drain(FileSource::open(folder_ / "missing"));
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->what, "no such file");
  EXPECT_EQ(result.error->where, (folder_ / "missing").string());
  EXPECT_FALSE(result.error->advice.empty());
  EXPECT_EQ(drain(FileSource::open(file("") + "/below")).error->what, "no such file");
  EXPECT_EQ(drain(FileSource::open(folder_)).error->what, "it is a folder");
  EXPECT_TRUE(drain(FileSource::open("")).error);
}

TEST_F(Open, WhatMayNotBeRead) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const std::string path = file(capture_of(1));
  ASSERT_EQ(::chmod(path.c_str(), 0), 0);
  EXPECT_EQ(drain(FileSource::open(path)).error->what, "no permission to read it");
}

TEST_F(Open, WhatIsNoCapture) {
  using namespace std::string_view_literals;
  EXPECT_EQ(what(""), "it is empty, without even a file header");
  EXPECT_EQ(what("\x1f\x8b\x08\0\0\0"sv), "its compressed data is damaged");
  EXPECT_EQ(what("\x1f\x8b"sv), "its compressed data is damaged");
  EXPECT_EQ(what("\xfd\x37zXZ\0.."sv), "not a capture file: it looks like data compressed with xz");
  EXPECT_EQ(what("\x28\xb5\x2f\xfd...."sv), "its compressed data is damaged");
  EXPECT_EQ(what("snoop\0\0\0"sv), "not a capture file: it looks like a capture by snoop");
  EXPECT_EQ(what("# caf\xc3\xa9\n"sv), "not a capture file: it looks like text");
  EXPECT_EQ(what("\0\0\0\0\0\0"sv), "not a capture file: it looks like nothing but zeros");
  EXPECT_EQ(what("\1\2\3\4\5"sv), "not a capture file: it looks like no format that is known here");
  EXPECT_EQ(what(capture_of(0).substr(0, 10)), "the file ends within its pcap header, after 10 octets");
  EXPECT_NE(what("\x0a\x0d\x0d\x0a\x1c\0\0\0"sv).find("pcapng header"), std::string::npos);
  EXPECT_EQ(what(capture_of(0)), "opened");
}

/// Gives some octets, and then fails as a broken disk does.
class BrokenInput final : public Input {
 public:
  explicit BrokenInput(std::string octets) : octets_(std::move(octets)) {}
  ReadResult read(std::span<std::uint8_t> room) override {
    if (octets_.empty()) return {0, EIO};
    const std::size_t count = std::min(room.size(), octets_.size());
    std::ranges::copy(bytes_of(octets_).first(count), room.begin());
    octets_.erase(0, count);
    return {count, 0};
  }

 private:
  std::string octets_;
};

TEST_F(Open, ReadErrorIsAFaultEvenBetweenPackets) {
  const Result result = drain(FileSource::open(std::make_unique<BrokenInput>(capture_of(2)), "broken"));
  EXPECT_EQ(result.packets.size(), 2U);
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->reason, "cannot be read on: Input/output error");
  EXPECT_TRUE(drain(FileSource::open(std::make_unique<BrokenInput>(""), "broken")).error);
}

}  // namespace
}  // namespace wiretale::capture::testing
