// JSON: one document, the records grouped. Written piece by piece; what comes later than it is known waits in spools.
#include <array>
#include <utility>

#include <wiretale/json.hpp>

#include "report/forms.hpp"
#include "report/selection.hpp"
#include "report/spool.hpp"
#include "report/stream_numbers.hpp"

namespace wiretale::report {
namespace {

class JsonRenderer final : public Renderer {
 public:
  explicit JsonRenderer(const Style& style) : style_(style), selection_(style_) {}

  void record(const RecordType& type, const void* record, const SessionFacts& session,
              const std::vector<std::string_view>& inside, SessionStory& story, PieceSink& out) override {
    if (!selection_.record(type, session)) return;
    if (type.role != RecordRole::exchange) {
      element(type, record, session.id, inside, out);
      return;
    }
    if (story.exchanges++ != 0) story.body += ",\n";
    append_open_record(story.body, style_.secrets, type, record, session.id, inside);
    story.body += '}';
    if (story.body.size() < part_bytes) return;
    out.open() += story.body;
    out.close(part_head(session));
    story.body.clear();
  }

  /// The session's object in two halves: before its exchanges, and the rest of them and what comes after.
  void session(const SessionRecord& record, SessionStory& story, PieceSink& out) override {
    PieceHead head = session_head(record, selection_.session(record));
    std::string& text = out.open();
    if (head.shown) {
      const std::size_t start = text.size();
      begin_record(text, SessionRecord::info.type, {});
      JsonWriter json(text, style_.secrets);
      for_each_field(record, [&]<class T>(std::string_view name, const T& value, std::string_view) {
        if (name != "exchanges") {
          write_json_field(json, name, value);
          return;
        }
        std::string& so_far = json.out();
        so_far += ',';
        head.split = so_far.size() - start;
        so_far += story.body;
        so_far += ']';
      });
      json.end_object();
    }
    out.close(head);
  }

  void aside(const RecordType& type, const void* record, const SessionFacts& about, SessionStory&,
             PieceSink& out) override {
    if (selection_.aside(type, about)) element(type, record, {}, {}, out);
  }

  void loose(const RecordType& type, const void* record, PieceSink& out) override {
    if (selection_.loose(type)) element(type, record, {}, {}, out);
  }

 private:
  void element(const RecordType& type, const void* record, std::string_view session,
               const std::vector<std::string_view>& inside, PieceSink& out) {
    const PieceHead head = element_head(type, record);
    std::string& text = out.open();
    append_open_record(text, style_.secrets, type, record, session, inside);
    if (head.join.empty()) text += '}';
    out.close(head);
  }

  Style style_;
  Selection selection_;
};

class JsonDocument final : public OutputWriter {
 public:
  JsonDocument(const Style& style, Output& output) : OutputWriter(output), style_(style), selection_(style_) {}

  void begin(const CaptureRecord& capture) override {
    append_open_record(capture_, style_.secrets, record_type<CaptureRecord>, &capture, {}, {});
    capture_ += '}';
  }

  void piece(const PieceHead& head, std::string_view bytes, const std::vector<std::string>& same_as) override {
    using Kind = PieceHead::Kind;
    switch (head.kind) {
      case Kind::line:
        return;
      case Kind::session:
      case Kind::part:
        sessions_.add(head, bytes);
        return;
      default:
        break;
    }
    Spool& list = lists_[list_of(head.kind)];
    separate(list);
    list.append(bytes);
    if (head.join.empty()) return;
    std::string end;
    close_joined(end, same_as);
    list.append(end);
  }

  void record(const RecordType& type, const void* record, std::string_view session) override {
    if (!selection_.of_run(type, session)) return;
    const std::size_t list = &type == &record_type<HostRecord> ? hosts : list_of(element_head(type, record).kind);
    std::string text;
    append_open_record(text, style_.secrets, type, record, session, {});
    text += '}';
    separate(lists_[list]);
    lists_[list].append(text);
  }

  void end(const SummaryRecord& summary) override {
    std::string text = "{\"wiretale\":{\"version\":\"" WIRETALE_VERSION "\",\"schema\":\"";
    text += schema_version;
    text += "\"},\n\"capture\":" + capture_ + ",\n\"sessions\":[";
    if (!put(text) || !write_sessions()) return;
    for (std::size_t list = 0; list < lists_.size(); ++list) {
      static constexpr std::string_view names[] = {"mails", "files", "hosts", "findings", "records"};
      text = "],\n\"" + std::string(names[list]) + "\":[";
      if (!put(text) || !lists_[list].copy_to([this](std::string_view some) { return put(some); })) return;
    }
    text = "],\n\"summary\":";
    append_open_record(text, style_.secrets, record_type<SummaryRecord>, &summary, {}, {});
    text += "}}\n";
    put(text);
  }

 private:
  enum List : std::size_t { mails, files, hosts, findings, records };

  static std::size_t list_of(PieceHead::Kind kind) {
    switch (kind) {
      case PieceHead::Kind::mail:
        return mails;
      case PieceHead::Kind::file:
        return files;
      case PieceHead::Kind::finding:
        return findings;
      default:
        return records;
    }
  }

  /// An element a line; commas between.
  static void separate(Spool& list) { list.append(list.empty() ? "\n" : ",\n"); }

  bool write_sessions() {
    std::string text;
    bool first = true, shown = false, read = true;
    sessions_.visit([&](const SessionSpool::Entry& entry) {
      if (entry.what == SessionSpool::What::head) {
        const auto stream = streams_.next(entry.transport, entry.flow, entry.goes_on);
        shown = entry.shown;
        if (!shown) return true;
        text += std::exchange(first, false) ? "\n" : ",\n";
        text += entry.bytes;
        if (stream && !style_.filtered) text += "\"stream\":" + std::to_string(*stream) + ",";
        text += "\"exchanges\":[";
      } else if (shown) {
        text += entry.bytes;
      }
      if (text.size() < part_bytes) return true;
      read = put(text);
      text.clear();
      return read;
    });
    return read && put(text);
  }

  Style style_;
  Selection selection_;
  std::string capture_;
  SessionSpool sessions_;
  std::array<Spool, 5> lists_;
  StreamNumbers streams_;
};

}  // namespace

std::unique_ptr<Renderer> make_json_renderer(const Style& style) { return std::make_unique<JsonRenderer>(style); }

std::unique_ptr<Writer> make_json_writer(const Style& style, Output& output) {
  return std::make_unique<JsonDocument>(style, output);
}

}  // namespace wiretale::report
