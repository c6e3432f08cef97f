#include <wiretale/record_type.hpp>

#include "common/mail.hpp"

namespace wiretale {

template struct RecordTypeOf<MailRecord>;

}  // namespace wiretale
