// Into tunnels, and back.
#include "decode/layer.hpp"

namespace wiretale::decode {

namespace {

// The path of the packet at hand; an empty one where it had none.
Path& path_of(Parse& parse) {
  if (parse.out.path == nullptr) {
    parse.nest.path.cut(0, 0);
    parse.out.path = &parse.nest.path;
  }
  return parse.nest.path;
}

}  // namespace

void add_tag(Parse& parse, TunnelKind kind, const Marks& marks) {
  Tunnel tag;
  tag.kind = kind;
  tag.id = marks.id;
  tag.label = marks.label;
  path_of(parse).add(tag);
}

void enter(Parse& parse, TunnelKind kind, const Marks& marks) {
  Decoded& out = parse.out;
  Nest& nest = parse.nest;
  nest.outer = out;
  nest.outer.outcome = Outcome::transport;
  if (out.transport == Transport::none) nest.outer.transport = Transport::other;
  nest.outer.payload = parse.bytes;
  nest.outer.payload_bytes = parse.told;
  nest.outer_tunnels = out.path == nullptr ? 0 : nest.path.tunnels.size();
  nest.outer_key_bytes = out.path == nullptr ? 0 : nest.path.key.size();
  parse.has_outer = true;

  Tunnel tunnel;
  tunnel.kind = kind;
  tunnel.id = marks.id;
  tunnel.label = marks.label;
  tunnel.source_port = out.source_port;
  tunnel.destination_port = out.destination_port;
  if (!marks.without_ends) {
    tunnel.source = out.source;
    tunnel.destination = out.destination;
  }
  path_of(parse).add(tunnel);

  Decoded inner;
  inner.frame = out.frame;
  inner.time = out.time;
  inner.interface = out.interface;
  inner.link_type = out.link_type;
  inner.vlan_count = out.vlan_count;
  inner.vlans = out.vlans;
  inner.notes = out.notes & Note::fragments_overlap;
  inner.fragments = out.fragments;
  inner.path = out.path;
  out = inner;
}

void leave(Parse& parse) {
  const Nest& nest = parse.nest;
  parse.out = nest.outer;
  parse.nest.path.cut(nest.outer_tunnels, nest.outer_key_bytes);
}

}  // namespace wiretale::decode
