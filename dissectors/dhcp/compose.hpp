// What a transaction comes to.
#pragma once

#include "dhcp/transactions.hpp"

namespace wiretale::hostconf {

/// True where a message ends its transaction, but for what relays repeat and other servers add.
[[nodiscard]] bool is_final(const Message& message);
/// Who sends a server's message: its identifier, else its address.
[[nodiscard]] std::string server_of(const Message& message);
/// What the client calls itself in this message; empty where it doesn't.
[[nodiscard]] std::string name_in(const Message& message);

/// The record of a transaction.
[[nodiscard]] DhcpRecord compose(const Transaction& transaction, const Limits& limits);

}  // namespace wiretale::hostconf
