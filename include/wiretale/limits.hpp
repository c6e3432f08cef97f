// Every cap and timeout, in one place.
#pragma once

#include <cstdint>
#include <string_view>

#include <wiretale/net.hpp>

namespace wiretale {

/// What may grow with the input, and how far. Reaching a cap is never silent: it is an anomaly of the record or session
/// that it touches, and counted in the summary under the cap's name.
struct Limits {
  // --- sessions
  Nanos tcp_idle = std::chrono::hours(1);       ///< a TCP session without packets ends by timeout
  Nanos tcp_closed = std::chrono::minutes(2);   ///< a closed TCP session stays this long for late segments
  Nanos tcp_opening = std::chrono::minutes(5);  ///< a TCP session without an answer ends by timeout
  Nanos udp_idle = std::chrono::minutes(3);     ///< a session of any other transport without packets ends
  Nanos clock_jump = std::chrono::hours(1);     ///< a packet time that jumps by more needs a second one to be believed

  // --- streams
  std::uint64_t reassembly_bytes = 1U << 20;  ///< out-of-order octets held for one side of a session
  std::uint64_t reassembly_segments = 2048;   ///< out-of-order segments held for one side of a session
  Nanos gap_wait = std::chrono::seconds(2);   ///< after this, octets that were acknowledged but not seen are a gap
  std::uint64_t gap_segments = 64;            ///< after so many further segments of the session, too
  Nanos retransmit_wait = std::chrono::seconds(20);  ///< after this, octets that were not acknowledged are a gap
  std::uint64_t retransmit_segments = 512;           ///< after so many further segments of the session, too
  std::uint64_t detect_bytes = 4096;                 ///< octets of one side held until its protocol is settled
  Nanos detect_wait = std::chrono::seconds(3);       ///< after this, the protocol is settled on what there is

  // --- what a dissector may hold
  std::uint64_t line_bytes = 64U << 10;            ///< longest line; the rest of it is cut
  std::uint64_t block_bytes = 1U << 20;            ///< longest block asked for at once
  std::uint64_t pending = 512;                     ///< open requests of one session
  Nanos datagram_wait = std::chrono::seconds(30);  ///< a request without a response counts as unanswered
  Nanos stream_wait = std::chrono::minutes(10);    ///< the same for requests in a TCP session
  std::uint64_t header_bytes = 256U << 10;         ///< octets of one header section (HTTP, MIME)
  std::uint64_t header_fields = 1000;              ///< fields of one header section
  std::uint64_t decoded_bytes = 1U << 20;          ///< octets that a compressed body is unpacked to
  std::uint64_t text_bytes = 8U << 10;             ///< longest text kept of a reply
  std::uint64_t record_items = 4096;               ///< entries of one list in a record
  std::uint64_t anomalies = 16;                    ///< anomalies told with one record
  std::uint64_t mime_depth = 16;                   ///< nesting of multipart bodies
  std::uint64_t mime_parts = 256;                  ///< parts told of one mail

  // --- fragments
  std::uint64_t fragment_bytes = 16U << 20;        ///< octets held in incomplete IP datagrams, all together
  std::uint64_t fragment_datagrams = 4096;         ///< incomplete IP datagrams held
  std::uint64_t fragment_pieces = 512;             ///< fragments of one IP datagram
  Nanos fragment_wait = std::chrono::seconds(30);  ///< an incomplete IP datagram is given up after this
  std::uint64_t layers = 16;                       ///< headers within headers of one packet

  // --- analysis over sessions
  std::uint64_t hosts = 65536;        ///< hosts told of
  std::uint64_t names = 65536;        ///< names of hosts remembered
  std::uint64_t lookups = 65536;      ///< DNS questions remembered, to see a second responder
  std::uint64_t mails = 65536;        ///< mails remembered by their Message-ID
  std::uint64_t expectations = 4096;  ///< data connections announced and awaited, of all sessions
};

}  // namespace wiretale
