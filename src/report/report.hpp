// An output form, in its two halves: a Renderer in each worker, and the one Writer that gets what they made, in order.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/records.hpp>
#include <wiretale/session.hpp>

namespace wiretale::report {

enum class Format : std::uint8_t { text, json, ndjson };

/// What the user asked the report to be.
struct Style {
  Format format = Format::text;
  bool wide = false;        ///< text: no limit of 80 columns
  bool color = false;       ///< text: ANSI colours
  bool explain = false;     ///< text: a sentence under each exchange for those who learn
  bool quiet = false;
  bool filtered = false;    ///< packets were left out: Wireshark's stream numbers don't hold
  std::vector<std::string> only;   ///< protocols whose records and sessions are wanted; empty: all
  std::string session;             ///< id of the one session wanted; empty: all
  SecretPolicy secrets;
};

/// What a piece of output is.
struct PieceHead {
  enum class Kind : std::uint8_t {
    line,      ///< NDJSON: complete, goes out as it is
    session,   ///< JSON, text: a whole session
    mail, file, finding, record  ///< JSON: an element of that list
  };
  Kind kind = Kind::line;
  Transport transport = Transport::none;  ///< of a session
  Frame number = 0;          ///< of a session: the frame that opened it
  bool shown = true;         ///< false: the session was not asked for, but counts for stream numbers
  std::size_t split = 0;     ///< session: offset at which the Writer puts what only it knows (stream number)
  std::string_view id;       ///< of a record that others are joined with
  std::string_view join;     ///< what it is joined by (Message-ID); its JSON then lacks the last brace
};

/// Where a Renderer puts its pieces: open(), append to the string, close().
class PieceSink {
 public:
  virtual ~PieceSink() = default;
  /// The string to append to. What is in it already belongs to earlier pieces.
  virtual std::string& open() = 0;
  /// What was appended since open() is one piece (of any length, also none: then nothing is written).
  virtual void close(const PieceHead& head) = 0;
};

/// What one session has to tell so far; kept by the worker with the session, filled and read by the Renderer alone.
struct SessionStory {
  std::string body;                ///< rendered exchanges (JSON, text); empty for NDJSON
  std::uint64_t exchanges = 0;     ///< records that are exchanges of this session
  /// Room for what the renderer must remember between records, as the last line for folding.
  std::shared_ptr<void> memory;
};

/// Turns records into pieces. One a worker: it shares nothing with the others, so equal records give equal bytes.
class Renderer {
 public:
  virtual ~Renderer() = default;
  /// A record that a dissector emitted in a session; `inside`: outer layers of an inner stream.
  virtual void record(const RecordType& type, const void* record, const SessionFacts& session,
                      const std::vector<std::string_view>& inside, SessionStory& story, PieceSink& out) = 0;
  /// A session ended. `protocols` of the record decide whether --only wants it.
  virtual void session(const SessionRecord& record, SessionStory& story, PieceSink& out) = 0;
  /// A record of no session (interface).
  virtual void loose(const RecordType& type, const void* record, PieceSink& out) = 0;
};

/// Puts pieces together into the output, in the order given.
class Writer {
 public:
  virtual ~Writer() = default;
  virtual void begin(const CaptureRecord& capture) = 0;
  /// `bytes` need to hold for the call only. `same_as`: ids of earlier records joined with this one.
  virtual void piece(const PieceHead& head, std::string_view bytes, const std::vector<std::string>& same_as) = 0;
  /// A record that only the whole run gives (hosts, findings over sessions, mail journeys); `session`: the id of the
  /// session that it is about, or empty. `id` as in PieceHead.
  virtual void record(const RecordType& type, const void* record, std::string_view session) = 0;
  virtual void end(const SummaryRecord& summary) = 0;
};

/// Takes the finished bytes. Returns false when nobody reads them any more (a closed pipe): the run then stops.
class Output {
 public:
  virtual ~Output() = default;
  virtual bool write(std::string_view bytes) = 0;
};

[[nodiscard]] std::unique_ptr<Renderer> make_renderer(const Style& style);
[[nodiscard]] std::unique_ptr<Writer> make_writer(const Style& style, Output& output);

}  // namespace wiretale::report
