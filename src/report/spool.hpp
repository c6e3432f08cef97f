// What is written later than it is known: in memory while it is little, else in a temporary file without a name.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/report.hpp>

namespace wiretale::report {

/// A file below $TMPDIR (or /tmp) that vanishes with the process. Throws std::system_error where it can't be made,
/// written or read.
class TemporaryFile {
 public:
  TemporaryFile() = default;
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile();

  /// Writes at the end; the file is made at the first call.
  void append(std::string_view bytes);
  /// Reads up to `count` octets from `offset` into `to`, replacing what is in it. Fewer only at the end.
  void read(std::uint64_t offset, std::size_t count, std::string& to) const;
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

/// Texts in the order in which they came.
class Spool {
 public:
  explicit Spool(std::size_t in_memory = 1U << 20) : in_memory_(in_memory) {}

  void append(std::string_view bytes);
  [[nodiscard]] bool empty() const { return buffer_.empty() && file_.size() == 0; }
  /// Gives everything to `take`, until that returns false: then false.
  bool copy_to(const std::function<bool(std::string_view)>& take) const;

 private:
  std::size_t in_memory_;
  std::string buffer_;
  TemporaryFile file_;
};

/// Pieces of sessions: come as they are finished, go in order of the sessions' numbers (an external merge sort).
class SessionSpool {
 public:
  /// `in_memory`: octets that are sorted in memory and then written as one run.
  explicit SessionSpool(std::size_t in_memory = 32U << 20) : in_memory_(in_memory) {}

  /// What of a session an entry is; a session's entries come in this order.
  enum class What : std::uint8_t { head, part, tail };
  struct Entry {
    What what = What::head;
    Transport transport = Transport::none;
    bool shown = true;
    bool goes_on = false;
    std::uint64_t flow = 0;
    std::string_view bytes;  ///< hold for the call
  };

  /// Takes a piece of kind session or part.
  void add(const PieceHead& head, std::string_view bytes);
  /// Gives all entries in order until `visit` returns false. Nothing may be added afterwards.
  void visit(const std::function<bool(const Entry&)>& visit);

 private:
  /// What stands before the octets of an entry, also in the file.
  struct Header {
    std::uint64_t number;   ///< of the session
    std::uint64_t suffix;   ///< of its id: 0, or its letters as a number
    std::uint64_t arrival;  ///< orders the parts of a session
    std::uint64_t flow;
    std::uint64_t length;
    What what;
    Transport transport;
    bool shown;
    bool goes_on;
    std::uint8_t unused[4];  ///< padding with a value
    [[nodiscard]] bool before(const Header& other) const;
  };
  struct Held {
    Header header;
    std::size_t offset;
  };
  class RunReader;

  void add(const PieceHead& head, What what, std::string_view bytes);
  void sort();
  void write_run();
  void merge_runs(const std::function<bool(const Entry&)>& visit);
  static Entry entry(const Header& header, std::string_view bytes);

  std::size_t in_memory_;
  std::uint64_t arrivals_ = 0;
  std::string buffer_;
  std::vector<Held> held_;
  TemporaryFile file_;
  std::vector<std::uint64_t> runs_;  ///< where each starts in the file
};

}  // namespace wiretale::report
