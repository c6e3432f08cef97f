#include "capture/block.hpp"

#include <mutex>
#include <utility>
#include <vector>

namespace wiretale::capture {
namespace {

// More than this lie idle only after many were in use at once; they go back to the system.
constexpr std::size_t kMostSpare = 16;

}  // namespace

/// The blocks that wait for reuse. It is locked once a block, so once in thousands of packets.
struct BlockPool::Spare {
  std::mutex mutex;
  std::vector<std::unique_ptr<Block>> blocks;

  Spare() { blocks.reserve(kMostSpare); }

  std::unique_ptr<Block> take() {
    const std::lock_guard lock(mutex);
    if (blocks.empty()) return nullptr;
    // The one given back last is the likeliest to be in the cache still.
    std::unique_ptr<Block> block = std::move(blocks.back());
    blocks.pop_back();
    return block;
  }

  void give(std::unique_ptr<Block> block) {
    const std::lock_guard lock(mutex);
    if (blocks.size() < kMostSpare) blocks.push_back(std::move(block));
  }
};

BlockPool::BlockPool(std::size_t block_bytes) : block_bytes_(block_bytes), spare_(std::make_shared<Spare>()) {}

std::shared_ptr<Block> BlockPool::take(std::size_t at_least) {
  if (at_least > block_bytes_) return std::make_shared<Block>(at_least);
  std::unique_ptr<Block> block = spare_->take();
  if (!block) block = std::make_unique<Block>(block_bytes_);
  // The deleter keeps the spare blocks alive, not the pool.
  const auto give_back = [spare = spare_](Block* returned) { spare->give(std::unique_ptr<Block>(returned)); };
  return {block.release(), give_back};
}

}  // namespace wiretale::capture
