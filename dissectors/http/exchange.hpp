// A request and its response while they are read.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/header_fields.hpp"
#include "http/body.hpp"
#include "http/http.hpp"
#include "http/start_line.hpp"

namespace wiretale::web {

/// What one side said: start line, header section, body.
struct Message {
  std::string line;  ///< the start line; what it was parsed to points into it
  HeaderFields fields{HeaderSyntax::hypertext};
  std::unique_ptr<Body> body;  ///< null where there is none
  Frames frames;
  Timestamp first, last;
  std::uint64_t end = 0;  ///< offset in the stream behind what was read of it
  bool begun = false;     ///< its start line was read
  bool done = false;      ///< it is read to its end, or given up

  /// Counts octets that belong to it: where they came from, and the stream's offset behind them.
  void saw(const Where& where, std::uint64_t offset) {
    if (frames.empty()) first = where.first;
    frames.add(where.frames);
    last = where.last;
    end = offset;
  }
};

/// A 1xx response.
struct Interim {
  StatusLine status;
  Message message;
};

/// One exchange. It never moves: views point into it.
struct Exchange {
  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  std::uint64_t number = 0;
  std::uint64_t asked_at = 0;  ///< how far the server's stream had come when the request began
  Message request;
  RequestLine request_line;
  std::vector<std::unique_ptr<Interim>> interim;
  Message response;
  StatusLine status;
  std::vector<Anomaly> anomalies;
  bool complete = true;
  bool expects = false;         ///< Expect: 100-continue: the body may never come
  bool asks_to_switch = false;  ///< CONNECT or Upgrade: what the client says next depends on the answer
  bool bare = false;            ///< an HTTP/0.9 request: no header section, and its response may have no status line

  /// Notes what is wrong; `complete` becomes false where octets are missing.
  void lack(const Limits& limits, AnomalyKind kind, std::string_view name, std::string_view text, Frame frame);
  /// Method of the request; GET where it was not seen.
  [[nodiscard]] std::string_view method() const { return request.begun ? request_line.method : "GET"; }
};

/// Name of the file that a body is: Content-Disposition, else the last segment of the target's path for what was asked
/// for or is stored; empty where nothing names it.
[[nodiscard]] std::string file_name(const Exchange& exchange, Side sender);
/// Content-Encoding, as a list.
[[nodiscard]] std::vector<std::string> content_codings(const HeaderFields& fields, const Limits& limits);

/// What a record's views point to beside the exchange.
struct RecordTexts {
  std::string uri;
};
/// The record of an exchange; it holds as long as the exchange and `texts`.
[[nodiscard]] HttpRecord make_record(const Exchange& exchange, const Endpoint& server, RecordTexts& texts);

/// The host that a request is for: Host, else the target's authority.
[[nodiscard]] std::string_view host_of(const Exchange& exchange);

}  // namespace wiretale::web
