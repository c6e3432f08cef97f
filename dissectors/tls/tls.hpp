// TLS as far as it is in clear: the record, and the protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/dissector.hpp>
#include <wiretale/record.hpp>
#include <wiretale/tale.hpp>

#include "tls/names.hpp"

namespace wiretale {

extern const Protocol tls;

namespace secure {

/// An X.509 certificate (RFC 5280).
struct CertificateFields {
  std::string subject;
  std::string issuer;
  std::string serial;
  std::string not_before;
  std::string not_after;
  std::string_view validity;
  std::vector<std::string> names;
  std::string key;
  std::string signature;
  std::string sha256;
  bool self_signed = false;
  std::optional<bool> authority;
  std::uint64_t bytes = 0;

  static constexpr auto fields() {
    using R = CertificateFields;
    return FieldList{
        field("subject", &R::subject, "Whom it is about, as RFC 4514 writes names: CN=www.example.org,O=Example."),
        field("issuer", &R::issuer, "Who issued it."),
        field("serial", &R::serial, "Its number at the issuer, in hex."),
        field("not_before", &R::not_before, "Valid from, RFC 3339."),
        field("not_after", &R::not_after, "Valid until, RFC 3339."),
        field("validity", &R::validity, "By the time of the packets: valid, expired, not_yet_valid."),
        field("names", &R::names, "Subject alternative names: host names, addresses, mail addresses, URIs."),
        field("key", &R::key, "Public key: RSA 2048, EC secp256r1, Ed25519."),
        field("signature", &R::signature, "Algorithm of the issuer's signature."),
        field("sha256", &R::sha256, "Fingerprint: SHA-256 of its octets, in hex."),
        field("self_signed", &R::self_signed, "Subject and issuer are the same; the signature is not checked."),
        field("authority", &R::authority, "It may issue certificates itself (basic constraints: CA)."),
        field("bytes", &R::bytes, "Its octets."),
    };
  }
};

/// An alert.
struct AlertFields {
  std::string_view level;
  std::string text;
  std::string_view side;
  Frame frame = 0;

  static constexpr auto fields() {
    using R = AlertFields;
    return FieldList{
        field("level", &R::level, "warning or fatal; absent where the alert is encrypted."),
        field("text", &R::text, "What it says: close_notify, handshake_failure …; encrypted where it can't be read."),
        field("side", &R::side, "client or server: who sent it."),
        field("frame", &R::frame, "The frame that carries it."),
    };
  }
};

/// A HelloRetryRequest (RFC 8446, section 4.1.4), and the ClientHello that follows it.
struct RetryFields {
  Frames frames;
  Frames hello_frames;
  std::optional<Code<GroupTable>> group;

  static constexpr auto fields() {
    using R = RetryFields;
    return FieldList{
        field("frames", &R::frames, "Frames that carry the HelloRetryRequest."),
        field("hello_frames", &R::hello_frames, "Frames that carry the second ClientHello."),
        field("group", &R::group, "The group that the server wants a key share of."),
    };
  }
};

/// What a server asks of a client's certificate (RFC 5246, section 7.4.4).
struct CertificateRequestFields {
  Frames frames;
  std::vector<Code<CertificateKindTable>> kinds;
  std::vector<std::string> authorities;

  static constexpr auto fields() {
    using R = CertificateRequestFields;
    return FieldList{
        field("frames", &R::frames, "Frames that carry the request."),
        field("kinds", &R::kinds, "Kinds of keys and signatures that the server takes."),
        field("authorities", &R::authorities, "Issuers that the server takes certificates of."),
    };
  }
};

/// A TLS connection: its handshake, and how much went on behind it.
struct TlsRecord {
  static constexpr RecordInfo info{"tls", "A TLS connection: what its handshake shows, and how it ended."};

  ExchangeFacts exchange;
  Frames frames;
  std::string version;
  std::string sni;
  std::string alpn;
  std::vector<std::string> alpn_offered;
  std::optional<Code<CipherSuiteTable>> cipher;
  std::optional<std::uint64_t> ciphers_offered;
  std::vector<Code<CipherSuiteTable>> cipher_suites;
  std::optional<bool> resumed;
  std::string_view resumption;
  std::optional<bool> established;
  std::optional<Nanos> handshake;
  std::string client_version;
  std::vector<std::string> supported_versions;
  std::optional<Code<GroupTable>> group;
  std::optional<std::uint64_t> key_exchange_bits;
  std::vector<Code<GroupTable>> groups_offered;
  std::vector<Code<GroupTable>> key_shares;
  std::vector<Code<SignatureTable>> signature_algorithms;
  std::vector<Code<ExtensionTable>> client_extensions;
  std::vector<Code<ExtensionTable>> server_extensions;
  std::string client_random;
  std::string server_random;
  std::string client_session_id;
  std::string server_session_id;
  std::optional<bool> ticket_offered;
  std::optional<std::uint64_t> tickets;
  std::optional<Nanos> ticket_lifetime;
  std::optional<bool> early_data;
  std::optional<bool> encrypted_client_hello;
  std::optional<RetryFields> hello_retry;
  std::optional<CertificateRequestFields> certificate_request;
  Frames certificate_frames;
  std::vector<CertificateFields> certificates;
  std::optional<bool> chain_in_order;
  std::optional<bool> sni_matches;
  std::string_view certificate_status;
  Frames client_certificate_frames;
  std::vector<CertificateFields> client_certificates;
  std::vector<AlertFields> alerts;
  std::string_view closed_by;
  std::string_view client_end;
  std::string_view server_end;
  std::optional<bool> renegotiated;
  std::optional<bool> roles_reversed;
  std::string ja3;
  std::string ja3s;
  std::string ja4;
  std::string_view protocol_from;
  std::string_view after;
  std::optional<bool> decrypted;
  std::string_view not_decrypted_because;
  std::uint64_t client_app_bytes = 0;
  std::uint64_t server_app_bytes = 0;

  static constexpr auto fields() {
    using R = TlsRecord;
    return FieldList{
        embed(&R::exchange),
        field("frames", &R::frames, "Frames that carry its records, from first to last."),
        field("version", &R::version, "Version that the server chose: 1.3, 1.2, 1.1, 1.0, SSLv3, SSLv2."),
        field("sni", &R::sni, "Name of the server that the client asks for (server_name, RFC 6066, section 3)."),
        field("alpn", &R::alpn, "Protocol that the server chose (RFC 7301)."),
        field("alpn_offered", &R::alpn_offered, "Protocols that the client offers."),
        field("cipher", &R::cipher, "Cipher suite that the server chose, by its IANA name."),
        field("ciphers_offered", &R::ciphers_offered, "How many the client offers."),
        field("cipher_suites", &R::cipher_suites, "Those that the client offers, in its order."),
        field("resumed", &R::resumed, "The keys come from an earlier connection."),
        field("resumption", &R::resumption, "How: session_id, ticket (RFC 5077), psk (RFC 8446, section 2.2)."),
        field("established", &R::established,
              "Both sides were seen to have finished the handshake; false where it failed; absent where that can't be "
              "known."),
        field("handshake_s", &R::handshake,
              "From the ClientHello's first octet to the last one of the record that finished the handshake."),
        field("client_version", &R::client_version, "Version in the ClientHello itself; 1.2 with TLS 1.3."),
        field("supported_versions", &R::supported_versions, "All that the client says it can do, in its order."),
        field("group", &R::group, "Group of the key exchange that was chosen."),
        field("key_exchange_bits", &R::key_exchange_bits, "Length of the prime, where the group has no name."),
        field("groups_offered", &R::groups_offered, "Groups that the client offers (supported_groups)."),
        field("key_shares", &R::key_shares, "Those that it sent a key of (key_share)."),
        field("signature_algorithms", &R::signature_algorithms, "Signatures that the client takes."),
        field("client_extensions", &R::client_extensions, "Extensions of the ClientHello, in its order."),
        field("server_extensions", &R::server_extensions, "Extensions of the ServerHello, in its order."),
        field("client_random", &R::client_random, "What a key log calls the connection by, in hex."),
        field("server_random", &R::server_random, "The server's, in hex."),
        field("client_session_id", &R::client_session_id, "Session id in the ClientHello, in hex."),
        field("server_session_id", &R::server_session_id, "Session id in the ServerHello, in hex."),
        field("ticket_offered", &R::ticket_offered, "The client shows a ticket or key of an earlier connection."),
        field("tickets", &R::tickets, "Tickets that the server gave out in clear (up to 1.2)."),
        field("ticket_lifetime_s", &R::ticket_lifetime, "How long the last one may be used, as the server hints."),
        field("early_data", &R::early_data, "The client asks to send data with its ClientHello (0-RTT)."),
        field("encrypted_client_hello", &R::encrypted_client_hello,
              "The ClientHello holds another one, encrypted, or pretends to: `sni` may be a front."),
        field("hello_retry", &R::hello_retry, "The server had the client say its hello again."),
        field("certificate_request", &R::certificate_request, "The server asks for a certificate (up to 1.2)."),
        field("certificate_frames", &R::certificate_frames, "Frames that carry the server's certificates."),
        field("certificates", &R::certificates, "The server's, its own first (up to 1.2; 1.3 encrypts them)."),
        field("chain_in_order", &R::chain_in_order,
              "Each certificate's issuer is the next one's subject. Signatures are not checked."),
        field("sni_matches", &R::sni_matches, "The server's certificate is for the name that was asked for."),
        field("certificate_status", &R::certificate_status,
              "What the stapled OCSP response says of it: good, revoked, unknown, or malformed."),
        field("client_certificate_frames", &R::client_certificate_frames,
              "Frames that carry the client's certificates."),
        field("client_certificates", &R::client_certificates, "The client's, its own first."),
        field("alerts", &R::alerts, "Alerts, in order."),
        field("closed_by", &R::closed_by, "Who ended it first: client or server."),
        field("client_end", &R::client_end,
              "The last that the client said of its end: close_notify, alert, encrypted_alert, hidden_alert (a record "
              "of TLS 1.3 as long as one), fin (none of them: it may be cut short), reset."),
        field("server_end", &R::server_end, "The same of the server."),
        field("renegotiated", &R::renegotiated, "A second handshake was made under the keys of the first."),
        field("roles_reversed", &R::roles_reversed,
              "Who opened the TCP connection is the TLS server (FTP does so); client and server here are TLS's."),
        field("ja3", &R::ja3, "JA3: MD5 of what the ClientHello offers."),
        field("ja3s", &R::ja3s, "JA3S: MD5 of what the ServerHello chooses."),
        field("ja4", &R::ja4, "JA4 of the ClientHello."),
        field("protocol_from", &R::protocol_from, "How it is known to be TLS: port, content, upgrade, expected, user."),
        field("after", &R::after,
              "The protocol that led here: smtp (STARTTLS), http (CONNECT), socks, mysql, postgresql …"),
        field("decrypted", &R::decrypted, "Whether the contents could be read; absent where there are none."),
        field("not_decrypted_because", &R::not_decrypted_because, "no_secrets."),
        field("client_app_bytes", &R::client_app_bytes,
              "Octets of the client's application data as sent, encrypted; with TLS 1.3 the end of the handshake is "
              "among them, with SSLv2 all that is encrypted."),
        field("server_app_bytes", &R::server_app_bytes, "The same of the server."),
    };
  }

  static void tell(const TlsRecord& record, Tale& tale);
};

}  // namespace secure
}  // namespace wiretale
