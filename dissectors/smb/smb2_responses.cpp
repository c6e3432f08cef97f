// SMB 2 and 3: what the server answers (MS-SMB2, section 2.2).
#include <algorithm>

#include "common/utf16.hpp"
#include "smb/dissector.hpp"

namespace wiretale::shares {
namespace {

constexpr std::size_t header_bytes = 64;

/// What CHANGE_NOTIFY tells (MS-FSCC, section 2.7.1).
void read_changes(Bytes octets, std::uint64_t most, std::vector<DirectoryChange>& changes) {
  std::size_t at = 0;
  while (changes.size() < most) {
    Cursor cursor(octets, at);
    const std::size_t next = cursor.u32le();
    const std::uint32_t action = cursor.u32le();
    const std::size_t length = cursor.u32le();
    const Bytes name = cursor.take(length);
    if (!cursor.ok()) return;
    changes.push_back({change_name(action), utf8_from_utf16le(name)});
    if (next < 12) return;
    at += next;
  }
}

/// Where entries of each information class have what is told of them (MS-FSCC, section 2.4).
struct EntryForm {
  std::size_t name_length_at, name_at;
  bool sized;
};

EntryForm form_of(std::uint8_t info_class) {
  switch (info_class) {
    case 1:
      return {60, 64, true};
    case 2:
      return {60, 68, true};
    case 3:
      return {60, 94, true};
    case 12:
      return {8, 12, false};
    case 37:
      return {60, 104, true};
    case 38:
      return {60, 80, true};
    case 60:
      return {60, 88, true};
    default:
      return {0, 0, false};
  }
}

}  // namespace

std::uint64_t read_entries(Bytes octets, std::uint8_t info_class, bool unicode, std::uint64_t most,
                           std::vector<DirectoryEntry>& entries) {
  constexpr std::size_t size_at = 40, attributes_at = 56;
  constexpr std::uint32_t directory = 0x10;
  const EntryForm form = form_of(info_class);
  if (form.name_at == 0) return 0;
  std::uint64_t count = 0;
  for (std::size_t at = 0;;) {
    const Bytes entry = slice(octets, at);
    const std::size_t next = Cursor(entry).u32le();
    const std::size_t length = Cursor(entry, form.name_length_at).u32le();
    const Bytes name = slice(entry, form.name_at, length);
    if (entry.size() < form.name_at || name.size() != length) return count;
    ++count;
    if (entries.size() < most) {
      DirectoryEntry told;
      told.name = unicode ? utf8_from_utf16le(name) : std::string(text_of(name));
      if (form.sized) {
        told.directory = (Cursor(entry, attributes_at).u32le() & directory) != 0;
        if (!*told.directory) told.size = Cursor(entry, size_at).u64le();
      }
      entries.push_back(std::move(told));
    }
    if (next < form.name_at || next > entry.size()) return count;
    at += next;
  }
}

bool SmbDissector::create_response2(const Part2& part, Exchange& exchange, Chain& chain) {
  SmbRecord& record = exchange.record;
  Cursor cursor(part.bytes, header_bytes + 2);
  record.oplock_granted = oplock_name(cursor.u8());
  cursor.skip(1);
  record.action = action_name(cursor.u32le());
  record.created = windows_time(cursor.u64le());
  record.accessed = windows_time(cursor.u64le());
  record.modified = windows_time(cursor.u64le());
  cursor.skip(16);
  const std::uint64_t size = cursor.u64le();
  const std::uint32_t attributes = cursor.u32le();
  cursor.skip(4);
  const std::uint64_t persistent = cursor.u64le();
  const std::uint64_t of_session = cursor.u64le();
  const std::size_t contexts_at = cursor.u32le();
  const std::size_t contexts_size = cursor.u32le();
  if (!cursor.ok()) return false;
  record.size = size;
  record.attributes = names_of_bits(attributes, attribute_bits());
  record.lease_granted = lease_of(Cursor(slice(part.bytes, contexts_at, contexts_size)));
  exchange.file = {persistent, of_session};
  if (!exchange.open) {
    record.file_id = exchange.keep(file_id_text(persistent, of_session));
    return true;
  }
  Open& open = *exchange.open;
  open.id = file_id_text(persistent, of_session);
  open.action = record.action;
  open.frames.add(part.message.frames);
  constexpr std::uint32_t directory = 0x10;
  if (open.kind.empty() && (attributes & directory) != 0) open.kind = "directory";
  // What is no directory may be a pipe, unless its share is known.
  if (open.kind.empty() && open.tree && !open.tree->type.empty()) open.kind = "file";
  if (open.kind != "directory" && open.kind != "pipe") open.size = size;
  chain.open = exchange.open;
  bind_open(exchange.file, exchange.open);
  return true;
}

bool SmbDissector::read_response_data2(const Part2& part, Exchange& exchange) {
  SmbRecord& record = exchange.record;
  Cursor cursor(part.bytes, header_bytes + 2);
  const std::size_t at = cursor.u8();
  cursor.skip(1);
  const std::uint32_t length = cursor.u32le();
  if (!cursor.ok()) return false;
  record.bytes = length;
  if (exchange.open && record.offset) read_data(part.message, exchange, *record.offset, part.base + at, length);
  return part.base + at + length <= part.message.wire_bytes;
}

bool SmbDissector::read_response2(const Part2& part, Exchange& exchange, Chain& chain) {
  const Limits& limits = session().limits();
  SmbRecord& record = exchange.record;
  Cursor cursor(part.bytes, header_bytes);
  if (exchange.related && !exchange.open) exchange.open = chain.open;
  switch (Command2{part.header.command}) {
    case Command2::negotiate:
      return negotiate_response2(part, exchange);
    case Command2::session_setup: {
      cursor.skip(2);
      const std::uint16_t flags = cursor.u16le();
      const std::size_t at = cursor.u16le();
      const std::size_t size = cursor.u16le();
      const Bytes token = slice(part.bytes, at, size);
      if (find_challenge(token)) read_token(token, exchange);
      if (!cursor.ok()) return false;
      if (part.header.status == status::success)
        logged_in(part.message, exchange, part.header.session_id, (flags & 1) != 0, (flags & 2) != 0);
      return token.size() == size;
    }
    case Command2::tree_connect:
      cursor.skip(2);
      record.share_type = share_type_name(cursor.u8());
      return cursor.ok();
    case Command2::create:
      return create_response2(part, exchange, chain);
    case Command2::close: {
      constexpr std::uint16_t attributes_wanted = 1;
      cursor.skip(2);
      const std::uint16_t flags = cursor.u16le();
      cursor.skip(44);
      const std::uint64_t size = cursor.u64le();
      if (exchange.related && exchange.open) exchange.file = exchange.open->key;
      if (!cursor.ok()) return false;
      if ((flags & attributes_wanted) == 0) return true;
      record.size = size;
      if (exchange.open && exchange.open->kind == "file") exchange.open->size = size;
      return true;
    }
    case Command2::read:
      return read_response_data2(part, exchange);
    case Command2::write: {
      cursor.skip(4);
      const std::uint32_t count = cursor.u32le();
      if (!cursor.ok()) return false;
      record.bytes = count;
      written(part.message, exchange);
      return true;
    }
    case Command2::query_directory:
    case Command2::change_notify: {
      cursor.skip(2);
      const std::size_t at = cursor.u16le();
      const std::size_t size = cursor.u32le();
      if (!cursor.ok()) return false;
      const Bytes octets = slice(part.bytes, at, size);
      if (Command2{part.header.command} == Command2::change_notify)
        read_changes(octets, limits.record_items, record.changes);
      else if (read_entries(octets, exchange.info_class, true, limits.record_items, record.entries) >
               limits.record_items)
        session().limit_reached("record_items");
      return octets.size() == size;
    }
    case Command2::query_info: {
      constexpr std::uint8_t of_file = 1, standard = 5, all = 18, network_open = 34;
      cursor.skip(2);
      const std::size_t at = cursor.u16le();
      const std::size_t size = cursor.u32le();
      if (!cursor.ok()) return false;
      const Bytes octets = slice(part.bytes, at, size);
      std::size_t size_at = SIZE_MAX;
      if (exchange.info_type == of_file && exchange.info_class == standard) size_at = 8;
      if (exchange.info_type == of_file && exchange.info_class == all) size_at = 48;
      if (exchange.info_type == of_file && exchange.info_class == network_open) size_at = 40;
      Cursor end_of_file(octets, std::min(size_at, octets.size()));
      const std::uint64_t bytes = end_of_file.u64le();
      if (end_of_file.ok()) record.size = bytes;
      return octets.size() == size;
    }
    case Command2::ioctl: {
      cursor.skip(4);
      record.function = Code<ControlCode>(cursor.u32le());
      cursor.skip(16 + 8);
      const std::size_t at = cursor.u32le();
      const std::size_t size = cursor.u32le();
      if (!cursor.ok()) return false;
      record.bytes = size;
      return size == 0 || slice(part.bytes, at, size).size() == size;
    }
    case Command2::oplock_break:
      return read_break2(part, exchange, chain);
    default:
      return true;
  }
}

}  // namespace wiretale::shares
