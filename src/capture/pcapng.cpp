#include "capture/pcapng.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace wiretale::capture {
namespace {

constexpr std::uint32_t kSection = 0x0a0d0d0a;  // the same in both byte orders
constexpr std::uint32_t kInterface = 1;
constexpr std::uint32_t kObsoletePacket = 2;
constexpr std::uint32_t kSimplePacket = 3;
constexpr std::uint32_t kEnhancedPacket = 6;

constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint32_t kFrontOctets = 8;  // type and length; the length comes again at the end
constexpr std::uint32_t kEndOctets = 4;
constexpr std::uint32_t kLeastBlock = kFrontOctets + kEndOctets;
// A block whose body matters is held whole: room for the largest packet of any link type, with its options.
constexpr std::uint32_t kMostHeld = (128U << 20) + (1U << 20);

// Interfaces are kept until the end, so a damaged or hostile file must not have any number of them, nor long
// names.
constexpr std::size_t kMostInterfaces = 65536;
constexpr std::size_t kMostText = 1024;

std::uint16_t u16(Cursor& cursor, ByteOrder order) {
  return order == ByteOrder::little ? cursor.u16le() : cursor.u16();
}

std::uint64_t u64(Cursor& cursor, ByteOrder order) {
  return order == ByteOrder::little ? cursor.u64le() : cursor.u64();
}

std::string text(Bytes octets) { return std::string(text_of(slice(octets, 0, kMostText))); }

/// True for blocks that hold no packet, but that Wireshark lists and numbers among the packets: they take a
/// number here too, so that all other frames keep theirs.
bool takes_frame_number(std::uint32_t type) {
  switch (type) {
    case 0x0000'0009:  // an entry of the systemd journal
    case 0x0000'0204:  // sysdig events, in three versions
    case 0x0000'0216:
    case 0x0000'0221:
    case 0x0000'0bad:  // custom blocks
    case 0x4000'0bad:
      return true;
    default:
      return false;
  }
}

std::string octets_text(std::uint64_t octets) { return std::to_string(octets) + " octets"; }

}  // namespace

bool PcapngReader::starts(Bytes start) {
  return start.size() >= 4 && Header<4>(start, ByteOrder::big).u32<0>() == kSection;
}

bool PcapngReader::begin(Reading& reading) {
  Packet none;
  return step(reading, none) == Step::other;
}

bool PcapngReader::next(Reading& reading, Packet& packet) {
  Step done = Step::other;
  while (done == Step::other) done = step(reading, packet);
  return done == Step::packet;
}

PcapngReader::Step PcapngReader::step(Reading& reading, Packet& packet) {
  Block block;
  if (!read_header(reading, block)) return Step::stop;
  switch (block.type) {
    case kSection:
    case kInterface:
    case kObsoletePacket:
    case kSimplePacket:
    case kEnhancedPacket:
      return read_body(reading, block, packet);
    default:
      return pass(reading, block) ? Step::other : Step::stop;
  }
}

bool PcapngReader::read_header(Reading& reading, Block& block) {
  Window& window = reading.window;
  block.offset = window.offset();
  if (!window.need(kFrontOctets)) {
    if (window.rest().empty() && window.error() == 0) return false;
    return reading.fail_cut(block.offset, "a block header", kFrontOctets);
  }
  block.type = Header<4>(window.rest(), order_).u32<0>();
  if (block.type == kSection && !read_byte_order(reading, block.offset)) return false;
  block.length = Header<kFrontOctets>(window.rest(), order_).u32<4>();
  if (block.length < kLeastBlock || block.length % 4 != 0) {
    return reading.fail(block.offset, "corrupt: a block cannot have a length of " + octets_text(block.length));
  }
  return true;
}

// A section may be written in another byte order than the one before.
bool PcapngReader::read_byte_order(Reading& reading, std::uint64_t offset) {
  constexpr std::size_t kNeeded = 12;
  if (!reading.window.need(kNeeded)) return reading.fail_cut(offset, "a section header's front", kNeeded);
  for (const ByteOrder order : {ByteOrder::little, ByteOrder::big}) {
    if (Header<kNeeded>(reading.window.rest(), order).u32<8>() != kByteOrderMagic) continue;
    order_ = order;
    return true;
  }
  return reading.fail(offset, "corrupt: a section header without its byte-order magic");
}

PcapngReader::Step PcapngReader::read_body(Reading& reading, const Block& block, Packet& packet) {
  if (block.length > kMostHeld) {
    reading.fail(block.offset, "corrupt: a block claims " + octets_text(block.length));
    return Step::stop;
  }
  if (!reading.window.need(block.length)) {
    reading.fail_cut(block.offset, "a block", block.length);
    return Step::stop;
  }
  const Bytes whole = slice(reading.window.rest(), 0, block.length);
  const Bytes body = slice(whole, kFrontOctets, block.length - kLeastBlock);
  if (!check_end(reading, block, whole.last(kEndOctets))) return Step::stop;
  const auto outcome = [](bool good, Step step) { return good ? step : Step::stop; };
  Step step = Step::stop;
  switch (block.type) {
    case kSection:
      step = outcome(section(reading, block, body), Step::other);
      break;
    case kInterface:
      step = outcome(interface(reading, block, body), Step::other);
      break;
    case kSimplePacket:
      step = outcome(simple(reading, block, body, packet), Step::packet);
      break;
    default:
      step = outcome(stamped(reading, block, body, packet), Step::packet);
      break;
  }
  if (step != Step::stop) reading.window.advance(block.length);
  return step;
}

// Whatever its length, the block is not held: a file may carry megabytes of secrets or logs.
bool PcapngReader::pass(Reading& reading, const Block& block) const {
  Window& window = reading.window;
  if (!window.skip(block.length - kEndOctets) || !window.need(kEndOctets)) {
    return reading.fail_cut(block.offset, "a block", block.length);
  }
  if (!check_end(reading, block, window.rest())) return false;
  window.advance(kEndOctets);
  if (takes_frame_number(block.type)) {
    ++reading.frame;
    ++reading.frames_without_packet;
  }
  return true;
}

bool PcapngReader::check_end(Reading& reading, const Block& block, Bytes end) const {
  const std::uint32_t again = Header<kEndOctets>(end, order_).u32<0>();
  if (again == block.length) return true;
  return reading.fail(block.offset, "corrupt: a block says " + octets_text(block.length) + " at its start, and " +
                                        octets_text(again) + " at its end");
}

// The section's length, if it is told at all, is not needed: a section ends where the next one starts.
bool PcapngReader::section(Reading& reading, const Block& block, Bytes body) {
  constexpr std::size_t kFields = 16;
  if (body.size() < kFields) return reading.fail(block.offset, "corrupt: a section header that is too short");
  const Header<kFields> header(body, order_);
  const std::uint16_t major = header.u16<4>();
  if (major != 1) {
    return reading.fail(block.offset, "it is written in pcapng version " + std::to_string(major) + "." +
                                          std::to_string(header.u16<6>()) + ", and only version 1 is known");
  }
  section_start_ = static_cast<std::uint32_t>(sources_.size());
  return true;
}

bool PcapngReader::interface(Reading& reading, const Block& block, Bytes body) {
  constexpr std::size_t kFields = 8;
  if (body.size() < kFields) return reading.fail(block.offset, "corrupt: an interface description that is too short");
  if (sources_.size() >= kMostInterfaces) {
    return reading.fail(block.offset, "more than " + std::to_string(kMostInterfaces) + " interfaces are not read");
  }
  const Header<kFields> header(body, order_);
  Interface interface;
  interface.link_type = header.u16<0>();
  interface.snaplen = header.u32<4>();
  Clock clock;
  // An option may have been meant to say how time counts: going on without it might tell wrong times.
  if (!options(body.subspan(kFields), interface, clock)) {
    return reading.fail(block.offset, "corrupt: an interface description whose options do not fit in it");
  }
  interface.resolution = clock.resolution();
  sources_.push_back({clock, interface.link_type, interface.snaplen, most_packet_bytes(interface.link_type)});
  reading.interfaces.push_back(std::move(interface));
  return true;
}

bool PcapngReader::options(Bytes octets, Interface& interface, Clock& clock) const {
  enum : std::uint16_t { kEnd = 0, kName = 2, kDescription = 3, kResolution = 9, kOffset = 14 };
  std::uint8_t resolution = 6;
  std::int64_t offset_s = 0;
  Cursor cursor(octets);
  while (!cursor.empty()) {
    const std::uint16_t code = u16(cursor, order_);
    const std::uint16_t length = u16(cursor, order_);
    Cursor value = cursor.part(length);
    cursor.skip((4 - length % 4) % 4);
    if (!cursor.ok()) return false;
    if (code == kEnd) break;
    if (code == kName) interface.name = text(value.rest());
    if (code == kDescription) interface.description = text(value.rest());
    if (code == kResolution && length == 1) resolution = value.u8();
    if (code == kOffset && length == 8) offset_s = static_cast<std::int64_t>(u64(value, order_));
  }
  clock = Clock(resolution, offset_s);
  return cursor.ok();
}

// Enhanced and obsolete Packet Blocks differ in nothing but their first word.
bool PcapngReader::stamped(Reading& reading, const Block& block, Bytes body, Packet& packet) {
  constexpr std::size_t kFields = 20;
  if (body.size() < kFields) return reading.fail(block.offset, "corrupt: a packet block that is too short");
  const Header<kFields> header(body, order_);
  const bool obsolete = block.type == kObsoletePacket;
  const Told told{.interface = obsolete ? header.u16<0>() : header.u32<0>(),
                  .captured = header.u32<12>(),
                  .wire = header.u32<16>(),
                  .data = body.subspan(kFields)};
  const std::uint64_t index = std::uint64_t{section_start_} + told.interface;
  if (index < sources_.size()) {
    last_ = sources_[index].clock.at(std::uint64_t{header.u32<4>()} << 32 | header.u32<8>());
  }
  return give(reading, block, told, packet);
}

// The block has neither an interface (it is the section's first) nor a captured length (the snaplen tells)
// nor a time: the packet gets the time of the one before, so that it neither moves the clock nor seems to be
// from 1970.
bool PcapngReader::simple(Reading& reading, const Block& block, Bytes body, Packet& packet) {
  constexpr std::size_t kFields = 4;
  if (body.size() < kFields) return reading.fail(block.offset, "corrupt: a packet block that is too short");
  const std::uint32_t wire = Header<kFields>(body, order_).u32<0>();
  const std::uint32_t snaplen = section_start_ < sources_.size() ? sources_[section_start_].snaplen : 0;
  const std::uint32_t captured = snaplen == 0 ? wire : std::min(wire, snaplen);
  return give(reading, block, {.captured = captured, .wire = wire, .data = body.subspan(kFields)}, packet);
}

bool PcapngReader::give(Reading& reading, const Block& block, const Told& told, Packet& packet) {
  const std::uint64_t index = std::uint64_t{section_start_} + told.interface;
  if (index >= sources_.size()) {
    return reading.fail(block.offset, "corrupt: a packet of interface " + std::to_string(told.interface) +
                                          ", which its section has not described");
  }
  const Source& source = sources_[index];
  if (told.captured > told.data.size() || told.captured > source.most_captured) {
    return reading.fail(block.offset, "corrupt: a block of " + octets_text(block.length) + " claims a packet of " +
                                          octets_text(told.captured));
  }
  packet.frame = ++reading.frame;
  packet.time = last_;
  packet.interface = static_cast<std::uint32_t>(index);
  packet.link_type = source.link_type;
  packet.wire_bytes = told.wire;
  packet.bytes = slice(told.data, 0, told.captured);
  return true;
}

}  // namespace wiretale::capture
