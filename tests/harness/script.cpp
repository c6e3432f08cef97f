#include "harness/script.hpp"

#include <charconv>
#include <optional>
#include <system_error>

namespace wiretale::harness {
namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

/// One line, word by word.
class LineReader {
 public:
  LineReader(std::string_view line, std::size_t number) : rest_(line), number_(number) {}

  [[noreturn]] void fail(const std::string& what) const {
    throw ScriptError("line " + std::to_string(number_) + ": " + what);
  }

  /// True where nothing but a comment is left.
  [[nodiscard]] bool at_end() {
    while (!rest_.empty() && blank(rest_.front())) rest_.remove_prefix(1);
    return rest_.empty() || rest_.front() == '#';
  }
  [[nodiscard]] bool at_string() { return !at_end() && rest_.front() == '"'; }

  std::string_view word() {
    if (at_end()) fail("something is missing at the end");
    std::size_t length = 0;
    while (length < rest_.size() && !blank(rest_[length])) ++length;
    const std::string_view word = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return word;
  }

  std::uint64_t number() {
    const std::string_view digits = word();
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size())
      fail("'" + std::string(digits) + "' is no number");
    return value;
  }

  /// Seconds with up to nine decimals.
  std::int64_t nanoseconds() {
    const std::string_view text = word();
    std::int64_t value = 0;
    int decimals = -1;
    for (const char c : text) {
      if (c == '.' && decimals < 0) {
        decimals = 0;
        continue;
      }
      if (c < '0' || c > '9' || decimals == 9 || value > 1'000'000'000'000) fail("a time is seconds, as 0.010");
      value = value * 10 + (c - '0');
      if (decimals >= 0) ++decimals;
    }
    for (int i = decimals < 0 ? 0 : decimals; i < 9; ++i) value *= 10;
    return value;
  }

  std::string string() {
    if (!at_string()) fail("a text in \"quotes\" is expected");
    std::string text;
    std::size_t at = 1;
    for (; at < rest_.size() && rest_[at] != '"'; ++at) text += rest_[at] == '\\' ? escape(at) : rest_[at];
    if (at == rest_.size()) fail("the text has no closing quote");
    rest_.remove_prefix(at + 1);
    return text;
  }

  /// Hexadecimal octets, up to the next thing that isn't.
  std::string hex() {
    std::string octets;
    while (!at_end() && hex_digit(rest_.front())) {
      const std::string_view digits = word();
      if (digits.size() % 2 != 0) fail("'" + std::string(digits) + "' has an odd number of hex digits");
      for (std::size_t i = 0; i < digits.size(); i += 2) octets += octet(digits, i);
    }
    return octets;
  }

 private:
  char octet(std::string_view digits, std::size_t at) const {
    const auto high = at < digits.size() ? hex_digit(digits[at]) : std::nullopt;
    const auto low = at + 1 < digits.size() ? hex_digit(digits[at + 1]) : std::nullopt;
    if (!high || !low) fail("two hex digits are expected");
    return static_cast<char>(*high << 4 | *low);
  }

  /// The octet that the escape at `at` stands for; leaves `at` on its last character.
  char escape(std::size_t& at) const {
    const char what = at + 1 < rest_.size() ? rest_[++at] : '\0';
    switch (what) {
      case 'r':
        return '\r';
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case '0':
        return '\0';
      case '\\':
        return '\\';
      case '"':
        return '"';
      case 'x':
        at += 2;
        return octet(rest_, at - 1);
      default:
        fail("unknown escape in a text");
    }
  }

  std::string_view rest_;
  std::size_t number_;
};

Endpoint endpoint(LineReader& line) {
  std::string_view text = line.word();
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) line.fail("an endpoint is 10.0.0.1:25 or [2001:db8::1]:25");
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto ip = IpAddress::parse(host);
  if (!ip) line.fail("'" + std::string(host) + "' is no address");
  Endpoint made{*ip, 0};
  text.remove_prefix(colon + 1);
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), made.port);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) line.fail("a port is 0 to 65535");
  return made;
}

/// Takes a header line; false where it is none.
bool header(LineReader line, Script& script) {
  const std::string_view name = line.word();
  if (name == "transport") {
    const std::string_view transport = line.word();
    if (transport != "tcp" && transport != "udp") line.fail("the transport is tcp or udp");
    script.transport = transport == "tcp" ? Transport::tcp : Transport::udp;
  } else if (name == "client") {
    script.client = endpoint(line);
  } else if (name == "server") {
    script.server = endpoint(line);
  } else if (name == "protocol") {
    script.protocol = line.word();
  } else {
    return false;
  }
  if (!line.at_end()) line.fail("nothing may follow here");
  return true;
}

void append(std::string& all, std::string_view more, std::size_t most_octets, const LineReader& line) {
  if (all.size() + more.size() > most_octets) line.fail("too much data");
  all += more;
}

/// The texts and octets of a data event.
void data(LineReader& line, std::size_t most_octets, std::string& bytes) {
  while (!line.at_end()) {
    if (line.at_string()) {
      append(bytes, line.string(), most_octets, line);
      continue;
    }
    const std::string_view what = line.word();
    if (what == "hex") {
      append(bytes, line.hex(), most_octets, line);
    } else if (what == "repeat") {
      const std::uint64_t times = line.number();
      const std::string text = line.string();
      if (!text.empty() && times > most_octets / text.size()) line.fail("too much data");
      for (std::uint64_t i = 0; i < times; ++i) append(bytes, text, most_octets, line);
    } else {
      line.fail("'" + std::string(what) + "': data is a text in quotes, hex, or repeat");
    }
  }
}

/// `fin`, `rst` or `gap`; false where the line has data.
bool flag(LineReader line, Event& event) {
  if (line.at_end() || line.at_string()) return false;
  const std::string_view what = line.word();
  if (what == "fin") {
    event.kind = Event::Kind::fin;
  } else if (what == "rst") {
    event.kind = Event::Kind::rst;
  } else if (what == "gap") {
    event.kind = Event::Kind::gap;
    event.missing = line.number();
    if (event.missing == 0 || event.missing > 1U << 29) line.fail("a gap is 1 octet to 512 MiB");
  } else {
    return false;
  }
  if (!line.at_end()) line.fail("nothing may follow here");
  return true;
}

class Parser {
 public:
  explicit Parser(std::size_t most_octets) : most_octets_(most_octets) {}

  Script parse(std::string_view text) {
    for (std::size_t number = 1; !text.empty(); ++number) {
      const std::size_t end = text.find('\n');
      take(text.substr(0, end), number);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    if (script_.client.ip.none() || script_.server.ip.none()) throw ScriptError("a script names its client and server");
    return std::move(script_);
  }

 private:
  void take(std::string_view text, std::size_t number) {
    LineReader line(text, number);
    if (line.at_end()) return;
    const bool goes_on = blank(text.front());
    if (goes_on && !script_.events.empty()) {
      if (script_.events.back().kind != Event::Kind::data) line.fail("there is nothing to go on with");
      data(line, most_octets_, script_.events.back().bytes);
    } else if (!header(line, script_)) {
      event(line);
    }
  }

  void event(LineReader& line) {
    Event event;
    event.time = Script::epoch + Nanos(line.nanoseconds());
    if (!script_.events.empty() && event.time < script_.events.back().time) line.fail("times may not go back");
    const std::string_view side = line.word();
    if (side != "C" && side != "S") line.fail("a side is C or S");
    event.side = side == "C" ? Side::client : Side::server;
    if (flag(line, event)) {
      if (script_.transport != Transport::tcp) line.fail("fin, rst and gap are for tcp");
    } else {
      data(line, most_octets_, event.bytes);
    }
    if (event.kind != Event::Kind::gap) event.frame = ++frames_;
    script_.events.push_back(std::move(event));
  }

  std::size_t most_octets_;
  Script script_;
  Frame frames_ = 0;
};

}  // namespace

Script parse_script(std::string_view text, std::size_t most_octets) { return Parser(most_octets).parse(text); }

}  // namespace wiretale::harness
