// What octets 0x80 to 0xFF mean in the single-byte charsets, from Unicode's mapping tables.
#pragma once

#include <array>
#include <string_view>

namespace wiretale::charsets {

/// A single-byte charset whose octets below 0x80 are ASCII.
struct Table {
  std::string_view name;     ///< lower case, letters and digits only
  std::u16string_view high;  ///< the last characters, up to octet 0xFF; octets before them stand for themselves
};

extern const std::array<Table, 28> tables;

}  // namespace wiretale::charsets
