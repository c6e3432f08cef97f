#include "dhcp/options4.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace wiretale::hostconf {
namespace {

/// Reads the values of options whose type alone does not say how.
struct Reader4 : ValueReader {
  using ValueReader::read;

  [[nodiscard]] bool read(Bytes value, std::vector<HostRoute>& out) const {
    if (value.empty() || value.size() % 8 != 0) return false;
    for (Cursor cursor(value); !cursor.empty();) {
      HostRoute& route = out.emplace_back();
      route.destination = IpAddress::from(cursor.take(4));
      route.router = IpAddress::from(cursor.take(4));
    }
    return true;
  }
  [[nodiscard]] bool read(Bytes value, std::vector<PolicyFilter>& out) const {
    if (value.empty() || value.size() % 8 != 0) return false;
    for (Cursor cursor(value); !cursor.empty();) {
      PolicyFilter& filter = out.emplace_back();
      filter.address = IpAddress::from(cursor.take(4));
      filter.mask = IpAddress::from(cursor.take(4));
    }
    return true;
  }
  [[nodiscard]] bool read(Bytes value, std::vector<ClasslessRoute>& out) const {
    constexpr std::size_t address = 4;
    Cursor cursor(value);
    while (!cursor.empty()) {
      const std::uint8_t width = cursor.u8();
      if (width > 8 * address) return false;
      const Bytes significant = cursor.take((width + 7U) / 8U);
      const Bytes router = cursor.take(address);
      if (!cursor.ok()) return false;
      std::array<std::uint8_t, address> destination{};
      std::ranges::copy(significant, destination.begin());
      out.push_back({fmt::format("{}/{}", to_string(IpAddress::from(destination)), width), IpAddress::from(router)});
    }
    return !out.empty();
  }
  [[nodiscard]] bool read(Bytes value, ClientIdentifier& out) const {
    constexpr std::uint8_t free = 0, ethernet = 1, duid = 255;
    Cursor cursor(value);
    const std::uint8_t type = cursor.u8();
    if (!cursor.ok()) return false;
    out.type = type;
    if (type == ethernet && cursor.left() == 6) {
      out.link_address = link_address_of(cursor.rest());
    } else if (type == duid && cursor.left() > 6) {
      out.iaid = cursor.u32();
      out.duid = duid_of(cursor.rest());
    } else if (const std::string text = opaque_of(cursor.rest());
               type == free && !cursor.empty() && text == text_of(cursor.rest())) {
      out.text = text;
    } else {
      out.all.digits = hex_of(value);
    }
    return value.size() > 1;
  }
  /// RFC 3004 puts a length before each class; many clients send one plain text.
  [[nodiscard]] bool read(Bytes value, std::vector<std::string>& out) const {
    Cursor cursor(value);
    while (!cursor.empty()) {
      const Bytes one = cursor.take(cursor.u8());
      if (cursor.ok()) out.push_back(opaque_of(one));
    }
    if (cursor.ok() && !out.empty()) return true;
    out.assign(1, opaque_of(value));
    return !value.empty();
  }
  [[nodiscard]] bool read(Bytes value, ClientFqdn& out) const {
    constexpr unsigned server = 1, overridden = 2, encoded = 4, none = 8;
    Cursor cursor(value);
    const std::uint8_t flags = cursor.u8();
    cursor.skip(2);  // RCODEs, which RFC 4702 took out of use
    if (!cursor.ok()) return false;
    out.flags = flags;
    out.server_updates = (flags & server) != 0;
    out.overridden = (flags & overridden) != 0;
    out.no_updates = (flags & none) != 0;
    if ((flags & encoded) == 0) {
      out.name = text_value(cursor.rest());
      return true;
    }
    // A name without a root label at its end is not fully qualified (RFC 4702, section 2.1).
    while (!cursor.empty()) {
      const Bytes label = cursor.take(cursor.u8());
      if (!cursor.ok()) return false;
      if (label.empty()) return cursor.empty();
      if (!out.name.empty()) out.name += '.';
      out.name += text_of(label);
    }
    return true;
  }
  [[nodiscard]] bool read(Bytes value, Authentication& out) const {
    Cursor cursor(value);
    out.protocol = cursor.u8();
    out.algorithm = cursor.u8();
    out.replay_detection_method = cursor.u8();
    out.replay_detection.value = cursor.u64();
    if (out.protocol != 0) out.information.digits = hex_of(cursor.rest());
    return cursor.ok();
  }
  [[nodiscard]] bool read(Bytes value, std::optional<Authentication>& out) const { return read(value, out.emplace()); }
  [[nodiscard]] bool read(Bytes value, Status& out) const {
    Cursor cursor(value);
    const std::uint8_t code = cursor.u8();
    if (!cursor.ok()) return false;
    out.code = Code<StatusCode>(code);
    out.message = text_value(cursor.rest());
    return true;
  }
  [[nodiscard]] bool read(Bytes value, std::vector<EnterpriseData>& out) const {
    Cursor cursor(value);
    while (!cursor.empty()) {
      const std::uint32_t enterprise = cursor.u32();
      Cursor data(cursor.take(cursor.u8()));
      if (!cursor.ok()) return false;
      EnterpriseData& entry = out.emplace_back();
      entry.enterprise = enterprise;
      entry.data.push_back({opaque_of(data.rest())});
    }
    return !out.empty();
  }
  [[nodiscard]] bool read(Bytes value, RelayAgentInformation& out) const {
    Cursor cursor(value);
    while (!cursor.empty()) {
      const std::uint8_t code = cursor.u8();
      const Bytes part = cursor.take(cursor.u8());
      if (!cursor.ok()) return false;
      if (!part_of_relay(code, part, out)) out.others.push_back({code, {hex_of(part)}});
    }
    return !value.empty();
  }
  /// What it is, is known with the vendor class: settle_vendor_specific().
  [[nodiscard]] bool read(Bytes, VendorSpecific&) const { return true; }

 private:
  [[nodiscard]] bool part_of_relay(std::uint8_t code, Bytes part, RelayAgentInformation& out) const {
    const auto number = [part](std::size_t octets, std::optional<std::uint32_t>& to) {
      if (part.size() != octets) return false;
      Cursor cursor(part);
      to = octets == 1 ? std::uint32_t{cursor.u8()} : octets == 2 ? std::uint32_t{cursor.u16()} : cursor.u32();
      return true;
    };
    switch (code) {
      case 1:
        return read(part, out.circuit_id);
      case 2:
        return read(part, out.remote_id);
      case 4:
        return number(4, out.docsis_device_class);
      case 5:
        return read(part, out.link_selection);
      case 6:
        return read(part, out.subscriber_id);
      case 7:
        return read(part, out.radius_attributes);
      case 8:
        return read(part, out.authentication);
      case 9:
        return read(part, out.vendor_specific);
      case 10:
        return number(1, out.flags);
      case 11:
        return read(part, out.server_identifier_override);
      case 12:
        return read(part, out.relay_agent_identifier);
      case 19:
        out.relay_source_port = 0;
        return part.empty() || number(2, out.relay_source_port);
      case 151:
        return read(part, out.virtual_subnet);
      default:
        return false;
    }
  }
};

/// Option 120: names or addresses (RFC 3361, section 3).
bool read_sip_servers(Bytes value, std::vector<std::string>& out) {
  Cursor cursor(value);
  const std::uint8_t encoding = cursor.u8();
  if (encoding == 0) {
    std::vector<DomainName> names;
    const bool good = read_names(cursor.rest(), true, names);
    for (DomainName& name : names) out.push_back(std::move(name.text));
    return good;
  }
  std::vector<IpAddress> addresses;
  if (encoding != 1 || !ValueReader{}.read(cursor.rest(), addresses)) return false;
  for (const IpAddress& address : addresses) out.push_back(to_string(address));
  return true;
}

/// Option 125: suboptions of each enterprise (RFC 3925, section 4).
bool read_vendor_information(Bytes value, std::vector<EnterpriseData>& out) {
  Cursor cursor(value);
  while (!cursor.empty()) {
    const std::uint32_t enterprise = cursor.u32();
    Cursor data(cursor.take(cursor.u8()));
    if (!cursor.ok()) return false;
    EnterpriseData& entry = out.emplace_back();
    entry.enterprise = enterprise;
    while (!data.empty()) {
      const std::uint8_t code = data.u8();
      const Bytes part = data.take(data.u8());
      if (!data.ok()) return false;
      entry.data.push_back({fmt::format("{}: {}", code, opaque_of(part))});
    }
  }
  return !out.empty();
}

bool read_network_interface(Bytes value, std::string& out) {
  if (value.size() != 3) return false;
  out = value[0] == 1 ? "UNDI " : fmt::format("type {} ", value[0]);
  out += fmt::format("{}.{}", value[1], value[2]);
  return true;
}

bool read_machine_identifier(Bytes value, std::string& out) {
  const bool uuid = value.size() == 17 && value.front() == 0;
  out = uuid ? uuid_of(value.subspan(1), true) : hex_of(value);
  return !value.empty();
}

/// Options that their type does not tell how to read.
std::optional<bool> take_special(std::uint8_t code, Bytes value, Options4& options) {
  switch (code) {
    case 80:
      options.rapid_commit = true;
      return value.empty();
    case 94:
      return read_network_interface(value, options.client_network_interface);
    case 97:
      return read_machine_identifier(value, options.client_machine_identifier);
    case 120:
      return read_sip_servers(value, options.sip_servers);
    case 125:
      return read_vendor_information(value, options.vendor_identifying_information);
    default:
      return std::nullopt;
  }
}

bool take_pxe(std::uint8_t code, Bytes part, VendorSpecific& out) {
  const ValueReader reader;
  Cursor cursor(part);
  switch (code) {
    case 1:
      return reader.read(part, out.pxe_mtftp_address);
    case 6:
      out.pxe_discovery_control = cursor.u8();
      return part.size() == 1;
    case 7:
      return reader.read(part, out.pxe_discovery_group);
    case 8:
      while (!cursor.empty()) {
        const std::uint16_t type = cursor.u16();
        const Bytes addresses = cursor.take(cursor.u8() * std::size_t{4});
        if (!cursor.ok()) return false;
        out.pxe_boot_servers.push_back({type, {hex_of(addresses)}});
      }
      return true;
    case 9:
      while (!cursor.empty()) {
        cursor.skip(2);
        const Bytes text = cursor.take(cursor.u8());
        if (!cursor.ok()) return false;
        out.pxe_boot_menu.push_back(text_value(text));
      }
      return true;
    case 10:
      cursor.skip(1);
      out.pxe_menu_prompt = text_value(cursor.rest());
      return cursor.ok();
    default:
      return false;
  }
}

}  // namespace

std::string_view OptionCode4::name(std::uint32_t value) {
  static constexpr auto names = Options4::declared().apply([](const auto&... one) {
    std::array<std::string_view, 256> table{};
    ((table[one.code] = one.declared.name), ...);
    return table;
  });
  return value < names.size() ? names[value] : std::string_view{};
}

bool take_option4(std::uint8_t code, Bytes value, Options4& options) {
  bool good = false, known = false;
  if (const auto special = take_special(code, value, options)) {
    known = true;
    good = *special;
  } else {
    const auto one = [&](const auto& declared) {
      if (declared.code != code) return;
      known = true;
      good = Reader4{}.read(value, options.*(declared.declared.member));
    };
    Options4::declared().apply([&](const auto&... declared) { (one(declared), ...); });
  }
  if (!good) options.others.push_back({code, {hex_of(value)}});
  return good || !known;
}

void settle_vendor_specific(Bytes value, Options4& options) {
  constexpr std::uint8_t pad = 0, end = 255;
  VendorSpecific& out = options.vendor_specific;
  const bool pxe = options.vendor_class_identifier.starts_with("PXEClient");
  Cursor cursor(value);
  while (!cursor.empty()) {
    const std::uint8_t code = cursor.u8();
    if (code == pad) continue;
    if (code == end) break;
    const Bytes part = cursor.take(cursor.u8());
    if (!cursor.ok()) break;
    if (!pxe || !take_pxe(code, part, out)) out.suboptions.push_back({code, {hex_of(part)}});
  }
  if (cursor.ok()) return;
  out = {};
  out.all.digits = hex_of(value);
}

}  // namespace wiretale::hostconf
