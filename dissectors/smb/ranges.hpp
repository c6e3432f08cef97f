// Which octets of a file were seen.
#pragma once

#include <cstdint>
#include <vector>

namespace wiretale::shares {

/// Stretches of a file, in order, apart from each other.
class Ranges {
 public:
  struct Range {
    std::uint64_t offset, end;
  };

  /// Adds `length` octets from `offset`. False where there would be more than `most` stretches: they are not added.
  bool add(std::uint64_t offset, std::uint64_t length, std::uint64_t most);
  /// Octets in all of them.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  /// Behind the last one; 0 where there is none.
  [[nodiscard]] std::uint64_t end() const { return ranges_.empty() ? 0 : ranges_.back().end; }
  [[nodiscard]] bool empty() const { return ranges_.empty(); }
  /// [offset, length] each.
  [[nodiscard]] std::vector<std::vector<std::uint64_t>> pairs() const;
  /// What is not in them of the first `size` octets, in the same form.
  [[nodiscard]] std::vector<std::vector<std::uint64_t>> holes(std::uint64_t size) const;

 private:
  std::vector<Range> ranges_;
  std::uint64_t bytes_ = 0;
};

}  // namespace wiretale::shares
