#include "imap/command.hpp"

#include <algorithm>
#include <array>

#include <wiretale/char_set.hpp>

#include "common/base64.hpp"
#include "common/field_values.hpp"

namespace wiretale::imap_mail {
namespace {

constexpr CharSet digits("0123456789");
constexpr CharSet tag_chars("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:;,!#$&'/<=>?@[]^`|~");
constexpr CharSet name_chars("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-=");
constexpr std::size_t longest_tag = 64, longest_name = 24;

struct VerbInfo {
  std::string_view name;
  Verb verb;
  std::string_view meaning;
};

constexpr std::array verbs{
    VerbInfo{"CAPABILITY", Verb::other, "CAPABILITY: the client asks what the server can do."},
    VerbInfo{"NOOP", Verb::other, "NOOP: nothing is wanted but news of the mailbox, if there are any."},
    VerbInfo{"LOGOUT", Verb::logout, "LOGOUT: the client is done; the server says BYE first, then OK."},
    VerbInfo{"STARTTLS", Verb::starttls, "STARTTLS: the client asks to encrypt all that follows."},
    VerbInfo{"AUTHENTICATE", Verb::authenticate,
             "AUTHENTICATE: the client says who it is, and proves it as the mechanism wants."},
    VerbInfo{"LOGIN", Verb::login,
             "LOGIN: user name and password, as they are: whoever sees this packet can read them."},
    VerbInfo{"ENABLE", Verb::other, "ENABLE: from now on the server may use these extensions."},
    VerbInfo{"SELECT", Verb::select,
             "SELECT: the client opens a mailbox. The server tells how many messages it holds and what may be done."},
    VerbInfo{"EXAMINE", Verb::select, "EXAMINE: like SELECT, but nothing can be changed."},
    VerbInfo{"CREATE", Verb::other, "CREATE: a new mailbox."},
    VerbInfo{"DELETE", Verb::other, "DELETE: a mailbox goes, with all that is in it."},
    VerbInfo{"RENAME", Verb::other, "RENAME: a mailbox gets another name."},
    VerbInfo{"SUBSCRIBE", Verb::other, "SUBSCRIBE: the mailbox is one that the user wants to see."},
    VerbInfo{"UNSUBSCRIBE", Verb::other, "UNSUBSCRIBE: the user does not want to see the mailbox any more."},
    VerbInfo{"LIST", Verb::other, "LIST: which mailboxes are there?"},
    VerbInfo{"LSUB", Verb::other, "LSUB: which mailboxes did the user subscribe to?"},
    VerbInfo{"XLIST", Verb::other, "XLIST: LIST that also says what the mailboxes are for; out of use."},
    VerbInfo{"NAMESPACE", Verb::other, "NAMESPACE: where are the user's own mailboxes, and where those of others?"},
    VerbInfo{"STATUS", Verb::other, "STATUS: how many messages does a mailbox hold that is not open?"},
    VerbInfo{"APPEND", Verb::append, "APPEND: the client puts a message into a mailbox, as it does with what it sent."},
    VerbInfo{"IDLE", Verb::idle,
             "IDLE: the client waits, and the server tells at once what happens in the mailbox, until the client says "
             "DONE."},
    VerbInfo{"CHECK", Verb::other, "CHECK: the server may write down what it has in memory."},
    VerbInfo{"CLOSE", Verb::close, "CLOSE: the mailbox is closed; messages marked \\Deleted go for good."},
    VerbInfo{"UNSELECT", Verb::close, "UNSELECT: the mailbox is closed, and nothing is deleted."},
    VerbInfo{"EXPUNGE", Verb::other, "EXPUNGE: messages marked \\Deleted go for good."},
    VerbInfo{"UID EXPUNGE", Verb::other, "UID EXPUNGE: of these messages, those marked \\Deleted go for good."},
    VerbInfo{"SEARCH", Verb::other, "SEARCH: which messages are like this? The answer is message numbers."},
    VerbInfo{"UID SEARCH", Verb::other, "UID SEARCH: which messages are like this? The answer is UIDs."},
    VerbInfo{"SORT", Verb::other, "SORT: like SEARCH, in an order."},
    VerbInfo{"UID SORT", Verb::other, "UID SORT: like UID SEARCH, in an order."},
    VerbInfo{"THREAD", Verb::other, "THREAD: like SEARCH, with answers under what they answer."},
    VerbInfo{"UID THREAD", Verb::other, "UID THREAD: like UID SEARCH, with answers under what they answer."},
    VerbInfo{
        "FETCH", Verb::fetch,
        "FETCH: the client reads messages, or something of them, by their numbers. BODY.PEEK does not mark them as "
        "seen."},
    VerbInfo{"UID FETCH", Verb::fetch,
             "UID FETCH: the client reads messages, or something of them, by UIDs, which never change."},
    VerbInfo{"STORE", Verb::other, "STORE: flags of messages are set or taken away: \\Seen, \\Deleted."},
    VerbInfo{"UID STORE", Verb::other, "UID STORE: flags of messages are set or taken away: \\Seen, \\Deleted."},
    VerbInfo{"COPY", Verb::other, "COPY: messages are copied to another mailbox."},
    VerbInfo{"UID COPY", Verb::other, "UID COPY: messages are copied to another mailbox."},
    VerbInfo{"MOVE", Verb::other, "MOVE: messages go to another mailbox."},
    VerbInfo{"UID MOVE", Verb::other, "UID MOVE: messages go to another mailbox."},
    VerbInfo{"ID", Verb::other, "ID: client and server tell each other which programs they are."},
    VerbInfo{"COMPRESS", Verb::compress, "COMPRESS: all that follows, in both directions, is compressed."},
    VerbInfo{"GETQUOTA", Verb::other, "GETQUOTA: how much room is there, and how much is used?"},
    VerbInfo{"GETQUOTAROOT", Verb::other, "GETQUOTAROOT: which limits on room hold for a mailbox?"},
    VerbInfo{"SETQUOTA", Verb::other, "SETQUOTA: how much room there is to be."},
    VerbInfo{"GETACL", Verb::other, "GETACL: who may do what with a mailbox?"},
    VerbInfo{"SETACL", Verb::other, "SETACL: somebody may do something with a mailbox."},
    VerbInfo{"DELETEACL", Verb::other, "DELETEACL: somebody may not do anything with a mailbox any more."},
    VerbInfo{"LISTRIGHTS", Verb::other, "LISTRIGHTS: which rights can somebody be given?"},
    VerbInfo{"MYRIGHTS", Verb::other, "MYRIGHTS: what may this user do with a mailbox?"},
    VerbInfo{"GETMETADATA", Verb::other, "GETMETADATA: notes about a mailbox or the server."},
    VerbInfo{"SETMETADATA", Verb::other, "SETMETADATA: notes about a mailbox or the server are changed."},
    VerbInfo{"GETANNOTATION", Verb::other, "GETANNOTATION: notes about a mailbox; out of use."},
    VerbInfo{"NOTIFY", Verb::other, "NOTIFY: of which mailboxes, and of what in them, the client wants news."},
    VerbInfo{"UNAUTHENTICATE", Verb::other, "UNAUTHENTICATE: the client is nobody again, on the same connection."},
};

constexpr std::array<std::string_view, 24> responses{
    "CAPABILITY", "ENABLED", "LIST", "LSUB",      "XLIST",  "NAMESPACE", "STATUS",     "FLAGS",
    "SEARCH",     "ESEARCH", "SORT", "THREAD",    "EXISTS", "RECENT",    "EXPUNGE",    "FETCH",
    "VANISHED",   "QUOTA",   "ID",   "QUOTAROOT", "ACL",    "MYRIGHTS",  "LISTRIGHTS", "METADATA",
};

const VerbInfo* find_verb(std::string_view name) {
  const auto found = std::ranges::find(verbs, name, &VerbInfo::name);
  return found == verbs.end() ? nullptr : &*found;
}

/// The next atom of a command's name: `UID`, `FETCH`; empty where there is none.
std::string_view name_at(std::string_view text) {
  const std::string_view word = split_word(text).word;
  return word.size() <= longest_name && name_chars.first_other(word) == word.size() ? word : std::string_view();
}

/// Appends a code point as UTF-8.
void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t octet) { out += static_cast<char>(octet); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

/// Appends UTF-16, big-endian, as UTF-8; false where it is none.
bool append_utf16(std::string& out, std::string_view units) {
  if (units.empty() || units.size() % 2 != 0) return false;
  const auto unit = [&](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<std::uint8_t>(units[at])) << 8 |
           static_cast<std::uint8_t>(units[at + 1]);
  };
  for (std::size_t at = 0; at < units.size(); at += 2) {
    std::uint32_t code = unit(at);
    if (code >= 0xdc00 && code < 0xe000) return false;
    if (code >= 0xd800 && code < 0xdc00) {
      at += 2;
      if (at >= units.size() || unit(at) < 0xdc00 || unit(at) >= 0xe000) return false;
      code = 0x10000 + ((code - 0xd800) << 10) + (unit(at) - 0xdc00);
    }
    append_utf8(out, code);
  }
  return true;
}

}  // namespace

Split split_word(std::string_view text) {
  const std::size_t space = std::min(text.find(' '), text.size());
  return {text.substr(0, space), text.substr(std::min(space + 1, text.size()))};
}

Command parse_command(std::string_view line) {
  Command command;
  const Split tagged = split_word(line);
  const bool tag = !tagged.word.empty() && tagged.word.size() <= longest_tag && tagged.word.size() < line.size() &&
                   tag_chars.first_other(tagged.word) == tagged.word.size();
  const std::string_view name = tag ? name_at(tagged.rest) : std::string_view();
  if (name.empty()) {
    command.argument = line;
    return command;
  }
  command.tag = tagged.word;
  command.name = upper(name);
  command.argument = split_word(tagged.rest).rest;
  if (command.name == "UID") {
    if (const std::string_view second = name_at(command.argument); !second.empty()) {
      command.name += " " + upper(second);
      command.argument = split_word(command.argument).rest;
    }
  }
  if (const VerbInfo* info = find_verb(command.name)) {
    command.verb = info->verb;
    command.known = true;
  }
  return command;
}

std::optional<Literal> announced_literal(std::string_view line) {
  if (!line.ends_with('}')) return std::nullopt;
  const std::size_t brace = line.rfind('{');
  if (brace == std::string_view::npos) return std::nullopt;
  Literal literal;
  std::string_view number = line.substr(brace + 1, line.size() - brace - 2);
  literal.waits = !number.ends_with('+') && !number.ends_with('-');
  if (!literal.waits) number.remove_suffix(1);
  const std::optional<std::uint64_t> octets = decimal(number);
  if (!octets) return std::nullopt;
  literal.octets = *octets;
  literal.before = line.substr(0, brace);
  if (literal.before.ends_with('~')) literal.before.remove_suffix(1);
  return literal;
}

std::optional<Condition> parse_condition(std::string_view text) {
  constexpr std::array<std::string_view, 5> words{"OK", "NO", "BAD", "PREAUTH", "BYE"};
  const Split split = split_word(text);
  for (const std::string_view word : words)
    if (equal_fold(split.word, word)) return Condition{word, split.rest};
  return std::nullopt;
}

std::string_view response_code(std::string_view text) {
  if (!text.starts_with('[')) return {};
  const std::size_t end = text.find(']');
  return end == std::string_view::npos ? std::string_view() : text.substr(1, end - 1);
}

Untagged parse_untagged(std::string_view text) {
  Untagged untagged;
  Split split = split_word(text);
  if (!split.word.empty() && digits.first_other(split.word) == split.word.size()) {
    untagged.number = decimal(split.word);
    split = split_word(split.rest);
  }
  untagged.name = upper(split.word.substr(0, longest_name));
  untagged.text = split.rest;
  return untagged;
}

bool known_response(std::string_view name) {
  return std::ranges::find(responses, name) != responses.end() || parse_condition(name).has_value();
}

std::optional<Argument> next_argument(std::string_view text, std::size_t& position) {
  while (position < text.size() && text[position] == ' ') ++position;
  if (position >= text.size()) return std::nullopt;
  Argument argument;
  argument.begin = position;
  const char first = text[position];
  if (first == '"') {
    for (++position; position < text.size() && text[position] != '"'; ++position) {
      if (text[position] == '\\' && position + 1 < text.size()) ++position;
      argument.value += text[position];
    }
    position = std::min(position + 1, text.size());
  } else if (first == '(') {
    std::size_t depth = 0;
    bool quoted = false;
    for (; position < text.size(); ++position) {
      const char c = text[position];
      if (quoted && c == '\\') {
        ++position;
        continue;
      }
      if (c == '"') quoted = !quoted;
      if (!quoted && c == '(') ++depth;
      if (!quoted && c == ')' && --depth == 0) break;
    }
    position = std::min(position + 1, text.size());
    argument.value = text.substr(argument.begin, position - argument.begin);
  } else {
    const std::size_t brace = text.find('}', position);
    const auto literal = first == '{' && brace != std::string_view::npos
                             ? announced_literal(text.substr(position, brace + 1 - position))
                             : std::nullopt;
    if (literal) {
      argument.value =
          text.substr(brace + 1, static_cast<std::size_t>(std::min<std::uint64_t>(literal->octets, text.size())));
      position = brace + 1 + argument.value.size();
    } else {
      const std::size_t end = std::min(text.find(' ', position), text.size());
      argument.value = text.substr(position, end - position);
      position = end;
    }
  }
  argument.end = position;
  return argument;
}

std::string mailbox_name(std::string_view encoded) {
  if (encoded.size() == 5 && equal_fold(encoded, "INBOX")) return "INBOX";
  std::string name;
  for (std::size_t at = 0; at < encoded.size();) {
    const std::size_t shift = std::min(encoded.find('&', at), encoded.size());
    name += encoded.substr(at, shift - at);
    if (shift == encoded.size()) break;
    const std::size_t end = encoded.find('-', shift);
    if (end == std::string_view::npos) return std::string(encoded);
    if (end == shift + 1) {
      name += '&';
    } else {
      std::string base64(encoded.substr(shift + 1, end - shift - 1));
      std::ranges::replace(base64, ',', '/');
      const std::optional<std::string> units = decode_base64(base64);
      if (!units || !append_utf16(name, *units)) return std::string(encoded);
    }
    at = end + 1;
  }
  return name;
}

std::string_view explain_command(std::string_view name) {
  const VerbInfo* info = find_verb(name);
  return info == nullptr ? std::string_view() : info->meaning;
}

}  // namespace wiretale::imap_mail
