#include <wiretale/record_type.hpp>

#include "imap/imap.hpp"

namespace wiretale {

template struct RecordTypeOf<imap_mail::ImapRecord>;

}  // namespace wiretale
