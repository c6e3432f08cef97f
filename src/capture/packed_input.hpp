// Compressed captures, unpacked as they are read.
#pragma once

#include <memory>

#include "capture/input.hpp"

namespace wiretale::capture {

/// The errno that a compressed input gives where its data is damaged or cut off.
inline constexpr int kDamagedData = 74;  // EBADMSG

/// The input itself, or, where its first octets are those of gzip (RFC 1952), zstd (RFC 8878) or an lz4 frame, what is
/// packed in it: all members or frames, one after another. Reads from the input at once.
[[nodiscard]] std::unique_ptr<Input> unpacked(std::unique_ptr<Input> input);

}  // namespace wiretale::capture
