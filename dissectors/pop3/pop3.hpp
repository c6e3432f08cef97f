// POP3: the record, and the protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/dissector.hpp>
#include <wiretale/record.hpp>
#include <wiretale/tale.hpp>

#include "common/sasl.hpp"

namespace wiretale {

extern const Protocol pop3;

namespace mailbox {

/// What a maildrop holds.
struct Pop3Maildrop {
  std::uint64_t messages = 0;
  std::optional<std::uint64_t> octets;

  static constexpr auto fields() {
    return FieldList{
        field("messages", &Pop3Maildrop::messages, "Number of messages."),
        field("octets", &Pop3Maildrop::octets, "Their size together, where the server told it."),
    };
  }
};

/// A command with its reply; the server's greeting; a reply that no command was seen for.
struct Pop3Record {
  static constexpr RecordInfo info{"pop3", "A POP3 command with its reply, or the server's greeting."};

  ExchangeFacts exchange;
  std::uint64_t number = 0;
  std::string command;
  Redacted argument;
  std::string_view status;
  std::string text;
  std::vector<std::string> lines;
  Frames frames;
  std::optional<std::uint64_t> bytes;
  std::optional<std::uint64_t> announced_bytes;
  std::string mechanism;
  std::string user;
  Secret password;
  std::vector<SaslLine> challenges;
  std::optional<Pop3Maildrop> maildrop;
  std::optional<std::uint64_t> deleted;
  std::optional<Pop3Maildrop> left;
  std::string mail;

  static constexpr auto fields() {
    using R = Pop3Record;
    return FieldList{
        embed(&R::exchange),
        field("number", &R::number, "Of the exchange in its session, from 1."),
        field("command", &R::command,
              "Keyword in upper case; absent for the greeting, for replies without command, and where a line begins "
              "with no keyword."),
        field("argument", &R::argument,
              "What follows the keyword, as sent; the whole line where it begins with no keyword."),
        field("status", &R::status, "+OK or -ERR (RFC 1939, section 3)."),
        field("text", &R::text, "What follows the status in its line."),
        field("lines", &R::lines,
              "The other lines of a multi-line reply, dot-stuffing undone; those of a message are its mail."),
        field("frames", &R::frames,
              "A multi-line reply: frames from its status to its last line. AUTH: those of its dialogue."),
        field("bytes", &R::bytes, "RETR, TOP: octets of the message that came, dot-stuffing undone."),
        field("announced_bytes", &R::announced_bytes,
              "RETR: its size as the server told it before, in this reply or in an earlier LIST."),
        field("mechanism", &R::mechanism, "AUTH: SASL mechanism."),
        field("user", &R::user, "USER, PASS, APOP, AUTH: who logs in, where it is shown."),
        field("password", &R::password, "PASS, AUTH: password or token, where it is sent as it is."),
        field("challenges", &R::challenges, "AUTH: the lines that follow the command, of both sides."),
        field("maildrop", &R::maildrop, "STAT: what the maildrop holds."),
        field("deleted", &R::deleted,
              "QUIT: how many messages it deleted for good. Only QUIT does that (RFC 1939, section 6)."),
        field("left", &R::left, "QUIT: what stays in the maildrop, where STAT or LIST had told what it held."),
        field("mail", &R::mail, "RETR, TOP: id of the mail."),
    };
  }

  static void tell(const Pop3Record& record, Tale& tale);
};

}  // namespace mailbox
}  // namespace wiretale
