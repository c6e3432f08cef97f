// The two sides of a POP3 session.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <wiretale/dissector.hpp>

#include "common/dialogue_gaps.hpp"
#include "common/dot_stuffing.hpp"
#include "common/mail.hpp"
#include "common/sasl.hpp"
#include "pop3/command.hpp"
#include "pop3/pop3.hpp"

namespace wiretale::mailbox {

/// A command that waits for its reply, and the reply while it comes.
struct Exchange {
  Pop3Record record;
  Verb verb = Verb::other;
  bool multi_line = false;  ///< a positive reply has more lines
  bool holed = false;       ///< some of them are missing: the last one may be among them
  std::string argument;
  std::size_t secret_from = std::string::npos;  ///< where what is secret of the argument begins
  Timestamp asked;                              ///< the command's last octet
  std::uint64_t message = 0;                    ///< the message number that it is about; 0: none
  std::unique_ptr<SaslTranscript> sasl;         ///< AUTH
  std::vector<Frame> secret_frames;             ///< frames that show the password
  std::optional<MailReader> reader;             ///< RETR, TOP: the message
  DotStuffing dots;
  std::uint64_t text_octets = 0;  ///< kept of `lines`
};

/// POP3 (RFC 1939): each command has one reply, in order; some replies go on to a line with only a dot.
class Pop3Dissector final : public StreamDissector {
 public:
  explicit Pop3Dissector(Session& session);

  Talk client(Input& in) override;
  Talk server(Input& in) override;
  void gap(Side side, std::uint64_t missing, Frame frame) override;
  void end(Side side, Close how) override;

 private:
  using Open = std::unique_ptr<Exchange>;

  // client.cpp
  bool take_command(const Line& line);
  void read_argument(Exchange& exchange, const Command& command, const Where& where);
  void take_response(Exchange& exchange, const Line& line);
  bool is_response(const Line& line);

  // server.cpp
  void begin_reply(const StatusLine& status, const Line& line, bool midstream);
  void look_ahead(const Line& line);
  void open_message();
  void take_challenge(const StatusLine& status, const Line& line);
  Talk message(Input& in);
  void take_message(Bytes octets, const Where& where, const DotStuffing& ahead);
  void take_line(const Line& line);
  void loose_line(const Line& line);
  void end_reply(bool whole);
  void end_message(Exchange& exchange, bool whole);

  // maildrop.cpp
  void learn(Exchange& exchange);
  void learn_line(const Exchange& exchange, std::string_view line);
  void settle_quit(Pop3Record& record);

  // pop3.cpp
  void note(Exchange& exchange, AnomalyKind kind, std::string_view name, std::string_view text, Frame frame) const;
  void note_gap(Side side, Exchange& exchange);
  void give_up(Open exchange);
  void emit(Exchange& exchange);
  void find_password(const Exchange& exchange);
  void count_odd(Side side, Frame frame);

  Pending<int, Open> pending_;
  Open current_;      // its reply is coming
  DialogueGaps gap_;  // octets were missed since the last exchange
  bool heard_client_ = false;
  bool greeted_ = false;
  bool wary_ = false;           // lines without a known keyword may be secrets: of a dialogue that was cut or refused
  bool maildrop_known_ = true;  // nothing is missing that may have changed it
  bool lost_server_ = false;    // octets of the server are missing
  bool lost_replies_ = false;   // among what is missing may be replies to what is open
  bool unasked_ = false;        // the current reply has no command, and the client was not heard
  bool ended_[2] = {false, false};
  std::uint64_t odd_lines_[2] = {0, 0};  // in a row that are nothing of POP3's
  std::uint64_t number_ = 0;
  std::string user_;

  // the maildrop, as far as it was told
  std::optional<std::uint64_t> messages_, octets_;
  std::map<std::uint64_t, std::uint64_t> sizes_;  // by message number
  std::set<std::uint64_t> deleted_;               // numbers of messages marked as deleted
};

}  // namespace wiretale::mailbox
