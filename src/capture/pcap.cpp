#include "capture/pcap.hpp"

#include <array>
#include <string>

namespace wiretale::capture {
namespace {

struct KnownMagic {
  std::uint32_t number;
  PcapKind kind;
};

constexpr std::array kMagics{
    KnownMagic{0xa1b2c3d4, PcapKind::microseconds},
    KnownMagic{0xa1b23c4d, PcapKind::nanoseconds},
    KnownMagic{0xa1b2cd34, PcapKind::modified},
};

// Interface index, protocol and packet type, which follow the usual fields.
constexpr std::uint32_t kModifiedExtra = 8;

}  // namespace

std::optional<PcapReader::Magic> PcapReader::magic_of(Bytes start) {
  if (start.size() < 4) return std::nullopt;
  for (const ByteOrder order : {ByteOrder::little, ByteOrder::big}) {
    const std::uint32_t number = Header<4>(start, order).u32<0>();
    for (const KnownMagic& known : kMagics) {
      if (number == known.number) return Magic{known.kind, order};
    }
  }
  return std::nullopt;
}

PcapReader::Lengths PcapReader::lengths_of(std::uint16_t major, std::uint16_t minor) {
  // As libpcap takes them: DG/UX's tcpdump called its version 543.
  if (major == 543 || (major == 2 && minor < 3)) return Lengths::swapped;
  return major == 2 && minor == 3 ? Lengths::perhaps_swapped : Lengths::plain;
}

PcapReader::PcapReader(Magic magic, Reading& reading) : magic_(magic) {
  const Header<kFileHeader> header(reading.window.rest(), magic.order);
  lengths_ = lengths_of(header.u16<4>(), header.u16<6>());
  const bool nanoseconds = magic.kind == PcapKind::nanoseconds;
  nanos_per_tick_ = nanoseconds ? 1 : 1000;
  record_header_ = kRecordHeader + (magic.kind == PcapKind::modified ? kModifiedExtra : 0);
  // The upper 16 bits are the length of a frame check sequence, and bits that readers have to ignore.
  link_type_ = header.u32<20>() & 0xffff;
  // The header's snaplen is only told: writers exist that go beyond it.
  most_captured_ = most_packet_bytes(link_type_);

  Interface interface;
  interface.link_type = link_type_;
  interface.snaplen = header.u32<16>();
  interface.resolution = Nanos(nanos_per_tick_);
  reading.interfaces.push_back(std::move(interface));
  reading.window.advance(kFileHeader);
}

std::string_view PcapReader::format() const {
  switch (magic_.kind) {
    case PcapKind::nanoseconds:
      return "pcap (nanoseconds)";
    case PcapKind::modified:
      return "pcap (modified)";
    case PcapKind::microseconds:
      break;
  }
  return "pcap";
}

bool PcapReader::next_after_reading(Reading& reading, Packet& packet) {
  Window& window = reading.window;
  const std::uint64_t offset = window.offset();
  if (!window.need(record_header_)) {
    if (window.rest().empty() && window.error() == 0) return false;
    return reading.fail_cut(offset, "a record header", record_header_);
  }
  const RecordLengths lengths = lengths_in(Header<kRecordHeader>(window.rest(), magic_.order));
  if (lengths.captured > most_captured_) {
    return reading.fail(offset, "corrupt: a record claims a packet of " + std::to_string(lengths.captured) +
                                    " octets, and " + std::to_string(most_captured_) + " are the most there can be");
  }
  const std::size_t octets = std::size_t{record_header_} + lengths.captured;
  if (!window.need(octets)) return reading.fail_cut(offset, "a record", octets);
  return take(reading, packet, lengths);
}

}  // namespace wiretale::capture
