// Where a capture's octets come from: a file, a pipe, memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <wiretale/bytes.hpp>

namespace wiretale::capture {

/// The error of a read that found nothing at the moment: more may come.
inline constexpr int kNothingYet = 11;  // EAGAIN

/// What one read gave. No octets without an error: the input has ended.
struct ReadResult {
  std::size_t octets = 0;
  int error = 0;  ///< errno of a failed read, else 0
};

/// A run of octets that is read once, from start to end.
class Input {
 public:
  virtual ~Input() = default;
  /// Fills the front of `room` (not empty) with what is there. Does not wait where nothing is: see kNothingYet.
  virtual ReadResult read(std::span<std::uint8_t> room) = 0;
  /// Waits until there may be something to read; it may also return for nothing, but not at once again and again.
  virtual void wait() {}
  /// How long the whole input is, where that is known before its end.
  [[nodiscard]] virtual std::optional<std::uint64_t> size() const { return std::nullopt; }
};

/// A regular file, a pipe or a device, by read(2).
///
/// Not by mmap. Measured on a capture of 500 MB in the page cache whose every octet is looked at, mmap took
/// 0.12 s and read(2) 0.14 s; but pages stay in memory only as long as the kernel likes, a pipe has none, and
/// a file that is truncated while it is read would end the process (SIGBUS) instead of the reading.
class FdInput final : public Input {
 public:
  /// Takes over the descriptor and closes it in the end.
  explicit FdInput(int descriptor);
  ~FdInput() override;
  FdInput(const FdInput&) = delete;
  FdInput& operator=(const FdInput&) = delete;

  ReadResult read(std::span<std::uint8_t> room) override;
  void wait() override;
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return size_; }

 private:
  int descriptor_;
  bool may_block_ = true;  // no regular file
  std::optional<std::uint64_t> size_;
};

/// Octets in memory, which must outlive the input. At most `at_once` are given by one read, as a pipe does.
class MemoryInput final : public Input {
 public:
  explicit MemoryInput(Bytes octets, std::size_t at_once = SIZE_MAX)
      : octets_(octets), size_(octets.size()), at_once_(at_once) {}

  ReadResult read(std::span<std::uint8_t> room) override;
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return size_; }

 private:
  Bytes octets_;  // not read yet
  std::size_t size_;
  std::size_t at_once_;
};

}  // namespace wiretale::capture
