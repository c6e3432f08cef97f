#include <wiretale/record_type.hpp>

#include "socks/socks.hpp"

namespace wiretale {

template struct RecordTypeOf<proxy::SocksRecord>;

}  // namespace wiretale
