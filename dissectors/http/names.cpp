#include "http/names.hpp"

#include <algorithm>
#include <array>

namespace wiretale::web {
namespace {

struct Method {
  std::string_view name;
  std::string_view explanation;
};

constexpr std::array methods = std::to_array<Method>({
    {"GET", "GET asks for what the target names, and changes nothing on the server."},
    {"HEAD", "HEAD asks for the header fields that GET would give, without the body."},
    {"POST", "POST hands the body to the target to work on it: a form, an upload, a command."},
    {"PUT", "PUT asks the server to keep the body under the target's name."},
    {"DELETE", "DELETE asks the server to remove what the target names."},
    {"CONNECT", "CONNECT asks a proxy for a tunnel to host and port; after a 2xx the proxy only passes octets on."},
    {"OPTIONS",
     "OPTIONS asks what may be done with the target; browsers ask so before a request to another site (CORS)."},
    {"TRACE", "TRACE asks the server to send the request back, to see what proxies made of it."},
    {"PATCH", "PATCH asks the server to change what it has in the way that the body tells (RFC 5789)."},
    {"PROPFIND", "PROPFIND asks for properties of files and folders (WebDAV, RFC 4918)."},
    {"PROPPATCH", "PROPPATCH changes properties of a file (WebDAV, RFC 4918)."},
    {"MKCOL", "MKCOL makes a folder (WebDAV, RFC 4918)."},
    {"COPY", "COPY copies a file on the server to where the Destination field says (WebDAV, RFC 4918)."},
    {"MOVE", "MOVE moves a file on the server to where the Destination field says (WebDAV, RFC 4918)."},
    {"LOCK", "LOCK keeps others from changing a file (WebDAV, RFC 4918)."},
    {"UNLOCK", "UNLOCK takes the lock off again (WebDAV, RFC 4918)."},
    {"REPORT", "REPORT asks for information about versions of a file (RFC 3253)."},
    {"NOTIFY", "NOTIFY tells of an event, as devices on the home network do (UPnP)."},
    {"SUBSCRIBE", "SUBSCRIBE asks to be told of events (UPnP)."},
    {"UNSUBSCRIBE", "UNSUBSCRIBE asks to be told of events no longer (UPnP)."},
    {"M-SEARCH", "M-SEARCH looks for devices on the home network (SSDP)."},
});

struct Status {
  std::uint16_t code;
  std::string_view reason;
  std::string_view explanation;
};

constexpr std::array statuses = std::to_array<Status>({
    {100, "Continue", "100: the header fields are fine, the client may send the body now."},
    {101, "Switching Protocols", "101: from here on both sides speak the protocol that the Upgrade field names."},
    {102, "Processing", "102: the server is still working (WebDAV)."},
    {103, "Early Hints", "103: fields of the final response, told early so that the client can load what they name."},
    {200, "OK", "200: here it is."},
    {201, "Created", "201: something new was made; the Location field says where."},
    {202, "Accepted", "202: the request was taken, but the work is not done yet."},
    {203, "Non-Authoritative Information", "203: a proxy has changed what the server sent."},
    {204, "No Content", "204: done, and there is nothing to send back: such a response never has a body."},
    {205, "Reset Content", "205: done; the client shall clear its form."},
    {206, "Partial Content", "206: only the part that the Range field asked for."},
    {207, "Multi-Status", "207: the body holds one status for each file (WebDAV)."},
    {300, "Multiple Choices", "300: there are several versions to choose from."},
    {301, "Moved Permanently", "301: it has moved for good to what the Location field names; the client asks there."},
    {302, "Found", "302: for the moment it is found at what the Location field names; the client asks there."},
    {303, "See Other", "303: the answer is to be fetched with GET from what the Location field names."},
    {304, "Not Modified",
     "304: the copy that the client has is still good, so the server sends no body: that is the point of asking with "
     "If-Modified-Since or If-None-Match."},
    {305, "Use Proxy", "305: to be had only through a proxy."},
    {307, "Temporary Redirect", "307: as 302, but the client must repeat the request with the same method."},
    {308, "Permanent Redirect", "308: as 301, but the client must repeat the request with the same method."},
    {400, "Bad Request", "400: the server does not understand the request."},
    {401, "Unauthorized",
     "401 asks the client to say who it is: the WWW-Authenticate field names how. The client repeats the request with "
     "an "
     "Authorization field."},
    {402, "Payment Required", "402: to be paid for."},
    {403, "Forbidden", "403: the server understands, and refuses."},
    {404, "Not Found", "404: there is nothing under this name."},
    {405, "Method Not Allowed", "405: the Allow field tells which methods can be used here."},
    {406, "Not Acceptable", "406: there is no version that the Accept fields allow."},
    {407, "Proxy Authentication Required", "407: as 401, but it is the proxy that asks."},
    {408, "Request Timeout", "408: the server has waited too long for the request."},
    {409, "Conflict", "409: the request does not fit the state that the target is in."},
    {410, "Gone", "410: it was here, and is gone for good."},
    {411, "Length Required", "411: the server wants a Content-Length field."},
    {412, "Precondition Failed", "412: a condition of the request (If-Match, If-Unmodified-Since …) does not hold."},
    {413, "Content Too Large", "413: the body is larger than the server takes."},
    {414, "URI Too Long", "414: the target is longer than the server takes."},
    {415, "Unsupported Media Type", "415: the server does not take bodies of this type."},
    {416, "Range Not Satisfiable", "416: there is no such part."},
    {417, "Expectation Failed", "417: the server can't do what the Expect field asks."},
    {421, "Misdirected Request", "421: this server does not answer for that host."},
    {422, "Unprocessable Content", "422: well written, but it makes no sense."},
    {423, "Locked", "423: somebody has a lock on it (WebDAV)."},
    {424, "Failed Dependency", "424: failed because an earlier step did (WebDAV)."},
    {425, "Too Early", "425: the server does not take this before the TLS handshake is done."},
    {426, "Upgrade Required", "426: to be asked in the protocol that the Upgrade field names."},
    {428, "Precondition Required", "428: the server wants a condition such as If-Match."},
    {429, "Too Many Requests", "429: the client asks too often."},
    {431, "Request Header Fields Too Large", "431: the header section is larger than the server takes."},
    {451, "Unavailable For Legal Reasons", "451: the law forbids it."},
    {500, "Internal Server Error", "500: something broke in the server."},
    {501, "Not Implemented", "501: the server does not know the method."},
    {502, "Bad Gateway", "502: the server behind the gateway gave no proper answer."},
    {503, "Service Unavailable", "503: not now; the Retry-After field may say when."},
    {504, "Gateway Timeout", "504: the server behind the gateway gave no answer in time."},
    {505, "HTTP Version Not Supported", "505: the server does not speak this version of HTTP."},
    {507, "Insufficient Storage", "507: the server has no room left (WebDAV)."},
    {511, "Network Authentication Required", "511: the network wants a login first, as in hotels and trains."},
});

const Status* find(std::uint16_t code) {
  const auto* const found = std::ranges::lower_bound(statuses, code, {}, &Status::code);
  return found != statuses.end() && found->code == code ? found : nullptr;
}

const Method* find(std::string_view name) {
  const auto* const found = std::ranges::find(methods, name, &Method::name);
  return found != methods.end() ? found : nullptr;
}

}  // namespace

bool known_method(std::string_view method) { return find(method) != nullptr; }

std::string_view known_method_at_end(std::string_view text) {
  std::string_view longest;
  for (const Method& method : methods)
    if (method.name.size() > longest.size() && text.ends_with(method.name)) longest = method.name;
  return longest;
}

std::string_view explain_method(std::string_view method) {
  const Method* const known = find(method);
  return known != nullptr ? known->explanation : std::string_view{};
}

std::string_view explain_status(std::uint16_t status) {
  const Status* const known = find(status);
  return known != nullptr ? known->explanation : std::string_view{};
}

std::string_view reason_of(std::uint16_t status) {
  const Status* const known = find(status);
  return known != nullptr ? known->reason : std::string_view{};
}

}  // namespace wiretale::web
