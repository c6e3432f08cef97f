// The two sides of a TLS connection.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <wiretale/dissector.hpp>

#include "tls/hello.hpp"
#include "tls/record_layer.hpp"
#include "tls/tls.hpp"

namespace wiretale::secure {

/// TLS, and SSL before it, without keys: records are counted, and read where they are in clear.
///
/// Sides are those of TCP. Who says a ClientHello is the client of the record: `asker_`.
class TlsDissector final : public StreamDissector {
 public:
  using StreamDissector::StreamDissector;

  Talk client(Input& in) override { return read(in, Side::client); }
  Talk server(Input& in) override { return read(in, Side::server); }
  void gap(Side side, std::uint64_t missing, Frame frame) override;
  void end(Side side, Close how) override;

 private:
  /// A side.
  struct Half {
    std::vector<std::uint8_t> message;  ///< of the handshake, while it isn't whole
    Where message_where;
    std::uint64_t too_long = 0;     ///< octets of a message over its limit that are still to come
    std::uint64_t app_bytes = 0;    ///< octets of application data
    std::string_view last;          ///< what the last record says of the end: client_end of the record
    std::uint32_t last_order = 0;   ///< when that was, counted over both sides
    std::optional<Close> closed;    ///< how the stream ended
    Frame last_frame = 0;           ///< that carried a record
    std::optional<Timestamp> done;  ///< when it had finished the handshake
    bool heard = false;             ///< a record, or the octets before a hole
    bool sealed = false;            ///< keys are in use: ChangeCipherSpec was said
    bool lost = false;              ///< octets are missing, or could not be read
    bool loose = false;             ///< where a message of the handshake begins is not known
    bool ssl2 = false;              ///< its records are those of SSLv2
  };

  Talk read(Input& in, Side side);
  Talk find_record(Input& in, Side side);
  Talk record(Input& in, Side side, RecordHead head);
  Talk handshake_record(Input& in, Side side, RecordHead head);
  Talk alert_record(Input& in, Side side, RecordHead head);
  Talk heartbeat_record(Input& in, Side side, RecordHead head);
  Talk ssl2_record(Input& in, Side side, std::array<std::uint8_t, head_bytes> start, Where where);

  [[nodiscard]] bool looks_ssl2(Side side, Bytes start) const;
  [[nodiscard]] bool sealed(Side side) const;
  // records.cpp
  void passed(Input& in, Side side, const Where& where, std::uint64_t expected, std::uint64_t from,
              std::uint64_t missed_before);
  void touch(Side side, const Where& where);
  void application_record(Side side, const Where& where, std::uint64_t length);
  void change_cipher_spec(Side side);
  void finish_handshake(Side side, Timestamp when);
  void no_record(Side side, Bytes octets, const Where& where);

  // handshake.cpp
  void fragment(Side side, Bytes bytes, const Where& where);
  bool starts_message(Side side, Bytes bytes);
  void gather(Side side, Bytes& bytes, const Where& where);
  void message(Side side, std::uint8_t kind, Bytes body, const Where& where);
  void client_hello(Side side, const ClientHello& hello, const Where& where);
  void second_hello(const Where& where);
  void server_hello(Side side, const ServerHello& hello, const Where& where);
  void retry(const ServerHello& hello, const Where& where);
  void answered(const Where& where);
  void certificates(Side side, Bytes body, const Where& where);
  void take_certificates(Side side, const std::vector<Bytes>& all, const Where& where);
  void certificate_request(Bytes body, const Where& where);
  void new_ticket(Bytes body, const Where& where);
  void ssl2_message(Side side, Bytes message, const Where& where);
  void name_server(Frame frame);

  void alert(Side side, std::uint8_t level, std::uint8_t description, const Where& where);
  void say_end(Side side, std::string_view word);
  void note(AnomalyKind kind, std::string_view name, std::string_view text, Frame frame);

  // tls.cpp
  void settle_ends();
  void settle_outcome();
  void emit();

  [[nodiscard]] Half& half(Side side) { return halves_[index(side)]; }
  [[nodiscard]] const Half& half(Side side) const { return halves_[index(side)]; }
  [[nodiscard]] std::string_view word(Side side) const { return side == asker_ ? "client" : "server"; }
  [[nodiscard]] std::size_t hidden_alert_bytes() const;

  TlsRecord record_;
  std::array<Half, 2> halves_;
  Side asker_ = Side::client;
  Timestamp asked_last_;  // the latest ClientHello's last octet
  std::uint32_t order_ = 0;
  std::uint16_t version_ = 0;  // negotiated
  Preamble preamble_ = Preamble::none;
  bool asked_ = false;    // a ClientHello was read
  bool chosen_ = false;   // a ServerHello was read
  bool retried_ = false;  // a HelloRetryRequest was
  bool offered_ticket_ = false;
  bool full_ = false;  // a message of the server that a resumed handshake hasn't
  bool failed_ = false;
};

/// Says what an operator would want to know of a connection: findings.
void tell_findings(const TlsRecord& record, Session& session);

}  // namespace wiretale::secure
