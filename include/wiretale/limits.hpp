// Every cap and timeout, in one place.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <wiretale/net.hpp>

namespace wiretale {

/// What may grow with the input, and how far. Reaching a cap is never silent: it is an anomaly of the record or session
/// that it touches, and counted in the summary under the cap's name. limit_fields() tells what each one means.
struct Limits {
  // --- capture files
  std::uint64_t packet_bytes = 256U << 10;
  std::uint64_t bus_packet_bytes = 128U << 20;
  std::uint64_t capture_block_bytes = 16U << 20;
  std::uint64_t capture_interfaces = 65536;
  std::uint64_t capture_secrets_bytes = 16U << 20;
  std::uint64_t capture_comment_bytes = 64U << 10;
  std::uint64_t damaged_places = 1000;
  std::uint64_t open_captures = 128;

  // --- sessions
  std::uint64_t memory = 2U << 30;
  Nanos tcp_idle = std::chrono::hours(1);
  Nanos tcp_closed = std::chrono::minutes(2);
  Nanos tcp_opening = std::chrono::minutes(5);
  Nanos udp_idle = std::chrono::minutes(3);
  Nanos clock_jump = std::chrono::hours(1);

  // --- streams
  std::uint64_t reassembly_memory = 256U << 20;
  std::uint64_t reassembly_bytes = 1U << 20;
  std::uint64_t reassembly_segments = 2048;
  Nanos gap_wait = std::chrono::seconds(2);
  std::uint64_t gap_segments = 64;
  Nanos retransmit_wait = std::chrono::seconds(20);
  std::uint64_t retransmit_segments = 512;
  std::uint64_t detect_bytes = 4096;
  Nanos detect_wait = std::chrono::seconds(3);
  std::uint64_t sample_bytes = 20;

  // --- what a dissector may hold
  std::uint64_t line_bytes = 64U << 10;
  std::uint64_t block_bytes = 1U << 20;
  std::uint64_t pending = 512;
  Nanos datagram_wait = std::chrono::seconds(30);
  Nanos stream_wait = std::chrono::minutes(10);
  std::uint64_t header_bytes = 256U << 10;
  std::uint64_t header_fields = 1000;
  std::uint64_t decoded_bytes = 1U << 20;
  std::uint64_t text_bytes = 8U << 10;
  std::uint64_t record_items = 4096;
  std::uint64_t anomalies = 16;
  std::uint64_t mime_depth = 16;
  std::uint64_t mime_parts = 256;
  std::uint64_t tls_message_bytes = 256U << 10;
  std::uint64_t tls_certificates = 32;

  // --- files that are written down
  std::uint64_t extract_file = 4ULL << 30;
  std::uint64_t extract_total = 64ULL << 30;

  // --- packets
  std::uint64_t fragment_bytes = 16U << 20;
  std::uint64_t fragment_datagrams = 4096;
  std::uint64_t fragment_pieces = 512;
  Nanos fragment_wait = std::chrono::seconds(30);
  std::uint64_t layers = 16;

  // --- analysis over sessions
  std::uint64_t hosts = 65536;
  std::uint64_t names = 65536;
  std::uint64_t neighbours = 65536;
  std::uint64_t lookups = 65536;
  std::uint64_t mails = 65536;
  std::uint64_t expectations = 256;
};

/// A declared limit.
struct LimitField {
  enum class Unit : std::uint8_t { time, bytes, count };

  std::string_view name;
  Unit unit;
  std::string_view meaning;        ///< a sentence
  Nanos Limits::* time;            ///< of a time
  std::uint64_t Limits::* number;  ///< of octets and counts
};

/// All limits, in the order of Limits.
[[nodiscard]] std::span<const LimitField> limit_fields();
/// A limit's value as a person writes it, and as set_limit() reads it: `1h`, `16MiB`, `4096`.
[[nodiscard]] std::string limit_value(const Limits& limits, const LimitField& field);
/// Sets a limit as in `memory=100MB`, `udp_idle=30s`. Empty, or what is wrong, for people and without a full stop.
/// Times are ns, us, ms, s, m, h or d; octets B, kB, MB, GB, KiB, MiB or GiB, or none.
[[nodiscard]] std::string set_limit(Limits& limits, std::string_view assignment);

}  // namespace wiretale
