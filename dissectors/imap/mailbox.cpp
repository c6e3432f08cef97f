// The mailbox that is open, and what the server tells of mailboxes.
#include <algorithm>
#include <array>

#include "common/field_values.hpp"
#include "imap/dissector.hpp"

namespace wiretale::imap_mail {
namespace {

/// STATUS's list: (MESSAGES 231 UIDNEXT 44292).
void learn_status(ImapMailbox& state, std::string_view list) {
  if (list.starts_with('(')) list.remove_prefix(1);
  if (list.ends_with(')')) list.remove_suffix(1);
  for (;;) {
    const Split item = split_word(list);
    const Split value = split_word(item.rest);
    if (item.word.empty() || value.word.empty()) return;
    const std::optional<std::uint64_t> number = decimal(value.word);
    const std::string name = upper(item.word);
    if (name == "MESSAGES") state.messages = number;
    if (name == "RECENT") state.recent = number;
    if (name == "UNSEEN") state.unseen = number;
    if (name == "UIDNEXT") state.uid_next = number;
    if (name == "UIDVALIDITY") state.uid_validity = number;
    list = value.rest;
  }
}

/// True for commands whose first argument is a mailbox.
bool names_mailbox(std::string_view command) {
  constexpr std::array<std::string_view, 12> names{"SELECT", "EXAMINE",     "CREATE", "DELETE", "RENAME", "SUBSCRIBE",
                                                   "STATUS", "UNSUBSCRIBE", "APPEND", "GETACL", "SETACL", "MYRIGHTS"};
  return std::ranges::find(names, command) != names.end();
}

}  // namespace

/// What an untagged response tells of the mailbox that is being opened or asked about.
void ImapDissector::learn(Exchange& exchange, const Untagged& untagged) {
  ImapMailbox& state = exchange.record.state;
  if (untagged.name == "STATUS") {
    std::size_t position = 0;
    (void)next_argument(untagged.text, position);
    if (const auto list = next_argument(untagged.text, position)) learn_status(state, list->value);
  }
  if (exchange.verb != Verb::select) return;
  if (untagged.name == "EXISTS") state.messages = untagged.number;
  if (untagged.name == "RECENT") state.recent = untagged.number;
  if (untagged.name == "FLAGS") state.flags = untagged.text;
  if (untagged.name == "OK") learn_code(exchange, response_code(untagged.text));
}

void ImapDissector::learn_code(Exchange& exchange, std::string_view code) {
  if (exchange.verb != Verb::select) return;
  ImapMailbox& state = exchange.record.state;
  const Split split = split_word(code);
  const std::string name = upper(split.word);
  if (name == "UNSEEN") state.unseen = decimal(split.rest);
  if (name == "UIDNEXT") state.uid_next = decimal(split.rest);
  if (name == "UIDVALIDITY") state.uid_validity = decimal(split.rest);
  if (name == "READ-ONLY" || name == "READ-WRITE") state.read_only = name == "READ-ONLY";
}

/// Names the exchange's mailbox, and follows which one is open.
void ImapDissector::settle(Exchange& exchange) {
  ImapRecord& record = exchange.record;
  const bool good = record.status == "OK";
  if (names_mailbox(record.command)) {
    std::size_t position = 0;
    if (const auto name = next_argument(exchange.argument, position)) record.mailbox = mailbox_name(name->value);
  } else {
    record.mailbox = selected_;
  }
  if (exchange.verb == Verb::select) selected_ = good ? record.mailbox : std::string();
  if (exchange.verb == Verb::close && good) selected_.clear();
}

}  // namespace wiretale::imap_mail
