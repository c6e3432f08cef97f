// The formats that options of DHCP share (RFC 2132, RFC 8415): octets to typed values, no state.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/bytes.hpp>
#include <wiretale/net.hpp>
#include <wiretale/record.hpp>

namespace wiretale::hostconf {

/// Octets as hex digits.
struct Hex {
  std::string digits;
  operator std::string_view() const { return digits; }  // NOLINT(google-explicit-constructor): told as text
  [[nodiscard]] bool empty() const { return digits.empty(); }
};

/// An identifier that may be text or not: as it is where all of it is printable ASCII, else as hex digits.
struct Opaque {
  std::string text;
  operator std::string_view() const { return text; }  // NOLINT(google-explicit-constructor): told as text
  [[nodiscard]] bool empty() const { return text.empty(); }
};

/// A domain name in presentation form without the final dot (RFC 1035, section 5.1); `.` is the root.
struct DomainName {
  std::string text;
  operator std::string_view() const { return text; }  // NOLINT(google-explicit-constructor): told as text
  [[nodiscard]] bool empty() const { return text.empty(); }
};

/// An option that nothing is known of, or whose value is not what it should be.
struct OtherOption {
  std::uint32_t code = 0;
  Hex value;

  static constexpr auto fields() {
    return FieldList{field("code", &OtherOption::code, "Its number."), field("hex", &OtherOption::value, "Its value.")};
  }
};

/// ARP hardware types (IANA).
struct HardwareType {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "HARDWARE";
};

/// A DHCP Unique Identifier: who a client or server is, whatever its addresses (RFC 8415, section 11).
struct Duid {
  std::string_view kind;
  Hex all;
  std::optional<Code<HardwareType>> hardware;
  std::string link_address;
  std::optional<Timestamp> made;
  std::optional<std::uint32_t> enterprise;
  std::string uuid;

  static constexpr auto fields() {
    return FieldList{
        field("kind", &Duid::kind,
              "link_layer_time, enterprise, link_layer, uuid; absent: of another kind, or not whole."),
        field("hex", &Duid::all, "All of it."),
        field("hardware", &Duid::hardware, "Hardware type of the link address."),
        field("link_address", &Duid::link_address, "Of one of its interfaces."),
        field("made", &Duid::made, "When it was made, by its maker's clock."),
        field("enterprise", &Duid::enterprise, "Private Enterprise Number of the vendor (IANA)."),
        field("uuid", &Duid::uuid, "RFC 6355."),
    };
  }
};

/// Data that the owner of an enterprise number defines.
struct EnterpriseData {
  std::uint32_t enterprise = 0;
  std::vector<Opaque> data;

  static constexpr auto fields() {
    return FieldList{
        field("enterprise", &EnterpriseData::enterprise, "Private Enterprise Number (IANA)."),
        field("data", &EnterpriseData::data, "Its data, where printable as text, else in hex."),
    };
  }
};

/// A domain name that a client wants to have, and who shall tell the DNS (RFC 4702, RFC 4704).
struct ClientFqdn {
  std::optional<std::uint32_t> flags;
  std::optional<bool> server_updates, overridden, no_updates;
  std::string name;

  static constexpr auto fields() {
    return FieldList{
        field("flags", &ClientFqdn::flags, "All flags as a number."),
        field("server_updates", &ClientFqdn::server_updates, "S: the server shall put the address into the DNS."),
        field("overridden", &ClientFqdn::overridden, "O: the server did not follow the client's S."),
        field("no_updates", &ClientFqdn::no_updates, "N: the server shall not update the DNS at all."),
        field("name", &ClientFqdn::name, "The name, fully qualified or not."),
    };
  }
};

/// Octets as hex digits.
[[nodiscard]] std::string hex_of(Bytes octets);
/// As Opaque says.
[[nodiscard]] std::string opaque_of(Bytes octets);
/// A link address: octets in hex with colons.
[[nodiscard]] std::string link_address_of(Bytes octets);
/// Text up to its trailing NULs.
[[nodiscard]] std::string text_value(Bytes octets);
/// A UUID of 16 octets as RFC 9562 writes it; `swapped`: its first three numbers have the least octet first.
[[nodiscard]] std::string uuid_of(Bytes octets, bool swapped);
/// What can be read of a DUID.
[[nodiscard]] Duid duid_of(Bytes octets);

/// The next domain name of an option; compression pointers count from the option's start (RFC 3397, section 2) and
/// are allowed where `compressed`. Nothing, and a fault of the cursor, where there is none.
[[nodiscard]] std::optional<DomainName> next_name(Cursor& cursor, bool compressed);
/// All names of an option; false where one is broken, what was read before stays.
[[nodiscard]] bool read_names(Bytes value, bool compressed, std::vector<DomainName>& names);

/// Reads values by their type. False where the octets are not such a value: then `out` holds what could be read.
struct ValueReader {
  std::size_t address_octets = 4;  ///< 16 in DHCPv6

  [[nodiscard]] bool read(Bytes value, Hex& out) const {
    out.digits = hex_of(value);
    return true;
  }
  [[nodiscard]] bool read(Bytes value, Opaque& out) const {
    out.text = opaque_of(value);
    return true;
  }
  [[nodiscard]] bool read(Bytes value, std::string& out) const {
    out = text_value(value);
    return true;
  }
  [[nodiscard]] bool read(Bytes value, IpAddress& out) const {
    if (value.size() != address_octets) return false;
    out = IpAddress::from(value);
    return true;
  }
  [[nodiscard]] bool read(Bytes value, std::vector<IpAddress>& out) const {
    if (value.empty() || value.size() % address_octets != 0) return false;
    for (Cursor cursor(value); !cursor.empty();) out.push_back(IpAddress::from(cursor.take(address_octets)));
    return true;
  }
  [[nodiscard]] bool read(Bytes value, std::optional<bool>& out) const {
    if (value.size() != 1 || value.front() > 1) return false;
    out = value.front() == 1;
    return true;
  }
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  [[nodiscard]] bool read(Bytes value, std::optional<T>& out) const {
    if (value.size() != sizeof(T)) return false;
    out = static_cast<T>(number(value));
    return true;
  }
  template <class E>
  [[nodiscard]] bool read(Bytes value, std::optional<Code<E>>& out) const {
    if (value.size() != E::octets) return false;
    out = Code<E>(static_cast<std::uint32_t>(number(value)));
    return true;
  }
  template <class E>
  [[nodiscard]] bool read(Bytes value, std::vector<Code<E>>& out) const {
    for (Cursor cursor(value); cursor.left() >= E::octets;)
      out.push_back(Code<E>(static_cast<std::uint32_t>(number(cursor.take(E::octets)))));
    return value.size() % E::octets == 0;
  }
  [[nodiscard]] bool read(Bytes value, std::vector<std::uint16_t>& out) const {
    for (Cursor cursor(value); cursor.left() >= 2;) out.push_back(cursor.u16());
    return value.size() % 2 == 0;
  }
  /// Names are compressed in DHCPv4 only (RFC 8415, section 10).
  [[nodiscard]] bool read(Bytes value, std::vector<DomainName>& out) const {
    return read_names(value, address_octets == 4, out);
  }
  [[nodiscard]] bool read(Bytes value, Duid& out) const {
    out = duid_of(value);
    return value.size() >= 3;
  }

 private:
  static std::uint64_t number(Bytes value) {
    std::uint64_t sum = 0;
    for (const std::uint8_t octet : value) sum = sum << 8 | octet;
    return sum;
  }
};

}  // namespace wiretale::hostconf
