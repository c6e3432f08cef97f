#include "pop3/command.hpp"

#include <algorithm>
#include <array>

#include <wiretale/char_set.hpp>

#include "common/field_values.hpp"

namespace wiretale::mailbox {
namespace {

constexpr CharSet blanks(" \t");
constexpr CharSet keyword_chars("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
constexpr CharSet digits("0123456789");
constexpr std::size_t longest_keyword = 16;

struct VerbInfo {
  std::string_view name;
  Verb verb;
  std::string_view meaning;
};

constexpr std::array<VerbInfo, 21> verbs{{
    {"USER", Verb::user, "USER: the client says whose mail it wants. The password follows in PASS."},
    {"PASS", Verb::pass, "PASS: the password, as it is: whoever sees this packet can read it."},
    {"APOP", Verb::apop,
     "APOP: user name and a digest of the password with the time stamp in the greeting, so that the password itself is "
     "not sent. It is MD5, and a weak password can be guessed from it."},
    {"AUTH", Verb::auth, "AUTH: the client says who it is, and proves it as the mechanism wants."},
    {"STLS", Verb::stls, "STLS: the client asks to encrypt all that follows."},
    {"CAPA", Verb::capa, "CAPA: the client asks what the server can do beyond RFC 1939."},
    {"STAT", Verb::stat, "STAT: how many messages are there, and how many octets do they take?"},
    {"LIST", Verb::list, "LIST: the size of each message, by its number in this session."},
    {"UIDL", Verb::uidl,
     "UIDL: a name for each message that stays the same from session to session, so that the client fetches only what "
     "is "
     "new to it."},
    {"RETR", Verb::retr, "RETR: the client fetches a message, up to a line with only a dot."},
    {"TOP", Verb::top, "TOP: the client fetches a message's header and its first lines."},
    {"DELE", Verb::dele, "DELE: the message is marked as deleted. It goes only when the client says QUIT."},
    {"RSET", Verb::rset, "RSET: no message is marked as deleted any more."},
    {"LANG", Verb::lang, "LANG: the language of the server's texts."},
    {"QUIT", Verb::quit, "QUIT: the client is done; now the server deletes what was marked."},
    {"NOOP", Verb::other, "NOOP: nothing is wanted but a reply: the connection still works."},
    {"LAST", Verb::other, "LAST: the number of the last message that was read; out of use."},
    {"RPOP", Verb::other, "RPOP: a login by trust in the client's address; out of use."},
    {"UTF8", Verb::other, "UTF8: addresses and headers may hold UTF-8."},
    {"XTND", Verb::other, "XTND: an extension of one server's own."},
    {"XSENDER", Verb::other, "XSENDER: who sent this message?"},
}};

const VerbInfo* find_verb(std::string_view name) {
  const auto found = std::ranges::find(verbs, name, &VerbInfo::name);
  return found == verbs.end() ? nullptr : &*found;
}

/// The next run of digits in `text`, which moves on behind it; empty where there is none.
std::string_view next_digits(std::string_view& text) {
  text.remove_prefix(digits.first(text));
  const std::string_view number = text.substr(0, digits.first_other(text));
  text.remove_prefix(number.size());
  return number;
}

}  // namespace

Command parse_command(std::string_view line) {
  Command command;
  line = trim_ows(line);
  const std::string_view word = line.substr(0, blanks.first(line));
  const bool keyword = !word.empty() && word.size() <= longest_keyword && !digits.has(word.front()) &&
                       keyword_chars.first_other(word) == word.size();
  if (!keyword) {
    command.argument = line;
    return command;
  }
  command.name = upper(word);
  command.argument = trim_ows(line.substr(word.size()));
  if (const VerbInfo* const info = find_verb(command.name)) {
    command.verb = info->verb;
    command.known = true;
  }
  return command;
}

bool multi_line(const Command& command) {
  switch (command.verb) {
    case Verb::capa:
    case Verb::retr:
    case Verb::top:
      return true;
    case Verb::list:
    case Verb::uidl:
    case Verb::auth:
    case Verb::lang:
      return command.argument.empty();
    default:
      return false;
  }
}

std::size_t secret_from(const Command& command) {
  const std::string_view argument = command.argument;
  if (command.verb == Verb::pass) return 0;
  if (command.verb != Verb::apop && command.verb != Verb::auth) return argument.size();
  return blanks.first_other(argument, blanks.first(argument));
}

std::optional<StatusLine> parse_status(std::string_view line) {
  const auto behind = [&](std::size_t size) { return trim_ows(line.substr(size)); };
  const std::string_view word = line.substr(0, blanks.first(line));
  if (equal_fold(word, "+OK")) return StatusLine{Status::ok, behind(word.size())};
  if (equal_fold(word, "-ERR")) return StatusLine{Status::error, behind(word.size())};
  if (word == "+") return StatusLine{Status::challenge, behind(word.size())};
  return std::nullopt;
}

Numbers parse_numbers(std::string_view text) {
  Numbers numbers;
  numbers.first = decimal(next_digits(text));
  numbers.second = decimal(next_digits(text));
  return numbers;
}

std::optional<std::uint64_t> announced_octets(std::string_view text) {
  while (!text.empty()) {
    const std::string_view number = next_digits(text);
    if (number.empty()) break;
    const std::string_view rest = trim_ows(text);
    for (const std::string_view unit : {"octets", "bytes"})
      if (rest.size() >= unit.size() && equal_fold(rest.substr(0, unit.size()), unit)) return decimal(number);
  }
  return std::nullopt;
}

std::string_view explain_command(std::string_view name) {
  const VerbInfo* const info = find_verb(name);
  return info == nullptr ? std::string_view{} : info->meaning;
}

}  // namespace wiretale::mailbox
