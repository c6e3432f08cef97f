// Finds the session of a packet.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wiretale/net.hpp>

namespace wiretale::flow {

/// The two ends of a session, in the order of its first packet, its IP protocol number, and the tunnels around it.
struct SessionKey {
  Endpoint a, b;
  std::uint8_t protocol = 0;
  /// decode::Path::key, where it isn't empty; null elsewhere. Whoever keeps the key keeps it, too.
  const std::string* tunnels = nullptr;

  /// True for the same ends, in either order.
  [[nodiscard]] bool same_ends(const SessionKey& other) const {
    return protocol == other.protocol && ((a == other.a && b == other.b) || (a == other.b && b == other.a)) &&
           (tunnels == other.tunnels || (tunnels != nullptr && other.tunnels != nullptr && *tunnels == *other.tunnels));
  }
  /// The same for both orders of the ends. `seed` differs from run to run: a sender can't aim at one bucket.
  [[nodiscard]] std::uint64_t hash(std::uint64_t seed) const {
    std::uint64_t sum = mix(a.ip.mixed(seed) + a.port) + mix(b.ip.mixed(seed) + b.port);
    sum = mix(sum + protocol);
    return tunnels == nullptr ? sum : mixed_with(sum, *tunnels);
  }

 private:
  static std::uint64_t mixed_with(std::uint64_t sum, std::string_view text) {
    for (; !text.empty(); text.remove_prefix(std::min<std::size_t>(text.size(), 8))) {
      std::uint64_t word = 0;
      for (const char c : text.substr(0, 8)) word = word << 8 | static_cast<std::uint8_t>(c);
      sum = mix(sum ^ word);
    }
    return sum;
  }
  static std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 32)) * 0xd6e8feb86659fd93U;
    return value ^ (value >> 29);
  }
};

/// Sessions by key: an open-addressing table of places, so that looking up touches one line of it and one session. T
/// has a `key` member of type SessionKey. Places stay what they are as long as their session lives; sessions lie side
/// by side in blocks, in room that is used again.
template <class T>
class SessionTable {
 public:
  using Place = std::uint32_t;

  explicit SessionTable(std::uint64_t seed) : seed_(seed), buckets_(1024) {}
  SessionTable(const SessionTable&) = delete;
  SessionTable& operator=(const SessionTable&) = delete;
  ~SessionTable() {
    for (Place place = 0; place < alive_.size(); ++place)
      if (alive_[place]) std::destroy_at(&slot(place).session);
  }

  [[nodiscard]] std::uint64_t hash(const SessionKey& key) const { return key.hash(seed_); }

  /// The session between the key's ends, in either order; null where there is none.
  [[nodiscard]] T* find(const SessionKey& key, std::uint64_t hash) const {
    for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
      const Bucket& bucket = buckets_[at];
      if (bucket.place == none) return nullptr;
      if (bucket.tag != tag(hash)) continue;
      T& session = slot(bucket.place).session;
      if (session.key.same_ends(key)) return &session;
    }
  }

  /// Makes a session of the arguments; its key must not be there. Gives its place.
  template <class... Arguments>
  Place insert(std::uint64_t hash, Arguments&&... arguments) {
    if ((count_ + 1) * 4 > buckets_.size() * 3) grow();
    const bool used_again = free_ != none;
    const Place place = used_again ? free_ : static_cast<Place>(alive_.size());
    if (place / block_slots >= blocks_.size()) blocks_.push_back(std::make_unique<Block>());
    const Place following = used_again ? slot(place).next_free : none;
    std::construct_at(&slot(place).session, std::forward<Arguments>(arguments)...);
    free_ = following;
    if (used_again) {
      alive_[place] = true;
      homes_[place] = static_cast<std::uint32_t>(hash);
    } else {
      alive_.push_back(true);
      homes_.push_back(static_cast<std::uint32_t>(hash));
    }
    put({tag(hash), place}, hash);
    ++count_;
    return place;
  }

  /// Ends the session at a place.
  void remove(Place place) {
    std::size_t at = homes_[place] & mask();
    while (buckets_[at].place != place) at = (at + 1) & mask();
    // Close the hole: move back whatever could not stand nearer to its own bucket.
    for (std::size_t next = (at + 1) & mask(); buckets_[next].place != none; next = (next + 1) & mask()) {
      const std::size_t home = homes_[buckets_[next].place] & mask();
      if (((next - home) & mask()) < ((next - at) & mask())) continue;
      buckets_[at] = buckets_[next];
      at = next;
    }
    buckets_[at] = {};
    --count_;
    alive_[place] = false;
    std::destroy_at(&slot(place).session);
    slot(place).next_free = std::exchange(free_, place);
  }

  /// The session at a place; null where it is gone.
  [[nodiscard]] T* at(Place place) const {
    return place < alive_.size() && alive_[place] ? &slot(place).session : nullptr;
  }
  [[nodiscard]] std::size_t size() const { return count_; }

  /// All sessions, in no order that means anything.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (Place place = 0; place < alive_.size(); ++place)
      if (alive_[place]) visit(slot(place).session);
  }

 private:
  static constexpr Place none = UINT32_MAX;
  static constexpr std::size_t block_slots = 64;
  struct Bucket {
    std::uint32_t tag = 0;
    Place place = none;
  };
  /// A session, or the next slot that is free.
  union Slot {
    Slot() : next_free(none) {}
    ~Slot() {}
    Place next_free;
    T session;
  };
  using Block = std::array<Slot, block_slots>;

  static std::uint32_t tag(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  [[nodiscard]] std::size_t mask() const { return buckets_.size() - 1; }
  [[nodiscard]] Slot& slot(Place place) const { return (*blocks_[place / block_slots])[place % block_slots]; }

  void put(Bucket bucket, std::uint64_t hash) {
    std::size_t at = hash & mask();
    while (buckets_[at].place != none) at = (at + 1) & mask();
    buckets_[at] = bucket;
  }

  void grow() {
    const std::vector<Bucket> old = std::exchange(buckets_, std::vector<Bucket>(buckets_.size() * 2));
    for (const Bucket& bucket : old)
      if (bucket.place != none) put(bucket, homes_[bucket.place]);
  }

  std::uint64_t seed_;
  std::vector<Bucket> buckets_;
  std::vector<std::unique_ptr<Block>> blocks_;
  std::vector<std::uint32_t> homes_;  ///< the half of each hash that says where its bucket is; the tag is the other one
  std::vector<bool> alive_;
  Place free_ = none;  ///< the slot that was freed last
  std::size_t count_ = 0;
};

}  // namespace wiretale::flow
