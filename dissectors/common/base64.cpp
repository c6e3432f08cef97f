#include "common/base64.hpp"

#include <algorithm>

#include <wiretale/char_set.hpp>

namespace wiretale {
namespace {

// What a character of base64 is: its six bits, or one of these.
constexpr std::uint8_t padding = 64;
constexpr std::uint8_t white = 65;
constexpr std::uint8_t outside = 66;

constexpr std::array<std::uint8_t, 256> make_alphabet() {
  std::array<std::uint8_t, 256> table{};
  for (std::uint8_t& entry : table) entry = outside;
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  for (const unsigned char c : {' ', '\t', '\r', '\n', '\v', '\f'}) table[c] = white;
  table['='] = padding;
  return table;
}
constexpr std::array<std::uint8_t, 256> alphabet_of = make_alphabet();

std::uint8_t value_of(char c) { return alphabet_of[static_cast<unsigned char>(c)]; }

/// 1 for a character of the alphabet, else 0; written so that compilers make vector code of a loop over it.
constexpr unsigned in_alphabet(unsigned char c) {
  const auto letter = static_cast<unsigned char>((c | 0x20U) - 'a');
  const auto digit = static_cast<unsigned char>(c - '/');  // '/' and the ten digits lie side by side
  return static_cast<unsigned>(letter < 26) | static_cast<unsigned>(digit < 11) | static_cast<unsigned>(c == '+');
}

constexpr unsigned is_white(unsigned char c) {
  return static_cast<unsigned>(c == ' ') | static_cast<unsigned>(static_cast<unsigned char>(c - '\t') < 5);
}

}  // namespace

void Base64Decoder::close_group() {
  cut_ = cut_ || have_ == 1;
  have_ = 0;
  bits_ = 0;
}

void Base64Decoder::decode(std::string_view encoded, std::string& out) {
  std::size_t at = 0;
  const std::size_t before = out.size();
  while (at < encoded.size()) {
    if (have_ == 0 && encoded.size() - at >= 4) {  // the usual case: a whole group
      const std::uint8_t a = value_of(encoded[at]), b = value_of(encoded[at + 1]), c = value_of(encoded[at + 2]),
                         d = value_of(encoded[at + 3]);
      if ((a | b | c | d) < padding) {
        const std::uint32_t group = std::uint32_t{a} << 18 | std::uint32_t{b} << 12 | std::uint32_t{c} << 6 | d;
        const std::array<char, 3> octets{static_cast<char>(group >> 16), static_cast<char>(group >> 8 & 0xFF),
                                         static_cast<char>(group & 0xFF)};
        out.append(octets.data(), octets.size());
        at += 4;
        continue;
      }
    }
    const std::uint8_t value = value_of(encoded[at++]);
    if (value < padding) {
      bits_ = bits_ << 6 | value;
      if (have_ != 0) out += static_cast<char>(bits_ >> (6 - 2 * have_) & 0xFF);
      have_ = have_ == 3 ? std::uint8_t{0} : static_cast<std::uint8_t>(have_ + 1);
    } else if (value == padding)
      close_group();
    else if (value == outside)
      ++strange_;
  }
  bytes_ += out.size() - before;
}

void Base64Decoder::count(std::string_view encoded) {
  while (!encoded.empty()) {
    const std::size_t end = std::min(encoded.find('='), encoded.size());
    std::uint64_t inside = 0, spaces = 0;
    for (std::size_t at = 0; at < end;) {  // short stretches, so that the inner sums fit in narrow lanes
      const std::string_view stretch = encoded.substr(at, std::min<std::size_t>(end - at, 4096));
      std::uint16_t letters = 0, blanks = 0;
      for (const char c : stretch) {
        letters = static_cast<std::uint16_t>(letters + in_alphabet(static_cast<unsigned char>(c)));
        blanks = static_cast<std::uint16_t>(blanks + is_white(static_cast<unsigned char>(c)));
      }
      inside += letters;
      spaces += blanks;
      at += stretch.size();
    }
    strange_ += end - inside - spaces;
    // A group's first character completes no octet, each of the other three completes one.
    const std::uint64_t all = have_ + inside;
    bytes_ += all / 4 * 3 + (all % 4 == 0 ? 0 : all % 4 - 1) - (have_ == 0 ? 0U : have_ - 1U);
    have_ = static_cast<std::uint8_t>(all % 4);
    if (end == encoded.size()) return;
    close_group();
    encoded.remove_prefix(end + 1);
  }
}

std::optional<std::string> decode_base64(std::string_view encoded) {
  Base64Decoder decoder;
  std::string decoded;
  decoded.reserve(encoded.size() / 4 * 3 + 3);
  decoder.decode(encoded, decoded);
  if (decoder.strange() != 0 || decoder.cut()) return std::nullopt;
  return decoded;
}

void QuotedPrintableDecoder::put(std::string_view text, std::string& out) {
  out += text;
  bytes_ += text.size();
}

/// What was held back is text after all.
void QuotedPrintableDecoder::release(std::string& out) {
  put(held_, out);
  held_.clear();
  state_ = State::text;
}

void QuotedPrintableDecoder::finish(std::string& out) {
  if (state_ == State::space || state_ == State::equals || state_ == State::soft || state_ == State::soft_cr) {
    held_.clear();  // the end of the text is the end of a line
    state_ = State::text;
  } else if (state_ == State::digit)
    ++strange_;
  release(out);
}

/// One character that is not plain text, or that follows one. False: it is to be looked at again in the new
/// state.
bool QuotedPrintableDecoder::step(char c, std::string& out) {
  constexpr std::size_t longest_space = 1000;  // more white space than a line may hold (RFC 5322, section 2.1.1)
  const auto strange_equals = [&] {
    ++strange_;
    release(out);
    return false;
  };
  switch (state_) {
    case State::text:
      if (c == '=')
        state_ = State::equals;
      else if (c == ' ' || c == '\t')
        state_ = State::space;
      else {
        put({&c, 1}, out);
        return true;
      }
      held_ += c;
      return true;
    case State::space:
      if (c == ' ' || c == '\t') {
        if (held_.size() >= longest_space) {
          put(held_, out);
          held_.clear();
        }
        held_ += c;
        return true;
      }
      if (c == '\r' || c == '\n') held_.clear();
      release(out);
      return false;
    case State::equals:
    case State::soft:
      if (state_ == State::equals && hex_digit(c)) {
        held_ += c;
        state_ = State::digit;
        return true;
      }
      if (c == '\n') {
        held_.clear();
        state_ = State::text;
        return true;
      }
      if ((c != ' ' && c != '\t' && c != '\r') || held_.size() >= longest_space) return strange_equals();
      held_ += c;
      state_ = c == '\r' ? State::soft_cr : State::soft;
      return true;
    case State::soft_cr:
      if (c != '\n') return strange_equals();
      held_.clear();
      state_ = State::text;
      return true;
    case State::digit:
      if (!hex_digit(c)) return strange_equals();
      const char octet = static_cast<char>(*hex_digit(held_[1]) << 4 | *hex_digit(c));
      held_.clear();
      state_ = State::text;
      put({&octet, 1}, out);
      return true;
  }
  return true;
}

void QuotedPrintableDecoder::decode(std::string_view encoded, std::string& out) {
  while (!encoded.empty()) {
    if (state_ == State::text) {
      constexpr CharSet special("= \t");
      const std::size_t plain = special.first(encoded);
      put(encoded.substr(0, plain), out);
      encoded.remove_prefix(plain);
      if (encoded.empty()) return;
    }
    if (step(encoded.front(), out)) encoded.remove_prefix(1);
  }
}

}  // namespace wiretale
