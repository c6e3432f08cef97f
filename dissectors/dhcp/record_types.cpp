#include <wiretale/record_type.hpp>

#include "dhcp/dhcp.hpp"

namespace wiretale {

template struct RecordTypeOf<hostconf::DhcpRecord>;

}  // namespace wiretale
