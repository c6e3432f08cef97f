// SMB 1: what the server answers (MS-CIFS, sections 2.2.4 to 2.2.7).
#include <fmt/format.h>

#include <algorithm>

#include "smb/dissector.hpp"
#include "smb/smb1.hpp"

namespace wiretale::shares {
namespace {

constexpr std::uint32_t directory_attribute = 0x10;

}  // namespace

void SmbDissector::negotiate_response1(const Part1& part, Exchange& exchange) {
  constexpr std::uint16_t none = 0xFFFF;
  SmbRecord& record = exchange.record;
  Cursor words(part.words);
  const std::uint16_t chosen = words.u16le();
  if (!words.ok()) return;
  if (chosen == none) {
    record.dialect = "none";
  } else if (chosen < record.dialects.size()) {
    dialect_ = record.dialects[chosen];
    record.dialect = dialect_;
  }
  if (part.words.size() != 34) return;  // dialects before NT LM 0.12 say less
  const std::uint8_t mode = words.u8();
  record.signing = (mode & 8) != 0 ? "required" : (mode & 4) != 0 ? "enabled" : "disabled";
  server_requires_signing_ = (mode & 8) != 0;
  words.skip(4);
  record.max_transact = words.u32le();
  words.skip(8);
  const std::uint32_t capabilities = words.u32le();
  record.server_time = windows_time(words.u64le());
  words.skip(2);
  const std::size_t challenge = words.u8();
  constexpr std::uint32_t extended_security = 0x80000000;
  if ((capabilities & extended_security) != 0) return;
  std::string digits;
  for (const std::uint8_t octet : slice(part.data, 0, challenge)) digits += fmt::format("{:02x}", octet);
  record.challenge = exchange.keep(std::move(digits));
  Texts1 texts(part.message.bytes, part.data_at + challenge, part.header.unicode());
  record.server_domain = exchange.keep(texts.next());
  record.server_name = exchange.keep(texts.next());
}

void SmbDissector::setup_response1(const Part1& part, Exchange& exchange) {
  SmbRecord& record = exchange.record;
  Cursor words(part.words);
  words.skip(4);
  const bool guest = (words.u16le() & 1) != 0;
  const std::size_t token = part.words.size() == 8 ? words.u16le() : 0;
  if (!words.ok()) return;
  const Bytes octets = slice(part.data, 0, token);
  if (find_challenge(octets)) read_token(octets, exchange);
  Texts1 texts(part.message.bytes, part.data_at + token, part.header.unicode());
  if (std::string os = texts.next(); !os.empty()) record.os = exchange.keep(std::move(os));
  (void)texts.next();
  if (part.words.size() == 6 && record.server_domain.empty()) record.server_domain = exchange.keep(texts.next());
  if (!part.header.nt_status() || part.header.status == status::success)
    logged_in(part.message, exchange, part.header.user_id, guest, false);
}

/// The server gave a number to what was opened.
void SmbDissector::opened1(const Part1& part, Exchange& exchange, std::uint16_t file) {
  const std::shared_ptr<Open> open = exchange.open;
  by_file1(exchange, file);
  if (!open) return;
  exchange.open = open;
  open->id = fmt::format("0x{:04x}", file);
  exchange.record.file_id = {};
  open->frames.add(part.message.frames);
  open->action = exchange.record.action;
  bind_open(exchange.file, open);
}

void SmbDissector::read_response1(const Part1& part, Exchange& exchange) {
  SmbRecord& record = exchange.record;
  Cursor words(part.words);
  switch (part.command) {
    case command1::negotiate:
      negotiate_response1(part, exchange);
      break;
    case command1::session_setup_andx:
      setup_response1(part, exchange);
      break;
    case command1::tree_connect_andx: {
      Texts1 texts(part.message.bytes, part.data_at, part.header.unicode());
      record.share_type = exchange.keep(texts.next_octets());
      if (!exchange.tree) break;
      exchange.tree->type = record.share_type == "IPC" ? "pipe" : "disk";
      bind_tree({0, part.header.tree_id}, exchange.tree);
      find_unsigned(part.message, exchange);
      break;
    }
    case command1::tree_connect: {
      words.skip(2);
      const std::uint16_t tree = words.u16le();
      if (words.ok() && exchange.tree) bind_tree({0, tree}, exchange.tree);
      break;
    }
    case command1::tree_disconnect:
      trees_.erase({0, part.header.tree_id});
      break;
    case command1::logoff_andx:
      users_.erase(part.header.user_id);
      break;
    case command1::nt_create_andx: {
      words.skip(5);
      const std::uint16_t file = words.u16le();
      record.action = action_name(words.u32le());
      record.created = windows_time(words.u64le());
      record.accessed = windows_time(words.u64le());
      record.modified = windows_time(words.u64le());
      words.skip(8);
      const std::uint32_t attributes = words.u32le();
      words.skip(8);
      const std::uint64_t size = words.u64le();
      const std::uint16_t type = words.u16le();
      words.skip(2);
      const bool directory = words.u8() != 0 || (attributes & directory_attribute) != 0;
      if (!words.ok()) break;
      record.size = size;
      record.attributes = names_of_bits(attributes, attribute_bits());
      if (exchange.open) {
        if (type == 1 || type == 2) exchange.open->kind = "pipe";
        if (exchange.open->kind.empty()) exchange.open->kind = directory ? "directory" : "file";
        if (exchange.open->kind == "file") exchange.open->size = size;
      }
      opened1(part, exchange, file);
      break;
    }
    case command1::open_andx: {
      words.skip(4);
      const std::uint16_t file = words.u16le();
      words.skip(6);
      const std::uint32_t size = words.u32le();
      if (!words.ok()) break;
      record.size = size;
      if (exchange.open) exchange.open->size = size;
      if (exchange.open && exchange.open->kind.empty()) exchange.open->kind = "file";
      opened1(part, exchange, file);
      break;
    }
    case command1::open:
    case command1::create:
    case command1::create_new:
    case command1::create_temporary: {
      const std::uint16_t file = words.u16le();
      if (!words.ok()) break;
      words.skip(6);
      const std::uint32_t size = words.u32le();
      if (words.ok()) record.size = size;
      if (exchange.open && words.ok()) exchange.open->size = size;
      if (exchange.open && exchange.open->kind.empty()) exchange.open->kind = "file";
      opened1(part, exchange, file);
      break;
    }
    case command1::read_andx: {
      words.skip(10);
      const std::uint64_t low = words.u16le();
      const std::size_t at = words.u16le();
      const std::uint64_t high = words.u16le();
      if (words.ok()) data_response1(part, exchange, at, low | (high < 256 ? high << 16 : 0));
      break;
    }
    case command1::read: {
      const std::uint16_t count = words.u16le();
      if (words.ok()) data_response1(part, exchange, part.data_at + 3, count);
      break;
    }
    case command1::write_andx: {
      words.skip(4);
      const std::uint64_t low = words.u16le();
      words.skip(2);
      const std::uint64_t high = words.u16le();
      if (!words.ok()) break;
      record.bytes = high << 16 | low;
      written(part.message, exchange);
      break;
    }
    case command1::write:
    case command1::write_and_close: {
      const std::uint16_t count = words.u16le();
      if (!words.ok()) break;
      record.bytes = count;
      written(part.message, exchange);
      break;
    }
    case command1::transaction2:
      transaction_response1(part, exchange);
      break;
    default:
      break;
  }
}

void SmbDissector::data_response1(const Part1& part, Exchange& exchange, std::uint64_t at, std::uint64_t length) {
  exchange.record.bytes = length;
  if (exchange.open && exchange.record.offset) read_data(part.message, exchange, *exchange.record.offset, at, length);
}

/// TRANSACTION2: listings, and what is known of files.
void SmbDissector::transaction_response1(const Part1& part, Exchange& exchange) {
  constexpr std::uint16_t find_first = 1, find_next = 2, set_file = 8, levels = 0x100;
  SmbRecord& record = exchange.record;
  if (exchange.unasked) return;
  if (exchange.subcommand == set_file && exchange.open) {
    Open& open = *exchange.open;
    open.frames.add(part.message.frames);
    if (!record.renamed_to.empty()) open.renamed_to = record.renamed_to;
    if (record.deleted) open.deleted = record.deleted;
    if (record.size) open.size = record.size;
  }
  if (exchange.subcommand != find_first && exchange.subcommand != find_next) return;
  Cursor words(part.words);
  words.skip(12);
  const std::size_t size = words.u16le();
  const std::size_t at = words.u16le();
  if (!words.ok()) return;
  // Levels of SMB 1 and classes of the file system, in the forms of their entries.
  static constexpr std::uint8_t classes[] = {0, 1, 2, 12, 3, 38, 37};
  const std::size_t level = exchange.level - std::min<std::size_t>(exchange.level, levels);
  if (level >= std::size(classes)) return;
  const Bytes octets = slice(part.message.bytes, at, size);
  const std::uint64_t most = session().limits().record_items;
  if (read_entries(octets, classes[level], part.header.unicode(), most, record.entries) > most)
    session().limit_reached("record_items");
}

}  // namespace wiretale::shares
