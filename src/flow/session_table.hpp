// Finds the session of a packet.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
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
/// has a `key` member of type SessionKey. Places stay what they are as long as their session lives.
template <class T>
class SessionTable {
 public:
  using Place = std::uint32_t;

  explicit SessionTable(std::uint64_t seed) : seed_(seed), buckets_(1024) {}

  [[nodiscard]] std::uint64_t hash(const SessionKey& key) const { return key.hash(seed_); }

  /// The session between the key's ends, in either order; null where there is none.
  [[nodiscard]] T* find(const SessionKey& key, std::uint64_t hash) const {
    for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
      const Bucket& bucket = buckets_[at];
      if (bucket.place == none) return nullptr;
      if (bucket.tag != tag(hash)) continue;
      T* session = sessions_[bucket.place].get();
      if (session->key.same_ends(key)) return session;
    }
  }

  /// Adds a session under its key, which must not be there. Gives its place.
  Place insert(std::unique_ptr<T> session, std::uint64_t hash) {
    if ((count_ + 1) * 4 > buckets_.size() * 3) grow();
    Place place = 0;
    if (free_.empty()) {
      place = static_cast<Place>(sessions_.size());
      sessions_.push_back(std::move(session));
      hashes_.push_back(hash);
    } else {
      place = free_.back();
      free_.pop_back();
      sessions_[place] = std::move(session);
      hashes_[place] = hash;
    }
    put({tag(hash), place}, hash);
    ++count_;
    return place;
  }

  /// Takes a session out of the table.
  std::unique_ptr<T> remove(Place place) {
    std::size_t at = hashes_[place] & mask();
    while (buckets_[at].place != place) at = (at + 1) & mask();
    // Close the hole: move back whatever could not stand nearer to its own bucket.
    for (std::size_t next = (at + 1) & mask(); buckets_[next].place != none; next = (next + 1) & mask()) {
      const std::size_t home = hashes_[buckets_[next].place] & mask();
      if (((next - home) & mask()) < ((next - at) & mask())) continue;
      buckets_[at] = buckets_[next];
      at = next;
    }
    buckets_[at] = {};
    --count_;
    free_.push_back(place);
    return std::move(sessions_[place]);
  }

  /// The session at a place; null where it is gone.
  [[nodiscard]] T* at(Place place) const { return place < sessions_.size() ? sessions_[place].get() : nullptr; }
  [[nodiscard]] std::size_t size() const { return count_; }

  /// All sessions, in no order that means anything.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const auto& session : sessions_)
      if (session) visit(*session);
  }

 private:
  static constexpr Place none = UINT32_MAX;
  struct Bucket {
    std::uint32_t tag = 0;
    Place place = none;
  };

  static std::uint32_t tag(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  [[nodiscard]] std::size_t mask() const { return buckets_.size() - 1; }

  void put(Bucket bucket, std::uint64_t hash) {
    std::size_t at = hash & mask();
    while (buckets_[at].place != none) at = (at + 1) & mask();
    buckets_[at] = bucket;
  }

  void grow() {
    buckets_.assign(buckets_.size() * 2, {});
    for (Place place = 0; place < sessions_.size(); ++place)
      if (sessions_[place]) put({tag(hashes_[place]), place}, hashes_[place]);
  }

  std::uint64_t seed_;
  std::vector<Bucket> buckets_;
  std::vector<std::unique_ptr<T>> sessions_;
  std::vector<std::uint64_t> hashes_;
  std::vector<Place> free_;
  std::size_t count_ = 0;
};

}  // namespace wiretale::flow
