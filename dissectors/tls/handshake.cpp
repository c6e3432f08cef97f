// The messages of the handshake: put together, read, and told of.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "tls/certificate.hpp"
#include "tls/dissector.hpp"
#include "tls/fingerprints.hpp"
#include "tls/messages.hpp"

namespace wiretale::secure {
namespace {

constexpr std::size_t message_head = 4;

std::size_t length_of(Bytes message) {
  Cursor cursor(message, 1);
  return cursor.u24();
}

/// As many codes of a list as a record keeps.
template <class Table, class Numbers>
std::vector<Code<Table>> codes(const Numbers& numbers, std::uint64_t most) {
  std::vector<Code<Table>> told;
  told.reserve(std::min<std::size_t>(numbers.size(), static_cast<std::size_t>(most)));
  for (const auto number : numbers) {
    if (told.size() >= most) break;
    told.emplace_back(number);
  }
  return told;
}

}  // namespace

/// Octets of a handshake record: messages, or pieces of them.
void TlsDissector::fragment(Side side, Bytes bytes, const Where& where) {
  Half& me = half(side);
  if (me.loose && !starts_message(side, bytes)) return;
  const auto passing = static_cast<std::size_t>(std::min<std::uint64_t>(me.too_long, bytes.size()));
  me.too_long -= passing;
  bytes = bytes.subspan(passing);
  while (!bytes.empty()) {
    const std::size_t whole = bytes.size() < message_head ? SIZE_MAX : message_head + length_of(bytes);
    if (me.message.empty() && whole <= bytes.size()) {
      message(side, bytes[0], slice(bytes, message_head, whole - message_head), where);
      bytes = bytes.subspan(whole);
    } else {
      gather(side, bytes, where);
    }
  }
}

/// Behind missing octets: whether a message begins with these. What can't be one is taken for encrypted, or for the
/// rest of one, and is left.
bool TlsDissector::starts_message(Side side, Bytes bytes) {
  const bool begins = bytes.size() >= message_head && known_kind(bytes[0]) &&
                      (message_head + length_of(bytes) <= bytes.size() ||
                       static_cast<MessageKind>(bytes[0]) == MessageKind::certificate);
  if (begins) half(side).loose = false;
  return begins;
}

/// Keeps a piece of a message that came in several records; `bytes` moves on behind it.
void TlsDissector::gather(Side side, Bytes& bytes, const Where& where) {
  Half& me = half(side);
  std::vector<std::uint8_t>& held = me.message;
  if (held.empty()) me.message_where = where;
  me.message_where.frames.add(where.frames);
  me.message_where.last = where.last;
  const auto take = [&](std::size_t wanted) {
    const Bytes piece = slice(bytes, 0, wanted);
    held.insert(held.end(), piece.begin(), piece.end());
    bytes = bytes.subspan(piece.size());
  };
  if (held.size() < message_head) take(message_head - held.size());
  if (held.size() < message_head) return;
  const std::size_t length = length_of(held);
  if (length > session().limits().tls_message_bytes) {
    me.lost = true;
    session().limit_reached("tls_message_bytes");
    note(AnomalyKind::limit, "message_too_long",
         fmt::format("A message of the handshake says that it is {} octets long: it is not read.", length),
         where.frames.last);
    held.clear();
    const std::size_t passing = std::min(length, bytes.size());
    bytes = bytes.subspan(passing);
    me.too_long = length - passing;
    return;
  }
  take(message_head + length - held.size());
  if (held.size() < message_head + length) return;
  const std::vector<std::uint8_t> whole = std::exchange(held, {});
  message(side, whole[0], slice(whole, message_head), me.message_where);
}

/// A whole message.
void TlsDissector::message(Side side, std::uint8_t kind, Bytes body, const Where& where) {
  switch (static_cast<MessageKind>(kind)) {
    case MessageKind::client_hello:
      client_hello(side, read_client_hello(body), where);
      break;
    case MessageKind::server_hello:
      server_hello(side, read_server_hello(body), where);
      break;
    case MessageKind::hello_retry_request: {
      ServerHello hello;
      hello.retry = hello.whole = true;
      retry(hello, where);
      break;
    }
    case MessageKind::certificate:
      certificates(side, body, where);
      break;
    case MessageKind::server_key_exchange: {
      full_ = true;
      if (!record_.cipher) break;
      const KeyExchange exchange = read_key_exchange(body, CipherSuiteTable::name(record_.cipher->value));
      if (exchange.group) record_.group.emplace(*exchange.group);
      record_.key_exchange_bits = exchange.prime_bits;
      break;
    }
    case MessageKind::certificate_request:
      certificate_request(body, where);
      break;
    case MessageKind::server_hello_done:
      full_ = true;
      if (chosen_) record_.resumed = false;
      break;
    case MessageKind::new_session_ticket:
      new_ticket(body, where);
      break;
    case MessageKind::certificate_status:
      if (const Bytes response = read_status(body); !response.empty()) record_.certificate_status = read_ocsp(response);
      break;
    default:
      if (known_kind(kind)) break;
      note(AnomalyKind::malformed, "unknown_message", fmt::format("There is no message {} in a handshake.", kind),
           where.frames.last);
      break;
  }
}

void TlsDissector::client_hello(Side side, const ClientHello& hello, const Where& where) {
  if (asked_ && retried_ && !chosen_) return second_hello(where);
  const Frame frame = where.frames.last;
  if (asked_ || (chosen_ && side != asker_)) {
    note(AnomalyKind::unusual, "second_client_hello", "Another ClientHello in clear is not read.", frame);
    return;
  }
  asked_ = true;
  if (side == Side::server) {
    asker_ = side;
    record_.roles_reversed = true;
  }
  ExchangeFacts& exchange = record_.exchange;
  exchange.request_frames = where.frames;
  exchange.time = where.first;
  asked_last_ = where.last;
  if (!hello.whole)
    note(AnomalyKind::malformed, "bad_client_hello",
         hello.fixed ? "The extensions of the ClientHello are not as they should be."
                     : "The ClientHello is not as it should be.",
         frame);
  const std::uint64_t most = session().limits().record_items;
  if (hello.suites.size() > most || hello.extensions.size() > most) session().limit_reached("record_items");
  if (!hello.random.empty()) record_.client_version = version_name(hello.version);
  record_.client_random = hex(hello.random);
  record_.client_session_id = hex(hello.session_id);
  record_.sni = hello.server_name;
  record_.alpn_offered = hello.alpn;
  if (hello.fixed) record_.ciphers_offered = hello.suites.size();
  record_.cipher_suites = codes<CipherSuiteTable>(hello.suites, most);
  record_.client_extensions = codes<ExtensionTable>(hello.extensions, most);
  record_.groups_offered = codes<GroupTable>(hello.groups, most);
  record_.key_shares = codes<GroupTable>(hello.shares, most);
  record_.signature_algorithms = codes<SignatureTable>(hello.signatures, most);
  for (const std::uint16_t version : hello.versions) record_.supported_versions.push_back(version_name(version));
  offered_ticket_ = hello.ticket;
  if (hello.ticket || hello.psk) record_.ticket_offered = true;
  if (hello.early_data) record_.early_data = true;
  if (hello.encrypted_hello) record_.encrypted_client_hello = true;
  record_.ja3 = ja3(hello);
  record_.ja4 = ja4(hello);
}

/// The ClientHello that answers a HelloRetryRequest.
void TlsDissector::second_hello(const Where& where) {
  record_.hello_retry->hello_frames = where.frames;
  asked_last_ = where.last;
}

void TlsDissector::server_hello(Side side, const ServerHello& hello, const Where& where) {
  if (!asked_ && side == Side::client) {  // who opened the connection is the server of TLS
    asker_ = Side::server;
    record_.roles_reversed = true;
  }
  if (!hello.whole)
    note(AnomalyKind::malformed, "bad_server_hello", "The ServerHello is not as it should be.", where.frames.last);
  if (chosen_) {
    note(AnomalyKind::unusual, "second_server_hello", "Another ServerHello in clear is not read.", where.frames.last);
    return;
  }
  if (hello.retry) return retry(hello, where);
  if (!hello.suite) return;
  chosen_ = true;
  record_.exchange.response_frames = {};
  answered(where);
  version_ = hello.negotiated();
  record_.version = version_name(version_);
  record_.cipher.emplace(*hello.suite);
  record_.server_random = hex(hello.random);
  record_.server_session_id = hex(hello.session_id);
  const std::uint64_t most = session().limits().record_items;
  record_.server_extensions = codes<ExtensionTable>(hello.extensions, most);
  if (!hello.alpn.empty()) record_.alpn = hello.alpn.front();
  if (hello.group) record_.group.emplace(*hello.group);
  if (is_tls_1_3(version_)) {
    record_.resumed = hello.psk;
    if (hello.psk) record_.resumption = "psk";
  }
  record_.ja3s = ja3s(hello);
  name_server(where.frames.last);
}

/// The server wants another ClientHello.
void TlsDissector::retry(const ServerHello& hello, const Where& where) {
  retried_ = true;
  RetryFields& told = record_.hello_retry.emplace();
  told.frames = where.frames;
  if (hello.group) told.group.emplace(*hello.group);
  if (record_.exchange.response_frames.empty()) answered(where);
}

/// The server's first word, or its ServerHello.
void TlsDissector::answered(const Where& where) {
  record_.exchange.response_frames = where.frames;
  if (asked_) record_.exchange.latency = std::max(where.first - asked_last_, Nanos{});
}

/// The server goes by the name that it was asked for. A proxy that leads to it does not.
void TlsDissector::name_server(Frame frame) {
  const SessionFacts& facts = session().facts();
  const bool behind_proxy = record_.after == "http" || record_.after == "socks";
  if (record_.sni.empty() || behind_proxy) return;
  session().fact(NameFact{asker_ == Side::client ? facts.server.ip : facts.client.ip, record_.sni, "tls", frame});
}

void TlsDissector::certificates(Side side, Bytes body, const Where& where) {
  CertificateList list = read_certificates(body);
  if (!list.whole)
    note(AnomalyKind::malformed, "bad_certificate_list", "The list of certificates is not as it should be.",
         where.frames.last);
  if (side != asker_) full_ = true;
  take_certificates(side, list.certificates, where);
}

void TlsDissector::take_certificates(Side side, const std::vector<Bytes>& all, const Where& where) {
  std::vector<CertificateFields>& told = side == asker_ ? record_.client_certificates : record_.certificates;
  if (!told.empty() || all.empty()) return;
  for (const Bytes der : all) {
    if (told.size() >= session().limits().tls_certificates) {
      session().limit_reached("tls_certificates");
      note(AnomalyKind::limit, "certificates_cut",
           fmt::format("Of {} certificates, {} are read.", all.size(), told.size()), where.frames.last);
      break;
    }
    told.push_back(read_certificate(der, where.first));
    if (told.back().not_after.empty())
      note(AnomalyKind::malformed, "bad_certificate", "A certificate can't be read.", where.frames.last);
  }
  (side == asker_ ? record_.client_certificate_frames : record_.certificate_frames) = where.frames;
  if (side == asker_) return;
  if (told.size() > 1) record_.chain_in_order = in_order(told);
  if (!record_.sni.empty() && !told.front().not_after.empty())
    record_.sni_matches = certificate_matches(all.front(), record_.sni);
}

void TlsDissector::certificate_request(Bytes body, const Where& where) {
  full_ = true;
  const CertificateRequest request = read_certificate_request(body, version_ == tls_1_2);
  if (!request.whole)
    note(AnomalyKind::malformed, "bad_certificate_request", "The CertificateRequest is not as it should be.",
         where.frames.last);
  CertificateRequestFields& told = record_.certificate_request.emplace();
  told.frames = where.frames;
  told.kinds = codes<CertificateKindTable>(request.kinds, session().limits().record_items);
  for (const Bytes name : request.authorities) {
    if (told.authorities.size() >= session().limits().tls_certificates) {
      session().limit_reached("tls_certificates");
      break;
    }
    told.authorities.push_back(read_name(name));
  }
}

void TlsDissector::new_ticket(Bytes body, const Where& where) {
  const std::optional<std::uint32_t> seconds = read_ticket_lifetime(body);
  record_.tickets = record_.tickets.value_or(0) + 1;
  if (seconds)
    record_.ticket_lifetime = std::chrono::seconds(*seconds);
  else
    note(AnomalyKind::malformed, "bad_ticket", "The NewSessionTicket is not as it should be.", where.frames.last);
}

/// A message of SSLv2 in clear.
void TlsDissector::ssl2_message(Side side, Bytes message, const Where& where) {
  Half& me = half(side);
  const std::uint8_t kind = message.empty() ? std::uint8_t{0xff} : message[0];
  if (kind == ssl2::client_hello) {
    client_hello(side, read_ssl2_client_hello(message), where);
  } else if (kind == ssl2::server_hello) {
    const Ssl2ServerHello hello = read_ssl2_server_hello(message);
    if (!hello.whole)
      note(AnomalyKind::malformed, "bad_server_hello", "The ServerHello is not as it should be.", where.frames.last);
    chosen_ = me.ssl2 = true;
    me.sealed = true;  // all that the server says behind it is encrypted
    version_ = hello.version;
    record_.version = version_name(hello.version);
    record_.resumed = hello.session_hit;
    if (hello.session_hit) record_.resumption = "session_id";
    record_.server_session_id = hex(hello.connection_id);
    answered(where);
    if (!hello.certificate.empty()) take_certificates(side, {hello.certificate}, where);
  } else if (kind == ssl2::client_master_key) {
    Cursor cursor(message, 1);
    const std::uint32_t suite = cursor.u24();
    if (cursor.ok()) record_.cipher.emplace(suite);
    me.ssl2 = me.sealed = true;
  } else if (kind == ssl2::error) {
    me.ssl2 = failed_ = true;
    say_end(side, "alert");
    if (side != asker_ && record_.exchange.response_frames.empty()) answered(where);
  }
}

}  // namespace wiretale::secure
