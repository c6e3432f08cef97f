#include "capture/pcapng.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "capture/pcapng_options.hpp"

namespace wiretale::capture {
namespace {

using namespace pcapng;

constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint32_t kFrontOctets = 8;  // type and length; the length comes again at the end
constexpr std::uint32_t kEndOctets = 4;
constexpr std::uint32_t kLeastBlock = kFrontOctets + kEndOctets;
// Options and padding that a packet's block may have beside the packet.
constexpr std::uint64_t kBesidePacket = 1U << 20;
// A longer block is not believed where the way was lost.
constexpr std::uint32_t kMostAfterDamage = 1U << 20;

constexpr std::uint32_t kStampedFields = 20;

/// True for blocks that hold no packet, but that Wireshark lists and numbers among the packets: they take a
/// number here too, so that all other frames keep theirs.
bool takes_frame_number(std::uint32_t type) {
  switch (type) {
    case kJournal:
    case 0x0000'0204:  // sysdig events, in three versions
    case 0x0000'0216:
    case 0x0000'0221:
    case kCustom:
    case kCustomNotCopied:
      return true;
    default:
      return false;
  }
}

bool known(std::uint32_t type) {
  return (type >= kInterface && type <= kSecrets) || type == kSection || takes_frame_number(type);
}

bool holds_packet(std::uint32_t type) {
  return type == kObsoletePacket || type == kSimplePacket || type == kEnhancedPacket;
}

bool length_can_be(std::uint32_t length) { return length >= kLeastBlock && length % 4 == 0; }

std::string octets_text(std::uint64_t octets) { return std::to_string(octets) + " octets"; }

std::optional<ByteOrder> byte_order_of(Bytes section) {
  constexpr std::size_t kNeeded = 12;
  for (const ByteOrder order : {ByteOrder::little, ByteOrder::big})
    if (Header<kNeeded>(section, order).u32<8>() == kByteOrderMagic) return order;
  return std::nullopt;
}

}  // namespace

bool PcapngReader::starts(Bytes start) {
  return start.size() >= 4 && Header<4>(start, ByteOrder::big).u32<0>() == kSection;
}

bool PcapngReader::begin(Reading& reading) {
  Packet none;
  const Step done = step(reading, none);
  if (done == Step::lost) return reading.fail(lost_->from, lost_->reason);
  if (readable_) return done == Step::other;
  return reading.fail(0, reading.tally.damages.front().reason);
}

bool PcapngReader::next(Reading& reading, Packet& packet) {
  for (;;) {
    if (lost_ && !recover(reading)) return false;
    const Step done = step(reading, packet);
    if (done == Step::packet) return true;
    if (done == Step::stop) return false;
  }
}

PcapngReader::Step PcapngReader::step(Reading& reading, Packet& packet) {
  if (left_ != 0) return pass(reading);
  Block block;
  const Step done = read_header(reading, block);
  return done == Step::other ? read_body(reading, block, packet) : done;
}

PcapngReader::Step PcapngReader::read_header(Reading& reading, Block& block) {
  Window& window = reading.window;
  block.offset = window.offset();
  if (!window.need(kFrontOctets)) {
    if (window.rest().empty() && !reading.unreadable()) return Step::stop;
    return cut(reading, block.offset, "a block header", kFrontOctets);
  }
  block.type = Header<4>(window.rest(), order_).u32<0>();
  if (block.type == kSection) {
    if (const Step done = read_byte_order(reading, block.offset); done != Step::other) return done;
  }
  block.length = Header<kFrontOctets>(window.rest(), order_).u32<4>();
  if (block.type == 0) return lose(block.offset, "corrupt: a block of type 0, which no block has");
  if (length_can_be(block.length)) return Step::other;
  return lose(block.offset, "corrupt: a block cannot have a length of " + octets_text(block.length));
}

// A section may be written in another byte order than the one before.
PcapngReader::Step PcapngReader::read_byte_order(Reading& reading, std::uint64_t offset) {
  constexpr std::size_t kNeeded = 12;
  if (!reading.window.need(kNeeded)) return cut(reading, offset, "a section header's front", kNeeded);
  const auto order = byte_order_of(reading.window.rest());
  if (!order) return lose(offset, "corrupt: a section header without its byte-order magic");
  order_ = *order;
  return Step::other;
}

/// What a block of this type may have to be held in memory, and so looked into.
std::uint64_t PcapngReader::most_held(const Reading& reading, std::uint32_t type) const {
  if (!holds_packet(type)) return reading.limits.capture_block_bytes;
  std::uint64_t most = reading.limits.packet_bytes;
  for (std::size_t i = section_start_; i < sources_.size(); ++i)
    most = std::max<std::uint64_t>(most, sources_[i].most_captured);
  return most + kBesidePacket;
}

PcapngReader::Step PcapngReader::read_body(Reading& reading, const Block& block, Packet& packet) {
  constexpr std::uint32_t kAlwaysHeld = 64U << 10;
  if (block.length > kAlwaysHeld && block.length > most_held(reading, block.type)) {
    // Kinds of blocks that are expected to be long: any other length is rather damaged.
    if (block.type != kSecrets && block.type != kNames && !takes_frame_number(block.type))
      return lose(block.offset, "corrupt: a block claims " + octets_text(block.length));
    if (reading.window.size().value_or(UINT64_MAX) - block.offset < block.length)
      return cut(reading, block.offset, "a block", block.length);
    ++reading.tally.limits_reached["capture_block_bytes"];
    passing_ = block;
    left_ = block.length - kEndOctets;
    return pass(reading);
  }
  if (!reading.window.need(block.length)) return cut(reading, block.offset, "a block", block.length);
  const Bytes whole = slice(reading.window.rest(), 0, block.length);
  const std::uint32_t again = Header<kEndOctets>(whole.last(kEndOctets), order_).u32<0>();
  if (again != block.length) {
    return lose(block.offset, "corrupt: a block says " + octets_text(block.length) + " at its start, and " +
                                  octets_text(again) + " at its end");
  }
  const Bytes body = slice(whole, kFrontOctets, block.length - kLeastBlock);
  bool given = false;
  if (block.type == kSection) {
    section(reading, block, body);
  } else if (!readable_) {
    refuse(reading, block, reading.tally.damages.empty() ? "" : reading.tally.damages.back().reason);
  } else {
    switch (block.type) {
      case kEnhancedPacket:
      case kObsoletePacket:
        given = stamped(reading, block, body, packet);
        break;
      case kSimplePacket:
        given = simple(reading, block, body, packet);
        break;
      case kInterface:
        interface(reading, block, body);
        break;
      case kNames:
        names(reading, block, body);
        break;
      case kStatistics:
        statistics(reading, block, body);
        break;
      case kSecrets:
        secrets(reading, block, body);
        break;
      default:
        count_other(reading, block, body);
        break;
    }
  }
  reading.window.advance(block.length);
  if (takes_frame_number(block.type)) {
    ++reading.frame;
    ++reading.frames_without_packet;
  }
  return given ? Step::packet : Step::other;
}

// The block is too long to be held: a file may carry many megabytes of logs.
PcapngReader::Step PcapngReader::pass(Reading& reading) {
  Window& window = reading.window;
  if (!window.skip(left_) || !window.need(kEndOctets)) {
    if (!window.waiting()) left_ = 0;
    return cut(reading, passing_.offset, "a block", passing_.length);
  }
  const std::uint32_t again = Header<kEndOctets>(window.rest(), order_).u32<0>();
  if (again != passing_.length) {
    return lose(passing_.offset, "corrupt: a block says " + octets_text(passing_.length) + " at its start, and " +
                                     octets_text(again) + " at its end");
  }
  window.advance(kEndOctets);
  count_other(reading, passing_, {});
  if (takes_frame_number(passing_.type)) {
    ++reading.frame;
    ++reading.frames_without_packet;
  }
  return Step::other;
}

/// The input ends within something: for now, or for good.
PcapngReader::Step PcapngReader::cut(Reading& reading, std::uint64_t offset, std::string_view what,
                                     std::uint64_t octets) {
  if (reading.window.waiting()) return Step::stop;
  std::string reason = reading.cut(offset, what, octets);
  if (!reading.unreadable()) return lose(offset, std::move(reason));
  reading.fail(offset, std::move(reason));
  return Step::stop;
}

PcapngReader::Step PcapngReader::lose(std::uint64_t offset, std::string reason) {
  lost_ = Lost{offset, offset, std::move(reason)};
  return Step::lost;
}

/// Goes to the next block that can be one; false where there is none, or none yet.
bool PcapngReader::recover(Reading& reading) {
  if (reading.tally.damaged_places >= reading.limits.damaged_places) {
    ++reading.tally.limits_reached["damaged_places"];
    return reading.fail(lost_->from, lost_->reason);
  }
  Window& window = reading.window;
  // The block itself is not looked at again.
  if (window.offset() == lost_->from) window.advance(1);
  const Search result = search(window, kMostAfterDamage + kFrontOctets,
                               [this](Bytes octets, bool all) { return begins_block(octets, all); });
  if (result == Search::waiting) return false;
  const Lost lost = *std::move(lost_);
  lost_.reset();
  if (result == Search::nothing) return reading.fail(lost.from, lost.reason);
  reading.damage(lost.from, window.offset(), lost.reason);
  return true;
}

/// True where a block that is known begins here and ends as it says, followed by another one or the end.
bool PcapngReader::begins_block(Bytes octets, bool all) const {
  if (octets.size() < kLeastBlock) return false;
  ByteOrder order = order_;
  std::uint32_t type = Header<4>(octets, order).u32<0>();
  if (!known(type)) return false;
  if (type == kSection) {
    const auto its_own = byte_order_of(octets);
    if (!its_own) return false;
    order = *its_own;
  }
  const std::uint32_t length = Header<kFrontOctets>(octets, order).u32<4>();
  if (!length_can_be(length) || length > kMostAfterDamage || length > octets.size()) return false;
  const Bytes whole = octets.first(length);
  if (Header<kEndOctets>(whole.last(kEndOctets), order).u32<0>() != length) return false;
  if (type == kEnhancedPacket) {
    const Header<kStampedFields> header(slice(whole, kFrontOctets), order);
    const std::uint64_t index = std::uint64_t{section_start_} + header.u32<0>();
    if (length < kLeastBlock + kStampedFields || index >= sources_.size()) return false;
    if (header.u32<12>() > length - kLeastBlock - kStampedFields) return false;
    const Timestamp time = sources_[index].clock.at(std::uint64_t{header.u32<4>()} << 32 | header.u32<8>());
    if (stamped_ && !near(time, last_)) return false;
  }
  const Bytes rest = octets.subspan(length);
  if (rest.size() < kFrontOctets) return all;
  type = Header<4>(rest, order).u32<0>();
  return type == kSection || (known(type) && length_can_be(Header<kFrontOctets>(rest, order).u32<4>()));
}

/// Passes over a block that makes no sense, but ends where it says. Always false.
bool PcapngReader::refuse(Reading& reading, const Block& block, std::string reason) const {
  reading.damage(block.offset, block.offset + block.length, std::move(reason));
  return false;
}

bool PcapngReader::stamped(Reading& reading, const Block& block, Bytes body, Packet& packet) {
  if (body.size() < kStampedFields) return refuse(reading, block, "corrupt: a packet block that is too short");
  const Header<kStampedFields> header(body, order_);
  const bool obsolete = block.type == kObsoletePacket;
  const Told told{.interface = obsolete ? header.u16<0>() : header.u32<0>(),
                  .captured = header.u32<12>(),
                  .wire = header.u32<16>(),
                  .data = body.subspan(kStampedFields)};
  const std::uint64_t index = std::uint64_t{section_start_} + told.interface;
  const Timestamp before = last_;
  if (index < sources_.size()) {
    last_ = sources_[index].clock.at(std::uint64_t{header.u32<4>()} << 32 | header.u32<8>());
  }
  if (!give(reading, block, told, packet)) {
    last_ = before;
    return false;
  }
  stamped_ = true;
  constexpr std::uint16_t kDropsUnknown = 0xffff;
  if (obsolete && header.u16<2>() != kDropsUnknown) reading.tally.lost_before_packets += header.u16<2>();
  const std::size_t options = padded(told.captured);
  if (told.data.size() > options) packet_options(reading, told.data.subspan(options), packet);
  return true;
}

// The block has neither an interface (it is the section's first) nor a captured length (the snaplen tells)
// nor a time: the packet gets the time of the one before, so that it neither moves the clock nor seems to be
// from 1970.
bool PcapngReader::simple(Reading& reading, const Block& block, Bytes body, Packet& packet) {
  constexpr std::size_t kFields = 4;
  if (body.size() < kFields) return refuse(reading, block, "corrupt: a packet block that is too short");
  const std::uint32_t wire = Header<kFields>(body, order_).u32<0>();
  const std::uint32_t snaplen = section_start_ < sources_.size() ? sources_[section_start_].snaplen : 0;
  const std::uint32_t captured = snaplen == 0 ? wire : std::min(wire, snaplen);
  return give(reading, block, {.captured = captured, .wire = wire, .data = body.subspan(kFields)}, packet);
}

bool PcapngReader::give(Reading& reading, const Block& block, const Told& told, Packet& packet) const {
  const std::uint64_t index = std::uint64_t{section_start_} + told.interface;
  if (index >= sources_.size() || !sources_[index].described) {
    return refuse(
        reading, block,
        "corrupt: a packet of interface " + std::to_string(told.interface) + ", which its section has not described");
  }
  const Source& source = sources_[index];
  if (told.captured > told.data.size() || told.captured > source.most_captured) {
    return refuse(
        reading, block,
        "corrupt: a block of " + octets_text(block.length) + " claims a packet of " + octets_text(told.captured));
  }
  packet.frame = ++reading.frame;
  packet.time = last_;
  packet.interface = static_cast<std::uint32_t>(index);
  packet.link_type = source.link_type;
  packet.wire_bytes = told.wire;
  packet.bytes = slice(told.data, 0, told.captured);
  if (source.fcs_bytes != 0) cut_fcs(packet, source.fcs_bytes);
  return true;
}

/// Takes the frame check sequence off, or what the snaplen left of it.
void PcapngReader::cut_fcs(Packet& packet, std::uint32_t octets) const {
  packet.wire_bytes -= std::min(packet.wire_bytes, octets);
  packet.bytes = slice(packet.bytes, 0, packet.wire_bytes);
}

void PcapngReader::packet_options(Reading& reading, Bytes options, Packet& packet) const {
  constexpr std::uint16_t kFlags = 2, kDrops = 4;
  static constexpr std::array<std::pair<unsigned, std::string_view>, 8> kErrors{{{24, "crc"},
                                                                                 {25, "packet_too_long"},
                                                                                 {26, "packet_too_short"},
                                                                                 {27, "inter_frame_gap"},
                                                                                 {28, "unaligned_frame"},
                                                                                 {29, "start_frame_delimiter"},
                                                                                 {30, "preamble"},
                                                                                 {31, "symbol"}}};
  // The packet itself is whole, whatever its options are.
  (void)each_option(options, order_, [&](std::uint16_t code, Bytes value) {
    Cursor cursor(value);
    if (code == kComment) {
      reading.tell(Comment{"packet", text(reading, value), packet.frame, {}});
    } else if (code == kFlags && value.size() == 4) {
      const std::uint32_t flags = u32(cursor, order_);
      // Bits 5 to 8 tell of this packet what if_fcslen tells of all.
      const std::uint32_t fcs = flags >> 5 & 0xf;
      if (fcs != 0 && sources_[packet.interface].fcs_bytes == 0) cut_fcs(packet, fcs);
      for (const auto& [bit, name] : kErrors)
        if ((flags >> bit & 1) != 0) ++reading.tally.link_errors[name];
    } else if (code == kDrops && value.size() == 8) {
      reading.tally.lost_before_packets += u64(cursor, order_);
    }
  });
}

}  // namespace wiretale::capture
