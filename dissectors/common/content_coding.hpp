// Undoes content codings: gzip, deflate, br, zstd, one on top of the other (RFC 9110, section 8.4.1).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/bytes.hpp>

namespace wiretale {

/// Unpacks a stream of octets piece by piece. What it gives out is capped, so that a small body which would
/// unpack to gigabytes costs no more than others.
class ContentDecoder {
 public:
  enum class State : std::uint8_t {
    going,   ///< more may come
    ended,   ///< every coding reached its end
    broken,  ///< the data is not what its coding says
    limit    ///< the cap on output was reached; nothing is unpacked any more
  };

  /// Takes unpacked octets; the view holds for the call.
  using Sink = std::function<void(Bytes)>;

  /// `codings` in the order they were applied, as Content-Encoding lists them; the last is undone first.
  /// Gives null where one of them is not known, or there are none but `identity`, or more than four.
  static std::unique_ptr<ContentDecoder> make(const std::vector<std::string>& codings, std::uint64_t limit);

  /// A deflate stream without any wrapping, as RFC 4978 and RFC 7692 use it.
  static std::unique_ptr<ContentDecoder> make_raw_deflate(std::uint64_t limit);

  ContentDecoder(const ContentDecoder&) = delete;
  ContentDecoder& operator=(const ContentDecoder&) = delete;
  ~ContentDecoder();

  /// Unpacks the next octets; calls `sink` for each piece that comes out.
  State feed(Bytes bytes, const Sink& sink);

  [[nodiscard]] State state() const { return state_; }
  /// Octets given out so far, at most the limit.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  /// Octets that came after the end of the coded data.
  [[nodiscard]] std::uint64_t trailing() const { return trailing_; }

  /// One coding; see content_coding.cpp.
  class Stage;

 private:
  ContentDecoder(std::vector<std::unique_ptr<Stage>> stages, std::uint64_t limit);
  State pass(std::size_t stage, Bytes bytes, const Sink& sink);

  std::vector<std::unique_ptr<Stage>> stages_;  // the first is undone first
  std::uint64_t limit_;
  std::uint64_t bytes_ = 0;
  std::uint64_t trailing_ = 0;
  State state_ = State::going;
};

/// True for the codings that a ContentDecoder knows: gzip, x-gzip, deflate, br, zstd.
[[nodiscard]] bool known_coding(std::string_view coding);

}  // namespace wiretale
