// ESP whose contents are not encrypted (RFC 2410). Nothing in its header says so, so what would be inside is tried: it
// counts where its own length and checksum agree.
#include <array>
#include <optional>

#include "decode/layer.hpp"
#include "decode/load.hpp"

namespace wiretale::decode {

namespace {

constexpr std::uint8_t icmp = 1, ip_in_ip = 4, tcp = 6, udp = 17, ipv6_in_ip = 41, icmpv6 = 58;

// The sum of RFC 1071 over 16-bit words, the last one padded with zeros.
std::uint32_t sum_of(Bytes bytes) {
  std::uint32_t sum = 0;
  Cursor cursor(bytes);
  while (cursor.left() >= 2) sum += cursor.u16();
  return sum + (cursor.u8() << 8U);
}

bool sums_up(std::uint32_t sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum == 0xffff;
}

// The sum with the pseudo header of the IP packet at hand.
bool checksum_fits(const Decoded& out, std::uint8_t protocol, Bytes body) {
  const std::uint32_t pseudo = sum_of(out.source.octets()) + sum_of(out.destination.octets()) + protocol +
                               static_cast<std::uint32_t>(body.size());
  return sums_up(pseudo + sum_of(body));
}

bool believable(const Decoded& out, std::uint8_t protocol, Bytes body) {
  Cursor cursor(body);
  switch (protocol) {
    case ip_in_ip: {
      const std::uint8_t first = cursor.u8();
      cursor.skip(1);
      return first >> 4 == 4 && cursor.u16() == body.size() &&
             sums_up(sum_of(slice(body, 0, std::size_t{4} * (first & 0x0fU))));
    }
    case ipv6_in_ip: {
      const bool version = cursor.u8() >> 4 == 6;
      cursor.skip(3);
      return version && cursor.u16() + 40U == body.size();
    }
    case udp:
      cursor.skip(4);
      return cursor.u16() == body.size() && checksum_fits(out, protocol, body);
    case tcp:
      return body.size() >= 20 && checksum_fits(out, protocol, body);
    case icmpv6:
      return body.size() >= 4 && checksum_fits(out, protocol, body);
    case icmp:
      return body.size() >= 8 && sums_up(sum_of(body));
    default:
      return false;
  }
}

// What ESP carries, where it is in clear.
struct Contents {
  std::uint8_t protocol;
  std::size_t size;
};

// Tries a packet that ends with a check value of `check` octets (RFC 4303, section 2).
std::optional<Contents> try_contents(const Decoded& out, Bytes esp, std::size_t check) {
  constexpr std::size_t header = 8, trailer = 2;
  if (esp.size() < header + trailer + check) return std::nullopt;
  const Bytes clear = esp.subspan(header, esp.size() - header - check);
  const std::uint8_t protocol = clear.back();
  const std::uint8_t pad = clear[clear.size() - 2];
  if (clear.size() < std::size_t{pad} + trailer) return std::nullopt;
  const std::size_t size = clear.size() - pad - trailer;
  for (std::size_t i = 0; i < pad; ++i)
    if (clear[size + i] != i + 1) return std::nullopt;
  if (!believable(out, protocol, clear.first(size))) return std::nullopt;
  return Contents{protocol, size};
}

}  // namespace

Layer decode_esp(Parse& parse) {
  // The trailer stands at the end: it must be there.
  if (parse.told != parse.bytes.size()) return Layer::other;
  constexpr std::array<std::size_t, 6> check_values{12, 16, 0, 20, 24, 32};
  for (const std::size_t check : check_values) {
    const auto contents = try_contents(parse.out, parse.bytes, check);
    if (!contents) continue;
    Marks marks;
    marks.label = load32<0>(Header<4>(parse.bytes.first<4>()));
    const bool tunnel = contents->protocol == ip_in_ip || contents->protocol == ipv6_in_ip;
    parse.consume(8);
    parse.set_told(static_cast<std::uint32_t>(contents->size));
    if (!tunnel) {
      add_tag(parse, TunnelKind::esp_null, marks);
      return layer_of_protocol(contents->protocol, parse);
    }
    enter(parse, TunnelKind::esp_null, marks);
    return contents->protocol == ip_in_ip ? Layer::ipv4 : Layer::ipv6;
  }
  return Layer::other;
}

}  // namespace wiretale::decode
