// SMB 1, 2 and 3: the records, and the protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/dissector.hpp>
#include <wiretale/record.hpp>
#include <wiretale/tale.hpp>

#include "smb/codes.hpp"

namespace wiretale {

extern const Protocol smb;

namespace shares {

/// A file or directory as a listing has it.
struct DirectoryEntry {
  std::string name;
  std::optional<std::uint64_t> size;
  std::optional<bool> directory;

  static constexpr auto fields() {
    return FieldList{field("name", &DirectoryEntry::name, "Name."),
                     field("size", &DirectoryEntry::size, "Octets, of a file."),
                     field("directory", &DirectoryEntry::directory, "True of a directory.")};
  }
};

/// What happened in a directory that is watched.
struct DirectoryChange {
  std::string_view action;
  std::string name;

  static constexpr auto fields() {
    return FieldList{field("action", &DirectoryChange::action,
                           "added, removed, modified, renamed_from, renamed_to, stream_added, stream_removed, "
                           "stream_modified, removed_by_delete (MS-FSCC, section 2.7.1)."),
                     field("name", &DirectoryChange::name, "What, below the directory.")};
  }
};

/// A range that a client locks.
struct LockRange {
  std::uint64_t offset = 0, length = 0;
  std::string_view kind;

  static constexpr auto fields() {
    return FieldList{field("offset", &LockRange::offset, "First octet."),
                     field("length", &LockRange::length, "Octets."),
                     field("kind", &LockRange::kind, "shared, exclusive or unlock.")};
  }
};

/// A command with its answer. Texts are views: of tables, or of what the Exchange around it owns.
struct SmbRecord {
  static constexpr RecordInfo info{"smb", "An SMB command with its answer; each one of an AndX chain or compound."};

  ExchangeFacts exchange;
  std::string_view version;
  std::string_view dialect;
  std::string_view command;
  std::string_view subcommand;
  std::optional<Code<NtStatus>> status;
  std::string_view dos_error;
  std::optional<WideNumber> message_id;
  std::optional<WideNumber> session_id;
  std::optional<std::uint32_t> tree_id;
  std::optional<WideNumber> async_id;
  Frames interim_frames;
  std::optional<std::uint32_t> compound;
  std::optional<bool> is_signed;
  std::optional<std::uint16_t> credits_requested, credits_granted;
  std::string_view share;
  std::string_view share_type;
  std::string_view path;
  std::string_view file_id;
  std::optional<std::uint64_t> offset;
  std::optional<std::uint64_t> length;
  std::optional<std::uint64_t> bytes;
  std::optional<bool> encrypted;
  std::optional<bool> compressed;
  std::vector<std::string_view> dialects;
  std::string_view signing;
  std::string_view client_signing;
  std::vector<std::string_view> capabilities;
  std::string_view client_guid, server_guid;
  std::optional<std::uint32_t> max_transact, max_read, max_write;
  std::optional<Timestamp> server_time, boot_time;
  std::vector<std::string_view> ciphers;
  std::string_view cipher, signing_algorithm, compression;
  std::string_view net_name;
  std::string_view user, domain, host, auth;
  std::string_view mechanism;
  std::string_view realm, service;
  std::string_view os, client_os;
  std::string_view server_name, server_domain, server_dns_name, server_dns_domain;
  std::string_view challenge;
  Secret nt_response, lm_response, password;
  std::vector<std::string_view> access;
  std::string_view disposition;
  std::vector<std::string_view> options;
  std::string_view oplock, oplock_granted;
  std::vector<std::string_view> lease, lease_granted;
  std::string_view action;
  std::vector<std::string_view> attributes;
  std::optional<std::uint64_t> size;
  std::optional<Timestamp> created, accessed, modified;
  std::string_view info_class;
  std::string_view renamed_to;
  std::optional<bool> deleted;
  std::string_view pattern;
  std::vector<DirectoryEntry> entries;
  std::vector<DirectoryChange> changes;
  std::vector<LockRange> locks;
  std::optional<Code<ControlCode>> function;
  std::string_view interface;
  std::string_view operation;

  static constexpr auto fields() {
    using R = SmbRecord;
    return FieldList{
        embed(&R::exchange),
        field("version", &R::version,
              "1, 2 or 3. Where the negotiation was not captured, SMB 2 and 3 look alike: then 2."),
        field("dialect", &R::dialect, "The dialect that was agreed on: 3.1.1, NT LM 0.12."),
        field(
            "command", &R::command,
            "Name of the command (MS-SMB2, section 2.2.1; MS-CIFS, section 2.2.2.1), or its number. Absent of messages "
            "that are encrypted or compressed."),
        field("subcommand", &R::subcommand, "Of TRANSACTION, TRANSACTION2 and NT_TRANSACT."),
        field("status", &R::status, "NT status of the answer (MS-ERREF, section 2.3)."),
        field("dos_error", &R::dos_error, "SMB 1 without NT statuses: error class and code of an answer that refuses."),
        field("message_id", &R::message_id, "What ties the answer to the command: MessageId, or MID of SMB 1."),
        field("session_id", &R::session_id, "The login that it belongs to: SessionId, or UID of SMB 1."),
        field("tree_id", &R::tree_id, "The share in use: TreeId."),
        field("async_id", &R::async_id, "Of a command that the server answered later: AsyncId."),
        field("interim_frames", &R::interim_frames, "The server's word that it will answer later (STATUS_PENDING)."),
        field("compound", &R::compound, "Place in its compound or AndX chain, from 1; absent where it stands alone."),
        field("signed", &R::is_signed, "True where command and answer are signed, as far as they were seen."),
        field("credits_requested", &R::credits_requested, "Further commands that the client wants to be allowed."),
        field("credits_granted", &R::credits_granted, "Further commands that the server allows."),
        field("share", &R::share, "Share: as TREE_CONNECT asked for it."),
        field("share_type", &R::share_type, "disk, pipe or print; SMB 1: the service, as A: or IPC."),
        field("path", &R::path, "File, directory or pipe, from the share's root."),
        field("file_id", &R::file_id, "The open file: FileId (persistent and volatile part), or FID of SMB 1."),
        field("offset", &R::offset, "First octet that is read or written."),
        field("length", &R::length, "Octets that the client wants to read, or to write."),
        field("bytes", &R::bytes,
              "Octets that were read or written; of an encrypted or compressed message its length."),
        field("encrypted", &R::encrypted, "The message is encrypted: nothing of it can be read."),
        field("compressed", &R::compressed, "The message is compressed; wiretale doesn't unpack it."),
        field("dialects", &R::dialects, "NEGOTIATE: what the client speaks."),
        field("signing", &R::signing, "NEGOTIATE: what the server says of signatures: required, enabled or disabled."),
        field("client_signing", &R::client_signing, "NEGOTIATE, SESSION_SETUP: what the client says of them."),
        field("capabilities", &R::capabilities, "NEGOTIATE: the server's (MS-SMB2, section 2.2.4)."),
        field("client_guid", &R::client_guid, "NEGOTIATE: what the client calls itself."),
        field("server_guid", &R::server_guid, "NEGOTIATE: what the server calls itself."),
        field("max_transact", &R::max_transact, "NEGOTIATE: most octets of a transaction."),
        field("max_read", &R::max_read, "NEGOTIATE: most octets of a READ."),
        field("max_write", &R::max_write, "NEGOTIATE: most octets of a WRITE."),
        field("server_time", &R::server_time, "NEGOTIATE: the server's clock."),
        field("boot_time", &R::boot_time, "NEGOTIATE: when the server started."),
        field("ciphers", &R::ciphers, "NEGOTIATE: ciphers that the client offers."),
        field("cipher", &R::cipher, "NEGOTIATE: the one that the server chose."),
        field("signing_algorithm", &R::signing_algorithm, "NEGOTIATE: the one that the server chose."),
        field("compression", &R::compression, "NEGOTIATE: the algorithm that the server chose first."),
        field("net_name", &R::net_name, "NEGOTIATE: the server's name, as the client knows it."),
        field("user", &R::user, "SESSION_SETUP: who logs in."),
        field("domain", &R::domain, "SESSION_SETUP: the user's domain."),
        field("host", &R::host, "SESSION_SETUP: the client's name."),
        field("auth", &R::auth, "SESSION_SETUP: ntlmssp, kerberos, anonymous, guest or password."),
        field("mechanism", &R::mechanism, "SESSION_SETUP: step of NTLM: negotiate, challenge, authenticate; v1 or v2."),
        field("realm", &R::realm, "Kerberos: the service's realm."),
        field("service", &R::service, "Kerberos: the service that the ticket is for."),
        field("os", &R::os, "The server's system, as it says itself."),
        field("client_os", &R::client_os, "The client's."),
        field("server_name", &R::server_name, "NTLM: the server's NetBIOS name."),
        field("server_domain", &R::server_domain, "NTLM: its NetBIOS domain."),
        field("server_dns_name", &R::server_dns_name, "NTLM: its DNS name."),
        field("server_dns_domain", &R::server_dns_domain, "NTLM: its DNS domain."),
        field("challenge", &R::challenge, "NTLM: the server's challenge."),
        field("nt_response", &R::nt_response, "NTLM: the client's answer to it; the password can be guessed from it."),
        field("lm_response", &R::lm_response, "The same in its older form."),
        field("password", &R::password, "SMB 1 without challenge: the password itself."),
        field("access", &R::access, "CREATE: what the client wants to do (MS-SMB2, section 2.2.13.1)."),
        field("disposition", &R::disposition, "CREATE: what is to happen where the file is there or not."),
        field("options", &R::options, "CREATE: CreateOptions."),
        field("oplock", &R::oplock, "The oplock that the client wants: none, level_ii, exclusive, batch, lease."),
        field("oplock_granted", &R::oplock_granted, "What the server grants, or after a break leaves."),
        field("lease", &R::lease, "The lease that the client wants."),
        field("lease_granted", &R::lease_granted, "The lease that it has."),
        field("action", &R::action, "CREATE: what happened: opened, created, overwritten, superseded."),
        field("attributes", &R::attributes, "Attributes of the file."),
        field("size", &R::size, "Octets of the file."),
        field("created", &R::created, "When it was made, by the server's clock."),
        field("accessed", &R::accessed, "When it was last read."),
        field("modified", &R::modified, "When it was last written."),
        field("info_class", &R::info_class, "What is asked or set (MS-FSCC, sections 2.4 and 2.5)."),
        field("renamed_to", &R::renamed_to, "Its new path."),
        field("deleted", &R::deleted,
              "True where it is to be deleted when it is closed; false where that is taken back."),
        field("pattern", &R::pattern, "QUERY_DIRECTORY: names asked for."),
        field("entries", &R::entries, "QUERY_DIRECTORY: what is there."),
        field("changes", &R::changes, "CHANGE_NOTIFY: what changed."),
        field("locks", &R::locks, "LOCK: ranges."),
        field("function", &R::function, "IOCTL: what it does."),
        field("interface", &R::interface, "Remote call on a pipe: the interface, or its UUID."),
        field("operation", &R::operation, "Remote call: bind, or the operation, or its number."),
    };
  }

  static void tell(const SmbRecord& record, Tale& tale);
};

/// What became of an open file, directory or pipe.
struct SmbFileRecord {
  static constexpr RecordInfo info{"smb_file", "A file, directory or pipe from its opening to its closing."};

  Timestamp time;
  Frames frames;
  std::string_view share;
  std::string_view path;
  std::string_view kind;
  std::string_view user;
  std::string_view action;
  std::optional<std::uint64_t> size;
  std::uint64_t reads = 0, read_bytes = 0;
  std::uint64_t writes = 0, written_bytes = 0;
  std::vector<std::vector<std::uint64_t>> read_ranges, written_ranges;
  std::optional<std::uint64_t> listed;
  std::vector<std::string_view> interfaces;
  std::string_view renamed_to;
  std::optional<bool> deleted;
  std::vector<std::string_view> files;
  bool complete = true;
  std::vector<Anomaly> anomalies;

  static constexpr auto fields() {
    using R = SmbFileRecord;
    return FieldList{
        field("time", &R::time, "When the client asked to open it."),
        field("frames", &R::frames, "From its opening to its closing."),
        field("share", &R::share, "Share."),
        field("path", &R::path, "Path from the share's root."),
        field("kind", &R::kind, "file, directory or pipe, as far as that is known."),
        field("user", &R::user, "Who is logged in."),
        field("action", &R::action, "opened, created, overwritten, superseded."),
        field("size", &R::size, "Octets of the file, as the server told last."),
        field("reads", &R::reads, "READs that were answered with octets."),
        field("read_bytes", &R::read_bytes, "Octets read, those read twice counted once."),
        field("writes", &R::writes, "WRITEs."),
        field("written_bytes", &R::written_bytes, "Octets written, those written twice counted once."),
        field("read_ranges", &R::read_ranges, "What was read: [offset, length] each."),
        field("written_ranges", &R::written_ranges, "What was written: [offset, length] each."),
        field("listed", &R::listed, "Names that were listed of a directory."),
        field("interfaces", &R::interfaces, "Remote interfaces that were used on a pipe."),
        field("renamed_to", &R::renamed_to, "Its new path."),
        field("deleted", &R::deleted, "True where it was to be deleted when closed."),
        field("files", &R::files, "Ids of the files that its reads and writes carried."),
        field("complete", &R::complete, "False where octets were missing, or its closing was not seen."),
        field("anomalies", &R::anomalies, "What was wrong or odd."),
    };
  }

  static void tell(const SmbFileRecord& record, Tale& tale);
};

/// How a NetBIOS session is opened (RFC 1001, section 16), and what keeps it open.
struct NetbiosSessionRecord {
  static constexpr RecordInfo info{"netbios_session", "A NetBIOS session's request with its answer, or a keep-alive."};

  ExchangeFacts exchange;
  std::string_view kind;
  std::string called, called_suffix;
  std::string calling, calling_suffix;
  std::string_view outcome;
  std::string_view error;
  IpAddress retarget_ip;
  std::optional<std::uint16_t> retarget_port;

  static constexpr auto fields() {
    using R = NetbiosSessionRecord;
    return FieldList{
        embed(&R::exchange),
        field("kind", &R::kind, "request or keep_alive."),
        field("called", &R::called, "Name of who is called."),
        field("called_suffix", &R::called_suffix, "Its 16th octet, which says what kind of name it is: 20 a server."),
        field("calling", &R::calling, "Name of who calls."),
        field("calling_suffix", &R::calling_suffix, "Its 16th octet."),
        field("outcome", &R::outcome, "accepted, refused or retargeted."),
        field("error", &R::error, "Why it was refused (RFC 1002, section 4.3.4)."),
        field("retarget_ip", &R::retarget_ip, "Where to call instead."),
        field("retarget_port", &R::retarget_port, "Port there."),
    };
  }

  static void tell(const NetbiosSessionRecord& record, Tale& tale);
};

}  // namespace shares
}  // namespace wiretale
