// The HTTP/1.x dissector: two coroutines, and the exchanges between them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <wiretale/dissector.hpp>

#include "http/exchange.hpp"
#include "http/findings.hpp"
#include "http/framing.hpp"

namespace wiretale::web {

/// Said of a message whose start line was found behind octets of a body that is not whole.
inline constexpr std::string_view found_in_line =
    "The start line stands behind octets of a body whose beginning is not in the capture: first frame and time may be "
    "theirs.";

/// One HTTP session. An exchange is owned by asking_ while its request is read, by waiting_ until its response begins,
/// and by answering_ while that is read. A response may begin before its request ends: then answered_ points into
/// asking_.
class HttpDissector final : public StreamDissector {
 public:
  explicit HttpDissector(Session& session);

  Talk client(Input& in) override;
  Talk server(Input& in) override;
  void gap(Side side, std::uint64_t missing, Frame frame) override;
  void end(Side side, Close how) override;

 private:
  using ExchangePtr = std::unique_ptr<Exchange>;
  /// A hole in the server's stream that may have swallowed responses.
  struct Loss {
    std::uint64_t offset = 0;  ///< where what follows it begins
    bool in_response = false;  ///< it began within a response that was being read
  };
  /// Octets of a side that belong to no message.
  struct Loose {
    std::uint64_t octets = 0;  ///< since the last message
    Frame frame = 0;           ///< of the last of them
    bool told = false;         ///< the session has an anomaly about such octets
  };

  // Messages of both sides (messages.cpp)
  Talk body(Input& in, Message& message, Exchange& exchange, bool& whole);
  Talk chunked(Input& in, Message& message, Exchange& exchange, bool& whole);
  bool next_chunk(const Line& line, Exchange& exchange, std::uint64_t& size);
  void open_body(Exchange& exchange, Message& message, Framing framing, std::uint64_t offset);
  void take(Exchange& exchange, Message& message, const Piece& piece, std::uint64_t offset);
  void take(Exchange& exchange, Message& message, const Line& line, std::uint64_t most);
  void finish_body(Exchange& exchange, Message& message, bool whole);
  bool add_field(Exchange& exchange, Message& message, HeaderFields& fields, const Line& line, std::uint64_t offset);
  void cut(Exchange& exchange, Message& message, Close how);
  void loose_line(Side side, const Line& line, bool in_step);
  void tell_loose_end(Side side);
  [[nodiscard]] Faults faults(Exchange& exchange, Frame frame) const;
  [[nodiscard]] ExchangePtr new_exchange();
  void emit(const Exchange& exchange);

  // The client's side (requests.cpp)
  Talk expected_body(Input& in, Exchange& exchange, std::optional<Line>& ahead, bool& whole);
  Exchange* begin_request(const Line& line, bool in_step, std::uint64_t offset);
  void check_request(Exchange& exchange);
  void check_host(Exchange& exchange);
  void name_server(const Exchange& exchange);
  void drop_refused_body(Exchange& exchange);
  void finish_request();
  void end_request(Close how);

  // The server's side (responses.cpp)
  Talk bare_response(Input& in, Line line);
  [[nodiscard]] bool bare_front();
  Exchange& begin_response();
  Message& begin_message(Exchange& exchange, const Line& line, std::uint64_t offset);
  void settle_loss();
  void switch_protocol(const Exchange& exchange);
  void finish_response();
  void end_response(Close how);
  void unanswered(Exchange& exchange);

  ExchangePtr asking_;
  Pending<std::uint64_t, ExchangePtr> waiting_;
  ExchangePtr answering_;
  Exchange* answered_ = nullptr;  // whose response is read, or has announced itself by a 1xx
  std::optional<Loss> loss_;
  LoginWatch logins_;
  std::string named_;  // the host name last told to the analysis
  std::uint64_t numbers_ = 0;
  std::uint64_t forgotten_ = 0;  // requests given up whose responses may still come, before all others
  std::uint8_t ended_ = 0;       // sides
  Loose loose_[2];
};

}  // namespace wiretale::web
