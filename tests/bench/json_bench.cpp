// Records as JSON.
#include <benchmark/benchmark.h>

#include <string>

#include <wiretale/json.hpp>
#include <wiretale/records.hpp>

namespace wiretale {
namespace {

/// A session record as most are: all that HTTP over TCP fills in.
SessionRecord session_record() {
  const std::uint8_t client[] = {192, 0, 2, 10}, server[] = {192, 0, 2, 80};
  SessionRecord record;
  record.session = "123456";
  record.time = record.start = Timestamp{1'700'000'000'123'456'000};
  record.transport = "tcp";
  record.client.ip = IpAddress::from(client);
  record.client.port = 40000;
  record.client.mac.octets = {2, 0, 0, 0, 0, 1};
  record.server.ip = IpAddress::from(server);
  record.server.port = 80;
  record.server.mac.octets = {2, 0, 0, 0, 0, 2};
  record.direction_from = "syn";
  record.community_id = "1:LQU9qZlK+B5F3KDmev6m5PMibrg=";
  record.protocol = "http";
  record.protocols = {"http"};
  record.protocol_from = "port";
  record.end = Timestamp{1'700'000'003'123'456'000};
  record.duration = record.end - record.start;
  record.frames = {123'456, 123'999};
  record.state = "closed";
  record.ended_by = "client_fin";
  for (DirectionFields* side : {&record.to_server, &record.to_client}) {
    side->packets = 12;
    side->bytes = 12'345;
    side->payload_bytes = side->captured_bytes = side->delivered_bytes = 11'721;
  }
  record.exchanges = 2;
  return record;
}

void write_session(benchmark::State& state) {
  const SessionRecord record = session_record();
  const SecretPolicy policy;
  std::string out;
  std::size_t bytes = 0;
  for (auto _ : state) {
    if (out.size() > 200'000) out.clear();  // as the output does: its room stays
    const std::size_t before = out.size();
    JsonWriter json(out, policy);
    json.begin_object();
    write_json_fields(json, record);
    json.end_object();
    json.out() += '\n';
    bytes += out.size() - before;
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}
BENCHMARK(write_session);

void write_text(benchmark::State& state, const std::string& text) {
  const SecretPolicy policy;
  std::string out;
  for (auto _ : state) {
    if (out.size() > 200'000) out.clear();
    JsonWriter json(out, policy);
    json.text(text);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK_CAPTURE(write_text, short_plain, "www.example.com");
BENCHMARK_CAPTURE(write_text, long_plain, std::string(1000, 'a'));
BENCHMARK_CAPTURE(write_text, quotes, R"(<a href="https://www.example.com/">"C:\menu"</a>)");
BENCHMARK_CAPTURE(write_text, utf8, "Crêpes à la crème brûlée, s’il vous plaît");
BENCHMARK_CAPTURE(write_text, not_utf8, "\xff\xfe\x80\x81 a few octets of something \xc3");

}  // namespace
}  // namespace wiretale
