#include "harness/packets.hpp"

#include <array>
#include <stdexcept>
#include <utility>
#include <variant>

#include <wiretale/limits.hpp>

#include "capture/file_source.hpp"
#include "decode/decoder.hpp"

namespace wiretale::harness {
namespace {

using decode::TcpHeader;

/// Initial sequence numbers near the wrap.
constexpr std::array<std::uint32_t, 2> first_sequence{0xffffff80U, 0xfffff000U};
constexpr std::size_t octets_split = 200'000;

/// Makes the packets of a script.
class Maker {
 public:
  explicit Maker(const Script& script) : script_(script) {}

  Packets make() {
    if (script_.transport == Transport::tcp && !script_.events.empty()) handshake(script_.events.front());
    for (const Event& event : script_.events) take(event);
    return std::move(packets_);
  }

 private:
  OwnedPacket& add(Side side, Frame frame, Timestamp time) {
    OwnedPacket& packet = packets_.emplace_back();
    decode::Decoded& head = packet.head;
    const Endpoint& from = side == Side::client ? script_.client : script_.server;
    const Endpoint& to = side == Side::client ? script_.server : script_.client;
    head.outcome = decode::Outcome::transport;
    head.transport = script_.transport;
    head.protocol = script_.transport == Transport::tcp ? 6 : 17;
    head.frame = frame;
    head.time = time;
    head.link_type = 1;
    head.source = from.ip;
    head.destination = to.ip;
    head.source_port = from.port;
    head.destination_port = to.port;
    head.ethertype = from.ip.v6() ? 0x86dd : 0x0800;
    head.source_mac.octets = {2, 0, 0, 0, 0, static_cast<std::uint8_t>(1 + index(side))};
    head.destination_mac.octets = {2, 0, 0, 0, 0, static_cast<std::uint8_t>(2 - index(side))};
    head.ip_bytes = (from.ip.v6() ? 40U : 20U) + (script_.transport == Transport::tcp ? 20U : 8U);
    return packet;
  }

  OwnedPacket& segment(Side side, std::uint8_t flags, Frame frame, Timestamp time) {
    OwnedPacket& packet = add(side, frame, time);
    packet.head.tcp = {next_[index(side)], next_[1 - index(side)], 64000, flags, {}};
    return packet;
  }

  void handshake(const Event& first) {
    const Frame frame = first.frame == 0 ? 1 : first.frame;
    segment(Side::client, TcpHeader::syn, frame, first.time).head.tcp.ack = 0;
    ++next_[0];
    segment(Side::server, TcpHeader::syn | TcpHeader::ack_flag, frame, first.time);
    ++next_[1];
    segment(Side::client, TcpHeader::ack_flag, frame, first.time);
  }

  static std::uint8_t flags_of(Event::Kind kind) {
    switch (kind) {
      case Event::Kind::fin:
        return TcpHeader::fin | TcpHeader::ack_flag;
      case Event::Kind::rst:
        return TcpHeader::rst | TcpHeader::ack_flag;
      default:
        return TcpHeader::psh | TcpHeader::ack_flag;
    }
  }

  void take(const Event& event) {
    const auto octets = static_cast<std::uint32_t>(event.kind == Event::Kind::gap ? event.missing : event.bytes.size());
    if (event.kind != Event::Kind::gap) {
      OwnedPacket& packet = script_.transport == Transport::tcp
                                ? segment(event.side, flags_of(event.kind), event.frame, event.time)
                                : add(event.side, event.frame, event.time);
      packet.payload = event.bytes;
      packet.head.payload_bytes = octets;
      packet.head.ip_bytes += octets;
    }
    next_[index(event.side)] += octets + (event.kind == Event::Kind::fin ? 1 : 0);
  }

  const Script& script_;
  std::array<std::uint32_t, 2> next_ = first_sequence;
  Packets packets_;
};

OwnedPacket own(const decode::Decoded& packet) {
  OwnedPacket owned;
  owned.head = packet;
  owned.payload = text_of(packet.payload);
  owned.options = text_of(packet.tcp.options);
  owned.fragments.assign(packet.fragments.begin(), packet.fragments.end());
  owned.head.payload = {};
  owned.head.tcp.options = {};
  owned.head.fragments = {};
  if (packet.path != nullptr) owned.path = *packet.path;
  owned.head.path = nullptr;
  return owned;
}

/// `count` octets of a segment's payload from `offset`, as a segment of its own. What the snaplen cut off goes with
/// the last one.
OwnedPacket piece_of(const OwnedPacket& whole, std::size_t offset, std::size_t count) {
  const bool first = offset == 0;
  const bool last = offset + count == whole.payload.size();
  OwnedPacket piece;
  piece.head = whole.head;
  piece.path = whole.path;
  piece.options = whole.options;
  piece.payload = whole.payload.substr(offset, count);
  TcpHeader& tcp = piece.head.tcp;
  tcp.seq += static_cast<std::uint32_t>(offset) + (!first && whole.has(TcpHeader::syn) ? 1U : 0U);
  if (!first) tcp.flags &= static_cast<std::uint8_t>(~TcpHeader::syn);
  if (!last) tcp.flags &= static_cast<std::uint8_t>(~TcpHeader::fin);
  piece.head.payload_bytes =
      last ? whole.head.payload_bytes - static_cast<std::uint32_t>(offset) : static_cast<std::uint32_t>(count);
  return piece;
}

}  // namespace

decode::Decoded OwnedPacket::view() const {
  decode::Decoded packet = head;
  packet.payload = bytes_of(payload);
  packet.tcp.options = bytes_of(options);
  packet.fragments = fragments;
  packet.path = path ? &*path : nullptr;
  return packet;
}

Packets packets_of(const Script& script) { return Maker(script).make(); }

Packets read_packets(const std::string& path) {
  auto opened = capture::FileSource::open(path);
  if (const auto* error = std::get_if<capture::OpenError>(&opened))
    throw std::runtime_error(error->where + ": " + error->what);
  auto& source = std::get<capture::FileSource>(opened);
  decode::Decoder decoder{Limits{}};
  Packets packets;
  decode::Decoded decoded;
  for (capture::Packet packet; source.next(packet);) {
    decoder.decode(packet, decoded);
    packets.push_back(own(decoded));
  }
  if (source.fault()) throw std::runtime_error(path + ": " + source.fault()->reason);
  return packets;
}

std::size_t payload_octets(const Packets& packets) {
  std::size_t octets = 0;
  for (const OwnedPacket& packet : packets) octets += packet.payload.size();
  return octets;
}

Packets one_octet_at_a_time(const Packets& packets) {
  Packets split;
  std::size_t done = 0;
  for (const OwnedPacket& packet : packets) {
    if (!packet.tcp() || packet.payload.size() < 2 || packet.has(TcpHeader::rst) || done > octets_split) {
      split.push_back(packet);
      continue;
    }
    for (std::size_t at = 0; at < packet.payload.size(); ++at) split.push_back(piece_of(packet, at, 1));
    done += packet.payload.size();
  }
  return split;
}

Packets ended_after(const Packets& packets, std::size_t octets) {
  Packets kept;
  for (const OwnedPacket& packet : packets) {
    if (packet.payload.size() > octets) {
      if (octets == 0) break;
      OwnedPacket& last = kept.emplace_back(packet);
      last.payload.resize(octets);
      last.head.payload_bytes = static_cast<std::uint32_t>(octets);
      last.head.tcp.flags &= static_cast<std::uint8_t>(~TcpHeader::fin);
      break;
    }
    // What follows the last octet that is kept isn't.
    if (octets == 0 && !packet.has(TcpHeader::syn) && !kept.empty() && !kept.back().payload.empty()) break;
    octets -= packet.payload.size();
    kept.push_back(packet);
  }
  return kept;
}

Packets snapped(const Packets& packets, std::size_t index, std::size_t octets) {
  Packets cut = packets;
  cut[index].payload.resize(octets);
  return cut;
}

Packets without(const Packets& packets, std::size_t index) {
  Packets left = packets;
  OwnedPacket& lost = left[index];
  if (!lost.has(TcpHeader::fin)) {
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(index));
    return left;
  }
  lost.head.tcp.seq += lost.head.payload_bytes;
  lost.head.payload_bytes = 0;
  lost.payload.clear();
  return left;
}

}  // namespace wiretale::harness
