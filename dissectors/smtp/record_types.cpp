#include <wiretale/record_type.hpp>

#include "smtp/smtp.hpp"

namespace wiretale {

template struct RecordTypeOf<mail_transfer::SmtpRecord>;

}  // namespace wiretale
