// An SMB connection: its messages, and what both sides have opened.
#pragma once

#include <array>
#include <cstdint>
#include <forward_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wiretale/dissector.hpp>

#include "common/file_watch.hpp"
#include "smb/codes.hpp"
#include "smb/ranges.hpp"
#include "smb/rpc.hpp"
#include "smb/smb.hpp"

namespace wiretale::shares {

/// A stretch of octets: of a message, where they are not in the capture; of a file, where they are.
struct Hole {
  std::uint64_t offset, length;
};

/// A message, as far as it was kept: all of it, or where it carries much data its beginning.
struct Received {
  Side side = Side::client;
  Bytes bytes;
  std::uint64_t wire_bytes = 0;  ///< its length as announced
  Frames frames;
  Timestamp first, last;
  bool ended = false;       ///< the stream ended within it
  bool limited = false;     ///< a cap was reached within it
  std::vector<Hole> holes;  ///< not in the capture, also what the end of the stream cut off
  [[nodiscard]] bool damaged() const { return !holes.empty(); }
};

/// A share that a client is connected to.
struct Tree {
  std::string share;
  std::string_view type;
};

/// Contents on their way between client and server: which octets of a file.
struct Transfer {
  Ranges ranges;
  std::uint64_t calls = 0;
  Frames frames;
  Timestamp first;
  bool in_order = true;            ///< each one goes on where the last one ended
  std::optional<FileWatch> watch;  ///< with Wants::hashes alone, while in order
  std::string id;                  ///< with Wants::files: of its record
  std::unique_ptr<KeptFile> kept;  ///< the same: where it is written down

  /// What went by were no contents of a file.
  void forget() {
    ranges = {};
    calls = 0;
    in_order = false;
    watch.reset();
    kept.reset();
  }
};

/// What a client opened.
struct Open {
  std::shared_ptr<Tree> tree;
  std::string path, id, user, renamed_to;
  std::pair<std::uint64_t, std::uint64_t> key;  ///< FileId
  std::string_view kind, action;
  Timestamp time;
  Frames frames;
  std::optional<std::uint64_t> size;
  std::optional<std::uint64_t> listed;
  std::optional<bool> deleted;
  Transfer read, written;
  RpcBindings rpc;
  std::vector<std::string> interfaces;
  std::uint64_t losses = 0;  ///< of the connection, when it was opened
  bool capped = false;       ///< a cap was reached: not all is known of it
};

/// A command that waits for its answer; it owns what its record's views show.
struct Exchange {
  SmbRecord record;
  std::shared_ptr<Tree> tree;
  std::shared_ptr<Open> open;
  std::forward_list<std::string> texts;
  Timestamp asked;
  std::uint16_t command = 0;
  std::uint16_t subcommand = 0;
  std::uint16_t level = 0;  ///< SMB 1: information level
  std::uint8_t info_type = 0, info_class = 0;
  std::pair<std::uint64_t, std::uint64_t> file;  ///< FileId; zeros: none
  bool related = false;                          ///< the file is the compound's
  bool unasked = false;                          ///< the command was not seen
  std::vector<Hole> came;                        ///< of what WRITE carries: stretches of the file
  Frames came_in;
  Timestamp came_at;

  std::string_view keep(std::string text) { return texts.emplace_front(std::move(text)); }
};

using OpenExchange = std::unique_ptr<Exchange>;

/// What ties an answer to its command.
struct MessageKey {
  std::uint64_t id = 0;
  std::uint32_t process = 0;  ///< SMB 1: PID and UID
  std::uint16_t command = 0;
  bool smb1 = false;
  bool operator==(const MessageKey&) const = default;
};

/// The header of SMB 2 and 3 (MS-SMB2, section 2.2.1).
struct Header2 {
  std::uint32_t status = 0;
  std::uint16_t command = 0;
  std::uint16_t credits = 0;
  std::uint32_t flags = 0;
  std::uint32_t next = 0;
  std::uint64_t message_id = 0;
  std::uint64_t async_id = 0;
  std::uint32_t tree_id = 0;
  std::uint64_t session_id = 0;

  [[nodiscard]] bool response() const { return (flags & 1) != 0; }
  [[nodiscard]] bool async() const { return (flags & 2) != 0; }
  [[nodiscard]] bool related() const { return (flags & 4) != 0; }
  [[nodiscard]] bool is_signed() const { return (flags & 8) != 0; }
};

/// The header of SMB 1 (MS-CIFS, section 2.2.3.1).
struct Header1 {
  std::uint8_t command = 0;
  std::uint32_t status = 0;
  std::uint8_t flags = 0;
  std::uint16_t flags2 = 0;
  std::uint32_t process = 0;
  std::uint16_t tree_id = 0, user_id = 0, multiplex_id = 0;

  [[nodiscard]] bool response() const { return (flags & 0x80) != 0; }
  [[nodiscard]] bool unicode() const { return (flags2 & 0x8000) != 0; }
  [[nodiscard]] bool nt_status() const { return (flags2 & 0x4000) != 0; }
  [[nodiscard]] bool is_signed() const { return (flags2 & 0x0004) != 0; }
};

/// One command or answer within a message: a part of a compound, a link of an AndX chain.
struct Part2 {
  Header2 header;
  Bytes bytes;             ///< from its header on
  std::uint64_t base = 0;  ///< offset of its header in the message
  const Received& message;
  std::uint32_t place = 0;  ///< in its compound, from 1; 0: alone
};

struct Part1 {
  Header1 header;
  std::uint8_t command = 0;
  Bytes words;  ///< parameters
  Bytes data;
  std::size_t data_at = 0;  ///< offset of `data` in the message
  const Received& message;
  std::uint32_t place = 0;
  bool whole = true;  ///< parameters and data are all there
};

/// What the parts of a compound share.
struct Chain {
  std::shared_ptr<Open> open;
  std::uint64_t session_id = 0;
  std::uint32_t tree_id = 0;
};

/// SMB 1, 2 and 3 over TCP, or in a NetBIOS session (RFC 1002, section 4.3).
class SmbDissector final : public StreamDissector {
 public:
  explicit SmbDissector(Session& session);

  Talk client(Input& in) override { return read(Side::client, in); }
  Talk server(Input& in) override { return read(Side::server, in); }
  void gap(Side side, std::uint64_t missing, Frame frame) override;
  void end(Side side, Close how) override;

 private:
  /// A message while it comes.
  struct Gathering {
    enum class Now : std::uint8_t { header, message, lost, end };

    Now now = Now::header;  ///< what comes next; lost: no message begins here
    std::vector<std::uint8_t> octets;
    Received received;
    std::uint64_t length = 0;  ///< as its header says
    std::uint64_t came = 0;    ///< octets of it that went by, holes included
    std::uint64_t keep = 0;    ///< octets of it that are kept
    std::uint64_t most = 0;    ///< the cap for that
    std::uint8_t type = 0;     ///< of the NetBIOS session packet
  };
  using OpenKey = std::pair<std::uint64_t, std::uint64_t>;
  using TreeKey = std::pair<std::uint64_t, std::uint32_t>;

  // stream.cpp
  Talk read(Side side, Input& in);
  Talk frame_header(Side side, Input& in);
  Talk resume(Side side, Input& in);
  Talk message(Side side, Input& in);
  void await_header(Side side);
  void begin(Side side, Bytes header, const Where& where);
  void add(Gathering& gathering, const Piece& piece);
  void decide(Gathering& gathering) const;
  void finish(Gathering& gathering);
  void tell_skipped(Side side, Frame frame);
  void dispatch(const Received& message);
  void opaque(const Received& message, bool encrypted);

  // netbios.cpp
  void netbios(const Received& message, std::uint8_t type);
  void end_netbios();

  // smb2.cpp, smb2_requests.cpp, smb2_responses.cpp
  void compound(const Received& message);
  void request2(const Part2& part, Chain& chain);
  void response2(const Part2& part, Chain& chain);
  bool read_request2(const Part2& part, Exchange& exchange, Chain& chain);
  bool read_response2(const Part2& part, Exchange& exchange, Chain& chain);
  bool negotiate_request2(const Part2& part, Exchange& exchange);
  bool negotiate_response2(const Part2& part, Exchange& exchange);
  bool create_request2(const Part2& part, Exchange& exchange, Chain& chain);
  bool create_response2(const Part2& part, Exchange& exchange, Chain& chain);
  bool set_info_request2(const Part2& part, Exchange& exchange, Chain& chain);
  void read_setting(std::uint8_t type, std::uint8_t info_class, Bytes octets, Exchange& exchange);
  bool write_request2(const Part2& part, Exchange& exchange, Chain& chain);
  bool lock_request2(const Part2& part, Exchange& exchange, Chain& chain);
  bool ioctl_request2(const Part2& part, Exchange& exchange, Chain& chain);
  bool read_break2(const Part2& part, Exchange& exchange, Chain& chain);
  bool read_response_data2(const Part2& part, Exchange& exchange);
  void read_contexts(const Part2& part, std::size_t offset, std::size_t count, Exchange& exchange, bool request);
  [[nodiscard]] std::string text_at(const Part2& part, std::size_t offset, std::size_t length, bool& understood) const;
  static std::vector<std::string_view> lease_of(Cursor contexts);
  bool file_of(Cursor& cursor, Exchange& exchange, Chain& chain);
  bool answer_smb1_negotiate();
  void effects2(const Part2& part, Exchange& exchange);

  // smb1.cpp, smb1_requests.cpp, smb1_responses.cpp
  void chain1(const Received& message);
  void request1(const Part1& part);
  void response1(const Part1& part);
  bool read_status1(const Header1& header, Exchange& exchange);
  void read_request1(const Part1& part, Exchange& exchange);
  void read_response1(const Part1& part, Exchange& exchange);
  void transaction_request1(const Part1& part, Exchange& exchange);
  void transaction_response1(const Part1& part, Exchange& exchange);
  void trans2_request1(const Part1& part, Exchange& exchange, Bytes parameters, Bytes data);
  static std::string_view level_name1(std::uint16_t subcommand, std::uint16_t level, Exchange& exchange);
  void setup_request1(const Part1& part, Exchange& exchange);
  void setup_response1(const Part1& part, Exchange& exchange);
  void negotiate_response1(const Part1& part, Exchange& exchange);
  void opened1(const Part1& part, Exchange& exchange, std::uint16_t file);
  void by_file1(Exchange& exchange, std::uint16_t file);
  void data_request1(const Part1& part, Exchange& exchange, std::uint64_t offset, std::uint64_t at,
                     std::uint64_t length);
  void data_response1(const Part1& part, Exchange& exchange, std::uint64_t at, std::uint64_t length);

  // logon.cpp
  void read_token(Bytes token, Exchange& exchange);
  void find_password(const Received& message, const Exchange& exchange);
  static bool find_challenge(Bytes token);
  void logged_in(const Received& message, Exchange& exchange, std::uint64_t id, bool guest, bool anonymous);

  // files.cpp
  std::shared_ptr<Open> new_open(const Received& message, Exchange& exchange, std::string path);
  void bind_open(OpenKey key, const std::shared_ptr<Open>& open);
  std::shared_ptr<Open> find_open(OpenKey key) const;
  std::shared_ptr<Tree> find_tree(TreeKey key) const;
  void bind_tree(TreeKey key, std::shared_ptr<Tree> tree);
  void close_open(OpenKey key, Frames frames);
  void tell_open(Open& open, Frame unclosed);
  std::string tell_contents(Open& open, Transfer& transfer, Side sender, bool whole);
  void write_data(const Received& message, Exchange& exchange, std::uint64_t offset, std::uint64_t start,
                  std::uint64_t length);
  void written(const Received& message, Exchange& exchange);
  void not_written(Exchange& exchange) const;
  void read_data(const Received& message, Exchange& exchange, std::uint64_t offset, std::uint64_t start,
                 std::uint64_t length);
  void feed(Open& open, Transfer& transfer, Side sender, const Received& message, std::uint64_t offset, Bytes octets,
            std::uint64_t length);
  void cover(Open& open, Transfer& transfer, std::span<const Hole> stretches);
  void learn_rpc(Exchange& exchange, Bytes octets);

  // smb.cpp
  OpenExchange fresh();
  Exchange& open_exchange(MessageKey key, OpenExchange exchange, const Received& message);
  void unanswered(OpenExchange exchange);
  void emit(OpenExchange exchange);
  void note(Exchange& exchange, AnomalyKind kind, std::string_view name, std::string_view text, Frame frame);
  void note_damage(Exchange& exchange, const Received& message, bool understood);
  void find_smb1(const Received& message);
  void find_guest(const Received& message, const Exchange& exchange, bool anonymous);
  void find_unsigned(const Received& message, const Exchange& exchange);
  void find_refused(const Received& message, const Exchange& exchange);
  void emit_finding(std::string_view kind, std::string_view severity, std::string title, std::string explanation,
                    std::string evidence, std::vector<Frame> frames, Timestamp time);

  std::array<Gathering, 2> gathering_;
  Pending<MessageKey, OpenExchange> pending_;
  std::vector<OpenExchange> spare_;
  std::map<OpenKey, std::shared_ptr<Open>> opens_;
  std::map<TreeKey, std::shared_ptr<Tree>> trees_;
  std::map<std::uint64_t, std::string> users_;
  std::optional<NetbiosSessionRecord> calling_;  ///< a NetBIOS session request without its answer
  Timestamp called_at_;
  std::string dialect_;  ///< agreed on
  bool smb3_ = false;
  bool dialects_lost_ = false;  ///< octets are missing before a dialect was agreed on
  std::uint64_t losses_ = 0;    ///< stretches of both sides that are missing
  std::array<std::uint64_t, 2> skipped_{};
  std::array<bool, 2> gap_told_{};
  std::array<Frame, 2> last_frame_{};
  std::vector<Frame> refused_frames_;
  bool one_ended_ = false;
  bool server_requires_signing_ = false;
  bool smb1_told_ = false, guest_told_ = false, unsigned_told_ = false, refused_told_ = false;
};

/// A time of Windows: units of 100 ns since 1601. Nothing for 0 and what lies outside of 1970 to 2262.
[[nodiscard]] std::optional<Timestamp> windows_time(std::uint64_t value);
/// A FileId as text.
[[nodiscard]] std::string file_id_text(std::uint64_t persistent, std::uint64_t of_session);
/// Reads entries of a directory listing (MS-FSCC, section 2.4), of this information class, into `entries`, at most
/// `most` of them. How many there were.
std::uint64_t read_entries(Bytes octets, std::uint8_t info_class, bool unicode, std::uint64_t most,
                           std::vector<DirectoryEntry>& entries);

/// What the first octets of a side say: see Protocol::probe.
[[nodiscard]] Guess probe(Transport transport, Bytes start);

}  // namespace wiretale::shares
