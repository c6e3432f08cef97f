// Any octets as packets of all links, to one decoder, so that fragments meet.
#include <array>
#include <cstdint>
#include <cstdlib>

#include <wiretale/bytes.hpp>

#include "decode/decoder.hpp"

namespace {

using namespace wiretale;

// Seeds name them by their place: new ones go to the end.
constexpr std::array<std::uint32_t, 35> link_types{1,   113, 276, 101, 228, 229, 0,   108, 12,  4711, 9,   50,
                                                   51,  104, 105, 107, 109, 117, 119, 122, 127, 129,  149, 163,
                                                   166, 178, 192, 205, 206, 226, 239, 242, 258, 284,  285};

void require(bool what) {
  if (!what) std::abort();
}

// Reads every octet of a view, so that a sanitizer sees where it points.
std::size_t touch(Bytes bytes) {
  std::size_t sum = 0;
  for (const std::uint8_t octet : bytes) sum += octet;
  return sum;
}

// A packet is four octets (link type, cut, length) and its bytes.
capture::Packet next_packet(Cursor& cursor, Frame frame) {
  capture::Packet packet;
  packet.frame = frame;
  packet.link_type = link_types.at(cursor.u8() % link_types.size());
  const std::uint8_t step = cursor.u8();
  packet.time = {static_cast<std::int64_t>(frame) * step * 100'000'000};
  const std::size_t length = cursor.u16le();
  packet.bytes = cursor.take(length < cursor.left() ? length : cursor.left());
  packet.wire_bytes = static_cast<std::uint32_t>(packet.bytes.size()) + (step & 1U ? step : 0U);
  return packet;
}

void check(const decode::Decoded& out) {
  require(out.outcome < decode::Outcome::count);
  require(out.payload.size() <= out.payload_bytes);
  require(out.vlan_count <= out.vlans.size());
  require(out.path == nullptr || !out.path->tunnels.empty());
  require(out.outcome != decode::Outcome::transport || !out.source.none());
  volatile std::size_t sum = touch(out.payload) + touch(out.tcp.options);
  for (const Frame frame : out.fragments) sum = sum + frame;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Limits limits;
  limits.fragment_bytes = 8192;
  limits.fragment_datagrams = 8;
  limits.fragment_pieces = 16;
  decode::Decoder decoder{limits};
  decode::Decoded out;
  std::uint64_t held = 0;
  std::uint64_t joined = 0;
  Cursor cursor(Bytes(data, size));
  for (Frame frame = 1; cursor.left() > 4; ++frame) {
    decoder.decode(next_packet(cursor, frame), out);
    check(out);
    if (out.outcome == decode::Outcome::fragment_held) ++held;
    if (!out.fragments.empty()) joined += out.fragments.size() - 1;
  }
  decoder.finish();
  // Every packet that was held is in a datagram that went on, or counted.
  require(held == joined + decoder.incomplete().total().packets);
  return 0;
}
