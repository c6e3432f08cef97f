#include "http/start_line.hpp"

#include <algorithm>
#include <array>

#include <wiretale/char_set.hpp>

#include "http/names.hpp"

namespace wiretale::web {
namespace {

constexpr std::size_t longest_method = 32;
constexpr std::string_view version_word = "HTTP/";
constexpr CharSet blanks(" \t");
/// tchar of RFC 9110, section 5.6.2.
constexpr CharSet token_chars("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

bool digit(char c) { return c >= '0' && c <= '9'; }

bool control(char c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7f; }

/// `1.1` of `HTTP/1.1`; empty where the word is no HTTP/1.x or 0.x version.
std::string_view version_of(std::string_view word) {
  if (!word.starts_with(version_word)) return {};
  word.remove_prefix(version_word.size());
  const bool good = word.size() == 3 && digit(word[0]) && word[1] == '.' && digit(word[2]);
  return good ? word : std::string_view{};
}

/// Length of the method that the text starts with: token characters up to a space. 0: there is none.
std::size_t method_length(std::string_view text) {
  const std::size_t length = token_chars.first_other(text.substr(0, longest_method + 1));
  return length < text.size() && text[length] == ' ' ? length : 0;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

/// True where `text` may be the beginning of `whole`, or begins with it.
bool agrees(std::string_view text, std::string_view whole) {
  const std::size_t common = std::min(text.size(), whole.size());
  return text.substr(0, common) == whole.substr(0, common);
}

Guess probe_status(std::string_view text) {
  static constexpr std::string_view form = "HTTP/d.d ddd";
  for (std::size_t i = 0; i < std::min(text.size(), form.size()); ++i)
    if (form[i] == 'd' ? !digit(text[i]) : text[i] != form[i]) return {Verdict::no, {}};
  return {text.size() < form.size() ? Verdict::maybe : Verdict::yes, Side::server};
}

Guess probe_request(std::string_view text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  const std::size_t length = method_length(line);
  if (length == 0) {
    const bool token = line.size() <= longest_method && token_chars.first_other(line) == line.size();
    return {token && end == std::string_view::npos ? Verdict::maybe : Verdict::no, {}};
  }
  std::string_view rest = line.substr(length + 1);
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  if (std::any_of(rest.begin(), rest.end(), control)) return {Verdict::no, {}};
  if (end == std::string_view::npos) return {Verdict::maybe, Side::client};
  const std::optional<RequestLine> request = parse_request_line(line.substr(0, length + 1 + rest.size()));
  if (!request) return {Verdict::no, {}};
  return {request->version.empty() ? Verdict::maybe : Verdict::yes, Side::client};
}

}  // namespace

std::optional<RequestLine> parse_request_line(std::string_view line) {
  const std::size_t length = method_length(line);
  if (length == 0) return std::nullopt;
  RequestLine request;
  request.method = line.substr(0, length);
  const std::string_view rest = trim(line.substr(length));
  if (std::any_of(rest.begin(), rest.end(), control)) return std::nullopt;
  const std::size_t last = blanks.last(rest);
  const bool alone = last == rest.size();
  const std::string_view word = alone ? rest : rest.substr(last + 1);
  request.version = version_of(word);
  if (!request.version.empty() && request.version[0] <= '1') {
    request.target = alone ? std::string_view{} : trim(rest.substr(0, last));
    request.odd_target = request.target.empty() || blanks.in(request.target);
    return request;
  }
  // No version: an HTTP/0.9 request, or one with a fault; never RTSP, SIP, HTTP/2 or their like.
  request.version = {};
  const bool known = known_method(request.method);
  const std::size_t slash = word.find('/');
  const bool other = !alone && slash != std::string_view::npos && slash != 0 && !word.starts_with(version_word);
  if (!known || other || rest.empty() || word.starts_with("HTTP/2")) return std::nullopt;
  request.odd_version = !alone;
  request.target = rest.substr(0, blanks.first(rest));
  return request;
}

std::optional<RequestLine> find_request_line(std::string_view line) {
  const std::size_t version = line.rfind(' ');
  if (version == std::string_view::npos || version == 0 || version_of(line.substr(version + 1)).empty())
    return std::nullopt;
  const std::size_t target = line.rfind(' ', version - 1);
  if (target == std::string_view::npos) return std::nullopt;
  if (const std::string_view method = known_method_at_end(line.substr(0, target)); !method.empty())
    return parse_request_line(line.substr(target - method.size()));
  return parse_request_line(line);
}

std::optional<RequestLine> parse_cut_request_line(std::string_view line) {
  RequestLine request;
  request.method = line.substr(0, method_length(line));
  if (!known_method(request.method)) return std::nullopt;
  request.target = trim(line.substr(request.method.size()));
  request.odd_version = true;
  return request;
}

std::optional<StatusLine> parse_status_line(std::string_view line) {
  StatusLine status;
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view word = line.substr(0, space);
  status.version = version_of(word);
  status.icy = word == "ICY";
  if (status.version.empty() && !status.icy) return std::nullopt;
  const std::string_view rest = trim(line.substr(space));
  if (rest.size() < 3 || !std::all_of(rest.begin(), rest.begin() + 3, digit)) return std::nullopt;
  if (rest.size() > 3 && digit(rest[3])) return std::nullopt;
  status.status = static_cast<std::uint16_t>((rest[0] - '0') * 100 + (rest[1] - '0') * 10 + (rest[2] - '0'));
  status.reason = trim(rest.substr(3));
  return status;
}

std::optional<std::size_t> find_status_line(std::string_view line) {
  for (std::size_t at = line.find(version_word); at != std::string_view::npos; at = line.find(version_word, at + 1)) {
    const std::string_view rest = line.substr(at);
    if (parse_status_line(rest) && std::none_of(rest.begin(), rest.end(), control)) return at;
  }
  return std::nullopt;
}

Guess probe(Transport transport, Bytes start) {
  if (transport != Transport::tcp) return {Verdict::no, {}};
  std::string_view text = text_of(start);
  const std::size_t first = text.find_first_not_of("\r\n");
  if (first == std::string_view::npos) return {Verdict::maybe, {}};
  text.remove_prefix(first);
  if (agrees(text, version_word)) return probe_status(text);
  if (agrees(text, "ICY 200")) return {text.size() < 7 ? Verdict::maybe : Verdict::yes, Side::server};
  // A page without a status line may be the answer of an HTTP/0.9 server.
  if (text.front() == '<') return {Verdict::maybe, {}};
  return probe_request(text);
}

}  // namespace wiretale::web
