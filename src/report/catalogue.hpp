// All record types, described for machines (JSON Schema) and for people (docs/reference).
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/dissector.hpp>

namespace wiretale::report {

/// A record type, and what the report adds to its fields.
struct TypeEntry {
  enum class Session : std::uint8_t {
    none,      ///< the record belongs to no session
    own,       ///< the session record: a field of its own
    always,    ///< it names its session, and the layers that it was found inside
    sometimes  ///< it may be about a session
  };
  const RecordType* type;
  Session session;
  std::vector<std::string_view> protocols;  ///< who emits it; empty: wiretale itself
};

/// All types: wiretale's own first, then those of the protocols, each once.
[[nodiscard]] std::vector<TypeEntry> all_types(std::span<const Protocol* const> protocols);

/// JSON Schema (2020-12) of a line of NDJSON: of any type, or of the one that is named.
[[nodiscard]] std::string schema(const std::vector<TypeEntry>& types, std::string_view only = {});

/// What every page of the reference begins with.
inline constexpr std::string_view page_mark =
    "<!-- Made by `wiretale reference`: change the record, not this page. -->\n";

/// The pages of docs/reference/, by file name: an index, and one page a record type.
[[nodiscard]] std::map<std::string, std::string> reference(std::span<const Protocol* const> protocols);

}  // namespace wiretale::report
