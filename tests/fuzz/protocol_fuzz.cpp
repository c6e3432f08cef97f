// Any conversation in one protocol (WIRETALE_PROTOCOL), over each transport that it has: nothing crashes, every record
// has the shape that it declares, and the ledger of every session closes.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

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
  return 0;
}
