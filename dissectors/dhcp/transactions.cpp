#include "dhcp/transactions.hpp"

#include <algorithm>
#include <tuple>

#include "common/notes.hpp"
#include "dhcp/compose.hpp"

namespace wiretale::hostconf {
namespace {

/// Whether a message is a relay's copy of one that came before: it went through more relays.
bool passed_on(const Transaction& transaction, const Message& message) {
  return std::ranges::any_of(transaction.messages, [&](const Message& before) {
    return before.type == message.type && before.relays < message.relays;
  });
}

/// Whether a client's message begins a new transaction, though the id is that of one before.
bool starts_anew(const Transaction& transaction, const Message& message) {
  return transaction.settled && !message.from_server && !passed_on(transaction, message);
}

}  // namespace

Transactions::Transactions(Session& session, bool across)
    : Waiting(session), floor_(across ? session.shared<Floor>() : own_) {}

Transactions::~Transactions() {
  while (!mine_.empty()) forget(floor_.open.find(mine_.begin()->second));
}

void Transactions::message(Message&& message) {
  if (message.key.empty()) return unreadable(std::move(message));
  Open which = floor_.open.find(message.key);
  if (which != floor_.open.end() && starts_anew(which->second, message)) {
    which->second.owner->conclude(which, false);
    which = floor_.open.end();
  }
  if (which == floor_.open.end()) which = begin(message);
  Transaction& transaction = which->second;
  const Timestamp time = message.fields.time;
  const bool settles = is_final(message);
  add(transaction, std::move(message));
  transaction.settled = transaction.settled || settles;
  transaction.owner->wait_until(which, time + session().limits().datagram_wait);
}

/// A message that is too short to say what it belongs to. Any transaction of these moments may miss it.
void Transactions::unreadable(Message&& message) {
  const Timestamp time = message.fields.time;
  floor_.doubt_until = time + session().limits().datagram_wait;
  for (auto& [key, transaction] : floor_.open) transaction.doubtful = true;
  Transaction alone;
  alone.damaged = true;
  alone.messages.push_back(std::move(message));
  DhcpRecord record = compose(alone, session().limits());
  record.exchange.complete = false;
  emit(session(), record);
}

Transactions::Open Transactions::begin(const Message& message) {
  make_room();
  const Open which = floor_.open.try_emplace(message.key).first;
  Transaction& transaction = which->second;
  transaction.owner = this;
  transaction.doubtful = message.fields.time <= floor_.doubt_until;
  transaction.due = message.fields.time;
  floor_.by_due.emplace(transaction.due, which->first);
  mine_.emplace(transaction.due, which->first);
  return which;
}

/// At the cap of messages the transactions whose time comes first go.
void Transactions::make_room() {
  if (mine_.size() >= session().limits().pending) {
    session().limit_reached("pending");
    conclude(floor_.open.find(mine_.begin()->second), false);
  }
  while (!floor_.by_due.empty() && floor_.messages >= session().limits().record_items) {
    session().limit_reached("record_items");
    const Open first = floor_.open.find(floor_.by_due.begin()->second);
    first->second.owner->conclude(first, false);
  }
}

void Transactions::add(Transaction& transaction, Message&& message) {
  if (floor_.messages >= session().limits().record_items) {
    // One transaction alone holds that many: it is told without more of them.
    session().limit_reached("record_items");
    note(transaction.messages.back().anomalies, session().limits(), AnomalyKind::limit, "record_items",
         "there are more messages of this transaction than are kept", message.fields.frame);
    return;
  }
  const std::string& id = session().facts().id;
  if (std::ranges::find(transaction.sessions, id) == transaction.sessions.end()) transaction.sessions.push_back(id);
  transaction.damaged = transaction.damaged || message.damaged;
  ++floor_.messages;
  transaction.messages.push_back(std::move(message));
  const Message& added = transaction.messages.back();
  tell_facts(transaction, added);
  if (transaction.damaged || transaction.doubtful) return;
  find_rivals(transaction, added);
  find_refusal(transaction, added);
}

void Transactions::wait_until(Open which, Timestamp due) {
  Transaction& transaction = which->second;
  const std::pair before(transaction.due, which->first);
  floor_.by_due.erase(before);
  mine_.erase(before);
  transaction.due = due;
  floor_.by_due.emplace(due, which->first);
  mine_.emplace(due, which->first);
  watch();
}

/// Tells a transaction and forgets it; `waited`: nothing came for it in its time.
void Transactions::conclude(Open which, bool waited) {
  Transaction& transaction = which->second;
  if (waited && !transaction.damaged && !transaction.doubtful) find_silence(transaction);
  emit(session(), compose(transaction, session().limits()));
  forget(which);
}

void Transactions::forget(Open which) {
  const Transaction& transaction = which->second;
  floor_.messages -= transaction.messages.size();
  floor_.by_due.erase({transaction.due, which->first});
  mine_.erase({transaction.due, which->first});
  floor_.open.erase(which);
}

void Transactions::end() {
  while (!mine_.empty()) conclude(floor_.open.find(mine_.begin()->second), false);
}

std::optional<Timestamp> Transactions::deadline() const {
  if (mine_.empty()) return std::nullopt;
  return mine_.begin()->first;
}

void Transactions::expire(Timestamp now) {
  while (!mine_.empty() && mine_.begin()->first <= now) conclude(floor_.open.find(mine_.begin()->second), true);
}

}  // namespace wiretale::hostconf
