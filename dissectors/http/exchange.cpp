#include "http/exchange.hpp"

#include <algorithm>
#include <utility>

#include <wiretale/char_set.hpp>

#include "common/field_values.hpp"
#include "common/notes.hpp"
#include "http/credentials.hpp"

namespace wiretale::web {
namespace {

/// Authority and path of an absolute URI, or of an origin-form target.
struct Parts {
  std::string_view authority;  ///< without user-info
  std::string_view path;       ///< without query and fragment
};

Parts split(std::string_view target) {
  Parts parts;
  const std::size_t slashes = target.starts_with('/') ? std::string_view::npos : target.find("://");
  if (slashes != std::string_view::npos) {
    target.remove_prefix(slashes + 3);
    constexpr CharSet ends("/?#");
    const std::size_t end = ends.first(target);
    parts.authority = target.substr(0, end);
    if (const std::size_t at = parts.authority.rfind('@'); at != std::string_view::npos)
      parts.authority.remove_prefix(at + 1);
    target.remove_prefix(end);
  }
  constexpr CharSet ends("?#");
  parts.path = target.substr(0, ends.first(target));
  return parts;
}

/// The last segment of a path, percent signs undone where that gives nothing dangerous.
std::string last_segment(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view segment = slash == std::string_view::npos ? path : path.substr(slash + 1);
  std::string plain = percent_decode(segment);
  const auto bad = [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f || c == '/' || c == '\\'; };
  return std::any_of(plain.begin(), plain.end(), bad) ? std::string(segment) : plain;
}

std::vector<FieldRecord> field_records(const HeaderFields& fields) {
  std::vector<FieldRecord> records;
  records.reserve(fields.size());
  for (const HeaderField field : fields) records.push_back({field.name, redact_field(field.name, field.value)});
  return records;
}

std::optional<BodyRecord> body_record(const Message& message) {
  if (!message.body || !message.body->finished()) return std::nullopt;
  const Body& body = *message.body;
  BodyRecord record;
  record.wire_bytes = body.wire_bytes();
  record.bytes = body.bytes();
  record.encoding.assign(body.codings().begin(), body.codings().end());
  record.media_type = body.media_type();
  record.detected_media_type = body.seen().detected_media_type;
  record.sha256 = body.seen().sha256;
  record.file = body.seen().id;
  return record;
}

/// The absolute URI (RFC 9112, section 3.3).
std::string absolute_uri(const Exchange& exchange, const Endpoint& server) {
  const std::string_view target = exchange.request_line.target;
  if (target.find("://") != std::string_view::npos && !target.starts_with('/')) return std::string(target);
  if (exchange.request_line.method == "CONNECT") return {};
  const std::string_view host = host_of(exchange);
  std::string uri;
  uri.reserve(64 + host.size() + target.size());
  uri = "http://";
  if (!host.empty()) {
    uri += host;
  } else if (server.port == 80) {
    uri += server.ip.v6() ? "[" + to_string(server.ip) + "]" : to_string(server.ip);
  } else {
    append(uri, server);
  }
  if (target.starts_with('/') || target.starts_with('?')) uri += target;
  return uri;
}

RequestRecord request_record(const Exchange& exchange, std::string_view uri) {
  const RequestLine& line = exchange.request_line;
  RequestRecord record;
  record.method = line.method;
  record.target = redact_uri(line.target);
  record.version = exchange.bare ? "0.9" : line.version;
  record.host = host_of(exchange);
  record.uri = redact_uri(uri);
  record.headers = field_records(exchange.request.fields);
  record.body = body_record(exchange.request);
  if (exchange.request.body) record.trailers = field_records(exchange.request.body->trailers);
  return record;
}

ResponseRecord response_record(const Exchange& exchange) {
  ResponseRecord record;
  const bool bare = exchange.status.status == 0;  // HTTP/0.9
  if (!bare) record.status = exchange.status.status;
  record.reason = exchange.status.reason;
  record.version = bare ? "0.9" : exchange.status.version;
  record.headers = field_records(exchange.response.fields);
  record.body = body_record(exchange.response);
  if (exchange.response.body) record.trailers = field_records(exchange.response.body->trailers);
  return record;
}

void add_exchange_facts(const Exchange& exchange, HttpRecord& record) {
  const Message& request = exchange.request;
  const Message& response = exchange.response;
  ExchangeFacts& facts = record.exchange;
  facts.time = request.begun              ? request.first
               : response.begun           ? response.first
               : exchange.interim.empty() ? Timestamp{}
                                          : exchange.interim.front()->message.first;
  facts.request_frames = request.frames;
  facts.response_frames = response.frames;
  facts.complete = exchange.complete;
  facts.anomalies = exchange.anomalies;
  if (!request.begun || !response.begun) return;
  if (response.first >= request.last) facts.latency = response.first - request.last;
  if (response.last >= request.first) record.total = response.last - request.first;
}

}  // namespace

void Exchange::lack(const Limits& limits, AnomalyKind kind, std::string_view name, std::string_view text, Frame frame) {
  complete = false;
  note(anomalies, limits, kind, name, text, frame);
}

std::string file_name(const Exchange& exchange, Side sender) {
  const HeaderFields& fields = sender == Side::client ? exchange.request.fields : exchange.response.fields;
  if (const auto disposition = fields.find("content-disposition"))
    if (std::optional<std::string> name = extended_parameter(*disposition, "filename"); name && !name->empty())
      return std::move(*name);
  if (!exchange.request.begun || (sender == Side::client && exchange.request_line.method != "PUT")) return {};
  return last_segment(split(exchange.request_line.target).path);
}

std::vector<std::string> content_codings(const HeaderFields& fields, const Limits& limits) {
  std::vector<std::string> codings;
  for (std::string_view list : fields.named("content-encoding")) {
    while (const auto coding = next_element(list)) {
      if (codings.size() == limits.record_items) return codings;
      codings.emplace_back(*coding);
    }
  }
  return codings;
}

std::string_view host_of(const Exchange& exchange) {
  if (const auto host = exchange.request.fields.find("host"); host && !host->empty()) return *host;
  if (exchange.request_line.method == "CONNECT") return exchange.request_line.target;
  return split(exchange.request_line.target).authority;
}

HttpRecord make_record(const Exchange& exchange, const Endpoint& server, RecordTexts& texts) {
  HttpRecord record;
  record.number = exchange.number;
  add_exchange_facts(exchange, record);
  if (exchange.request.begun) {
    texts.uri = absolute_uri(exchange, server);
    record.request = request_record(exchange, texts.uri);
    if (std::optional<Identity> identity = identify(exchange.request.fields)) record.user = std::move(identity->user);
  }
  record.interim.reserve(exchange.interim.size());
  for (const auto& interim : exchange.interim)
    record.interim.push_back({interim->status.status, interim->status.reason, interim->status.version,
                              field_records(interim->message.fields), interim->message.frames});
  if (exchange.response.begun) record.response = response_record(exchange);
  return record;
}

}  // namespace wiretale::web
