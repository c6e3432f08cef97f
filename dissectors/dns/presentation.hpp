// Pieces of RDATA in presentation form (RFC 1035, section 5, and the RFCs of the types).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <wiretale/bytes.hpp>
#include <wiretale/record.hpp>

#include "dns/records.hpp"
#include "dns/scratch.hpp"

namespace wiretale::domain {

/// Appends octets as hex digits.
void put_hex(TextArena& out, Bytes bytes);
/// Appends octets as hex digits with dashes between: `00-00-5e-00-53-2a` (RFC 7043).
void put_dashed(TextArena& out, Bytes bytes);
/// Appends octets as hex digits in groups of four: `2001:0db8:1140:1000` (RFC 6742).
void put_groups(TextArena& out, Bytes bytes);
/// Appends octets in base64 (RFC 4648, section 4).
void put_base64(TextArena& out, Bytes bytes);
/// Appends octets in base 32 with the extended hex alphabet, without padding (RFC 4648, section 7).
void put_base32hex(TextArena& out, Bytes bytes);
/// Appends an address of 4 or 16 octets.
void put_address(TextArena& out, Bytes octets);
/// Appends seconds since 1970 as YYYYMMDDHHmmSS (RFC 4034, section 3.2).
void put_time(TextArena& out, std::uint32_t seconds);
/// Appends a character-string: `"` and `\` behind a backslash, what isn't printable ASCII as \DDD.
void put_escaped(TextArena& out, std::string_view text);
/// The same between quotes.
void put_quoted(TextArena& out, std::string_view text);
/// Appends the character-strings that fill `bytes`, each in quotes; false where the last one is cut.
bool put_strings(TextArena& out, Bytes bytes);
/// Appends the TYPEs of a bitmap (RFC 4034, section 4.1.2); false where it is malformed.
bool put_types(TextArena& out, Bytes bytes);
/// Appends address prefixes (RFC 3123, section 4); false where they are malformed.
bool put_prefixes(TextArena& out, Bytes bytes);
/// Appends a location (RFC 1876, section 3); false where it is malformed or of an unknown version.
bool put_location(TextArena& out, Bytes bytes);
/// Appends the value of a SvcParam (RFC 9460, appendix A); false where it is malformed.
bool put_service_value(TextArena& out, std::uint16_t key, Bytes value);
/// Appends SvcParams: `alpn="h2,h3" port=8443`.
void put_parameters(TextArena& out, std::span<const ServiceParameter> parameters);

/// Appends the name of a number, or its prefix and the number.
template <class E>
void put_code(TextArena& out, std::uint32_t value) {
  const std::string_view name = E::name(value);
  if (!name.empty()) return out.put(name);
  out.put(E::prefix);
  out.number(value);
}

}  // namespace wiretale::domain
