#include <wiretale/net.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>

#include "api/write_text.hpp"

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

/// Writes two digits.
char* two_digits(char* to, std::uint64_t value) {
  to[0] = static_cast<char>('0' + value / 10);
  to[1] = static_cast<char>('0' + value % 10);
  return to + 2;
}

/// Writes nine digits: in pieces that don't wait for each other, as one division waits for the other.
char* nine_digits(char* to, std::uint64_t value) {
  const auto high = static_cast<std::uint32_t>(value / 100'000), low = static_cast<std::uint32_t>(value % 100'000);
  to = two_digits(to, high / 100);
  to = two_digits(to, high % 100);
  to = two_digits(to, low / 1000);
  to = two_digits(to, low / 10 % 100);
  *to = static_cast<char>('0' + low % 10);
  return to + 1;
}

constexpr char hex[] = "0123456789abcdef";

}  // namespace

namespace detail {

char* write_rfc3339(char* to, Timestamp time) {
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
    const auto year = static_cast<std::uint64_t>(std::clamp<std::int64_t>(d.year, 0, 9999));
    two_digits(two_digits(date, year / 100), year % 100);
    two_digits(date + 5, d.month);
    two_digits(date + 8, d.day);
    known_day = day;
  }
  std::memcpy(to, date, 11);
  to = two_digits(to + 11, in_day / 3600);
  *to++ = ':';
  to = two_digits(to, in_day / 60 % 60);
  *to++ = ':';
  to = two_digits(to, in_day % 60);
  *to++ = '.';
  to = nine_digits(to, fraction);
  *to++ = 'Z';
  return to;
}

char* write_seconds(char* to, Nanos duration) {
  const std::int64_t ns = duration.count();
  std::uint64_t magnitude = ns < 0 ? 0 - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
  if (ns < 0) *to++ = '-';
  to = std::to_chars(to, to + 20, magnitude / 1'000'000'000).ptr;
  magnitude %= 1'000'000'000;
  if (magnitude == 0) return to;
  *to++ = '.';
  to = nine_digits(to, magnitude);
  while (to[-1] == '0') --to;
  return to;
}

char* write_address(char* to, const IpAddress& ip) {
  const Bytes octets = ip.octets();
  if (ip.v6()) return inet_ntop(AF_INET6, octets.data(), to, INET6_ADDRSTRLEN) == nullptr ? to : to + std::strlen(to);
  for (std::size_t i = 0; i < octets.size(); ++i) {
    if (i != 0) *to++ = '.';
    to = std::to_chars(to, to + 3, octets[i]).ptr;
  }
  return to;
}

char* write_address(char* to, const MacAddress& mac) {
  for (std::size_t i = 0; i < mac.octets.size(); ++i) {
    if (i != 0) *to++ = ':';
    *to++ = hex[mac.octets[i] >> 4];
    *to++ = hex[mac.octets[i] & 15];
  }
  return to;
}

}  // namespace detail

void append_rfc3339(std::string& out, Timestamp time) {
  char text[detail::text_room];
  out.append(text, detail::write_rfc3339(text, time));
}

void append_seconds(std::string& out, Nanos duration) {
  char text[detail::text_room];
  out.append(text, detail::write_seconds(text, duration));
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
  char text[detail::text_room];
  out.append(text, detail::write_address(text, ip));
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
  char text[detail::text_room];
  out.append(text, detail::write_address(text, mac));
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
