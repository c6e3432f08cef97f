// Room for many runs of octets of one length, in blocks.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace wiretale::flow {

/// Runs of octets, all of one length, side by side: each costs that and no more, and its room is used again.
class Rooms {
 public:
  using Place = std::uint32_t;
  static constexpr Place none = UINT32_MAX;

  explicit Rooms(std::size_t length) : length_(length) {}

  /// A run of octets of any value.
  [[nodiscard]] Place take() {
    if (free_.empty()) {
      if (used_ == blocks_.size() * block_rooms)
        blocks_.push_back(std::make_unique_for_overwrite<std::uint8_t[]>(block_rooms * length_));
      return used_++;
    }
    const Place place = free_.back();
    free_.pop_back();
    return place;
  }
  void give_back(Place place) { free_.push_back(place); }

  [[nodiscard]] std::span<std::uint8_t> at(Place place) const {
    return std::span(blocks_[place / block_rooms].get(), block_rooms * length_)
        .subspan(place % block_rooms * length_, length_);
  }

 private:
  static constexpr Place block_rooms = 64;

  std::size_t length_;
  Place used_ = 0;
  std::vector<std::unique_ptr<std::uint8_t[]>> blocks_;
  std::vector<Place> free_;
};

}  // namespace wiretale::flow
