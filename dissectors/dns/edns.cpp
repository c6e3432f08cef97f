#include "dns/edns.hpp"

#include <algorithm>
#include <array>

#include "dns/presentation.hpp"

namespace wiretale::domain {
namespace {

namespace option {
constexpr std::uint16_t nsid = 3, client_subnet = 8, cookie = 10, keepalive = 11, padding = 12, extended_error = 15;
}

std::string_view hex(TextArena& text, Bytes bytes) {
  text.open();
  put_hex(text, bytes);
  return text.close();
}

/// ECS (RFC 7871, section 6): family, both prefix lengths, and as many octets of the address as the source prefix asks.
bool client_subnet(Cursor& in, EdnsOption& option) {
  const std::uint16_t family = in.u16();
  const std::uint8_t source = in.u8();
  const std::uint8_t scope = in.u8();
  if (!in.ok() || family < 1 || family > 2) return false;
  const std::size_t whole = family == 1 ? 4 : 16;
  const Bytes given = in.rest();
  if (given.size() > whole || source > whole * 8 || scope > whole * 8) return false;
  std::array<std::uint8_t, 16> octets{};
  std::ranges::copy(given, octets.begin());
  option.address = IpAddress::from(Bytes(octets).first(whole));
  option.source_prefix = source;
  option.scope_prefix = scope;
  return given.size() == (source + 7U) / 8;
}

/// COOKIE (RFC 7873, section 4): 8 octets of the client's, then none or 8 to 32 of the server's.
bool cookie(Cursor& in, TextArena& text, EdnsOption& option) {
  constexpr std::size_t client_bytes = 8;
  if (in.left() < client_bytes || in.left() > client_bytes + 32) return false;
  option.client_cookie = hex(text, in.take(client_bytes));
  if (in.empty()) return true;
  const bool right = in.left() >= 8;
  option.server_cookie = hex(text, in.rest());
  return right;
}

/// KEEPALIVE (RFC 7828, section 3.1): empty in a query, else the timeout in units of 100 ms.
bool keepalive(Cursor& in, EdnsOption& option) {
  if (in.empty()) return true;
  option.timeout = std::chrono::milliseconds(100) * in.u16();
  return in.ok() && in.empty();
}

/// EDE (RFC 8914, section 2): INFO-CODE, then text in UTF-8, which some end with a NUL.
bool extended_error(Cursor& in, EdnsOption& option) {
  const std::uint16_t code = in.u16();
  if (!in.ok()) return false;
  option.info_code = Code<ExtendedError>(code);
  option.text = text_of(in.rest());
  if (option.text.ends_with('\0')) option.text.remove_suffix(1);
  return true;
}

bool printable(Bytes bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t octet) { return octet >= ' ' && octet < 0x7F; });
}

/// Reads what the option holds; false where it is malformed.
bool contents(Bytes data, TextArena& text, EdnsOption& option) {
  Cursor in(data);
  switch (option.code.value) {
    case option::client_subnet:
      return client_subnet(in, option);
    case option::cookie:
      return cookie(in, text, option);
    case option::keepalive:
      return keepalive(in, option);
    case option::extended_error:
      return extended_error(in, option);
    case option::padding:
      return true;
    case option::nsid:
      if (printable(data)) {
        option.text = text_of(data);
        return true;
      }
      break;
    default:
      break;
  }
  option.data = hex(text, data);
  return true;
}

}  // namespace

bool read_options(Bytes rdata, TextArena& text, std::uint64_t limit, std::vector<EdnsOption>& options) {
  bool good = true;
  Cursor in(rdata);
  while (!in.empty()) {
    if (options.size() >= limit) return good;
    const std::uint16_t code = in.u16();
    const std::uint16_t length = in.u16();
    if (!in.ok()) return false;
    EdnsOption& option = options.emplace_back();
    option.code = Code<OptionCode>(code);
    option.bytes = length;
    const Bytes data = slice(in.rest(), 0, length);
    in.skip(length);
    if (!in.ok() || !contents(data, text, option)) {
      option = {};
      option.code = Code<OptionCode>(code);
      option.bytes = length;
      option.data = hex(text, data);
      good = false;
    }
  }
  return good && in.ok();
}

}  // namespace wiretale::domain
