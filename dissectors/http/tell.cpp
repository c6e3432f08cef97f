// How an exchange is told to a person.
#include <array>
#include <string>

#include "common/field_values.hpp"
#include "http/http.hpp"
#include "http/names.hpp"

namespace wiretale::web {
namespace {

// Fields worth a line of their own under a request.
constexpr std::array<std::string_view, 12> request_fields{
    "host",    "if-modified-since", "if-none-match",       "if-match",    "if-unmodified-since", "range", "expect",
    "upgrade", "authorization",     "proxy-authorization", "destination", "x-forwarded-for"};
constexpr std::array<std::string_view, 8> response_fields{"location",      "www-authenticate", "proxy-authenticate",
                                                          "content-range", "retry-after",      "upgrade",
                                                          "last-modified", "content-location"};

template <std::size_t N>
void tell_fields(const std::vector<FieldRecord>& fields, const std::array<std::string_view, N>& wanted, Tale& tale) {
  for (const FieldRecord& field : fields)
    for (const std::string_view name : wanted)
      if (equal_fold(field.name, name))
        tale.detail(std::string(field.name) + ": " + shown(field.value, tale.secrets()));
}

std::string_view find(const std::vector<FieldRecord>& fields, std::string_view name) {
  for (const FieldRecord& field : fields)
    if (equal_fold(field.name, name)) return field.value.text;
  return {};
}

/// `4.7 kB image/png, gzip`; empty where there is no body.
std::string about_body(const std::optional<BodyRecord>& body) {
  if (!body) return {};
  std::string text = human_bytes(body->bytes.value_or(body->wire_bytes.value_or(0)));
  const std::string_view type = body->media_type.empty() ? body->detected_media_type : body->media_type;
  if (!type.empty()) text += " " + std::string(type);
  for (const std::string_view coding : body->encoding) text += ", " + std::string(coding);
  return text;
}

void explain_request(const HttpRecord& record, const RequestRecord& request, Tale& tale) {
  if (const std::string_view method = explain_method(request.method); !method.empty()) tale.explain(method);
  if (record.number > 1)
    tale.explain(
        "The connection of an earlier request is used again (keep-alive): that saves the time of a new TCP handshake.");
  const std::string_view credentials = find(request.headers, "authorization");
  if (credentials.size() > 6 && equal_fold(credentials.substr(0, 6), "basic "))
    tale.explain(
        "Basic is no encryption: user name and password are only written in base64, and anybody who sees the packet "
        "can "
        "read them.");
  if (!find(request.headers, "if-modified-since").empty() || !find(request.headers, "if-none-match").empty())
    tale.explain("The client has a copy already and asks for a new one only if it has changed: a conditional request.");
  if (!find(request.headers, "range").empty()) tale.explain("Range asks for a part only, as to go on with a download.");
  if (!find(request.headers, "expect").empty())
    tale.explain("Expect: 100-continue asks the server to look at the header fields before the body is sent.");
}

void explain_response(const ResponseRecord& response, Tale& tale) {
  if (response.status)
    if (const std::string_view status = explain_status(*response.status); !status.empty()) tale.explain(status);
  const std::string_view transfer = find(response.headers, "transfer-encoding");
  if (!transfer.empty() && response.body)
    tale.explain(
        "Chunked: the server did not know the length beforehand, so the body comes in pieces, each with its size in "
        "hexadecimal; a piece of size 0 ends it.");
  else if (response.body && find(response.headers, "content-length").empty())
    tale.explain("No field tells the length: the body ends when the server closes the connection.");
  if (response.body && !response.body->encoding.empty())
    tale.explain("The body was packed to save octets; the size told here is that of the unpacked one.");
}

void tell_request(const HttpRecord& record, const RequestRecord& request, Tale& tale) {
  std::string line(request.method);
  line += " " + shown(request.target, tale.secrets());
  if (!request.version.empty() && request.version != "0.9") line += " HTTP/" + std::string(request.version);
  if (const std::string body = about_body(request.body); !body.empty()) line += "  " + body;
  tale.said(Side::client, record.exchange.request_frames, line, {});
  tell_fields(request.headers, request_fields, tale);
  if (!record.user.empty()) tale.detail("user " + record.user);
  if (tale.explaining()) explain_request(record, request, tale);
}

std::string status_text(std::optional<std::uint16_t> status, std::string_view reason) {
  if (!status) return "(no status line)";
  std::string text = std::to_string(*status);
  const std::string_view phrase = reason.empty() ? reason_of(*status) : reason;
  if (!phrase.empty()) text += " " + std::string(phrase);
  return text;
}

void tell_response(const HttpRecord& record, const ResponseRecord& response, Tale& tale) {
  std::string line = status_text(response.status, response.reason);
  if (const std::string body = about_body(response.body); !body.empty()) line += "  " + body;
  const std::string aside = record.exchange.latency ? human_duration(*record.exchange.latency) : std::string{};
  tale.said(Side::server, record.exchange.response_frames, line, aside);
  tell_fields(response.headers, response_fields, tale);
  if (tale.explaining()) explain_response(response, tale);
}

}  // namespace

void HttpRecord::tell(const HttpRecord& record, Tale& tale) {
  if (record.request) tell_request(record, *record.request, tale);
  for (const InterimRecord& interim : record.interim) {
    tale.said(Side::server, interim.frames, status_text(interim.status, interim.reason), {});
    if (tale.explaining())
      if (const std::string_view status = explain_status(interim.status); !status.empty()) tale.explain(status);
  }
  if (record.response) tell_response(record, *record.response, tale);
  tale.notices(record.exchange.anomalies);
}

}  // namespace wiretale::web
