#include <wiretale/record_type.hpp>

#include "tls/tls.hpp"

namespace wiretale {

template struct RecordTypeOf<secure::TlsRecord>;

}  // namespace wiretale
