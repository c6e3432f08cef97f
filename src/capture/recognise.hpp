// What a file is that is no capture we read: so that the user learns more than "unknown".
#pragma once

#include <string_view>

#include <wiretale/bytes.hpp>

namespace wiretale::capture {

/// What octets at the start of a file look like, and what the user may do.
struct Looks {
  std::string_view like;    ///< "data compressed with gzip"
  std::string_view advice;  ///< "unpack it with gunzip first"
};

/// What a file with this start looks like; always some text.
[[nodiscard]] Looks looks_of(Bytes start);

}  // namespace wiretale::capture
