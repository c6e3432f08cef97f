#include <algorithm>

#include <fmt/format.h>

#include "report/display.hpp"
#include "report/text_ending.hpp"

namespace wiretale::report {
namespace {

constexpr std::size_t protocols_shown = 20;

std::string span_of_time(const SummaryRecord& summary) {
  if (!summary.first || !summary.last) return {};
  const std::string first = time_text(*summary.first), last = time_text(*summary.last);
  const bool same_day = first.substr(0, 10) == last.substr(0, 10);
  return fmt::format("{} to {} UTC, {}", first, same_day ? last.substr(11) : last,
                     human_duration(*summary.last - *summary.first));
}

void append_protocols(std::string& out, const Layout& layout, const Named<ProtocolTotal>& totals) {
  auto rows = totals.items;
  std::ranges::stable_sort(rows, [](const auto& a, const auto& b) { return a.second.bytes > b.second.bytes; });
  std::size_t name_columns = 8;
  for (const auto& [name, total] : rows) name_columns = std::max(name_columns, columns(visible(name)));
  name_columns = std::min<std::size_t>(name_columns, 24);
  out += '\n';
  for (std::size_t i = 0; i < std::min(rows.size(), protocols_shown); ++i) {
    const std::string name = elided(visible(rows[i].first), name_columns);
    out += "  " + name;
    out.append(name_columns - columns(name), ' ');
    const ProtocolTotal& total = rows[i].second;
    out += fmt::format("  {:>16}  {:>17}  {:>11}\n", human_count(total.sessions, "session"),
                       human_count(total.packets, "packet"), human_bytes(total.bytes));
  }
  if (rows.size() > protocols_shown)
    layout.paragraph(out, fmt::format("… {} more", rows.size() - protocols_shown), 2, Look::faint);
}

}  // namespace

void append_opening(std::string& out, const Layout& layout, const CaptureRecord& capture,
                    const InterfaceTexts& interfaces, const SummaryRecord& summary, std::uint64_t hosts) {
  for (const std::string& file : capture.files) {
    const bool last = &file == &capture.files.back();
    layout.paragraph(out, visible(file == "-" ? "standard input" : file) + (last ? " (" + capture.format + ")" : ""), 0,
                     Look::strong);
  }
  if (const std::string span = span_of_time(summary); !span.empty()) layout.paragraph(out, span, 0, Look::plain);
  std::string much = fmt::format("{}, {}, {}", human_count(summary.packets, "packet"), human_bytes(summary.bytes),
                                 human_count(summary.sessions, "session"));
  if (hosts != 0) much += ", " + human_count(hosts, "host");
  layout.paragraph(out, much, 0, Look::plain);
  if (!capture.filter.empty())
    layout.paragraph(out,
                     fmt::format("only packets that match: {} ({} left out)", visible(capture.filter),
                                 human_count(summary.filtered_out, "packet")),
                     0, Look::plain);
  for (const std::string& interface : interfaces.first) layout.paragraph(out, interface, 0, Look::faint);
  if (interfaces.count > interfaces.first.size())
    layout.paragraph(out, fmt::format("… and {} more interfaces", interfaces.count - interfaces.first.size()), 0,
                     Look::faint);
  if (!summary.protocols.items.empty()) append_protocols(out, layout, summary.protocols);
}

void append_left_out(std::string& out, const Layout& layout, const SummaryRecord& summary) {
  std::vector<std::string> lines;
  if (const auto& cut = summary.truncated_at)
    lines.push_back(
        fmt::format("{} could be read up to octet {} only: {}", visible(cut->file), cut->offset, visible(cut->reason)));
  for (const Anomaly& anomaly : summary.anomalies)
    lines.push_back(visible(anomaly.text.empty() ? anomaly.name : anomaly.text) +
                    (anomaly.frame == 0 ? "" : fmt::format(" (frame {})", anomaly.frame)));
  for (const auto& [reason, packets] : summary.not_decoded.items)
    lines.push_back(fmt::format("{} not decoded: {}", human_count(packets, "packet"), visible(reason)));
  for (const auto& [name, count] : summary.limits_reached.items)
    lines.push_back(fmt::format("the limit {} was reached {}", visible(name), human_count(count, "time")));
  if (lines.empty()) return;
  out += '\n';
  layout.paint().add(out, Look::strong, "What was left out");
  out += '\n';
  for (const std::string& line : lines) layout.paragraph(out, line, 2, Look::plain);
}

}  // namespace wiretale::report
