#include "smb/codes.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace wiretale::shares {
namespace {

struct Entry {
  std::uint32_t value;
  std::string_view name;
};

template <std::size_t N>
std::string_view find(const std::array<Entry, N>& entries, std::uint32_t value) {
  const auto found = std::ranges::find(entries, value, &Entry::value);
  return found == entries.end() ? std::string_view{} : found->name;
}

template <std::size_t N>
std::string_view at(const std::array<std::string_view, N>& names, std::size_t index) {
  return index < N ? names[index] : std::string_view{};
}

constexpr std::array<std::string_view, 19> commands2{
    "NEGOTIATE",       "SESSION_SETUP", "LOGOFF",     "TREE_CONNECT", "TREE_DISCONNECT", "CREATE", "CLOSE",
    "FLUSH",           "READ",          "WRITE",      "LOCK",         "IOCTL",           "CANCEL", "ECHO",
    "QUERY_DIRECTORY", "CHANGE_NOTIFY", "QUERY_INFO", "SET_INFO",     "OPLOCK_BREAK"};

constexpr std::array commands1{
    Entry{0x00, "CREATE_DIRECTORY"},
    Entry{0x01, "DELETE_DIRECTORY"},
    Entry{0x02, "OPEN"},
    Entry{0x03, "CREATE"},
    Entry{0x04, "CLOSE"},
    Entry{0x05, "FLUSH"},
    Entry{0x06, "DELETE"},
    Entry{0x07, "RENAME"},
    Entry{0x08, "QUERY_INFORMATION"},
    Entry{0x09, "SET_INFORMATION"},
    Entry{0x0A, "READ"},
    Entry{0x0B, "WRITE"},
    Entry{0x0C, "LOCK_BYTE_RANGE"},
    Entry{0x0D, "UNLOCK_BYTE_RANGE"},
    Entry{0x0E, "CREATE_TEMPORARY"},
    Entry{0x0F, "CREATE_NEW"},
    Entry{0x10, "CHECK_DIRECTORY"},
    Entry{0x11, "PROCESS_EXIT"},
    Entry{0x12, "SEEK"},
    Entry{0x13, "LOCK_AND_READ"},
    Entry{0x14, "WRITE_AND_UNLOCK"},
    Entry{0x1A, "READ_RAW"},
    Entry{0x1B, "READ_MPX"},
    Entry{0x1D, "WRITE_RAW"},
    Entry{0x1E, "WRITE_MPX"},
    Entry{0x20, "WRITE_COMPLETE"},
    Entry{0x22, "SET_INFORMATION2"},
    Entry{0x23, "QUERY_INFORMATION2"},
    Entry{0x24, "LOCKING_ANDX"},
    Entry{0x25, "TRANSACTION"},
    Entry{0x26, "TRANSACTION_SECONDARY"},
    Entry{0x27, "IOCTL"},
    Entry{0x29, "COPY"},
    Entry{0x2A, "MOVE"},
    Entry{0x2B, "ECHO"},
    Entry{0x2C, "WRITE_AND_CLOSE"},
    Entry{0x2D, "OPEN_ANDX"},
    Entry{0x2E, "READ_ANDX"},
    Entry{0x2F, "WRITE_ANDX"},
    Entry{0x31, "CLOSE_AND_TREE_DISC"},
    Entry{0x32, "TRANSACTION2"},
    Entry{0x33, "TRANSACTION2_SECONDARY"},
    Entry{0x34, "FIND_CLOSE2"},
    Entry{0x35, "FIND_NOTIFY_CLOSE"},
    Entry{0x70, "TREE_CONNECT"},
    Entry{0x71, "TREE_DISCONNECT"},
    Entry{0x72, "NEGOTIATE"},
    Entry{0x73, "SESSION_SETUP_ANDX"},
    Entry{0x74, "LOGOFF_ANDX"},
    Entry{0x75, "TREE_CONNECT_ANDX"},
    Entry{0x80, "QUERY_INFORMATION_DISK"},
    Entry{0x81, "SEARCH"},
    Entry{0x82, "FIND"},
    Entry{0x83, "FIND_UNIQUE"},
    Entry{0x84, "FIND_CLOSE"},
    Entry{0xA0, "NT_TRANSACT"},
    Entry{0xA1, "NT_TRANSACT_SECONDARY"},
    Entry{0xA2, "NT_CREATE_ANDX"},
    Entry{0xA4, "NT_CANCEL"},
    Entry{0xA5, "NT_RENAME"},
    Entry{0xC0, "OPEN_PRINT_FILE"},
    Entry{0xC1, "WRITE_PRINT_FILE"},
    Entry{0xC2, "CLOSE_PRINT_FILE"},
    Entry{0xC3, "GET_PRINT_QUEUE"},
};

/// All 256 names of commands of SMB 1, for one look a message; unknown ones as numbers.
struct Commands1 {
  std::array<std::array<char, 4>, 256> numbers{};
  std::array<std::string_view, 256> names{};

  Commands1() {
    constexpr std::string_view digits = "0123456789abcdef";
    for (std::size_t i = 0; i < names.size(); ++i) {
      numbers[i] = {'0', 'x', digits[i >> 4], digits[i & 15]};
      names[i] = std::string_view(numbers[i].data(), numbers[i].size());
    }
    for (const Entry& entry : commands1) names[entry.value] = entry.name;
  }
};

constexpr std::array control_codes{
    Entry{0x00060194, "FSCTL_DFS_GET_REFERRALS"},
    Entry{0x000601B0, "FSCTL_DFS_GET_REFERRALS_EX"},
    Entry{0x0009003C, "FSCTL_GET_COMPRESSION"},
    Entry{0x00090064, "FSCTL_GET_NTFS_VOLUME_DATA"},
    Entry{0x000900A4, "FSCTL_SET_REPARSE_POINT"},
    Entry{0x000900A8, "FSCTL_GET_REPARSE_POINT"},
    Entry{0x000900AC, "FSCTL_DELETE_REPARSE_POINT"},
    Entry{0x000900C0, "FSCTL_CREATE_OR_GET_OBJECT_ID"},
    Entry{0x000900C4, "FSCTL_SET_SPARSE"},
    Entry{0x000940CF, "FSCTL_QUERY_ALLOCATED_RANGES"},
    Entry{0x000980C8, "FSCTL_SET_ZERO_DATA"},
    Entry{0x0009C040, "FSCTL_SET_COMPRESSION"},
    Entry{0x00090240, "FSCTL_QUERY_FILE_REGIONS"},
    Entry{0x0009027C, "FSCTL_GET_INTEGRITY_INFORMATION"},
    Entry{0x00098208, "FSCTL_FILE_LEVEL_TRIM"},
    Entry{0x00098344, "FSCTL_DUPLICATE_EXTENTS_TO_FILE"},
    Entry{0x00090284, "FSCTL_QUERY_NETWORK_INTERFACE_INFO_LOCAL"},
    Entry{0x00110018, "FSCTL_PIPE_WAIT"},
    Entry{0x0011400C, "FSCTL_PIPE_PEEK"},
    Entry{0x0011C017, "FSCTL_PIPE_TRANSCEIVE"},
    Entry{0x00140078, "FSCTL_SRV_REQUEST_RESUME_KEY"},
    Entry{0x00144064, "FSCTL_SRV_ENUMERATE_SNAPSHOTS"},
    Entry{0x001440F2, "FSCTL_SRV_COPYCHUNK"},
    Entry{0x001480F2, "FSCTL_SRV_COPYCHUNK_WRITE"},
    Entry{0x001441BB, "FSCTL_SRV_READ_HASH"},
    Entry{0x001401D4, "FSCTL_LMR_REQUEST_RESILIENCY"},
    Entry{0x001401FC, "FSCTL_QUERY_NETWORK_INTERFACE_INFO"},
    Entry{0x00140204, "FSCTL_VALIDATE_NEGOTIATE_INFO"},
};

constexpr std::array pipe_subcommands{
    Entry{0x01, "SetNamedPipeHandleState"}, Entry{0x11, "RawReadNamedPipe"}, Entry{0x21, "QueryNamedPipeHandleState"},
    Entry{0x22, "QueryNamedPipeInfo"},      Entry{0x23, "PeekNamedPipe"},    Entry{0x26, "TransactNamedPipe"},
    Entry{0x31, "RawWriteNamedPipe"},       Entry{0x36, "ReadNamedPipe"},    Entry{0x37, "WriteNamedPipe"},
    Entry{0x53, "WaitNamedPipe"},           Entry{0x54, "CallNamedPipe"},
};

constexpr std::array<std::string_view, 18> trans2_subcommands{"OPEN2",
                                                              "FIND_FIRST2",
                                                              "FIND_NEXT2",
                                                              "QUERY_FS_INFORMATION",
                                                              "SET_FS_INFORMATION",
                                                              "QUERY_PATH_INFORMATION",
                                                              "SET_PATH_INFORMATION",
                                                              "QUERY_FILE_INFORMATION",
                                                              "SET_FILE_INFORMATION",
                                                              "FSCTL",
                                                              "IOCTL2",
                                                              "FIND_NOTIFY_FIRST",
                                                              "FIND_NOTIFY_NEXT",
                                                              "CREATE_DIRECTORY",
                                                              "SESSION_SETUP",
                                                              "",
                                                              "GET_DFS_REFERRAL",
                                                              "REPORT_DFS_INCONSISTENCY"};

constexpr std::array<std::string_view, 9> nt_subcommands{"",
                                                         "CREATE",
                                                         "IOCTL",
                                                         "SET_SECURITY_DESC",
                                                         "NOTIFY_CHANGE",
                                                         "RENAME",
                                                         "QUERY_SECURITY_DESC",
                                                         "GET_USER_QUOTA",
                                                         "SET_USER_QUOTA"};

struct Meaning {
  std::string_view name, text;
};

constexpr std::array meanings{
    Meaning{
        "NEGOTIATE",
        "NEGOTIATE: the client lists the dialects of SMB that it speaks, the server takes one and says how it wants "
        "messages signed."},
    Meaning{"SESSION_SETUP",
            "SESSION_SETUP: who is it? With NTLM it takes three messages: what the client can do, the server's "
            "challenge, and the answer that only who knows the password can give. MORE_PROCESSING_REQUIRED means: go "
            "on."},
    Meaning{"SESSION_SETUP_ANDX",
            "SESSION_SETUP_ANDX: who is it? The password itself, or an answer to the server's challenge."},
    Meaning{"TREE_CONNECT",
            "TREE_CONNECT: the client wants to use a share; IPC$ is the one for pipes and remote calls."},
    Meaning{"TREE_CONNECT_ANDX",
            "TREE_CONNECT_ANDX: the client wants to use a share; IPC$ is the one for pipes and remote calls."},
    Meaning{"TREE_DISCONNECT", "TREE_DISCONNECT: the client is done with the share."},
    Meaning{"LOGOFF", "LOGOFF: the client is done with this login."},
    Meaning{"LOGOFF_ANDX", "LOGOFF_ANDX: the client is done with this login."},
    Meaning{"CREATE", "CREATE: opens a file, directory or pipe, and makes it where the disposition says so."},
    Meaning{"NT_CREATE_ANDX",
            "NT_CREATE_ANDX: opens a file, directory or pipe, and makes it where the disposition says so."},
    Meaning{"CLOSE", "CLOSE: the client is done with what it had opened."},
    Meaning{"READ", "READ: so many octets from an offset of an open file."},
    Meaning{"WRITE", "WRITE: octets for an open file, from an offset on."},
    Meaning{"QUERY_DIRECTORY", "QUERY_DIRECTORY: what is in an open directory, a few names a time."},
    Meaning{"QUERY_INFO", "QUERY_INFO: what is known of a file or of the file system: sizes, times, owner."},
    Meaning{"SET_INFO", "SET_INFO: changes times or size, renames, or marks a file to be deleted when it is closed."},
    Meaning{"CHANGE_NOTIFY",
            "CHANGE_NOTIFY: the answer comes when something changes in the directory, maybe hours later."},
    Meaning{"IOCTL", "IOCTL: what has no command of its own; on a pipe, a remote call with its answer."},
    Meaning{"LOCK", "LOCK: other clients may not read or write this range of the file."},
    Meaning{
        "OPLOCK_BREAK",
        "OPLOCK_BREAK: another client wants the file; who had been allowed to keep a copy of it must write back and "
        "share."},
    Meaning{"CANCEL", "CANCEL: the client no longer waits for an answer; there is none to CANCEL itself."},
    Meaning{"ECHO", "ECHO: is the server still there?"},
    Meaning{"FLUSH", "FLUSH: what was written must reach the disk before the answer."},
    Meaning{"TRANSACTION", "TRANSACTION: a remote call over a pipe, or a message to a mailslot."},
    Meaning{"TRANSACTION2", "TRANSACTION2: directory listings and attributes of files, with parameters and data."},
    Meaning{"NT_TRANSACT", "NT_TRANSACT: security descriptors, change notifications and control codes."},
};

constexpr std::array access_table{
    Bit{0x00000001, "READ_DATA"},       Bit{0x00000002, "WRITE_DATA"},      Bit{0x00000004, "APPEND_DATA"},
    Bit{0x00000008, "READ_EA"},         Bit{0x00000010, "WRITE_EA"},        Bit{0x00000020, "EXECUTE"},
    Bit{0x00000040, "DELETE_CHILD"},    Bit{0x00000080, "READ_ATTRIBUTES"}, Bit{0x00000100, "WRITE_ATTRIBUTES"},
    Bit{0x00010000, "DELETE"},          Bit{0x00020000, "READ_CONTROL"},    Bit{0x00040000, "WRITE_DAC"},
    Bit{0x00080000, "WRITE_OWNER"},     Bit{0x00100000, "SYNCHRONIZE"},     Bit{0x01000000, "ACCESS_SYSTEM_SECURITY"},
    Bit{0x02000000, "MAXIMUM_ALLOWED"}, Bit{0x10000000, "GENERIC_ALL"},     Bit{0x20000000, "GENERIC_EXECUTE"},
    Bit{0x40000000, "GENERIC_WRITE"},   Bit{0x80000000, "GENERIC_READ"}};

constexpr std::array option_table{
    Bit{0x00000001, "DIRECTORY_FILE"},         Bit{0x00000002, "WRITE_THROUGH"},
    Bit{0x00000004, "SEQUENTIAL_ONLY"},        Bit{0x00000008, "NO_INTERMEDIATE_BUFFERING"},
    Bit{0x00000010, "SYNCHRONOUS_IO_ALERT"},   Bit{0x00000020, "SYNCHRONOUS_IO_NONALERT"},
    Bit{0x00000040, "NON_DIRECTORY_FILE"},     Bit{0x00000100, "COMPLETE_IF_OPLOCKED"},
    Bit{0x00000200, "NO_EA_KNOWLEDGE"},        Bit{0x00000800, "RANDOM_ACCESS"},
    Bit{0x00001000, "DELETE_ON_CLOSE"},        Bit{0x00002000, "OPEN_BY_FILE_ID"},
    Bit{0x00004000, "OPEN_FOR_BACKUP_INTENT"}, Bit{0x00008000, "NO_COMPRESSION"},
    Bit{0x00200000, "OPEN_REPARSE_POINT"},     Bit{0x00400000, "OPEN_NO_RECALL"}};

constexpr std::array attribute_table{
    Bit{0x0001, "READONLY"},   Bit{0x0002, "HIDDEN"},      Bit{0x0004, "SYSTEM"},
    Bit{0x0010, "DIRECTORY"},  Bit{0x0020, "ARCHIVE"},     Bit{0x0080, "NORMAL"},
    Bit{0x0100, "TEMPORARY"},  Bit{0x0200, "SPARSE_FILE"}, Bit{0x0400, "REPARSE_POINT"},
    Bit{0x0800, "COMPRESSED"}, Bit{0x1000, "OFFLINE"},     Bit{0x2000, "NOT_CONTENT_INDEXED"},
    Bit{0x4000, "ENCRYPTED"}};

constexpr std::array capability_table{Bit{0x01, "DFS"},
                                      Bit{0x02, "LEASING"},
                                      Bit{0x04, "LARGE_MTU"},
                                      Bit{0x08, "MULTI_CHANNEL"},
                                      Bit{0x10, "PERSISTENT_HANDLES"},
                                      Bit{0x20, "DIRECTORY_LEASING"},
                                      Bit{0x40, "ENCRYPTION"},
                                      Bit{0x80, "NOTIFICATIONS"}};

constexpr std::array lease_table{Bit{1, "READ_CACHING"}, Bit{2, "HANDLE_CACHING"}, Bit{4, "WRITE_CACHING"}};

constexpr std::array file_infos{
    Entry{1, "FileDirectoryInformation"},
    Entry{2, "FileFullDirectoryInformation"},
    Entry{3, "FileBothDirectoryInformation"},
    Entry{4, "FileBasicInformation"},
    Entry{5, "FileStandardInformation"},
    Entry{6, "FileInternalInformation"},
    Entry{7, "FileEaInformation"},
    Entry{8, "FileAccessInformation"},
    Entry{9, "FileNameInformation"},
    Entry{10, "FileRenameInformation"},
    Entry{11, "FileLinkInformation"},
    Entry{12, "FileNamesInformation"},
    Entry{13, "FileDispositionInformation"},
    Entry{14, "FilePositionInformation"},
    Entry{15, "FileFullEaInformation"},
    Entry{16, "FileModeInformation"},
    Entry{17, "FileAlignmentInformation"},
    Entry{18, "FileAllInformation"},
    Entry{19, "FileAllocationInformation"},
    Entry{20, "FileEndOfFileInformation"},
    Entry{21, "FileAlternateNameInformation"},
    Entry{22, "FileStreamInformation"},
    Entry{23, "FilePipeInformation"},
    Entry{24, "FilePipeLocalInformation"},
    Entry{25, "FilePipeRemoteInformation"},
    Entry{28, "FileCompressionInformation"},
    Entry{34, "FileNetworkOpenInformation"},
    Entry{35, "FileAttributeTagInformation"},
    Entry{37, "FileIdBothDirectoryInformation"},
    Entry{38, "FileIdFullDirectoryInformation"},
    Entry{39, "FileValidDataLengthInformation"},
    Entry{40, "FileShortNameInformation"},
    Entry{48, "FileNormalizedNameInformation"},
    Entry{60, "FileIdExtdDirectoryInformation"},
    Entry{64, "FileDispositionInformationEx"},
    Entry{65, "FileRenameInformationEx"},
};

constexpr std::array<std::string_view, 12> volume_infos{"",
                                                        "FileFsVolumeInformation",
                                                        "FileFsLabelInformation",
                                                        "FileFsSizeInformation",
                                                        "FileFsDeviceInformation",
                                                        "FileFsAttributeInformation",
                                                        "FileFsControlInformation",
                                                        "FileFsFullSizeInformation",
                                                        "FileFsObjectIdInformation",
                                                        "FileFsDriverPathInformation",
                                                        "FileFsVolumeFlagsInformation",
                                                        "FileFsSectorSizeInformation"};

}  // namespace

std::string_view ControlCode::name(std::uint32_t value) { return find(control_codes, value); }

std::string_view command2_name(std::uint16_t command) { return at(commands2, command); }

std::string_view command1_name(std::uint8_t command) {
  static const Commands1 commands;
  return commands.names[command];
}

std::string_view subcommand_name(std::uint8_t command, std::uint16_t subcommand) {
  constexpr std::uint8_t transaction = 0x25, transaction2 = 0x32, nt_transact = 0xA0;
  if (command == transaction) return find(pipe_subcommands, subcommand);
  if (command == transaction2) return at(trans2_subcommands, subcommand);
  return command == nt_transact ? at(nt_subcommands, subcommand) : std::string_view{};
}

std::string_view explain_command(std::string_view name) {
  const auto found = std::ranges::find(meanings, name, &Meaning::name);
  return found == meanings.end() ? std::string_view{} : found->text;
}

std::string_view dialect_name(std::uint16_t revision) {
  constexpr std::array names{Entry{0x0202, "2.0.2"}, Entry{0x0210, "2.1"},   Entry{0x0300, "3.0"},
                             Entry{0x0302, "3.0.2"}, Entry{0x0311, "3.1.1"}, Entry{0x02FF, "2.FF"}};
  return find(names, revision);
}

std::vector<std::string_view> names_of_bits(std::uint32_t value, std::span<const Bit> bits) {
  std::vector<std::string_view> names;
  if (value == 0) return names;
  names.reserve(8);
  for (const Bit& bit : bits)
    if ((value & bit.mask) != 0) names.push_back(bit.name);
  return names;
}

std::span<const Bit> access_bits() { return access_table; }
std::span<const Bit> option_bits() { return option_table; }
std::span<const Bit> attribute_bits() { return attribute_table; }
std::span<const Bit> capability_bits() { return capability_table; }
std::span<const Bit> lease_bits() { return lease_table; }

std::string_view disposition_name(std::uint32_t disposition) {
  constexpr std::array<std::string_view, 6> names{"SUPERSEDE", "OPEN",      "CREATE",
                                                  "OPEN_IF",   "OVERWRITE", "OVERWRITE_IF"};
  return at(names, disposition);
}

std::string_view action_name(std::uint32_t action) {
  constexpr std::array<std::string_view, 4> names{"superseded", "opened", "created", "overwritten"};
  return at(names, action);
}

std::string_view oplock_name(std::uint8_t level) {
  constexpr std::array names{Entry{0x00, "none"}, Entry{0x01, "level_ii"}, Entry{0x08, "exclusive"},
                             Entry{0x09, "batch"}, Entry{0xFF, "lease"}};
  return find(names, level);
}

std::string_view share_type_name(std::uint8_t type) {
  constexpr std::array<std::string_view, 4> names{"", "disk", "pipe", "print"};
  return at(names, type);
}

std::string_view info_name(std::uint8_t type, std::uint8_t info_class) {
  if (type == 1) return find(file_infos, info_class);
  if (type == 2) return at(volume_infos, info_class);
  if (type == 3) return "SecurityInformation";
  return type == 4 ? "QuotaInformation" : std::string_view{};
}

std::string_view change_name(std::uint32_t action) {
  constexpr std::array<std::string_view, 10> names{
      "",           "added",        "removed",        "modified",        "renamed_from",
      "renamed_to", "stream_added", "stream_removed", "stream_modified", "removed_by_delete"};
  return at(names, action);
}

std::string_view cipher_name(std::uint16_t id) {
  constexpr std::array<std::string_view, 5> names{"", "AES-128-CCM", "AES-128-GCM", "AES-256-CCM", "AES-256-GCM"};
  return at(names, id);
}

std::string_view signing_name(std::uint16_t id) {
  constexpr std::array<std::string_view, 3> names{"HMAC-SHA256", "AES-CMAC", "AES-GMAC"};
  return at(names, id);
}

std::string_view compression_name(std::uint16_t id) {
  constexpr std::array<std::string_view, 6> names{"", "LZNT1", "LZ77", "LZ77+Huffman", "Pattern_V1", "LZ4"};
  return at(names, id);
}

}  // namespace wiretale::shares
