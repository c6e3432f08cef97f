// What TCP itself tells of a session: parts of the session record.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <wiretale/record.hpp>
#include <wiretale/tale.hpp>

namespace wiretale {

/// Segments that one side sent again, by what made it do so.
struct RetransmissionFields {
  std::uint64_t timeout = 0, fast = 0, spurious = 0;

  static constexpr auto fields() {
    return FieldList{
        field("timeout", &RetransmissionFields::timeout, "Without such cause: a timer ran out (RFC 6298)."),
        field("fast", &RetransmissionFields::fast,
              "After three duplicate acknowledgments, until what had been sent by then was acknowledged (RFC 5681, "
              "section 3.2)."),
        field("spurious", &RetransmissionFields::spurious, "Although all of it had been acknowledged already."),
    };
  }
};

/// Receive windows that one side announced.
struct WindowFields {
  std::uint32_t min = 0, max = 0;
  Frame min_frame = 0, max_frame = 0;

  static constexpr auto fields() {
    return FieldList{
        field("min_bytes", &WindowFields::min, "Smallest, scaled (RFC 7323)."),
        field("min_frame", &WindowFields::min_frame, "The first frame that announces it."),
        field("max_bytes", &WindowFields::max, "Largest, scaled."),
        field("max_frame", &WindowFields::max_frame, "The first frame that announces it."),
    };
  }
};

/// Times from a segment to its acknowledgment, as seen at the place of the capture.
struct RoundTripFields {
  std::uint64_t samples = 0;
  Nanos min{}, median{}, p95{}, smoothed{};

  static constexpr auto fields() {
    return FieldList{
        field("samples", &RoundTripFields::samples,
              "Segments timed, one at a time; none that was sent again (Karn's algorithm)."),
        field("min_s", &RoundTripFields::min, "Shortest."),
        field("median_s", &RoundTripFields::median,
              "Half took no longer. Exact for up to 128 samples; of more, up to 128 that lie evenly over the session "
              "are taken."),
        field("p95_s", &RoundTripFields::p95, "95 of 100 took no longer; of the same samples."),
        field("smoothed_s", &RoundTripFields::smoothed,
              "The smoothed round-trip time (SRTT) of RFC 6298 after the last sample."),
    };
  }
};

/// Octets acknowledged by the time that took.
struct ThroughputFields {
  std::uint64_t bytes = 0;
  Nanos duration{};
  std::uint64_t bytes_per_s = 0;
  Frame first_frame = 0;
  std::optional<Frame> last_frame;

  static constexpr auto fields() {
    return FieldList{
        field("bytes", &ThroughputFields::bytes, "Octets of the stream that were acknowledged."),
        field("duration_s", &ThroughputFields::duration,
              "From the first segment with octets to the last acknowledgment of more of them."),
        field("bytes_per_s", &ThroughputFields::bytes_per_s, "The one by the other, rounded down."),
        field("first_frame", &ThroughputFields::first_frame, "That first segment."),
        field("last_frame", &ThroughputFields::last_frame, "That last acknowledgment."),
    };
  }
};

/// A stretch of the stream that is not in the capture.
struct HoleFields {
  std::uint64_t offset = 0, bytes = 0;
  Frame frame = 0;
  std::string_view cause;

  static constexpr auto fields() {
    return FieldList{
        field("offset", &HoleFields::offset, "Octets of the stream before it."),
        field("bytes", &HoleFields::bytes, "Octets in it."),
        field("frame", &HoleFields::frame, "The frame that comes after it, or that shows it."),
        field("cause", &HoleFields::cause,
              "not_captured (the other side acknowledged it), snaplen (the capture cut the packet), lost (nobody "
              "acknowledged it)."),
    };
  }
};

/// Octets that came twice, with different values.
struct ConflictFields {
  std::uint64_t offset = 0;
  Frame first_frame = 0, second_frame = 0;
  Secret first, second;

  static constexpr auto fields() {
    return FieldList{
        field("offset", &ConflictFields::offset, "Octets of the stream before the first one that differs."),
        field("first_frame", &ConflictFields::first_frame, "The frame that had them first."),
        field("second_frame", &ConflictFields::second_frame, "The frame that had them with other values."),
        field("first", &ConflictFields::first,
              "What the first says from there on, up to 16 octets. As it may be part of a password, it is shown as "
              "secrets are."),
        field("second", &ConflictFields::second, "What the second says."),
    };
  }
};

/// What TCP itself tells of one side: what it sent, and what it announced.
struct TcpSideFields {
  std::optional<RetransmissionFields> retransmissions;
  std::optional<std::uint64_t> duplicate_frames;
  std::optional<std::uint64_t> duplicate_acks;
  std::optional<std::uint64_t> zero_windows;
  std::optional<std::uint64_t> window_probes;
  std::optional<std::uint64_t> keep_alives;
  std::optional<WindowFields> window;
  std::optional<RoundTripFields> rtt;
  std::optional<std::uint64_t> max_in_flight;
  std::optional<Frame> max_in_flight_frame;
  std::optional<ThroughputFields> throughput;
  std::vector<HoleFields> missing;
  std::vector<ConflictFields> conflicts;

  static constexpr auto fields() {
    return FieldList{
        field("retransmissions", &TcpSideFields::retransmissions, "Why segments were sent again."),
        field("duplicate_frames", &TcpSideFields::duplicate_frames,
              "Packets that were captured twice, as a mirror port gives them: no retransmissions. Their octets count "
              "as duplicates."),
        field("duplicate_acks", &TcpSideFields::duplicate_acks,
              "Acknowledgments that repeat the one before while octets were under way (RFC 5681, section 2)."),
        field("zero_windows", &TcpSideFields::zero_windows, "Segments that announce that there is no room left."),
        field("window_probes", &TcpSideFields::window_probes,
              "Single octets sent to see whether there is room again (RFC 9293, section 3.8.6.1)."),
        field("keep_alives", &TcpSideFields::keep_alives, "Segments that only ask for a sign of life."),
        field("window", &TcpSideFields::window,
              "Receive windows that this side announced after the handshake; absent where a SYN, and so the scale, was "
              "not seen."),
        field("rtt", &TcpSideFields::rtt, "Round trips of its segments."),
        field("max_in_flight_bytes", &TcpSideFields::max_in_flight, "Most octets that were sent and not acknowledged."),
        field("max_in_flight_frame", &TcpSideFields::max_in_flight_frame, "The segment that made it so many."),
        field("throughput", &TcpSideFields::throughput, "How fast octets arrived."),
        field("missing", &TcpSideFields::missing, "The first 16 gaps."),
        field("conflicts", &TcpSideFields::conflicts, "The first 4 stretches that came twice with different octets."),
    };
  }
};

/// A TCP segment, as `--tcp-detail` tells it.
struct TcpSegmentRecord {
  static constexpr RecordInfo info{"tcp_segment", "A TCP segment; with --tcp-detail only."};

  Timestamp time;
  Frame frame = 0;
  std::string_view side;
  IpAddress source;
  std::uint16_t source_port = 0;
  std::uint32_t seq = 0;
  std::optional<std::uint32_t> ack;
  std::uint32_t relative_seq = 0;
  std::optional<std::uint32_t> relative_ack;
  std::vector<std::string_view> flags;
  std::uint32_t length = 0;
  std::uint32_t window = 0;
  bool window_scaled = false;
  std::optional<std::uint32_t> urgent;
  std::optional<Frame> acks_frame;
  std::optional<Nanos> rtt;
  std::optional<Nanos> estimated_rtt;
  std::vector<std::string_view> what;

  static constexpr auto fields() {
    return FieldList{
        field("time", &TcpSegmentRecord::time, "When it was captured."),
        field("frame", &TcpSegmentRecord::frame, "Its frame."),
        field("side", &TcpSegmentRecord::side,
              "Who sent it, client or server, as far as that was known by then; the session record has the last word."),
        field("source", &TcpSegmentRecord::source, "The address that it came from."),
        field("source_port", &TcpSegmentRecord::source_port, "And the port."),
        field("seq", &TcpSegmentRecord::seq, "Sequence number as it stands in the header."),
        field("ack", &TcpSegmentRecord::ack, "Acknowledgment number as it stands there; absent without the flag."),
        field("relative_seq", &TcpSegmentRecord::relative_seq,
              "Counted from the side's initial sequence number, which is 0; where no SYN was seen, from its first "
              "segment, which is 1."),
        field("relative_ack", &TcpSegmentRecord::relative_ack, "Counted in the same way."),
        field("flags", &TcpSegmentRecord::flags, "FIN, SYN, RST, PSH, ACK, URG."),
        field("length", &TcpSegmentRecord::length, "Octets of payload as sent."),
        field("window", &TcpSegmentRecord::window, "Receive window in octets, scaled where the scale is known."),
        field("window_scaled", &TcpSegmentRecord::window_scaled,
              "False where the scale is not known; a SYN's window has none."),
        field("urgent", &TcpSegmentRecord::urgent,
              "Octets from the start of the payload to behind the urgent ones (RFC 9293, section 3.8.5)."),
        field("acks_frame", &TcpSegmentRecord::acks_frame,
              "The last segment that this one acknowledges for the first time."),
        field("rtt_s", &TcpSegmentRecord::rtt,
              "From that segment to this one; absent where it had been sent more than once."),
        field(
            "estimated_rtt_s", &TcpSegmentRecord::estimated_rtt,
            "The other side's smoothed round-trip time (SRTT, RFC 6298, section 2) with this sample: the first sample, "
            "then 7/8 of what it was and 1/8 of the sample. Segments with octets count; the handshake does not."),
        field("what", &TcpSegmentRecord::what,
              "What is special about it: retransmission_timeout, retransmission_fast, retransmission_spurious, "
              "out_of_order, duplicate_ack, zero_window, window_probe, keep_alive, duplicate_frame, gap_before, "
              "rejected."),
    };
  }
  static void tell(const TcpSegmentRecord& record, Tale& tale);
};

/// What TCP itself tells of a session.
struct TcpFields {
  std::optional<Nanos> handshake_rtt;
  std::optional<std::uint16_t> client_mss, server_mss;
  std::optional<std::uint32_t> client_isn, server_isn;
  std::optional<std::uint32_t> min_window;

  static constexpr auto fields() {
    return FieldList{
        field("handshake_rtt_s", &TcpFields::handshake_rtt, "From the SYN to the ACK of the SYN-ACK."),
        field("client_mss", &TcpFields::client_mss,
              "Maximum segment size that the client announced (RFC 9293, 3.7.1)."),
        field("server_mss", &TcpFields::server_mss, "Maximum segment size that the server announced."),
        field("client_isn", &TcpFields::client_isn, "Initial sequence number of the client."),
        field("server_isn", &TcpFields::server_isn, "Initial sequence number of the server."),
        field("min_window", &TcpFields::min_window,
              "Smallest receive window that either side announced after the handshake, scaled, in octets."),
    };
  }
};

}  // namespace wiretale
