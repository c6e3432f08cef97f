// What the maildrop holds, and what is left of it (RFC 1939, sections 5 and 6).
#include <wiretale/limits.hpp>

#include "pop3/dissector.hpp"

namespace wiretale::mailbox {

/// Learns from a positive reply, once it is whole.
void Pop3Dissector::learn(Exchange& exchange) {
  Pop3Record& record = exchange.record;
  if (record.status != "+OK") return;
  switch (exchange.verb) {
    case Verb::stat: {
      const Numbers numbers = parse_numbers(record.text);
      if (!numbers.first) break;
      messages_ = numbers.first;
      octets_ = numbers.second;
      record.maildrop = Pop3Maildrop{*numbers.first, numbers.second};
      break;
    }
    case Verb::list:
      if (exchange.message != 0)
        learn_line(exchange, record.text);
      else if (!messages_ && record.exchange.complete)
        messages_ = sizes_.size();
      break;
    case Verb::retr:
      record.announced_bytes = announced_octets(record.text);
      if (const auto size = sizes_.find(exchange.message); !record.announced_bytes && size != sizes_.end())
        record.announced_bytes = size->second;
      break;
    case Verb::dele:
      if (exchange.message == 0) break;
      if (deleted_.size() < session().limits().record_items)
        deleted_.insert(exchange.message);
      else
        session().limit_reached("record_items");
      break;
    case Verb::rset:
      deleted_.clear();
      break;
    case Verb::quit:
      settle_quit(record);
      break;
    default:
      break;
  }
}

/// `3 1024` in a reply to LIST.
void Pop3Dissector::learn_line(const Exchange& exchange, std::string_view line) {
  if (exchange.verb != Verb::list) return;
  const Numbers numbers = parse_numbers(line);
  if (!numbers.first || !numbers.second) return;
  if (sizes_.size() < session().limits().record_items)
    sizes_[*numbers.first] = *numbers.second;
  else
    session().limit_reached("record_items");
}

/// The server took QUIT: now it deletes.
void Pop3Dissector::settle_quit(Pop3Record& record) {
  const bool known = maildrop_known_;
  if (known) record.deleted = deleted_.size();
  if (known && messages_ && *messages_ >= deleted_.size()) {
    Pop3Maildrop left{*messages_ - deleted_.size(), octets_};
    for (const std::uint64_t message : deleted_) {
      const auto size = sizes_.find(message);
      if (size == sizes_.end() || !left.octets || *left.octets < size->second)
        left.octets.reset();
      else
        *left.octets -= size->second;
    }
    record.left = left;
  }
  deleted_.clear();
}

}  // namespace wiretale::mailbox
