// What the text renderers tell the text writer beside text: fields between control characters, which text that
// append_visible() made never holds.
#pragma once

#include <array>
#include <initializer_list>
#include <string>
#include <string_view>

#include "report/report.hpp"

namespace wiretale::report {

inline constexpr char field_end = '\x1f', fields_end = '\x1e';

/// Adds texts as fields; they are made visible first.
void pack(std::string& out, std::initializer_list<std::string_view> texts);

/// The first N fields of a packed text, and what stands after all fields.
template <std::size_t N>
struct Unpacked {
  std::array<std::string_view, N> fields;
  std::string_view rest;
};
template <std::size_t N>
[[nodiscard]] Unpacked<N> unpack(std::string_view packed) {
  Unpacked<N> unpacked;
  const std::size_t end = packed.find(fields_end);
  std::string_view fields = packed.substr(0, end);
  if (end != std::string_view::npos) unpacked.rest = packed.substr(end + 1);
  for (std::string_view& field : unpacked.fields) {
    const std::size_t stop = fields.find(field_end);
    field = fields.substr(0, stop);
    fields.remove_prefix(stop == std::string_view::npos ? fields.size() : stop + 1);
  }
  return unpacked;
}

// The fields, by kind of piece.

/// Before a session's lead. A session without exchanges may be folded with others; for one that has something to tell,
/// only the day is there.
namespace quiet {
enum Field : std::size_t { day, id, client, server, port, label, status, first_frame, last_frame, count };
}
namespace finding_text {
enum Field : std::size_t { severity, kind, title, explanation, session, frames, evidence, filter, count };
}
namespace mail_leg {
enum Field : std::size_t { route, protocol, time, count };
}
/// What a capture tells beside packets.
namespace notice_text {
enum Field : std::size_t { kind, words, count };
inline constexpr std::string_view interface_kind = "interface", comment_kind = "comment";
}  // namespace notice_text

/// Adds a finding's fields.
void pack_finding(std::string& out, const FindingRecord& finding, std::string_view session);

}  // namespace wiretale::report
