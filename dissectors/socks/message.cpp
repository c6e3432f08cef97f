#include "socks/message.hpp"

#include <algorithm>

namespace wiretale::proxy {
namespace {

bool plain(Bytes text) {
  return std::ranges::all_of(text, [](std::uint8_t octet) { return octet >= 0x20 && octet < 0x7f; });
}

/// Version 4 and 4a: the whole request, and nothing behind it.
Guess probe_request_4(Bytes start) {
  constexpr std::size_t fixed = 8;
  Cursor cursor(start);
  cursor.skip(1);
  const std::uint8_t command = cursor.u8();
  if (cursor.ok() && command != 1 && command != 2) return {};
  const std::uint16_t port = cursor.u16();
  const std::uint32_t address = cursor.u32();
  if (!cursor.ok()) return {Verdict::maybe, Side::client};
  const bool named = address != 0 && address <= 0xff;
  std::size_t at = fixed;
  for (int texts = named ? 2 : 1; texts > 0; --texts) {
    const auto rest = start.subspan(at);
    const auto end = std::ranges::find(rest, 0);
    const auto length = static_cast<std::size_t>(end - rest.begin());
    if (!plain(rest.first(length))) return {};
    if (end == rest.end()) return {Verdict::maybe, Side::client};
    at += length + 1;
  }
  return {port != 0 && at == start.size() ? Verdict::yes : Verdict::maybe, Side::client};
}

/// Version 5: the methods that a client offers, or the one that a server takes.
Guess probe_greeting_5(Bytes start) {
  if (start.size() < 2) return {Verdict::maybe, std::nullopt};
  const std::size_t count = start[1];
  const Bytes methods = slice(start, 2, count);
  if (start.size() == 2 || count == 0) return {Verdict::maybe, Side::server};
  const bool known = std::ranges::find_if(methods, [](std::uint8_t method) {
                       return method == no_authentication || method == user_and_password || method == gssapi;
                     }) != methods.end();
  return {start.size() == 2 + count && count <= 9 && known ? Verdict::yes : Verdict::maybe, std::nullopt};
}

}  // namespace

std::string method_name(std::uint8_t method) {
  switch (method) {
    case no_authentication:
      return "none";
    case gssapi:
      return "gssapi";
    case user_and_password:
      return "user_and_password";
    case 3:
      return "chap";
    case 5:
      return "cram";
    case 6:
      return "tls";
    case no_acceptable_method:
      return "no_acceptable_method";
    default:
      return "METHOD" + std::to_string(method);
  }
}

std::string command_name(std::uint8_t command) {
  switch (command) {
    case 1:
      return "connect";
    case 2:
      return "bind";
    case 3:
      return "udp_associate";
    default:
      return "CMD" + std::to_string(command);
  }
}

std::string reply_name(std::uint8_t reply) {
  switch (reply) {
    case 0:
    case 90:
      return "succeeded";
    case 1:
      return "general_failure";
    case 2:
      return "not_allowed";
    case 3:
      return "network_unreachable";
    case 4:
      return "host_unreachable";
    case 5:
      return "connection_refused";
    case 6:
      return "ttl_expired";
    case 7:
      return "command_not_supported";
    case 8:
      return "address_type_not_supported";
    case 91:
      return "rejected";
    case 92:
      return "no_identd";
    case 93:
      return "identd_mismatch";
    default:
      return "REP" + std::to_string(reply);
  }
}

std::string host_text(Bytes address, std::uint8_t kind) {
  return kind == domain_name ? std::string(text_of(address)) : to_string(IpAddress::from(address));
}

Guess probe(Transport transport, Bytes start) {
  if (transport != Transport::tcp || start.empty()) return {};
  switch (start.front()) {
    case version_4:
      return probe_request_4(start);
    case version_5:
      return probe_greeting_5(start);
    case 0: {  // a reply of version 4
      constexpr std::size_t length = 8;
      const bool reply = start.size() >= 2 && start[1] >= 90 && start[1] <= 93 && start.size() >= length;
      return {reply || start.size() < length ? Verdict::maybe : Verdict::no, Side::server};
    }
    default:
      return {};
  }
}

}  // namespace wiretale::proxy
