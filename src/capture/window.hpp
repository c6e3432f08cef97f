// The part of an input that is in memory, moving from its start to its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "capture/block.hpp"
#include "capture/input.hpp"

namespace wiretale::capture {

/// Reads an input into blocks, and shows what is read and not yet passed over. What was shown stays where it
/// is as long as its block is kept: only what straddles the end of a block is copied, to the front of the
/// next one.
class Window {
 public:
  Window(std::unique_ptr<Input> input, std::size_t block_bytes);

  /// What is in memory and not passed over yet. Holds until the next `need` or `skip`, or as long as
  /// `block()` is kept.
  [[nodiscard]] Bytes rest() const { return rest_; }
  /// Makes `rest()` hold `count` octets or more; false where the input ends or fails before, or has no more at the
  /// moment (`waiting()`). `behind`: octets before `rest()` that `back()` shall reach afterwards.
  [[nodiscard]] bool need(std::size_t count, std::size_t behind = 0) {
    return rest_.size() >= count || fill(count, behind);
  }
  /// Makes `rest()` hold `count` octets, or fewer where there are no more (at the moment), and gives it.
  Bytes look(std::size_t count, std::size_t behind = 0);
  /// Takes back octets that were passed over: up to `count` of them, as far as they are in memory still.
  void back(std::size_t count);
  /// Passes over `count` octets of `rest()`.
  void advance(std::size_t count) { rest_ = slice(rest_, count); }
  /// Passes over `count` octets, however many, and takes those off `count`; false where the input ends or fails before,
  /// or has no more at the moment.
  [[nodiscard]] bool skip(std::uint64_t& count);

  /// Where `rest()` begins, from the start of the input.
  [[nodiscard]] std::uint64_t offset() const { return read_ - rest_.size(); }
  /// How long the input is, where that is known.
  [[nodiscard]] std::optional<std::uint64_t> size() const { return input_->size(); }
  /// Owns the octets of `rest()`, and of what was passed over since the last `need` or `skip`.
  [[nodiscard]] const std::shared_ptr<const Block>& block() const { return block_; }
  /// errno of the read that failed, 0 where none did.
  [[nodiscard]] int error() const { return error_; }
  /// True where the last `need`, `look` or `skip` found that there is no more at the moment, though more may come.
  [[nodiscard]] bool waiting() const { return waiting_; }
  /// Waits until more may have come.
  void wait() { input_->wait(); }

 private:
  bool fill(std::size_t count, std::size_t behind);
  bool read_more();
  void move_to_new_block(std::size_t at_least, std::size_t behind);
  [[nodiscard]] bool beyond_the_end(std::size_t count) const;

  std::unique_ptr<Input> input_;
  BlockPool pool_;
  std::shared_ptr<const Block> block_;
  std::span<std::uint8_t> room_;  // the end of the block, which nobody else looks at
  Bytes filled_;                  // the front of the block
  Bytes rest_;                    // the end of filled_
  std::uint64_t read_ = 0;        // octets, since the start of the input
  bool ended_ = false;
  bool waiting_ = false;
  int error_ = 0;
};

}  // namespace wiretale::capture
