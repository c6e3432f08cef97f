// SMTP: the record, and the protocol.
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

extern const Protocol smtp;

namespace mail_transfer {

/// A reply, all its lines.
struct SmtpReply {
  std::optional<std::uint16_t> code;
  std::string text;
  Frame frame = 0;

  static constexpr auto fields() {
    return FieldList{
        field("code", &SmtpReply::code, "Reply code (RFC 5321, section 4.2)."),
        field("text", &SmtpReply::text, "Text, its lines joined by line feeds; absent where it is a challenge."),
        field("frame", &SmtpReply::frame, "The frame that holds its last octet."),
    };
  }
};

/// A command with its replies; the server's greeting; a reply that no command was seen for.
struct SmtpRecord {
  static constexpr RecordInfo info{"smtp", "An SMTP command with its replies, or the server's greeting."};

  ExchangeFacts exchange;
  std::uint64_t number = 0;
  std::string command;
  Redacted argument;
  std::vector<SmtpReply> replies;
  std::vector<std::string> extensions;
  std::string mechanism;
  std::string user;
  Secret password;
  std::vector<SaslLine> challenges;
  Frames frames;
  std::string mail;

  static constexpr auto fields() {
    using R = SmtpRecord;
    return FieldList{
        embed(&R::exchange),
        field("number", &R::number, "Of the exchange in its session, from 1."),
        field("command", &R::command,
              "Verb in upper case; absent for the greeting, for replies without command, and where a line begins with "
              "no verb."),
        field("argument", &R::argument, "What follows the verb, as sent; the whole line where it begins with no verb."),
        field("replies", &R::replies, "Replies in order: DATA has the 354 and the final one, AUTH one each step."),
        field("extensions", &R::extensions, "EHLO: the extensions that the server offers, with their parameters."),
        field("mechanism", &R::mechanism, "AUTH: SASL mechanism."),
        field("user", &R::user, "AUTH: who logs in, where the mechanism shows it."),
        field("password", &R::password, "AUTH: password or token, where the mechanism sends it as it is."),
        field("challenges", &R::challenges, "AUTH: the lines that follow the command, of both sides."),
        field("frames", &R::frames, "AUTH: frames of its dialogue, from the command to the last line."),
        field("mail", &R::mail, "DATA, BDAT: id of the mail."),
    };
  }

  static void tell(const SmtpRecord& record, Tale& tale);
};

}  // namespace mail_transfer
}  // namespace wiretale
