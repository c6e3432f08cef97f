#include "smtp/reply.hpp"

#include <array>

namespace wiretale::mail_transfer {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct CodeInfo {
  std::uint16_t code;
  std::string_view meaning;
};

constexpr std::array<CodeInfo, 31> codes{{
    {211, "211: status of the server."},
    {214, "214: help, for people."},
    {220, "220: the server is ready."},
    {221, "221: the server says good-bye and closes the connection."},
    {235, "235: the login worked."},
    {250, "250: done as asked."},
    {251, "251: the recipient is elsewhere; the server forwards the mail."},
    {252, "252: the server can't tell whether the user exists, but would take mail for them."},
    {334, "334: the server wants the next line of the login, in base64."},
    {354, "354: the server waits for the message; a line with only a dot ends it."},
    {421, "421: the server has to close the connection now; try again later."},
    {432, "432: the user has to change the password first."},
    {450, "450: the mailbox can't be used at the moment; try again later."},
    {451, "451: something went wrong in the server; try again later."},
    {452, "452: the server has no room left, or too many recipients; try again later."},
    {454, "454: this does not work at the moment; try again later."},
    {455, "455: the server can't do that with these parameters."},
    {500, "500: the server does not understand the command."},
    {501, "501: the command's argument is wrong."},
    {502, "502: the server does not offer this command."},
    {503, "503: this command does not come in the right order."},
    {504, "504: the server does not know this parameter."},
    {521, "521: this host takes no mail at all."},
    {530, "530: the server wants a login, or encryption, first."},
    {534, "534: this way to log in is too weak for the server."},
    {535, "535: the login failed: the user or the password is wrong."},
    {538, "538: the server wants encryption before such a login."},
    {550, "550: the server refuses: no such mailbox, or it does not want this mail."},
    {552, "552: the mail is too large."},
    {553, "553: the server does not accept this address."},
    {554, "554: the server refuses, for good."},
}};

}  // namespace

unsigned status_class(std::string_view text) {
  if (text.empty() || (text[0] != '2' && text[0] != '4' && text[0] != '5')) return 0;
  std::size_t at = 1;
  for (int part = 0; part < 2; ++part) {  // the subject and the detail, up to three digits each
    if (at >= text.size() || text[at] != '.') return 0;
    const std::size_t first = ++at;
    while (at < text.size() && is_digit(text[at])) ++at;
    if (at == first || at - first > 3) return 0;
  }
  return at == text.size() || text[at] == ' ' ? static_cast<unsigned>(text[0] - '0') : 0;
}

std::string_view explain_reply(std::uint16_t code, std::string_view command) {
  if (code == 220 && command == "STARTTLS") return "220: all that follows is encrypted.";
  if (code == 220 && command.empty()) return "220: the server is there and says who it is.";
  if (code == 250 && (command == "DATA" || command == "BDAT"))
    return "250: the server has the mail, and from now on answers for it.";
  if (code == 250 && command == "RCPT") return "250: the server takes the mail for this recipient.";
  for (const CodeInfo& info : codes)
    if (info.code == code) return info.meaning;
  switch (code / 100) {
    case 2:
      return "A code from 200 on: it worked.";
    case 3:
      return "A code from 300 on: the server wants more.";
    case 4:
      return "A code from 400 on: it did not work this time; try again later.";
    case 5:
      return "A code from 500 on: it did not work, and will not.";
    default:
      return {};
  }
}

}  // namespace wiretale::mail_transfer
