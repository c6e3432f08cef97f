// Tells what a file is by its first octets.
#pragma once

#include <cstddef>
#include <string_view>

#include <wiretale/bytes.hpp>

namespace wiretale {

/// As many octets as detect_media_type() looks at.
inline constexpr std::size_t media_type_octets = 512;

/// The media type that the start of a file shows (its first media_type_octets, or all of it); empty where
/// nothing is recognised.
[[nodiscard]] std::string_view detect_media_type(Bytes start);

}  // namespace wiretale
