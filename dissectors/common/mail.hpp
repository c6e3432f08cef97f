// A mail as SMTP, POP3 and IMAP carry it: the record, and the reader that makes it from a message's octets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/input.hpp>
#include <wiretale/record.hpp>
#include <wiretale/session.hpp>
#include <wiretale/tale.hpp>

#include "common/base64.hpp"
#include "common/file_watch.hpp"
#include "common/header_fields.hpp"

namespace wiretale {

/// A recipient of the envelope.
struct MailRecipient {
  std::string address;
  std::optional<std::uint16_t> code;

  static constexpr auto fields() {
    return FieldList{
        field("address", &MailRecipient::address, "Where the mail shall go."),
        field("code", &MailRecipient::code, "What the server replied to that (250: it takes the mail for this one)."),
    };
  }
};

/// What the client said about the mail outside of the mail (RFC 5321, section 2.3.1).
struct MailEnvelope {
  std::string from;
  std::vector<MailRecipient> to;

  static constexpr auto fields() {
    return FieldList{
        field("from", &MailEnvelope::from,
              "Where to report that it could not be delivered; `<>`: nowhere, as for such a report itself."),
        field("to", &MailEnvelope::to, "Recipients, in the order asked for."),
    };
  }
};

/// A body part that is not a multipart itself.
struct MailPart {
  std::string section;
  std::vector<std::string> within;
  std::string media_type;
  std::string charset;
  std::string encoding;
  std::string disposition;
  std::string filename;
  std::string content_id;
  std::uint64_t bytes = 0;
  Frames frames;
  bool complete = true;
  std::string sha256;
  std::string file;

  static constexpr auto fields() {
    using P = MailPart;
    return FieldList{
        field("section", &P::section, "Its place in the mail, as IMAP counts: `2.1` (RFC 9051, section 6.4.5)."),
        field("within", &P::within, "Media types of the parts around it, outermost first."),
        field("media_type", &P::media_type, "Content-Type without parameters; text/plain where there is none."),
        field("charset", &P::charset, "Charset of a text, as declared."),
        field("encoding", &P::encoding, "Content-Transfer-Encoding, in lower case; absent where there is none."),
        field("disposition", &P::disposition, "Content-Disposition: inline, attachment (RFC 2183)."),
        field("filename", &P::filename, "Name given to it, decoded (RFC 2231, RFC 2047)."),
        field("content_id", &P::content_id, "Content-ID: what an HTML text calls it by."),
        field("bytes", &P::bytes, "Octets seen, the transfer encoding undone."),
        field("frames", &P::frames, "Frames that carry it."),
        field("complete", &P::complete, "False where octets of it are missing or its end was not seen."),
        field("sha256", &P::sha256, "Of an attachment; with --hash only."),
        field("file", &P::file, "Id of its file record; attachments only."),
    };
  }
};

/// A Received field: one hop of the mail's way (RFC 5321, section 4.4).
struct MailHop {
  std::string from, by, via, with, id, recipient, date;

  static constexpr auto fields() {
    return FieldList{
        field("from", &MailHop::from, "Who handed the mail over, with the address that the receiver saw."),
        field("by", &MailHop::by, "Who received it and wrote this."),
        field("via", &MailHop::via, "Link, where it is not the Internet."),
        field("with", &MailHop::with, "Protocol: SMTP, ESMTP, ESMTPS …"),
        field("id", &MailHop::id, "Number of the mail at that host."),
        field("for", &MailHop::recipient, "Recipient."),
        field("date", &MailHop::date, "When, by that host's clock, as it was written."),
    };
  }
};

/// A mail.
struct MailRecord {
  static constexpr RecordInfo info{"mail", "A mail that SMTP, POP3 or IMAP carried: envelope, header, parts."};

  std::string id;
  Timestamp time;
  std::string_view protocol;
  Frames frames;
  MailEnvelope envelope;
  std::string from;
  std::string sender;
  std::vector<std::string> reply_to, to, cc, bcc;
  std::string subject;
  std::string date;
  std::string message_id;
  std::string in_reply_to;
  std::string user_agent;
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> missing_bytes;
  std::optional<bool> accepted;
  std::string reply;
  std::optional<Frame> reply_frame;
  std::vector<MailPart> parts;
  std::vector<MailHop> received;
  bool complete = true;
  std::vector<Anomaly> anomalies;
  std::vector<std::string> same_as;

  static constexpr auto fields() {
    using M = MailRecord;
    return FieldList{
        field("id", &M::id, "What other records call it: `<session>.<n>`."),
        field("time", &M::time, "Its first octet."),
        field("protocol", &M::protocol, "The protocol that carried it: smtp, pop3, imap."),
        field("frames", &M::frames, "Frames that carry the message."),
        field("envelope", &M::envelope, "Sender and recipients as SMTP was told; the header may say others."),
        field("from", &M::from, "From, decoded (RFC 5322, section 3.6.2)."),
        field("sender", &M::sender, "Sender, decoded."),
        field("reply_to", &M::reply_to, "Reply-To, decoded."),
        field("to", &M::to, "To, decoded, one mailbox each."),
        field("cc", &M::cc, "Cc, decoded."),
        field("bcc", &M::bcc, "Bcc, decoded."),
        field("subject", &M::subject, "Subject, decoded (RFC 2047)."),
        field("date", &M::date, "Date, as it was written."),
        field("message_id", &M::message_id, "Message-ID, with its angle brackets."),
        field("in_reply_to", &M::in_reply_to, "In-Reply-To: Message-ID of the mail that this one answers."),
        field("user_agent", &M::user_agent, "User-Agent or X-Mailer: the program that wrote it."),
        field("bytes", &M::bytes, "Octets of the message that were seen, dot-stuffing undone."),
        field("missing_bytes", &M::missing_bytes, "Octets of the message that are not in the capture."),
        field("accepted", &M::accepted, "What the server said after it; absent: nothing that was seen."),
        field("reply", &M::reply, "That reply: code and text."),
        field("reply_frame", &M::reply_frame, "The frame of that reply."),
        field("parts", &M::parts, "Body parts in order, multiparts dissolved."),
        field("received", &M::received, "Hops so far, the latest first, as in the header."),
        field("complete", &M::complete, "False where octets are missing or its end was not seen."),
        field("anomalies", &M::anomalies, "What was wrong or odd."),
        field("same_as", &M::same_as, "Ids of earlier mails with this Message-ID."),
    };
  }

  /// What joins the same mail in several sessions: its Message-ID.
  static std::string_view join(const MailRecord& mail) { return mail.message_id; }
  static void tell(const MailRecord& mail, Tale& tale);
};

/// Reads a message's octets as they come, in order (RFC 5322, RFC 2045 to 2047, RFC 2231), and keeps nothing of its
/// contents: header sections are read, bodies counted and, where the user wants that, hashed.
class MailReader {
 public:
  /// `protocol` is a literal; `sender` the side that the message comes from.
  MailReader(Session& session, std::string_view protocol, Side sender);
  MailReader(const MailReader&) = delete;
  MailReader& operator=(const MailReader&) = delete;

  /// Call it first where the beginning of the message is missing: nothing is read of it then, only counted.
  void begin_inside() { state_ = State::content; }
  /// The next octets of the message, dot-stuffing undone, and where they came from.
  void run(Bytes octets, const Where& where);
  /// `count` octets are missing here.
  void missing(std::uint64_t count, const Where& where);
  /// It is over. `whole`: its proper end was seen. Emits the file records of its attachments. Call it once.
  void finish(bool whole);

  /// What is known so far; the carrier adds the envelope and what became of the mail, and emits it.
  [[nodiscard]] MailRecord& record() { return record_; }

 private:
  enum class State : std::uint8_t {
    header,     ///< in a header section
    lost_line,  ///< after a hole in one, until the next line
    content,    ///< in a body, or between parts
    delimiter   ///< behind a delimiter, until its line ends
  };
  enum class Encoding : std::uint8_t { identity, base64, quoted_printable };
  /// A multipart or message that is open.
  struct Level {
    std::string delimiter;            // `--boundary`; empty for a message
    std::string type;                 // its media type
    std::string section;              // what its parts' sections begin with: `2.`
    std::size_t parts = 0;            // begun so far
    std::optional<std::size_t> part;  // a message: its entry in parts
    std::uint64_t start = 0;          // a message: offset of its first octet
  };
  /// What a line is: no delimiter, one, or too short to say.
  struct Match {
    enum class Kind : std::uint8_t { no, more, yes };
    Kind kind = Kind::no;
    bool close = false;  // the last one of its multipart
    std::size_t level = 0;
    std::size_t size = 0;  // without the white space that may follow it
  };

  void feed(std::string_view text);
  std::string_view header(std::string_view text);
  void header_line(std::string_view text, Line::Ending ending);
  void begin_header(std::string section, bool is_message);
  void end_header();
  void read_message_fields();
  void read_field(std::string_view name, std::string_view value, bool& clean);
  bool open_multipart(const MailPart& part, std::string_view boundary);
  bool open_message(MailPart& part);
  void begin_leaf(MailPart part);
  std::optional<std::size_t> add_part(MailPart part);

  std::string_view content(std::string_view text);
  std::string_view held_content(std::string_view text);
  [[nodiscard]] Match match(std::string_view line, bool final) const;
  void take_delimiter(const Match& found, std::uint64_t content_end);
  void close_levels(std::size_t keep, std::uint64_t content_end, bool whole);
  void leaf(std::string_view text, const Where& where);
  void end_leaf(bool whole);
  void measure_line(std::string_view text);
  void end_hole(std::uint64_t encoded);
  void note(AnomalyKind kind, std::string_view name, std::string_view text);

  Session& session_;
  Side sender_;
  State state_ = State::header;
  bool then_header_ = false;  // behind the delimiter a part begins, else nothing that counts
  MailRecord record_;
  Where where_;                 // of what is being read
  std::uint64_t total_ = 0;     // octets of the message up to the end of what is being read, holes included
  std::uint64_t position_ = 0;  // header: offset of what follows the line being read

  // the header section being read
  HeaderFields fields_{HeaderSyntax::mime};
  std::string line_;        // what came of a line in earlier pieces
  std::string section_;     // of the part whose header it is; of a message, the part that holds it
  bool is_message_ = true;  // it is a message's header, not a part's
  bool line_cr_ = false;    // what came of it ends in CR
  bool cut_line_ = false;   // the line is longer than Limits::line_bytes

  std::vector<Level> levels_;
  std::string held_;  // the start of a line that may be a delimiter, with the line ending before it
  Where held_where_;
  bool holding_ = false;

  // the body being read
  bool in_leaf_ = false;             // else between parts
  std::optional<std::size_t> leaf_;  // its entry in parts; none beyond Limits::mime_parts
  Encoding encoding_ = Encoding::identity;
  bool lost_group_ = false;  // base64 after a hole: a group starts for sure where the next line does
  Where lost_where_;         // of that hole
  // base64: where the body stands, so that a hole in it is one of a known length in what it stands for
  std::uint64_t encoded_ = 0;      // octets of it so far, holes included
  std::uint64_t decoded_ = 0;      // octets that came out, holes included
  std::uint64_t line_octets_ = 0;  // of its first line, with its ending; 0: not seen
  std::uint64_t line_chars_ = 0;   // the same without
  char last_char_ = 0;
  bool leaf_whole_ = true;
  Base64Decoder base64_;
  QuotedPrintableDecoder quoted_;
  std::optional<FileWatch> file_;
  std::string unpacked_;  // scratch
};

}  // namespace wiretale
