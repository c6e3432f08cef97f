#include <wiretale/record_type.hpp>

#include "arp/arp.hpp"

namespace wiretale {

template struct RecordTypeOf<address_resolution::ArpRecord>;

}  // namespace wiretale
