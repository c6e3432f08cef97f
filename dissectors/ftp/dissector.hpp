// The two sides of an FTP control connection.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/dissector.hpp>

#include "common/dialogue_gaps.hpp"
#include "common/ftp_link.hpp"
#include "common/reply_line.hpp"
#include "ftp/command.hpp"
#include "ftp/ftp.hpp"

namespace wiretale::file_transfer {

/// A command that waits for its replies.
struct Exchange {
  FtpRecord record;
  Verb verb = Verb::other;
  bool known = false;  ///< the command is one of FTP's
  std::string argument;
  std::size_t secret_from = std::string::npos;  ///< where what is secret of the argument begins
  Timestamp asked;                              ///< the command's last octet
  Frame secret_frame = 0;                       ///< PASS: the frame that shows it
  std::size_t transfer = 0;                     ///< RETR and its like: number of the transfer, once it has begun
};

/// Where the next data connection goes, as the two agreed on.
struct DataAddress {
  std::string_view mode;
  FtpAddress address;
  std::shared_ptr<DataLink> link;
  Timestamp time;  ///< when they did
};

/// A transfer from its first reply until it is told.
struct Transfer {
  std::size_t number = 0;
  FtpTransferRecord record;
  std::shared_ptr<DataLink> link;  ///< null where it is not known where the data goes
  Timestamp announced;             ///< when that was agreed on
  bool ended = false;              ///< no more replies will come
};

/// A reply whose lines are coming.
struct OpenReply {
  FtpReply reply;
  Where where;
  std::vector<std::string> lines;  ///< the lines after the first one
  bool complete = true;
  std::vector<Anomaly> anomalies;
};

/// FTP (RFC 959): each command has one reply, in order; a transfer has one when it begins and one when it is over.
class FtpDissector final : public StreamDissector, private DataLink::Control {
 public:
  explicit FtpDissector(Session& session);
  ~FtpDissector() override;

  Talk client(Input& in) override;
  Talk server(Input& in) override;
  void gap(Side side, std::uint64_t missing, Frame frame) override;
  void end(Side side, Close how) override;

 private:
  using Open = std::unique_ptr<Exchange>;

  // client.cpp
  bool take_line(const Line& line, bool whole);
  Open open_command(const Command& command, const Line& line);
  void check_line(Exchange& exchange, const Command& command, const Line& line);
  void replies_lost_before(const Line& line);

  // server.cpp
  void take_reply_line(const Line& line, bool midstream);
  void begin_reply(const ReplyLine& parsed, const Line& line);
  void add_text(std::string_view text, Frame frame);
  void loose_line(const Line& line);
  [[nodiscard]] bool skipped_end(const Line& line);
  void close_reply(bool midstream);
  Open* asked_by(const OpenReply& reply);
  void attach(Exchange& exchange, OpenReply reply);
  void unasked_reply(OpenReply reply, bool expected);
  void note_unasked(Exchange& exchange, Frame frame, bool expected);

  // state.cpp
  void learn(Exchange& exchange, const OpenReply& reply);
  void learn_login(FtpRecord& record, std::uint16_t code);
  void learn_directory(Exchange& exchange, std::string_view text);
  void learn_address(Exchange& exchange, std::uint16_t code, std::string_view text);
  void find_address(const Exchange& exchange);

  // transfers.cpp
  void announce(const Exchange& exchange);
  void ready(Verb verb);
  void begin_transfer(Exchange& exchange, const FtpReply& reply);
  void go_on(Exchange& exchange, const FtpReply& reply);
  void end_transfer(const Exchange& exchange);
  void tell_transfers(bool at_end);
  void tell_transfer(Transfer& transfer);
  void judge(Transfer& transfer) const;
  void note(FtpTransferRecord& record, AnomalyKind kind, std::string_view name, std::string_view text,
            Frame frame) const;
  void data_over() override { tell_transfers(false); }

  // ftp.cpp
  void note(Exchange& exchange, AnomalyKind kind, std::string_view name, std::string_view text, Frame frame) const;
  void note_gap(Side side, Exchange& exchange);
  void give_up(Open exchange);
  void emit(Exchange& exchange);
  void count_odd(Side side, Frame frame);

  Pending<int, Open> pending_;      // commands in order; replies come in that order, so the key has no meaning
  Open transfer_;                   // a transfer that has begun: it may last, so no deadline
  std::optional<OpenReply> reply_;  // of which more lines are to come
  DialogueGaps gap_;                // octets were missed since the last exchange
  bool heard_client_ = false;
  bool greeted_ = false;
  bool unsure_[2] = {false, false};        // the next line may be the rest of one
  bool rest_of_line_[2] = {false, false};  // the line before was too long: this is more of it
  bool lost_server_ = false;               // octets of the server are missing
  bool lost_commands_ = false;             // replies to missing commands may still be due
  bool lost_transfer_ = false;             // the last reply to a transfer was missed, or may still come
  bool lost_replies_ = false;              // among what is missing may be replies to what is open
  bool encrypts_ = false;                  // the reply at hand says that TLS follows
  bool ended_[2] = {false, false};
  std::uint64_t odd_lines_[2] = {0, 0};  // in a row that are nothing of FTP's
  std::uint64_t number_ = 0;

  // what the session has come to
  std::string user_;
  std::string directory_;                       // absolute; empty: not known
  std::string type_ = "A";                      // RFC 959, section 5.1
  bool directory_lost_ = false;                 // it was known before octets were missed
  std::optional<std::uint64_t> offset_;         // REST
  bool offset_unsure_ = false;                  // a REST may be among missing octets
  std::map<std::string, std::uint64_t> sizes_;  // told by SIZE, by argument
  std::optional<DataAddress> next_;             // where the next transfer's data goes
  std::vector<Transfer> transfers_;             // that are not told yet
  std::size_t transfers_begun_ = 0;
};

}  // namespace wiretale::file_transfer
