// SMB 1: AndX chains, commands and their answers (MS-CIFS, MS-SMB).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "smb/dissector.hpp"
#include "smb/smb1.hpp"

namespace wiretale::shares {
namespace {

constexpr std::size_t header_bytes = 32;
constexpr std::uint8_t no_command = 0xFF;

constexpr std::array and_x{0x24, 0x2D, 0x2E, 0x2F, 0x73, 0x74, 0x75, 0xA2};

bool chained(std::uint8_t command) { return std::ranges::find(and_x, int{command}) != and_x.end(); }

/// True for commands that get no answer of their own: what goes on with a transaction, and NT_CANCEL.
bool answerless(std::uint8_t command) {
  return command == command1::transaction_secondary || command == command1::transaction2_secondary ||
         command == command1::nt_transact_secondary || command == command1::nt_cancel;
}

Header1 read_header(Bytes bytes) {
  Header1 header;
  Cursor cursor(bytes, 4);
  header.command = cursor.u8();
  header.status = cursor.u32le();
  header.flags = cursor.u8();
  header.flags2 = cursor.u16le();
  const std::uint32_t process_high = cursor.u16le();
  cursor.skip(10);
  header.tree_id = cursor.u16le();
  header.process = process_high << 16 | cursor.u16le();
  header.user_id = cursor.u16le();
  header.multiplex_id = cursor.u16le();
  return header;
}

MessageKey key_of(const Part1& part) { return {part.header.multiplex_id, part.header.process, part.command, true}; }

/// Parameters and data of the command at `at`; false where they are not all there.
bool read_blocks(Part1& part, std::size_t at) {
  const Bytes bytes = part.message.bytes;
  Cursor cursor(bytes, at);
  const std::size_t words = cursor.u8();
  part.words = cursor.take(words * 2);
  const std::size_t count = cursor.u16le();
  if (!cursor.ok()) return false;
  part.data_at = cursor.position();
  part.data = slice(bytes, part.data_at, std::max(count, part.message.wire_bytes > UINT16_MAX ? SIZE_MAX : count));
  return part.data.size() >= count || bytes.size() < part.message.wire_bytes;
}

}  // namespace

void SmbDissector::chain1(const Received& message) {
  const Bytes bytes = message.bytes;
  Part1 part{read_header(bytes), 0, {}, {}, 0, message, 0, true};
  part.command = part.header.command;
  std::size_t at = header_bytes;
  for (;;) {
    part.whole = read_blocks(part, at);
    Cursor words(part.words);
    std::uint8_t next = no_command;
    std::size_t next_at = 0;
    if (chained(part.command) && part.words.size() >= 4) {
      next = words.u8();
      words.skip(1);
      next_at = words.u16le();
      // Some write 0 where no command follows.
      if (next_at == 0) next = no_command;
    }
    if (next != no_command || part.place != 0) ++part.place;
    part.header.response() ? response1(part) : request1(part);
    if (next == no_command) return;
    if (next_at <= at || next_at >= bytes.size()) {
      if (!message.damaged())
        session().anomaly({AnomalyKind::malformed, "bad_andx_offset",
                           fmt::format("The next command of a chain can't be at octet {}.", next_at),
                           message.frames.last});
      return;
    }
    part.command = next;
    at = next_at;
  }
}

void SmbDissector::request1(const Part1& part) {
  const Header1& header = part.header;
  const Received& message = part.message;
  OpenExchange exchange = fresh();
  SmbRecord& record = exchange->record;
  record.version = "1";
  record.exchange.time = message.first;
  record.exchange.request_frames = message.frames;
  exchange->command = part.command;
  record.command = command1_name(part.command);
  record.message_id = WideNumber{header.multiplex_id};
  if (header.user_id != 0) record.session_id = WideNumber{header.user_id};
  if (header.tree_id != 0 && header.tree_id != UINT16_MAX) {
    record.tree_id = header.tree_id;
    exchange->tree = find_tree({0, header.tree_id});
  }
  if (part.place != 0) record.compound = part.place;
  record.is_signed = header.is_signed();
  read_request1(part, *exchange);
  note_damage(*exchange, message, part.whole);
  if (answerless(part.command) || message.side == Side::server) {  // a server's request says that an oplock ends
    emit(std::move(exchange));
    return;
  }
  if (std::optional<OpenExchange> earlier = pending_.take(key_of(part))) unanswered(std::move(*earlier));
  open_exchange(key_of(part), std::move(exchange), message);
}

void SmbDissector::response1(const Part1& part) {
  const Header1& header = part.header;
  const Received& message = part.message;
  OpenExchange exchange;
  if (std::optional<OpenExchange> asked = pending_.take(key_of(part))) {
    exchange = std::move(*asked);
  } else {
    exchange = fresh();
    exchange->command = part.command;
    exchange->unasked = true;
    SmbRecord& record = exchange->record;
    record.version = "1";
    record.exchange.time = message.first;
    record.command = command1_name(part.command);
    record.message_id = WideNumber{header.multiplex_id};
    note(*exchange, AnomalyKind::unusual, "no_request",
         "No command to this answer is in the capture, or it goes on with an answer before.", message.frames.last);
  }
  SmbRecord& record = exchange->record;
  ExchangeFacts& facts = record.exchange;
  facts.response_frames = message.frames;
  if (!facts.request_frames.empty() && message.first >= exchange->asked)
    facts.latency = message.first - exchange->asked;
  if (header.user_id != 0) record.session_id = WideNumber{header.user_id};
  if (header.tree_id != 0 && header.tree_id != UINT16_MAX) record.tree_id = header.tree_id;
  if (part.place != 0) record.compound = part.place;
  record.is_signed = record.is_signed.value_or(true) && header.is_signed();
  const bool refused = read_status1(header, *exchange);
  if (!exchange->tree && record.tree_id) exchange->tree = find_tree({0, *record.tree_id});
  // A refusal needs no parameters.
  refused ? not_written(*exchange) : read_response1(part, *exchange);
  note_damage(*exchange, message, part.whole);
  if (part.command == command1::session_setup_andx && refused) find_refused(message, *exchange);
  if (part.command != command1::negotiate && !refused) find_smb1(message);
  const bool closes =
      !refused && (part.command == command1::close || part.command == command1::write_and_close) && exchange->open;
  const OpenKey file = exchange->file;
  const Frames frames = message.frames;
  emit(std::move(exchange));
  if (closes) close_open(file, frames);
}

/// What the server says of a command; true where it refuses.
bool SmbDissector::read_status1(const Header1& header, Exchange& exchange) {
  SmbRecord& record = exchange.record;
  if (header.nt_status()) {
    record.status = Code<NtStatus>(header.status);
    return !good(header.status) && header.status != status::more_processing;
  }
  if (header.status == 0) return false;
  const auto error_class = static_cast<std::uint8_t>(header.status & 0xFF);
  const auto code = static_cast<std::uint16_t>(header.status >> 16);
  record.dos_error = dos_error_name(error_class, code);
  if (record.dos_error.empty()) record.dos_error = exchange.keep(fmt::format("class {}, code {}", error_class, code));
  return true;
}

}  // namespace wiretale::shares
