// IMAP: the record, and the protocol.
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

extern const Protocol imap;

namespace imap_mail {

/// An untagged response: what the server tells besides the result.
struct ImapUntagged {
  std::optional<std::uint64_t> number;
  std::string name;
  std::string text;
  Frame frame = 0;

  static constexpr auto fields() {
    return FieldList{
        field("name", &ImapUntagged::name, "EXISTS, FETCH, FLAGS, OK …, in upper case."),
        field("number", &ImapUntagged::number, "The number before the name: of a message, or how many."),
        field("text", &ImapUntagged::text, "What follows the name; `{310}` stands for a message or part that came."),
        field("frame", &ImapUntagged::frame, "The frame that holds its last octet."),
    };
  }
};

/// What a mailbox holds, as SELECT, EXAMINE and STATUS are told.
struct ImapMailbox {
  std::optional<std::uint64_t> messages, recent, unseen, uid_next, uid_validity;
  std::string flags;
  std::optional<bool> read_only;

  static constexpr auto fields() {
    using M = ImapMailbox;
    return FieldList{
        field("messages", &M::messages, "Number of messages (EXISTS, MESSAGES)."),
        field("recent", &M::recent, "Those that no session was told of before."),
        field("unseen", &M::unseen,
              "SELECT: number of the first message that was not read; STATUS: how many were not."),
        field("uid_next", &M::uid_next, "The UID that the next message will have."),
        field("uid_validity", &M::uid_validity, "Changes when the UIDs do."),
        field("flags", &M::flags, "Flags that messages may have."),
        field("read_only", &M::read_only, "Whether it was opened only for reading."),
    };
  }
};

/// A command with its result; the server's greeting; what the server told without being asked.
struct ImapRecord {
  static constexpr RecordInfo info{"imap", "An IMAP command with its result, or the server's greeting."};

  ExchangeFacts exchange;
  std::uint64_t number = 0;
  std::string tag;
  std::string command;
  Redacted argument;
  std::string_view status;
  std::string text;
  std::string code;
  std::vector<ImapUntagged> untagged;
  Frames frames;
  std::string mailbox;
  ImapMailbox state;
  std::string mechanism;
  std::string user;
  Secret password;
  std::vector<SaslLine> challenges;
  std::optional<Frame> done_frame;
  std::vector<std::string> mails;
  std::vector<std::string> files;

  static constexpr auto fields() {
    using R = ImapRecord;
    return FieldList{
        embed(&R::exchange),
        field("number", &R::number, "Of the exchange in its session, from 1."),
        field("tag", &R::tag, "What ties the result to its command."),
        field("command", &R::command,
              "In upper case, `UID FETCH` as one; absent for the greeting, for results without command, and where a "
              "line begins with no tag and command."),
        field("argument", &R::argument,
              "What follows the command, as sent; octets of a literal follow its braces, where they are few; the whole "
              "line where it begins with no tag and command."),
        field("status", &R::status, "OK, NO, BAD; of the greeting also PREAUTH and BYE (RFC 9051, section 7.1)."),
        field("text", &R::text, "What follows the status in its line."),
        field("code", &R::code, "The response code in that text, without its brackets."),
        field("untagged", &R::untagged, "What the server told before the result."),
        field("frames", &R::frames, "Frames of all that the server told, and of literals and lines of a dialogue."),
        field("mailbox", &R::mailbox,
              "The mailbox that the command names, decoded, else the one that is open, where it is known."),
        field("state", &R::state, "SELECT, EXAMINE, STATUS: what the mailbox holds."),
        field("mechanism", &R::mechanism, "AUTHENTICATE: SASL mechanism."),
        field("user", &R::user, "LOGIN, AUTHENTICATE: who logs in, where it is shown."),
        field("password", &R::password, "LOGIN, AUTHENTICATE: password or token, where it is sent as it is."),
        field("challenges", &R::challenges, "AUTHENTICATE: the lines that follow the command, of both sides."),
        field("done_frame", &R::done_frame, "IDLE: the frame in which the client says DONE."),
        field("mails", &R::mails, "FETCH, APPEND: ids of the mails that came or were sent."),
        field("files", &R::files, "FETCH: ids of parts of messages that came alone."),
    };
  }

  static void tell(const ImapRecord& record, Tale& tale);
};

}  // namespace imap_mail
}  // namespace wiretale
