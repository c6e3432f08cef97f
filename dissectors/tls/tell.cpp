// How a connection is told to a person.
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include <wiretale/tale.hpp>

#include "tls/tls.hpp"

namespace wiretale::secure {
namespace {

/// `TLS 1.3`; SSL has its name in the version.
std::string protocol_text(std::string_view version) {
  return version.starts_with("SSL") || version.starts_with("TLCP") ? std::string(version)
                                                                   : fmt::format("TLS {}", version);
}

/// The versions that a client can do, best first, without the number that is only there to be skipped.
std::string versions_text(const TlsRecord& record) {
  std::vector<std::string_view> versions;
  for (const std::string& version : record.supported_versions)
    if (version != grease) versions.emplace_back(version);
  if (versions.empty()) return protocol_text(record.client_version);
  return fmt::format("TLS {}", fmt::join(versions, ", "));
}

template <class Table>
std::string names_of(const std::vector<Code<Table>>& codes) {
  std::string text;
  for (const Code<Table>& code : codes) {
    if (is_grease(code.value)) continue;
    if (!text.empty()) text += ", ";
    text += to_string(code);
  }
  return text;
}

void explain_client_hello(const TlsRecord& record, Tale& tale) {
  tale.explain(
      "ClientHello: the client says which versions, cipher suites and extensions it can do, and brings a random "
      "number. "
      "All of it is in clear.");
  if (!record.sni.empty())
    tale.explain(
        "The name of the server (SNI) stands in clear, so that a server of many names shows the right certificate: "
        "whoever looks on learns it, too.");
  if (!record.alpn_offered.empty()) tale.explain("ALPN: the client offers what to speak inside, as h2 for HTTP/2.");
  if (record.ticket_offered)
    tale.explain("The client shows a ticket of an earlier connection, to go on with keys made from that one.");
  if (record.early_data)
    tale.explain("0-RTT: the client sends data along with its hello. Somebody on the way may send it a second time.");
  if (record.encrypted_client_hello)
    tale.explain("A second hello is inside, encrypted (ECH): the name in clear may only be that of a front.");
}

void tell_client_hello(const TlsRecord& record, Side side, Tale& tale) {
  if (record.exchange.request_frames.empty()) return;
  std::string line = fmt::format("ClientHello  {}", versions_text(record));
  if (!record.sni.empty()) line += "  " + record.sni;
  if (!record.alpn_offered.empty()) line += fmt::format("  ALPN {}", fmt::join(record.alpn_offered, ", "));
  tale.said(side, record.exchange.request_frames, line, {});
  if (record.ciphers_offered) {
    std::string offers = human_count(*record.ciphers_offered, "cipher suite");
    if (const std::string groups = names_of(record.groups_offered); !groups.empty()) offers += "; " + groups;
    tale.detail(offers);
  }
  if (!record.ja4.empty()) tale.detail("JA4 " + record.ja4);
  if (!record.ja3.empty()) tale.detail("JA3 " + record.ja3);
  if (tale.explaining()) explain_client_hello(record, tale);
}

void tell_retry(const TlsRecord& record, Side client, Tale& tale) {
  if (!record.hello_retry) return;
  const RetryFields& retry = *record.hello_retry;
  std::string line = "HelloRetryRequest";
  if (retry.group) line += "  " + to_string(*retry.group);
  tale.said(other(client), retry.frames, line, {});
  if (tale.explaining())
    tale.explain("HelloRetryRequest: the client sent no key that the server can use, and says its hello again.");
  if (!retry.hello_frames.empty()) tale.said(client, retry.hello_frames, "ClientHello, again", {});
}

void tell_server_hello(const TlsRecord& record, Side side, Tale& tale) {
  if (record.version.empty()) return;
  std::string line = fmt::format("ServerHello  {}", protocol_text(record.version));
  if (record.cipher) line += "  " + to_string(*record.cipher);
  tale.said(side, record.exchange.response_frames, line,
            record.exchange.latency ? human_duration(*record.exchange.latency) : std::string());
  std::vector<std::string> words;
  if (record.group) words.push_back(to_string(*record.group));
  if (record.key_exchange_bits) words.push_back(fmt::format("Diffie-Hellman of {} bits", *record.key_exchange_bits));
  if (!record.alpn.empty()) words.push_back("ALPN " + record.alpn);
  if (record.resumed == true) words.push_back(fmt::format("resumed ({})", record.resumption));
  if (!words.empty()) tale.detail(fmt::format("{}", fmt::join(words, ", ")));
  if (!tale.explaining()) return;
  tale.explain("ServerHello: the server chooses version and cipher suite.");
  if (record.cipher)
    if (const std::string meaning = explain_suite(to_string(*record.cipher)); !meaning.empty()) tale.explain(meaning);
  if (record.resumed == true)
    tale.explain("Resumed: both go on with keys of an earlier connection, so no certificate is shown.");
  else if (record.version.starts_with("1.3"))
    tale.explain("With TLS 1.3 all that follows is encrypted, the certificate included.");
}

void tell_certificates(const TlsRecord& record, Side client, Tale& tale) {
  const auto one = [&](const CertificateFields& certificate) {
    std::vector<std::string> words;
    if (!certificate.key.empty()) words.push_back(certificate.key);
    if (!certificate.not_after.empty())
      words.push_back(
          fmt::format("{} to {}", certificate.not_before.substr(0, 10), certificate.not_after.substr(0, 10)));
    if (certificate.validity == "expired") words.emplace_back("expired");
    if (certificate.validity == "not_yet_valid") words.emplace_back("not valid yet");
    if (certificate.self_signed) words.emplace_back("self-signed");
    if (!words.empty()) tale.detail(fmt::format("{}", fmt::join(words, ", ")));
    if (!certificate.names.empty()) tale.detail(fmt::format("for {}", fmt::join(certificate.names, ", ")));
    if (!certificate.self_signed && !certificate.issuer.empty()) tale.detail("issued by " + certificate.issuer);
  };
  const auto chain = [&](Side side, Frames frames, const std::vector<CertificateFields>& certificates) {
    if (certificates.empty()) return;
    const CertificateFields& leaf = certificates.front();
    tale.said(side, frames, "Certificate  " + (leaf.subject.empty() ? "SHA-256 " + leaf.sha256 : leaf.subject), {});
    one(leaf);
    if (certificates.size() > 1)
      tale.detail(fmt::format("and {}{}", human_count(certificates.size() - 1, "certificate"), " of issuers"));
  };
  chain(other(client), record.certificate_frames, record.certificates);
  if (tale.explaining() && !record.certificates.empty())
    tale.explain(
        "Certificate: the server's public key and name, signed by somebody whom the client trusts. wiretale does not "
        "check the signature.");
  if (!record.certificate_status.empty())
    tale.detail(fmt::format("stapled OCSP response: {}", record.certificate_status));
  if (record.certificate_request) {
    tale.said(other(client), record.certificate_request->frames, "CertificateRequest", {});
    for (const std::string& name : record.certificate_request->authorities) tale.detail("of " + name);
    if (tale.explaining())
      tale.explain("CertificateRequest: the server wants to know who the client is, by a certificate.");
  }
  chain(client, record.client_certificate_frames, record.client_certificates);
}

std::string end_words(std::string_view end) {
  if (end == "close_notify" || end == "alert") return "by alert";
  if (end == "encrypted_alert" || end == "hidden_alert") return "by an encrypted alert";
  if (end == "fin") return "without an alert: it may be cut short";
  return "by a reset";
}

void tell_rest(const TlsRecord& record, Side client, Tale& tale) {
  for (const AlertFields& alert : record.alerts) {
    const Side side = alert.side == "client" ? client : other(client);
    tale.said(side, {alert.frame, alert.frame},
              alert.level.empty() ? "alert, encrypted" : fmt::format("alert {} {}", alert.level, alert.text), {});
    if (tale.explaining())
      if (const std::string_view meaning = explain_alert(alert.text); !meaning.empty()) tale.explain(meaning);
  }
  if (record.client_app_bytes + record.server_app_bytes != 0) {
    tale.told(record.frames,
              fmt::format("encrypted  → {}  ← {}", human_bytes(record.client_app_bytes),
                          human_bytes(record.server_app_bytes)),
              record.handshake ? "handshake " + human_duration(*record.handshake) : std::string());
    if (tale.explaining()) tale.explain("What is said inside can't be read without the keys of this connection.");
  }
  const std::string_view end = record.closed_by == "client" ? record.client_end : record.server_end;
  if (!record.closed_by.empty() && !end.empty())
    tale.detail(fmt::format("closed by the {} {}", record.closed_by, end_words(end)));
  if (tale.explaining() && end == "fin")
    tale.explain("A TLS connection should end with close_notify: without it nobody can tell its end from a cut.");
}

}  // namespace

void TlsRecord::tell(const TlsRecord& record, Tale& tale) {
  const Side client = record.roles_reversed ? Side::server : Side::client;
  tell_client_hello(record, client, tale);
  tell_retry(record, client, tale);
  tell_server_hello(record, other(client), tale);
  tell_certificates(record, client, tale);
  tell_rest(record, client, tale);
  tale.notices(record.exchange.anomalies);
}

}  // namespace wiretale::secure
