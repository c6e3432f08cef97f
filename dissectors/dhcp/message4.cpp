#include "dhcp/message.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "common/notes.hpp"

namespace wiretale::hostconf {
namespace {

constexpr std::uint32_t magic_cookie = 0x63825363;
constexpr std::uint8_t boot_reply = 2;
constexpr std::size_t hardware_room = 16, sname_room = 64, file_room = 128;

/// The fields of the header (RFC 2131, section 2).
struct Header4 {
  std::uint8_t op = 0, hardware_type = 0, hardware_length = 0, hops = 0;
  std::uint32_t xid = 0;
  std::uint16_t secs = 0, flags = 0;
  IpAddress ciaddr, yiaddr, siaddr, giaddr;
  Bytes hardware, sname, file;
};

IpAddress given(Bytes octets) {
  const bool zero = std::ranges::all_of(octets, [](std::uint8_t octet) { return octet == 0; });
  return zero ? IpAddress{} : IpAddress::from(octets);
}

Header4 read_header(Cursor& cursor) {
  Header4 header;
  header.op = cursor.u8();
  header.hardware_type = cursor.u8();
  header.hardware_length = cursor.u8();
  header.hops = cursor.u8();
  header.xid = cursor.u32();
  header.secs = cursor.u16();
  header.flags = cursor.u16();
  header.ciaddr = given(cursor.take(4));
  header.yiaddr = given(cursor.take(4));
  header.siaddr = given(cursor.take(4));
  header.giaddr = given(cursor.take(4));
  header.hardware = cursor.take(hardware_room);
  header.sname = cursor.take(sname_room);
  header.file = cursor.take(file_room);
  return header;
}

/// Text up to its first NUL.
std::string c_text(Bytes field) {
  const std::string_view text = text_of(field);
  return std::string(text.substr(0, text.find('\0')));
}

/// All octets of one option, in the parts that they came in.
struct Collected {
  std::uint8_t code = 0;
  std::vector<std::uint8_t> value;
  std::size_t first_part = 0;  ///< length of the first part
  bool repeated = false;
};

class MessageReader4 {
 public:
  MessageReader4(const Wire& wire, const Limits& limits) : wire_(wire), limits_(limits) {}

  Message read() {
    Cursor cursor(wire_.bytes);
    const Header4 header = read_header(cursor);
    put_header(header);
    if (!cursor.ok()) {
      if (!wire_.cut()) fault("short_header", "the header of 236 octets ends early");
      note_cut();
      return std::move(message_);
    }
    read_options(cursor, header);
    note_cut();
    settle(header);
    return std::move(message_);
  }

 private:
  void note(AnomalyKind kind, std::string_view name, std::string text) {
    wiretale::note(message_.anomalies, limits_, {kind, name, std::move(text), wire_.frames.last});
  }
  void fault(std::string_view name, std::string text) {
    message_.damaged = true;
    note(AnomalyKind::malformed, name, std::move(text));
  }
  void note_cut() {
    if (!wire_.cut()) return;
    message_.damaged = true;
    note(AnomalyKind::cut_off, "message_cut",
         fmt::format("{} of {} octets were captured", wire_.bytes.size(), wire_.wire_bytes));
  }

  void put_header(const Header4& header) {
    MessageFields& fields = message_.fields;
    fields.frame = wire_.frames.last;
    if (wire_.frames.first != wire_.frames.last) fields.fragments = wire_.frames;
    fields.time = wire_.time;
    fields.source = wire_.source;
    fields.destination = wire_.destination;
    if (header.hops != 0) fields.hops = header.hops;
    if (header.secs != 0) fields.secs = header.secs;
    constexpr unsigned broadcast = 0x8000;
    if ((header.flags & broadcast) != 0) fields.broadcast = true;
    fields.ciaddr = header.ciaddr;
    fields.yiaddr = header.yiaddr;
    fields.siaddr = header.siaddr;
    fields.giaddr = header.giaddr;
    message_.xid = header.xid;
    message_.relays = header.hops;
    message_.from_server = header.op == boot_reply;
    put_client(header);
  }

  void put_client(const Header4& header) {
    constexpr std::uint8_t ethernet = 1, ieee_802 = 6;
    if (header.hardware.size() != hardware_room) return;  // cut before it ends
    if (header.hardware_length > hardware_room)
      fault("hardware_length", fmt::format("hlen is {}, and chaddr has room for 16 octets", header.hardware_length));
    const Bytes address = slice(header.hardware, 0, header.hardware_length);
    if ((header.hardware_type == ethernet || header.hardware_type == ieee_802) && address.size() == 6) {
      message_.client_mac = link_address_of(address);
    } else {
      message_.client_hardware.type = Code<HardwareType>(header.hardware_type);
      message_.client_hardware.address = link_address_of(address);
    }
    message_.key = fmt::format("4 {:08x} {}", header.xid, hex_of(address));
  }

  void read_options(Cursor& cursor, const Header4& header) {
    const Bytes area = cursor.rest();
    const std::uint32_t cookie = cursor.u32();
    if (!cursor.ok() || cookie != magic_cookie) {
      // Without the cookie it is BOOTP, whose vendor area may hold anything, or nothing.
      constexpr std::size_t vendor_area = 64;  // RFC 951, section 3
      const bool used = std::ranges::any_of(area, [](std::uint8_t octet) { return octet != 0; });
      if (used && !wire_.cut())
        fault("bad_cookie", fmt::format("where options begin with 63825363 stands {}", hex_of(slice(area, 0, 4))));
      else if (area.size() < vendor_area && !wire_.cut())
        fault("area_cut", fmt::format("of BOOTP's vendor area of 64 octets {} are there", area.size()));
      return put_names(header, 0);
    }
    collect(cursor.rest(), "options");
    const std::uint8_t overload = overload_of();
    if ((overload & 1U) != 0) collect(header.file, "file");
    if ((overload & 2U) != 0) collect(header.sname, "sname");
    put_names(header, overload);
    take_all();
  }

  /// Option 52, which counts in the options field only.
  [[nodiscard]] std::uint8_t overload_of() const {
    for (const Collected& option : collected_)
      if (option.code == 52 && !option.value.empty()) return option.value.front();
    return 0;
  }

  void put_names(const Header4& header, std::uint8_t overload) {
    if ((overload & 1U) == 0) message_.fields.boot_file = c_text(header.file);
    if ((overload & 2U) == 0) message_.fields.server_name = c_text(header.sname);
  }

  /// Collects the options of a field, those in parts together (RFC 3396).
  void collect(Bytes area, std::string_view where) {
    constexpr std::uint8_t pad = 0, end = 255;
    Cursor cursor(area);
    while (!cursor.empty()) {
      const std::uint8_t code = cursor.u8();
      if (code == pad) continue;
      if (code == end) return after_end(cursor.rest(), where);
      const std::uint8_t length = cursor.u8();
      const Bytes all = cursor.rest();
      const Bytes value = cursor.take(length);
      if (!cursor.ok()) {
        if (!wire_.cut() || where != "options")
          fault("option_runs_out",
                fmt::format("option {} says {} octets, {} are left in {}", code, length, all.size(), where));
        return;
      }
      add(code, value);
    }
    if (!wire_.cut() || where != "options")
      note(AnomalyKind::unusual, "no_end_option", fmt::format("the options in {} have no end option", where));
  }

  void after_end(Bytes rest, std::string_view where) {
    if (std::ranges::any_of(rest, [](std::uint8_t octet) { return octet != 0 && octet != 255; }))
      note(AnomalyKind::unusual, "trailing_octets", fmt::format("in {} octets follow the end option", where));
  }

  void add(std::uint8_t code, Bytes value) {
    message_.fields.option_order.push_back(code);
    const auto known = std::ranges::find(collected_, code, &Collected::code);
    if (known == collected_.end()) {
      collected_.push_back({code, {value.begin(), value.end()}, value.size(), false});
      return;
    }
    known->repeated = true;
    known->value.insert(known->value.end(), value.begin(), value.end());
  }

  void take_all() {
    Options4& options = message_.fields.options.v4;
    const Collected* vendor = nullptr;
    for (const Collected& option : collected_) {
      if (option.code == 43) vendor = &option;
      if (option.repeated && !fits(option, options)) {
        note(
            AnomalyKind::unusual, "repeated_option",
            fmt::format("option {} comes more than once, and its parts don't make one; the first counts", option.code));
        if (take_option4(option.code, slice(option.value, 0, option.first_part), options)) continue;
      } else if (take_option4(option.code, option.value, options)) {
        continue;
      }
      fault("bad_option", fmt::format("option {} ({}) is not what it should be", option.code,
                                      to_string(Code<OptionCode4>(option.code))));
    }
    if (vendor != nullptr) settle_vendor_specific(vendor->value, options);
  }

  /// Whether the parts of an option together are a value of it.
  [[nodiscard]] static bool fits(const Collected& option, const Options4& options) {
    Options4 trial = options;
    return take_option4(option.code, option.value, trial);
  }

  void settle(const Header4& header) {
    MessageFields& fields = message_.fields;
    const Options4& options = fields.options.v4;
    if (!options.message_type) {
      // Of a message that is cut off the type may be in what is missing.
      if (!wire_.cut()) fields.kind = header.op == boot_reply ? "BOOTREPLY" : "BOOTREQUEST";
      return;
    }
    message_.type = options.message_type->value;
    fields.kind = to_string(*options.message_type);
    constexpr std::array of_servers{kind4::offer,           kind4::ack,          kind4::nak,        kind4::forcerenew,
                                    kind4::leaseunassigned, kind4::leaseunknown, kind4::leaseactive};
    const bool server = std::ranges::find(of_servers, message_.type) != of_servers.end();
    if (server != (header.op == boot_reply))
      note(AnomalyKind::unusual, "wrong_op", fmt::format("{} with op {}", fields.kind, header.op));
    message_.from_server = server;
  }

  const Wire& wire_;
  const Limits& limits_;
  Message message_;
  std::vector<Collected> collected_;
};

}  // namespace

Message read_message4(const Wire& wire, const Limits& limits) { return MessageReader4(wire, limits).read(); }

}  // namespace wiretale::hostconf
