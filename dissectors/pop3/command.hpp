// POP3 commands and statuses (RFC 1939): lines taken apart, and what each keyword means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wiretale::mailbox {

/// The keywords that are treated each in its own way; all others are `other`.
enum class Verb : std::uint8_t {
  other,
  user,
  pass,
  apop,
  auth,
  stls,
  capa,
  stat,
  list,
  uidl,
  retr,
  top,
  dele,
  rset,
  lang,
  quit
};

/// A command line.
struct Command {
  std::string name;           ///< the keyword in upper case; empty where the line does not begin with one
  std::string_view argument;  ///< what follows it, or the whole line where there is none; without white space around
  Verb verb = Verb::other;
  bool known = false;  ///< the keyword is of RFC 1939 or an extension
};

/// Takes a line apart. A keyword is a word of letters.
[[nodiscard]] Command parse_command(std::string_view line);

/// True where more lines follow a positive reply to this command (RFC 1939, section 3).
[[nodiscard]] bool multi_line(const Command& command);
/// Where in the argument what is secret begins: of PASS all, of APOP the digest, of AUTH an initial response; the
/// argument's size where nothing is.
[[nodiscard]] std::size_t secret_from(const Command& command);

enum class Status : std::uint8_t { ok, error, challenge };

/// A line that begins with a status.
struct StatusLine {
  Status status = Status::ok;
  std::string_view text;  ///< what follows
};

/// `+OK …`, `-ERR …` or, in the dialogue of AUTH, `+ …`; nothing for any other line.
[[nodiscard]] std::optional<StatusLine> parse_status(std::string_view line);

/// The first two decimal numbers of a text; nothing for those that are not there: `2 320` of STAT, LIST and their like.
struct Numbers {
  std::optional<std::uint64_t> first, second;
};
[[nodiscard]] Numbers parse_numbers(std::string_view text);

/// The number before the word `octets` or `bytes`, as servers tell a message's size.
[[nodiscard]] std::optional<std::uint64_t> announced_octets(std::string_view text);

/// What a keyword means, for somebody who has just learned POP3; empty where it is unknown.
[[nodiscard]] std::string_view explain_command(std::string_view name);

}  // namespace wiretale::mailbox
