// Transactions of DHCP: which messages belong together, over all sessions that they run in.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <wiretale/dissector.hpp>

#include "dhcp/message.hpp"

namespace wiretale::hostconf {

class Transactions;

/// What one client and the servers say to each other under one transaction id.
struct Transaction {
  std::vector<Message> messages;
  std::vector<std::string> sessions;  ///< that they ran in, in order of appearance
  Transactions* owner = nullptr;      ///< whose session tells it
  Timestamp due;                      ///< when it is given up, or told
  bool settled = false;               ///< the final answer is there
  bool doubtful = false;              ///< a message that could not be read may belong to it
  bool damaged = false;               ///< a message of it is damaged
  bool refusal_told = false;
};

/// All transactions that are open, those of all sessions: a client without an address speaks as 0.0.0.0 to everybody,
/// and is answered by a server's address. Their messages are at most Limits::record_items.
struct Floor {
  std::map<std::string, Transaction> open;               ///< by Message::key
  std::set<std::pair<Timestamp, std::string>> by_due;    ///< the same, the next one first
  std::uint64_t messages = 0;                            ///< in all of them
  Timestamp doubt_until{INT64_MIN};                      ///< a message of late could not be read
  std::set<std::pair<std::string, std::string>> rivals;  ///< servers that were told to compete
  std::map<std::string, Frame> servers;                  ///< that gave somebody something, and their last frame
};

/// The transactions that began in one session.
class Transactions final : public Waiting {
 public:
  /// `across`: the session is on a port where messages of several sessions meet.
  Transactions(Session& session, bool across);
  ~Transactions() override;
  Transactions(const Transactions&) = delete;
  Transactions& operator=(const Transactions&) = delete;

  void message(Message&& message);
  /// The session ended: its transactions are told.
  void end();

  [[nodiscard]] std::optional<Timestamp> deadline() const override;
  void expire(Timestamp now) override;

 private:
  using Open = std::map<std::string, Transaction>::iterator;

  void unreadable(Message&& message);
  Open begin(const Message& message);
  void add(Transaction& transaction, Message&& message);
  void wait_until(Open which, Timestamp due);
  void conclude(Open which, bool waited);
  void forget(Open which);
  void make_room();

  // ---- what more than a record follows from a message (findings.cpp)

  void tell_facts(const Transaction& transaction, const Message& message);
  void find_rivals(const Transaction& transaction, const Message& message);
  void find_refusal(Transaction& transaction, const Message& message);
  void find_refusal6(Transaction& transaction, const Message& message);
  void find_silence(const Transaction& transaction);

  Floor own_;  // of a session that meets no other
  Floor& floor_;
  std::set<std::pair<Timestamp, std::string>> mine_;
};

}  // namespace wiretale::hostconf
