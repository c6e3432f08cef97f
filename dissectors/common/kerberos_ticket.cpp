#include "common/kerberos_ticket.hpp"

#include <optional>
#include <string_view>

namespace wiretale {
namespace {

// OIDs 1.2.840.113554.1.2.2 and, as Windows misspells it, 1.2.840.48018.1.2.2, with tag and length.
constexpr std::string_view kerberos_oid("\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02", 11);
constexpr std::string_view windows_oid("\x06\x09\x2a\x86\x48\x82\xf7\x12\x01\x02\x02", 11);
/// Behind the OID of Kerberos: the token's kind, AP-REQ (RFC 4121, section 4.1).
constexpr std::string_view ap_req("\x01\x00", 2);

struct Element {
  std::uint8_t tag = 0;
  Bytes contents;
};

/// The next element of DER; nothing where there is none that is whole.
std::optional<Element> next(Cursor& cursor) {
  Element element;
  element.tag = cursor.u8();
  std::size_t length = cursor.u8();
  if (length >= 0x80) {
    const std::size_t octets = length & 0x7FU;
    if (octets == 0 || octets > 3) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < octets; ++i) length = length << 8 | cursor.u8();
  }
  element.contents = cursor.take(length);
  if (!cursor.ok()) return std::nullopt;
  return element;
}

/// The first element with this tag inside `contents`; no octets where there is none.
Bytes child(Bytes contents, std::uint8_t tag) {
  Cursor cursor(contents);
  while (const std::optional<Element> element = next(cursor))
    if (element->tag == tag) return element->contents;
  return {};
}

constexpr std::uint8_t sequence = 0x30, general_string = 0x1B;
constexpr std::uint8_t tagged(unsigned number) { return static_cast<std::uint8_t>(0xA0U + number); }

}  // namespace

bool names_kerberos(Bytes token) {
  const std::string_view text = text_of(token);
  return text.find(kerberos_oid) != std::string_view::npos || text.find(windows_oid) != std::string_view::npos;
}

KerberosTicket find_ticket(Bytes token) {
  constexpr std::uint8_t ap_req_tag = 0x6E, ticket_tag = 0x61;
  constexpr std::size_t longest = 512;
  KerberosTicket found;
  const std::string mark = std::string(kerberos_oid) + std::string(ap_req);
  const std::size_t at = text_of(token).find(mark);
  if (at == std::string_view::npos) return found;
  const Bytes request = child(child(slice(token, at + mark.size()), ap_req_tag), sequence);
  const Bytes ticket = child(child(child(request, tagged(3)), ticket_tag), sequence);
  found.realm = text_of(slice(child(child(ticket, tagged(1)), general_string), 0, longest));
  Cursor names(child(child(child(child(ticket, tagged(2)), sequence), tagged(1)), sequence));
  while (const std::optional<Element> name = next(names)) {
    if (found.service.size() > longest) break;
    if (!found.service.empty()) found.service += '/';
    found.service += text_of(slice(name->contents, 0, longest));
  }
  return found;
}

}  // namespace wiretale
