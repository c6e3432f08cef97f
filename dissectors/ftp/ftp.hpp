// FTP: the records, and the protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/dissector.hpp>
#include <wiretale/record.hpp>
#include <wiretale/tale.hpp>

namespace wiretale {

extern const Protocol ftp;

namespace file_transfer {

/// A reply, all its lines.
struct FtpReply {
  std::optional<std::uint16_t> code;
  std::string text;
  Frame frame = 0;

  static constexpr auto fields() {
    return std::tuple{
        field("code", &FtpReply::code, "Reply code (RFC 959, section 4.2)."),
        field("text", &FtpReply::text, "Text, its lines joined by line feeds."),
        field("frame", &FtpReply::frame, "The frame that holds its last octet."),
    };
  }
};

/// An address and a port that a command or reply names.
struct FtpAddress {
  IpAddress ip;
  std::uint16_t port = 0;

  static constexpr auto fields() {
    return std::tuple{
        field("ip", &FtpAddress::ip, "Address; in extended passive mode that of the server."),
        field("port", &FtpAddress::port, "Port."),
    };
  }
};

/// A command with its replies; the server's greeting; a reply that no command was seen for.
struct FtpRecord {
  static constexpr RecordInfo info{"ftp", "An FTP command with its replies, or the server's greeting."};

  ExchangeFacts exchange;
  std::uint64_t number = 0;
  std::string command;
  Redacted argument;
  std::vector<FtpReply> replies;
  std::string directory;
  std::string user;
  Secret password;
  std::optional<bool> logged_in;
  std::vector<std::string> features;
  std::optional<FtpAddress> address;
  std::optional<std::uint64_t> bytes;
  std::vector<std::string_view> telnet;

  static constexpr auto fields() {
    using R = FtpRecord;
    return std::tuple{
        embed(&R::exchange),
        field("number", &R::number, "Of the exchange in its session, from 1."),
        field("command", &R::command,
              "In upper case; absent for the greeting, for replies without command, and where a line begins with no "
              "command."),
        field("argument", &R::argument,
              "What follows the command, as sent; the whole line where it begins with no command."),
        field("replies", &R::replies, "Replies in order: a transfer has one when it begins and one when it is over."),
        field("directory", &R::directory,
              "CWD, CDUP, PWD: the working directory after it, where that is known."),
        field("user", &R::user, "USER, PASS, ACCT: who logs in."),
        field("password", &R::password, "PASS: the password, which is sent as it is."),
        field("logged_in", &R::logged_in, "USER, PASS, ACCT: whether the server let the user in, or refused."),
        field("features", &R::features, "FEAT: what the server can do (RFC 2389)."),
        field("address", &R::address, "PORT, EPRT, PASV, EPSV: where the next data connection goes."),
        field("bytes", &R::bytes, "SIZE: the size that the server tells (RFC 3659, section 4)."),
        field("telnet", &R::telnet,
              "Telnet commands in the line: IP and DM before ABOR (RFC 959, section 4.1.3; RFC 854)."),
    };
  }

  static void tell(const FtpRecord& record, Tale& tale);
};

}  // namespace file_transfer
}  // namespace wiretale
