#include "capture/packed_input.hpp"

#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>
#include <vector>

namespace wiretale::capture {
namespace {

using namespace std::string_view_literals;

static_assert(kDamagedData == EBADMSG);

constexpr std::size_t packed_bytes = 256U << 10;

/// An input of which the first octets were already read.
class Looked final : public Input {
 public:
  Looked(std::vector<std::uint8_t> start, std::unique_ptr<Input> rest)
      : start_(std::move(start)), rest_(std::move(rest)) {}

  ReadResult read(std::span<std::uint8_t> room) override {
    if (given_ == start_.size()) return rest_->read(room);
    const std::size_t count = std::min(room.size(), start_.size() - given_);
    std::ranges::copy(Bytes(start_).subspan(given_, count), room.begin());
    given_ += count;
    return {count, 0};
  }
  void wait() override { rest_->wait(); }
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return rest_->size(); }

 private:
  std::vector<std::uint8_t> start_;
  std::size_t given_ = 0;
  std::unique_ptr<Input> rest_;
};

/// How octets are packed: a stream of frames (gzip calls them members).
class Codec {
 public:
  struct Step {
    std::size_t taken = 0, made = 0;
    bool damaged = false;  ///< nothing can be made of what follows
  };

  Codec() = default;
  virtual ~Codec() = default;
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;
  /// Unpacks some; `packed` may be empty, for what is still to be given of earlier octets.
  virtual Step step(Bytes packed, std::span<std::uint8_t> room) = 0;
  /// True where the packed octets may end.
  [[nodiscard]] bool between_frames() const { return between_frames_; }

 protected:
  bool between_frames_ = true;
};

class Gzip final : public Codec {
 public:
  Gzip() {
    constexpr int gzip_only = 15 + 16;  // largest window; with gzip's header and trailer
    ready_ = inflateInit2(&stream_, gzip_only) == Z_OK;
  }
  ~Gzip() override { (void)inflateEnd(&stream_); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  Step step(Bytes packed, std::span<std::uint8_t> room) override {
    // As gzip does: zeros behind a member fill up a block of a tape.
    const auto zeros = between_frames_ && begun_ ? std::ranges::find_if(packed, [](auto octet) { return octet != 0; })
                                                 : packed.begin();
    const auto skipped = static_cast<std::size_t>(zeros - packed.begin());
    packed = packed.subspan(skipped);
    if (between_frames_ && packed.empty()) return {.taken = skipped};
    if (!ready_ || (between_frames_ && inflateReset(&stream_) != Z_OK)) return {.damaged = true};
    between_frames_ = false;
    begun_ = true;
    // zlib takes its input as not const, and leaves it alone.
    stream_.next_in = const_cast<Bytef*>(packed.data());  // NOLINT(*-const-cast)
    stream_.avail_in = static_cast<uInt>(packed.size());
    stream_.next_out = room.data();
    const auto wanted = static_cast<uInt>(std::min<std::size_t>(room.size(), UINT32_MAX));
    stream_.avail_out = wanted;
    const int result = inflate(&stream_, Z_NO_FLUSH);
    between_frames_ = result == Z_STREAM_END;
    return {skipped + packed.size() - stream_.avail_in, wanted - stream_.avail_out,
            result != Z_OK && result != Z_BUF_ERROR && result != Z_STREAM_END};
  }

 private:
  z_stream stream_{};
  bool ready_ = false;
  bool begun_ = false;
};

/// How much to give to a decoder that hints at a block and the header of the next one: not both at once, since where
/// the second is damaged, it would take back the first.
std::size_t next_wanted(std::size_t hint, std::size_t frame_header, std::size_t block_header) {
  if (hint == 0) return frame_header;
  return hint > block_header ? hint - block_header : hint;
}

class Zstd final : public Codec {
 public:
  Step step(Bytes packed, std::span<std::uint8_t> room) override {
    if (between_frames_ && packed.empty()) return {};
    ZSTD_inBuffer in{packed.data(), std::min(packed.size(), wanted_), 0};
    ZSTD_outBuffer out{room.data(), room.size(), 0};
    const std::size_t result = ZSTD_decompressStream(stream_.get(), &out, &in);
    const bool damaged = ZSTD_isError(result) != 0;
    between_frames_ = result == 0;
    wanted_ = next_wanted(result, kFrameHeader, kBlockHeader);
    return {in.pos, out.pos, damaged};
  }

 private:
  static constexpr std::size_t kFrameHeader = 5, kBlockHeader = 3;
  std::size_t wanted_ = kFrameHeader;
  std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream_{ZSTD_createDStream(), &ZSTD_freeDStream};
};

class Lz4 final : public Codec {
 public:
  Lz4() {
    LZ4F_dctx* made = nullptr;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&made, LZ4F_VERSION)) == 0) context_.reset(made);
  }

  Step step(Bytes packed, std::span<std::uint8_t> room) override {
    if (between_frames_ && packed.empty()) return {};
    if (!context_) return {.damaged = true};
    std::size_t taken = std::min(packed.size(), wanted_), made = room.size();
    const std::size_t result = LZ4F_decompress(context_.get(), room.data(), &made, packed.data(), &taken, nullptr);
    if (LZ4F_isError(result) != 0) return {.damaged = true};
    between_frames_ = result == 0;
    wanted_ = next_wanted(result, kFrameHeader, kBlockHeader);
    return {taken, made, false};
  }

 private:
  static constexpr std::size_t kFrameHeader = 7, kBlockHeader = 4;
  std::size_t wanted_ = kFrameHeader;
  std::unique_ptr<LZ4F_dctx, decltype(&LZ4F_freeDecompressionContext)> context_{nullptr,
                                                                                &LZ4F_freeDecompressionContext};
};

/// What is packed in an input. Its size isn't known before its end.
class Unpacked final : public Input {
 public:
  Unpacked(std::unique_ptr<Input> packed, std::unique_ptr<Codec> codec)
      : packed_(std::move(packed)), codec_(std::move(codec)), buffer_(packed_bytes) {}

  ReadResult read(std::span<std::uint8_t> room) override {
    while (!damaged_) {
      const Codec::Step step = codec_->step(rest_, room);
      rest_ = slice(rest_, step.taken);
      // A codec that takes nothing and gives nothing would do so for ever.
      damaged_ = step.damaged || (step.taken == 0 && step.made == 0 && !rest_.empty());
      if (step.made != 0) return {step.made, 0};
      if (!rest_.empty()) continue;
      const ReadResult got = packed_->read(buffer_);
      if (got.error != 0) return got;
      if (got.octets == 0) return {0, codec_->between_frames() && !damaged_ ? 0 : kDamagedData};
      rest_ = slice(buffer_, 0, got.octets);
    }
    return {0, kDamagedData};
  }
  void wait() override { packed_->wait(); }

 private:
  std::unique_ptr<Input> packed_;
  std::unique_ptr<Codec> codec_;
  std::vector<std::uint8_t> buffer_;
  Bytes rest_;  // of the buffer: not unpacked yet
  bool damaged_ = false;
};

std::unique_ptr<Codec> codec_for(Bytes start) {
  const std::string_view octets = text_of(start);
  if (octets.starts_with("\x1f\x8b"sv)) return std::make_unique<Gzip>();
  if (octets == "\x28\xb5\x2f\xfd"sv) return std::make_unique<Zstd>();
  if (octets == "\x04\x22\x4d\x18"sv) return std::make_unique<Lz4>();
  return nullptr;
}

}  // namespace

std::unique_ptr<Input> unpacked(std::unique_ptr<Input> input) {
  std::vector<std::uint8_t> start;
  std::array<std::uint8_t, 4> room{};
  while (start.size() < room.size()) {
    const ReadResult got = input->read(std::span(room).subspan(start.size()));
    if (got.error == kNothingYet) input->wait();
    if (got.octets == 0 && got.error != kNothingYet) break;  // an end or an error shows again at the next read
    for (std::size_t i = 0; i < got.octets; ++i) start.push_back(room[start.size()]);
  }
  std::unique_ptr<Codec> codec = codec_for(start);
  auto looked = std::make_unique<Looked>(std::move(start), std::move(input));
  if (codec) return std::make_unique<Unpacked>(std::move(looked), std::move(codec));
  return looked;
}

}  // namespace wiretale::capture
