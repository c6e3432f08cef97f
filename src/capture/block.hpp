// Blocks of input: the memory that captured packets lie in, shared with whoever still looks at one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include <wiretale/bytes.hpp>

namespace wiretale::capture {

/// A run of the input in memory. Only the reader that took it from its pool writes, and only behind the bytes
/// that it has already given out.
class Block {
 public:
  explicit Block(std::size_t size) : octets_(std::make_unique_for_overwrite<std::uint8_t[]>(size)), size_(size) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] Bytes bytes() const { return {octets_.get(), size_}; }
  [[nodiscard]] std::span<std::uint8_t> room() { return {octets_.get(), size_}; }

 private:
  std::unique_ptr<std::uint8_t[]> octets_;
  std::size_t size_;
};

/// Gives blocks, and takes each back when its last owner lets go of it, in whatever thread that happens.
/// Blocks may outlive the pool.
class BlockPool {
 public:
  /// `block_bytes` is the usual size. Only blocks of that size are kept for reuse.
  explicit BlockPool(std::size_t block_bytes);

  /// A block of the usual size, or of `at_least` octets where that is more. Its contents are undefined.
  [[nodiscard]] std::shared_ptr<Block> take(std::size_t at_least = 0);

  [[nodiscard]] std::size_t block_bytes() const { return block_bytes_; }

 private:
  struct Spare;

  std::size_t block_bytes_;
  std::shared_ptr<Spare> spare_;
};

}  // namespace wiretale::capture
