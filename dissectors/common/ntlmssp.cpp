#include "common/ntlmssp.hpp"

#include <fmt/format.h>

#include "common/utf16.hpp"

namespace wiretale {
namespace {

constexpr std::string_view signature("NTLMSSP\0", 8);
constexpr std::uint32_t flag_unicode = 1, flag_domain = 0x1000, flag_host = 0x2000, flag_anonymous = 0x800,
                        flag_version = 0x02000000;
constexpr std::size_t longest_text = 1024;

/// The payload that a field of length, room and offset points to.
Bytes field(Cursor& cursor, NtlmMessage& message) {
  const std::size_t length = cursor.u16le();
  cursor.skip(2);
  const std::size_t offset = cursor.u32le();
  const Bytes found = slice(cursor.all(), offset, length);
  if (!cursor.ok() || found.size() != length) message.whole = false;
  return found;
}

std::string text(Bytes octets, bool unicode) {
  const Bytes some = slice(octets, 0, longest_text);
  return unicode ? utf8_from_utf16le(some) : std::string(text_of(some));
}

std::string hex(Bytes octets) {
  std::string digits;
  for (const std::uint8_t octet : slice(octets, 0, longest_text)) digits += fmt::format("{:02x}", octet);
  return digits;
}

/// Product version (section 2.2.2.10).
std::string version(Cursor& cursor) {
  const unsigned major = cursor.u8(), minor = cursor.u8(), build = cursor.u16le();
  cursor.skip(4);
  return cursor.ok() && major != 0 ? fmt::format("{}.{}.{}", major, minor, build) : std::string();
}

/// Attributes of the server (section 2.2.2.1).
void read_target_info(Bytes info, NtlmMessage& message) {
  Cursor cursor(info);
  while (cursor.left() >= 4) {
    const std::uint16_t id = cursor.u16le();
    const std::uint16_t length = cursor.u16le();
    const Bytes value = cursor.take(length);
    if (id == 0 || !cursor.ok()) return;
    if (id == 1) message.server_name = text(value, true);
    if (id == 2) message.server_domain = text(value, true);
    if (id == 3) message.server_dns_name = text(value, true);
    if (id == 4) message.server_dns_domain = text(value, true);
    if (id == 5) message.forest = text(value, true);
  }
}

void read_negotiate(Cursor& cursor, NtlmMessage& message) {
  const std::uint32_t flags = cursor.u32le();
  const Bytes domain = field(cursor, message);
  const Bytes host = field(cursor, message);
  message.whole = cursor.ok() || cursor.position() == 16;  // short forms end behind the flags
  if ((flags & flag_domain) != 0) message.domain = text(domain, false);
  if ((flags & flag_host) != 0) message.host = text(host, false);
  if ((flags & flag_version) != 0) message.version = version(cursor);
}

void read_challenge(Cursor& cursor, NtlmMessage& message) {
  const Bytes target = field(cursor, message);
  const std::uint32_t flags = cursor.u32le();
  message.target = text(target, (flags & flag_unicode) != 0);
  message.challenge = hex(cursor.take(8));
  cursor.skip(8);
  if (cursor.left() < 8) return;
  read_target_info(field(cursor, message), message);
  if ((flags & flag_version) != 0) message.version = version(cursor);
}

void read_authenticate(Cursor& cursor, NtlmMessage& message) {
  constexpr std::size_t v1_response = 24;
  const Bytes lm = field(cursor, message);
  const Bytes nt = field(cursor, message);
  const Bytes domain = field(cursor, message);
  const Bytes user = field(cursor, message);
  const Bytes host = field(cursor, message);
  const bool readable = cursor.ok();
  std::uint32_t flags = flag_unicode;
  if (cursor.left() >= 12) {
    (void)field(cursor, message);  // session key
    flags = cursor.u32le();
    if ((flags & flag_version) != 0 && cursor.left() >= 8) message.version = version(cursor);
  }
  const bool unicode = (flags & flag_unicode) != 0;
  message.domain = text(domain, unicode);
  message.user = text(user, unicode);
  message.host = text(host, unicode);
  message.response = hex(nt);
  message.lm_response = hex(lm);
  message.version_2 = nt.size() > v1_response;
  message.anonymous = readable && user.empty() && (nt.empty() || (flags & flag_anonymous) != 0);
}

}  // namespace

std::optional<std::size_t> find_ntlm(Bytes octets) {
  const std::size_t at = text_of(octets).find(signature);
  if (at == std::string_view::npos) return std::nullopt;
  return at;
}

NtlmMessage parse_ntlm(Bytes bytes) {
  NtlmMessage message;
  if (!text_of(bytes).starts_with(signature)) return message;
  Cursor cursor(bytes, signature.size());
  const std::uint32_t kind = cursor.u32le();
  message.kind = kind >= 1 && kind <= 3 ? NtlmMessage::Kind{kind} : NtlmMessage::Kind::none;
  if (message.kind == NtlmMessage::Kind::negotiate) read_negotiate(cursor, message);
  if (message.kind == NtlmMessage::Kind::challenge) read_challenge(cursor, message);
  if (message.kind == NtlmMessage::Kind::authenticate) read_authenticate(cursor, message);
  return message;
}

}  // namespace wiretale
