#include "http/credentials.hpp"

#include <algorithm>
#include <array>

#include <wiretale/char_set.hpp>

#include "common/base64.hpp"
#include "common/field_values.hpp"

namespace wiretale::web {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr CharSet blanks(" \t");

/// True where `word` stands somewhere in `text`. Both are in lower case.
bool holds(std::string_view text, std::string_view word) { return text.find(word) != npos; }

template <std::size_t N>
bool any_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::ranges::any_of(
      words, [&](std::string_view word) { return word.size() == text.size() && equal_fold(text, word); });
}

void mark(Redacted& redacted, std::size_t start, std::size_t end) {
  if (end > start) redacted.secrets.push_back({start, end - start});
}

/// `Basic dXNlcjpwYXNz`: all but the scheme.
Redacted redact_credentials(std::string_view value) {
  Redacted redacted(value);
  const std::size_t space = blanks.first(value);
  mark(redacted, space == value.size() ? 0 : blanks.first_other(value, space), value.size());
  return redacted;
}

/// `a=1; b=2`: what stands behind each `=`, or a whole piece without one. Of Set-Cookie, the first piece only.
Redacted redact_cookies(std::string_view value, bool first_only) {
  Redacted redacted(value);
  std::size_t start = 0;
  while (start < value.size()) {
    const std::size_t end = std::min(value.find(';', start), value.size());
    const std::size_t name = std::min(blanks.first_other(value, start), end);
    const std::size_t equals = value.find('=', name);
    mark(redacted, equals < end ? equals + 1 : name, end);
    if (first_only) break;
    start = end + 1;
  }
  return redacted;
}

constexpr std::array<std::string_view, 12> uri_fields{
    "referer",        "location",      "content-location", "refresh", "link",          "destination",
    "x-original-url", "x-rewrite-url", "x-forwarded-uri",  "origin",  "x-request-uri", "x-original-uri"};

// Most fields of most messages, by length: they hold no secret, and need no closer look.
// clang-format off
constexpr auto plain_fields = std::to_array<std::string_view>({
    "te",
    "age", "dnt", "p3p", "via",
    "date", "etag", "from", "host", "vary",
    "allow", "range",
    "accept", "expect", "pragma", "server", "status",
    "alt-svc", "expires", "upgrade", "warning", "x-cache",
    "if-match", "if-range",
    "connection", "keep-alive", "user-agent",
    "content-md5", "retry-after",
    "content-type", "x-powered-by",
    "accept-ranges", "cache-control", "content-range", "if-none-match", "last-modified",
    "accept-charset", "content-length",
    "accept-encoding", "accept-language",
    "content-encoding", "content-language",
    "if-modified-since", "transfer-encoding"
});
// clang-format on
constexpr std::size_t longest_plain = plain_fields.back().size();

/// Where the plain fields of each length begin.
constexpr auto plain_of_length = [] {
  std::array<std::uint8_t, longest_plain + 2> starts{};
  for (std::size_t length = 0, at = 0; length < starts.size(); ++length) {
    while (at < plain_fields.size() && plain_fields[at].size() < length) ++at;
    starts[length] = static_cast<std::uint8_t>(at);
  }
  return starts;
}();
static_assert(std::ranges::is_sorted(plain_fields, {}, &std::string_view::size));

bool plain_field(std::string_view name) {
  if (name.size() > longest_plain) return false;
  for (std::size_t at = plain_of_length[name.size()]; at < plain_of_length[name.size() + 1]; ++at)
    if (equal_fold(name, plain_fields[at])) return true;
  return false;
}

/// The form field's name and value that start at `form`, which moves on.
struct Pair {
  std::string_view name, value;
};
Pair next_pair(std::string_view& form) {
  const std::size_t end = form.find('&');
  const std::string_view part = form.substr(0, end);
  form = end == npos ? std::string_view{} : form.substr(end + 1);
  const std::size_t equals = part.find('=');
  if (equals == npos) return {part, {}};
  return {part.substr(0, equals), part.substr(equals + 1)};
}

/// Undoes the form's encoding: percent signs, and plus for a space.
std::string form_decode(std::string_view text) {
  std::string plain(text);
  std::ranges::replace(plain, '+', ' ');
  return percent_decode(plain);
}

bool password_name(std::string_view name) {  // in lower case, as the next one
  static constexpr std::array<std::string_view, 6> exact{"pw", "pin", "kennwort", "mot_de_passe", "mdp", "clave"};
  return holds(name, "passw") || holds(name, "pwd") || holds(name, "passphrase") || equal_fold(name, "pass") ||
         holds(name, "_pass") || holds(name, "userpass") || any_of(name, exact);
}

bool user_name(std::string_view name) {
  static constexpr std::array<std::string_view, 8> exact{"log",     "email", "mail", "uid",
                                                         "account", "name",  "id",   "uname"};
  return holds(name, "user") || holds(name, "login") || any_of(name, exact);
}

/// The user of what follows the scheme; nothing where it can't be read.
std::optional<std::string> basic_user(std::string_view credentials) {
  std::optional<std::string> plain = decode_base64(credentials);
  if (!plain) return std::nullopt;
  const std::size_t colon = plain->find(':');
  if (colon == std::string::npos) return std::nullopt;
  plain->resize(colon);
  return plain;
}

std::optional<Identity> identify(std::string_view value, std::string_view field) {
  const std::size_t space = blanks.first(value);
  if (space == value.size()) return std::nullopt;
  const std::string_view scheme = value.substr(0, space);
  const std::string_view rest = trim_ows(value.substr(space));
  if (equal_fold(scheme, "basic")) {
    if (std::optional<std::string> user = basic_user(rest)) return Identity{std::move(*user), true, field};
  } else if (equal_fold(scheme, "digest")) {
    if (std::optional<std::string> user = parameter(rest, "username", ','))
      return Identity{std::move(*user), false, field};
  }
  return std::nullopt;
}

}  // namespace

Redacted redact_field(std::string_view name, std::string_view value) {
  if (value.empty()) return {};
  if (plain_field(name)) return Redacted(value);
  // `contains`: also names with a fault, as `Authorization x`; a line without colon has its name in the value.
  const std::string word = lower(name.empty() ? value : name);
  if (name.empty() && (holds(word, "authorization") || holds(word, "cookie"))) return Redacted::all(value);
  if (holds(word, "authorization")) return redact_credentials(value);
  if (holds(word, "cookie")) return redact_cookies(value, holds(word, "set-cookie"));
  if (any_of(name, uri_fields)) return redact_uri(value);
  if (secret_name(word) || holds(word, "api-key") || holds(word, "apikey") || holds(word, "x-auth"))
    return Redacted::all(value);
  return Redacted(value);
}

std::optional<Identity> identify(const HeaderFields& fields) {
  for (const std::string_view value : fields.named("authorization"))
    if (std::optional<Identity> found = identify(value, "Authorization")) return found;
  for (const std::string_view value : fields.named("proxy-authorization"))
    if (std::optional<Identity> found = identify(value, "Proxy-Authorization")) return found;
  return std::nullopt;
}

std::optional<FormLogin> find_login(std::string_view form) {
  FormLogin login;
  while (!form.empty()) {
    const Pair pair = next_pair(form);
    if (pair.value.empty()) continue;
    std::string name = form_decode(pair.name);
    const std::string word = lower(name);
    if (login.password.empty() && password_name(word)) {
      login.password_field = std::move(name);
      login.password = pair.value;
    } else if (login.user_field.empty() && user_name(word)) {
      login.user_field = std::move(name);
      login.user = form_decode(pair.value);
    }
  }
  if (login.password.empty()) return std::nullopt;
  return login;
}

}  // namespace wiretale::web
