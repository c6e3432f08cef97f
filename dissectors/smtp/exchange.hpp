// What an SMTP session keeps while it waits: open commands, and the mail that is on its way.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <wiretale/input.hpp>

#include "common/dot_stuffing.hpp"
#include "common/mail.hpp"
#include "common/sasl.hpp"
#include "smtp/command.hpp"
#include "smtp/smtp.hpp"

namespace wiretale::mail_transfer {

/// A mail transaction: what is said from MAIL on.
struct Transaction {
  MailEnvelope envelope;
  bool holed = false;  ///< commands or replies of it are missing, so that the envelope may be another
};

/// A mail between DATA or the first BDAT and the reply after its end. Whoever comes last, its end or that reply, tells
/// it.
struct Mail {
  std::shared_ptr<Transaction> transaction;  ///< null where neither MAIL nor RCPT was seen
  std::optional<MailReader> reader;          ///< from its first octet on
  DotStuffing dots;
  bool chunked = false;         ///< it comes by BDAT
  bool astray = false;          ///< its start is missing; whether it is a mail at all is a guess
  bool holed = false;           ///< octets of it are missing: its end may be among them
  bool envelope_holed = false;  ///< the same of the commands before it, where there is no transaction
  bool ended = false;           ///< no more of it comes
  bool settled = false;         ///< no more replies come
  bool told = false;
  std::uint64_t lines = 0;  ///< astray: lines so far
  Timestamp last;           ///< its last octet
  std::optional<bool> accepted;
  std::string reply;
  Frame reply_frame = 0;
};

/// A command that waits for its reply.
struct Exchange {
  SmtpRecord record;
  Verb verb = Verb::other;
  std::string argument;
  std::size_t secret_from = std::string::npos;  ///< where what is secret of the argument begins
  Timestamp asked;                              ///< the command's last octet

  std::shared_ptr<Transaction> transaction;  ///< MAIL: the one it began; RCPT: the one it is of
  std::shared_ptr<Transaction> previous;     ///< MAIL: the one before, which stays where the server refuses
  std::size_t recipient = 0;                 ///< RCPT: its place in the envelope
  std::shared_ptr<Mail> mail;                ///< DATA, BDAT
  bool last_chunk = false;                   ///< BDAT
  bool started = false;                      ///< DATA: the 354 was seen
  bool doubtful = false;                     ///< replies were missed while it was open: its own may be among them
  std::size_t finals = 1;                    ///< replies after the message; LMTP: one for each recipient (RFC 2033)
  std::unique_ptr<SaslTranscript> sasl;      ///< AUTH
  std::vector<Frame> secret_frames;          ///< AUTH: those that show a response; capped as challenges are
};

/// A reply whose lines are coming.
struct Reply {
  std::optional<std::uint16_t> code;
  std::string text;
  Where where;
  bool complete = true;
  std::vector<Anomaly> anomalies;
};

/// True for a reply that refuses, for now or for good: by its code (RFC 5321, section 4.2.1) or, where it has lost
/// that, by its enhanced status code (RFC 3463).
[[nodiscard]] bool refuses(const Reply& reply);

}  // namespace wiretale::mail_transfer
