#include <wiretale/record_type.hpp>

#include "ftp/ftp.hpp"

namespace wiretale {

template struct RecordTypeOf<file_transfer::FtpRecord>;
template struct RecordTypeOf<file_transfer::FtpTransferRecord>;

}  // namespace wiretale
