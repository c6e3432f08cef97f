// Names of link types.
#pragma once

#include <cstdint>
#include <string>

namespace wiretale::decode {

/// The name of a LINKTYPE_ value without that prefix, as `ETHERNET` or `LINUX_SLL`
/// (https://www.tcpdump.org/linktypes.html); `LINKTYPE 4711` for a number without a name here.
[[nodiscard]] std::string link_type_name(std::uint32_t link_type);

}  // namespace wiretale::decode
