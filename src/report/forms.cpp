#include "report/forms.hpp"

#include <wiretale/json.hpp>

#include <charconv>

namespace wiretale::report {

void begin_record(std::string& out, std::string_view type, std::string_view session) {
  out += "{\"type\":\"";
  out += type;
  if (!session.empty()) {
    out += "\",\"session\":\"";
    out += session;
  }
  out += '"';
}

void append_open_record(std::string& out, const SecretPolicy& secrets, const RecordType& type, const void* record,
                        std::string_view session, const std::vector<std::string_view>& inside) {
  begin_record(out, type.info.type, session);
  JsonWriter json(out, secrets);
  type.json(record, json);
  if (inside.empty()) return;
  json.key("inside");
  json.begin_array();
  for (const std::string_view layer : inside) json.plain(layer);
  json.end_array();
}

void close_joined(std::string& out, const std::vector<std::string>& same_as) {
  if (!same_as.empty()) {
    out += ",\"same_as\":[";
    for (const std::string& id : same_as) {
      if (&id != &same_as.front()) out += ',';
      out += '"';
      out += id;
      out += '"';
    }
    out += ']';
  }
  out += '}';
}

Frame session_number(std::string_view id) {
  Frame number = 0;
  std::from_chars(id.data(), id.data() + id.size(), number);
  return number;
}

PieceHead session_head(const SessionRecord& record, bool shown) {
  PieceHead head;
  head.kind = PieceHead::Kind::session;
  head.transport = record.transport == "tcp"   ? Transport::tcp
                   : record.transport == "udp" ? Transport::udp
                                               : Transport::other;
  head.number = session_number(record.session);
  head.id = record.session;
  head.shown = shown;
  // The Community ID is a hash of just the endpoints. (FNV-1a makes a number of it.)
  head.flow = 0xcbf29ce484222325U;
  for (const char c : record.community_id) head.flow = (head.flow ^ static_cast<std::uint8_t>(c)) * 0x100000001b3U;
  head.goes_on = head.transport != Transport::tcp || record.midstream.value_or(false);
  return head;
}

PieceHead part_head(const SessionFacts& session) {
  PieceHead head;
  head.kind = PieceHead::Kind::part;
  head.transport = session.transport;
  head.number = session_number(session.id);
  head.id = session.id;
  return head;
}

PieceHead element_head(const RecordType& type, const void* record) {
  PieceHead head;
  switch (type.role) {
    case RecordRole::mail:
      head.kind = PieceHead::Kind::mail;
      break;
    case RecordRole::file:
      head.kind = PieceHead::Kind::file;
      break;
    case RecordRole::finding:
      head.kind = PieceHead::Kind::finding;
      break;
    case RecordRole::packet:
    case RecordRole::exchange:
      head.kind = PieceHead::Kind::record;
      break;
  }
  if (type.join != nullptr) head.join = type.join(record);
  if (type.id != nullptr) head.id = type.id(record);
  if (type.time != nullptr) head.time = type.time(record);
  return head;
}

std::unique_ptr<Renderer> make_renderer(const Style& style) {
  switch (style.format) {
    case Format::json:
      return make_json_renderer(style);
    case Format::ndjson:
      return make_ndjson_renderer(style);
    case Format::text:
      break;
  }
  return make_text_renderer(style);
}

std::unique_ptr<Writer> make_writer(const Style& style, Output& output) {
  switch (style.format) {
    case Format::json:
      return make_json_writer(style, output);
    case Format::ndjson:
      return make_ndjson_writer(style, output);
    case Format::text:
      break;
  }
  return make_text_writer(style, output);
}

}  // namespace wiretale::report
