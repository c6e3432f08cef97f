// SMB 2 and 3: what the client asks (MS-SMB2, section 2.2).
#include <fmt/format.h>

#include <algorithm>

#include "common/utf16.hpp"
#include "smb/dissector.hpp"

namespace wiretale::shares {
namespace {

constexpr std::size_t header_bytes = 64;
constexpr std::uint64_t same_file = UINT64_MAX;  // the one that the compound is about

std::string guid_text(Bytes octets) {
  Cursor cursor(octets);
  const std::uint32_t first = cursor.u32le();
  const unsigned second = cursor.u16le(), third = cursor.u16le(), fourth = cursor.u16();
  const std::uint64_t last = std::uint64_t{cursor.u16()} << 32 | cursor.u32();
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", first, second, third, fourth, last);
}

std::string_view signing_mode(std::uint16_t mode) {
  return (mode & 2) != 0 ? "required" : (mode & 1) != 0 ? "enabled" : "disabled";
}

}  // namespace

std::string file_id_text(std::uint64_t persistent, std::uint64_t of_session) {
  return fmt::format("0x{:016x}{:016x}", persistent, of_session);
}

/// A text of UTF-16 that stands at `offset` of the part.
std::string SmbDissector::text_at(const Part2& part, std::size_t offset, std::size_t length, bool& understood) const {
  const Bytes octets = slice(part.bytes, offset, length);
  if (octets.size() != length) understood = false;
  return utf8_from_utf16le(octets);
}

/// The contexts of NEGOTIATE (section 2.2.3.1).
void SmbDissector::read_contexts(const Part2& part, std::size_t offset, std::size_t count, Exchange& exchange,
                                 bool request) {
  SmbRecord& record = exchange.record;
  Cursor cursor(part.bytes, offset);
  for (std::size_t i = 0; i < count && cursor.left() >= 8; ++i) {
    const std::uint16_t type = cursor.u16le();
    const std::size_t length = cursor.u16le();
    cursor.skip(4);
    Cursor data = cursor.part(length);
    if (type == 5) {
      record.net_name = exchange.keep(utf8_from_utf16le(data.rest()));
    } else if (type == 2 || type == 8) {  // encryption, signing
      const std::size_t algorithms = data.u16le();
      for (std::size_t j = 0; j < algorithms && data.ok(); ++j) {
        const std::uint16_t id = data.u16le();
        if (!data.ok()) break;
        if (type == 8 && !request) record.signing_algorithm = signing_name(id);
        if (type != 2) continue;
        if (!request)
          record.cipher = cipher_name(id);
        else if (const std::string_view name = cipher_name(id); !name.empty() && record.ciphers.size() < 16)
          record.ciphers.push_back(name);
      }
    } else if (type == 3 && !request) {  // compression
      const bool any = data.u16le() != 0;
      data.skip(6);
      if (any) record.compression = compression_name(data.u16le());
    }
    cursor.seek(std::min((cursor.position() + 7) / 8 * 8, part.bytes.size()));
  }
}

bool SmbDissector::negotiate_request2(const Part2& part, Exchange& exchange) {
  constexpr std::size_t most_dialects = 64;
  SmbRecord& record = exchange.record;
  Cursor cursor(part.bytes, header_bytes + 2);
  const std::size_t count = cursor.u16le();
  record.client_signing = signing_mode(cursor.u16le());
  cursor.skip(6);
  record.client_guid = exchange.keep(guid_text(cursor.take(16)));
  const std::size_t offset = cursor.u32le();
  const std::size_t contexts = cursor.u16le();
  cursor.skip(2);
  bool newest = false;
  for (std::size_t i = 0; i < count && cursor.ok(); ++i) {
    const std::uint16_t revision = cursor.u16le();
    if (!cursor.ok()) break;
    newest = newest || revision == 0x0311;
    if (record.dialects.size() >= most_dialects) continue;
    const std::string_view name = dialect_name(revision);
    record.dialects.push_back(name.empty() ? exchange.keep(fmt::format("0x{:04x}", revision)) : name);
  }
  if (newest) read_contexts(part, offset, contexts, exchange, true);
  return cursor.ok();
}

bool SmbDissector::negotiate_response2(const Part2& part, Exchange& exchange) {
  SmbRecord& record = exchange.record;
  Cursor cursor(part.bytes, header_bytes + 2);
  const std::uint16_t mode = cursor.u16le();
  const std::uint16_t revision = cursor.u16le();
  const std::size_t contexts = cursor.u16le();
  record.server_guid = exchange.keep(guid_text(cursor.take(16)));
  record.capabilities = names_of_bits(cursor.u32le(), capability_bits());
  record.max_transact = cursor.u32le();
  record.max_read = cursor.u32le();
  record.max_write = cursor.u32le();
  record.server_time = windows_time(cursor.u64le());
  record.boot_time = windows_time(cursor.u64le());
  const std::size_t token_at = cursor.u16le();
  const std::size_t token_size = cursor.u16le();
  const std::size_t offset = cursor.u32le();
  if (!cursor.ok()) return false;
  record.signing = signing_mode(mode);
  const std::string_view name = dialect_name(revision);
  record.dialect = name.empty() ? exchange.keep(fmt::format("0x{:04x}", revision)) : name;
  if (revision == 0x0311) read_contexts(part, offset, contexts, exchange, false);
  if (revision == 0x02FF) {  // SMB 2 it is; which one, the next NEGOTIATE tells
    record.version = "2";
  } else {
    dialect_ = record.dialect;
    smb3_ = revision >= 0x0300;
    server_requires_signing_ = (mode & 2) != 0;
  }
  return slice(part.bytes, token_at, token_size).size() == token_size;
}

/// Reads a FileId: the file is the one that it names, or the compound's.
bool SmbDissector::file_of(Cursor& cursor, Exchange& exchange, Chain& chain) {
  const std::uint64_t persistent = cursor.u64le();
  const std::uint64_t of_session = cursor.u64le();
  if (!cursor.ok()) return false;
  if (persistent == same_file && of_session == same_file) {
    exchange.open = chain.open;
    exchange.related = true;
    return true;
  }
  exchange.file = {persistent, of_session};
  exchange.open = find_open(exchange.file);
  chain.open = exchange.open;
  if (exchange.open)
    exchange.record.file_id = {};
  else
    exchange.record.file_id = exchange.keep(file_id_text(persistent, of_session));
  return true;
}

bool SmbDissector::create_request2(const Part2& part, Exchange& exchange, Chain& chain) {
  SmbRecord& record = exchange.record;
  Cursor cursor(part.bytes, header_bytes + 3);
  record.oplock = oplock_name(cursor.u8());
  cursor.skip(20);
  record.access = names_of_bits(cursor.u32le(), access_bits());
  cursor.skip(8);  // attributes, share access
  record.disposition = disposition_name(cursor.u32le());
  const std::uint32_t options = cursor.u32le();
  record.options = names_of_bits(options, option_bits());
  const std::size_t name_at = cursor.u16le();
  const std::size_t name_size = cursor.u16le();
  const std::size_t contexts_at = cursor.u32le();
  const std::size_t contexts_size = cursor.u32le();
  if (!cursor.ok()) return false;
  bool understood = true;
  exchange.open = new_open(part.message, exchange, text_at(part, name_at, name_size, understood));
  if ((options & 0x1000) != 0) exchange.open->deleted = true;
  chain.open = exchange.open;
  Cursor contexts(slice(part.bytes, contexts_at, contexts_size));
  record.lease = lease_of(contexts);
  return understood;
}

/// SMB2_CREATE_REQUEST_LEASE among the contexts of CREATE (section 2.2.13.2).
std::vector<std::string_view> SmbDissector::lease_of(Cursor contexts) {
  constexpr std::size_t most_contexts = 32;
  for (std::size_t i = 0, at = 0; i < most_contexts; ++i) {
    Cursor cursor(contexts.all(), at);
    const std::size_t next = cursor.u32le();
    const std::size_t name_at = cursor.u16le();
    const std::size_t name_size = cursor.u16le();
    cursor.skip(2);
    const std::size_t data_at = cursor.u16le();
    const std::size_t data_size = cursor.u32le();
    if (!cursor.ok()) return {};
    if (text_of(slice(contexts.all(), at + name_at, name_size)) == "RqLs" && data_size >= 20) {
      Cursor data(slice(contexts.all(), at + data_at, data_size), 16);
      return names_of_bits(data.u32le(), lease_bits());
    }
    if (next < 16) return {};
    at += next;
  }
  return {};
}

bool SmbDissector::set_info_request2(const Part2& part, Exchange& exchange, Chain& chain) {
  SmbRecord& record = exchange.record;
  Cursor cursor(part.bytes, header_bytes + 2);
  const std::uint8_t type = cursor.u8();
  const std::uint8_t info_class = cursor.u8();
  const std::size_t size = cursor.u32le();
  const std::size_t at = cursor.u16le();
  cursor.skip(6);
  if (!file_of(cursor, exchange, chain)) return false;
  record.info_class = info_name(type, info_class);
  const Bytes octets = slice(part.bytes, at, size);
  read_setting(type, info_class, octets, exchange);
  return octets.size() == size;
}

/// What is set of a file: a new name, its size, whether it goes.
void SmbDissector::read_setting(std::uint8_t type, std::uint8_t info_class, Bytes octets, Exchange& exchange) {
  constexpr std::uint8_t rename = 10, disposition = 13, end_of_file = 20, disposition_ex = 64, rename_ex = 65;
  SmbRecord& record = exchange.record;
  Cursor cursor(octets);
  if (type != 1 || octets.empty()) return;
  if (info_class == rename || info_class == rename_ex) {
    cursor.skip(16);
    const std::size_t length = cursor.u32le();
    record.renamed_to = exchange.keep(utf8_from_utf16le(cursor.take(length)));
  } else if (info_class == disposition || info_class == disposition_ex) {
    record.deleted = (cursor.u8() & 1) != 0;
  } else if (info_class == end_of_file) {
    const std::uint64_t size = cursor.u64le();
    if (cursor.ok()) record.size = size;
  }
}

bool SmbDissector::write_request2(const Part2& part, Exchange& exchange, Chain& chain) {
  SmbRecord& record = exchange.record;
  Cursor cursor(part.bytes, header_bytes + 2);
  const std::size_t at = cursor.u16le();
  const std::uint32_t length = cursor.u32le();
  const std::uint64_t offset = cursor.u64le();
  if (!file_of(cursor, exchange, chain)) return false;
  record.offset = offset;
  record.length = length;
  if (!exchange.open) return true;
  Open& open = *exchange.open;
  if (open.kind == "pipe")
    learn_rpc(exchange, slice(part.bytes, at, length));
  else
    write_data(part.message, exchange, offset, part.base + at, length);
  return part.base + at + length <= part.message.wire_bytes;
}

/// IOCTL: both messages have the same form up to what they carry.
bool SmbDissector::ioctl_request2(const Part2& part, Exchange& exchange, Chain& chain) {
  constexpr std::uint32_t transceive = 0x0011C017;
  SmbRecord& record = exchange.record;
  Cursor cursor(part.bytes, header_bytes + 4);
  const std::uint32_t code = cursor.u32le();
  if (!cursor.ok()) return false;
  record.function = Code<ControlCode>(code);
  if (!file_of(cursor, exchange, chain)) return false;
  const std::size_t at = cursor.u32le();
  const std::size_t size = cursor.u32le();
  record.length = size;
  const Bytes input = slice(part.bytes, at, size);
  if (code == transceive && exchange.open) {
    Open& open = *exchange.open;
    if (open.kind.empty()) {  // what went by were calls
      open.read.forget();
      open.written.forget();
      open.size.reset();
    }
    open.kind = "pipe";
    open.frames.add(part.message.frames);
    learn_rpc(exchange, input);
  }
  return cursor.ok() && (size == 0 || input.size() == size);
}

bool SmbDissector::lock_request2(const Part2& part, Exchange& exchange, Chain& chain) {
  SmbRecord& record = exchange.record;
  Cursor cursor(part.bytes, header_bytes + 2);
  const std::size_t count = cursor.u16le();
  cursor.skip(4);
  if (!file_of(cursor, exchange, chain)) return false;
  for (std::size_t i = 0; i < count && i < session().limits().record_items; ++i) {
    LockRange range;
    range.offset = cursor.u64le();
    range.length = cursor.u64le();
    const std::uint32_t flags = cursor.u32le();
    cursor.skip(4);
    if (!cursor.ok()) return false;
    range.kind = (flags & 4) != 0 ? "unlock" : (flags & 2) != 0 ? "exclusive" : "shared";
    record.locks.push_back(range);
  }
  return true;
}

bool SmbDissector::read_request2(const Part2& part, Exchange& exchange, Chain& chain) {
  SmbRecord& record = exchange.record;
  Cursor cursor(part.bytes, header_bytes);
  bool understood = true;
  switch (Command2{part.header.command}) {
    case Command2::negotiate:
      return negotiate_request2(part, exchange);
    case Command2::session_setup: {
      cursor.skip(3);
      record.client_signing = signing_mode(cursor.u8());
      cursor.skip(8);
      const std::size_t at = cursor.u16le();
      const std::size_t size = cursor.u16le();
      const Bytes token = slice(part.bytes, at, size);
      read_token(token, exchange);
      return cursor.ok() && token.size() == size;
    }
    case Command2::tree_connect: {
      cursor.skip(4);
      const std::size_t at = cursor.u16le();
      const std::size_t size = cursor.u16le();
      if (!cursor.ok()) return false;
      exchange.tree = std::make_shared<Tree>();
      exchange.tree->share = text_at(part, at, size, understood);
      return understood;
    }
    case Command2::create:
      return create_request2(part, exchange, chain);
    case Command2::close:
    case Command2::flush:
      cursor.skip(8);
      return file_of(cursor, exchange, chain);
    case Command2::read:
      cursor.skip(4);
      record.length = cursor.u32le();
      record.offset = cursor.u64le();
      return file_of(cursor, exchange, chain);
    case Command2::write:
      return write_request2(part, exchange, chain);
    case Command2::lock:
      return lock_request2(part, exchange, chain);
    case Command2::ioctl:
      return ioctl_request2(part, exchange, chain);
    case Command2::query_directory: {
      cursor.skip(2);
      exchange.info_class = cursor.u8();
      cursor.skip(5);
      record.info_class = info_name(1, exchange.info_class);
      if (!file_of(cursor, exchange, chain)) return false;
      const std::size_t at = cursor.u16le();
      const std::size_t size = cursor.u16le();
      record.pattern = exchange.keep(text_at(part, at, size, understood));
      return cursor.ok() && understood;
    }
    case Command2::change_notify:
      cursor.skip(8);
      return file_of(cursor, exchange, chain);
    case Command2::query_info:
      cursor.skip(2);
      exchange.info_type = cursor.u8();
      exchange.info_class = cursor.u8();
      record.info_class = info_name(exchange.info_type, exchange.info_class);
      cursor.skip(20);
      return file_of(cursor, exchange, chain);
    case Command2::set_info:
      return set_info_request2(part, exchange, chain);
    case Command2::oplock_break:
      return read_break2(part, exchange, chain);
    default:
      return true;
  }
}

/// OPLOCK_BREAK in all its forms (sections 2.2.23 to 2.2.25): of an oplock, or of a lease.
bool SmbDissector::read_break2(const Part2& part, Exchange& exchange, Chain& chain) {
  constexpr std::uint16_t of_oplock = 24, lease_notification = 44;
  SmbRecord& record = exchange.record;
  Cursor cursor(part.bytes, header_bytes);
  const std::uint16_t form = cursor.u16le();
  if (form == of_oplock) {
    record.oplock_granted = oplock_name(cursor.u8());
    cursor.skip(5);
    return file_of(cursor, exchange, chain);
  }
  cursor.skip(6 + 16);
  if (form == lease_notification) record.lease = names_of_bits(cursor.u32le(), lease_bits());
  record.lease_granted = names_of_bits(cursor.u32le(), lease_bits());
  return cursor.ok();
}

}  // namespace wiretale::shares
