// Watches a file go by: a body, an attachment, a transfer. Counts it, notes what is missing, hashes it when
// asked to, and says it as a FileRecord.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/bytes.hpp>
#include <wiretale/input.hpp>
#include <wiretale/net.hpp>
#include <wiretale/session.hpp>

namespace wiretale {

/// What the carrier knows of a file before its first octet.
struct FileAbout {
  std::string_view protocol;  ///< who carries it: a literal, as `http`
  Side sender = Side::server;
  std::string name;        ///< as the protocol gave it; empty where it gave none
  std::string media_type;  ///< declared; empty where it was not
  std::optional<std::uint64_t> expected_bytes;
};

/// What is known of a file when it has gone by.
struct FileSeen {
  std::string id;           ///< of its record; empty where there was nothing, and so no record
  std::uint64_t bytes = 0;  ///< octets seen
  bool complete = false;
  std::string_view detected_media_type;  ///< with Wants::hashes
  std::string sha256;                    ///< with Wants::hashes, of a complete file
};

/// One file. Without Wants::hashes it only counts. Nothing is said before finish(): keep it where a dropped
/// coroutine does not take it along (a member, not a local), and finish it in gap() and end() too.
class FileWatch {
 public:
  FileWatch(Session& session, FileAbout about);
  FileWatch(FileWatch&&) noexcept;
  FileWatch& operator=(FileWatch&&) = delete;
  ~FileWatch();

  /// The next octets of its contents, codings undone, and where they came from.
  void run(Bytes bytes, const Where& where);
  /// The same for octets that the carrier did not unpack, because looks() is false: how many they are.
  void count(std::uint64_t octets, const Where& where);
  /// True where it wants to see the octets, and not only how many there are.
  [[nodiscard]] bool looks() const { return digest_ != nullptr || session_.wants().files; }
  /// A hole of `count` octets in its contents.
  void missing(std::uint64_t count, const Where& where);
  /// A run or a hole, as in.body() and in.some() give them; `end` is ignored.
  void take(const Piece& piece);

  /// Octets seen so far, holes not counted.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  /// Its id, taken from the session when the first octet or hole came; empty before.
  [[nodiscard]] const std::string& id() const { return id_; }
  /// What the carrier learned late: a name or length that stands after the contents.
  [[nodiscard]] FileAbout& about() { return about_; }

  /// It is over: emits the FileRecord, unless there was nothing at all. `whole`: the carrier saw its proper
  /// end; holes, and a length other than announced, make it incomplete all the same. Call it once.
  FileSeen finish(bool whole);

 private:
  struct Digest;
  using Hole = KeptFile::Hole;
  void start(const Where& where);

  Session& session_;
  FileAbout about_;
  std::string id_;
  Timestamp time_;
  Frames frames_;
  std::uint64_t bytes_ = 0;
  std::uint64_t lost_ = 0;   // octets in holes
  std::vector<Hole> holes_;  // at most Limits::record_items
  std::unique_ptr<KeptFile> kept_;
  std::unique_ptr<Digest> digest_;
};

}  // namespace wiretale
