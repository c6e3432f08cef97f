// What a response is matched to its query by: the id, and the question as it lies on the wire.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include <wiretale/bytes.hpp>
#include <wiretale/net.hpp>

namespace wiretale::domain {

/// The first question of a message, not decoded: for matching.
struct WireQuestion {
  Bytes name;  ///< its labels, up to the end or the first pointer
  std::uint16_t type = 0;
  std::uint16_t klass = 0;
  bool there = false;   ///< QDCOUNT is not 0
  std::size_t end = 0;  ///< offset of what follows it; 0 where it isn't whole
};

/// Finds the first question of a message.
[[nodiscard]] WireQuestion first_question(Bytes message);

/// True where both are one question: letters' case doesn't count (RFC 4343).
[[nodiscard]] bool same_question(const WireQuestion& a, const WireQuestion& b);

/// True where both may be one question: they are the same, or one is not there, or cut off in the name.
[[nodiscard]] bool may_be_same(const WireQuestion& a, const WireQuestion& b);

/// A number made of a text, the same for any case of its letters.
[[nodiscard]] std::uint64_t caseless_hash(Bytes text, std::uint64_t seed = 0);

/// What queries that wait are found by. Equal keys may rarely belong to different names: compare the questions, too.
struct Key {
  std::uint64_t name_hash = 0;
  std::uint16_t id = 0;
  std::uint16_t type = 0;
  std::uint16_t klass = 0;
  Side asker = Side::client;

  Key() = default;
  Key(std::uint16_t message_id, Side side, const WireQuestion& question)
      : name_hash(caseless_hash(question.name)),
        id(message_id),
        type(question.type),
        klass(question.klass),
        asker(side) {}
  bool operator==(const Key&) const = default;
};

/// Octets that are kept; few of them need no memory of their own.
class Kept {
 public:
  Kept() = default;
  explicit Kept(Bytes bytes) : size_(bytes.size()) {
    if (bytes.size() <= near_.size())
      std::ranges::copy(bytes, near_.begin());
    else
      far_.assign(bytes.begin(), bytes.end());
  }
  [[nodiscard]] Bytes bytes() const { return size_ <= near_.size() ? Bytes(near_).first(size_) : Bytes(far_); }

 private:
  std::size_t size_ = 0;
  std::array<std::uint8_t, 72> near_;  // not initialised: only the first size_ octets count
  std::vector<std::uint8_t> far_;
};

}  // namespace wiretale::domain
