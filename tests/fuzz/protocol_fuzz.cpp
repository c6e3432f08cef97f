// Any conversation in one protocol (WIRETALE_PROTOCOL), over each transport that it has: nothing crashes, every record
// has the shape that it declares, and the ledger of every session closes.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "engine/registry.hpp"
#include "harness/run.hpp"
#include "harness/shape_check.hpp"
#include "harness/wire_form.hpp"

namespace {

using namespace wiretale;

void require(bool good, const std::string& what, const std::string& line) {
  if (good) return;
  std::fprintf(stderr, "%s\nin %s\n", what.c_str(), line.c_str());
  std::abort();
}

void check_ledger(const std::string& line) {
  const auto session = nlohmann::json::parse(line);
  for (const char* const way : {"to_server", "to_client"}) {
    const auto& one = session[way];
    std::uint64_t sum = 0;
    for (const char* const part :
         {"delivered_bytes", "duplicate_bytes", "conflicting_bytes", "beyond_limit_bytes", "rejected_bytes"})
      sum += one[part].get<std::uint64_t>();
    require(sum == one["captured_bytes"], "the ledger doesn't close", line);
  }
}

void run_over(Bytes input, Transport transport, const Protocol& protocol) {
  harness::Script script = harness::script_of_wire_form(input, transport);
  script.protocol = protocol.name;
  if (script.transport != transport) return;
  const harness::Told told = harness::run(harness::packets_of(script), harness::settings_of(script));
  for (const std::string& line : told.records) {
    const std::string fault = harness::line_fault(line);
    require(fault.empty(), fault, line);
  }
  for (const std::string& line : told.sessions) check_ledger(line);
}

/// Packets that open no session: each a length and so many octets, from two hosts in turns.
void run_loose(Bytes input, Transport transport) {
  harness::Packets packets;
  for (Cursor cursor(input); !cursor.empty() && packets.size() < 64;) {
    harness::OwnedPacket& packet = packets.emplace_back();
    const bool v6 = transport == Transport::icmpv6;
    packet.head.outcome = transport == Transport::none ? decode::Outcome::arp : decode::Outcome::transport;
    packet.head.transport = transport;
    packet.head.protocol = v6 ? 58 : 1;
    packet.head.frame = packets.size();
    packet.head.time = {static_cast<std::int64_t>(packets.size()) * 300'000'000};
    packet.head.ttl = 255;
    packet.head.source = *IpAddress::parse(v6 ? "fe80::1" : "10.0.0.1");
    packet.head.destination = *IpAddress::parse(v6 ? "fe80::2" : "10.0.0.2");
    if (packets.size() % 2 == 0) std::swap(packet.head.source, packet.head.destination);
    const std::size_t length = cursor.u8();
    packet.payload = text_of(cursor.part(length).rest());
    packet.head.payload_bytes = static_cast<std::uint32_t>(packet.payload.size());
  }
  for (const std::string& line : harness::run(packets).records) {
    const std::string fault = harness::line_fault(line);
    require(fault.empty(), fault, line);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Protocol* const protocol = engine::protocol(WIRETALE_PROTOCOL);
  if (protocol == nullptr) std::abort();
  const Bytes input(data, size);
  for (std::size_t length = 0; length <= input.size() && length < 64; ++length)
    for (const Transport transport : {Transport::tcp, Transport::udp})
      if (protocol->probe != nullptr) (void)protocol->probe(transport, input.first(length));
  if (protocol->stream != nullptr) run_over(input, Transport::tcp, *protocol);
  if (protocol->datagram != nullptr) run_over(input, Transport::udp, *protocol);
  if (protocol->loose != nullptr)
    for (const Transport transport : {Transport::none, Transport::icmp, Transport::icmpv6}) run_loose(input, transport);
  return 0;
}
