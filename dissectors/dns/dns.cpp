#include "dns/dns.hpp"

#include "dns/lookups.hpp"
#include "dns/probe.hpp"
#include "dns/stream.hpp"

namespace wiretale {
namespace domain {
namespace {

constexpr std::uint16_t dns_port = 53, mdns_port = 5353, llmnr_port = 5355;

constexpr std::array ports{Port{Transport::udp, dns_port}, Port{Transport::tcp, dns_port},
                           Port{Transport::udp, mdns_port}, Port{Transport::udp, llmnr_port},
                           Port{Transport::tcp, llmnr_port}};
constexpr std::array across{Port{Transport::udp, mdns_port}, Port{Transport::udp, llmnr_port}};
constexpr std::array records{&record_type<DnsRecord>};

/// Whose rules hold on these ports. A client may have any port, so the server's counts first.
Scope scope_of(const SessionFacts& facts) {
  for (const std::uint16_t port : {facts.server.port, facts.client.port}) {
    if (port == dns_port) return Scope::dns;
    if (port == mdns_port && facts.transport == Transport::udp) return Scope::mdns;
    if (port == llmnr_port) return Scope::llmnr;
  }
  return Scope::dns;
}

class DnsDatagrams final : public DatagramDissector {
 public:
  explicit DnsDatagrams(Session& session) : DatagramDissector(session), lookups_(session, scope_of(session.facts())) {}

  void datagram(const Chunk& chunk) override {
    lookups_.message({.bytes = chunk.bytes,
                      .side = chunk.side,
                      .frames = {chunk.frames.last, chunk.frames.last},
                      .fragments = chunk.frames.first != chunk.frames.last ? chunk.frames : Frames{},
                      .first = chunk.time,
                      .last = chunk.time,
                      .wire_bytes = chunk.wire_bytes,
                      .cut = chunk.wire_bytes > chunk.bytes.size() ? Cut::snaplen : Cut::no});
  }
  void end(Close) override { lookups_.end(); }

 private:
  Lookups lookups_;
};

}  // namespace
}  // namespace domain

const Protocol dns{
    .name = "dns",
    .title = "Domain Name System",
    .rfcs = "RFC 1035, RFC 2136, RFC 6762, RFC 6891, RFC 4795",
    .ports = domain::ports,
    .probe = domain::probe,
    .stream = [](Session& session) -> std::unique_ptr<StreamDissector> {
      return std::make_unique<domain::DnsStream>(session, domain::scope_of(session.facts()));
    },
    .datagram = [](Session& session) -> std::unique_ptr<DatagramDissector> {
      return std::make_unique<domain::DnsDatagrams>(session);
    },
    .records = domain::records,
    .across_pairs = true,
    .across_ports = domain::across,
};

}  // namespace wiretale
