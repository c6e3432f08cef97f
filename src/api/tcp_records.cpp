#include <wiretale/tcp_records.hpp>

#include <fmt/format.h>

namespace wiretale {
namespace {

std::string seconds(Nanos duration) {
  std::string text;
  append_seconds(text, duration);
  return text + " s";
}

}  // namespace

void TcpSegmentRecord::tell(const TcpSegmentRecord& record, Tale& tale) {
  std::string text = fmt::format("{}  seq {} ({})", fmt::join(record.flags, " "), record.relative_seq, record.seq);
  if (record.ack) text += fmt::format("  ack {} ({})", *record.relative_ack, *record.ack);
  text += fmt::format("  len {}  win {}", record.length, record.window);
  if (record.urgent) text += fmt::format("  urgent {}", *record.urgent);
  std::string aside;
  if (record.rtt) aside = fmt::format("RTT of {}: {}", *record.acks_frame, seconds(*record.rtt));
  if (record.estimated_rtt) aside += ", estimated " + seconds(*record.estimated_rtt);
  const Side side = record.side == "server" ? Side::server : Side::client;
  tale.said(side, {record.frame, record.frame}, text, aside);
  std::string what = fmt::format("{}", fmt::join(record.what, ", "));
  for (char& c : what)
    if (c == '_') c = ' ';
  if (!what.empty()) tale.detail(what);
  if (!tale.explaining()) return;
  if (!record.flags.empty() && record.relative_seq == 0 && record.flags.front() == "SYN")
    tale.explain(
        "A SYN opens a connection and says where its sender's sequence numbers begin. Numbers in brackets stand in the "
        "header; the others count from there.");
  if (record.estimated_rtt)
    tale.explain(
        "RTT is the time from a segment to its acknowledgment. The estimate is 7/8 of what it was before and 1/8 of "
        "the "
        "new sample (RFC 6298); the first sample is the first estimate.");
}

}  // namespace wiretale
