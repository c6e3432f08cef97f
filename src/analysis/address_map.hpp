// What is known of addresses: a hash table for many small entries.
#pragma once

#include <cstdint>
#include <deque>
#include <random>
#include <utility>
#include <vector>

#include <wiretale/net.hpp>

namespace wiretale::analysis {

/// Values by address. Open addressing: a look-up touches one line of the table and the entry; entries lie one after
/// another, and stay where they are. Nothing is ever taken out.
template <class T>
class AddressMap {
 public:
  struct Entry {
    IpAddress ip;
    T value;
  };

  AddressMap() : buckets_(1024) {
    std::random_device device;  // a sender can't aim at one bucket; output never depends on the order here
    seed_ = std::uint64_t{device()} << 32 | device();
  }

  /// Null where nothing is known of the address.
  [[nodiscard]] T* find(const IpAddress& ip) {
    const std::uint64_t hash = hash_of(ip);
    for (std::size_t at = hash & mask(); buckets_[at].place != none; at = (at + 1) & mask())
      if (buckets_[at].tag == tag(hash) && entries_[buckets_[at].place].ip == ip)
        return &entries_[buckets_[at].place].value;
    return nullptr;
  }

  /// Adds an address that is not there yet.
  T& add(const IpAddress& ip) {
    if ((entries_.size() + 1) * 4 > buckets_.size() * 3) grow();
    entries_.push_back({ip, {}});
    put(hash_of(ip), static_cast<std::uint32_t>(entries_.size() - 1));
    return entries_.back().value;
  }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// All entries, as they came.
  [[nodiscard]] const std::deque<Entry>& entries() const { return entries_; }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  struct Bucket {
    std::uint32_t tag = 0;
    std::uint32_t place = none;
  };

  static std::uint32_t tag(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  [[nodiscard]] std::size_t mask() const { return buckets_.size() - 1; }
  [[nodiscard]] std::uint64_t hash_of(const IpAddress& ip) const {
    std::uint64_t value = ip.mixed(seed_);
    value = (value ^ (value >> 32)) * 0xd6e8feb86659fd93U;
    return value ^ (value >> 29);
  }

  void put(std::uint64_t hash, std::uint32_t place) {
    std::size_t at = hash & mask();
    while (buckets_[at].place != none) at = (at + 1) & mask();
    buckets_[at] = {tag(hash), place};
  }
  void grow() {
    buckets_.assign(buckets_.size() * 2, {});
    for (std::uint32_t place = 0; place < entries_.size(); ++place) put(hash_of(entries_[place].ip), place);
  }

  std::uint64_t seed_ = 0;
  std::vector<Bucket> buckets_;
  std::deque<Entry> entries_;
};

}  // namespace wiretale::analysis
