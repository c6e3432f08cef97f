// What --only and --session leave in the report.
#pragma once

#include <string_view>

#include "report/report.hpp"

namespace wiretale::report {

/// Decides what the user wants to see. Views Style, which must outlive it.
class Selection {
 public:
  explicit Selection(const Style& style) : only_(style.only), session_(style.session) {}

  /// A record of a session.
  [[nodiscard]] bool record(const RecordType& type, const SessionFacts& session) const;
  [[nodiscard]] bool session(const SessionRecord& record) const;
  /// A record of no session that is about one.
  [[nodiscard]] bool aside(const RecordType& type, const SessionFacts& about) const;
  /// A record of no session.
  [[nodiscard]] bool loose(const RecordType& type) const;
  /// A record that the whole run gave, and the session that it is about (or none).
  [[nodiscard]] bool of_run(const RecordType& type, std::string_view session) const;
  /// True where only one session is wanted.
  [[nodiscard]] bool one_session() const { return !session_.empty(); }

 private:
  [[nodiscard]] bool protocol(std::string_view name) const;
  [[nodiscard]] bool named_for(const RecordType& type) const;

  const std::vector<std::string>& only_;
  const std::string& session_;
};

}  // namespace wiretale::report
