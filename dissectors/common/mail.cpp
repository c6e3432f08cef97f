#include "common/mail.hpp"

#include <fmt/format.h>

namespace wiretale {
namespace {

/// `alice@crepes.fr to bob@hamburger.edu and 2 more`.
std::string who_to_whom(const MailRecord& mail) {
  std::string text = mail.envelope.from.empty() ? mail.from : mail.envelope.from;
  if (text == "<>") text = "nobody (a report of a mail server)";
  std::string first;
  std::size_t count = 0;
  if (!mail.envelope.to.empty()) {
    first = mail.envelope.to.front().address;
    count = mail.envelope.to.size();
  } else if (!mail.to.empty()) {
    first = mail.to.front();
    count = mail.to.size();
  }
  if (text.empty()) text = "somebody";
  if (count != 0) text += " to " + first;
  if (count > 1) text += fmt::format(" and {} more", count - 1);
  return text;
}

std::string outcome(const MailRecord& mail) {
  std::string text = human_bytes(mail.bytes);
  if (mail.accepted) {
    text += *mail.accepted ? ", accepted" : ", refused";
    if (mail.reply_frame) text += fmt::format(" in frame {}", *mail.reply_frame);
  }
  if (!mail.complete) text += ", not all of it";
  return text;
}

std::string told_part(const MailPart& part) {
  const bool attachment = !part.filename.empty() || part.disposition == "attachment";
  std::string text = fmt::format("{} {}: ", attachment ? "attachment" : "part", part.section);
  if (!part.filename.empty()) text += part.filename + ", ";
  text += part.media_type;
  if (!part.charset.empty()) text += " in " + part.charset;
  text += ", " + human_bytes(part.bytes);
  if (!part.complete) text += ", incomplete";
  return text;
}

}  // namespace

void MailRecord::tell(const MailRecord& mail, Tale& tale) {
  std::string text = fmt::format("mail {}: {}", mail.id, who_to_whom(mail));
  if (!mail.subject.empty()) text += fmt::format(", \"{}\"", mail.subject);
  tale.told(mail.frames, text, outcome(mail));
  if (!mail.from.empty()) tale.detail("From: " + mail.from);
  for (const std::string& to : mail.to) tale.detail("To: " + to);
  for (const std::string& cc : mail.cc) tale.detail("Cc: " + cc);
  if (!mail.date.empty()) tale.detail("Date: " + mail.date);
  if (!mail.message_id.empty()) tale.detail("Message-ID: " + mail.message_id);
  for (const MailPart& part : mail.parts) tale.detail(told_part(part));
  for (const MailHop& hop : mail.received) {
    std::string line = "hop: by " + (hop.by.empty() ? std::string("somebody") : hop.by);
    if (!hop.from.empty()) line += ", from " + hop.from;
    if (!hop.date.empty()) line += ", " + hop.date;
    tale.detail(line);
  }
  if (!mail.same_as.empty()) {
    std::string line = "the same mail as";
    for (const std::string& id : mail.same_as) line += " " + id;
    tale.detail(line);
  }
  tale.notices(mail.anomalies);
  if (tale.explaining())
    tale.explain(
        "The envelope says where the mail goes; From and To in the mail itself are only what people read, and may "
        "differ.");
}

}  // namespace wiretale
