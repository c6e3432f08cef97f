// FTP commands (RFC 959): lines taken apart, and what each one means.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wiretale::file_transfer {

/// The commands that are treated each in its own way; all others are `other`.
enum class Verb : std::uint8_t {
  other,
  user,
  pass,
  acct,
  reinitialize,
  auth,
  protect,  ///< ADAT, MIC, CONF, ENC (RFC 2228): what follows is secret
  port,
  eprt,
  pasv,
  epsv,
  cwd,
  cdup,
  pwd,
  type,
  mode,
  rest,
  size,
  feat,
  stat,
  abort,
  quit,
  retrieve,  ///< RETR
  store,     ///< STOR, STOU, APPE
  list       ///< LIST, NLST, MLSD
};

/// A command line.
struct Command {
  std::string name;           ///< in upper case; empty where the line does not begin with a short word
  std::string_view argument;  ///< what follows the space behind it, as it is; the whole line where there is no name
  Verb verb = Verb::other;
  bool known = false;  ///< the command is of RFC 959 or an extension
};

/// Takes a line apart.
[[nodiscard]] Command parse_command(std::string_view line);

/// True for commands that move octets over a data connection.
[[nodiscard]] constexpr bool transfers(Verb verb) {
  return verb == Verb::retrieve || verb == Verb::store || verb == Verb::list;
}
/// True for commands that say where the data connection goes, in their argument or in the reply.
[[nodiscard]] constexpr bool announces(Verb verb) {
  return verb == Verb::port || verb == Verb::eprt || verb == Verb::pasv || verb == Verb::epsv;
}

/// Where in the argument what is secret begins: of PASS and ACCT all; the argument's size where nothing is.
[[nodiscard]] std::size_t secret_from(const Command& command);

/// A line without the Telnet commands in it (RFC 959, section 4.1.3: before ABOR come IP and the Synch signal, of which
/// the urgent octet is DM).
struct TelnetLine {
  std::string text;
  std::vector<std::string_view> commands;  ///< IP, DM …
};
/// True where a line may hold Telnet commands: others need no second look.
[[nodiscard]] bool may_hold_telnet(std::string_view line);
/// Takes them out. A doubled IAC is the octet 255 itself.
[[nodiscard]] TelnetLine without_telnet(std::string_view line);

/// What a command means, for somebody who has just learned FTP; empty where it is unknown.
[[nodiscard]] std::string_view explain_command(std::string_view name);

}  // namespace wiretale::file_transfer
