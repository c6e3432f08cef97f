// The folder that files are written to (`--extract`).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace wiretale::extract {

/// A folder that was opened: what happens to its path later is no matter, and no name leads out of it. Used by all
/// workers at once.
class Folder {
 public:
  /// Opens it, and makes it where it isn't there; its parent must be. Where that can't be done, error() says why.
  explicit Folder(const std::string& path);
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder();

  /// errno of the opening; 0: it went well.
  [[nodiscard]] int error() const { return error_; }

  /// Makes a file that wasn't there, `name` or, where that is taken, `name (2)` and so on. Gives its descriptor and its
  /// name; nothing where that can't be done, and note() knows why.
  [[nodiscard]] std::optional<std::pair<int, std::string>> make(const std::string& name);
  /// Opens a file that make() gave once more, to write; -1 where that can't be done.
  [[nodiscard]] int reopen(const std::string& name);
  /// Gives a file another name, or one like it where that is taken; empty where that can't be done.
  [[nodiscard]] std::string rename(const std::string& from, const std::string& to);

  /// Takes away a file that make() gave.
  void remove(const std::string& name);

  /// Something could not be written: errno. The first one counts.
  void note(int error);
  /// True where there is no use in going on: the disk is full, or broken.
  [[nodiscard]] bool failed() const { return fault_.load(std::memory_order_relaxed) != 0; }
  [[nodiscard]] int fault() const { return fault_.load(); }

  void count(std::uint64_t octets);
  [[nodiscard]] std::uint64_t files() const { return files_.load(); }
  [[nodiscard]] std::uint64_t octets() const { return octets_.load(); }

 private:
  int descriptor_ = -1;
  int error_ = 0;
  std::atomic<int> fault_ = 0;
  std::atomic<std::uint64_t> files_ = 0, octets_ = 0;
};

/// A name for a file in the folder, made of what a protocol called it: its last part, without what leads elsewhere, is
/// hidden, or can't be shown. May be empty.
[[nodiscard]] std::string safe_name(std::string_view name);

}  // namespace wiretale::extract
