// A conversation as a case tells it: NAME.flow.
//
//   # comment
//   transport tcp
//   client 10.0.0.1:40000
//   server 10.0.0.2:25
//   0.000 S "220 mail.crepes.fr\r\n"
//   0.010 C "EHLO " "client\r\n"       strings beside each other are one; so are all items of a line
//   0.020 C hex 0d0a ff                binary
//   0.030 S repeat 5000 "ab"           a text, so many times
//   0.040 S gap 1460                   octets that were sent and not captured
//   0.050 C fin
//   0.060 S rst
//
// A line that begins with blanks goes on with the event before. Data, fin and rst are a frame each, counted from 1; a
// gap is none. Escapes in strings: \r \n \t \0 \\ \" \xNN.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/net.hpp>

namespace wiretale::harness {

/// What one side does.
struct Event {
  enum class Kind : std::uint8_t { data, gap, fin, rst };

  Kind kind = Kind::data;
  Side side = Side::client;
  Timestamp time;             ///< since 1970, see Script::epoch
  std::string bytes;          ///< of data
  std::uint64_t missing = 0;  ///< of a gap
  Frame frame = 0;            ///< of all but a gap
};

struct Script {
  /// 0.000 in a script: 2024-01-01T00:00:00Z.
  static constexpr Timestamp epoch{1'704'067'200'000'000'000};

  Transport transport = Transport::tcp;
  Endpoint client;
  Endpoint server;
  std::string protocol;  ///< as the script says; empty: by port and content
  std::vector<Event> events;
};

/// What is wrong with a script, and in which line.
class ScriptError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Reads a script whose events have up to `most_octets` octets of data each; throws ScriptError.
[[nodiscard]] Script parse_script(std::string_view text, std::size_t most_octets = 64U << 20);

}  // namespace wiretale::harness
