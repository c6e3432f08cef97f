// The lines above a session's exchanges, and what is to be noticed about the session itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/text_layout.hpp"

namespace wiretale::report {

/// `smtp, tls`; a session that no dissector knows: `tcp (https?)`.
[[nodiscard]] std::string session_label(const SessionRecord& record);
/// How it started and ended, as far as that says more than nothing: `closed by client`, `refused`.
[[nodiscard]] std::string session_status(const SessionRecord& record);
/// Adds the lead: who with whom, what, which frames, how long, how it ended; then when and how much. The last line has
/// no end yet: the writer adds Wireshark's filter. `quiet`: one line, as for a session in which nothing was said.
void append_lead(std::string& out, const Layout& layout, const SessionRecord& record, bool quiet);
/// Adds what was wrong with the session: octets that are missing, dropped or sent twice with another value, anomalies.
void append_troubles(std::string& out, const Layout& layout, const SessionRecord& record, std::size_t frame_columns);
/// Columns for frame numbers in a session that begins with this frame.
[[nodiscard]] std::size_t frame_columns(Frame first);

}  // namespace wiretale::report
