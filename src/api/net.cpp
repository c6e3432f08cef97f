#include <wiretale/net.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>

namespace wiretale {
namespace {

/// Days since 1970-01-01 as a civil date (proleptic Gregorian calendar, years from 1 March).
struct Date {
  std::int64_t year;
  unsigned month, day;
};

Date civil(std::int64_t days) {
  days += 719'468;  // from 0000-03-01
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146'097);
  const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted = (5 * day_of_year + 2) / 153;
  const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0), month,
          day_of_year - (153 * shifted + 2) / 5 + 1};
}

void digits(char* to, std::uint64_t value, int count) {
  for (int i = count - 1; i >= 0; --i) {
    to[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

constexpr char hex[] = "0123456789abcdef";

}  // namespace

void append_rfc3339(std::string& out, Timestamp time) {
  const std::int64_t second = time.second();
  const auto fraction = static_cast<std::uint64_t>(time.ns - second * 1'000'000'000);
  std::int64_t day = second / 86'400;
  if (second % 86'400 < 0) --day;
  const auto in_day = static_cast<std::uint64_t>(second - day * 86'400);
  // Most stamps of a capture fall on the same day: the calendar is worked out once for it.
  thread_local std::int64_t known_day = INT64_MIN;
  thread_local char date[] = "0000-00-00T";
  if (day != known_day) {
    const Date d = civil(day);
    digits(date, static_cast<std::uint64_t>(std::clamp<std::int64_t>(d.year, 0, 9999)), 4);
    digits(date + 5, d.month, 2);
    digits(date + 8, d.day, 2);
    known_day = day;
  }
  char text[30];
  std::memcpy(text, date, 11);
  digits(text + 11, in_day / 3600, 2);
  text[13] = ':';
  digits(text + 14, in_day / 60 % 60, 2);
  text[16] = ':';
  digits(text + 17, in_day % 60, 2);
  text[19] = '.';
  digits(text + 20, fraction, 9);
  text[29] = 'Z';
  out.append(text, sizeof text);
}

void append_seconds(std::string& out, Nanos duration) {
  const std::int64_t ns = duration.count();
  std::uint64_t magnitude = ns < 0 ? 0 - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
  if (ns < 0) out += '-';
  char text[32];
  const auto whole = std::to_chars(text, text + 20, magnitude / 1'000'000'000);
  out.append(text, whole.ptr);
  magnitude %= 1'000'000'000;
  if (magnitude == 0) return;
  digits(text, magnitude, 9);
  std::size_t length = 9;
  while (text[length - 1] == '0') --length;
  out += '.';
  out.append(text, length);
}

IpAddress IpAddress::from(Bytes octets) {
  IpAddress ip;
  if (octets.size() != 4 && octets.size() != 16) return ip;
  ip.length_ = static_cast<std::uint8_t>(octets.size());
  std::ranges::copy(octets, ip.octets_.begin());
  return ip;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated(text);
  std::array<std::uint8_t, 16> octets{};
  if (inet_pton(AF_INET, terminated.c_str(), octets.data()) == 1) return from(Bytes(octets).first(4));
  if (inet_pton(AF_INET6, terminated.c_str(), octets.data()) == 1) return from(octets);
  return std::nullopt;
}

bool IpAddress::group() const {
  if (v6()) return octets_[0] == 0xff;
  return v4() && (octets_[0] >> 4 == 14 || (octets_[0] & octets_[1] & octets_[2] & octets_[3]) == 255);
}

void append(std::string& out, const IpAddress& ip) {
  if (ip.none()) return;
  if (ip.v6()) {
    char text[INET6_ADDRSTRLEN];
    if (inet_ntop(AF_INET6, ip.octets().data(), text, sizeof text) != nullptr) out += text;
    return;
  }
  char text[16];
  char* to = text;
  for (const std::uint8_t octet : ip.octets()) {
    if (to != text) *to++ = '.';
    to = std::to_chars(to, text + sizeof text, octet).ptr;
  }
  out.append(text, to);
}

std::string to_string(const IpAddress& ip) {
  std::string out;
  append(out, ip);
  return out;
}

void append(std::string& out, const Endpoint& endpoint) {
  if (endpoint.ip.v6()) out += '[';
  append(out, endpoint.ip);
  if (endpoint.ip.v6()) out += ']';
  char text[6];
  out += ':';
  out.append(text, std::to_chars(text, text + sizeof text, endpoint.port).ptr);
}

std::string to_string(const Endpoint& endpoint) {
  std::string out;
  append(out, endpoint);
  return out;
}

void append(std::string& out, const MacAddress& mac) {
  for (std::size_t i = 0; i < mac.octets.size(); ++i) {
    if (i != 0) out += ':';
    out += hex[mac.octets[i] >> 4];
    out += hex[mac.octets[i] & 15];
  }
}

std::string_view name_of(Transport transport) {
  switch (transport) {
    case Transport::tcp:
      return "tcp";
    case Transport::udp:
      return "udp";
    case Transport::sctp:
      return "sctp";
    case Transport::icmp:
      return "icmp";
    case Transport::icmpv6:
      return "icmpv6";
    case Transport::none:
    case Transport::other:
      break;
  }
  return "other";
}

}  // namespace wiretale
