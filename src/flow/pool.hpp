// Room for many things of one size, in blocks.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace wiretale::flow {

/// Objects of one type, side by side: each costs its own size and no more, and its room is used again. What was made is
/// to be dropped before the pool goes.
template <class T>
class Pool {
  /// An object, or the next free slot.
  union Slot {
    Slot() : next(nullptr) {}
    ~Slot() {}
    Slot* next;
    T thing;
  };

 public:
  /// Where an object is; a pointer that only its pool can end.
  class Place {
   public:
    Place() = default;
    explicit operator bool() const { return slot_ != nullptr; }
    T& operator*() const { return slot_->thing; }
    T* operator->() const { return &slot_->thing; }

   private:
    friend class Pool;
    explicit Place(Slot* slot) : slot_(slot) {}
    Slot* slot_ = nullptr;
  };

  Pool() = default;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// Makes an object of the arguments.
  template <class... Arguments>
  [[nodiscard]] Place make(Arguments&&... arguments) {
    if (free_ == nullptr) add_block();
    Slot* slot = free_;
    Slot* following = slot->next;
    std::construct_at(&slot->thing, std::forward<Arguments>(arguments)...);
    free_ = following;
    return Place(slot);
  }

  /// Ends an object; no place is nothing to do.
  void drop(Place& place) {
    Slot* slot = std::exchange(place.slot_, nullptr);
    if (slot == nullptr) return;
    std::destroy_at(&slot->thing);
    slot->next = free_;
    free_ = slot;
  }

 private:
  static constexpr std::size_t block_slots = 64;

  void add_block() {
    blocks_.push_back(std::make_unique<std::array<Slot, block_slots>>());
    for (Slot& slot : *blocks_.back()) slot.next = std::exchange(free_, &slot);
  }

  Slot* free_ = nullptr;
  std::vector<std::unique_ptr<std::array<Slot, block_slots>>> blocks_;
};

}  // namespace wiretale::flow
