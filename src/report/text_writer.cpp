// Text, the half that puts the sessions in order and tells what they add up to.
#include <optional>
#include <unordered_set>

#include <fmt/format.h>

#include "report/display.hpp"
#include "report/forms.hpp"
#include "report/selection.hpp"
#include "report/stream_numbers.hpp"
#include "report/text_ending.hpp"
#include "report/text_fold.hpp"

namespace wiretale::report {
namespace {

/// Explanations that are remembered as told; no more are told then.
constexpr std::size_t explanations_kept = 4096;

class TextWriter final : public OutputWriter {
 public:
  TextWriter(const Style& style, Output& output)
      : OutputWriter(output), style_(style), selection_(style_), layout_(style_), group_(layout_) {}

  void begin(const CaptureRecord& capture) override { capture_ = capture; }

  void piece(const PieceHead& head, std::string_view bytes, const std::vector<std::string>&) override {
    using Kind = PieceHead::Kind;
    switch (head.kind) {
      case Kind::session:
      case Kind::part:
        sessions_.add(head, bytes);
        break;
      case Kind::finding:
        findings_.add(unpack<finding_text::count>(bytes));
        break;
      case Kind::mail:
        journeys_.leg(head.id, unpack<mail_leg::count>(bytes));
        break;
      case Kind::record:
        if (head.number != 0)
          beside(bytes);
        else
          notice(unpack<notice_text::count>(bytes));
        break;
      case Kind::line:
      case Kind::file:
        break;
    }
  }

  void record(const RecordType& type, const void* record, std::string_view session) override {
    if (!selection_.of_run(type, session)) return;
    if (&type == &record_type<HostRecord>) {
      hosts_.add(*static_cast<const HostRecord*>(record));
    } else if (&type == &record_type<MailJourneyRecord>) {
      journeys_.add(*static_cast<const MailJourneyRecord*>(record), layout_);
    } else if (&type == &record_type<FindingRecord>) {
      std::string packed;
      pack_finding(packed, *static_cast<const FindingRecord*>(record), session);
      findings_.add(unpack<finding_text::count>(packed));
    }
  }

  void end(const SummaryRecord& summary) override {
    append_opening(out_, layout_, capture_, opening_, summary, hosts_.count());
    if (summary.first) day_ = day_text(*summary.first);
    sessions_.visit([this](const SessionSpool::Entry& entry) {
      session(entry);
      return out_.size() < part_bytes || flow();
    });
    group_.give(out_);
    if (!beside_.empty() && !tell_beside()) return;
    if (selection_.one_session() && !any_shown_)
      layout_.paragraph(out_, "\nThere is no session #" + visible(style_.session) + ".", 0, Look::plain);
    findings_.append(out_, layout_);
    if (!journeys_.text().empty()) {
      out_ += '\n';
      layout_.paint().add(out_, Look::strong, "Mails seen on their way");
      out_ += '\n';
      if (!flow() || !journeys_.text().copy_to([this](std::string_view some) { return put(some); })) return;
    }
    hosts_.append(out_, layout_);
    append_left_out(out_, layout_, summary);
    flow();
  }

 private:
  bool flow() {
    const bool read = put(out_);
    out_.clear();
    return read;
  }

  void notice(const Unpacked<notice_text::count>& notice) {
    NoticeTexts& texts =
        notice.fields[notice_text::kind] == notice_text::comment_kind ? opening_.comments : opening_.interfaces;
    if (++texts.count <= texts.kept) texts.first.emplace_back(notice.fields[notice_text::words]);
  }

  void session(const SessionSpool::Entry& entry) {
    if (entry.what != SessionSpool::What::head) {
      if (shown_) add(entry.bytes);
      return;
    }
    const auto stream = streams_.next(entry.transport, entry.flow, entry.goes_on);
    shown_ = entry.shown;
    if (!shown_) return;
    any_shown_ = true;
    const auto lead = unpack<quiet::count>(entry.bytes);
    std::string text(lead.rest);
    if (stream && !style_.filtered) {
      const std::string filter =
          fmt::format("{}.stream eq {}", entry.transport == Transport::tcp ? "tcp" : "udp", *stream);
      const std::size_t line = text.rfind('\n') + 1;
      const bool fits = columns(std::string_view(text).substr(line)) + 2 + filter.size() <= layout_.width();
      text += fits ? "  " : "\n     ";
      layout_.paint().add(text, Look::faint, filter);
    }
    text += '\n';
    const bool is_quiet = !lead.fields[quiet::id].empty();
    if (!is_quiet || !group_.takes(lead)) group_.give(out_);
    begin_day(lead.fields[quiet::day]);
    // Leads in a row that are one line each need no room between.
    if (!is_quiet || !quiet_before_) out_ += '\n';
    quiet_before_ = is_quiet;
    if (is_quiet)
      group_.add(lead, text);
    else
      out_ += text;
  }

  /// Keeps lines that belong to no session.
  void beside(std::string_view lines) {
    if (!beside_.wants()) return;
    std::string before;
    before.swap(out_);
    add(lines);
    beside_.add(out_);
    out_.swap(before);
  }

  bool tell_beside() {
    out_ += '\n';
    layout_.paint().add(out_, Look::strong, "Beside the sessions");
    out_ += '\n';
    if (!flow() || !beside_.text().copy_to([this](std::string_view some) { return put(some); })) return false;
    if (const std::string rest = beside_.rest(); !rest.empty()) layout_.paragraph(out_, rest, 2, Look::faint);
    return true;
  }

  /// Leads tell the time of day: says so when another day begins.
  void begin_day(std::string_view day) {
    if (day == day_) return;
    day_ = day;
    out_ += '\n';
    layout_.paint().add(out_, Look::strong, day_);
    out_ += '\n';
  }

  /// Adds a session's lines; explanations only where they are told for the first time.
  void add(std::string_view lines) {
    if (!style_.explain) {
      out_ += lines;
      return;
    }
    while (!lines.empty()) {
      const std::size_t end = std::min(lines.find('\n'), lines.size() - 1) + 1;
      const std::string_view line = lines.substr(0, end);
      lines.remove_prefix(end);
      if (line.size() < 3 || line.front() != '\x01') {
        out_ += line;
        continue;
      }
      const std::string_view sentence = line.substr(2, line.size() - 3);
      if (explained_.size() < explanations_kept && explained_.emplace(sentence).second)
        layout_.explanation(out_, sentence, static_cast<std::size_t>(line[1] - ' '));
    }
  }

  Style style_;
  Selection selection_;
  Layout layout_;
  CaptureRecord capture_;
  OpeningTexts opening_;
  SessionSpool sessions_;
  StreamNumbers streams_;
  QuietGroup group_;
  Findings findings_;
  Journeys journeys_;
  Hosts hosts_;
  Beside beside_;
  std::unordered_set<std::string> explained_;
  std::string day_;
  std::string out_;
  bool shown_ = false;
  bool any_shown_ = false;
  bool quiet_before_ = false;
};

}  // namespace

std::unique_ptr<Writer> make_text_writer(const Style& style, Output& output) {
  return std::make_unique<TextWriter>(style, output);
}

}  // namespace wiretale::report
