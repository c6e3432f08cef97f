#include <wiretale/record_type.hpp>

#include "smb/smb.hpp"

namespace wiretale {

template struct RecordTypeOf<shares::SmbRecord>;
template struct RecordTypeOf<shares::SmbFileRecord>;
template struct RecordTypeOf<shares::NetbiosSessionRecord>;

}  // namespace wiretale
