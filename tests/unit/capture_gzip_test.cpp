// Captures packed by gzip: one member and several, cut and damaged.
#include <gtest/gtest.h>
#include <zlib.h>

#include <memory>
#include <string>

#include "capture/gzip_input.hpp"

namespace wiretale::capture {
namespace {

std::string packed(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string in(text), out(text.size() + 200, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

struct Read {
  std::string text;
  int error = 0;
};

Read all_of(std::string_view octets, std::size_t at_once) {
  const auto input = unpacked(std::make_unique<MemoryInput>(bytes_of(octets), at_once));
  Read read;
  std::array<std::uint8_t, 37> room{};
  for (;;) {
    const ReadResult got = input->read(room);
    read.text += text_of(Bytes(room).first(got.octets));
    read.error = got.error;
    if (got.octets == 0) return read;
  }
}

std::string sample() {
  std::string text;
  for (int i = 0; i < 500; ++i) text += std::to_string(i * 7919) + ",";
  return text;
}

TEST(Gzip, UnpacksInPiecesOfAnySize) {
  const std::string text = sample();
  for (const std::size_t at_once : {std::size_t{1}, std::size_t{10}, std::size_t{100'000}}) {
    const Read read = all_of(packed(text), at_once);
    EXPECT_EQ(read.text, text);
    EXPECT_EQ(read.error, 0);
  }
}

TEST(Gzip, UnpacksAllMembers) {
  const Read read = all_of(packed("one ") + packed("") + packed("two"), 3);
  EXPECT_EQ(read.text, "one two");
  EXPECT_EQ(read.error, 0);
}

TEST(Gzip, GivesWhatIsBeforeACutAndSaysSo) {
  const std::string text = sample();
  const std::string whole = packed(text);
  for (std::size_t length = 3; length < whole.size(); length += 7) {
    const Read read = all_of(std::string_view(whole).substr(0, length), 64);
    EXPECT_EQ(read.error, kDamagedData) << length;
    EXPECT_TRUE(text.starts_with(read.text)) << length;
  }
}

TEST(Gzip, SaysThatDataIsDamaged) {
  std::string whole = packed(sample());
  whole[whole.size() / 2] = static_cast<char>(whole[whole.size() / 2] ^ 0x55);
  EXPECT_EQ(all_of(whole, 64).error, kDamagedData);
}

TEST(Gzip, LeavesOtherInputsAlone) {
  for (const std::string_view text : {"", "a", "ab", "abc", "\x1f", "\x1fz and more"})
    EXPECT_EQ(all_of(text, 2).text, text);
}

}  // namespace
}  // namespace wiretale::capture
