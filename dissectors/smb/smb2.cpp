// SMB 2 and 3: compounds, commands and their answers (MS-SMB2).
#include <fmt/format.h>

#include <algorithm>

#include "smb/dissector.hpp"

namespace wiretale::shares {
namespace {

constexpr std::size_t header_bytes = 64;
constexpr std::uint64_t no_message_id = UINT64_MAX;  // of what the server says unasked
constexpr Command2 as_command(std::uint16_t number) { return Command2{number}; }

bool read_header(Bytes bytes, Header2& header) {
  Cursor cursor(bytes, 8);
  header.status = cursor.u32le();
  header.command = cursor.u16le();
  header.credits = cursor.u16le();
  header.flags = cursor.u32le();
  header.next = cursor.u32le();
  header.message_id = cursor.u64le();
  if (header.async()) {
    header.async_id = cursor.u64le();
  } else {
    cursor.skip(4);
    header.tree_id = cursor.u32le();
  }
  header.session_id = cursor.u64le();
  cursor.skip(16);
  return cursor.ok() && text_of(bytes).substr(1, 3) == "SMB" && bytes[0] == 0xFE;
}

MessageKey key_of(const Header2& header) { return {header.message_id, 0, header.command, false}; }

}  // namespace

void SmbDissector::compound(const Received& message) {
  Chain chain;
  std::uint64_t at = 0;
  std::uint32_t place = 0;
  for (;;) {
    Part2 part{{}, slice(message.bytes, static_cast<std::size_t>(at)), at, message, 0};
    if (!read_header(part.bytes, part.header)) {
      if (message.damaged())
        session().anomaly({message.ended ? AnomalyKind::cut_off : AnomalyKind::gap, "message_cut",
                           "Of a part of a message not even the header is in the capture.", message.frames.last});
      else
        session().anomaly({AnomalyKind::malformed, "no_header",
                           "Where a part of a compound should begin there is no header.", message.frames.last});
      return;
    }
    const std::uint32_t next = part.header.next;
    const bool fits = next >= header_bytes && next % 8 == 0 && at + next < message.wire_bytes;
    if (next != 0 && fits) part.bytes = slice(part.bytes, 0, next);
    if (next != 0 || place != 0) part.place = ++place;
    if (next != 0 && !fits)
      session().anomaly({AnomalyKind::malformed, "bad_next_command",
                         fmt::format("The next part of a compound can't be {} octets on.", next), message.frames.last});
    part.header.response() ? response2(part, chain) : request2(part, chain);
    if (next == 0 || !fits) return;
    if (place >= session().limits().record_items) {
      session().limit_reached("record_items");
      session().anomaly(
          {AnomalyKind::limit, "compound_cut", "A compound has more parts than are read.", message.frames.last});
      return;
    }
    at += next;
  }
}

void SmbDissector::request2(const Part2& part, Chain& chain) {
  const Header2& header = part.header;
  const Received& message = part.message;
  OpenExchange exchange = fresh();
  SmbRecord& record = exchange->record;
  record.exchange.time = message.first;
  record.exchange.request_frames = message.frames;
  exchange->command = header.command;
  if (const std::string_view name = command2_name(header.command); !name.empty())
    record.command = name;
  else
    record.command = exchange->keep(fmt::format("0x{:04x}", header.command));
  if (!header.related() || chain.session_id == 0) {
    chain.session_id = header.session_id;
    chain.tree_id = header.tree_id;
  }
  if (!header.related()) chain.open = nullptr;
  record.message_id = WideNumber{header.message_id};
  if (chain.session_id != 0) record.session_id = WideNumber{chain.session_id};
  if (header.async())
    record.async_id = WideNumber{header.async_id};
  else if (chain.tree_id != 0)
    record.tree_id = chain.tree_id;
  if (part.place != 0) record.compound = part.place;
  record.is_signed = header.is_signed();
  record.credits_requested = header.credits;
  if (chain.tree_id != 0) exchange->tree = find_tree({chain.session_id, chain.tree_id});
  note_damage(*exchange, message, read_request2(part, *exchange, chain));
  if (as_command(header.command) == Command2::cancel) {  // has no answer
    emit(std::move(exchange));
    return;
  }
  open_exchange(key_of(header), std::move(exchange), message);
}

void SmbDissector::response2(const Part2& part, Chain& chain) {
  const Header2& header = part.header;
  const Received& message = part.message;
  const Command2 command = as_command(header.command);
  if (header.status == status::pending && header.async()) {
    if (OpenExchange* const waiting = pending_.find(key_of(header))) {
      SmbRecord& record = (*waiting)->record;
      record.async_id = WideNumber{header.async_id};
      record.interim_frames.add(message.frames);
      if ((*waiting)->open) (*waiting)->open->frames.add(message.frames);
      return;
    }
  }
  OpenExchange exchange;
  if (std::optional<OpenExchange> asked = pending_.take(key_of(header))) {
    exchange = std::move(*asked);
  } else {
    exchange = fresh();
    exchange->command = header.command;
    exchange->record.exchange.time = message.first;
    if (const std::string_view name = command2_name(header.command); !name.empty())
      exchange->record.command = name;
    else
      exchange->record.command = exchange->keep(fmt::format("0x{:04x}", header.command));
    exchange->record.message_id = WideNumber{header.message_id};
    const bool upgraded = command == Command2::negotiate && answer_smb1_negotiate();
    if (!upgraded && header.message_id != no_message_id)
      note(*exchange, AnomalyKind::unusual, "no_request", "No command to this answer is in the capture.",
           message.frames.last);
  }
  SmbRecord& record = exchange->record;
  ExchangeFacts& facts = record.exchange;
  facts.response_frames = message.frames;
  if (!facts.request_frames.empty() && message.first >= exchange->asked)
    facts.latency = message.first - exchange->asked;
  record.status = Code<NtStatus>(header.status);
  if (header.session_id != 0 && !(header.related() && header.session_id == UINT64_MAX))
    record.session_id = WideNumber{header.session_id};
  if (header.async())
    record.async_id = WideNumber{header.async_id};
  else if (header.tree_id != 0 && header.tree_id != UINT32_MAX)
    record.tree_id = header.tree_id;
  if (part.place != 0) record.compound = part.place;
  record.is_signed = record.is_signed.value_or(true) && header.is_signed();
  record.credits_granted = header.credits;
  if (!exchange->tree && record.tree_id && record.session_id)
    exchange->tree = find_tree({record.session_id->value, *record.tree_id});
  const bool answered = good(header.status) || header.status == status::more_processing;
  const bool understood = !answered || read_response2(part, *exchange, chain);
  note_damage(*exchange, message, understood);
  if (understood && answered) effects2(part, *exchange);
  if (command == Command2::session_setup && !answered) find_refused(message, *exchange);
  if (command == Command2::write && !answered) not_written(*exchange);
  const bool closes = command == Command2::close && header.status == status::success && exchange->file != OpenKey{};
  const OpenKey file = exchange->file;
  const Frames frames = message.frames;
  emit(std::move(exchange));
  if (closes) close_open(file, frames);
}

/// True where the server answers a negotiation of SMB 1 in SMB 2: that is all the answer it gets.
bool SmbDissector::answer_smb1_negotiate() {
  constexpr std::uint16_t negotiate1 = 0x72;
  OpenExchange* const front = pending_.front();
  if (front == nullptr || (*front)->record.version != "1" || (*front)->command != negotiate1) return false;
  emit(std::move(*pending_.take_front()));
  return true;
}

/// What follows from an answer that grants something.
void SmbDissector::effects2(const Part2& part, Exchange& exchange) {
  const Header2& header = part.header;
  const Received& message = part.message;
  SmbRecord& record = exchange.record;
  const std::uint64_t id = record.session_id ? record.session_id->value : 0;
  switch (as_command(header.command)) {
    case Command2::tree_connect:
      if (!exchange.tree) break;
      exchange.tree->type = record.share_type;
      bind_tree({id, header.tree_id}, exchange.tree);
      find_unsigned(message, exchange);
      break;
    case Command2::tree_disconnect:
      if (record.tree_id) trees_.erase({id, *record.tree_id});
      break;
    case Command2::logoff:
      users_.erase(id);
      break;
    case Command2::set_info:
      if (!exchange.open) break;
      exchange.open->frames.add(message.frames);
      if (!record.renamed_to.empty()) exchange.open->renamed_to = record.renamed_to;
      if (record.deleted) exchange.open->deleted = record.deleted;
      if (record.size) exchange.open->size = record.size;
      break;
    case Command2::query_directory:
      if (!exchange.open) break;
      exchange.open->kind = "directory";
      exchange.open->listed = exchange.open->listed.value_or(0) + record.entries.size();
      exchange.open->frames.add(message.frames);
      break;
    default:
      break;
  }
}

}  // namespace wiretale::shares
