// Content codings, in pieces of any size, whole and damaged.
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <string>
#include <vector>

#include "common/content_coding.hpp"

namespace wiretale {
namespace {

using State = ContentDecoder::State;

/// Packs with zlib; `window_bits` chooses the wrapping, as deflateInit2() has it.
std::string deflated(std::string_view text, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 9, Z_DEFAULT_STRATEGY);
  std::vector<std::uint8_t> in(text.begin(), text.end());
  std::string out(deflateBound(&stream, in.size()) + 32, '\0');
  std::vector<std::uint8_t> room(out.size());
  stream.next_in = in.data();
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = room.data();
  stream.avail_out = static_cast<uInt>(room.size());
  deflate(&stream, Z_FINISH);
  out.assign(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(stream.total_out));
  deflateEnd(&stream);
  return out;
}
std::string gzipped(std::string_view text) { return deflated(text, 15 + 16); }

std::string zstandard(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

struct Result {
  State state;
  std::string text;
  std::uint64_t trailing;
};

Result unpack(const std::vector<std::string>& codings, std::string_view packed, std::size_t step,
              std::uint64_t limit = 1U << 20) {
  const auto decoder = ContentDecoder::make(codings, limit);
  if (!decoder) return {State::broken, "no decoder", 0};
  Result result{State::going, {}, 0};
  for (std::size_t at = 0; at < packed.size(); at += step)
    decoder->feed(slice(bytes_of(packed), at, step), [&](Bytes bytes) { result.text += text_of(bytes); });
  result.state = decoder->state();
  result.trailing = decoder->trailing();
  EXPECT_EQ(decoder->bytes(), result.text.size());
  return result;
}

std::string sample() {
  std::string text;
  for (unsigned i = 0; i < 20'000; ++i) text += std::to_string(i * i) + (i % 7 == 0 ? "\n" : " ");
  return text;
}

class ContentCoding : public ::testing::TestWithParam<std::size_t> {};

TEST_P(ContentCoding, Unpacks) {
  const std::string text = sample();
  for (const auto& [coding, packed] : std::vector<std::pair<std::string, std::string>>{{"gzip", gzipped(text)},
                                                                                       {"X-GZip", gzipped(text)},
                                                                                       {"deflate", deflated(text, 15)},
                                                                                       {"deflate", deflated(text, -15)},
                                                                                       {"zstd", zstandard(text)}}) {
    const Result result = unpack({coding}, packed, GetParam());
    EXPECT_EQ(result.state, State::ended) << coding;
    EXPECT_EQ(result.text, text) << coding;
    EXPECT_EQ(result.trailing, 0U) << coding;
  }
}

TEST_P(ContentCoding, UnpacksOneOnTopOfTheOther) {
  const Result result = unpack({"zstd", "identity", "gzip"}, gzipped(zstandard("hello")), GetParam());
  EXPECT_EQ(result.state, State::ended);
  EXPECT_EQ(result.text, "hello");
}

TEST_P(ContentCoding, TakesSeveralMembers) {
  const Result result = unpack({"gzip"}, gzipped("one ") + gzipped("two"), GetParam());
  EXPECT_EQ(result.state, State::ended);
  EXPECT_EQ(result.text, "one two");
}

TEST_P(ContentCoding, CountsWhatStandsBehind) {
  EXPECT_EQ(unpack({"gzip"}, gzipped("one") + "tail", GetParam()).trailing, 4U);
  EXPECT_EQ(unpack({"zstd"}, zstandard("one") + "tail", GetParam()).trailing, 4U);
}

TEST_P(ContentCoding, SaysThatSomethingIsMissing) {
  const std::string packed = gzipped(sample());
  const Result result = unpack({"gzip"}, std::string_view(packed).substr(0, packed.size() / 2), GetParam());
  EXPECT_EQ(result.state, State::going);
  EXPECT_TRUE(sample().starts_with(result.text));
}

TEST_P(ContentCoding, SaysThatItIsBroken) {
  std::string packed = gzipped(sample());
  packed[packed.size() / 2] = static_cast<char>(~packed[packed.size() / 2]);
  EXPECT_EQ(unpack({"gzip"}, packed, GetParam()).state, State::broken);
  EXPECT_EQ(unpack({"gzip"}, "this is no gzip", GetParam()).state, State::broken);
  EXPECT_EQ(unpack({"br"}, "\xff\xff\xff\xff\xff\xff\xff\xff", GetParam()).state, State::broken);
}

TEST_P(ContentCoding, StopsAtItsLimit) {
  const std::string packed = gzipped(gzipped(std::string(10'000'000, '\0')));
  const Result result = unpack({"gzip", "gzip"}, packed, GetParam(), 5000);
  EXPECT_EQ(result.state, State::limit);
  EXPECT_EQ(result.text.size(), 5000U);
}

TEST_P(ContentCoding, ReachingTheLimitExactlyIsNoFault) {
  EXPECT_EQ(unpack({"gzip"}, gzipped("12345"), GetParam(), 5).state, State::ended);
}

INSTANTIATE_TEST_SUITE_P(Pieces, ContentCoding, ::testing::Values(1, 2, 7, 1460, 1'000'000));

TEST(ContentCodings, KnowsWhatItCannotDo) {
  EXPECT_EQ(ContentDecoder::make({"gzip", "sdch"}, 100), nullptr);
  EXPECT_EQ(ContentDecoder::make({"identity"}, 100), nullptr);
  EXPECT_EQ(ContentDecoder::make({}, 100), nullptr);
  EXPECT_EQ(ContentDecoder::make({"gzip", "gzip", "gzip", "gzip", "gzip"}, 100), nullptr);
  EXPECT_TRUE(known_coding("BR"));
  EXPECT_FALSE(known_coding("compress"));
}

}  // namespace
}  // namespace wiretale
