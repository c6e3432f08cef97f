// NDJSON: one record a line, in the order in which they become known.
#include <utility>

#include <wiretale/json.hpp>

#include "report/forms.hpp"
#include "report/selection.hpp"

namespace wiretale::report {
namespace {

/// Octets that go out with one write.
constexpr std::size_t write_bytes = 64U << 10;

class NdjsonRenderer final : public Renderer {
 public:
  explicit NdjsonRenderer(const Style& style) : style_(style), selection_(style_) {}

  void record(const RecordType& type, const void* record, const SessionFacts& session,
              const std::vector<std::string_view>& inside, SessionStory& story, PieceSink& out) override {
    if (!selection_.record(type, session)) return;
    if (type.role == RecordRole::exchange) ++story.exchanges;
    std::string& text = out.open();
    append_open_record(text, style_.secrets, type, record, session.id, inside);
    if (type.join != nullptr) {
      const PieceHead head = element_head(type, record);
      if (!head.join.empty()) {
        out.close(head);
        return;
      }
    }
    text += "}\n";
    out.close({});
  }

  void session(const SessionRecord& record, SessionStory& story, PieceSink& out) override {
    if (!selection_.session(record)) return;
    std::string& text = out.open();
    begin_record(text, SessionRecord::info.type, {});
    JsonWriter json(text, style_.secrets);
    for_each_field(record, [&]<class T>(std::string_view name, const T& value, std::string_view) {
      if (name == "exchanges")
        write_json_field(json, name, story.exchanges);
      else
        write_json_field(json, name, value);
    });
    json.out() += "}\n";
    out.close({});
  }

  void aside(const RecordType& type, const void* record, const SessionFacts& about, SessionStory&,
             PieceSink& out) override {
    if (selection_.aside(type, about)) line(type, record, out);
  }

  void loose(const RecordType& type, const void* record, PieceSink& out) override {
    if (selection_.loose(type)) line(type, record, out);
  }

 private:
  void line(const RecordType& type, const void* record, PieceSink& out) const {
    std::string& text = out.open();
    append_open_record(text, style_.secrets, type, record, {}, {});
    text += "}\n";
    out.close({});
  }

  Style style_;
  Selection selection_;
};

class NdjsonWriter final : public OutputWriter {
 public:
  NdjsonWriter(const Style& style, Output& output) : OutputWriter(output), style_(style), selection_(style_) {}

  void begin(const CaptureRecord& capture) override { line(record_type<CaptureRecord>, &capture, {}); }

  void piece(const PieceHead& head, std::string_view bytes, const std::vector<std::string>& same_as) override {
    if (bytes.size() >= write_bytes && head.kind == PieceHead::Kind::line) {
      flush();
      put(bytes);
      return;
    }
    buffer_ += bytes;
    if (head.kind != PieceHead::Kind::line) {
      close_joined(buffer_, same_as);
      buffer_ += '\n';
    }
    if (buffer_.size() >= write_bytes) flush();
  }

  void record(const RecordType& type, const void* record, std::string_view session) override {
    if (selection_.of_run(type, session)) line(type, record, session);
  }

  void end(const SummaryRecord& summary) override {
    line(record_type<SummaryRecord>, &summary, {});
    flush();
  }

  void flush() override {
    put(buffer_);
    buffer_.clear();
  }

 private:
  void line(const RecordType& type, const void* record, std::string_view session) {
    append_open_record(buffer_, style_.secrets, type, record, session, {});
    buffer_ += "}\n";
  }

  Style style_;
  Selection selection_;
  std::string buffer_;
};

}  // namespace

std::unique_ptr<Renderer> make_ndjson_renderer(const Style& style) { return std::make_unique<NdjsonRenderer>(style); }

std::unique_ptr<Writer> make_ndjson_writer(const Style& style, Output& output) {
  return std::make_unique<NdjsonWriter>(style, output);
}

}  // namespace wiretale::report
