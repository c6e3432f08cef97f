// What a transaction of DHCPv6 comes to.
#pragma once

#include <string>
#include <string_view>

#include "dhcp/transactions.hpp"

namespace wiretale::hostconf {

[[nodiscard]] bool is_final6(const Message& message);
[[nodiscard]] std::string_view procedure6(const Transaction& transaction);
[[nodiscard]] std::string_view outcome6(const Transaction& transaction);
/// True where a server answered; a SOLICIT is whole with its ADVERTISE.
[[nodiscard]] bool answered6(const Transaction& transaction);
/// What the client got, or would get, and from whom.
void put_answer6(const Transaction& transaction, DhcpRecord& record);
void put_offers6(const Transaction& transaction, DhcpRecord& record);
/// The first status of a server's message that is not Success; null where there is none.
[[nodiscard]] const Status* refusal6(const Message& message);

/// Calls visit(association) for all identity associations of a message.
template <class Visit>
void each_association(const Message& message, Visit&& visit) {
  const Options6& options = message.fields.options.v6;
  for (const auto* list : {&options.ia_na, &options.ia_ta, &options.ia_pd})
    for (const IdentityAssociation& association : *list) visit(association);
}

}  // namespace wiretale::hostconf
