// Folds sessions in a row that are alike and in which nothing was said, as a port scan leaves them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/text_layout.hpp"
#include "report/text_pieces.hpp"

namespace wiretale::report {

/// Collects a group of alike sessions; gives it out as it is where it is small, else as two lines.
class QuietGroup {
 public:
  explicit QuietGroup(const Layout& layout) : layout_(layout) {}

  /// True where the session may stand with those of the group.
  [[nodiscard]] bool takes(const Unpacked<quiet::count>& session) const;
  /// Adds a session that the group takes; `text` are its lines as they stand where it is not folded.
  void add(const Unpacked<quiet::count>& session, std::string_view text);
  [[nodiscard]] bool empty() const { return count_ == 0; }
  /// Adds the group to `out`, and empties it.
  void give(std::string& out);

 private:
  /// What all have in common: from a host to ports of another; to a port of many; from many to a port of one.
  enum class Alike : std::uint8_t { any, server, port, target };

  std::string places() const;
  [[nodiscard]] Alike likeness(const Unpacked<quiet::count>& session) const;

  const Layout& layout_;
  std::uint64_t count_ = 0;
  Alike alike_ = Alike::any;
  std::string day_, client_, server_, port_, label_, status_;  // of the first one
  std::string first_id_, last_id_, first_frame_, last_frame_;
  std::vector<std::string> seen_;  // ports, servers or clients: the first ones
  std::string texts_;
};

}  // namespace wiretale::report
