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
    return FieldList{
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
    return FieldList{
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
    return FieldList{
        embed(&R::exchange),
        field("number", &R::number, "Of the exchange in its session, from 1."),
        field("command", &R::command,
              "In upper case; absent for the greeting, for replies without command, and where a line begins with no "
              "command."),
        field("argument", &R::argument,
              "What follows the command, as sent; the whole line where it begins with no command."),
        field("replies", &R::replies, "Replies in order: a transfer has one when it begins and one when it is over."),
        field("directory", &R::directory, "CWD, CDUP, PWD: the working directory after it, where that is known."),
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

/// What crossed a data connection for a command.
struct FtpTransferRecord {
  static constexpr RecordInfo info{"ftp_transfer", "A file or listing that a data connection of FTP carried."};

  ExchangeFacts exchange;
  std::string command;
  std::string path;
  std::string_view direction;
  std::string type;
  std::string_view mode;
  std::optional<FtpAddress> address;
  std::string data_session;
  Frames frames;
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> missing_bytes;
  std::optional<std::uint64_t> announced_bytes;
  std::optional<std::uint64_t> offset;
  std::optional<Nanos> duration;
  std::optional<std::uint16_t> code;
  std::string file;
  std::vector<std::string> lines;

  static constexpr auto fields() {
    using R = FtpTransferRecord;
    return FieldList{
        embed(&R::exchange),
        field("command", &R::command, "RETR, STOR, APPE, STOU, LIST, NLST or MLSD."),
        field(
            "path", &R::path,
            "What was asked for: absolute where the working directory is known, else as sent. STOU: the name that the "
            "server chose."),
        field("direction", &R::direction, "download, upload or listing."),
        field("transfer_type", &R::type, "TYPE that was set: A (text, the default), I (as it is), E, L 8."),
        field("mode", &R::mode,
              "Who connected to whom: active (PORT), extended_active (EPRT), passive (PASV), extended_passive (EPSV)."),
        field("address", &R::address, "Where the data connection was to go."),
        field("data_session", &R::data_session,
              "Session that carried the data; absent where it is not in the capture."),
        field("frames", &R::frames, "Frames that carried data."),
        field("bytes", &R::bytes, "Octets seen of it."),
        field("missing_bytes", &R::missing_bytes, "Octets of it that are not in the capture."),
        field("announced_bytes", &R::announced_bytes,
              "Size that the server told: in the reply 150, or to SIZE before."),
        field("offset", &R::offset, "REST: where in the file it began."),
        field("duration_s", &R::duration, "From the first data to the last."),
        field("code", &R::code, "The reply that ended it: 226 or 250 where it worked out."),
        field("file", &R::file, "Id of the file's record."),
        field("lines", &R::lines, "Of a listing: its lines, as far as they are kept."),
    };
  }

  static void tell(const FtpTransferRecord& record, Tale& tale);
};

}  // namespace file_transfer
}  // namespace wiretale
