#include <fmt/format.h>

#include <algorithm>

#include "common/notes.hpp"
#include "smtp/dissector.hpp"

// Mails from their first octet to their record.

namespace wiretale::mail_transfer {

/// A command that a mail comes with.
void SmtpDissector::open_mail(Exchange& exchange, bool bare_lf) {
  mail_ = std::make_shared<Mail>();
  mail_->transaction = transaction_;
  mail_->envelope_holed = transaction_gap_;
  mail_->dots = DotStuffing(bare_lf);
  exchange.mail = mail_;
}

/// The message of DATA begins, or the first chunk.
void SmtpDissector::begin_mail() {
  if (!mail_) mail_ = std::make_shared<Mail>();
  mail_->reader.emplace(session(), "smtp", Side::client);
  mail_->reader->record().id = session().next_id();
  if (!mail_->chunked) phase_ = Phase::message;
}

/// How many replies follow the end of a mail: one, but in LMTP one for each recipient that was taken (RFC 2033).
std::size_t SmtpDissector::replies_due(const Mail& mail) const {
  if (!lmtp_ || !mail.transaction) return 1;
  std::size_t taken = 0;
  for (const MailRecipient& to : mail.transaction->envelope.to) taken += to.code.value_or(0) / 100 == 2 ? 1U : 0U;
  return std::max<std::size_t>(taken, 1);
}

/// The message is over. `whole`: its proper end was seen.
void SmtpDissector::end_mail(bool whole) {
  const std::shared_ptr<Mail> mail = std::move(mail_);
  mail_.reset();
  phase_ = Phase::commands;
  has_to_wait_ = false;  // commands may follow the end of a message at once (RFC 2920, section 3.1)
  if (!mail->reader) return;
  MailRecord& record = mail->reader->record();
  if (mail->dots.doubtful_ends() != 0)
    note(
        record.anomalies, AnomalyKind::unusual, "end_in_doubt",
        "A line with only a dot does not stand between two CRLFs. Servers that take it for the end of the mail all the "
        "same can be made to take in a forged one (SMTP smuggling).",
        record.frames.last);
  if (mail->astray) {
    record.complete = false;
    note(record.anomalies, AnomalyKind::gap, "beginning_missing", "The beginning of the message is not in the capture.",
         record.frames.first);
  } else if (!whole) {
    note(record.anomalies, AnomalyKind::cut_off, "end_missing", "The message ends without the end that it should have.",
         record.frames.last);
  }
  mail->reader->finish(whole && !mail->astray);
  mail->ended = true;
  if (transfer_) pending_.add(0, std::move(transfer_), mail->last);
  if (Open* open = pending_.back(); open && (*open)->mail == mail) (*open)->finals = replies_due(*mail);
  if (mail->astray && whole) unsure_[0] = false;
  if (!mail->astray) {
    transaction_.reset();
    transaction_gap_ = false;
  }
  settle_mail(*mail);
}

/// Another command comes where the rest of a chunked message is due.
void SmtpDissector::abandon_chunks() {
  const std::shared_ptr<Mail> mail = mail_;
  mail->settled = true;
  if (!mail->accepted) mail->accepted = false;
  end_mail(false);
}

/// Tells a mail once its end and its reply are there, or can't come.
void SmtpDissector::settle_mail(Mail& mail) {
  if (!mail.ended || !mail.settled || mail.told || !mail.reader) return;
  mail.told = true;
  MailRecord& record = mail.reader->record();
  if (record.id.empty()) record.id = session().next_id();
  if (mail.transaction) record.envelope = mail.transaction->envelope;
  if (mail.transaction ? mail.transaction->holed : mail.envelope_holed)
    note(record.anomalies, AnomalyKind::gap, "envelope_incomplete",
         "Commands or replies before the message are not in the capture: its envelope may have been another.",
         record.frames.first);
  record.accepted = mail.accepted;
  record.reply = mail.reply;
  if (mail.reply_frame != 0) record.reply_frame = mail.reply_frame;
  session().emit(record);
}

/// A reply to the command that carries the mail.
void SmtpDissector::answer_mail(Exchange& exchange, const Reply& reply) {
  Mail& mail = *exchange.mail;
  const bool refused = refuses(reply);
  if (mail.chunked && !exchange.last_chunk && !refused) return;
  mail.accepted = mail.accepted.value_or(false) || !refused;
  const std::string text = reply.code ? fmt::format("{} {}", *reply.code, reply.text) : reply.text;
  if (lmtp_ && exchange.record.replies.size() > 2 && !mail.reply.empty())
    mail.reply += "\n" + text;
  else
    mail.reply = text;
  if (!reply.complete && mail.reader)
    note(mail.reader->record().anomalies, AnomalyKind::cut_off, "reply_cut", "The reply after it is cut off.",
         reply.where.frames.last);
  if (replies_unsure_ && mail.reader)
    note(mail.reader->record().anomalies, AnomalyKind::gap, "reply_unsure",
         "Replies before the one after it are not in the capture: that one may answer another command.",
         reply.where.frames.last);
  mail.reply_frame = reply.where.frames.last;
}

}  // namespace wiretale::mail_transfer
