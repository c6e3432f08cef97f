#include "capture/gzip_input.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>
#include <vector>

namespace wiretale::capture {
namespace {

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
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return rest_->size(); }

 private:
  std::vector<std::uint8_t> start_;
  std::size_t given_ = 0;
  std::unique_ptr<Input> rest_;
};

/// What is packed in an input by gzip. Its size isn't known before its end.
class Gunzip final : public Input {
 public:
  explicit Gunzip(std::unique_ptr<Input> packed) : packed_(std::move(packed)), buffer_(packed_bytes) {
    constexpr int gzip_only = 15 + 16;  // largest window; with gzip's header and trailer
    ready_ = inflateInit2(&stream_, gzip_only) == Z_OK;
  }
  ~Gunzip() override { (void)inflateEnd(&stream_); }
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  ReadResult read(std::span<std::uint8_t> room) override {
    if (!ready_) return {0, ENOMEM};
    stream_.next_out = room.data();
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(room.size(), UINT32_MAX));
    const uInt wanted = stream_.avail_out;
    while (stream_.avail_out == wanted) {
      if (stream_.avail_in == 0) {
        const ReadResult got = packed_->read(buffer_);
        if (got.error != 0) return got;
        if (got.octets == 0) return {0, between_members_ ? 0 : kDamagedData};
        stream_.next_in = buffer_.data();
        stream_.avail_in = static_cast<uInt>(got.octets);
      }
      if (between_members_ && inflateReset(&stream_) != Z_OK) return {0, kDamagedData};
      between_members_ = false;
      const int result = inflate(&stream_, Z_NO_FLUSH);
      if (result == Z_STREAM_END)
        between_members_ = true;
      else if (result != Z_OK && result != Z_BUF_ERROR)
        return stream_.avail_out == wanted ? ReadResult{0, kDamagedData} : ReadResult{wanted - stream_.avail_out, 0};
    }
    return {wanted - stream_.avail_out, 0};
  }

 private:
  std::unique_ptr<Input> packed_;
  std::vector<std::uint8_t> buffer_;
  z_stream stream_{};
  bool ready_ = false;
  bool between_members_ = false;
};

}  // namespace

std::unique_ptr<Input> unpacked(std::unique_ptr<Input> input) {
  std::vector<std::uint8_t> start;
  std::array<std::uint8_t, 2> room{};
  while (start.size() < room.size()) {
    const ReadResult got = input->read(std::span(room).subspan(start.size()));
    if (got.octets == 0) break;  // an end or an error shows again at the next read
    for (std::size_t i = 0; i < got.octets; ++i) start.push_back(room[start.size()]);
  }
  const bool gzip = start.size() == 2 && start[0] == 0x1f && start[1] == 0x8b;
  auto looked = std::make_unique<Looked>(std::move(start), std::move(input));
  if (gzip) return std::make_unique<Gunzip>(std::move(looked));
  return looked;
}

}  // namespace wiretale::capture
