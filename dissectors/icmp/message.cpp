#include "icmp/message.hpp"

#include <string>
#include <utility>

#include "icmp/kinds.hpp"

namespace wiretale::control {
namespace {

constexpr std::uint8_t tcp = 6, udp = 17, sctp = 132, icmp4 = 1, icmp6 = 58;

std::string transport_name(std::uint8_t protocol) {
  switch (protocol) {
    case tcp:
      return "tcp";
    case udp:
      return "udp";
    case sctp:
      return "sctp";
    case icmp4:
      return "icmp";
    case icmp6:
      return "icmpv6";
    default:
      return std::to_string(protocol);
  }
}

/// A number, where all of it was there.
template <class T>
void put(const Cursor& cursor, T& to, typename T::value_type value) {
  if (cursor.ok()) to = value;
}

IpAddress address4(Cursor& cursor) { return IpAddress::from(cursor.take(4)); }
IpAddress address6(Cursor& cursor) { return IpAddress::from(cursor.take(16)); }

// ---- what an error quotes

void read_quoted_transport(Cursor cursor, std::uint8_t protocol, Quoted& quoted) {
  if (protocol == tcp || protocol == udp || protocol == sctp) {
    const std::uint16_t from = cursor.u16(), to = cursor.u16();
    if (!cursor.ok()) return;
    quoted.source.port = from;
    quoted.destination.port = to;
    if (protocol != tcp) return;
    const std::uint32_t sequence = cursor.u32();
    put(cursor, quoted.tcp_sequence, sequence);
  } else if (protocol == icmp4 || protocol == icmp6) {
    const std::uint8_t type = cursor.u8();
    if (!is_request(protocol == icmp6, type) && request_of(protocol == icmp6, type) == 0) return;
    cursor.skip(3);
    const std::uint16_t identifier = cursor.u16();
    put(cursor, quoted.identifier, identifier);
    const std::uint16_t sequence = cursor.u16();
    put(cursor, quoted.sequence, sequence);
  }
}

void read_quoted4(Cursor& cursor, Quoted& quoted) {
  Cursor header = cursor.part(std::size_t{4} * (cursor.peek() & 15U));
  header.skip(2);
  const std::uint16_t length = header.u16();
  put(header, quoted.bytes, length);
  const std::uint16_t identification = header.u16();
  put(header, quoted.identification, identification);
  const bool first_fragment = (header.u16() & 0x1fffU) == 0;
  const std::uint8_t hop_limit = header.u8();
  put(header, quoted.hop_limit, hop_limit);
  const std::uint8_t protocol = header.u8();
  if (!header.ok()) return;
  quoted.transport = transport_name(protocol);
  header.skip(2);
  quoted.source.ip = address4(header);
  quoted.destination.ip = address4(header);
  if (cursor.ok() && header.ok() && first_fragment) read_quoted_transport(cursor, protocol, quoted);
}

void read_quoted6(Cursor& cursor, Quoted& quoted) {
  cursor.skip(4);
  const std::uint32_t length = 40U + cursor.u16();
  put(cursor, quoted.bytes, length);
  std::uint8_t next = cursor.u8();
  const std::uint8_t hop_limit = cursor.u8();
  put(cursor, quoted.hop_limit, hop_limit);
  quoted.source.ip = address6(cursor);
  quoted.destination.ip = address6(cursor);
  if (!cursor.ok()) return;
  // Extension headers before the transport: each tells its length (RFC 8200, section 4).
  constexpr std::uint8_t hop_by_hop = 0, routing = 43, fragment = 44, destination = 60;
  for (int headers = 0; headers < 8 && cursor.ok(); ++headers) {
    if (next != hop_by_hop && next != routing && next != fragment && next != destination) break;
    const bool is_fragment = next == fragment;
    next = cursor.u8();
    const std::size_t units = cursor.u8();
    if (!is_fragment) {
      cursor.skip(units * 8 + 6);
      continue;
    }
    const bool first = (cursor.u16() & 0xfff8U) == 0;
    cursor.skip(4);
    if (!first) {
      quoted.transport = transport_name(next);
      return;
    }
  }
  quoted.transport = transport_name(next);
  if (cursor.ok()) read_quoted_transport(cursor, next, quoted);
}

void read_error(const Wire& wire, std::uint8_t type, Cursor& cursor, IcmpRecord& record) {
  const std::uint32_t word = cursor.u32();
  if (cursor.ok()) {
    if (wire.v6 && type == 2) record.mtu = word;
    if (wire.v6 && type == 4) record.pointer = word;
    if (!wire.v6 && type == 3 && record.code == 4) record.mtu = word & 0xffffU;  // RFC 1191, section 4
    if (!wire.v6 && type == 12) record.pointer = word >> 24;
    if (!wire.v6 && type == 5) record.gateway = IpAddress::from(slice(wire.bytes, 4, 4));
  }
  const std::uint8_t version = cursor.peek() >> 4;
  if (version == 4)
    read_quoted4(cursor, record.quoted);
  else if (version == 6)
    read_quoted6(cursor, record.quoted);
}

// ---- neighbour discovery

/// Seconds of a 32-bit lifetime.
Nanos seconds(std::uint32_t count) { return std::chrono::seconds(count); }

void read_prefix(Cursor option, RouterFacts& router) {
  Prefix prefix;
  const std::uint8_t length = option.u8();
  const std::uint8_t flags = option.u8();
  prefix.on_link = (flags & 0x80U) != 0;
  prefix.autonomous = (flags & 0x40U) != 0;
  prefix.valid = seconds(option.u32());
  prefix.preferred = seconds(option.u32());
  option.skip(4);
  const IpAddress address = address6(option);
  if (!option.ok()) return;
  prefix.prefix = to_string(address) + "/" + std::to_string(length);
  router.prefixes.push_back(std::move(prefix));
}

void read_search_list(Cursor option, RouterFacts& router) {
  option.skip(6);
  while (!option.empty() && option.peek() != 0) {
    std::string name;
    for (std::uint8_t length = option.u8(); length != 0 && option.ok(); length = option.u8()) {
      if (!name.empty()) name += '.';
      name += text_of(option.take(length));
    }
    if (option.ok()) router.search_domains.push_back(std::move(name));
  }
}

void read_option(std::uint8_t kind, Cursor option, IcmpRecord& record) {
  switch (kind) {
    case 1:  // link address of the source
    case 2:  // of the target
      if (const Bytes octets = option.take(6); octets.size() == 6)
        std::ranges::copy(octets, record.link_address.octets.begin());
      break;
    case 3:
      read_prefix(option, record.router);
      break;
    case 5: {
      option.skip(2);
      const std::uint32_t mtu = option.u32();
      put(option, record.mtu, mtu);
      break;
    }
    case 25:  // RFC 8106, section 5.1
      option.skip(6);
      while (option.left() >= 16) record.router.dns_servers.push_back(address6(option));
      break;
    case 31:  // RFC 8106, section 5.2
      read_search_list(option, record.router);
      break;
    default:
      break;
  }
}

/// Options of neighbour discovery (RFC 4861, section 4.6). False where one is none.
bool read_options(Cursor& cursor, IcmpRecord& record) {
  while (cursor.left() != 0) {
    const std::uint8_t kind = cursor.u8();
    const std::size_t units = cursor.u8();
    if (cursor.ok() && units == 0) return false;
    const Cursor option = cursor.part(units * 8 - 2);
    if (cursor.ok()) read_option(kind, option, record);
  }
  return cursor.ok();
}

void read_router_advertisement(Cursor& cursor, IcmpRecord& record) {
  RouterFacts& router = record.router;
  const std::uint8_t hop_limit = cursor.u8();
  if (cursor.ok() && hop_limit != 0) router.hop_limit = hop_limit;
  const std::uint8_t flags = cursor.u8();
  if (cursor.ok()) {
    router.managed = (flags & 0x80U) != 0;
    router.other = (flags & 0x40U) != 0;
    constexpr std::string_view preferences[] = {"medium", "high", "medium", "low"};
    router.preference = preferences[flags >> 3 & 3U];
  }
  const std::uint16_t lifetime = cursor.u16();
  put(cursor, router.lifetime, seconds(lifetime));
  const std::uint32_t reachable = cursor.u32();
  if (cursor.ok() && reachable != 0) router.reachable = std::chrono::milliseconds(reachable);
  const std::uint32_t retransmit = cursor.u32();
  if (cursor.ok() && retransmit != 0) router.retransmit = std::chrono::milliseconds(retransmit);
}

/// Messages of neighbour discovery (RFC 4861, section 4).
bool read_neighbour(const Wire& wire, std::uint8_t type, Cursor& cursor, IcmpRecord& record) {
  if (type == 134) {
    read_router_advertisement(cursor, record);
  } else {
    const std::uint8_t flags = cursor.u8();
    cursor.skip(3);
    if (type == 136 && cursor.ok()) {
      record.from_router = (flags & 0x80U) != 0;
      record.solicited = (flags & 0x40U) != 0;
      record.overrides = (flags & 0x20U) != 0;
    }
    if (type != 133) record.target = address6(cursor);
    if (type == 137) {
      record.gateway = record.target;  // the better first hop; what it is for follows
      record.target = address6(cursor);
    }
    if (type == 135 && wire.source.octets().size() == 16 &&
        wire.source == IpAddress::from(std::array<std::uint8_t, 16>{}))
      record.purpose = "duplicate_address_detection";
  }
  return read_options(cursor, record);
}

// ---- multicast listener discovery

/// RFC 3810, section 5.1.3: large delays have an exponent.
Nanos response_delay(std::uint16_t code) {
  const std::uint32_t delay = code < 0x8000 ? code : ((code & 0x0fffU) | 0x1000U) << ((code >> 12 & 7U) + 3U);
  return std::chrono::milliseconds(delay);
}

void read_listener(std::uint8_t type, Cursor& cursor, IcmpRecord& record) {
  const std::uint16_t delay = cursor.u16();
  if (type == 130) put(cursor, record.max_response, response_delay(delay));
  cursor.skip(2);
  Group group;
  group.group = address6(cursor);
  if (!cursor.ok()) return;
  if (type == 130 && !cursor.empty()) {  // version 2
    cursor.skip(2);
    for (std::uint16_t left = cursor.u16(); left > 0 && cursor.ok(); --left)
      if (const IpAddress source = address6(cursor); cursor.ok()) group.sources.push_back(source);
  }
  if (group.group != IpAddress::from(std::array<std::uint8_t, 16>{})) record.groups.push_back(std::move(group));
}

void read_listener_report(Cursor& cursor, IcmpRecord& record) {
  constexpr std::string_view modes[] = {"",      "include", "exclude", "change_to_include", "change_to_exclude",
                                        "allow", "block"};
  cursor.skip(2);
  for (std::uint16_t left = cursor.u16(); left > 0 && cursor.ok(); --left) {
    Group group;
    const std::uint8_t mode = cursor.u8();
    group.mode = mode != 0 && mode < std::size(modes) ? std::string(modes[mode]) : std::to_string(mode);
    const std::size_t extra = cursor.u8();
    std::uint16_t sources = cursor.u16();
    group.group = address6(cursor);
    for (; sources > 0 && cursor.ok(); --sources)
      if (const IpAddress source = address6(cursor); cursor.ok()) group.sources.push_back(source);
    if (!group.group.none()) record.groups.push_back(std::move(group));
    cursor.skip(extra * 4);
  }
}

// ---- requests and replies

void read_query(bool v6, std::uint8_t type, Cursor& cursor, IcmpRecord& record, std::uint64_t wire_bytes) {
  const std::uint16_t identifier = cursor.u16();
  put(cursor, record.identifier, identifier);
  const std::uint16_t sequence = cursor.u16();
  put(cursor, record.sequence, sequence);
  if (v6 ? type == 128 || type == 129 : type == 0 || type == 8) {
    if (wire_bytes >= 8) record.data_bytes = static_cast<std::uint32_t>(wire_bytes - 8);
    return;
  }
  if (!v6 && (type == 13 || type == 14)) {
    const std::uint32_t originate = cursor.u32();
    put(cursor, record.timestamps.originate, originate);
    const std::uint32_t receive = cursor.u32(), transmit = cursor.u32();
    if (type != 14) return;
    put(cursor, record.timestamps.receive, receive);
    put(cursor, record.timestamps.transmit, transmit);
  }
  if (!v6 && type == 18) record.address_mask = address4(cursor);
}

bool read_body(const Wire& wire, std::uint8_t type, Cursor& cursor, IcmpRecord& record) {
  if (is_error(wire.v6, type)) {
    read_error(wire, type, cursor, record);
    return true;  // how much an error quotes is its sender's choice
  }
  if (wire.v6 && type >= 133 && type <= 137) return read_neighbour(wire, type, cursor, record);
  if (wire.v6 && type >= 130 && type <= 132) read_listener(type, cursor, record);
  if (wire.v6 && type == 143) read_listener_report(cursor, record);
  if (is_request(wire.v6, type) || request_of(wire.v6, type) != 0)
    read_query(wire.v6, type, cursor, record, wire.wire_bytes);
  return cursor.ok();
}

}  // namespace

void read(const Wire& wire, IcmpRecord& record) {
  Cursor cursor(wire.bytes);
  const std::uint8_t type = cursor.u8();
  record.transport = wire.v6 ? "icmpv6" : "icmp";
  record.kind = kind_of(wire.v6, type);
  const std::uint8_t code = cursor.u8();
  record.code = code;
  record.code_name = code_name(wire.v6, type, code);
  cursor.skip(2);
  const bool whole = wire.bytes.size() >= wire.wire_bytes;
  if (!read_body(wire, type, cursor, record) || !cursor.ok()) {
    record.exchange.complete = record.exchange.complete && whole;
    if (whole)
      record.exchange.anomalies.push_back(
          {AnomalyKind::malformed, "message_malformed", "the message doesn't hold what its type needs", wire.frame});
    else
      record.exchange.anomalies.push_back(
          {AnomalyKind::cut_off, "snaplen", "the message was not captured whole", wire.frame});
  }
  if (whole && wire.bytes.size() >= 4 && !checksum_holds(wire))
    record.exchange.anomalies.push_back({AnomalyKind::malformed, "bad_checksum", "the checksum is wrong", wire.frame});
}

bool checksum_holds(const Wire& wire) {
  std::uint64_t sum = 0;
  const auto add = [&sum](Bytes bytes) {
    Cursor cursor(bytes);
    while (cursor.left() >= 2) sum += cursor.u16();
    if (cursor.left() == 1) sum += std::uint64_t{cursor.u8()} << 8;
  };
  add(wire.bytes);
  if (wire.v6) {  // the pseudo-header
    add(wire.source.octets());
    add(wire.destination.octets());
    sum += wire.bytes.size() + icmp6;
  }
  while (sum >> 16 != 0) sum = (sum & 0xffffU) + (sum >> 16);
  return sum == 0xffffU;
}

}  // namespace wiretale::control
