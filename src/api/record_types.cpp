#include <wiretale/record_type.hpp>
#include <wiretale/records.hpp>
#include <wiretale/tcp_records.hpp>

namespace wiretale {

template struct RecordTypeOf<CaptureRecord>;
template struct RecordTypeOf<InterfaceRecord>;
template struct RecordTypeOf<SectionRecord>;
template struct RecordTypeOf<CommentRecord>;
template struct RecordTypeOf<SessionRecord>;
template struct RecordTypeOf<FragmentsRecord>;
template struct RecordTypeOf<FileRecord>;
template struct RecordTypeOf<FindingRecord>;
template struct RecordTypeOf<HostRecord>;
template struct RecordTypeOf<MailJourneyRecord>;
template struct RecordTypeOf<AnnouncedSessionRecord>;
template struct RecordTypeOf<SummaryRecord>;
template struct RecordTypeOf<TcpSegmentRecord>;

}  // namespace wiretale
