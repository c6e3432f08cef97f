// The two sides of an IMAP session.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wiretale/dissector.hpp>

#include "common/content_coding.hpp"
#include "common/dialogue_gaps.hpp"
#include "common/file_watch.hpp"
#include "common/mail.hpp"
#include "common/sasl.hpp"
#include "imap/command.hpp"
#include "imap/imap.hpp"

namespace wiretale::imap_mail {

/// A command that waits for its result, and what came until then.
struct Exchange {
  ImapRecord record;
  Verb verb = Verb::other;
  bool read = false;     ///< all of the command was
  bool settled = false;  ///< all of its result was
  std::string argument;
  Timestamp asked;                       ///< the command's last octet
  std::unique_ptr<SaslTranscript> sasl;  ///< AUTHENTICATE
  std::vector<Frame> secret_frames;      ///< frames that show the password
  std::vector<std::unique_ptr<MailReader>> appended;
  std::uint64_t untagged_octets = 0;  ///< kept of `untagged`
};

/// What a literal of a FETCH response is, by the item that it is the value of.
struct Section {
  enum class Kind : std::uint8_t {
    text,    ///< something to read in place
    mail,    ///< a whole message, or a piece of one
    header,  ///< a message's header section
    part     ///< a part of one
  };
  Kind kind = Kind::text;
  std::string_view name;                ///< `2.1` of BODY[2.1]
  std::optional<std::uint64_t> origin;  ///< where a piece begins: 1024 of BODY[]<1024>
};
[[nodiscard]] Section section_of(std::string_view before);

/// A response while it comes: lines, and literals between them.
struct Response {
  std::string text;
  Where where;
  bool cut = false;
  std::optional<std::uint64_t> literal;  ///< octets that come next
  std::unique_ptr<MailReader> mail;      ///< what they are
  bool header_only = false;
  bool inside = false;  ///< it begins within the message
  std::unique_ptr<FileWatch> file;
  std::uint64_t room = 0;  ///< octets of them that may be kept in `text`
  std::vector<std::string> mails, files;
  std::optional<std::uint64_t> piece;  ///< where the next piece of the mail in pieces begins
};

/// What is inside the compressed streams.
struct Unpacked {
  explicit Unpacked(const Limits& limits);
  struct Half {
    explicit Half(const Limits& limits);
    std::unique_ptr<ContentDecoder> decoder;
    Input in;
    Talk talk;
    bool within = false;  ///< nothing came out of the latest octets
  };
  std::array<Half, 2> sides;
};

/// IMAP4rev1 and rev2 (RFC 3501, RFC 9051): commands with tags, results with the same tags, and what the server tells
/// in between.
class ImapDissector final : public StreamDissector {
 public:
  explicit ImapDissector(Session& session);

  Talk client(Input& in) override;
  Talk server(Input& in) override;
  void gap(Side side, std::uint64_t missing, Frame frame) override;
  void end(Side side, Close how) override;

 private:
  using Open = std::unique_ptr<Exchange>;
  /// What the client's next octets are.
  enum class Next : std::uint8_t { line, literal, verdict };

  // client.cpp
  Next take_command(const Line& line);
  Next more_of_command(const Line& line);
  bool take_odd(const Command& command, const Line& line);
  bool is_response(const Line& line);
  void take_response(Exchange& exchange, const Line& line);
  Talk literals(Input& in);
  void begin_literal();
  void take_literal(const Piece& piece);
  void end_literal(std::uint64_t left);
  void end_command(bool whole);
  void read_arguments(Exchange& exchange);

  // server.cpp
  Talk rest_of_response(Input& in);
  bool plausible(const Line& line);
  void begin_response(const Line& line);
  void more_of_response(const Line& line);
  void end_response(bool whole);
  void take_continuation(std::string_view text);
  void take_untagged(std::string_view text, bool whole);
  void take_result(std::string_view tag, const Condition& condition, bool whole);
  void loose_line(std::string_view text);
  Exchange& told_with();
  void say_unasked();

  // compress.cpp
  Talk unpack(Input& in, Side side);
  void begin_unpacking();
  bool take_packed(Side side, const Piece& piece);
  void end_unpacking(Side side, const Piece& piece);

  // fetch.cpp
  void open_literal(std::uint64_t octets);
  void take_octets(const Piece& piece);
  void close_literal(std::uint64_t left);
  void open_mail(const Section& section, std::uint64_t octets);
  void close_mail(bool whole);
  void end_pieces(bool whole);
  [[nodiscard]] std::uint64_t asked_octets();

  // mailbox.cpp
  void learn(Exchange& exchange, const Untagged& untagged);
  void learn_code(Exchange& exchange, std::string_view code);
  void settle(Exchange& exchange);

  // imap.cpp
  void note(Exchange& exchange, AnomalyKind kind, std::string_view name, std::string_view text, Frame frame) const;
  void note_gap(Side side, Exchange& exchange);
  void give_up(Open exchange);
  void emit(Exchange& exchange);
  void emit_appended(Exchange& exchange);
  void find_password(const Exchange& exchange);
  void count_odd(Side side, Frame frame);

  Pending<std::string, Open> pending_;
  Exchange* reading_ = nullptr;  // the command whose literals are coming; one of pending_
  Literal announced_;            // of it: the next literal (`before` is not set)
  std::uint64_t room_ = 0;       // octets of it that may still be kept in the argument
  bool in_append_ = false;       // it is a message
  Verb turned_ = Verb::other;    // STARTTLS or COMPRESS, once the server agreed
  bool waits_for_go_ = false;    // the client waits for `+` before it sends the literal
  Open unasked_;                 // what came while no command was open, and no client was heard
  Response response_;
  bool in_response_ = false;
  DialogueGaps gap_;  // octets were missed since the last exchange
  bool heard_client_ = false;
  bool greeted_ = false;
  bool lost_command_ = false;  // among what is missing may be the command that the server speaks of
  bool lost_results_ = false;  // among what is missing may be results of what is open
  bool ended_[2] = {false, false};
  std::uint64_t odd_lines_[2] = {0, 0};  // in a row that are nothing of IMAP's
  std::uint64_t number_ = 0;
  std::string selected_;  // the open mailbox; empty where there is none, or it isn't known

  std::unique_ptr<Unpacked> unpacked_;  // once COMPRESS was agreed on

  // a mail that is fetched in pieces
  std::unique_ptr<MailReader> pieces_;
  std::uint64_t pieces_of_ = 0;    // message number
  std::uint64_t pieces_next_ = 0;  // offset of the next one
};

}  // namespace wiretale::imap_mail
