// IMAP's lines taken apart (RFC 3501, RFC 9051): commands, responses, literals, names of mailboxes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wiretale::imap_mail {

/// The commands that are treated each in its own way; all others are `other`.
enum class Verb : std::uint8_t {
  other,
  login,
  authenticate,
  starttls,
  compress,
  select,  ///< and EXAMINE
  close,   ///< and UNSELECT
  fetch,   ///< and UID FETCH
  append,
  idle,
  logout
};

/// A command's first line.
struct Command {
  std::string tag;            ///< empty where the line does not begin with one
  std::string name;           ///< in upper case, `UID FETCH` in one; empty where there is none
  std::string_view argument;  ///< what follows; the whole line where there is no tag
  Verb verb = Verb::other;
  bool known = false;  ///< the name is of RFC 9051 or an extension
};

/// Takes a command's line apart.
[[nodiscard]] Command parse_command(std::string_view line);

/// What a line ends with that announces octets: `{310}`, `{310+}`, `~{310}` (RFC 9051, section 4.3; RFC 3516).
struct Literal {
  std::uint64_t octets = 0;
  bool waits = false;       ///< the client is to be told to go on first
  std::string_view before;  ///< the line up to it
};
[[nodiscard]] std::optional<Literal> announced_literal(std::string_view line);

/// The first word of what `text` holds, and what follows the space behind it.
struct Split {
  std::string_view word, rest;
};
[[nodiscard]] Split split_word(std::string_view text);

/// A condition: OK, NO, BAD, PREAUTH, BYE.
struct Condition {
  std::string_view word;  ///< a literal, as above
  std::string_view text;  ///< what follows
};
/// Takes `OK [READ-WRITE] done` apart; nothing where the text begins with no such word.
[[nodiscard]] std::optional<Condition> parse_condition(std::string_view text);
/// The response code in a condition's text (RFC 9051, section 7.1): `READ-WRITE`, `UIDNEXT 4392`; empty where there is
/// none.
[[nodiscard]] std::string_view response_code(std::string_view text);

/// An untagged response: `* 23 EXISTS`, `* FLAGS (\Seen)`.
struct Untagged {
  std::optional<std::uint64_t> number;  ///< message number or count before the name
  std::string name;                     ///< in upper case
  std::string_view text;                ///< what follows
};
/// Takes apart what follows `* `.
[[nodiscard]] Untagged parse_untagged(std::string_view text);
/// True where it is the name of a response that servers send.
[[nodiscard]] bool known_response(std::string_view name);

/// Takes the next argument off a command's or a response's text: an atom, a quoted string without quotes and escapes,
/// a literal (`{3}abc`, as this dissector keeps it), or a list in parentheses as it is. Nothing at the end.
struct Argument {
  std::string value;
  std::size_t begin = 0, end = 0;  ///< where it stands in `text`, with its quotes
};
[[nodiscard]] std::optional<Argument> next_argument(std::string_view text, std::size_t& position);

/// A mailbox's name as its user writes it: modified UTF-7 undone (RFC 3501, section 5.1.3). What is no such text stays
/// as it is.
[[nodiscard]] std::string mailbox_name(std::string_view encoded);

/// What a command means, for somebody who has just learned IMAP; empty where it is unknown.
[[nodiscard]] std::string_view explain_command(std::string_view name);

}  // namespace wiretale::imap_mail
