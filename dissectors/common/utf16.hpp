// Text in UTF-16, as Windows protocols send it.
#pragma once

#include <string>

#include <wiretale/bytes.hpp>

namespace wiretale {

/// `octets`, UTF-16 with the least significant octet first, as UTF-8. Half a surrogate pair gives U+FFFD; an odd octet
/// at the end is left out.
[[nodiscard]] std::string utf8_from_utf16le(Bytes octets);

}  // namespace wiretale
