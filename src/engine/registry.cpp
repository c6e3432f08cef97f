#include "engine/registry.hpp"

#include <array>
#include <unordered_map>

namespace wiretale {

#define PROTOCOL(name) extern const Protocol name;
#include "protocols.def"
#undef PROTOCOL

namespace engine {
namespace {

const Protocol* const list[] = {
#define PROTOCOL(name) &::wiretale::name,
#include "protocols.def"
#undef PROTOCOL
};

using PortTable = std::unordered_map<std::uint32_t, int>;

constexpr std::uint32_t port_key(Transport transport, std::uint16_t port) {
  return static_cast<std::uint32_t>(transport) << 16 | port;
}

PortTable table_of(std::span<const Port> Protocol::* ports) {
  PortTable table;
  for (int i = 0; i < static_cast<int>(std::size(list)); ++i)
    for (const Port& port : list[i]->*ports) table.try_emplace(port_key(port.transport, port.number), i);
  return table;
}

int look_up(const PortTable& table, Transport transport, std::uint16_t port) {
  const auto found = table.find(port_key(transport, port));
  return found == table.end() ? -1 : found->second;
}

}  // namespace

std::span<const Protocol* const> protocols() { return list; }

const Protocol* protocol(std::string_view name) {
  for (const Protocol* one : list)
    if (one->name == name) return one;
  return nullptr;
}

const Protocol* protocol_of(Transport transport, std::uint16_t port) {
  static const PortTable table = table_of(&Protocol::ports);
  const int place = look_up(table, transport, port);
  return place < 0 ? nullptr : list[place];
}

int across_pairs(Transport transport, std::uint16_t port) {
  static const PortTable table = table_of(&Protocol::across_ports);
  return look_up(table, transport, port);
}

const Protocol* loose_protocol(Transport transport, Bytes packet) {
  for (const Protocol* one : list)
    if (one->is_loose != nullptr && one->is_loose(transport, packet)) return one;
  return nullptr;
}

}  // namespace engine
}  // namespace wiretale
