#include "dhcp/dhcp.hpp"

#include <algorithm>
#include <array>

#include <wiretale/records.hpp>

#include "dhcp/transactions.hpp"

namespace wiretale {
namespace hostconf {
namespace {

constexpr std::uint16_t server4 = 67, client4 = 68, boot_server = 4011, client6 = 546, server6 = 547;

constexpr std::array ports{Port{Transport::udp, server4}, Port{Transport::udp, client4},
                           Port{Transport::udp, boot_server}, Port{Transport::udp, client6},
                           Port{Transport::udp, server6}};
constexpr std::array records{&record_type<DhcpRecord>, &record_type<FindingRecord>};

bool across(const SessionFacts& facts) {
  return std::ranges::any_of(
      ports, [&](const Port& port) { return port.number == facts.server.port || port.number == facts.client.port; });
}

/// BOOTP's header is known by its first octets; the magic cookie behind it makes sure.
Guess probe4(Bytes start) {
  constexpr std::size_t to_cookie = 236;
  constexpr std::uint8_t request = 1, reply = 2, longest_address = 16;
  if (start.size() < 3) return {Verdict::maybe, std::nullopt};
  Cursor cursor(start);
  const std::uint8_t op = cursor.u8();
  cursor.skip(1);
  const std::uint8_t length = cursor.u8();
  if ((op != request && op != reply) || length > longest_address) return {Verdict::no, std::nullopt};
  const Side speaker = op == request ? Side::client : Side::server;
  Cursor cookie(start, std::min(to_cookie, start.size()));
  const bool sure = cookie.u32() == 0x63825363 && cookie.ok();
  return {sure ? Verdict::yes : Verdict::maybe, speaker};
}

Guess probe(Transport transport, Bytes start) {
  if (transport != Transport::udp || start.empty()) return {Verdict::no, std::nullopt};
  const Guess v4 = probe4(start);
  if (v4.verdict == Verdict::yes) return v4;
  const std::uint8_t type = start.front();
  if (MessageType6::name(type).empty()) return v4;
  // The first octet of both says who speaks, and where it is 1 or 2, both say the same.
  return {surely_dhcpv6(start) ? Verdict::yes : Verdict::maybe,
          MessageType6::of_server(type) ? Side::server : Side::client};
}

class DhcpDatagrams final : public DatagramDissector {
 public:
  explicit DhcpDatagrams(Session& session)
      : DatagramDissector(session), transactions_(session, across(session.facts())) {}

  void datagram(const Chunk& chunk) override {
    const SessionFacts& facts = session().facts();
    const bool by_client = chunk.side == Side::client;
    const Wire wire{chunk.bytes,
                    chunk.wire_bytes,
                    by_client ? facts.client.ip : facts.server.ip,
                    by_client ? facts.server.ip : facts.client.ip,
                    chunk.frames,
                    chunk.time};
    const bool v6 = wire.source.v6();
    transactions_.message(v6 ? read_message6(wire, session().limits()) : read_message4(wire, session().limits()));
  }
  void end(Close) override { transactions_.end(); }

 private:
  Transactions transactions_;
};

}  // namespace

void emit(Session& session, const DhcpRecord& record) { session.emit(record); }

}  // namespace hostconf

const Protocol dhcp{
    .name = "dhcp",
    .title = "Dynamic Host Configuration Protocol",
    .rfcs = "RFC 2131, RFC 2132, RFC 3046, RFC 3396, RFC 8415",
    .ports = hostconf::ports,
    .probe = hostconf::probe,
    .datagram = [](Session& session) -> std::unique_ptr<DatagramDissector> {
      return std::make_unique<hostconf::DhcpDatagrams>(session);
    },
    .records = hostconf::records,
    .across_pairs = true,
    .across_ports = hostconf::ports,
};

}  // namespace wiretale
