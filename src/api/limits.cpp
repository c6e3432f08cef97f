#include <wiretale/limits.hpp>

#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include <wiretale/record.hpp>

namespace wiretale {
namespace {

using Unit = LimitField::Unit;

constexpr LimitField time(std::string_view name, Nanos Limits::* member, std::string_view meaning) {
  return {name, Unit::time, meaning, member, nullptr};
}
constexpr LimitField bytes(std::string_view name, std::uint64_t Limits::* member, std::string_view meaning) {
  return {name, Unit::bytes, meaning, nullptr, member};
}
constexpr LimitField count(std::string_view name, std::uint64_t Limits::* member, std::string_view meaning) {
  return {name, Unit::count, meaning, nullptr, member};
}

using L = Limits;

/// The one list: the option, the command and the reference follow from it.
constexpr std::array fields{
    bytes("packet_bytes", &L::packet_bytes,
          "Longest packet of a capture that is believed; a longer one is a damaged length."),
    bytes("bus_packet_bytes", &L::bus_packet_bytes, "The same for links that carry longer ones: USB, D-Bus."),
    bytes("capture_block_bytes", &L::capture_block_bytes,
          "Longest block of a pcapng capture that is looked into, but for packets."),
    count("capture_interfaces", &L::capture_interfaces, "Interfaces of one capture; packets of others are not read."),
    bytes("capture_secrets_bytes", &L::capture_secrets_bytes, "Octets kept of keys that a capture brings along."),
    bytes("capture_comment_bytes", &L::capture_comment_bytes, "Longest comment or name kept of a capture."),
    count("damaged_places", &L::damaged_places, "Damaged places of one capture behind which reading goes on."),
    count("open_captures", &L::open_captures, "Files open at once where many are merged."),
    bytes("memory", &L::memory,
          "Memory for sessions, all together. Beyond it the least recently active ones end: `ended_by` is `evicted`."),
    time("tcp_idle", &L::tcp_idle, "A TCP session ends after so long without packets."),
    time("tcp_closed", &L::tcp_closed, "A closed TCP session stays so long, for segments that come late."),
    time("tcp_opening", &L::tcp_opening, "A TCP session without an answer ends after so long."),
    time("udp_idle", &L::udp_idle, "A session of any other transport ends after so long without packets."),
    time("clock_jump", &L::clock_jump, "A packet time that jumps by more needs a second one to be believed."),
    bytes("reassembly_memory", &L::reassembly_memory,
          "Octets held out of order, of all sessions. Beyond it the least recently active sessions wait no longer for "
          "what is missing."),
    bytes("reassembly_bytes", &L::reassembly_bytes, "Octets held out of order, of one side of a session."),
    count("reassembly_segments", &L::reassembly_segments, "Segments held out of order, of one side of a session."),
    time("gap_wait", &L::gap_wait, "Octets that were acknowledged but not seen are a gap after so long."),
    count("gap_segments", &L::gap_segments, "And after so many further segments of the session."),
    time("retransmit_wait", &L::retransmit_wait, "Octets that were not acknowledged are a gap after so long."),
    count("retransmit_segments", &L::retransmit_segments, "And after so many further segments of the session."),
    bytes("detect_bytes", &L::detect_bytes, "Octets held until the protocol of a session is settled."),
    time("detect_wait", &L::detect_wait, "The protocol is settled on what there is after so long."),
    bytes("sample_bytes", &L::sample_bytes,
          "First octets of each side that are told of a session that no dissector knows; at most 255."),
    bytes("line_bytes", &L::line_bytes, "Longest line; the rest of it is cut."),
    bytes("block_bytes", &L::block_bytes, "Longest block that a dissector asks for at once."),
    count("pending", &L::pending, "Open requests of one session."),
    time("datagram_wait", &L::datagram_wait, "A request in a datagram counts as unanswered after so long."),
    time("stream_wait", &L::stream_wait, "A request in a TCP session counts as unanswered after so long."),
    bytes("header_bytes", &L::header_bytes, "Octets of one header section (HTTP, MIME)."),
    count("header_fields", &L::header_fields, "Fields of one header section."),
    bytes("decoded_bytes", &L::decoded_bytes, "Octets that a compressed body is unpacked to."),
    bytes("text_bytes", &L::text_bytes, "Longest text kept of a reply."),
    count("record_items", &L::record_items, "Entries of one list in a record."),
    count("anomalies", &L::anomalies, "Anomalies told with one record."),
    count("mime_depth", &L::mime_depth, "Nesting of multipart bodies."),
    count("mime_parts", &L::mime_parts, "Parts told of one mail."),
    bytes("tls_message_bytes", &L::tls_message_bytes, "Octets of one message of a TLS handshake."),
    count("tls_certificates", &L::tls_certificates, "Certificates that are read of one side of a TLS session."),
    bytes("extract_file", &L::extract_file, "Octets written of one file (`--extract`); the rest of it is not."),
    bytes("extract_total", &L::extract_total,
          "Octets written of all files. Beyond it no more are, some 20 MB of packets later."),
    bytes("fragment_bytes", &L::fragment_bytes, "Octets held in incomplete IP datagrams, all together."),
    count("fragment_datagrams", &L::fragment_datagrams, "Incomplete IP datagrams held."),
    count("fragment_pieces", &L::fragment_pieces, "Fragments of one IP datagram."),
    time("fragment_wait", &L::fragment_wait, "An incomplete IP datagram is given up after so long."),
    count("layers", &L::layers, "Headers within headers of one packet."),
    count("hosts", &L::hosts, "Hosts told of."),
    count("names", &L::names, "Names of hosts remembered."),
    count("neighbours", &L::neighbours, "Addresses whose link address is remembered (ARP, neighbour discovery)."),
    count("lookups", &L::lookups, "DNS questions remembered, to see a second responder."),
    count("mails", &L::mails, "Mails remembered by their Message-ID."),
    count("expectations", &L::expectations,
          "Data connections announced and awaited, by sessions of one shard (a 256th of all)."),
};
static_assert(detail::has_members<Limits, fields.size()>(), "every limit has to be declared, each once");

struct Suffix {
  std::string_view name;
  std::uint64_t worth;
};
// The larger ones first: a value is written with the first that divides it.
constexpr Suffix times[] = {{"d", 86'400'000'000'000},
                            {"h", 3'600'000'000'000},
                            {"m", 60'000'000'000},
                            {"s", 1'000'000'000},
                            {"ms", 1'000'000},
                            {"us", 1'000},
                            {"ns", 1}};
constexpr Suffix sizes[] = {{"GiB", 1ULL << 30},  {"GB", 1'000'000'000}, {"MiB", 1ULL << 20}, {"MB", 1'000'000},
                            {"KiB", 1ULL << 10},  {"kB", 1'000},         {"KB", 1'000},       {"B", 1},
                            {"G", 1'000'000'000}, {"M", 1'000'000},      {"k", 1'000}};

std::string written(std::uint64_t value, std::span<const Suffix> suffixes) {
  for (const Suffix& suffix : suffixes)
    if (value >= suffix.worth && value % suffix.worth == 0)
      return std::to_string(value / suffix.worth) + std::string(suffix.name);
  return std::to_string(value);
}

/// `3`, `1.5`: a number with up to nine decimals, times `worth`; nothing where it is none, or too large.
std::optional<std::uint64_t> scaled(std::string_view digits, std::uint64_t worth) {
  const std::size_t point = digits.find('.');
  const std::string_view whole = digits.substr(0, point);
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(whole.data(), whole.data() + whole.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != whole.data() + whole.size()) return std::nullopt;
  if (value > std::numeric_limits<std::int64_t>::max() / worth) return std::nullopt;
  value *= worth;
  if (point == std::string_view::npos) return value;
  const std::string_view decimals = digits.substr(point + 1);
  if (decimals.empty() || decimals.size() > 9) return std::nullopt;
  std::uint64_t fraction = 0, parts = 1;
  for (const char digit : decimals) {
    if (digit < '0' || digit > '9') return std::nullopt;
    fraction = fraction * 10 + static_cast<std::uint64_t>(digit - '0');
    parts *= 10;
  }
  return value + fraction * (worth / parts) + fraction * (worth % parts) / parts;
}

std::optional<std::uint64_t> parsed_value(std::string_view text, const LimitField& field) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view digits = text.substr(0, end), suffix = text.substr(end);
  if (field.unit == Unit::count)
    return suffix.empty() && digits.find('.') == std::string_view::npos ? scaled(digits, 1) : std::nullopt;
  if (suffix.empty()) return field.unit == Unit::bytes ? scaled(digits, 1) : std::nullopt;
  for (const Suffix& known : field.unit == Unit::time ? std::span<const Suffix>(times) : std::span<const Suffix>(sizes))
    if (known.name == suffix) return scaled(digits, known.worth);
  return std::nullopt;
}

std::string_view expected(Unit unit) {
  switch (unit) {
    case Unit::time:
      return "a time, as 500ms, 30s, 5m or 1h";
    case Unit::bytes:
      return "octets, as 4096, 64kB, 100MB or 1GiB";
    case Unit::count:
      break;
  }
  return "a number";
}

}  // namespace

std::span<const LimitField> limit_fields() { return fields; }

std::string limit_value(const Limits& limits, const LimitField& field) {
  if (field.unit == Unit::time) return written(static_cast<std::uint64_t>((limits.*field.time).count()), times);
  if (field.unit == Unit::bytes) return written(limits.*field.number, sizes);
  return std::to_string(limits.*field.number);
}

std::string set_limit(Limits& limits, std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) return "a limit is set as NAME=VALUE";
  const std::string_view name = assignment.substr(0, equals), text = assignment.substr(equals + 1);
  for (const LimitField& field : fields) {
    if (field.name != name) continue;
    const auto value = parsed_value(text, field);
    if (!value) return std::string(name) + " is " + std::string(expected(field.unit));
    if (field.unit == Unit::time)
      limits.*field.time = Nanos(static_cast<std::int64_t>(*value));
    else
      limits.*field.number = *value;
    return {};
  }
  return "no limit is called " + std::string(name);
}

}  // namespace wiretale
