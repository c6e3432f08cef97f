// The pcap format (draft-ietf-opsawg-pcap): one file header, then records.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "capture/header.hpp"
#include "capture/reading.hpp"

namespace wiretale::capture {

/// The kinds of pcap files, told apart by their magic number.
enum class PcapKind : std::uint8_t {
  microseconds,
  nanoseconds,
  modified,  ///< libpcap as Alexey Kuznetsov patched it: microseconds, and a longer record header
};

/// Reads the records of a pcap file.
class PcapReader {
 public:
  static constexpr std::size_t kFileHeader = 24;

  /// The kind and byte order that a file's first four octets tell.
  struct Magic {
    PcapKind kind;
    ByteOrder order;
  };
  /// Nothing where this is no pcap file.
  [[nodiscard]] static std::optional<Magic> magic_of(Bytes start);

  /// The version that a file header, of which `start` holds enough, claims.
  [[nodiscard]] static std::uint16_t major_version(Bytes start, Magic magic) {
    return Header<kFileHeader>(start, magic.order).u16<4>();
  }
  /// Older versions have other headers, which nothing reads any more.
  static constexpr std::uint16_t kLeastMajor = 2;

  /// Takes the file header, which the window must hold, and adds the file's one interface.
  PcapReader(Magic magic, Reading& reading);

  /// The next packet; false at the end or at a fault.
  bool next(Reading& reading, Packet& packet);
  [[nodiscard]] std::string_view format() const;

 private:
  static constexpr std::size_t kRecordHeader = 16;

  /// In which order a record tells its two lengths: old writers disagreed.
  enum class Lengths : std::uint8_t { plain, perhaps_swapped, swapped };
  struct RecordLengths {
    std::uint32_t captured;
    std::uint32_t wire;
  };

  static Lengths lengths_of(std::uint16_t major, std::uint16_t minor);
  [[nodiscard]] RecordLengths lengths_in(const Header<kRecordHeader>& header) const;
  bool next_after_reading(Reading& reading, Packet& packet);
  bool take(Reading& reading, Packet& packet, RecordLengths lengths) const;

  Magic magic_;
  Lengths lengths_ = Lengths::plain;
  std::uint32_t record_header_ = kRecordHeader;  // octets
  std::uint32_t nanos_per_tick_ = 0;
  std::uint32_t link_type_ = 0;
  std::uint32_t most_captured_ = 0;
};

// What follows is inline: together it is all that most packets cost.

inline PcapReader::RecordLengths PcapReader::lengths_in(const Header<kRecordHeader>& header) const {
  const RecordLengths lengths{header.u32<8>(), header.u32<12>()};
  if (lengths_ == Lengths::plain) [[likely]]
    return lengths;
  if (lengths_ == Lengths::perhaps_swapped && lengths.captured <= lengths.wire) return lengths;
  return {lengths.wire, lengths.captured};
}

// Takes the record at the front of the window, whose lengths were tested.
inline bool PcapReader::take(Reading& reading, Packet& packet, RecordLengths lengths) const {
  const Bytes rest = reading.window.rest();
  const Header<kRecordHeader> header(rest, magic_.order);
  // Neither can overflow: both are less than 2^32, and 2^32 seconds are half of what 63 bits of nanoseconds
  // hold.
  packet.time.ns = std::int64_t{header.u32<0>()} * 1'000'000'000 + std::int64_t{header.u32<4>()} * nanos_per_tick_;
  packet.frame = ++reading.frame;
  packet.interface = 0;
  packet.link_type = link_type_;
  packet.wire_bytes = lengths.wire;
  packet.bytes = slice(rest, record_header_, lengths.captured);
  reading.window.advance(std::size_t{record_header_} + lengths.captured);
  return true;
}

inline bool PcapReader::next(Reading& reading, Packet& packet) {
  const Bytes rest = reading.window.rest();
  if (rest.size() >= kRecordHeader) [[likely]] {
    const RecordLengths lengths = lengths_in(Header<kRecordHeader>(rest, magic_.order));
    const bool believed = lengths.captured <= most_captured_;
    if (believed && std::size_t{record_header_} + lengths.captured <= rest.size()) [[likely]] {
      return take(reading, packet, lengths);
    }
  }
  return next_after_reading(reading, packet);
}

}  // namespace wiretale::capture
