// Text, the half that runs in each worker: a record becomes lines, a session a lead and its lines.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <wiretale/json.hpp>

#include "report/forms.hpp"
#include "report/selection.hpp"
#include "report/text_layout.hpp"
#include "report/text_pieces.hpp"
#include "report/text_session.hpp"
#include "report/text_tcp.hpp"

namespace wiretale::report {
namespace {

/// What a session told so far, beside the lines: what the last record said, to fold equal ones, and where each record's
/// lines are, to put them in order.
struct Memory {
  struct Block {
    Frame frame;         ///< the first one that it names
    bool after;          ///< a file, mail or finding: stands behind what is said in the same frame
    std::size_t offset;  ///< of its lines in the story; they end where the next block's begin
    [[nodiscard]] bool before(const Block& other) const {
      return frame != other.frame ? frame < other.frame : after < other.after;
    }
  };
  std::string told;         ///< its lines, without frames and asides
  std::uint64_t again = 0;  ///< records since that told the same
  Frames frames;            ///< of those
  std::vector<Block> blocks;
};

/// Puts a story's blocks in order of their frames: a file is told before the exchange that carried it.
void put_in_order(std::string& story, std::vector<Memory::Block>& blocks) {
  const auto before = [](const Memory::Block& a, const Memory::Block& b) { return a.before(b); };
  if (!std::ranges::is_sorted(blocks, before)) {
    std::vector<std::pair<Memory::Block, std::string_view>> parts;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const std::size_t end = i + 1 < blocks.size() ? blocks[i + 1].offset : story.size();
      parts.emplace_back(blocks[i], std::string_view(story).substr(blocks[i].offset, end - blocks[i].offset));
    }
    std::ranges::stable_sort(parts, before, &std::pair<Memory::Block, std::string_view>::first);
    std::string sorted;
    sorted.reserve(story.size());
    for (const auto& [block, text] : parts) sorted += text;
    story.swap(sorted);
  }
  blocks.clear();
}

void tell_file(const FileRecord& file, Tale& tale) {
  std::string text = "file " + file.id;
  if (!file.name.empty()) text += "  " + file.name;
  const std::string_view type =
      file.detected_media_type.empty() ? std::string_view(file.media_type) : file.detected_media_type;
  if (!type.empty()) text += fmt::format("  {}", type);
  text += "  " + human_bytes(file.bytes);
  if (!file.complete) {
    text += ", not all of it";
    if (file.expected_bytes) text += fmt::format(" ({} announced)", human_bytes(*file.expected_bytes));
  }
  tale.told(file.frames, text, {});
  if (!file.sha256.empty()) tale.detail("SHA-256 " + file.sha256);
}

void tell_fragments(const FragmentsRecord& record, Tale& tale) {
  std::string text = fmt::format("{} of an IP datagram, {} → {}", human_count(record.fragments.size(), "fragment"),
                                 to_string(record.source), to_string(record.destination));
  if (record.bytes) text += fmt::format(", {}", human_bytes(*record.bytes));
  if (record.outcome == "complete")
    text += ": put together";
  else
    text += fmt::format(": never whole ({})", record.outcome);
  tale.told(record.frames, text, {});
  constexpr std::size_t listed = 64;
  for (std::size_t i = 0; i < std::min(listed, record.fragments.size()); ++i) {
    const FragmentFields& fragment = record.fragments[i];
    tale.detail(fmt::format("frame {}: {} at {}{}", fragment.frame, human_bytes(fragment.bytes), fragment.offset,
                            fragment.more_fragments ? "" : ", the last one"));
  }
  if (record.fragments.size() > listed) tale.detail(fmt::format("… and {} more", record.fragments.size() - listed));
  for (const FragmentConflictFields& conflict : record.conflicts)
    tale.detail(fmt::format("{} at {} told twice, otherwise: {} was kept, {} was not", human_bytes(conflict.bytes),
                            conflict.offset, conflict.kept, conflict.dropped));
  tale.notices(record.anomalies);
}

void tell_finding(const FindingRecord& finding, Tale& tale) {
  tale.notice(finding.frames.empty() ? 0 : finding.frames.front(), finding.title);
}

/// A record whose type has no words of its own: its fields as they are in JSON.
void tell_fields(const RecordType& type, const void* record, Tale& tale) {
  std::string text;
  JsonWriter json(text, tale.secrets());
  json.begin_object();
  type.json(record, json);
  json.end_object();
  tale.told({}, std::string(type.info.type) + "  " + json.out(), {});
}

/// ` in day/b.pcap`, where there are several files.
std::string in_file(const std::string& file) { return file.empty() ? "" : " in " + file; }

std::string words_of(const InterfaceRecord& interface) {
  std::string words = interface.name.empty() ? "link type " + interface.link_type
                                             : fmt::format("interface {} ({})", interface.name, interface.link_type);
  if (!interface.description.empty()) words += ", " + interface.description;
  if (!interface.filter.empty()) words += ", filter " + interface.filter;
  return words + in_file(interface.file);
}

std::string words_of(const SectionRecord& section) {
  if (section.application.empty() && section.os.empty()) return {};
  std::string words = section.application.empty() ? "written" : "written by " + section.application;
  if (!section.os.empty()) words += " on " + section.os;
  return words + in_file(section.file);
}

std::string words_of(const CommentRecord& comment) {
  std::string words = comment.frame       ? fmt::format("frame {}", *comment.frame)
                      : comment.interface ? fmt::format("interface {}", *comment.interface)
                                          : std::string(comment.about);
  if (comment.about == "statistics") words += " (statistics)";
  return words + in_file(comment.file) + ": " + comment.text;
}

class TextRenderer final : public Renderer {
 public:
  explicit TextRenderer(const Style& style)
      : style_(style), selection_(style_), layout_(style_), lines_(style_.secrets, style_.explain) {}

  void record(const RecordType& type, const void* record, const SessionFacts& session,
              const std::vector<std::string_view>& inside, SessionStory& story, PieceSink& out) override {
    if (!selection_.record(type, session)) return;
    if (type.role == RecordRole::exchange) ++story.exchanges;
    tell(type, record);
    say_piece(type, record, session.id, &session, out);
    if (lines_.lines().empty()) return;
    if (!inside.empty()) {
      std::string& aside = lines_.lines().front().aside;
      aside += fmt::format("{}in {}", aside.empty() ? "" : "  ", fmt::join(inside, ", "));
    }
    add(type.role != RecordRole::exchange && type.role != RecordRole::packet, session, story);
    give_part(session, story, out);
  }

  void aside(const RecordType& type, const void* record, const SessionFacts& about, SessionStory& story,
             PieceSink& out) override {
    if (!selection_.aside(type, about)) return;
    tell(type, record);
    add(true, about, story);
    give_part(about, story, out);
  }

  void session(const SessionRecord& record, SessionStory& story, PieceSink& out) override {
    PieceHead head = session_head(record, selection_.session(record));
    std::string& text = out.open();
    if (head.shown) {
      const std::size_t start = text.size();
      const std::size_t columns_used = frame_columns(head.number);
      finish(story, columns_used);
      append_troubles(story.body, layout_, record, columns_used);
      const Lead lead = lead_of(record, story);
      if (lead == Lead::full) append_pace(story.body, layout_, record, columns_used, style_.explain);
      append_fields(text, record, lead == Lead::quiet);
      append_lead(text, layout_, record, lead);
      head.split = text.size() - start;
      text += story.body;
    }
    out.close(head);
  }

  void loose(const RecordType& type, const void* record, PieceSink& out) override {
    if (!selection_.loose(type)) return;
    std::string_view what = notice_text::interface_kind;
    std::string words;
    if (&type == &record_type<InterfaceRecord>) {
      words = words_of(*static_cast<const InterfaceRecord*>(record));
    } else if (&type == &record_type<SectionRecord>) {
      words = words_of(*static_cast<const SectionRecord*>(record));
    } else if (&type == &record_type<CommentRecord>) {
      what = notice_text::comment_kind;
      words = words_of(*static_cast<const CommentRecord*>(record));
    } else {
      tell(type, record);
      say_piece(type, record, {}, nullptr, out);
      loose_lines(out);
      return;
    }
    if (words.empty()) return;
    pack(out.open(), {what, words});
    PieceHead head;
    head.kind = PieceHead::Kind::record;
    out.close(head);
  }

 private:
  /// What a record has to tell, in lines_.
  void tell(const RecordType& type, const void* record) {
    lines_.clear();
    if (&type == &record_type<FileRecord>)
      tell_file(*static_cast<const FileRecord*>(record), lines_);
    else if (&type == &record_type<FindingRecord>)
      tell_finding(*static_cast<const FindingRecord*>(record), lines_);
    else if (&type == &record_type<FragmentsRecord>)
      tell_fragments(*static_cast<const FragmentsRecord*>(record), lines_);
    else if (type.tell != nullptr)
      type.tell(record, lines_);
    else
      tell_fields(type, record, lines_);
  }

  /// Gives lines that belong to no session.
  void loose_lines(PieceSink& out) {
    Frames frames;
    for (const TaleLine& line : lines_.lines()) frames.add(line.frames);
    if (frames.empty()) return;
    layout_.lines(out.open(), lines_.lines(), frame_columns(frames.last));
    PieceHead head;
    head.kind = PieceHead::Kind::record;
    head.number = frames.first;
    out.close(head);
  }

  /// Hands on a story that grew large.
  void give_part(const SessionFacts& session, SessionStory& story, PieceSink& out) {
    if (story.body.size() < part_bytes) return;
    finish(story, frame_columns(session_number(session.id)));
    out.open() += story.body;
    out.close(part_head(session));
    story.body.clear();
  }

  /// Adds the record's lines to the session's story, or counts them where they tell the same as those before.
  void add(bool after, const SessionFacts& session, SessionStory& story) {
    if (!story.memory) story.memory = std::make_shared<Memory>();
    Memory& memory = *std::static_pointer_cast<Memory>(story.memory);
    told_.clear();
    Frames frames;
    for (const TaleLine& line : lines_.lines()) {
      if (line.kind == TaleLine::Kind::explanation) continue;
      told_ += static_cast<char>('0' + static_cast<int>(line.kind) * 2 + static_cast<int>(index(line.side)));
      told_ += line.text;
      told_ += '\n';
      frames.add(line.frames);
    }
    if (told_ == memory.told) {
      ++memory.again;
      memory.frames.add(frames);
      return;
    }
    const std::size_t columns_used = frame_columns(session_number(session.id));
    fold(story, columns_used);
    memory.told.swap(told_);
    // What names no frame stays behind what was told before it.
    const Frame frame = frames.first != 0 ? frames.first : memory.blocks.empty() ? 0 : memory.blocks.back().frame;
    memory.blocks.push_back({frame, after, story.body.size()});
    layout_.lines(story.body, lines_.lines(), columns_used);
  }

  /// Says how often the last lines were told again.
  void fold(SessionStory& story, std::size_t columns_used) const {
    if (!story.memory) return;
    Memory& memory = *std::static_pointer_cast<Memory>(story.memory);
    const std::uint64_t again = std::exchange(memory.again, 0);
    const Frames frames = std::exchange(memory.frames, {});
    if (again == 0) return;
    const std::string times =
        again == 1 ? "… the same once more" : fmt::format("… the same {}", human_count(again, "more time"));
    layout_.note(story.body, frames.empty() ? times : times + ", " + frames_words(frames), columns_used);
  }

  /// No more is added to the story: folds and sorts what is in it.
  void finish(SessionStory& story, std::size_t columns_used) const {
    if (!story.memory) return;
    fold(story, columns_used);
    Memory& memory = *std::static_pointer_cast<Memory>(story.memory);
    put_in_order(story.body, memory.blocks);
    memory.told.clear();
  }

  static Lead lead_of(const SessionRecord& record, const SessionStory& story) {
    if (story.exchanges == 0 && story.body.empty() && record.protocols.size() < 2) return Lead::quiet;
    return story.exchanges == 1 && record.transport == "udp" ? Lead::brief : Lead::full;
  }

  /// Tells the writer what it collects over all sessions: findings, and the ways of mails.
  void say_piece(const RecordType& type, const void* record, std::string_view id, const SessionFacts* session,
                 PieceSink& out) const {
    if (&type == &record_type<FindingRecord>) {
      pack_finding(out.open(), *static_cast<const FindingRecord*>(record), id);
      out.close(element_head(type, record));
      return;
    }
    if (type.join == nullptr || session == nullptr) return;
    const PieceHead head = element_head(type, record);
    if (head.join.empty()) return;
    pack(out.open(),
         {to_string(session->client) + " → " + to_string(session->server), session->protocol, time_text(head.time)});
    out.close(head);
  }

  static void append_fields(std::string& out, const SessionRecord& record, bool quiet) {
    if (!quiet) {
      pack(out, {day_text(record.start)});
      return;
    }
    pack(out, {day_text(record.start), record.session, to_string(record.client.ip), to_string(record.server.ip),
               record.server.port ? std::to_string(*record.server.port) : std::string(),
               record.protocols.empty() ? record.transport : record.protocols.front(), session_status(record),
               std::to_string(record.frames.first), std::to_string(record.frames.last)});
  }

  Style style_;
  Selection selection_;
  Layout layout_;
  TaleLines lines_;
  std::string told_;
};

}  // namespace

std::unique_ptr<Renderer> make_text_renderer(const Style& style) { return std::make_unique<TextRenderer>(style); }

}  // namespace wiretale::report
