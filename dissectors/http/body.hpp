// The body of one message as it goes by: counted, unpacked, watched as a file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/content_coding.hpp"
#include "common/file_watch.hpp"
#include "common/header_fields.hpp"
#include "http/framing.hpp"

namespace wiretale::web {

/// What is known of a body before its first octet.
struct BodyAbout {
  Side sender = Side::server;
  Framing framing;
  std::uint64_t offset = 0;          ///< of its first octet in the stream
  std::string name;                  ///< of the file that it is
  std::string media_type;            ///< declared, without parameters
  std::vector<std::string> codings;  ///< Content-Encoding
};

/// One body. It lives with its message, not in the coroutine that reads it, so that a gap does not take it along.
class Body {
 public:
  Body(Session& session, BodyAbout about);

  /// The next content octets, chunking undone, or a hole in them.
  void take(const Piece& piece, const Faults& faults);
  /// It is over, or can't be followed any further: emits the file record. `offset`: of the octet after it in the
  /// stream.
  void finish(bool whole, std::uint64_t offset, const Faults& faults);

  [[nodiscard]] const Framing& framing() const { return about_.framing; }
  [[nodiscard]] const std::string& media_type() const { return about_.media_type; }
  /// Content codings, then transfer codings.
  [[nodiscard]] const std::vector<std::string>& codings() const { return about_.codings; }
  /// Content octets seen so far, chunking undone; holes count.
  [[nodiscard]] std::uint64_t content_bytes() const { return content_; }
  [[nodiscard]] bool finished() const { return finished_; }

  /// After finish(): octets between header section and the message's end.
  [[nodiscard]] std::uint64_t wire_bytes() const { return wire_; }
  /// After finish(): octets with all codings undone; nothing where a coding is not known.
  [[nodiscard]] std::optional<std::uint64_t> bytes() const;
  /// After finish(): its file record.
  [[nodiscard]] const FileSeen& seen() const { return seen_; }
  /// The start of a form (Limits::text_bytes of it); empty for other bodies.
  [[nodiscard]] std::string_view form() const { return form_; }

  HeaderFields trailers{HeaderSyntax::hypertext};  ///< fields after a chunked body

 private:
  void run(const Piece& piece, const Faults& faults);
  void check_coding(bool whole, const Faults& faults);

  Session& session_;
  BodyAbout about_;
  FileWatch file_;
  std::unique_ptr<ContentDecoder> decoder_;
  std::string form_;
  std::uint64_t content_ = 0;
  std::uint64_t wire_ = 0;
  FileSeen seen_;
  bool coded_ = false;    // there are codings
  bool readable_ = true;  // nothing has made unpacking impossible
  bool is_form_ = false;
  bool finished_ = false;
};

}  // namespace wiretale::web
