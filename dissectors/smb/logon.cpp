// Who logs in: SPNEGO tokens with NTLM or Kerberos in them (RFC 4178, MS-NLMP, RFC 4121).
#include "common/kerberos_ticket.hpp"
#include "common/ntlmssp.hpp"
#include "common/readable_password.hpp"
#include "smb/dissector.hpp"

namespace wiretale::shares {
namespace {

void read_ntlm(Bytes token, Exchange& exchange) {
  NtlmMessage ntlm = parse_ntlm(token);
  SmbRecord& record = exchange.record;
  const auto set = [&](std::string_view& field, std::string& text) {
    if (!text.empty()) field = exchange.keep(std::move(text));
  };
  using Kind = NtlmMessage::Kind;
  if (ntlm.kind == Kind::none) return;
  record.auth = "ntlmssp";
  if (ntlm.kind == Kind::challenge) {
    record.mechanism = "challenge";
    set(record.challenge, ntlm.challenge);
    set(record.server_name, ntlm.server_name);
    set(record.server_domain, ntlm.server_domain.empty() ? ntlm.target : ntlm.server_domain);
    set(record.server_dns_name, ntlm.server_dns_name);
    set(record.server_dns_domain, ntlm.server_dns_domain);
    set(record.os, ntlm.version);
    return;
  }
  set(record.domain, ntlm.domain);
  set(record.host, ntlm.host);
  set(record.client_os, ntlm.version);
  record.mechanism = "negotiate";
  if (ntlm.kind != Kind::authenticate) return;
  set(record.user, ntlm.user);
  record.nt_response.value = std::move(ntlm.response);
  record.lm_response.value = std::move(ntlm.lm_response);
  record.mechanism = ntlm.version_2 ? "authenticate v2" : "authenticate v1";
  if (ntlm.anonymous) {
    record.auth = "anonymous";
    record.mechanism = "authenticate";
  }
}

}  // namespace

/// True where a server's token is more than its consent.
bool SmbDissector::find_challenge(Bytes token) { return find_ntlm(token).has_value(); }

/// A security token of either side.
void SmbDissector::read_token(Bytes token, Exchange& exchange) {
  SmbRecord& record = exchange.record;
  if (const std::optional<std::size_t> at = find_ntlm(token)) {
    read_ntlm(slice(token, *at), exchange);
    return;
  }
  KerberosTicket ticket = find_ticket(token);
  if (ticket.empty()) return;
  record.auth = "kerberos";
  record.realm = exchange.keep(std::move(ticket.realm));
  record.service = exchange.keep(std::move(ticket.service));
}

/// Says that a password went over the wire as it is.
void SmbDissector::find_password(const Received& message, const Exchange& exchange) {
  const SmbRecord& record = exchange.record;
  if (record.password.empty()) return;
  ReadablePassword what;
  what.service = "SMB";
  what.method = record.user.empty() ? "A share's password in TREE_CONNECT" : "SESSION_SETUP without a challenge";
  what.user = record.user;
  what.password = record.password.value;
  what.advice = "Use SMB 2 or later, which never sends passwords";
  what.frames.push_back(message.frames.first);
  if (message.frames.last != message.frames.first) what.frames.push_back(message.frames.last);
  what.time = message.first;
  tell_readable_password(session(), std::move(what));
}

/// The server accepted a login.
void SmbDissector::logged_in(const Received& message, Exchange& exchange, std::uint64_t id, bool guest,
                             bool anonymous) {
  SmbRecord& record = exchange.record;
  anonymous = anonymous || record.auth == "anonymous";
  if (anonymous)
    record.auth = "anonymous";
  else if (guest)
    record.auth = "guest";
  if (anonymous || guest) find_guest(message, exchange, anonymous);
  if (record.user.empty()) return;
  if (users_.size() >= session().limits().record_items && !users_.contains(id)) {
    session().limit_reached("record_items");
    return;
  }
  std::string& user = users_[id];
  user = record.domain;
  if (!user.empty()) user += '\\';
  user += record.user;
}

}  // namespace wiretale::shares
