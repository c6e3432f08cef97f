// Time, frames, addresses: the nouns that every layer shares.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <wiretale/bytes.hpp>

namespace wiretale {

/// A span of packet time.
using Nanos = std::chrono::nanoseconds;

/// A moment in packet time: nanoseconds since 1970-01-01T00:00:00Z. Nothing in wiretale reads another clock.
struct Timestamp {
  std::int64_t ns = 0;

  auto operator<=>(const Timestamp&) const = default;
  friend Nanos operator-(Timestamp a, Timestamp b) { return Nanos(a.ns - b.ns); }
  friend Timestamp operator+(Timestamp a, Nanos d) { return {a.ns + d.count()}; }
  /// Whole seconds since 1970, rounded down.
  [[nodiscard]] std::int64_t second() const {
    const std::int64_t whole = ns / 1'000'000'000;
    return whole - (ns % 1'000'000'000 < 0 ? 1 : 0);
  }
};

/// Writes `2024-05-01T12:00:00.123456789Z` (RFC 3339, UTC, always nine digits).
void append_rfc3339(std::string& out, Timestamp time);
/// Writes a duration in seconds as an exact decimal without trailing zeros: `0.0004`, `12`, `-1.5`.
void append_seconds(std::string& out, Nanos duration);

/// A packet's number in the input, from 1, as Wireshark counts. 0: none.
using Frame = std::uint64_t;

/// The frames that prove a statement: a range, `first` to `last`. Empty while `first` is 0.
struct Frames {
  Frame first = 0;
  Frame last = 0;

  bool operator==(const Frames&) const = default;
  [[nodiscard]] bool empty() const { return first == 0; }
  /// Widens the range so that it holds `frame`.
  void add(Frame frame) {
    if (first == 0 || frame < first) first = frame;
    if (frame > last) last = frame;
  }
  /// Widens the range so that it holds `other`.
  void add(Frames other) {
    if (other.empty()) return;
    add(other.first);
    add(other.last);
  }
};

/// An IPv4 or IPv6 address; none when default-constructed.
class IpAddress {
 public:
  IpAddress() = default;
  /// From 4 octets (IPv4) or 16 (IPv6) in network order; any other number gives no address.
  static IpAddress from(Bytes octets) {
    IpAddress ip;
    if (octets.size() == 4)
      std::ranges::copy(octets.first<4>(), ip.octets_.begin());
    else if (octets.size() == 16)
      std::ranges::copy(octets.first<16>(), ip.octets_.begin());
    else
      return ip;
    ip.length_ = static_cast<std::uint8_t>(octets.size());
    return ip;
  }
  /// From its usual text; nothing where the text is no address.
  static std::optional<IpAddress> parse(std::string_view text);

  [[nodiscard]] bool none() const { return length_ == 0; }
  [[nodiscard]] bool v4() const { return length_ == 4; }
  [[nodiscard]] bool v6() const { return length_ == 16; }
  /// The octets in network order.
  [[nodiscard]] Bytes octets() const { return Bytes(octets_).first(length_); }
  /// True for IPv4 224/4, IPv6 ff00::/8 and the IPv4 broadcast address.
  [[nodiscard]] bool group() const;
  auto operator<=>(const IpAddress&) const = default;
  bool operator==(const IpAddress& other) const { return length_ == other.length_ && words() == other.words(); }
  /// Numbers that sort as addresses do: IPv4 first, then by octets. For sorting many.
  [[nodiscard]] std::array<std::uint64_t, 3> order() const {
    std::array<std::uint64_t, 3> numbers{length_};
    for (std::size_t i = 0; i < octets_.size(); ++i) numbers[1 + i / 8] = numbers[1 + i / 8] << 8 | octets_[i];
    return numbers;
  }
  /// A number made of all octets, for hash tables.
  [[nodiscard]] std::uint64_t mixed(std::uint64_t seed) const {
    const auto [first, second] = words();
    return ((first ^ seed) * 0x9e3779b97f4a7c15U) ^ ((second + length_) * 0xc2b2ae3d27d4eb4fU);
  }

 private:
  [[nodiscard]] std::array<std::uint64_t, 2> words() const {
    return std::bit_cast<std::array<std::uint64_t, 2>>(octets_);
  }

  std::uint8_t length_ = 0;  // first, so that IPv4 sorts before IPv6
  std::array<std::uint8_t, 16> octets_{};
};

/// Writes the address as RFC 5952 (IPv6) or in dotted decimals; nothing for no address.
void append(std::string& out, const IpAddress& ip);
[[nodiscard]] std::string to_string(const IpAddress& ip);

/// An address and a port.
struct Endpoint {
  IpAddress ip;
  std::uint16_t port = 0;
  auto operator<=>(const Endpoint&) const = default;
};

/// Writes `10.0.0.1:80` or `[2001:db8::1]:80`.
void append(std::string& out, const Endpoint& endpoint);
[[nodiscard]] std::string to_string(const Endpoint& endpoint);

/// A 48-bit link address; all zeros where the link has none.
struct MacAddress {
  std::array<std::uint8_t, 6> octets{};
  auto operator<=>(const MacAddress&) const = default;
  [[nodiscard]] bool none() const { return *this == MacAddress{}; }
};

/// Writes `02:00:5e:10:00:01`.
void append(std::string& out, const MacAddress& mac);

/// Which end of a session speaks.
enum class Side : std::uint8_t { client, server };

[[nodiscard]] constexpr Side other(Side side) { return side == Side::client ? Side::server : Side::client; }
/// 0 for the client, 1 for the server: for arrays with one entry a side.
[[nodiscard]] constexpr std::size_t index(Side side) { return side == Side::client ? 0 : 1; }

enum class Transport : std::uint8_t { none, tcp, udp, sctp, icmp, icmpv6, other };
[[nodiscard]] std::string_view name_of(Transport transport);

}  // namespace wiretale
