// The pcap format (draft-ietf-opsawg-pcap): one file header, then records.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "capture/header.hpp"
#include "capture/reading.hpp"

namespace wiretale::capture {

/// The kinds of pcap files, told apart by their magic number.
enum class PcapKind : std::uint8_t {
  microseconds,
  nanoseconds,
  modified,  ///< libpcap as Alexey Kuznetsov patched it: microseconds, and a longer record header
  ixia,      ///< as Ixia's testers write it: nanoseconds, and a longer file header
};

/// Reads the records of a pcap file. Where a record can't be, it looks for the next one that can, also within the
/// record before, whose length may be what is wrong.
class PcapReader {
 public:
  /// The kind and byte order that a file's first four octets tell.
  struct Magic {
    PcapKind kind;
    ByteOrder order;
  };
  /// Nothing where this is no pcap file.
  [[nodiscard]] static std::optional<Magic> magic_of(Bytes start);

  /// Octets of the file header.
  [[nodiscard]] static std::size_t file_header(Magic magic) {
    return kFileHeader + (magic.kind == PcapKind::ixia ? kIxiaExtra : 0);
  }
  /// The version that a file header, of which `start` holds enough, claims.
  [[nodiscard]] static std::uint16_t major_version(Bytes start, Magic magic) {
    return Header<kFileHeader>(start, magic.order).u16<4>();
  }
  /// Older versions have other headers, which nothing reads any more.
  static constexpr std::uint16_t kLeastMajor = 2;

  /// Takes the file header, which the window must hold, and adds the file's one interface.
  PcapReader(Magic magic, Reading& reading);

  /// The next packet; false at the end, at a fault, or where there is no more at the moment. `packet` is to be the one
  /// that was filled before: its length tells where that record began.
  bool next(Reading& reading, Packet& packet);
  [[nodiscard]] std::string_view format() const;

 private:
  static constexpr std::size_t kFileHeader = 24;
  static constexpr std::size_t kIxiaExtra = 4;
  static constexpr std::size_t kRecordHeader = 16;
  static constexpr std::uint32_t kDay = 86'400;

  /// In which order a record tells its two lengths: old writers disagreed.
  enum class Lengths : std::uint8_t { plain, perhaps_swapped, swapped };
  struct RecordLengths {
    std::uint32_t captured;
    std::uint32_t wire;
  };

  static Lengths lengths_of(std::uint16_t major, std::uint16_t minor);
  [[nodiscard]] RecordLengths lengths_in(const Header<kRecordHeader>& header) const;
  [[nodiscard]] Timestamp time_in(const Header<kRecordHeader>& header) const;
  bool next_after_reading(Reading& reading, Packet& packet);
  bool take(Reading& reading, Packet& packet, RecordLengths lengths);
  bool take_without_fcs(Reading& reading, Packet& packet, RecordLengths lengths);
  [[nodiscard]] bool followed(Reading& reading, std::size_t octets, std::size_t behind) const;
  [[nodiscard]] bool lead_on(Reading& reading, std::size_t octets, std::size_t behind) const;
  bool lose(Reading& reading, std::size_t behind, std::string reason);
  bool find_record(Reading& reading);
  [[nodiscard]] bool begins_record(Bytes octets, bool all) const;
  [[nodiscard]] std::optional<std::size_t> plausible(Bytes octets, Timestamp& time) const;

  Magic magic_;
  Lengths lengths_ = Lengths::plain;
  std::uint32_t record_header_ = kRecordHeader;  // octets
  std::uint32_t nanos_per_tick_ = 0;
  std::uint32_t link_type_ = 0;
  std::uint32_t most_captured_ = 0;
  std::uint32_t most_at_once_ = 0;  // the same; 0 where the next record needs a closer look
  std::uint32_t fcs_bytes_ = 0;
  std::uint32_t fcs_cut_ = 0;  // octets of it that the last record had
  std::uint32_t since_ = 0;    // a day before the last record's second: a time near it needs no closer look
  Timestamp last_;             // of the last record, where it was looked at closely
  bool first_ = true;          // there was no record before
  bool odd_wire_ = false;      // the first record was longer than it said that it had been on the wire
  std::optional<Lost> lost_;
};

// What follows is inline: together it is all that most packets cost.

inline PcapReader::RecordLengths PcapReader::lengths_in(const Header<kRecordHeader>& header) const {
  const RecordLengths lengths{header.u32<8>(), header.u32<12>()};
  if (lengths_ == Lengths::plain) [[likely]]
    return lengths;
  if (lengths_ == Lengths::perhaps_swapped && lengths.captured <= lengths.wire) return lengths;
  return {lengths.wire, lengths.captured};
}

// Neither part can overflow: both are less than 2^32, and 2^32 seconds are half of what 63 bits of nanoseconds
// hold.
inline Timestamp PcapReader::time_in(const Header<kRecordHeader>& header) const {
  return {std::int64_t{header.u32<0>()} * 1'000'000'000 + std::int64_t{header.u32<4>()} * nanos_per_tick_};
}

// Takes the record at the front of the window, whose lengths were tested.
inline bool PcapReader::take(Reading& reading, Packet& packet, RecordLengths lengths) {
  const Bytes rest = reading.window.rest();
  const Header<kRecordHeader> header(rest, magic_.order);
  packet.time = time_in(header);
  since_ = header.u32<0>() - kDay;
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
    const Header<kRecordHeader> header(rest, magic_.order);
    const RecordLengths lengths = lengths_in(header);
    // Behind a damaged length something else is taken for a record: its time shows that. And zeros would be empty
    // packets.
    const bool believed = lengths.captured - 1 < most_at_once_ && header.u32<0>() - since_ <= 2 * kDay;
    if (believed && std::size_t{record_header_} + lengths.captured <= rest.size()) [[likely]] {
      return take(reading, packet, lengths);
    }
  }
  return next_after_reading(reading, packet);
}

}  // namespace wiretale::capture
