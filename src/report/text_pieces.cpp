#include "report/text_pieces.hpp"

#include <algorithm>

#include "report/display.hpp"

namespace wiretale::report {
namespace {

/// Frames that a finding names in text; JSON has all.
constexpr std::size_t frames_shown = 6;

}  // namespace

void pack(std::string& out, std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts) {
    append_visible(out, text);
    out += field_end;
  }
  out += fields_end;
}

void pack_finding(std::string& out, const FindingRecord& finding, std::string_view session) {
  std::string frames;
  for (std::size_t i = 0; i < std::min(finding.frames.size(), frames_shown); ++i) {
    if (i != 0) frames += ", ";
    frames += std::to_string(finding.frames[i]);
  }
  if (finding.frames.size() > frames_shown) frames += " …";
  pack(out, {finding.severity, finding.kind, finding.title, finding.explanation, session, frames, finding.evidence,
             finding.wireshark_filter});
}

}  // namespace wiretale::report
