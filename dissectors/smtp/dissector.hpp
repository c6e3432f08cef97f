// The dissector of SMTP and LMTP (RFC 5321, 2033, 2920, 3030, 3207, 4954, 6531).
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string_view>

#include <wiretale/dissector.hpp>
#include <wiretale/pending.hpp>

#include "common/dialogue_gaps.hpp"
#include "smtp/exchange.hpp"
#include "smtp/reply.hpp"

namespace wiretale::mail_transfer {

/// Reads both sides of a session of SMTP (RFC 5321) or LMTP (RFC 2033): tells each command with its replies, and the
/// mails that they carry.
class SmtpDissector final : public StreamDissector {
 public:
  explicit SmtpDissector(Session& session);  ///< `session` hears all that it tells

  Talk client(Input& in) override;
  Talk server(Input& in) override;
  void gap(Side side, std::uint64_t missing, Frame frame) override;
  void end(Side side, Close how) override;

 private:
  /// What the client's side is in. It outlives the coroutine, which a gap may drop.
  enum class Phase : std::uint8_t {
    commands,
    data_asked,   ///< after DATA, before its reply
    first_line,   ///< after DATA, its reply being unknown: the message, or the next command
    message,      ///< up to the dot
    chunk,        ///< after BDAT, its octets
    login_asked,  ///< after AUTH or one of its lines, before the reply
    login_line,   ///< the server wants a line
    login_guess,  ///< its reply is unknown: a line of AUTH, or the next command
    tls_asked,    ///< after STARTTLS, before its reply
    tls_unasked,  ///< the client speaks TLS, and no STARTTLS was seen
    astray        ///< after a gap, nothing seen yet that surely is a command
  };
  using Open = std::unique_ptr<Exchange>;

  // client.cpp: what the client says
  Talk message(Input& in);
  Talk chunk(Input& in);
  Talk tls_unasked(Input& in);
  void take_line(const Line& line);
  void take_command_line(const Line& line);
  void take_astray_line(const Line& line, const Command& command);
  void take_login_line(const Line& line);
  void take_message_line(const Line& line);
  void take_message(Bytes octets, const Where& where, const DotStuffing& ahead);
  void answered_data(Answer answer);
  void answered_login(Answer answer);
  void open_command(const Command& command, const Line& line);
  void open_tls(const Line& line);
  void open_by_verb(Exchange& exchange, const Command& command, const Line& line);
  void open_login(Exchange& exchange, const Command& command, const Line& line);
  void open_chunk(Exchange& exchange, const Command& command, const Where& where);
  void check_line(Exchange& exchange, const Command& command, const Line& line);
  Open make_exchange(const Where& where) const;
  Exchange* open_of(Verb verb);
  bool binary(std::string_view text, Frame frame);

  // mails.cpp: mails from their first octet to their record
  void open_mail(Exchange& exchange, bool bare_lf);
  void begin_mail();
  void end_mail(bool whole);
  [[nodiscard]] std::size_t replies_due(const Mail& mail) const;
  void abandon_chunks();
  void settle_mail(Mail& mail);
  void answer_mail(Exchange& exchange, const Reply& reply);

  // server.cpp: what the server says
  void take_reply_line(const Line& line);
  void add_text(Reply& reply, std::string_view text, bool first, Frame frame);
  void take_codeless_line(const Line& line);
  void close_reply();
  void take_reply(Reply reply);
  void take_early();
  void unasked_reply(Reply reply, bool greeting);
  void skip_to(Verb verb);
  void go_on(const Where& where);
  [[nodiscard]] bool answers_nothing_open(const Reply& reply);
  void attach(Exchange& exchange, Reply& reply);
  void reply_to_data(Reply& reply);
  void reply_to_login(Exchange& exchange, Reply& reply);
  void reply_to_tls(Reply& reply);
  void reply_to_astray(Reply& reply);
  void finish(Open exchange, const Reply& reply);
  void give_up(Open exchange);
  void emit(Exchange& exchange);
  void find_password(const Exchange& exchange);
  void stop_listening(Side side, Frame frame);
  void discard_open();
  void note(std::vector<Anomaly>& anomalies, AnomalyKind kind, std::string_view name, std::string_view text,
            Frame frame) const;
  void note_gap(Side side, Exchange& exchange);

  Phase phase_ = Phase::commands;
  bool over_ = false;          // the client's stream ended within a message
  bool unsure_[2] = {};        // octets of this side were missed: the next line may be the rest of one
  bool rest_of_line_[2] = {};  // the line was too long; its rest follows
  DialogueGaps gap_;           // a gap that no record told of yet
  bool heard_[2] = {};         // something that this side may say in SMTP was heard
  bool ended_[2] = {};
  unsigned binary_lines_[2] = {};  // in a row; of the client: that no reply followed
  bool greeted_ = false;           // the next reply is not the greeting
  bool replies_unsure_ = false;    // replies were missed while commands were open: which command is answered is a guess
  bool hole_open_ = false;  // replies were missed, and none came since: those to later commands may be among them
  bool offers_pipelining_ = true;  // as far as is known: the client may send commands ahead (RFC 2920)
  bool has_to_wait_ = false;       // what the client sent last must be answered before it goes on
  bool sends_ahead_ = false;       // the client was seen to go on where it has to wait
  Frame sent_ = 0;                 // of the last command, or line of AUTH
  bool after_login_ = false;       // AUTH is the last known command: lines that are none may be secrets
  bool lmtp_ = false;
  bool gone_ = false;         // done() or become() was said
  std::uint64_t number_ = 0;  // exchanges told

  Pending<int, Open> pending_;  // commands in order; the key has no meaning, replies come in that order
  Open transfer_;               // DATA between its 354 and the end of the message: it may last, so no deadline
  Open tls_;                    // all that a client says in TLS where commands are due, with the server's replies
  std::shared_ptr<Transaction> transaction_;
  bool transaction_gap_ = false;  // octets of the client were missed since the last transaction
  std::shared_ptr<Mail> mail_;    // that octets go to
  std::uint64_t chunk_octets_ = 0;
  bool chunk_last_ = false;
  std::deque<Reply> early_;     // to commands that are held until the client knows how to read on
  std::optional<Reply> reply_;  // of which more lines are to come
};

}  // namespace wiretale::mail_transfer
