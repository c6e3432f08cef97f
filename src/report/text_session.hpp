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
/// How much a lead says: what can't be seen from the lines below it.
enum class Lead : std::uint8_t {
  full,   ///< who with whom, what, which frames, how long, how it ended, when and how much
  brief,  ///< who with whom, what and when: a datagram and its answer stand below
  quiet   ///< who with whom, what, which frames, how it ended: nothing stands below
};
/// Adds a session's lead. The last line has no end yet: the writer adds Wireshark's filter.
void append_lead(std::string& out, const Layout& layout, const SessionRecord& record, Lead lead);
/// Adds what was wrong with the session: octets that are missing, dropped or sent twice with another value, anomalies.
void append_troubles(std::string& out, const Layout& layout, const SessionRecord& record, std::size_t frame_columns);
/// Columns for frame numbers in a session that begins with this frame.
[[nodiscard]] std::size_t frame_columns(Frame first);

}  // namespace wiretale::report
