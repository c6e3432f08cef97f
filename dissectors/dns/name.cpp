#include "dns/name.hpp"

#include <wiretale/json.hpp>

namespace wiretale::domain {
namespace {

constexpr std::size_t longest_name = 255;
// Each pointer leads to at least one label, of which a name can't have more.
constexpr unsigned most_pointers = 127;

bool plain(std::uint8_t octet) { return octet > ' ' && octet < 0x7F && octet != '.' && octet != '\\'; }

void put_octet(TextArena& out, std::uint8_t octet, bool as_it_is) {
  if (octet == '.' || octet == '\\') {
    out.put('\\');
    out.put(static_cast<char>(octet));
  } else if (plain(octet) || (as_it_is && octet >= 0x80)) {
    out.put(static_cast<char>(octet));
  } else {
    out.put('\\');
    out.padded(octet, 3);
  }
}

}  // namespace

void put_label(TextArena& out, Bytes label, bool utf8) {
  bool all_plain = true;
  for (const std::uint8_t octet : label) all_plain = all_plain && plain(octet);
  if (all_plain) {
    out.put(text_of(label));
    return;
  }
  const bool as_it_is = utf8 && valid_utf8(text_of(label));
  for (const std::uint8_t octet : label) put_octet(out, octet, as_it_is);
}

const NameReader::Known* NameReader::known(std::size_t at) const {
  for (std::size_t i = 0; i < count_ && i < known_.size(); ++i)
    if (known_[i].at == at) return &known_[i];
  return nullptr;
}

void NameReader::remember(std::size_t at, std::size_t wire, std::string_view text) {
  known_[count_ % known_.size()] = {at, wire, text};
  ++count_;
}

Name NameReader::read(std::size_t at, std::size_t end) {
  Walk walk{.at = at, .end = end, .run = at, .name = {}};
  arena_.open();
  while (step(walk)) {
  }
  Name& name = walk.name;
  if (name.text.empty()) name.text = arena_.close();
  if (name.fault != NameFault::none) return name;
  if (name.text.empty()) name.text = ".";
  if (name.after && *name.after - at > 2) remember(at, walk.wire, name.text);
  return name;
}

/// Reads a label or follows a pointer; false at the end of the name.
bool NameReader::step(Walk& walk) {
  if (walk.at >= walk.end) {
    walk.name.fault = NameFault::runs_out;
    return false;
  }
  const std::uint8_t length = message_[walk.at];
  if (length == 0) {
    if (!walk.name.after) walk.name.after = walk.at + 1;
    ++walk.wire;
    return false;
  }
  switch (length & 0xC0) {
    case 0x00:
      return label(walk, length);
    case 0xC0:
      return follow(walk);
    default:
      walk.name.fault = NameFault::label_type;
      return false;
  }
}

bool NameReader::label(Walk& walk, std::size_t length) {
  const Bytes octets = slice(message_.first(walk.end), walk.at + 1, length);
  walk.wire += 1 + length;
  if (walk.wire + 1 > longest_name && walk.name.fault == NameFault::none) {
    walk.name.fault = NameFault::too_long;
    if (walk.name.after) return false;
    walk.mute = true;
  }
  if (!walk.mute) {
    if (!arena_.so_far().empty()) arena_.put('.');
    put_label(arena_, octets, utf8_);
  }
  if (octets.size() < length) {
    walk.name.fault = NameFault::runs_out;
    return false;
  }
  walk.at += 1 + length;
  return true;
}

bool NameReader::follow(Walk& walk) {
  if (walk.end - walk.at < 2) {
    walk.name.fault = NameFault::runs_out;
    return false;
  }
  Cursor cursor(message_, walk.at);
  const std::size_t target = cursor.u16() & 0x3FFFU;
  if (!walk.name.after) walk.name.after = cursor.position();
  if (walk.mute) return false;
  if (target >= walk.run) {
    walk.name.fault = target > walk.at ? NameFault::forward : NameFault::loop;
    return false;
  }
  if (const Known* there = known(target)) return finish(walk, *there);
  if (++walk.pointers > most_pointers) {
    walk.name.fault = NameFault::too_deep;
    return false;
  }
  walk.at = walk.run = target;
  walk.end = message_.size();
  return true;
}

/// The rest of the name was read before.
bool NameReader::finish(Walk& walk, const Known& known) {
  walk.wire += known.wire;
  if (walk.wire > longest_name) {
    walk.name.fault = NameFault::too_long;
  } else if (arena_.so_far().empty()) {
    walk.name.text = known.text;
  } else if (known.text != ".") {
    arena_.put('.');
    arena_.put(known.text);
  }
  return false;
}

}  // namespace wiretale::domain
