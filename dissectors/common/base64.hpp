// The two transfer encodings of MIME, undone piece by piece: base64 and quoted-printable (RFC 2045, section
// 6).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wiretale {

/// Undoes base64 (RFC 4648, section 4) that comes in pieces cut anywhere. Tolerant as RFC 2045, section 6.8
/// asks: what stands outside the alphabet is passed over and counted, `=` closes a group, and more may follow
/// it.
class Base64Decoder {
 public:
  /// Appends to `out` what these characters stand for. An octet comes out as soon as its last bit is there.
  void decode(std::string_view encoded, std::string& out);
  /// The same without the octets, at several times the speed: how many come out is added to bytes().
  void count(std::string_view encoded);

  /// Octets that came out so far, of decode() and count() together.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  /// Characters that were neither of the alphabet, nor padding, nor white space.
  [[nodiscard]] std::uint64_t strange() const { return strange_; }
  /// True where a group ended, or ends here, with a single character: six bits that make no octet.
  [[nodiscard]] bool cut() const { return cut_ || have_ == 1; }

 private:
  void close_group();

  std::uint64_t bytes_ = 0;
  std::uint64_t strange_ = 0;
  std::uint32_t bits_ = 0;  // of the characters of the open group
  std::uint8_t have_ = 0;   // characters of the open group, 0 to 3
  bool cut_ = false;
};

/// The whole text undone; nothing where something in it is no base64. White space and missing padding are
/// allowed.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view encoded);

/// Undoes quoted-printable (RFC 2045, section 6.7) that comes in pieces cut anywhere: `=XX`, soft line
/// breaks, white space at a line's end dropped. A `=` that starts neither stays as it is and is counted.
class QuotedPrintableDecoder {
 public:
  /// Appends to `out` what these characters stand for. What can't be told yet is held back, a few octets at
  /// most.
  void decode(std::string_view encoded, std::string& out);
  /// No more comes: appends what was held back.
  void finish(std::string& out);

  /// Octets that came out so far.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  /// `=` signs that were followed by neither two hexadecimal digits nor a line's end.
  [[nodiscard]] std::uint64_t strange() const { return strange_; }

 private:
  enum class State : std::uint8_t { text, space, equals, digit, soft, soft_cr };

  void put(std::string_view text, std::string& out);
  void release(std::string& out);
  bool step(char c, std::string& out);

  std::string held_;  // white space that may be a line's end, or what follows a `=`
  std::uint64_t bytes_ = 0;
  std::uint64_t strange_ = 0;
  State state_ = State::text;
};

/// The value of a hexadecimal digit, 0 to 15; nothing for any other character.
[[nodiscard]] constexpr std::optional<std::uint8_t> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

}  // namespace wiretale
