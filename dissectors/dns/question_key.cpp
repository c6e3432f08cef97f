#include "dns/question_key.hpp"

#include "dns/message.hpp"

namespace wiretale::domain {
namespace {

constexpr std::uint64_t mix(std::uint64_t value) {
  value *= 0x9E3779B97F4A7C15U;
  return value ^ value >> 32;
}

std::uint8_t lower(std::uint8_t octet) {
  return octet >= 'A' && octet <= 'Z' ? static_cast<std::uint8_t>(octet + ('a' - 'A')) : octet;
}

}  // namespace

WireQuestion first_question(Bytes message) {
  WireQuestion question;
  const std::optional<Header> header = read_header(message);
  if (!header || header->counts[0] == 0) return question;
  question.there = true;
  Cursor cursor(message, header_bytes);
  for (;;) {
    const std::uint8_t length = cursor.u8();
    if (length == 0) break;
    // A first question has nothing behind it to point to.
    if (length > 63) {
      cursor.skip(1);
      break;
    }
    cursor.skip(length);
  }
  question.name = slice(message, header_bytes, cursor.position() - header_bytes);
  question.type = cursor.u16();
  question.klass = cursor.u16();
  if (cursor.ok()) question.end = cursor.position();
  return question;
}

bool same_question(const WireQuestion& a, const WireQuestion& b) {
  if (a.type != b.type || a.klass != b.klass || a.name.size() != b.name.size()) return false;
  return std::ranges::equal(a.name, b.name, {}, lower, lower);
}

bool may_be_same(const WireQuestion& a, const WireQuestion& b) {
  if (!a.there || !b.there) return true;
  if (a.end != 0 && b.end != 0) return same_question(a, b);
  const std::size_t both = std::min(a.name.size(), b.name.size());
  return std::ranges::equal(a.name.first(both), b.name.first(both), {}, lower, lower);
}

std::uint64_t caseless_hash(Bytes text, std::uint64_t seed) {
  constexpr std::uint64_t case_bits = 0x2020202020202020U;
  std::uint64_t hash = mix(seed + text.size() + 1);
  Cursor cursor(text);
  while (cursor.left() >= 8) hash = mix(hash ^ (cursor.u64() | case_bits));
  std::uint64_t last = 0;
  while (!cursor.empty()) last = last << 8 | cursor.u8();
  return mix(hash ^ (last | case_bits));
}

}  // namespace wiretale::domain
