#include <wiretale/record_type.hpp>

#include "dns/dns.hpp"

namespace wiretale {

template struct RecordTypeOf<domain::DnsRecord>;

}  // namespace wiretale
