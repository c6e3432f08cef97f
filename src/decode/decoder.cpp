#include "decode/decoder.hpp"

#include <algorithm>

namespace wiretale::decode {

Decoder::Decoder(const Limits& limits, Overlap overlap) : layers_(limits.layers), defragmenter_(limits, overlap) {}

void Decoder::decode(const capture::Packet& packet, Decoded& out) {
  out = Decoded{};
  out.frame = packet.frame;
  out.time = packet.time;
  out.interface = packet.interface;
  out.link_type = packet.link_type;
  if (packet.bytes.empty()) return;

  constexpr std::uint32_t ethernet = 1;  // nearly always: without a call
  Layer layer = packet.link_type == ethernet ? Layer::ethernet : layer_of_link_type(packet.link_type);
  if (layer == Layer::done) {
    out.outcome = Outcome::unknown_link_type;
    return;
  }
  // Some writers leave the length on the wire 0.
  const auto captured = static_cast<std::uint32_t>(packet.bytes.size());
  Parse parse{packet.bytes, std::max(packet.wire_bytes, captured), {}, false, false, false, out, nest_};
  for (std::uint64_t count = 0; layer != Layer::done; ++count) {
    if (count == layers_) {
      out.outcome = Outcome::too_many_layers;
      return;
    }
    layer = step(layer, parse);
  }
  // A tunnel that leads to nothing: its carrier is told as any other packet.
  if (parse.has_outer && out.outcome >= Outcome::first_reason) leave(parse);
}

Layer Decoder::step(Layer layer, Parse& parse) {
  switch (layer) {
    case Layer::ethernet:
      return decode_ethernet(parse);
    case Layer::vlan:
      return decode_vlan(parse);
    case Layer::ipv4:
      return decode_ipv4(parse);
    case Layer::ipv6:
      return decode_ipv6(parse);
    case Layer::fragment:
      return fragment(parse);
    case Layer::tcp:
      return decode_tcp(parse);
    case Layer::udp:
      return decode_udp(parse);
    default:
      return decode_other_layer(layer, parse);
  }
}

Layer Decoder::fragment(Parse& parse) {
  Decoded& out = parse.out;
  const FragmentInfo& info = parse.fragment;
  // A fragment that was itself put together from fragments brings all their frames.
  const std::span<const Frame> frames = out.fragments.empty() ? std::span(&out.frame, 1) : out.fragments;
  const Fragment piece{{out.source, out.destination, info.id, out.protocol, out.path ? out.path->key : std::string()},
                       info.offset,
                       info.more,
                       info.header_bytes,
                       parse.bytes,
                       parse.told,
                       out.time,
                       frames};
  if (info.offset == 0) peek_ports(parse);
  Datagram whole;
  switch (defragmenter_.add(piece, whole)) {
    case Defragmenter::Result::held:
      out.fragments = {};
      return parse.stop(Outcome::fragment_held);
    case Defragmenter::Result::too_many:
      return parse.stop(Outcome::fragment_overlap_limit);
    case Defragmenter::Result::malformed:
      return parse.stop(Outcome::malformed_fragment);
    case Defragmenter::Result::complete:
      break;
  }
  // From here on other frames count, too: they can't become the outer packet's.
  parse.has_outer = false;
  if (whole.overlaps) out.notes |= Note::fragments_overlap;
  out.fragments = whole.frames;
  out.ip_bytes = whole.header_bytes + whole.told;
  out.source_port = 0;  // read again, now with the whole datagram
  out.destination_port = 0;
  parse.bytes = whole.data;
  parse.told = whole.told;
  return layer_of_protocol(out.protocol, parse);
}

}  // namespace wiretale::decode
