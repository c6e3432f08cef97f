#include "dns/probe.hpp"

#include <algorithm>

#include "dns/codes.hpp"
#include "dns/message.hpp"
#include "dns/question_key.hpp"

namespace wiretale::domain {
namespace {

constexpr std::size_t least_question = 5;  // root, TYPE, CLASS
constexpr std::size_t least_record = 11;   // root, TYPE, CLASS, TTL, RDLENGTH

bool known_opcode(const Header& header) { return !Opcode::name(header.opcode()).empty(); }

/// Octets that the entries announced need at the least.
std::size_t least_bytes(const Header& header) {
  const std::size_t records = std::size_t{header.counts[1]} + header.counts[2] + header.counts[3];
  return header_bytes + header.counts[0] * least_question + records * least_record;
}

/// Flags and counts as real senders set them.
bool sane(const Header& header) {
  if (header.reserved() || header.rcode() > 11) return false;
  if (header.response()) return true;
  if (header.rcode() != 0 || header.recursion_available()) return false;
  if (header.opcode() == opcode::update) return true;
  return header.counts[3] <= 4;
}

/// A first-level encoded NetBIOS name (RFC 1001, section 14.1): 32 letters from A to P.
bool netbios_name(Bytes name) {
  return name.size() >= 33 && name[0] == 32 &&
         std::ranges::all_of(name.subspan(1, 32), [](std::uint8_t octet) { return octet >= 'A' && octet <= 'P'; });
}

bool plain_name(Bytes name) {
  Cursor cursor(name);
  while (!cursor.empty()) {
    const std::uint8_t length = cursor.u8();
    if (length > 63) return false;
    if (length == 0) return cursor.empty();
    for (const std::uint8_t octet : cursor.take(length))
      if (octet < ' ' || octet > 0x7E) return false;
  }
  return false;
}

/// A question for a type and class that are in use, with a name of printable characters.
bool usual_question(const WireQuestion& question) {
  const std::uint16_t klass = question.klass & 0x7FFFU;
  return question.end != 0 && question.name.size() <= 255 && plain_name(question.name) &&
         !netbios_name(question.name) && !RecordType::name(question.type).empty() && !RecordClass::name(klass).empty();
}

/// Passes over a name that may end in a pointer.
void skip_name(Cursor& cursor) {
  while (cursor.ok()) {
    const std::uint8_t length = cursor.u8();
    if (length == 0) return;
    if (length >= 0xC0) return cursor.skip(1);
    if (length > 63) return cursor.seek(SIZE_MAX);
    cursor.skip(length);
  }
}

/// True where the records that the header announces fill the message to its last octet.
bool records_fill(Bytes message, const Header& header, std::size_t at) {
  Cursor cursor(message, at);
  const unsigned records = unsigned{header.counts[1]} + header.counts[2] + header.counts[3];
  for (unsigned i = 0; i < records && cursor.ok(); ++i) {
    skip_name(cursor);
    cursor.skip(8);
    cursor.skip(cursor.u16());
  }
  return cursor.ok() && cursor.empty();
}

/// Judges a message of `length` octets, of which the first are there.
Verdict judge(Bytes message, std::size_t length) {
  const std::optional<Header> header = read_header(message);
  if (!header) return Verdict::maybe;
  if (!known_opcode(*header)) return Verdict::no;
  const bool fits = least_bytes(*header) <= length;
  const WireQuestion question = first_question(message);
  const bool usual = header->counts[0] == 1 && usual_question(question);
  if (!sane(*header)) return fits && usual ? Verdict::maybe : Verdict::no;
  if (!fits) return usual ? Verdict::maybe : Verdict::no;
  const bool whole = message.size() == length;
  if (!whole || !usual || header->opcode() == opcode::dso) return Verdict::maybe;
  if (!header->response() && header->opcode() == opcode::query && header->counts[1] != 0) return Verdict::maybe;
  return records_fill(message, *header, question.end) ? Verdict::yes : Verdict::maybe;
}

/// Who sends such a message. mDNS responses (id 0, RFC 6762, section 18.1) go to everybody, from whoever has news.
std::optional<Side> speaker(Bytes message) {
  const std::optional<Header> header = read_header(message);
  if (!header || (header->response() && header->id == 0)) return std::nullopt;
  return header->response() ? Side::server : Side::client;
}

}  // namespace

Guess probe(Transport transport, Bytes start) {
  if (transport != Transport::tcp) return {judge(start, start.size()), speaker(start)};
  Cursor cursor(start);
  const std::size_t length = cursor.u16();
  if (!cursor.ok()) return {Verdict::maybe, std::nullopt};
  if (length < header_bytes) return {Verdict::no, std::nullopt};
  const Bytes message = slice(start, cursor.position(), length);
  const Verdict verdict = judge(message, length);
  return {verdict, verdict == Verdict::no ? std::nullopt : speaker(message)};
}

bool plausible_start(Bytes window, bool response, bool zone_transfer) {
  Cursor cursor(window);
  const std::size_t length = cursor.u16();
  const std::optional<Header> header = read_header(cursor.rest());
  if (!header || header->response() != response || !known_opcode(*header) || !sane(*header)) return false;
  if (header->opcode() == opcode::iquery || header->opcode() == opcode::status || header->opcode() == opcode::dso)
    return false;
  if (least_bytes(*header) > length) return false;
  const bool continues = zone_transfer && header->counts[0] == 0 && header->counts[1] != 0;
  if (header->counts[0] != 1 && !continues) return false;
  if (!response && header->opcode() != opcode::update && (header->counts[1] != 0 || header->counts[2] > 1))
    return false;
  const std::uint8_t first = window.size() < window_bytes ? 0 : window[window_bytes - 1];
  return first <= 63 || (continues && first >= 0xC0);
}

}  // namespace wiretale::domain
