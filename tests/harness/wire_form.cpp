#include "harness/wire_form.hpp"

#include <algorithm>

namespace wiretale::harness {
namespace {

constexpr std::string_view magic = "\xfe\x57";
enum Kind : std::uint8_t { data = 0, gap = 1, fin = 2, pause = 3 };
/// The longest hole in a fuzzer's conversation.
constexpr std::uint64_t most_missing = UINT16_MAX;
/// The longest data of an event of a script that a fuzzer wrote.
constexpr std::size_t most_octets = 64U << 10;

/// Takes what stands before the next magic.
std::string_view up_to_magic(std::string_view& rest) {
  const std::size_t end = std::min(rest.find(magic), rest.size());
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(end);
  return taken;
}

class Reader {
 public:
  Reader(std::string_view input, Transport transport) : rest_(input) {
    script_.transport = transport;
    script_.client = {*IpAddress::parse("10.0.0.1"), 40'000};
    script_.server = {*IpAddress::parse("10.0.0.2"), 40'001};
  }

  Script read() {
    if (const std::string_view first = up_to_magic(rest_); !first.empty())
      add(Event::Kind::data, Side::client).bytes = first;
    while (!rest_.empty()) {
      rest_.remove_prefix(magic.size());
      const std::uint8_t control = octet();
      event(static_cast<Kind>(control >> 1 & 3), (control & 1) != 0 ? Side::server : Side::client);
    }
    return std::move(script_);
  }

 private:
  std::uint8_t octet() {
    if (rest_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }

  Event& add(Event::Kind kind, Side side) {
    time_.ns += 1'000'000;
    Event& event = script_.events.emplace_back();
    event.kind = kind;
    event.side = side;
    event.time = time_;
    if (kind != Event::Kind::gap) event.frame = ++frames_;
    return event;
  }

  void event(Kind kind, Side side) {
    const bool tcp = script_.transport == Transport::tcp;
    if (kind == data) {
      add(Event::Kind::data, side).bytes = up_to_magic(rest_);
      return;
    }
    if (kind == pause) time_.ns += std::int64_t{1'000'000'000} * octet();
    if (kind == fin && tcp) add(Event::Kind::fin, side);
    if (kind == gap) {
      const auto missing = static_cast<std::uint64_t>(octet() << 8 | octet());
      if (tcp && missing != 0) add(Event::Kind::gap, side).missing = missing;
    }
    (void)up_to_magic(rest_);  // nothing else belongs to these
  }

  std::string_view rest_;
  Script script_;
  Timestamp time_ = Script::epoch;
  Frame frames_ = 0;
};

}  // namespace

Script script_of_wire_form(Bytes input, Transport transport) {
  const std::string_view text = text_of(input);
  if (text.starts_with("transport ") || text.starts_with("#")) {
    try {
      return parse_script(text, most_octets);
    } catch (const ScriptError&) {  // then it is data that looks like one
    }
  }
  return Reader(text, transport).read();
}

std::string wire_form_of(const Script& script) {
  std::string wire;
  const auto control = [&](Kind kind, Side side) {
    wire += magic;
    wire += static_cast<char>(kind << 1 | (side == Side::server ? 1 : 0));
  };
  for (const Event& event : script.events) {
    if (event.kind == Event::Kind::data) {
      control(data, event.side);
      wire += event.bytes;
    } else if (event.kind == Event::Kind::gap) {
      control(gap, event.side);
      const std::uint64_t missing = std::min(event.missing, most_missing);
      wire += {static_cast<char>(missing >> 8), static_cast<char>(missing & 0xff)};
    } else {
      control(fin, event.side);  // a RST is a fin here
    }
  }
  return wire;
}

}  // namespace wiretale::harness
