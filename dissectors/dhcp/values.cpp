#include "dhcp/values.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace wiretale::hostconf {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

bool printable(std::uint8_t octet) { return octet >= ' ' && octet <= '~'; }

void append_hex(std::string& out, std::uint8_t octet) {
  out += digits[octet >> 4];
  out += digits[octet & 0xFU];
}

/// A label with everything that is not plain behind a backslash.
void append_label(std::string& out, Bytes label) {
  for (const std::uint8_t octet : label) {
    if (octet == '.' || octet == '\\') {
      out += '\\';
      out += static_cast<char>(octet);
    } else if (octet > ' ' && octet <= '~') {
      out += static_cast<char>(octet);
    } else {
      out += fmt::format("\\{:03}", octet);
    }
  }
}

}  // namespace

std::string_view HardwareType::name(std::uint32_t value) {
  switch (value) {
    case 1:
      return "ethernet";
    case 6:
      return "ieee_802";
    case 7:
      return "arcnet";
    case 15:
      return "frame_relay";
    case 16:
    case 19:
      return "atm";
    case 18:
      return "fibre_channel";
    case 20:
      return "serial_line";
    case 24:
      return "ieee_1394";
    case 27:
      return "eui_64";
    case 32:
      return "infiniband";
    default:
      return {};
  }
}

std::string hex_of(Bytes octets) {
  std::string out;
  out.reserve(2 * octets.size());
  for (const std::uint8_t octet : octets) append_hex(out, octet);
  return out;
}

std::string opaque_of(Bytes octets) {
  return std::ranges::all_of(octets, printable) ? std::string(text_of(octets)) : hex_of(octets);
}

std::string link_address_of(Bytes octets) {
  std::string out;
  for (const std::uint8_t octet : octets) {
    if (!out.empty()) out += ':';
    append_hex(out, octet);
  }
  return out;
}

std::string text_value(Bytes octets) {
  std::string_view text = text_of(octets);
  while (text.ends_with('\0')) text.remove_suffix(1);
  return std::string(text);
}

std::string uuid_of(Bytes octets, bool swapped) {
  constexpr std::size_t length = 16;
  if (octets.size() != length) return {};
  constexpr std::array<std::size_t, length> as_is{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  constexpr std::array<std::size_t, length> little{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  std::string out;
  for (std::size_t i = 0; i < length; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    append_hex(out, octets[swapped ? little[i] : as_is[i]]);
  }
  return out;
}

Duid duid_of(Bytes octets) {
  constexpr std::int64_t year_2000 = 946'684'800;  // seconds since 1970
  Duid duid;
  duid.all.digits = hex_of(octets);
  Cursor cursor(octets);
  const std::uint16_t type = cursor.u16();
  if (type == 1 && cursor.left() >= 6) {
    duid.kind = "link_layer_time";
    duid.hardware = Code<HardwareType>(cursor.u16());
    duid.made = Timestamp{(year_2000 + std::int64_t{cursor.u32()}) * 1'000'000'000};
    duid.link_address = link_address_of(cursor.rest());
  } else if (type == 2 && cursor.left() >= 4) {
    duid.kind = "enterprise";
    duid.enterprise = cursor.u32();
  } else if (type == 3 && cursor.left() >= 2) {
    duid.kind = "link_layer";
    duid.hardware = Code<HardwareType>(cursor.u16());
    duid.link_address = link_address_of(cursor.rest());
  } else if (type == 4 && cursor.left() == 16) {
    duid.kind = "uuid";
    duid.uuid = uuid_of(cursor.rest(), false);
  }
  return duid;
}

std::optional<DomainName> next_name(Cursor& cursor, bool compressed) {
  constexpr std::size_t longest = 255, longest_label = 63, pointer = 0xC0;
  DomainName name;
  std::size_t octets = 1;
  Cursor at = cursor;
  bool jumped = false;
  while (at.ok()) {
    const std::size_t start = at.position();
    const std::uint8_t length = at.u8();
    if (!at.ok()) break;
    if (compressed && length >= pointer) {
      const std::size_t target = (length & 0x3FU) << 8 | at.u8();
      // Only to what lies before: every jump leads nearer to the start, so that they end.
      if (!at.ok() || target >= start) break;
      if (!jumped) cursor = at;
      jumped = true;
      at.seek(target);
      continue;
    }
    octets += length + std::size_t{1};
    if (length > longest_label || octets > longest + 1) break;
    const Bytes label = at.take(length);
    if (!at.ok()) break;
    if (length == 0) {
      if (!jumped) cursor = at;
      if (name.text.empty()) name.text = ".";
      return name;
    }
    if (!name.text.empty()) name.text += '.';
    append_label(name.text, label);
  }
  cursor.skip(SIZE_MAX);
  return std::nullopt;
}

bool read_names(Bytes value, bool compressed, std::vector<DomainName>& names) {
  Cursor cursor(value);
  while (!cursor.empty())
    if (auto name = next_name(cursor, compressed)) names.push_back(*std::move(name));
  return cursor.ok() && !names.empty();
}

}  // namespace wiretale::hostconf
