// Between the engine and whoever writes: an output form in its two halves, and the facts that several sessions share.
//
// Each worker has a Renderer, which turns records into pieces of output by itself; the pieces then come, in order and
// one after another, to one Audience, together with the facts that analysis over sessions needs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/records.hpp>
#include <wiretale/session.hpp>

namespace wiretale::report {

/// What a piece of output is.
struct PieceHead {
  enum class Kind : std::uint8_t {
    line,     ///< NDJSON: whole lines, go out as they are
    session,  ///< JSON, text: a whole session, or its head and end where parts came before
    part,     ///< JSON, text: the next stretch of a long session, ahead of the session's own piece
    mail,
    file,
    finding,
    record  ///< JSON: an element of that list; NDJSON: mail lines that lack their end, see join
  };
  Kind kind = Kind::line;
  Transport transport = Transport::none;  ///< of a session
  Frame number = 0;                       ///< of a session: the frame that opened it; of a loose record: its first
  bool shown = true;                      ///< false: the session was not asked for, but counts for stream numbers
  std::size_t split = 0;   ///< session: offset at which the Writer puts what only it knows (stream number)
  std::uint64_t flow = 0;  ///< of a session: equal for all between the same endpoints
  bool goes_on = false;    ///< session: Wireshark counts it with an earlier one of the flow, if there is one
  std::string_view id;     ///< of a session; of a record that others are joined with
  std::string_view join;   ///< what it is joined by (Message-ID); its JSON then lacks the last brace
  Timestamp time;          ///< of a record that others are joined with
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
  std::string body;             ///< rendered exchanges (JSON, text); empty for NDJSON
  std::uint64_t exchanges = 0;  ///< records that are exchanges of this session
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
  /// A record of no session that is about one (an ICMP error); text tells it there.
  virtual void aside(const RecordType& type, const void* record, const SessionFacts& about, SessionStory& story,
                     PieceSink& out) = 0;
  /// A record of no session (interface, arp).
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
  /// Gives the output what can be read by now, for readers who watch (NDJSON; the other forms wait for the end).
  virtual void flush() {}
  /// False when nobody reads the output any more.
  [[nodiscard]] virtual bool listening() const = 0;
};

/// What a session adds to the totals of its hosts, told when it ends.
struct SessionFact {
  Frame number = 0;  ///< its id
  Frames frames;
  Endpoint client, server;
  MacAddress client_mac, server_mac;
  Timestamp start;
  std::string_view protocol;  ///< empty: no dissector knows it
  TrafficFields to_server, to_client;
  std::uint64_t delivered = 0;  ///< octets of both streams
  std::uint64_t missing = 0;    ///< octets of both streams that are not in the capture
};

/// Hears everything in order: pieces to write, and facts to put together.
class Audience {
 public:
  virtual ~Audience() = default;
  /// The next piece, or several whole lines at once. The views hold for the call only.
  virtual void piece(const PieceHead& head, std::string_view bytes) = 0;
  virtual void fact(const NameFact& fact) = 0;
  virtual void fact(const LookupFact& fact) = 0;
  virtual void fact(const AnnouncedFact& fact) = 0;
  virtual void fact(const SessionFact& fact) = 0;
  /// The input has nothing more at the moment: who watches shall see all that is known.
  virtual void flush() {}
  /// False when nobody reads the output any more: the run may stop.
  [[nodiscard]] virtual bool listening() const = 0;
};

}  // namespace wiretale::report
