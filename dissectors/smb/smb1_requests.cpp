// SMB 1: what the client asks (MS-CIFS, sections 2.2.4 to 2.2.7).
#include <fmt/format.h>

#include <algorithm>

#include "common/utf16.hpp"
#include "smb/dissector.hpp"
#include "smb/smb1.hpp"

namespace wiretale::shares {

void Texts1::align() {
  if (unicode_ && cursor_.position() % 2 != 0) cursor_.skip(1);
}

std::string Texts1::next() {
  if (!unicode_) return next_octets();
  align();
  const Bytes rest = cursor_.rest();
  std::size_t size = 0;
  while (size + 1 < rest.size() && (rest[size] != 0 || rest[size + 1] != 0)) size += 2;
  cursor_.skip(std::min(size + 2, rest.size()));
  return utf8_from_utf16le(slice(rest, 0, size));
}

std::string Texts1::next_octets() {
  const std::string_view rest = text_of(cursor_.rest());
  const std::size_t size = std::min(rest.find('\0'), rest.size());
  cursor_.skip(std::min(size + 1, rest.size()));
  return std::string(rest.substr(0, size));
}

std::string Texts1::next(std::size_t octets) {
  align();
  const Bytes bytes = cursor_.take(std::min(octets, cursor_.left()));
  std::string text = unicode_ ? utf8_from_utf16le(bytes) : std::string(text_of(bytes));
  text.resize(std::min(text.find('\0'), text.size()));
  return text;
}

namespace {

Texts1 texts_of(const Part1& part, std::size_t skip = 0) {
  return {part.message.bytes, part.data_at + skip, part.header.unicode()};
}

std::string hex(Bytes octets) {
  std::string digits;
  for (const std::uint8_t octet : slice(octets, 0, 512)) digits += fmt::format("{:02x}", octet);
  return digits;
}

void read_dialects(const Part1& part, Exchange& exchange) {
  constexpr std::size_t most_dialects = 64;
  Cursor cursor(part.data);
  while (cursor.left() > 1 && exchange.record.dialects.size() < most_dialects) {
    cursor.skip(1);
    const std::string_view rest = text_of(cursor.rest());
    const std::size_t size = std::min(rest.find('\0'), rest.size());
    exchange.record.dialects.push_back(exchange.keep(std::string(rest.substr(0, size))));
    cursor.skip(std::min(size + 1, rest.size()));
  }
}

void read_locks(const Part1& part, Exchange& exchange) {
  Cursor words(part.words, std::min<std::size_t>(6, part.words.size()));
  const std::uint8_t type = words.u8();
  words.skip(5);
  const std::size_t unlocks = words.u16le();
  const std::size_t locks = words.u16le();
  const bool large = (type & 0x10) != 0;
  Cursor cursor(part.data);
  for (std::size_t i = 0; words.ok() && i < unlocks + locks; ++i) {
    LockRange range;
    cursor.skip(large ? 4 : 2);
    const auto number = [&] {
      const std::uint64_t high = large ? cursor.u32le() : 0;
      return high << 32 | cursor.u32le();
    };
    range.offset = number();
    range.length = number();
    if (!cursor.ok()) return;
    range.kind = i < unlocks ? "unlock" : (type & 1) != 0 ? "shared" : "exclusive";
    exchange.record.locks.push_back(range);
  }
}

}  // namespace

/// The command is about an open file.
void SmbDissector::by_file1(Exchange& exchange, std::uint16_t file) {
  constexpr std::uint64_t of_smb1 = std::uint64_t{1} << 63;
  exchange.file = {of_smb1, file};
  exchange.open = find_open(exchange.file);
  if (!exchange.open) exchange.record.file_id = exchange.keep(fmt::format("0x{:04x}", file));
}

void SmbDissector::setup_request1(const Part1& part, Exchange& exchange) {
  SmbRecord& record = exchange.record;
  const std::size_t words = part.words.size() / 2;
  Cursor cursor(part.words);
  cursor.skip(14);
  const std::size_t first = cursor.u16le();  // of the token, or of the (older) password
  if (words == 12) {
    read_token(slice(part.data, 0, first), exchange);
    Texts1 texts = texts_of(part, first);
    record.client_os = exchange.keep(texts.next());
    return;
  }
  const std::size_t second = words == 13 ? cursor.u16le() : 0;
  const Bytes older = slice(part.data, 0, first);
  const Bytes newer = slice(part.data, first, second);
  bool plain = false;
  constexpr std::size_t response = 24;  // a password itself is shorter, or ends in a zero
  if (older.size() < response && newer.size() < response) {
    record.auth = "password";
    const Bytes password = older.size() > 1 ? older : newer;
    record.password.value = text_of(password).substr(0, text_of(password).find('\0'));
    plain = true;
  } else {
    record.auth = "ntlm";
    record.lm_response.value = hex(older);
    record.nt_response.value = hex(newer);
  }
  Texts1 texts = texts_of(part, first + second);
  record.user = exchange.keep(texts.next());
  record.domain = exchange.keep(texts.next());
  record.client_os = exchange.keep(texts.next());
  if (record.user.empty() && newer.empty() && older.size() <= 1) record.auth = "anonymous";
  if (plain) find_password(part.message, exchange);
}

void SmbDissector::read_request1(const Part1& part, Exchange& exchange) {
  SmbRecord& record = exchange.record;
  Cursor words(part.words);
  const auto named = [&](std::size_t skip) {
    Texts1 texts = texts_of(part, skip);
    return texts.next();
  };
  switch (part.command) {
    case command1::negotiate:
      read_dialects(part, exchange);
      break;
    case command1::session_setup_andx:
      setup_request1(part, exchange);
      break;
    case command1::tree_connect_andx: {
      words.skip(6);
      Texts1 texts = texts_of(part, words.u16le());
      exchange.tree = std::make_shared<Tree>();
      exchange.tree->share = texts.next();
      record.share_type = exchange.keep(texts.next_octets());
      break;
    }
    case command1::tree_connect: {
      Texts1 texts = texts_of(part, 1);
      exchange.tree = std::make_shared<Tree>();
      exchange.tree->share = texts.next();
      texts.skip_format();
      record.password.value = texts.next();
      find_password(part.message, exchange);
      break;
    }
    case command1::nt_create_andx: {
      words.skip(5);
      const std::size_t length = words.u16le();
      words.skip(8);
      record.access = names_of_bits(words.u32le(), access_bits());
      words.skip(16);
      record.disposition = disposition_name(words.u32le());
      const std::uint32_t options = words.u32le();
      record.options = names_of_bits(options, option_bits());
      if (!words.ok()) break;
      Texts1 texts = texts_of(part);
      exchange.open = new_open(part.message, exchange, texts.next(length));
      if ((options & 0x1000) != 0) exchange.open->deleted = true;
      break;
    }
    case command1::open_andx:
      exchange.open = new_open(part.message, exchange, named(0));
      break;
    case command1::open:
    case command1::create:
    case command1::create_new:
    case command1::create_temporary:
      exchange.open = new_open(part.message, exchange, named(1));
      break;
    case command1::read_andx: {
      words.skip(4);
      const std::uint16_t file = words.u16le();
      std::uint64_t offset = words.u32le();
      const std::uint32_t length = words.u16le();
      words.skip(2);
      const std::uint32_t high = words.u32le();
      words.skip(2);
      if (!words.ok()) break;
      if (words.left() >= 4) offset |= std::uint64_t{words.u32le()} << 32;
      by_file1(exchange, file);
      record.offset = offset;
      record.length = length | (high < 16 ? high << 16 : 0);
      break;
    }
    case command1::read: {
      const std::uint16_t file = words.u16le();
      const std::uint16_t length = words.u16le();
      const std::uint32_t offset = words.u32le();
      if (!words.ok()) break;
      by_file1(exchange, file);
      record.length = length;
      record.offset = offset;
      break;
    }
    case command1::write_andx: {
      words.skip(4);
      const std::uint16_t file = words.u16le();
      std::uint64_t offset = words.u32le();
      words.skip(8);
      const std::uint64_t high = words.u16le();
      const std::uint64_t length = high << 16 | words.u16le();
      const std::size_t at = words.u16le();
      if (!words.ok()) break;
      if (words.left() >= 4) offset |= std::uint64_t{words.u32le()} << 32;
      by_file1(exchange, file);
      data_request1(part, exchange, offset, at, length);
      break;
    }
    case command1::write:
    case command1::write_and_close: {
      const std::uint16_t file = words.u16le();
      const std::uint16_t length = words.u16le();
      const std::uint32_t offset = words.u32le();
      if (!words.ok()) break;
      by_file1(exchange, file);
      data_request1(part, exchange, offset, part.data_at + (part.command == command1::write ? 3 : 1), length);
      break;
    }
    case command1::close:
    case command1::flush:
      by_file1(exchange, words.u16le());
      break;
    case command1::locking_andx:
      words.skip(4);
      by_file1(exchange, words.u16le());
      read_locks(part, exchange);
      break;
    case command1::rename: {
      Texts1 texts = texts_of(part, 1);
      record.path = exchange.keep(texts.next());
      texts.skip_format();
      record.renamed_to = exchange.keep(texts.next());
      break;
    }
    case command1::remove:
    case command1::delete_directory:
      record.deleted = true;
      [[fallthrough]];
    case command1::create_directory:
    case command1::check_directory:
    case command1::query_information:
    case command1::set_information:
    case command1::search:
      record.path = exchange.keep(named(1));
      break;
    case command1::transaction:
    case command1::transaction2:
    case command1::nt_transact:
      transaction_request1(part, exchange);
      break;
    default:
      break;
  }
}

/// Octets for a file, or for a pipe.
void SmbDissector::data_request1(const Part1& part, Exchange& exchange, std::uint64_t offset, std::uint64_t at,
                                 std::uint64_t length) {
  exchange.record.offset = offset;
  exchange.record.length = length;
  if (!exchange.open) return;
  if (exchange.open->kind == "pipe")
    learn_rpc(exchange, slice(part.message.bytes, at, length));
  else
    write_data(part.message, exchange, offset, at, length);
}

/// TRANSACTION, TRANSACTION2 and NT_TRANSACT: a subcommand, its parameters and data.
void SmbDissector::transaction_request1(const Part1& part, Exchange& exchange) {
  SmbRecord& record = exchange.record;
  Cursor words(part.words);
  const bool nt = part.command == command1::nt_transact;
  const auto number = [&] { return nt ? std::size_t{words.u32le()} : std::size_t{words.u16le()}; };
  words.skip(nt ? 19 : 18);
  const std::size_t parameters = number(), parameters_at = number();
  const std::size_t data = number(), data_at = number();
  const std::size_t setups = words.u8();
  if (!nt) words.skip(1);
  exchange.subcommand = nt || setups != 0 ? words.u16le() : std::uint16_t{0};
  if (!words.ok()) return;
  if (nt || setups != 0) record.subcommand = subcommand_name(part.command, exchange.subcommand);
  const Bytes message = part.message.bytes;
  const Bytes data_octets = slice(message, data_at, data);
  if (part.command == command1::transaction2) {
    trans2_request1(part, exchange, slice(message, parameters_at, parameters), data_octets);
  } else if (nt) {
    constexpr std::uint16_t create = 1, ioctl = 2, notify = 4;
    if (exchange.subcommand == ioctl) record.function = Code<ControlCode>(words.u32le());
    if (exchange.subcommand == ioctl) by_file1(exchange, words.u16le());
    if (exchange.subcommand == notify) {
      words.skip(4);
      by_file1(exchange, words.u16le());
    }
    if (exchange.subcommand == create) {
      constexpr std::size_t name_size_at = 44, name_at = 53;
      Cursor cursor(message, std::min(parameters_at + name_size_at, message.size()));
      const std::size_t size = cursor.u32le();
      Texts1 texts(message, std::min(parameters_at + name_at, message.size()), part.header.unicode());
      if (cursor.ok()) exchange.open = new_open(part.message, exchange, texts.next(size));
    }
  } else {
    constexpr std::uint16_t transact = 0x26;
    if (setups >= 2) by_file1(exchange, words.u16le());
    if (exchange.subcommand == transact && exchange.open) {
      exchange.open->kind = "pipe";
      exchange.open->frames.add(part.message.frames);
      learn_rpc(exchange, data_octets);
    }
    if (setups < 2) {  // a mailslot, or a pipe by its name
      Texts1 texts = texts_of(part);
      record.path = exchange.keep(texts.next());
    }
  }
}

void SmbDissector::trans2_request1(const Part1& part, Exchange& exchange, Bytes parameters, Bytes data) {
  constexpr std::uint16_t find_first = 1, find_next = 2, query_path = 5, set_path = 6, query_file = 7, set_file = 8,
                          create_directory = 13, get_dfs_referral = 16;
  SmbRecord& record = exchange.record;
  Cursor cursor(parameters);
  const auto name = [&](std::size_t skip) {
    // Names begin at even offsets of the message; parameters do, too.
    const Bytes octets = slice(parameters, skip);
    std::string text = part.header.unicode() ? utf8_from_utf16le(octets) : std::string(text_of(octets));
    text.resize(std::min(text.find('\0'), text.size()));
    return exchange.keep(std::move(text));
  };
  switch (exchange.subcommand) {
    case find_first:
      cursor.skip(6);
      exchange.level = cursor.u16le();
      record.pattern = name(12);
      break;
    case find_next:
      cursor.skip(4);
      exchange.level = cursor.u16le();
      break;
    case query_path:
    case set_path:
      exchange.level = cursor.u16le();
      record.path = name(6);
      break;
    case query_file:
    case set_file:
      by_file1(exchange, cursor.u16le());
      exchange.level = cursor.u16le();
      break;
    case create_directory:
    case get_dfs_referral:
      record.path = name(exchange.subcommand == create_directory ? 4 : 2);
      break;
    default:
      return;
  }
  record.info_class = level_name1(exchange.subcommand, exchange.level, exchange);
  if (exchange.subcommand == set_path || exchange.subcommand == set_file) {
    constexpr std::uint16_t disposition = 0x102, end_of_file = 0x104, pass_through = 1000;
    std::uint8_t info_class = 0;
    if (exchange.level == disposition) info_class = 13;
    if (exchange.level == end_of_file) info_class = 20;
    if (exchange.level > pass_through && exchange.level < pass_through + 256)
      info_class = static_cast<std::uint8_t>(exchange.level - pass_through);
    read_setting(1, info_class, data, exchange);
  }
}

/// Information levels: those of Windows by their class, others by their number (MS-CIFS, section 2.2.8).
std::string_view SmbDissector::level_name1(std::uint16_t subcommand, std::uint16_t level, Exchange& exchange) {
  constexpr std::uint16_t query_file_system = 3, pass_through = 1000;
  if (level == 0) return {};
  if (level > pass_through && level < pass_through + 256) {
    const std::uint8_t type = subcommand == query_file_system ? 2 : 1;
    if (const std::string_view name = info_name(type, static_cast<std::uint8_t>(level - pass_through)); !name.empty())
      return name;
  }
  return exchange.keep(fmt::format("level 0x{:04x}", level));
}

}  // namespace wiretale::shares
