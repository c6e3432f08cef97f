// SMTP commands (RFC 5321, section 4.1): lines taken apart, and what each verb means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wiretale::mail_transfer {

/// The verbs that are treated each in its own way (RFC 5321, section 4.1.1, and the extensions); all others are
/// `other`.
enum class Verb : std::uint8_t { other, hello, lhlo, mail, rcpt, data, bdat, rset, quit, starttls, auth, proxy };

/// A command line.
struct Command {
  std::string name;           ///< the verb in upper case; empty where the line does not begin with one
  std::string_view argument;  ///< what follows it, or the whole line where there is none; without white space around
  Verb verb = Verb::other;
  bool known = false;  ///< the verb is of RFC 5321 or an extension
};

/// Takes a line apart. A verb is a word of letters, digits and hyphens that begins with a letter, as all of RFC 5321
/// and its extensions are.
/// A line that is not text has none, unless it is a known one.
[[nodiscard]] Command parse_command(std::string_view line);

/// True where a line is a command without doubt: a known verb with an argument as it must have. Where it is not known
/// whether commands or a message come next, this decides.
[[nodiscard]] bool surely_command(const Command& command);

/// True where a client has to wait for the reply to this command before it sends more, even if the server offers
/// PIPELINING (RFC 2920, section 3.1).
[[nodiscard]] bool waits_for_reply(const Command& command);

/// True where a line begins as a TLS record does that holds a message of the handshake (RFC 8446, section 5.1).
[[nodiscard]] bool begins_tls(std::string_view line);

/// True where no person and no mail program would write such a line: it holds control characters.
[[nodiscard]] bool is_binary(std::string_view line);

/// The address of MAIL FROM:<…> or RCPT TO:<…> without its brackets and source route; `<>` for the null reverse-path.
[[nodiscard]] std::string address_of(std::string_view argument);

/// The argument of BDAT (RFC 3030): octets that follow, and whether they are the last.
struct ChunkSize {
  std::uint64_t octets = 0;
  bool last = false;
};
[[nodiscard]] std::optional<ChunkSize> parse_chunk_size(std::string_view argument);

/// What a verb means, for somebody who has just learned SMTP; empty where it is unknown.
[[nodiscard]] std::string_view explain_command(std::string_view name);

}  // namespace wiretale::mail_transfer
