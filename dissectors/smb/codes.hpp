// Numbers of SMB and their names (MS-SMB2, MS-SMB, MS-CIFS, MS-ERREF, MS-FSCC).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace wiretale::shares {

/// NT status values (MS-ERREF, section 2.3.1).
struct NtStatus {
  static constexpr std::string_view prefix = "0x";
  static std::string_view name(std::uint32_t value);
};

/// Control codes of IOCTL (MS-FSCC, section 2.3; MS-SMB2, section 2.2.31).
struct ControlCode {
  static constexpr std::string_view prefix = "0x";
  static std::string_view name(std::uint32_t value);
};

namespace status {
constexpr std::uint32_t success = 0;
constexpr std::uint32_t pending = 0x00000103;
constexpr std::uint32_t more_processing = 0xC0000016;
constexpr std::uint32_t buffer_overflow = 0x80000005;
constexpr std::uint32_t access_denied = 0xC0000022;
constexpr std::uint32_t logon_failure = 0xC000006D;
}  // namespace status

/// True where a request did what was asked: success, information, or a warning that comes with data.
constexpr bool good(std::uint32_t value) { return (value >> 30) < 2 || value == status::buffer_overflow; }

/// Commands of SMB 2 and 3 (MS-SMB2, section 2.2.1.2).
enum class Command2 : std::uint16_t {
  negotiate,
  session_setup,
  logoff,
  tree_connect,
  tree_disconnect,
  create,
  close,
  flush,
  read,
  write,
  lock,
  ioctl,
  cancel,
  echo,
  query_directory,
  change_notify,
  query_info,
  set_info,
  oplock_break
};

/// The name of a command of SMB 2 and 3; empty where it is unknown.
[[nodiscard]] std::string_view command2_name(std::uint16_t command);
/// The name of a command of SMB 1 (MS-CIFS, section 2.2.2.1); `0x…` where it has none.
[[nodiscard]] std::string_view command1_name(std::uint8_t command);
/// The name of a subcommand of TRANSACTION (on a pipe), TRANSACTION2 or NT_TRANSACT; empty where it is unknown.
[[nodiscard]] std::string_view subcommand_name(std::uint8_t command, std::uint16_t subcommand);
/// What a command is for, for somebody who has just learned SMB; empty where nothing is known of it.
[[nodiscard]] std::string_view explain_command(std::string_view name);

/// `3.1.1` for 0x0311; empty where the number is unknown (MS-SMB2, section 2.2.3).
[[nodiscard]] std::string_view dialect_name(std::uint16_t revision);

/// A bit with its name.
struct Bit {
  std::uint32_t mask;
  std::string_view name;
};
/// The names of the bits that are set, in the order of the table.
[[nodiscard]] std::vector<std::string_view> names_of_bits(std::uint32_t value, std::span<const Bit> bits);

[[nodiscard]] std::span<const Bit> access_bits();      ///< MS-SMB2, section 2.2.13.1
[[nodiscard]] std::span<const Bit> option_bits();      ///< CreateOptions, section 2.2.13
[[nodiscard]] std::span<const Bit> attribute_bits();   ///< MS-FSCC, section 2.6
[[nodiscard]] std::span<const Bit> capability_bits();  ///< MS-SMB2, section 2.2.3
[[nodiscard]] std::span<const Bit> lease_bits();       ///< section 2.2.13.2.8

/// What CREATE does where the file is there or not (MS-SMB2, section 2.2.13); empty where the number is unknown.
[[nodiscard]] std::string_view disposition_name(std::uint32_t disposition);
/// What CREATE did (section 2.2.14): opened, created …; empty where the number is unknown.
[[nodiscard]] std::string_view action_name(std::uint32_t action);
/// none, level_ii, exclusive, batch, lease; empty where the number is unknown (section 2.2.13).
[[nodiscard]] std::string_view oplock_name(std::uint8_t level);
/// disk, pipe or print (section 2.2.10); empty where the number is unknown.
[[nodiscard]] std::string_view share_type_name(std::uint8_t type);
/// What QUERY_INFO and SET_INFO are about: `FileBasicInformation` …; empty where it is unknown (MS-FSCC, sections 2.4
/// and 2.5).
[[nodiscard]] std::string_view info_name(std::uint8_t type, std::uint8_t info_class);
/// An action of CHANGE_NOTIFY (MS-FSCC, section 2.7.1); empty where it is unknown.
[[nodiscard]] std::string_view change_name(std::uint32_t action);
/// Ciphers, signing and compression algorithms of the contexts of NEGOTIATE (MS-SMB2, section 2.2.3.1).
[[nodiscard]] std::string_view cipher_name(std::uint16_t id);
[[nodiscard]] std::string_view signing_name(std::uint16_t id);
[[nodiscard]] std::string_view compression_name(std::uint16_t id);
/// Error class and code of SMB 1 without NT statuses (MS-CIFS, section 2.2.2.4): `ERRDOS/ERRbadfile`; empty where it is
/// unknown.
[[nodiscard]] std::string_view dos_error_name(std::uint8_t error_class, std::uint16_t code);

}  // namespace wiretale::shares
