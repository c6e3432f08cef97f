// What TCP tells of a session, for people.
#pragma once

#include <string>
#include <vector>

#include "report/text_layout.hpp"

namespace wiretale::report {

/// Adds words under the texts of a record, on as few faint lines as hold them.
void append_notes(std::string& out, const Layout& layout, const std::vector<std::string>& words,
                  std::size_t frame_columns);
/// Where octets of a side are missing: `from octet 2920 on, before frame 17; acknowledged, so they were sent`.
[[nodiscard]] std::string first_gap_words(const TcpSideFields& side);
/// What both sides sent more than once, or in vain: `3 packets sent again (2 after silence, 1 asked for)`.
[[nodiscard]] std::vector<std::string> trouble_words(const SessionRecord& record);
/// Adds round trips, windows and throughput under what a session said. Nothing where no segment could be timed.
void append_pace(std::string& out, const Layout& layout, const SessionRecord& record, std::size_t frame_columns,
                 bool explain);

}  // namespace wiretale::report
