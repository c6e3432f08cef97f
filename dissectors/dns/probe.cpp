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

/// A question as NetBIOS asks it: a first-level encoded name (RFC 1001, section 14.1), which is 32 letters from A to P,
/// or anything as long where the type is NB or NBSTAT.
bool netbios_question(const WireQuestion& question) {
  constexpr std::size_t encoded = 32;
  constexpr std::uint16_t nb = 32, nbstat = 33;
  if (question.name.size() < encoded + 1 || question.name[0] != encoded) return false;
  const auto letter = [](std::uint8_t octet) { return octet >= 'A' && octet <= 'P'; };
  return question.type == nb || question.type == nbstat ||
         std::ranges::all_of(question.name.subspan(1, encoded), letter);
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
  return question.end != 0 && question.name.size() <= 255 && plain_name(question.name) && !netbios_question(question) &&
         !RecordType::name(question.type).empty() && !RecordClass::name(klass).empty();
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

/// Counts that no message has, however long it is.
bool wild(const Header& header) {
  constexpr unsigned most_questions = 64, most_records = 6000;
  return header.counts[0] > most_questions || header.counts[1] > most_records || header.counts[2] > most_records ||
         header.counts[3] > most_records;
}

/// Judges a message of `length` octets, of which the first are there. A datagram may have been cut by the snaplen
/// without a word, so that nothing here asks for its end but `yes`.
Verdict judge(Bytes message, std::size_t length) {
  const std::optional<Header> header = read_header(message);
  if (!header) return Verdict::maybe;
  const WireQuestion question = first_question(message);
  const bool usual = usual_question(question);
  const bool possible = known_opcode(*header) && !wild(*header) && (sane(*header) || question.end == 0);
  if (!usual) return possible ? Verdict::maybe : Verdict::no;
  if (!possible || !sane(*header)) return Verdict::maybe;
  if (message.size() != length || header->counts[0] != 1 || least_bytes(*header) > length) return Verdict::maybe;
  if (header->opcode() == opcode::dso) return Verdict::maybe;
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
