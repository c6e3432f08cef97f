#include "smtp/command.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <wiretale/json.hpp>

#include "common/field_values.hpp"

namespace wiretale::mail_transfer {
namespace {

struct VerbInfo {
  std::string_view name;
  Verb verb;
  std::string_view meaning;
};

constexpr std::array<VerbInfo, 25> verbs{{
    {"HELO", Verb::hello, "HELO: the client says its name, in the old way that offers no extensions."},
    {"EHLO", Verb::hello, "EHLO: the client says its name and asks which extensions the server knows."},
    {"LHLO", Verb::lhlo, "LHLO: EHLO of LMTP, the variant that puts mails into mailboxes."},
    {"MAIL", Verb::mail, "MAIL: a new mail begins; this is where to report that it could not be delivered."},
    {"RCPT", Verb::rcpt, "RCPT: one recipient of the mail; the server answers for each of them."},
    {"DATA", Verb::data, "DATA: the client asks to send the message itself, up to a line with only a dot."},
    {"BDAT", Verb::bdat, "BDAT: a piece of the message of the length that is given here, LAST being the end."},
    {"RSET", Verb::rset, "RSET: the client drops the mail that it began, and starts over."},
    {"QUIT", Verb::quit, "QUIT: the client is done and wants to close the connection."},
    {"STARTTLS", Verb::starttls, "STARTTLS: the client asks to encrypt all that follows."},
    {"AUTH", Verb::auth, "AUTH: the client says who it is, and proves it as the mechanism wants."},
    {"NOOP", Verb::other, "NOOP: nothing is wanted but a reply: the connection still works."},
    {"VRFY", Verb::other, "VRFY: does this user or mailbox exist? Most servers won't say."},
    {"EXPN", Verb::other, "EXPN: who is on this mailing list? Most servers won't say."},
    {"HELP", Verb::other, "HELP: the client asks for help; the reply is for people."},
    {"ETRN", Verb::other, "ETRN: the client asks the server to send the mails that wait for this domain."},
    {"ATRN", Verb::other, "ATRN: like ETRN, after login, and the mails come over this connection."},
    {"TURN", Verb::other, "TURN: both sides change roles; hardly used, as nobody proves who they are."},
    {"BURL", Verb::other, "BURL: a piece of the message is to be fetched from a mail store."},
    {"SEND", Verb::other, "SEND: a mail for the recipient's screen; out of use."},
    {"SOML", Verb::other, "SOML: a mail for the screen or the mailbox; out of use."},
    {"SAML", Verb::other, "SAML: a mail for the screen and the mailbox; out of use."},
    {"XCLIENT", Verb::other, "XCLIENT: a mail proxy tells the server who the real client is."},
    {"XFORWARD", Verb::other, "XFORWARD: a mail filter tells the server where it has the mail from."},
    {"PROXY", Verb::proxy, "PROXY: a load balancer tells the server who the real client is; nobody answers that."},
}};

const VerbInfo* find_verb(std::string_view name) {
  const auto found = std::find_if(verbs.begin(), verbs.end(), [&](const VerbInfo& v) { return v.name == name; });
  return found == verbs.end() ? nullptr : &*found;
}

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool is_verb(std::string_view word) {
  return !word.empty() && is_letter(word.front()) && std::all_of(word.begin(), word.end(), [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
  });
}

bool starts_fold(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && equal_fold(text.substr(0, start.size()), start);
}

}  // namespace

Command parse_command(std::string_view line) {
  Command command;
  line = trim_ows(line);
  const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
  if (!is_verb(line.substr(0, end))) {
    command.argument = line;
    return command;
  }
  command.name = upper(line.substr(0, end));
  command.argument = trim_ows(line.substr(end));
  if (const VerbInfo* info = find_verb(command.name)) {
    command.verb = info->verb;
    command.known = true;
  } else if (is_binary(line) || !valid_utf8(line)) {
    command.name.clear();  // octets that happen to begin with letters
    command.argument = line;
  }
  return command;
}

bool surely_command(const Command& command) {
  switch (command.verb) {
    case Verb::mail:
      return starts_fold(command.argument, "FROM:");
    case Verb::rcpt:
      return starts_fold(command.argument, "TO:");
    case Verb::hello:
    case Verb::lhlo:
      return !command.argument.empty() && command.argument.find(' ') == std::string_view::npos;
    case Verb::data:
    case Verb::rset:
    case Verb::quit:
    case Verb::starttls:
      return command.argument.empty();
    case Verb::bdat:
      return parse_chunk_size(command.argument).has_value();
    case Verb::auth:
      return !command.argument.empty() && command.argument.front() >= 'A' && command.argument.front() <= 'Z';
    case Verb::proxy:
      return starts_fold(command.argument, "TCP") || starts_fold(command.argument, "UNKNOWN");
    case Verb::other:
      return command.name == "NOOP" && command.argument.empty();
  }
  return false;
}

bool waits_for_reply(const Command& command) {
  switch (command.verb) {
    case Verb::hello:
    case Verb::lhlo:
    case Verb::data:
    case Verb::quit:
    case Verb::starttls:
    case Verb::auth:
      return true;
    case Verb::other:
      return command.name == "NOOP" || command.name == "VRFY" || command.name == "EXPN" || command.name == "TURN";
    default:
      return false;
  }
}

bool begins_tls(std::string_view line) {
  constexpr char handshake = 22;
  constexpr std::string_view minors("\0\1\2\3\4", 5);  // SSL 3.0 to TLS 1.3
  return line.size() >= 3 && line[0] == handshake && line[1] == 3 && minors.find(line[2]) != std::string_view::npos;
}

bool is_binary(std::string_view line) {
  return std::any_of(line.begin(), line.end(), [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return (octet < ' ' && c != '\t') || octet == 127;
  });
}

std::string address_of(std::string_view argument) {
  const std::size_t colon = argument.find(':');
  if (colon == std::string_view::npos) return {};
  std::string_view path = trim_ows(argument.substr(colon + 1));
  if (!path.starts_with('<')) return std::string(path.substr(0, path.find_first_of(" \t")));
  bool quoted = false;
  std::size_t end = 1;
  for (; end < path.size() && (quoted || path[end] != '>'); ++end) {
    if (quoted && path[end] == '\\')
      ++end;
    else if (path[end] == '"')
      quoted = !quoted;
  }
  path = path.substr(1, std::min(end, path.size()) - 1);
  if (path.empty()) return "<>";
  if (path.starts_with('@')) {  // a source route, which RFC 5321, appendix C tells to ignore
    const std::size_t route = path.find(':');
    if (route != std::string_view::npos) path.remove_prefix(route + 1);
  }
  return std::string(path);
}

std::optional<ChunkSize> parse_chunk_size(std::string_view argument) {
  ChunkSize size;
  const std::size_t end = std::min(argument.find_first_of(" \t"), argument.size());
  const std::string_view digits = argument.substr(0, end);
  const std::string_view rest = trim_ows(argument.substr(end));
  size.last = equal_fold(rest, "LAST");
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  if (!rest.empty() && !size.last) return std::nullopt;
  const auto parsed = std::from_chars(std::to_address(digits.begin()), std::to_address(digits.end()), size.octets);
  if (parsed.ec != std::errc{}) return std::nullopt;
  return size;
}

std::string_view explain_command(std::string_view name) {
  const VerbInfo* info = find_verb(name);
  return info ? info->meaning : std::string_view();
}

}  // namespace wiretale::mail_transfer
