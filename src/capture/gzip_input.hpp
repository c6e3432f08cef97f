// Compressed captures, unpacked as they are read.
#pragma once

#include <memory>

#include "capture/input.hpp"

namespace wiretale::capture {

/// The errno that a compressed input gives where its data is damaged or cut off.
inline constexpr int kDamagedData = 74;  // EBADMSG

/// The input itself, or, where its first octets are those of gzip (RFC 1952), what is packed in it: all members, one
/// after another. Reads from the input at once.
[[nodiscard]] std::unique_ptr<Input> unpacked(std::unique_ptr<Input> input);

}  // namespace wiretale::capture
