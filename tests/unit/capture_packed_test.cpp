// Packed captures: one frame and several, in pieces of any size, cut and damaged.
#include <gtest/gtest.h>
#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include <memory>
#include <string>

#include "capture/packed_input.hpp"

namespace wiretale::capture {
namespace {

std::string gzip(std::string_view text) {
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

std::string zstd(std::string_view text) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return out;
}

std::string lz4(std::string_view text) {
  LZ4F_preferences_t wanted{};
  wanted.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
  std::string out(LZ4F_compressFrameBound(text.size(), &wanted), '\0');
  out.resize(LZ4F_compressFrame(out.data(), out.size(), text.data(), text.size(), &wanted));
  return out;
}

/// A frame that readers of zstd and lz4 pass over.
std::string skippable() { return std::string("\x53\x2a\x4d\x18\x03\0\0\0abc", 11); }

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

using Pack = std::string (*)(std::string_view);
class Packed : public ::testing::TestWithParam<Pack> {
 protected:
  static std::string packed(std::string_view text) { return GetParam()(text); }
};

TEST_P(Packed, IsUnpackedInPiecesOfAnySize) {
  const std::string text = sample();
  for (const std::size_t at_once : {std::size_t{1}, std::size_t{10}, std::size_t{100'000}}) {
    const Read read = all_of(packed(text), at_once);
    EXPECT_EQ(read.text, text);
    EXPECT_EQ(read.error, 0);
  }
}

TEST_P(Packed, GivesAllFrames) {
  for (const std::size_t at_once : {std::size_t{1}, std::size_t{3}, std::size_t{100'000}}) {
    const Read read = all_of(packed("one ") + packed("") + packed("two"), at_once);
    EXPECT_EQ(read.text, "one two");
    EXPECT_EQ(read.error, 0);
  }
}

TEST_P(Packed, GivesWhatIsBeforeACutAndSaysSo) {
  const std::string text = sample();
  const std::string whole = packed(text);
  for (std::size_t length = 4; length < whole.size(); length += 7) {
    const Read read = all_of(std::string_view(whole).substr(0, length), 64);
    EXPECT_EQ(read.error, kDamagedData) << length;
    EXPECT_TRUE(text.starts_with(read.text)) << length;
  }
  const Read second = all_of(whole + whole.substr(0, whole.size() / 2), 64);
  EXPECT_EQ(second.error, kDamagedData);
  EXPECT_TRUE(second.text.starts_with(text));
}

TEST_P(Packed, SaysThatDataIsDamaged) {
  std::string whole = packed(sample());
  whole[whole.size() / 2] = static_cast<char>(whole[whole.size() / 2] ^ 0x55);
  EXPECT_EQ(all_of(whole, 64).error, kDamagedData);
  const Read behind = all_of(packed(sample()) + "no frame of any kind", 64);
  EXPECT_EQ(behind.text, sample());
  EXPECT_EQ(behind.error, kDamagedData);
}

INSTANTIATE_TEST_SUITE_P(Codecs, Packed, ::testing::Values(&gzip, &zstd, &lz4));

TEST(PackedGzip, MayBePaddedWithZeros) {
  const Read read = all_of(gzip("one") + std::string(700, '\0') + gzip("two") + std::string(3, '\0'), 64);
  EXPECT_EQ(read.text, "onetwo");
  EXPECT_EQ(read.error, 0);
}

TEST(PackedFrames, ThatHoldNothingToUnpackArePassedOver) {
  EXPECT_EQ(all_of(zstd("one") + skippable() + zstd("two"), 5).text, "onetwo");
  EXPECT_EQ(all_of(lz4("one") + skippable() + lz4("two"), 5).text, "onetwo");
}

TEST(Unpacked, InputsAreLeftAlone) {
  for (const std::string_view text : {"", "a", "ab", "abc", "\x1f", "\x1fz and more"})
    EXPECT_EQ(all_of(text, 2).text, text);
}

}  // namespace
}  // namespace wiretale::capture
