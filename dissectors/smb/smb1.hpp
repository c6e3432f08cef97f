// SMB 1: numbers of commands, and texts within messages (MS-CIFS).
#pragma once

#include <cstdint>
#include <string>

#include <wiretale/bytes.hpp>

#include "smb/dissector.hpp"

namespace wiretale::shares {

/// Commands that are treated each in its own way (MS-CIFS, section 2.2.2.1).
namespace command1 {
constexpr std::uint8_t create_directory = 0x00, delete_directory = 0x01, open = 0x02, create = 0x03, close = 0x04,
                       flush = 0x05, remove = 0x06, rename = 0x07, query_information = 0x08, set_information = 0x09,
                       read = 0x0A, write = 0x0B, create_temporary = 0x0E, create_new = 0x0F, check_directory = 0x10,
                       locking_andx = 0x24, transaction = 0x25, transaction_secondary = 0x26, write_and_close = 0x2C,
                       open_andx = 0x2D, read_andx = 0x2E, write_andx = 0x2F, transaction2 = 0x32,
                       transaction2_secondary = 0x33, tree_connect = 0x70, tree_disconnect = 0x71, negotiate = 0x72,
                       session_setup_andx = 0x73, logoff_andx = 0x74, tree_connect_andx = 0x75, search = 0x81,
                       nt_transact = 0xA0, nt_transact_secondary = 0xA1, nt_create_andx = 0xA2, nt_cancel = 0xA4;
}  // namespace command1

/// Reads texts that stand one after another in a message: UTF-16 at even offsets, or octets, each ended by zero.
class Texts1 {
 public:
  /// From `at` on, an offset from the message's start.
  Texts1(Bytes message, std::size_t at, bool unicode) : cursor_(message, at), unicode_(unicode) {}

  /// The next one, up to its end or the message's.
  [[nodiscard]] std::string next();
  /// The next one, in octets whatever the message's others are.
  [[nodiscard]] std::string next_octets();
  /// The next one, of a known length in octets.
  [[nodiscard]] std::string next(std::size_t octets);
  /// Passes over the octet that says what kind of text follows (MS-CIFS, section 2.2.4.1.1).
  void skip_format() { cursor_.skip(1); }
  void skip(std::size_t octets) { cursor_.skip(octets); }

 private:
  void align();

  Cursor cursor_;
  bool unicode_;
};

}  // namespace wiretale::shares
