#include <wiretale/record_type.hpp>

#include "pop3/pop3.hpp"

namespace wiretale {

template struct RecordTypeOf<mailbox::Pop3Record>;

}  // namespace wiretale
