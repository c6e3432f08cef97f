#include "common/content_coding.hpp"

#define ZLIB_CONST
#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <utility>

#include "common/field_values.hpp"

namespace wiretale {
namespace {

constexpr std::size_t chunk = 16U << 10;  // octets unpacked at once
constexpr std::size_t most_codings = 4;
constexpr int zstd_window_log = 23;  // RFC 9659: 8 MB at most

using State = ContentDecoder::State;

}  // namespace

/// One coding. feed() takes octets and gives out unpacked ones; `out` says false when no more are wanted.
class ContentDecoder::Stage {
 public:
  using Out = std::function<bool(Bytes)>;

  Stage() = default;
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  virtual ~Stage() = default;
  /// `left`: octets of `in` that stand behind the end of the coded data.
  virtual State feed(Bytes in, const Out& out, std::uint64_t& left) = 0;

  State state = State::going;  // after what was fed so far
};

namespace {

/// What stands around the deflate data (RFC 1951): gzip's (RFC 1952); what is found in the wild as HTTP's `deflate`,
/// zlib's (RFC 1950) as it should be or nothing; nothing.
enum class Wrapping : std::uint8_t { gzip, zlib_or_none, none };

class Inflate final : public ContentDecoder::Stage {
 public:
  explicit Inflate(Wrapping wrapping) : wrapping_(wrapping) {}
  Inflate(const Inflate&) = delete;
  Inflate& operator=(const Inflate&) = delete;
  ~Inflate() override {
    if (open_) inflateEnd(&stream_);
  }

  State feed(Bytes in, const Out& out, std::uint64_t& left) override {
    if (!open_) {
      const std::size_t some = std::min(start_.size() - have_, in.size());
      std::copy_n(in.begin(), some, start_.begin() + static_cast<std::ptrdiff_t>(have_));
      have_ += some;
      in = in.subspan(some);
      if (have_ < start_.size()) return State::going;
      if (inflateInit2(&stream_, window()) != Z_OK) return State::broken;
      open_ = true;
      const State first = unpack(start_, out, left);
      if (first != State::going) {
        left += in.size();
        return first;
      }
    }
    return unpack(in, out, left);
  }

 private:
  /// zlib's windowBits: +16 for gzip's wrapping, negative for none.
  [[nodiscard]] int window() const {
    if (wrapping_ == Wrapping::gzip) return MAX_WBITS + 16;
    const bool wrapped =
        wrapping_ != Wrapping::none && (start_[0] & 0x0fU) == 8 && (start_[0] * 256U + start_[1]) % 31 == 0;
    return wrapped ? MAX_WBITS : -MAX_WBITS;
  }

  State unpack(Bytes in, const Out& out, std::uint64_t& left) {
    std::array<std::uint8_t, chunk> room;
    while (!in.empty()) {
      if (ended_) {
        // gzip members may stand one behind the other (RFC 1952, section 2.2).
        if (wrapping_ != Wrapping::gzip || in[0] != 0x1f || inflateReset(&stream_) != Z_OK) {
          left += in.size();
          return State::ended;
        }
        ended_ = false;
      }
      const auto given = static_cast<uInt>(std::min<std::size_t>(in.size(), UINT32_MAX));
      stream_.next_in = in.data();
      stream_.avail_in = given;
      int result = Z_OK;
      do {
        stream_.next_out = room.data();
        stream_.avail_out = static_cast<uInt>(room.size());
        result = inflate(&stream_, Z_NO_FLUSH);
        const std::size_t made = room.size() - stream_.avail_out;
        if (made != 0 && !out(Bytes(room).first(made))) return State::limit;
      } while (result == Z_OK && stream_.avail_out == 0);
      if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) return State::broken;
      ended_ = result == Z_STREAM_END;
      in = in.subspan(given - stream_.avail_in);
      if (!ended_ && stream_.avail_in != 0) return State::broken;  // no progress: can't be
    }
    return ended_ ? State::ended : State::going;
  }

  z_stream stream_{};
  std::array<std::uint8_t, 2> start_{};
  std::size_t have_ = 0;
  Wrapping wrapping_;
  bool open_ = false;
  bool ended_ = false;
};

/// br (RFC 7932).
class Brotli final : public ContentDecoder::Stage {
 public:
  Brotli() : decoder_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {}
  Brotli(const Brotli&) = delete;
  Brotli& operator=(const Brotli&) = delete;
  ~Brotli() override { BrotliDecoderDestroyInstance(decoder_); }

  State feed(Bytes in, const Out& out, std::uint64_t& left) override {
    if (decoder_ == nullptr) return State::broken;
    if (state == State::ended) {
      left += in.size();
      return state;
    }
    std::array<std::uint8_t, chunk> room;
    std::size_t there = in.size();
    const std::uint8_t* next = in.data();
    for (;;) {
      std::size_t free = room.size();
      std::uint8_t* to = room.data();
      const BrotliDecoderResult result = BrotliDecoderDecompressStream(decoder_, &there, &next, &free, &to, nullptr);
      if (free != room.size() && !out(Bytes(room).first(room.size() - free))) return State::limit;
      if (result == BROTLI_DECODER_RESULT_ERROR) return State::broken;
      if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) return State::going;
      if (result == BROTLI_DECODER_RESULT_SUCCESS) {
        left += there;
        return State::ended;
      }
    }
  }

 private:
  BrotliDecoderState* decoder_;
};

/// zstd (RFC 8878).
class Zstd final : public ContentDecoder::Stage {
 public:
  Zstd() : decoder_(ZSTD_createDStream()) {
    if (decoder_ != nullptr) ZSTD_DCtx_setParameter(decoder_, ZSTD_d_windowLogMax, zstd_window_log);
  }
  Zstd(const Zstd&) = delete;
  Zstd& operator=(const Zstd&) = delete;
  ~Zstd() override { ZSTD_freeDStream(decoder_); }

  State feed(Bytes in, const Out& out, std::uint64_t& left) override {
    if (decoder_ == nullptr) return State::broken;
    std::array<std::uint8_t, chunk> room;
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    for (;;) {
      if (ended_ && from.pos < in.size() && !starts_frame(in[from.pos])) {
        left += in.size() - from.pos;
        return State::ended;
      }
      ZSTD_outBuffer to{room.data(), room.size(), 0};
      const std::size_t result = ZSTD_decompressStream(decoder_, &to, &from);
      if (ZSTD_isError(result) != 0) return State::broken;
      if (to.pos != 0 && !out(Bytes(room).first(to.pos))) return State::limit;
      ended_ = result == 0;  // a frame ended; another may follow
      if (from.pos == from.size && to.pos < to.size) return ended_ ? State::ended : State::going;
    }
  }

 private:
  /// First octet of a frame's magic number, or of a skippable frame's (RFC 8878, section 3.1).
  static bool starts_frame(std::uint8_t octet) { return octet == 0x28 || (octet & 0xf0U) == 0x50; }

  ZSTD_DStream* decoder_;
  bool ended_ = false;
};

std::unique_ptr<ContentDecoder::Stage> make_stage(std::string_view coding) {
  if (equal_fold(coding, "gzip") || equal_fold(coding, "x-gzip")) return std::make_unique<Inflate>(Wrapping::gzip);
  if (equal_fold(coding, "deflate")) return std::make_unique<Inflate>(Wrapping::zlib_or_none);
  if (equal_fold(coding, "br")) return std::make_unique<Brotli>();
  if (equal_fold(coding, "zstd")) return std::make_unique<Zstd>();
  return nullptr;
}

}  // namespace

std::unique_ptr<ContentDecoder> ContentDecoder::make(const std::vector<std::string>& codings, std::uint64_t limit) {
  std::vector<std::unique_ptr<Stage>> stages;
  for (auto coding = codings.rbegin(); coding != codings.rend(); ++coding) {
    if (equal_fold(*coding, "identity")) continue;
    std::unique_ptr<Stage> stage = make_stage(*coding);
    if (!stage || stages.size() == most_codings) return nullptr;
    stages.push_back(std::move(stage));
  }
  if (stages.empty()) return nullptr;
  return std::unique_ptr<ContentDecoder>(new ContentDecoder(std::move(stages), limit));
}

std::unique_ptr<ContentDecoder> ContentDecoder::make_raw_deflate(std::uint64_t limit) {
  std::vector<std::unique_ptr<Stage>> stages;
  stages.push_back(std::make_unique<Inflate>(Wrapping::none));
  return std::unique_ptr<ContentDecoder>(new ContentDecoder(std::move(stages), limit));
}

ContentDecoder::ContentDecoder(std::vector<std::unique_ptr<Stage>> stages, std::uint64_t limit)
    : stages_(std::move(stages)), limit_(limit) {}

ContentDecoder::~ContentDecoder() = default;

ContentDecoder::State ContentDecoder::feed(Bytes bytes, const Sink& sink) {
  if (bytes.empty() || state_ == State::broken || state_ == State::limit) return state_;
  state_ = pass(0, bytes, sink);
  return state_;
}

/// Gives octets to a stage; what comes out goes to the next one, and after the last to the sink. Tells how
/// that stage and those after it stand.
ContentDecoder::State ContentDecoder::pass(std::size_t stage, Bytes bytes, const Sink& sink) {
  if (stage == stages_.size()) {
    const std::uint64_t room = limit_ - bytes_;
    const Bytes some = slice(bytes, 0, static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size())));
    bytes_ += some.size();
    if (!some.empty()) sink(some);
    return some.size() < bytes.size() ? State::limit : State::ended;
  }
  State inner = stage + 1 < stages_.size() ? stages_[stage + 1]->state : State::ended;
  const auto out = [&](Bytes more) {
    inner = pass(stage + 1, more, sink);
    return inner == State::going || inner == State::ended;
  };
  State& own = stages_[stage]->state;
  own = stages_[stage]->feed(bytes, out, trailing_);
  if (inner == State::limit || inner == State::broken) own = inner;
  return own == State::ended ? inner : own;
}

bool known_coding(std::string_view coding) { return make_stage(coding) != nullptr; }

}  // namespace wiretale
