#include "http/findings.hpp"

#include <algorithm>

#include <wiretale/records.hpp>

#include "common/field_values.hpp"
#include "http/credentials.hpp"

namespace wiretale::web {
namespace {

constexpr std::size_t most_users = 64;  // of one session

/// The finding's frames: those of the request.
FindingRecord about(const Message& request, std::string_view filter) {
  FindingRecord finding;
  finding.time = request.first;
  finding.frames = {request.frames.first};
  if (request.frames.last != request.frames.first) finding.frames.push_back(request.frames.last);
  finding.wireshark_filter = std::string(filter) + " && frame.number == " + std::to_string(request.frames.last);
  return finding;
}

void tell_basic(const Exchange& exchange, const Identity& identity, Session& session) {
  const bool proxy = identity.field.starts_with("Proxy");
  FindingRecord finding = about(exchange.request, proxy ? "http.proxy_authorization" : "http.authorization");
  finding.kind = "cleartext-password";
  finding.severity = "serious";
  finding.title = (identity.user.empty() ? std::string("A password") : "The password of " + identity.user) +
                  " crosses the network in the clear";
  finding.explanation =
      "HTTP Basic authentication (RFC 7617) sends user name and password with every request in base64, which anybody "
      "can "
      "undo. Whoever sees these packets can log in as this user. Use HTTPS.";
  const auto value = exchange.request.fields.find(identity.field);
  finding.evidence = std::string(identity.field) + ": ";
  if (value) finding.evidence += shown(redact_field(identity.field, *value), session.secrets());
  finding.evidence += ", user " + identity.user;
  session.emit(finding);
}

void tell_form(const Exchange& exchange, const FormLogin& login, bool in_query, Session& session) {
  FindingRecord finding = about(exchange.request, in_query ? "http.request.uri.query" : "urlencoded-form");
  finding.kind = "http-login-in-clear";
  finding.severity = "serious";
  finding.title = login.user.empty() ? "A login form is sent in the clear"
                                     : "The login form of " + login.user + " is sent in the clear";
  finding.explanation =
      in_query
          ? "A password stands in the query of a URI, sent without encryption; such URIs also end up in logs, "
            "histories and Referer fields. Send it in the body of a POST, over HTTPS."
          : "A form with a password is sent without encryption: whoever sees these packets can read it. Use HTTPS.";
  if (!login.user_field.empty()) finding.evidence = login.user_field + "=" + login.user + ", ";
  finding.evidence += login.password_field + "=" + session.secrets().shown(login.password);
  session.emit(finding);
}

}  // namespace

bool LoginWatch::first_time(const std::string& user) {
  if (users_.size() >= most_users || std::ranges::find(users_, user) != users_.end()) return false;
  users_.push_back(user);
  return true;
}

void LoginWatch::look(const Exchange& exchange, Session& session) {
  if (const std::optional<Identity> identity = identify(exchange.request.fields))
    if (identity->basic && first_time(identity->user)) tell_basic(exchange, *identity, session);
  if (exchange.request.body)
    if (const std::optional<FormLogin> login = find_login(exchange.request.body->form()))
      tell_form(exchange, *login, false, session);
  const std::string_view target = exchange.request_line.target;
  const std::size_t query = target.find('?');
  if (query == std::string_view::npos) return;
  const std::string_view form = target.substr(query + 1);
  if (const std::optional<FormLogin> login = find_login(form.substr(0, form.find('#'))))
    tell_form(exchange, *login, true, session);
}

}  // namespace wiretale::web
