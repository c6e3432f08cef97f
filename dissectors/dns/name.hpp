// Domain names on the wire (RFC 1035, sections 3.1 and 4.1.4).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include <wiretale/bytes.hpp>

#include "dns/scratch.hpp"

namespace wiretale::domain {

/// What is wrong with a name.
enum class NameFault : std::uint8_t {
  none,
  runs_out,    ///< the message, or the RDATA, ends within it
  label_type,  ///< a length octet that starts with bits 01 or 10
  too_long,    ///< more than 255 octets
  loop,        ///< a pointer that does not lead back: to itself, or to where the reading already was
  forward,     ///< a pointer beyond itself
  too_deep     ///< more pointers than a name can have labels
};

/// A name that was read, wholly or as far as possible.
struct Name {
  std::string_view text;  ///< presentation form without the final dot; `.` is the root, empty where nothing was read
  NameFault fault = NameFault::none;
  /// Where the octets after it begin; nothing where that can't be told.
  std::optional<std::size_t> after;
};

/// Reads the names of one message. A name that was read before is not written twice.
class NameReader {
 public:
  NameReader(Bytes message, TextArena& arena, bool utf8) : message_(message), arena_(arena), utf8_(utf8) {}

  /// The name at `at`, whose octets before any pointer must lie before `end`.
  Name read(std::size_t at, std::size_t end);

 private:
  struct Known {
    std::size_t at = 0;
    std::size_t wire = 0;
    std::string_view text;
  };
  /// Where the reading of a name is.
  struct Walk {
    std::size_t at, end;
    std::size_t run;       ///< where the labels that are read now began
    std::size_t wire = 0;  ///< octets of the name, decompressed
    unsigned pointers = 0;
    bool mute = false;  ///< too long: only its end is looked for
    Name name;
  };

  bool step(Walk& walk);
  bool follow(Walk& walk);
  bool label(Walk& walk, std::size_t length);
  bool finish(Walk& walk, const Known& known);
  [[nodiscard]] const Known* known(std::size_t at) const;
  void remember(std::size_t at, std::size_t wire, std::string_view text);

  Bytes message_;
  TextArena& arena_;
  bool utf8_;
  std::array<Known, 8> known_{};
  std::size_t count_ = 0;
};

/// Appends the octets of a label in presentation form: `.` and `\` behind a backslash, what isn't printable ASCII as
/// \DDD (RFC 1035, section 5.1), unless `utf8` and it is UTF-8.
void put_label(TextArena& out, Bytes label, bool utf8);

}  // namespace wiretale::domain
