// Blocks of a pcapng file that hold no packets: sections, interfaces, names, statistics, secrets.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "capture/pcapng.hpp"
#include "capture/pcapng_options.hpp"

namespace wiretale::capture {
namespace {

using namespace pcapng;

/// Kinds of other blocks that are counted by name.
constexpr std::size_t kMostKinds = 256;
/// Interfaces are kept until the end: of each text that they have, so much.
constexpr std::size_t kMostInterfaceText = 1024;

std::string hex(std::uint32_t number) {
  std::string text = "0x00000000";
  for (std::size_t i = 0; i < 8; ++i) text[9 - i] = "0123456789abcdef"[number >> (4 * i) & 0xf];
  return text;
}

/// Types of secrets: the numbers are two to four letters.
std::string_view kind_of_secrets(std::uint32_t type) {
  switch (type) {
    case 0x544c'534b:
      return "tls_key_log";
    case 0x5353'484b:
      return "ssh_key_log";
    case 0x5747'4b4c:
      return "wireguard_key_log";
    case 0x5a4e'574b:
      return "zigbee_network_key";
    case 0x5a41'5053:
      return "zigbee_aps_key";
    case 0x5541'4b4c:
      return "opc_ua_key_log";
    default:
      return "unknown";
  }
}

}  // namespace

std::string PcapngReader::text(Reading& reading, Bytes octets) {
  if (octets.size() > reading.limits.capture_comment_bytes) ++reading.tally.limits_reached["capture_comment_bytes"];
  std::string_view kept = text_of(slice(octets, 0, reading.limits.capture_comment_bytes));
  // Some writers end it as in C.
  while (kept.ends_with('\0')) kept.remove_suffix(1);
  return std::string(kept);
}

void PcapngReader::comment(Reading& reading, std::string_view about, Bytes octets) const {
  reading.tell(Comment{about, text(reading, octets), 0, {}});
}

// The section's length, if it is told at all, is not needed: a section ends where the next one starts.
bool PcapngReader::section(Reading& reading, const Block& block, Bytes body) {
  constexpr std::size_t kFields = 16;
  constexpr std::uint16_t kHardware = 2, kOs = 3, kApplication = 4;
  section_start_ = static_cast<std::uint32_t>(sources_.size());
  readable_ = false;
  if (body.size() < kFields) return refuse(reading, block, "corrupt: a section header that is too short");
  const Header<kFields> header(body, order_);
  const std::uint16_t major = header.u16<4>();
  if (major != 1) {
    return refuse(reading, block,
                  "it is written in pcapng version " + std::to_string(major) + "." + std::to_string(header.u16<6>()) +
                      ", and only version 1 is known");
  }
  readable_ = true;
  Section section;
  section.byte_order = order_ == ByteOrder::little ? "little-endian" : "big-endian";
  std::vector<Bytes> comments;
  const bool good = each_option(body.subspan(kFields), order_, [&](std::uint16_t code, Bytes value) {
    if (code == kHardware) section.hardware = text(reading, value);
    if (code == kOs) section.os = text(reading, value);
    if (code == kApplication) section.application = text(reading, value);
    if (code == kComment) comments.push_back(value);
  });
  reading.tell(std::move(section));
  for (const Bytes& octets : comments) comment(reading, "section", octets);
  return good || refuse(reading, block, "corrupt: a section header whose options do not fit in it");
}

bool PcapngReader::interface(Reading& reading, const Block& block, Bytes body) {
  constexpr std::size_t kFields = 8;
  if (sources_.size() >= reading.limits.capture_interfaces) {
    ++reading.tally.limits_reached["capture_interfaces"];
    return false;
  }
  // Also one that is damaged has its number: packets of those that follow shall not be taken for its own.
  const bool described = body.size() >= kFields;
  const Header<kFields> header(body, order_);
  Interface interface;
  interface.link_type = header.u16<0>();
  interface.snaplen = header.u32<4>();
  Clock clock;
  const bool good = described && interface_options(reading, body.subspan(kFields), interface, clock);
  interface.resolution = clock.resolution();
  sources_.push_back({clock, interface.link_type, interface.snaplen,
                      most_packet_bytes(interface.link_type, reading.limits), interface.fcs_bytes, described});
  reading.interfaces.push_back(std::move(interface));
  reading.has_news = true;
  if (!described) return refuse(reading, block, "corrupt: an interface description that is too short");
  return good || refuse(reading, block,
                        "corrupt: an interface description whose options do not fit in it; how its packets' time is "
                        "counted may be among them");
}

bool PcapngReader::interface_options(Reading& reading, Bytes octets, Interface& interface, Clock& clock) {
  enum : std::uint16_t {
    kName = 2,
    kDescription = 3,
    kResolution = 9,
    kFilter = 11,
    kOs = 12,
    kFcsLength = 13,
    kOffset = 14,
    kHardware = 15
  };
  std::uint8_t resolution = 6;
  std::int64_t offset_s = 0;
  const auto number = static_cast<std::uint32_t>(sources_.size());
  const bool good = each_option(octets, order_, [&](std::uint16_t code, Bytes value) {
    Cursor cursor(value);
    if (code == kComment) reading.tell(Comment{"interface", text(reading, value), 0, number});
    if (code == kName) interface.name = text(reading, slice(value, 0, kMostInterfaceText));
    if (code == kDescription) interface.description = text(reading, slice(value, 0, kMostInterfaceText));
    if (code == kOs) interface.os = text(reading, slice(value, 0, kMostInterfaceText));
    if (code == kHardware) interface.hardware = text(reading, slice(value, 0, kMostInterfaceText));
    // The first octet says what it is written as: 0 is text.
    if (code == kFilter && value.size() > 1 && value.front() == 0)
      interface.filter = text(reading, slice(value, 1, kMostInterfaceText));
    if (code == kResolution && value.size() == 1) resolution = cursor.u8();
    if (code == kOffset && value.size() == 8) offset_s = static_cast<std::int64_t>(u64(cursor, order_));
    if (code == kFcsLength && value.size() == 1) {
      // The draft says bits, and shows octets: 4 is no length in bits, and 32 none in octets.
      const std::uint8_t length = cursor.u8();
      interface.fcs_bytes = length < 8 ? length : length / 8;
    }
  });
  clock = Clock(resolution, offset_s);
  return good;
}

bool PcapngReader::names(Reading& reading, const Block& block, Bytes body) const {
  enum : std::uint16_t { kEnd = 0, kIpv4 = 1, kIpv6 = 2 };
  Cursor cursor(body);
  for (;;) {
    const std::uint16_t type = u16(cursor, order_);
    const std::uint16_t length = u16(cursor, order_);
    Cursor record = cursor.part(length);
    cursor.skip((4 - length % 4) % 4);
    if (!cursor.ok()) return refuse(reading, block, "corrupt: a block of names that do not fit in it");
    if (type == kEnd) break;
    if (type != kIpv4 && type != kIpv6) continue;
    const Bytes address = record.take(type == kIpv4 ? 4 : 16);
    if (!record.ok()) continue;
    const IpAddress ip = IpAddress::from(address);
    for (std::string_view rest = text_of(record.rest()); !rest.empty();) {
      const std::size_t end = std::min(rest.find('\0'), rest.size());
      if (end != 0) reading.tell(HostName{ip, std::string(rest.substr(0, end))});
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  (void)each_option(cursor.rest(), order_, [&](std::uint16_t code, Bytes value) {
    if (code == kComment) comment(reading, "names", value);
  });
  return true;
}

bool PcapngReader::statistics(Reading& reading, const Block& block, Bytes body) const {
  constexpr std::size_t kFields = 12;
  if (body.size() < kFields) return refuse(reading, block, "corrupt: a block of statistics that is too short");
  const std::uint32_t number = Header<kFields>(body, order_).u32<0>();
  const std::uint64_t index = std::uint64_t{section_start_} + number;
  if (index >= reading.interfaces.size()) {
    return refuse(
        reading, block,
        "corrupt: statistics of interface " + std::to_string(number) + ", which its section has not described");
  }
  Interface& interface = reading.interfaces[index];
  (void)each_option(body.subspan(kFields), order_, [&](std::uint16_t code, Bytes value) {
    if (code == kComment) {
      reading.tell(Comment{"statistics", text(reading, value), 0, static_cast<std::uint32_t>(index)});
      return;
    }
    const std::array counters{&interface.received, &interface.dropped, &interface.accepted, &interface.os_dropped,
                              &interface.delivered};
    constexpr std::uint16_t kFirstCounter = 4;
    if (value.size() != 8 || code < kFirstCounter || code - kFirstCounter >= static_cast<int>(counters.size())) return;
    Cursor cursor(value);
    *counters[code - kFirstCounter] = u64(cursor, order_);
  });
  return true;
}

bool PcapngReader::secrets(Reading& reading, const Block& block, Bytes body) const {
  Cursor cursor(body);
  const std::uint32_t type = u32(cursor, order_);
  const std::uint32_t length = u32(cursor, order_);
  const Bytes data = cursor.take(length);
  if (!cursor.ok()) return refuse(reading, block, "corrupt: a block of secrets that do not fit in it");
  cursor.skip(std::min<std::size_t>((4 - length % 4) % 4, cursor.left()));
  Secrets secrets{kind_of_secrets(type), {}};
  std::uint64_t kept = data.size();
  for (const Secrets& each : reading.tally.secrets) kept += each.text.size();
  if (kept <= reading.limits.capture_secrets_bytes && reading.tally.secrets.size() < reading.limits.record_items) {
    secrets.text = text_of(data);
    reading.tally.secrets.push_back(std::move(secrets));
  } else {
    ++reading.tally.limits_reached["capture_secrets_bytes"];
  }
  (void)each_option(cursor.rest(), order_, [&](std::uint16_t code, Bytes value) {
    if (code == kComment) comment(reading, "secrets", value);
  });
  return true;
}

/// Counts a block that is only passed over, under a name for people.
void PcapngReader::count_other(Reading& reading, const Block& block, Bytes body) const {
  std::string kind;
  if (block.type == kJournal) {
    kind = "journal";
  } else if (block.type == kCustom || block.type == kCustomNotCopied) {
    kind = "custom";
    Cursor cursor(body);
    const std::uint32_t enterprise = u32(cursor, order_);
    if (cursor.ok()) kind += ":" + std::to_string(enterprise);
  } else if (block.type == kSecrets) {
    kind = "secrets";
  } else if (block.type == kNames) {
    kind = "names";
  } else {
    kind = hex(block.type);
  }
  auto& kinds = reading.tally.other_blocks;
  if (kinds.size() >= kMostKinds && !kinds.contains(kind)) kind = "others";
  ++kinds[kind];
}

}  // namespace wiretale::capture
