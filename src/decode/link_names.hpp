// Names of link types and ethertypes.
#pragma once

#include <cstdint>
#include <string>

namespace wiretale::decode {

/// The name of a LINKTYPE_ value without that prefix, as `ETHERNET` or `LINUX_SLL`
/// (https://www.tcpdump.org/linktypes.html); `LINKTYPE 4711` for a number without a name here.
[[nodiscard]] std::string link_type_name(std::uint32_t link_type);

/// The word for an ethertype that carries no IP, as `lldp`; `0x88cc` for one without a word here.
[[nodiscard]] std::string ethertype_name(std::uint16_t ethertype);

}  // namespace wiretale::decode
