// Writes files down while they go by.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/limits.hpp>
#include <wiretale/session.hpp>

#include "extract/folder.hpp"

namespace wiretale::extract {

/// The files of one worker. However many are under way, only a few are open, with a little room each: what a capture
/// interleaves comes in runs.
class Store {
 public:
  Store(Folder& folder, const Limits& limits) : folder_(folder), limits_(limits) {}
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  /// A file. `written` counts the octets that are written of it; it must outlive the file, and the store both.
  [[nodiscard]] std::unique_ptr<KeptFile> keep(std::string_view id, std::uint64_t& written);
  /// Whether more may be written.
  void allow(bool more) { allowed_ = more; }

 private:
  class File;
  /// An open file, and octets that come next in it.
  struct Slot {
    File* file = nullptr;
    int descriptor = -1;
    std::uint64_t offset = 0;
    std::vector<std::uint8_t> octets;
    std::uint64_t used = 0;  ///< when, counted in uses
  };
  static constexpr std::size_t slots = 32;
  static constexpr std::size_t room = 64U << 10;

  Slot* slot_of(File& file);
  void flush(Slot& slot);
  void release(Slot& slot);
  void write_map(const std::string& name, std::uint64_t length, const std::vector<KeptFile::Hole>& holes);

  Folder& folder_;
  const Limits& limits_;
  std::array<Slot, slots> slots_;
  std::uint64_t uses_ = 0;
  bool allowed_ = true;
};

}  // namespace wiretale::extract
