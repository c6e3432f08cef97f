#include <wiretale/record_type.hpp>

#include "icmp/icmp.hpp"

namespace wiretale {

template struct RecordTypeOf<control::IcmpRecord>;

}  // namespace wiretale
