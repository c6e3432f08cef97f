#include "dhcp/options6.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace wiretale::hostconf {
namespace {

/// Options that hold others, or that stand only in them.
namespace code6 {
constexpr std::uint16_t ia_address = 5, relay_message = 9, status = 13, ia_prefix = 26, remote_id = 37,
                        subscriber_id = 38, pd_exclude = 67;
}

/// Calls take(code, value) for each option in `area`, as long as it is true; false where one runs out, or take() says
/// no.
template <class Take>
bool each_option(Bytes area, Take&& take) {
  Cursor cursor(area);
  bool good = true;
  while (!cursor.empty()) {
    const std::uint16_t code = cursor.u16();
    const Bytes value = cursor.take(cursor.u16());
    if (!cursor.ok()) return false;
    good = take(code, value) && good;
  }
  return good;
}

bool read_status(Bytes value, Status& out) {
  Cursor cursor(value);
  const std::uint16_t code = cursor.u16();
  if (!cursor.ok()) return false;
  out.code = Code<StatusCode>(code);
  out.message = text_value(cursor.rest());
  return true;
}

bool read_address(Bytes value, LeasedAddress& out) {
  Cursor cursor(value);
  out.ip = IpAddress::from(cursor.take(16));
  out.preferred_lifetime = cursor.u32();
  out.valid_lifetime = cursor.u32();
  if (!cursor.ok()) return false;
  return each_option(cursor.rest(), [&out](std::uint16_t code, Bytes part) {
    if (code == code6::status) return read_status(part, out.status);
    out.others.push_back({code, {hex_of(part)}});
    return true;
  });
}

bool read_prefix(Bytes value, LeasedPrefix& out) {
  Cursor cursor(value);
  out.preferred_lifetime = cursor.u32();
  out.valid_lifetime = cursor.u32();
  const std::uint8_t length = cursor.u8();
  const IpAddress prefix = IpAddress::from(cursor.take(16));
  if (!cursor.ok()) return false;
  out.prefix = fmt::format("{}/{}", to_string(prefix), length);
  return length <= 128 && each_option(cursor.rest(), [&out](std::uint16_t code, Bytes part) {
           if (code == code6::status) return read_status(part, out.status);
           if (code == code6::pd_exclude)
             out.exclude.digits = hex_of(part);
           else
             out.others.push_back({code, {hex_of(part)}});
           return true;
         });
}

bool read_association(Bytes value, bool temporary, std::vector<IdentityAssociation>& all) {
  IdentityAssociation& out = all.emplace_back();
  Cursor cursor(value);
  out.iaid = cursor.u32();
  if (!temporary) {
    out.t1 = cursor.u32();
    out.t2 = cursor.u32();
  }
  if (!cursor.ok()) return false;
  return each_option(cursor.rest(), [&out](std::uint16_t code, Bytes part) {
    if (code == code6::status) return read_status(part, out.status);
    if (code == code6::ia_address) return read_address(part, out.addresses.emplace_back());
    if (code == code6::ia_prefix) return read_prefix(part, out.prefixes.emplace_back());
    out.others.push_back({code, {hex_of(part)}});
    return true;
  });
}

/// Texts with a length of two octets before each (RFC 8415, sections 21.15 and 21.16).
bool read_texts(Cursor cursor, std::vector<Opaque>& out) {
  while (!cursor.empty()) {
    const Bytes one = cursor.take(cursor.u16());
    if (!cursor.ok()) return false;
    out.push_back({opaque_of(one)});
  }
  return true;
}

/// Reads the values of options whose type alone does not say how.
struct Reader6 : ValueReader {
  using ValueReader::read;

  [[nodiscard]] bool read(Bytes value, std::vector<LeasedAddress>& out) const {
    return read_address(value, out.emplace_back());
  }
  [[nodiscard]] bool read(Bytes value, std::optional<Nanos>& out) const {
    if (value.size() != 2) return false;
    Cursor cursor(value);
    out = std::chrono::milliseconds(10) * cursor.u16();
    return true;
  }
  [[nodiscard]] bool read(Bytes value, std::optional<bool>& out) const {
    out = true;  // it is there: RAPID_COMMIT, RECONF_ACCEPT
    return value.empty();
  }
  [[nodiscard]] bool read(Bytes value, std::optional<Code<MessageType6>>& out) const {
    if (value.size() != 1) return false;
    out = Code<MessageType6>(value.front());
    return true;
  }
  [[nodiscard]] bool read(Bytes value, Status& out) const { return read_status(value, out); }
  [[nodiscard]] bool read(Bytes value, std::vector<std::string>& out) const {
    std::vector<Opaque> texts;
    const bool good = read_texts(Cursor(value), texts);
    for (Opaque& text : texts) out.push_back(std::move(text.text));
    return good && !out.empty();
  }
  [[nodiscard]] bool read(Bytes value, ClientFqdn& out) const {
    constexpr unsigned server = 1, overridden = 2, none = 4;
    Cursor cursor(value);
    const std::uint8_t flags = cursor.u8();
    if (!cursor.ok()) return false;
    out.flags = flags;
    out.server_updates = (flags & server) != 0;
    out.overridden = (flags & overridden) != 0;
    out.no_updates = (flags & none) != 0;
    // A name without a root label at its end is not fully qualified (RFC 4704, section 4.2).
    while (!cursor.empty()) {
      const Bytes label = cursor.take(cursor.u8());
      if (!cursor.ok()) return false;
      if (label.empty()) return cursor.empty();
      if (!out.name.empty()) out.name += '.';
      out.name += text_of(label);
    }
    return true;
  }
  [[nodiscard]] bool read(Bytes value, std::optional<Authentication>& out) const {
    Cursor cursor(value);
    Authentication& found = out.emplace();
    found.protocol = cursor.u8();
    found.algorithm = cursor.u8();
    found.replay_detection_method = cursor.u8();
    found.replay_detection.value = cursor.u64();
    // A reconfigure key that the server hands out is a secret (RFC 8415, section 20.4.1).
    if (found.protocol != 0 && found.protocol != 3) found.information.digits = hex_of(cursor.rest());
    return cursor.ok();
  }
  [[nodiscard]] bool read(Bytes value, NtpServers& out) const {
    return each_option(value, [&](std::uint16_t code, Bytes part) {
      IpAddress address;
      if (code == 3) return read(part, out.names);
      if ((code != 1 && code != 2) || !read(part, address)) return false;
      (code == 1 ? out.addresses : out.groups).push_back(address);
      return true;
    });
  }
};

/// Options that their type does not tell how to read.
std::optional<bool> take_special(std::uint16_t code, Bytes value, Options6& options) {
  Cursor cursor(value);
  switch (code) {
    case 3:
      return read_association(value, false, options.ia_na);
    case 4:
      return read_association(value, true, options.ia_ta);
    case 25:
      return read_association(value, false, options.ia_pd);
    case 16: {
      EnterpriseData& entry = options.vendor_class.emplace_back();
      entry.enterprise = cursor.u32();
      return read_texts(cursor, entry.data) && cursor.ok();
    }
    case 17: {
      EnterpriseData& entry = options.vendor_options.emplace_back();
      entry.enterprise = cursor.u32();
      return cursor.ok() && each_option(cursor.rest(), [&entry](std::uint16_t part_code, Bytes part) {
               entry.data.push_back({fmt::format("{}: {}", part_code, opaque_of(part))});
               return true;
             });
    }
    case 62:
      if (value.size() != 3) return false;
      options.v6_client_network_interface =
          fmt::format("{}{}.{}", value[0] == 1 ? "UNDI " : fmt::format("type {} ", value[0]), value[1], value[2]);
      return true;
    case 79:
      cursor.skip(2);
      options.client_link_address = link_address_of(cursor.rest());
      return cursor.ok() && !cursor.empty();
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string_view OptionCode6::name(std::uint32_t value) {
  static constexpr auto names = Options6::declared().apply([](const auto&... one) {
    std::array<std::string_view, 256> table{};
    ((table[one.code] = one.declared.name), ...);
    table[code6::relay_message] = "relay_message";
    table[code6::ia_prefix] = "ia_prefix";
    table[code6::remote_id] = "remote_id";
    table[code6::subscriber_id] = "subscriber_id";
    table[code6::pd_exclude] = "pd_exclude";
    return table;
  });
  return value < names.size() ? names[value] : std::string_view{};
}

bool take_option6(std::uint16_t code, Bytes value, Options6& options) {
  bool good = false, known = false;
  if (const auto special = take_special(code, value, options)) {
    known = true;
    good = *special;
  } else {
    const auto one = [&](const auto& declared) {
      if (declared.code != code) return;
      known = true;
      if constexpr (requires { Reader6{}.read(value, options.*(declared.declared.member)); })
        good = Reader6{{16}}.read(value, options.*(declared.declared.member));
    };
    Options6::declared().apply([&](const auto&... declared) { (one(declared), ...); });
  }
  if (!good) options.v6_others.push_back({code, {hex_of(value)}});
  return good || !known;
}

}  // namespace wiretale::hostconf
