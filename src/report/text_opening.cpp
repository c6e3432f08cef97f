#include <algorithm>

#include <fmt/format.h>

#include "report/display.hpp"
#include "report/text_ending.hpp"

namespace wiretale::report {
namespace {

constexpr std::size_t protocols_shown = 20;
constexpr std::size_t files_shown = 8;

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

/// Adds the first ones, and how many more there are.
void append_notices(std::string& out, const Layout& layout, const NoticeTexts& texts, std::string_view more,
                    std::size_t indent = 0) {
  for (const std::string& text : texts.first)
    layout.paragraph(out, text, indent, indent == 0 ? Look::faint : Look::plain);
  if (texts.count > texts.first.size())
    layout.paragraph(out, fmt::format("… and {} {}", texts.count - texts.first.size(), more), indent, Look::faint);
}

/// Adds what the capture tells of packets that were lost, of its damage and of its own contents.
void add_capture_losses(std::vector<std::string>& lines, const SummaryRecord& summary) {
  constexpr std::size_t skipped_shown = 8;
  for (std::size_t i = 0; i < std::min(summary.skipped.size(), skipped_shown); ++i) {
    const SkippedFields& each = summary.skipped[i];
    lines.push_back(fmt::format("{}: {} passed over, octets {} to {}: {}", visible(each.file), human_bytes(each.bytes),
                                each.from, each.to, visible(each.reason)));
  }
  if (summary.skipped.size() > skipped_shown)
    lines.push_back(fmt::format("{} more such places, {} in all", summary.skipped.size() - skipped_shown,
                                human_bytes(summary.skipped_bytes)));
  const auto lost = [&](const std::optional<std::uint64_t>& packets, std::string_view by) {
    if (packets.value_or(0) != 0)
      lines.push_back(fmt::format("{} lost while capturing, {}", human_count(*packets, "packet"), by));
  };
  lost(summary.dropped.kernel, "by the operating system");
  lost(summary.dropped.interface, "by the interface");
  lost(summary.dropped.application, "by the capturing program");
  lost(summary.dropped.between_packets, "as packets tell of those before them");
  for (const auto& [name, packets] : summary.link_errors.items)
    lines.push_back(fmt::format("{} with an error of the link: {}", human_count(packets, "packet"), visible(name)));
  for (const auto& [kind, secrets] : summary.decryption_secrets.items)
    lines.push_back(fmt::format("{} of keys in the capture ({}), not used", human_bytes(secrets.bytes), visible(kind)));
  for (const auto& [kind, count] : summary.other_blocks.items)
    lines.push_back(fmt::format("{} of the capture passed over: {}", human_count(count, "block"), visible(kind)));
}

}  // namespace

void append_opening(std::string& out, const Layout& layout, const CaptureRecord& capture, const OpeningTexts& texts,
                    const SummaryRecord& summary, std::uint64_t hosts) {
  for (std::size_t i = 0; i < std::min(capture.files.size(), files_shown); ++i) {
    const std::string& file = capture.files[i];
    layout.paragraph(out, visible(file == "-" ? "standard input" : file) + (i == 0 ? " (" + capture.format + ")" : ""),
                     0, Look::strong);
  }
  if (capture.files.size() > files_shown)
    layout.paragraph(out, fmt::format("… and {}", human_count(capture.files.size() - files_shown, "more file")), 0,
                     Look::strong);
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
  append_notices(out, layout, texts.interfaces, "more interfaces");
  if (!summary.protocols.items.empty()) append_protocols(out, layout, summary.protocols);
  if (texts.comments.count == 0) return;
  out += '\n';
  layout.paint().add(out, Look::strong, "Comments in the capture");
  out += '\n';
  append_notices(out, layout, texts.comments, "more comments", 2);
}

void append_left_out(std::string& out, const Layout& layout, const SummaryRecord& summary) {
  std::vector<std::string> lines;
  if (const auto& cut = summary.truncated_at)
    lines.push_back(
        fmt::format("{} could be read up to octet {} only: {}", visible(cut->file), cut->offset, visible(cut->reason)));
  add_capture_losses(lines, summary);
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
