#include "dns/presentation.hpp"

#include <chrono>
#include <string>

namespace wiretale::domain {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

/// Appends octets as digits of `bits` bits each, the last one filled up with zeros.
void put_digits(TextArena& out, Bytes bytes, unsigned bits, std::string_view alphabet) {
  const std::span<char> text = out.room((bytes.size() * 8 + bits - 1) / bits);
  std::size_t at = 0;
  std::uint32_t pool = 0;
  unsigned have = 0;
  for (const std::uint8_t octet : bytes) {
    pool = (pool << 8 | octet) & 0xFFFFU;
    for (have += 8; have >= bits; have -= bits) text[at++] = alphabet[pool >> (have - bits) & (alphabet.size() - 1)];
  }
  if (have != 0) text[at] = alphabet[pool << (bits - have) & (alphabet.size() - 1)];
}

void put_small(TextArena& out, std::uint8_t octet) {
  if (octet >= 100) out.put(static_cast<char>('0' + octet / 100));
  if (octet >= 10) out.put(static_cast<char>('0' + octet / 10 % 10));
  out.put(static_cast<char>('0' + octet % 10));
}

/// Centimetres as LOC has them: a digit and a power of ten. False where one is no decimal digit.
bool put_size(TextArena& out, std::uint8_t octet) {
  std::uint64_t centimetres = octet >> 4;
  unsigned exponent = octet & 0x0FU;
  if (centimetres > 9 || exponent > 9) return false;
  for (; exponent != 0; --exponent) centimetres *= 10;
  out.number(centimetres / 100);
  out.put('.');
  out.padded(centimetres % 100, 2);
  out.put('m');
  return true;
}

/// A latitude or longitude: thousandths of an arc second, 2^31 being the equator or prime meridian.
void put_angle(TextArena& out, std::uint32_t value, char positive, char negative) {
  constexpr std::uint32_t origin = 1U << 31;
  const bool above = value >= origin;
  const std::uint32_t distance = above ? value - origin : origin - value;
  out.number(distance / 3'600'000);
  out.put(' ');
  out.number(distance / 60'000 % 60);
  out.put(' ');
  out.number(distance / 1000 % 60);
  out.put('.');
  out.padded(distance % 1000, 3);
  out.put(' ');
  out.put(above ? positive : negative);
}

void put_altitude(TextArena& out, std::uint32_t centimetres) {
  constexpr std::int64_t below = 10'000'000;
  const std::int64_t altitude = std::int64_t{centimetres} - below;
  if (altitude < 0) out.put('-');
  const auto distance = static_cast<std::uint64_t>(altitude < 0 ? -altitude : altitude);
  out.number(distance / 100);
  out.put('.');
  out.padded(distance % 100, 2);
  out.put('m');
}

/// Appends the 16-bit keys of `mandatory`, or addresses, or alpn ids, with commas between.
template <class One>
bool put_list(TextArena& out, Bytes value, std::size_t size, One one) {
  if (value.empty() || value.size() % size != 0) return false;
  for (std::size_t at = 0; at < value.size(); at += size) {
    if (at != 0) out.put(',');
    one(value.subspan(at, size));
  }
  return true;
}

bool put_alpn(TextArena& out, Bytes value) {
  Cursor in(value);
  bool first = true;
  while (!in.empty()) {
    const Bytes id = in.take(in.u8());
    if (!in.ok()) return false;
    if (!first) out.put(',');
    first = false;
    for (const char c : text_of(id)) {
      if (c == ',' || c == '\\') out.put('\\');
      out.put(c);
    }
  }
  return !first;
}

}  // namespace

void put_hex(TextArena& out, Bytes bytes) {
  const std::span<char> text = out.room(2 * bytes.size());  // signatures and keys are long
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text[2 * i] = hex_digits[bytes[i] >> 4];
    text[2 * i + 1] = hex_digits[bytes[i] & 0x0FU];
  }
}

void put_dashed(TextArena& out, Bytes bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i != 0) out.put('-');
    put_hex(out, bytes.subspan(i, 1));
  }
}

void put_groups(TextArena& out, Bytes bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    if (i != 0) out.put(':');
    put_hex(out, slice(bytes, i, 2));
  }
}

void put_base64(TextArena& out, Bytes bytes) {
  put_digits(out, bytes, 6, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  for (std::size_t i = bytes.size() % 3; i % 3 != 0; ++i) out.put('=');
}

void put_base32hex(TextArena& out, Bytes bytes) { put_digits(out, bytes, 5, "0123456789abcdefghijklmnopqrstuv"); }

void put_address(TextArena& out, Bytes octets) {
  if (octets.size() == 4) {
    for (std::size_t i = 0; i < 4; ++i) {
      if (i != 0) out.put('.');
      put_small(out, octets[i]);
    }
    return;
  }
  static thread_local std::string text;
  text.clear();
  append(text, IpAddress::from(octets));
  out.put(text);
}

void put_time(TextArena& out, std::uint32_t seconds) {
  const std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  out.padded(static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  out.padded(static_cast<unsigned>(date.month()), 2);
  out.padded(static_cast<unsigned>(date.day()), 2);
  out.padded(static_cast<std::uint64_t>(clock.hours().count()), 2);
  out.padded(static_cast<std::uint64_t>(clock.minutes().count()), 2);
  out.padded(static_cast<std::uint64_t>(clock.seconds().count()), 2);
}

void put_escaped(TextArena& out, std::string_view text) {
  for (const std::uint8_t octet : bytes_of(text)) {
    if (octet == '"' || octet == '\\') {
      out.put('\\');
      out.put(static_cast<char>(octet));
    } else if (octet >= ' ' && octet < 0x7F) {
      out.put(static_cast<char>(octet));
    } else {
      out.put('\\');
      out.padded(octet, 3);
    }
  }
}

void put_quoted(TextArena& out, std::string_view text) {
  out.put('"');
  put_escaped(out, text);
  out.put('"');
}

bool put_strings(TextArena& out, Bytes bytes) {
  Cursor in(bytes);
  for (bool first = true; !in.empty(); first = false) {
    const Bytes one = in.take(in.u8());
    if (!in.ok()) return false;
    if (!first) out.put(' ');
    put_quoted(out, text_of(one));
  }
  return true;
}

bool put_types(TextArena& out, Bytes bytes) {
  Cursor in(bytes);
  bool first = true;
  while (!in.empty()) {
    const std::uint32_t window = in.u8();
    const std::size_t length = in.u8();
    const Bytes bits = in.take(length);
    if (!in.ok() || length == 0 || length > 32) return false;
    for (std::uint32_t bit = 0; bit < 8 * length; ++bit) {
      if ((bits[bit / 8] & 0x80U >> bit % 8) == 0) continue;
      if (!first) out.put(' ');
      first = false;
      put_code<RecordType>(out, window << 8 | bit);
    }
  }
  return true;
}

bool put_prefixes(TextArena& out, Bytes bytes) {
  Cursor in(bytes);
  for (bool first = true; !in.empty(); first = false) {
    const std::uint16_t family = in.u16();
    const std::uint8_t prefix = in.u8();
    const std::uint8_t length = in.u8();
    const Bytes part = in.take(length & 0x7FU);
    const std::size_t whole = family == 1 ? 4 : 16;
    if (!in.ok() || family < 1 || family > 2 || part.size() > whole || prefix > whole * 8) return false;
    if (!first) out.put(' ');
    if ((length & 0x80U) != 0) out.put('!');
    out.number(family);
    out.put(':');
    std::array<std::uint8_t, 16> octets{};
    std::ranges::copy(part, octets.begin());
    put_address(out, Bytes(octets).first(whole));
    out.put('/');
    out.number(prefix);
  }
  return true;
}

bool put_location(TextArena& out, Bytes bytes) {
  Cursor in(bytes);
  const std::uint8_t version = in.u8();
  const std::uint8_t size = in.u8();
  const std::uint8_t horizontal = in.u8();
  const std::uint8_t vertical = in.u8();
  const std::uint32_t latitude = in.u32();
  const std::uint32_t longitude = in.u32();
  const std::uint32_t altitude = in.u32();
  if (!in.ok() || !in.empty() || version != 0) return false;
  put_angle(out, latitude, 'N', 'S');
  out.put(' ');
  put_angle(out, longitude, 'E', 'W');
  out.put(' ');
  put_altitude(out, altitude);
  for (const std::uint8_t precision : {size, horizontal, vertical}) {
    out.put(' ');
    if (!put_size(out, precision)) return false;
  }
  return true;
}

bool put_service_value(TextArena& out, std::uint16_t key, Bytes value) {
  switch (key) {
    case 0:
      return put_list(out, value, 2, [&](Bytes one) { put_code<ServiceKey>(out, Cursor(one).u16()); });
    case 1:
      return put_alpn(out, value);
    case 2:
    case 8:
      return value.empty();
    case 3:
      return put_list(out, value, 2, [&](Bytes one) { out.number(Cursor(one).u16()); }) && value.size() == 2;
    case 4:
      return put_list(out, value, 4, [&](Bytes one) { put_address(out, one); });
    case 5:
      put_base64(out, value);
      return true;
    case 6:
      return put_list(out, value, 16, [&](Bytes one) { put_address(out, one); });
    case 9:
      return put_list(out, value, 2, [&](Bytes one) { out.number(Cursor(one).u16()); });
    default:
      out.put(text_of(value));
      return true;
  }
}

void put_parameters(TextArena& out, std::span<const ServiceParameter> parameters) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (i != 0) out.put(' ');
    const std::uint32_t key = parameters[i].key.value;
    put_code<ServiceKey>(out, key);
    if (parameters[i].value.empty()) continue;
    out.put('=');
    const bool text = key == 1 || key > 9 || key == 7;
    if (text) {
      put_quoted(out, parameters[i].value);
    } else {
      out.put(parameters[i].value);
    }
  }
}

}  // namespace wiretale::domain
