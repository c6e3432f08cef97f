// Whether octets are DNS.
#pragma once

#include <wiretale/dissector.hpp>

namespace wiretale::domain {

/// Looks at a datagram, or at the start of a stream (see Protocol::probe). `yes` needs a message that is right to its
/// last octet and asks for something that is in use: NetBIOS names and many games look much like DNS.
[[nodiscard]] Guess probe(Transport transport, Bytes start);

/// True where a message of a stream may start so, after a gap: its length, its header and the first octet of a name.
/// `zone_transfer`: further messages of a transfer need not repeat the question (RFC 5936, section 2.2.1).
[[nodiscard]] bool plausible_start(Bytes window, bool response, bool zone_transfer);

/// Octets that plausible_start() looks at.
inline constexpr std::size_t window_bytes = 15;

}  // namespace wiretale::domain
