#include <wiretale/record_type.hpp>

#include "http/http.hpp"

namespace wiretale {

template struct RecordTypeOf<web::HttpRecord>;

}  // namespace wiretale
