// The texts of net.hpp, written where there is room for them.
#pragma once

#include <cstddef>

#include <wiretale/net.hpp>

namespace wiretale::detail {

/// Room that each function below needs at most, in octets. All give the end of what they wrote.
inline constexpr std::size_t text_room = 48;

char* write_rfc3339(char* to, Timestamp time);
char* write_seconds(char* to, Nanos duration);
char* write_address(char* to, const IpAddress& ip);
char* write_address(char* to, const MacAddress& mac);

}  // namespace wiretale::detail
