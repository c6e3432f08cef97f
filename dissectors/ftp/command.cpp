#include "ftp/command.hpp"

#include <algorithm>
#include <array>

#include <wiretale/char_set.hpp>

#include "common/field_values.hpp"

namespace wiretale::file_transfer {
namespace {

constexpr CharSet blanks(" \t");
constexpr CharSet digits("0123456789");
constexpr CharSet name_chars("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
constexpr std::size_t longest_name = 12;

struct VerbInfo {
  std::string_view name;
  Verb verb;
  std::string_view meaning;
};

constexpr std::array<VerbInfo, 60> verbs{{
    {"USER", Verb::user, "USER: who logs in. The password follows in PASS."},
    {"PASS", Verb::pass, "PASS: the password, as it is: whoever sees this packet can read it."},
    {"ACCT", Verb::acct, "ACCT: an account, which some servers want beside user and password."},
    {"REIN", Verb::reinitialize, "REIN: the login is forgotten; the connection stays."},
    {"AUTH", Verb::auth, "AUTH: the client asks to protect all that follows, with TLS for the most part."},
    {"ADAT", Verb::protect, "ADAT: data of the security mechanism that AUTH named."},
    {"MIC", Verb::protect, "MIC: a command that is signed, so that nobody can change it."},
    {"CONF", Verb::protect, "CONF: a command that is encrypted."},
    {"ENC", Verb::protect, "ENC: a command that is encrypted and signed."},
    {"PBSZ", Verb::other, "PBSZ: the size of protected blocks; 0 with TLS, which cares for that itself."},
    {"PROT", Verb::other, "PROT: how data connections are protected: C in clear, P encrypted."},
    {"CCC", Verb::other, "CCC: the commands go on in clear."},
    {"PORT", Verb::port,
     "PORT: active mode: the client says at which address and port it waits, and the server connects to it for the "
     "next "
     "transfer. Four numbers are the address, the last two the port: 4,89 is 4 x 256 + 89 = 1113."},
    {"EPRT", Verb::eprt, "EPRT: PORT for IPv4 and IPv6: protocol, address and port between bars (RFC 2428)."},
    {"PASV", Verb::pasv,
     "PASV: passive mode: the server shall wait at a port, which it names in the reply, and the client connects to it "
     "for the next transfer. That gets through firewalls and NAT in front of the client."},
    {"EPSV", Verb::epsv, "EPSV: PASV for IPv4 and IPv6: the reply names the port alone (RFC 2428)."},
    {"CWD", Verb::cwd, "CWD: goes to a directory."},
    {"XCWD", Verb::cwd, "XCWD: goes to a directory; an old name of CWD."},
    {"CDUP", Verb::cdup, "CDUP: goes to the directory above."},
    {"XCUP", Verb::cdup, "XCUP: goes to the directory above; an old name of CDUP."},
    {"PWD", Verb::pwd, "PWD: in which directory are we?"},
    {"XPWD", Verb::pwd, "XPWD: in which directory are we? An old name of PWD."},
    {"TYPE", Verb::type,
     "TYPE: how octets are meant: A is text, whose line endings may be changed on the way; I takes them as they are."},
    {"MODE", Verb::mode,
     "MODE: how data is sent: S as a stream that ends with its connection, B in blocks, C and Z "
     "compressed."},
    {"STRU", Verb::other, "STRU: the structure of files: F, nothing but octets, is the only one in use."},
    {"REST", Verb::rest,
     "REST: the next transfer begins this many octets into the file: it goes on with an earlier "
     "one."},
    {"SIZE", Verb::size, "SIZE: how many octets would a transfer of this file have (RFC 3659)?"},
    {"MDTM", Verb::other, "MDTM: when was this file changed last (RFC 3659)?"},
    {"MFMT", Verb::other, "MFMT: sets the time at which the file was changed last."},
    {"FEAT", Verb::feat, "FEAT: what can the server do beyond RFC 959 (RFC 2389)?"},
    {"OPTS", Verb::other, "OPTS: an option for another command (RFC 2389)."},
    {"SYST", Verb::other, "SYST: what kind of system is the server? UNIX tells what LIST looks like."},
    {"STAT", Verb::stat, "STAT: how the session or a transfer stands; with a path, a listing over this connection."},
    {"ABOR", Verb::abort, "ABOR: stops the transfer that is under way."},
    {"QUIT", Verb::quit, "QUIT: the client is done."},
    {"RETR", Verb::retrieve, "RETR: the client fetches a file, over a connection of its own for the data."},
    {"STOR", Verb::store, "STOR: the client stores a file on the server; one that is there is replaced."},
    {"STOU", Verb::store, "STOU: the client stores a file; the server finds a name that is free."},
    {"APPE", Verb::store, "APPE: what the client sends is added to the end of the file."},
    {"LIST", Verb::list, "LIST: a listing of a directory, for people, over a connection of its own."},
    {"NLST", Verb::list, "NLST: the names in a directory and nothing else, over a connection of its own."},
    {"MLSD", Verb::list, "MLSD: a listing of a directory that programs can read (RFC 3659)."},
    {"MLST", Verb::other, "MLST: what the server knows of one file, over this connection (RFC 3659)."},
    {"RNFR", Verb::other, "RNFR: the file that is to have another name; RNTO says which."},
    {"RNTO", Verb::other, "RNTO: the new name of the file that RNFR told."},
    {"DELE", Verb::other, "DELE: deletes a file."},
    {"MKD", Verb::other, "MKD: makes a directory."},
    {"XMKD", Verb::other, "XMKD: makes a directory; an old name of MKD."},
    {"RMD", Verb::other, "RMD: removes a directory."},
    {"XRMD", Verb::other, "XRMD: removes a directory; an old name of RMD."},
    {"ALLO", Verb::other, "ALLO: the server shall keep room for this many octets; hardly any needs that."},
    {"SITE", Verb::other, "SITE: a command of this server's own, as CHMOD."},
    {"NOOP", Verb::other, "NOOP: nothing is wanted but a reply: the connection still works."},
    {"HELP", Verb::other, "HELP: what commands are there?"},
    {"HOST", Verb::other, "HOST: which of several servers at this address is meant (RFC 7151)."},
    {"LANG", Verb::other, "LANG: the language of the server's texts (RFC 2640)."},
    {"CLNT", Verb::other, "CLNT: the client says its name."},
    {"CSID", Verb::other, "CSID: the client says its name."},
    {"SMNT", Verb::other, "SMNT: another file system shall be used; hardly any server does that."},
    {"XSHA256", Verb::other, "XSHA256: the SHA-256 of a file."},
}};

const VerbInfo* find_verb(std::string_view name) {
  const auto found = std::ranges::find(verbs, name, &VerbInfo::name);
  return found == verbs.end() ? nullptr : &*found;
}

constexpr char iac = '\xff';
constexpr char data_mark = '\xf2';

/// The name of a Telnet command of one octet (RFC 854); empty where it has none.
std::string_view telnet_name(char octet) {
  constexpr std::array<std::string_view, 10> names{"NOP", "DM", "BRK", "IP", "AO", "AYT", "EC", "EL", "GA", "SB"};
  const auto place = static_cast<unsigned>(static_cast<unsigned char>(octet)) - 0xf1U;
  return place < names.size() ? names[place] : std::string_view{};
}

/// The name of a Telnet command that an option follows; empty where it is none.
std::string_view negotiation_name(char octet) {
  constexpr std::array<std::string_view, 4> names{"WILL", "WONT", "DO", "DONT"};
  const auto place = static_cast<unsigned>(static_cast<unsigned char>(octet)) - 0xfbU;
  return place < names.size() ? names[place] : std::string_view{};
}

}  // namespace

Command parse_command(std::string_view line) {
  Command command;
  line.remove_prefix(blanks.first_other(line));
  const std::size_t end = blanks.first(line);
  const std::string_view word = line.substr(0, end);
  const bool named = !word.empty() && word.size() <= longest_name && !digits.has(word.front()) &&
                     name_chars.first_other(word) == word.size();
  if (!named) {
    command.argument = line;
    return command;
  }
  command.name = upper(word);
  command.argument = line.substr(std::min(line.size(), end + 1));
  if (const VerbInfo* const info = find_verb(command.name)) {
    command.verb = info->verb;
    command.known = true;
  }
  return command;
}

std::size_t secret_from(const Command& command) {
  switch (command.verb) {
    case Verb::pass:
    case Verb::acct:
    case Verb::protect:
      return 0;
    default:
      return command.argument.size();
  }
}

bool may_hold_telnet(std::string_view line) {
  constexpr CharSet marks("\xff\xf2");
  return marks.in(line);
}

TelnetLine without_telnet(std::string_view line) {
  TelnetLine plain;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char next = i + 1 < line.size() ? line[i + 1] : '\0';
    if (line[i] != iac) {
      // Many clients send IAC IP IAC as urgent octets, and the mark itself first of what follows.
      if (line[i] == data_mark && plain.text.empty())
        plain.commands.push_back("DM");
      else
        plain.text += line[i];
    } else if (next == iac) {
      plain.text += iac;
      ++i;
    } else if (const std::string_view name = telnet_name(next); !name.empty()) {
      plain.commands.push_back(name);
      ++i;
    } else if (const std::string_view option = negotiation_name(next); !option.empty()) {
      plain.commands.push_back(option);
      i += 2;
    } else {
      plain.text += iac;
    }
  }
  return plain;
}

std::string_view explain_command(std::string_view name) {
  const VerbInfo* const info = find_verb(name);
  return info == nullptr ? std::string_view{} : info->meaning;
}

}  // namespace wiretale::file_transfer
