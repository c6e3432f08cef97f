#include "tls/tls.hpp"

#include <array>

#include <wiretale/records.hpp>

#include "common/notes.hpp"
#include "tls/dissector.hpp"

namespace wiretale {
namespace secure {

/// How each side ended, and who did so first.
void TlsDissector::settle_ends() {
  std::uint32_t first = UINT32_MAX;
  for (const Side side : {Side::client, Side::server}) {
    const Half& me = half(side);
    std::string_view& told = side == asker_ ? record_.client_end : record_.server_end;
    if (!me.last.empty())
      told = me.last;
    else if (me.closed == Close::fin)
      told = "fin";
    else if (me.closed == Close::reset)
      told = "reset";
    if (me.last.empty() || me.last_order >= first) continue;
    first = me.last_order;
    record_.closed_by = word(side);
  }
}

/// What came of the handshake, and whether all of it was seen.
void TlsDissector::settle_outcome() {
  ExchangeFacts& exchange = record_.exchange;
  const Half& client = half(asker_);
  const Half& server = half(other(asker_));
  const Frame last = record_.frames.last;
  for (const Side side : {Side::client, Side::server}) {
    const Half& me = half(side);
    const bool over = me.closed == Close::fin || (me.closed == Close::reset && !me.last.empty());
    if (!over || me.lost || !me.message.empty()) exchange.complete = false;
    if (!me.message.empty())
      note(AnomalyKind::cut_off, "handshake_cut", "The stream ends within a message of the handshake.", me.last_frame);
  }
  if (!asked_ || (!chosen_ && record_.exchange.response_frames.empty())) {
    exchange.complete = false;
    note(AnomalyKind::cut_off, "handshake_missing",
         !asked_ ? "The ClientHello is not in the capture." : "Nothing that answers the ClientHello is in the capture.",
         last);
  }
  if (client.done && server.done)
    record_.established = true;
  else if (failed_ || (asked_ && version_ != ssl_2 && !client.lost && !server.lost &&
                       (client.closed == Close::fin || server.closed == Close::fin)))
    record_.established = false;
  record_.client_app_bytes = client.app_bytes;
  record_.server_app_bytes = server.app_bytes;
  if (client.app_bytes + server.app_bytes == 0) return;
  record_.decrypted = false;
  record_.not_decrypted_because = "no_secrets";
}

void TlsDissector::end(Side side, Close how) {
  half(side).closed = how;
  if (how == Close::fin && record_.closed_by.empty() && !half(other(side)).closed) record_.closed_by = word(side);
  if (half(other(side)).closed && !record_.frames.empty()) emit();
}

void TlsDissector::emit() {
  settle_ends();
  settle_outcome();
  tell_findings(record_, session());
  session().emit(record_);
}

namespace {

// HTTPS and its usual other port, submissions, LDAPS, DNS over TLS, FTPS, TELNETS, IMAPS, IRCS, POP3S, NNTPS, global
// catalogue, SIPS, AMQPS, syslog, IRC, MQTT.
constexpr std::array<Port, 18> ports{{{Transport::tcp, 443},
                                      {Transport::tcp, 8443},
                                      {Transport::tcp, 465},
                                      {Transport::tcp, 636},
                                      {Transport::tcp, 853},
                                      {Transport::tcp, 989},
                                      {Transport::tcp, 990},
                                      {Transport::tcp, 992},
                                      {Transport::tcp, 993},
                                      {Transport::tcp, 994},
                                      {Transport::tcp, 995},
                                      {Transport::tcp, 563},
                                      {Transport::tcp, 3269},
                                      {Transport::tcp, 5061},
                                      {Transport::tcp, 5671},
                                      {Transport::tcp, 6514},
                                      {Transport::tcp, 6697},
                                      {Transport::tcp, 8883}}};

constexpr std::array<const RecordType*, 2> records{&record_type<TlsRecord>, &record_type<FindingRecord>};

}  // namespace
}  // namespace secure

const Protocol tls{
    .name = "tls",
    .title = "Transport Layer Security, SSL",
    .rfcs = "RFC 8446, RFC 5246, RFC 4346, RFC 2246, RFC 6101",
    .ports = secure::ports,
    .probe = secure::probe,
    .stream = [](Session& session) -> std::unique_ptr<StreamDissector> {
      return std::make_unique<secure::TlsDissector>(session);
    },
    .datagram = nullptr,
    .records = secure::records,
    .across_ports = {},
};

}  // namespace wiretale
