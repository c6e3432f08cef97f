#include <fmt/format.h>

#include <wiretale/tale.hpp>

#include "socks/socks.hpp"

namespace wiretale::proxy {
namespace {

std::string place(const std::string& host, std::optional<std::uint16_t> port) {
  const bool v6 = host.find(':') != std::string::npos;
  return port ? fmt::format(fmt::runtime(v6 ? "[{}]:{}" : "{}:{}"), host, *port) : host;
}

}  // namespace

void SocksRecord::tell(const SocksRecord& record, Tale& tale) {
  const ExchangeFacts& facts = record.exchange;
  if (!record.command.empty())
    tale.said(Side::client, facts.request_frames,
              fmt::format("SOCKS {} {} {}", record.version, record.command, place(record.host, record.port)), {});
  else if (!facts.request_frames.empty())
    tale.said(Side::client, facts.request_frames, fmt::format("SOCKS {}", record.version), {});
  if (!record.user.empty()) {
    std::string line = "user: " + record.user;
    if (!record.password.empty()) line += ", password: " + tale.secrets().shown(record.password.value);
    tale.detail(line);
  }
  if (!record.reply.empty()) {
    std::string latency;
    if (facts.latency) latency = human_duration(*facts.latency);
    tale.said(Side::server, facts.response_frames, record.reply, latency);
    if (tale.explaining() && record.reply == "succeeded" && record.command == "connect")
      tale.explain(
          "The proxy has connected to the server that the client asked for, and from here on hands everything "
          "through: what follows is their talk, not the proxy's.");
  }
  tale.notices(facts.anomalies);
}

}  // namespace wiretale::proxy
