// What an ICMP error quotes.
#pragma once

#include <optional>

#include <wiretale/net.hpp>

#include "decode/decoded.hpp"

namespace wiretale::decode {

/// The packet that an ICMP error is about: who sent it to whom.
struct Quoted {
  Endpoint source, destination;
  std::uint8_t protocol = 0;
};

/// The start of the packet that an ICMP or ICMPv6 error carries (RFC 792; RFC 4443, section 3); nothing where the
/// message is no error, or quotes too little.
[[nodiscard]] std::optional<Quoted> quoted_by(const Decoded& packet);

}  // namespace wiretale::decode
