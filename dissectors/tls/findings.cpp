// What an operator would want to know of a connection.
#include <fmt/format.h>

#include <string>
#include <utility>

#include <wiretale/records.hpp>

#include "tls/dissector.hpp"

namespace wiretale::secure {
namespace {

struct Words {
  std::string_view kind;
  std::string_view severity;
  std::string title;
  std::string explanation;
  std::string evidence;
};

void say(const TlsRecord& record, Session& session, Frames frames, Words words) {
  if (frames.empty()) frames = record.frames;
  FindingRecord finding;
  finding.time = record.exchange.time;
  finding.kind = words.kind;
  finding.severity = words.severity;
  finding.title = std::move(words.title);
  finding.explanation = std::move(words.explanation);
  finding.evidence = std::move(words.evidence);
  finding.frames = {frames.first};
  if (frames.last != frames.first) finding.frames.push_back(frames.last);
  finding.wireshark_filter = fmt::format("frame.number in {{{}}}", fmt::join(finding.frames, ", "));
  session.emit(finding);
}

/// The server as people call it.
std::string server_of(const TlsRecord& record, Session& session) {
  if (!record.sni.empty()) return record.sni;
  const SessionFacts& facts = session.facts();
  return to_string(record.roles_reversed ? facts.client : facts.server);
}

void look_at_version(const TlsRecord& record, Session& session) {
  const bool ssl = record.version.starts_with("SSL");
  if (!ssl && record.version != "1.0" && record.version != "1.1") return;
  const std::string name = ssl ? record.version : "TLS " + record.version;
  say(record, session, record.exchange.response_frames,
      {"obsolete-tls-version", ssl ? "serious" : "warning",
       fmt::format("{} is used with {}", name, server_of(record, session)),
       ssl ? "SSL 2 and 3 are broken (RFC 6176, RFC 7568): somebody on the way can read or change what is said. Switch "
             "them off at the server, and renew what can do nothing newer."
           : "TLS 1.0 and 1.1 are withdrawn (RFC 8996): they rest on MD5 and SHA-1. Server and client should do TLS "
             "1.2 "
             "or 1.3.",
       fmt::format("the server chose {}", name)});
}

void look_at_suite(const TlsRecord& record, Session& session) {
  if (!record.cipher) return;
  const std::string name = to_string(*record.cipher);
  const auto has = [&](std::string_view word) { return name.find(word) != std::string::npos; };
  std::string_view why;
  if (has("_WITH_NULL") || has("_SHA256_SHA256") || has("_SHA384_SHA384"))
    why = "Nothing is encrypted with it: whoever sees the packets can read them.";
  else if (has("EXPORT"))
    why = "Its keys have 40 or 56 bits, as export laws once wanted them: anybody can break them.";
  else if (has("_anon_"))
    why = "No side proves who it is: anybody on the way can take the place of the other one.";
  else if (has("_RC4_") || has("_DES_CBC_") || has("_RC2_") || has("_DES_64_"))
    why = "Its cipher is broken (RC4, RFC 7465) or its keys are short (DES, RC2).";
  else
    return;
  say(record, session, record.exchange.response_frames,
      {"weak-cipher-suite", "serious", fmt::format("A weak cipher suite is used with {}", server_of(record, session)),
       fmt::format("{} Take it off the list at the server.", why), name});
}

void look_at_certificate(const TlsRecord& record, Session& session) {
  if (record.certificates.empty()) return;
  const CertificateFields& leaf = record.certificates.front();
  const std::string server = server_of(record, session);
  if (leaf.validity == "expired")
    say(record, session, record.certificate_frames,
        {"certificate-expired", "warning", fmt::format("The certificate of {} has expired", server),
         "Clients refuse it, or have been taught to look away, so that nobody would notice a forged one. Renew it.",
         fmt::format("{}, valid until {}", leaf.subject, leaf.not_after)});
  else if (leaf.validity == "not_yet_valid")
    say(record, session, record.certificate_frames,
        {"certificate-not-yet-valid", "warning", fmt::format("The certificate of {} is not valid yet", server),
         "Clients refuse it. Perhaps a clock is wrong: of the server, of whoever issued it, or of the capture.",
         fmt::format("{}, valid from {}", leaf.subject, leaf.not_before)});
  if (record.sni_matches == false)
    say(record, session, record.certificate_frames,
        {"certificate-name-mismatch", "notice", fmt::format("The certificate is not for {}", record.sni),
         "The client asked for this name and the server's certificate is for others: the server does not know the "
         "name, "
         "or the client was led to another one.",
         fmt::format("{}; names: {}", leaf.subject, fmt::join(leaf.names, ", "))});
}

}  // namespace

void tell_findings(const TlsRecord& record, Session& session) {
  look_at_version(record, session);
  look_at_suite(record, session);
  look_at_certificate(record, session);
  for (const Anomaly& anomaly : record.exchange.anomalies)
    if (anomaly.name == "heartbeat_overread")
      say(record, session, {anomaly.frame, anomaly.frame},
          {"heartbleed-attempt", "serious",
           fmt::format("Somebody tried to read the memory of {}", server_of(record, session)),
           "A heartbeat asks for more octets than it brings (CVE-2014-0160, Heartbleed). A server that is not mended "
           "answers with what lies in its memory: keys, passwords. Renew it, its keys and its passwords.",
           anomaly.text});
}

}  // namespace wiretale::secure
