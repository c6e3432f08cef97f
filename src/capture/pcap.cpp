#include "capture/pcap.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace wiretale::capture {
namespace {

struct KnownMagic {
  std::uint32_t number;
  PcapKind kind;
};

constexpr std::array kMagics{
    KnownMagic{0xa1b2c3d4, PcapKind::microseconds}, KnownMagic{0xa1b23c4d, PcapKind::nanoseconds},
    KnownMagic{0xa1b2cd34, PcapKind::modified},     KnownMagic{0x1c0001ac, PcapKind::ixia},  // by hardware
    KnownMagic{0x1c0001ab, PcapKind::ixia},                                                  // by software
};

// Interface index, protocol and packet type, which follow the usual fields.
constexpr std::uint32_t kModifiedExtra = 8;

// Records in a row that must be believable where the way was lost: the first one has a time near that of the record
// before the damage, or not.
constexpr unsigned kInARow = 2;
constexpr unsigned kInARowFarOff = 4;
// Damage is not expected to be followed by a longer packet, whatever the link type.
constexpr std::uint32_t kMostAfterDamage = 256U << 10;

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
  const bool nanoseconds = magic.kind == PcapKind::nanoseconds || magic.kind == PcapKind::ixia;
  nanos_per_tick_ = nanoseconds ? 1 : 1000;
  record_header_ = kRecordHeader + (magic.kind == PcapKind::modified ? kModifiedExtra : 0);
  // The upper 16 bits are the length of a frame check sequence, in units of 16 bits, where one of them says that it is
  // told; and bits that readers have to ignore.
  const std::uint32_t network = header.u32<20>();
  link_type_ = network & 0xffff;
  constexpr std::uint32_t kFcsTold = 0x0400'0000;
  if ((network & kFcsTold) != 0) fcs_bytes_ = (network >> 28) * 2;
  // The header's snaplen is only told: writers exist that go beyond it.
  most_captured_ = most_packet_bytes(link_type_, reading.limits);

  Interface interface;
  interface.link_type = link_type_;
  interface.snaplen = header.u32<16>();
  interface.fcs_bytes = fcs_bytes_;
  interface.resolution = Nanos(nanos_per_tick_);
  reading.interfaces.push_back(std::move(interface));
  reading.has_news = true;
  reading.window.advance(file_header(magic));
}

std::string_view PcapReader::format() const {
  switch (magic_.kind) {
    case PcapKind::nanoseconds:
      return "pcap (nanoseconds)";
    case PcapKind::modified:
      return "pcap (modified)";
    case PcapKind::ixia:
      return "pcap (Ixia)";
    case PcapKind::microseconds:
      break;
  }
  return "pcap";
}

bool PcapReader::next_after_reading(Reading& reading, Packet& packet) {
  Window& window = reading.window;
  for (;;) {
    if (lost_) {
      if (!find_record(reading)) return false;
      // It was looked at, with those that follow.
      return take_without_fcs(reading, packet, lengths_in(Header<kRecordHeader>(window.rest(), magic_.order)));
    }
    // What was given last stays in memory, in case that its length was wrong.
    const bool known = reading.frame != 0 && packet.frame == reading.frame;
    const std::size_t behind = known ? record_header_ + packet.bytes.size() + fcs_cut_ : 0;
    if (known) last_ = packet.time;
    const std::uint64_t offset = window.offset();
    std::string fault;
    if (!window.need(record_header_, behind)) {
      if (window.waiting() || (window.rest().empty() && !reading.unreadable())) return false;
      fault = reading.cut(offset, "a record header", record_header_);
    } else {
      const Header<kRecordHeader> header(window.rest(), magic_.order);
      const RecordLengths lengths = lengths_in(header);
      const Timestamp time = time_in(header);  // need() moves what the header lies in
      const std::size_t octets = std::size_t{record_header_} + lengths.captured;
      if (lengths.captured > most_captured_) {
        fault = "corrupt: a record claims a packet of " + std::to_string(lengths.captured) + " octets, and " +
                std::to_string(most_captured_) + " are the most there can be";
      } else if (window.need(octets, behind)) {
        if (first_ || near(time, last_) || followed(reading, octets, behind))
          return take_without_fcs(reading, packet, lengths);
        fault = "corrupt: a record whose time is far from that before, followed by none that can be";
      } else if (window.waiting()) {
        return false;
      } else {
        fault = reading.cut(offset, "a record", octets);
      }
    }
    if (reading.unreadable()) return reading.fail(offset, std::move(fault));
    if (!lose(reading, behind, std::move(fault))) return false;
  }
}

bool PcapReader::take_without_fcs(Reading& reading, Packet& packet, RecordLengths lengths) {
  take(reading, packet, lengths);
  if (std::exchange(first_, false)) odd_wire_ = lengths.wire < lengths.captured;
  most_at_once_ = fcs_bytes_ == 0 ? most_captured_ : 0;
  last_ = packet.time;
  if (fcs_bytes_ == 0) return true;
  // The snaplen may have cut some of it, or all and more.
  const std::uint32_t wire = lengths.wire - std::min(lengths.wire, fcs_bytes_);
  packet.bytes = slice(packet.bytes, 0, wire);
  packet.wire_bytes = wire;
  fcs_cut_ = lengths.captured - static_cast<std::uint32_t>(packet.bytes.size());
  return true;
}

/// True where the record at the front of the window, which has so many octets and an odd time, is followed by one that
/// shows that its length is right: whose time fits, or who leads, as those behind him, to yet another one. At the end,
/// and where no more is there yet, it is believed, too.
bool PcapReader::followed(Reading& reading, std::size_t octets, std::size_t behind) const {
  if (octets == record_header_) return false;  // an empty one fits anywhere
  const Bytes rest = reading.window.look(octets + record_header_, behind);
  Timestamp time, next;
  const bool itself = plausible(rest, time).has_value();
  if (rest.size() < octets + record_header_) return itself && (rest.size() == octets || reading.window.waiting());
  if (!plausible(rest.subspan(octets), next)) return false;
  return near(next, last_) || (itself && (near(next, time) || lead_on(reading, octets, behind)));
}

/// True where the record at the front of the window, which has so many octets, and those behind it lead from one to the
/// next, whatever their times are: several in a row, or up to the end.
bool PcapReader::lead_on(Reading& reading, std::size_t octets, std::size_t behind) const {
  for (unsigned count = 1; count < kInARowFarOff; ++count) {
    const Bytes rest = reading.window.look(octets + record_header_, behind);
    if (rest.size() < octets + record_header_) return true;
    Timestamp time;
    const auto length = plausible(rest.subspan(octets), time);
    if (!length) return false;
    octets += *length;
  }
  return true;
}

/// The record at the front of the window can't be. Goes back into the one before; false where that was tried too often.
bool PcapReader::lose(Reading& reading, std::size_t behind, std::string reason) {
  Window& window = reading.window;
  const std::uint64_t offset = window.offset();
  if (reading.tally.damaged_places >= reading.limits.damaged_places) {
    ++reading.tally.limits_reached["damaged_places"];
    return reading.fail(offset, std::move(reason));
  }
  window.back(behind);
  lost_ = Lost{offset, window.offset(), std::move(reason)};
  // Where it went wrong is not looked at again.
  most_at_once_ = 0;
  window.advance(1);
  return true;
}

/// Goes to the next record that can be; false where there is none, or none yet.
bool PcapReader::find_record(Reading& reading) {
  const std::size_t ahead = kInARowFarOff * (std::size_t{record_header_} + kMostAfterDamage) + record_header_;
  const Search result =
      search(reading.window, ahead, [this](Bytes octets, bool all) { return begins_record(octets, all); });
  if (result == Search::waiting) return false;
  const Lost lost = *std::move(lost_);
  lost_.reset();
  if (result == Search::nothing) return reading.fail(lost.from, lost.reason);
  const std::uint64_t found = reading.window.offset();
  if (found >= lost.from)
    reading.damage(lost.from, found, lost.reason);
  else
    reading.damage(lost.record, found,
                   "corrupt: a record, told as it is, claims more octets than there are up to the next one");
  return true;
}

/// What a record that begins here takes, where it can be one; and its time.
std::optional<std::size_t> PcapReader::plausible(Bytes octets, Timestamp& time) const {
  const Header<kRecordHeader> header(octets, magic_.order);
  const RecordLengths lengths = lengths_in(header);
  if (lengths.captured == 0 || lengths.captured > std::min(most_captured_, kMostAfterDamage)) return std::nullopt;
  if (!odd_wire_ && (lengths.wire < lengths.captured || lengths.wire > kMostAfterDamage)) return std::nullopt;
  if (header.u32<4>() >= 1'000'000'000 / nanos_per_tick_) return std::nullopt;
  time = time_in(header);
  return std::size_t{record_header_} + lengths.captured;
}

/// True where records seem to go on from here: several in a row, or up to the end. Where their times are far off, one
/// that the end cuts shows nothing: the rest of a record may look like that.
bool PcapReader::begins_record(Bytes octets, bool all) const {
  Timestamp time;
  auto length = octets.size() < record_header_ ? std::nullopt : plausible(octets, time);
  if (!length || *length > octets.size()) return false;
  const bool fits = !first_ && near(time, last_);
  const unsigned wanted = fits ? kInARow : kInARowFarOff;
  for (unsigned count = 1; count < wanted; ++count) {
    octets = octets.subspan(*length);
    if (octets.size() < record_header_) return all && (fits || (count > 1 && octets.empty()));
    Timestamp next;
    length = plausible(octets, next);
    if (!length || !near(time, next)) return false;
    if (*length > octets.size()) return all && fits;
    time = next;
  }
  return true;
}

}  // namespace wiretale::capture
