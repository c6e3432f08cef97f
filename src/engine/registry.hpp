// All protocols: dissectors/protocols.def is the one list.
#pragma once

#include <span>
#include <string_view>

#include <wiretale/dissector.hpp>

namespace wiretale::engine {

/// Every protocol, in the order of the list.
[[nodiscard]] std::span<const Protocol* const> protocols();
/// The protocol of this name; null where there is none.
[[nodiscard]] const Protocol* protocol(std::string_view name);
/// The protocol whose well-known port this is; null where there is none.
[[nodiscard]] const Protocol* protocol_of(Transport transport, std::uint16_t port);
/// The place in protocols() of the protocol that talks across address pairs on this port; -1 where there is none.
[[nodiscard]] int across_pairs(Transport transport, std::uint16_t port);

/// The protocol that hears a packet over this transport (none: ARP) which belongs to no session; null for all others.
[[nodiscard]] const Protocol* loose_protocol(Transport transport, Bytes packet);

/// IANA's name of a TCP or UDP port (Service Name and Transport Protocol Port Number Registry); empty where unknown.
[[nodiscard]] std::string_view service_name(Transport transport, std::uint16_t port);

}  // namespace wiretale::engine
