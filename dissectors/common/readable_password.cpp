#include "common/readable_password.hpp"

#include <fmt/format.h>

#include <utility>

#include <wiretale/records.hpp>

namespace wiretale {

void tell_readable_password(Session& session, ReadablePassword what) {
  FindingRecord finding;
  finding.time = what.time;
  finding.kind = "cleartext-password";
  finding.severity = "serious";
  finding.title =
      fmt::format("The {} password of {} can be read", what.service, what.user.empty() ? "a user" : what.user);
  finding.explanation = fmt::format(
      "{} sends the password without any protection (base64 is no encryption), and the connection is not encrypted: "
      "whoever sees these packets can log in with it. {}, and change the password.",
      what.method, what.advice);
  finding.frames = std::move(what.frames);
  finding.evidence =
      fmt::format("{}, user {}, password {}", what.method, what.user, session.secrets().shown(what.password));
  finding.wireshark_filter = fmt::format("frame.number in {{{}}}", fmt::join(finding.frames, ", "));
  session.emit(finding);
}

}  // namespace wiretale
