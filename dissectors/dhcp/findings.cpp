// What more than a record follows from messages of DHCP: names of hosts, and what a reader should know.
#include <algorithm>

#include <fmt/format.h>

#include <wiretale/records.hpp>

#include "dhcp/compose.hpp"
#include "dhcp/compose6.hpp"

namespace wiretale::hostconf {
namespace {

/// Servers, and pairs of them, that are remembered.
constexpr std::size_t most_servers = 1024;

std::string filter_of(const std::vector<Frame>& frames) {
  return fmt::format("frame.number in {{{}}}", fmt::join(frames, ", "));
}

/// Who the client is, for people.
std::string client_of(const Message& message) {
  if (!message.client_mac.empty()) return message.client_mac;
  if (!message.client_hardware.address.empty()) return message.client_hardware.address;
  const Duid& duid = message.fields.options.v6.client_id;
  return duid.all.empty() ? "a client" : duid.all.digits;
}

/// The first message of a client like this.
const Message* asked_before(const Transaction& transaction, std::uint32_t type) {
  const Message* found = nullptr;
  for (const Message& message : transaction.messages)
    if (message.type == type) found = &message;
  return found;
}

}  // namespace

/// Tells the analysis how the host at an address is called, and remembers the server.
void Transactions::tell_facts(const Transaction& transaction, const Message& message) {
  if (message.type != (message.v6 ? std::uint32_t{kind6::reply} : std::uint32_t{kind4::ack})) return;
  const MessageFields& fields = message.fields;
  IpAddress ip = fields.yiaddr.none() ? fields.ciaddr : fields.yiaddr;
  each_association(message, [&ip](const IdentityAssociation& association) {
    for (const LeasedAddress& address : association.addresses)
      if (ip.none() && address.valid_lifetime != 0) ip = address.ip;
  });
  std::string name;
  for (const Message& said : transaction.messages)
    if (!said.from_server && name.empty()) name = name_in(said);
  if (name.empty()) name = name_in(message);
  if (!ip.none() && !name.empty()) session().fact(NameFact{ip, name, "dhcp", fields.frame});
  if (!message.v6 && floor_.servers.size() < most_servers) floor_.servers[server_of(message)] = fields.frame;
}

void Transactions::find_rivals(const Transaction& transaction, const Message& message) {
  const auto offers = [](const Message& said) { return said.type == (said.v6 ? kind6::advertise : kind4::offer); };
  if (!offers(message)) return;
  const std::string server = server_of(message);
  for (const Message& other : transaction.messages) {
    if (!offers(other) || server_of(other) == server) continue;
    const std::string rival = server_of(other);
    const auto pair = std::minmax(server, rival);
    if (floor_.rivals.size() >= most_servers || !floor_.rivals.emplace(pair.first, pair.second).second) continue;
    FindingRecord finding;
    finding.time = message.fields.time;
    finding.kind = "dhcp-second-server";
    finding.severity = "warning";
    finding.title = "Two DHCP servers answer one client";
    finding.explanation =
        "Which one a client takes is a matter of chance, and with it its router and its DNS server. A pair of servers "
        "that share their leases is fine; a router that somebody brought along, or an attacker, is not. Find out "
        "whose addresses these are.";
    finding.frames = {other.fields.frame, message.fields.frame};
    finding.evidence = fmt::format("{} made an offer in frame {}, {} in frame {}", to_string(other.fields.source),
                                   other.fields.frame, to_string(message.fields.source), message.fields.frame);
    if (!message.v6)
      finding.evidence = fmt::format("{} offered {} in frame {}, {} offered {} in frame {}", server_of(other),
                                     to_string(other.fields.yiaddr), other.fields.frame, server,
                                     to_string(message.fields.yiaddr), message.fields.frame);
    finding.wireshark_filter = filter_of(finding.frames);
    session().emit(finding);
  }
}

void Transactions::find_refusal(Transaction& transaction, const Message& message) {
  if (transaction.refusal_told) return;
  if (message.v6) return find_refusal6(transaction, message);
  if (message.type != kind4::nak) return;
  transaction.refusal_told = true;
  const Message* request = asked_before(transaction, kind4::request);
  FindingRecord finding;
  finding.time = message.fields.time;
  finding.kind = "dhcp-refused";
  finding.severity = "notice";
  finding.title = "A DHCP server refused what a client asked for";
  finding.explanation =
      "The client may not use the address any longer and starts anew. That is usual after a move to another network; "
      "in one place it hints at a lease that the server forgot, or at two servers that don't know of each other.";
  std::string wanted = "an address";
  if (request != nullptr) {
    const MessageFields& asked = request->fields;
    const IpAddress& ip = asked.ciaddr.none() ? asked.options.v4.requested_ip : asked.ciaddr;
    if (!ip.none()) wanted = to_string(ip);
    finding.frames.push_back(asked.frame);
  }
  finding.frames.push_back(message.fields.frame);
  finding.evidence = fmt::format("{} wanted {}, {} said no", client_of(message), wanted, server_of(message));
  if (!message.fields.options.v4.message.empty()) finding.evidence += ": " + message.fields.options.v4.message;
  finding.wireshark_filter = filter_of(finding.frames);
  session().emit(finding);
}

/// The same of DHCPv6, whose servers say why.
void Transactions::find_refusal6(Transaction& transaction, const Message& message) {
  constexpr std::uint32_t no_addresses = 2, no_prefixes = 6;
  if (message.type != kind6::reply && message.type != kind6::advertise) return;
  const Status* status = refusal6(message);
  if (status == nullptr) return;
  transaction.refusal_told = true;
  const bool exhausted = status->code->value == no_addresses || status->code->value == no_prefixes;
  FindingRecord finding;
  finding.time = message.fields.time;
  finding.kind = exhausted ? "dhcp-pool-exhausted" : "dhcp-refused";
  finding.severity = exhausted ? "warning" : "notice";
  finding.title =
      exhausted ? "A DHCPv6 server has no address left to give" : "A DHCP server refused what a client asked for";
  finding.explanation =
      exhausted ? "The pool for this link is empty, or there is none for it, or the server knows this client not. Look "
                  "at the server's configuration, and at whether somebody takes addresses under many identities."
                : "The status code says why: NoBinding, the server knows of no such lease; NotOnLink, the client is in "
                  "another network now; UseMulticast, it shall not speak to the server directly.";
  for (const Message& asked : transaction.messages)
    if (!asked.from_server && finding.frames.empty()) finding.frames.push_back(asked.fields.frame);
  finding.frames.push_back(message.fields.frame);
  finding.evidence =
      fmt::format("{} says {} to {}", to_string(message.fields.source), to_string(*status->code), client_of(message));
  if (!status->message.empty()) finding.evidence += ": " + status->message;
  finding.wireshark_filter = filter_of(finding.frames);
  session().emit(finding);
}

/// A client that nobody makes an offer, though a server is there.
void Transactions::find_silence(const Transaction& transaction) {
  const bool only_asked = std::ranges::all_of(
      transaction.messages, [](const Message& message) { return !message.v6 && message.type == kind4::discover; });
  if (!only_asked || floor_.servers.empty()) return;
  FindingRecord finding;
  const Message& last = transaction.messages.back();
  finding.time = last.fields.time;
  finding.kind = "dhcp-no-offer";
  finding.severity = "notice";
  finding.title = "A client gets no offer though a DHCP server is there";
  finding.explanation =
      "The server gave addresses to others in this capture. It keeps silent where its pool is exhausted, where it was "
      "told to serve known clients only, or where the question did not reach it. The server's log says which.";
  const auto& [server, frame] =
      *std::ranges::max_element(floor_.servers, {}, [](const auto& entry) { return entry.second; });
  for (const Message& message : transaction.messages) {
    constexpr std::size_t enough = 8;
    if (finding.frames.size() < enough) finding.frames.push_back(message.fields.frame);
  }
  finding.evidence = fmt::format("{} asked {} in vain; {} answered somebody in frame {}", client_of(last),
                                 human_count(transaction.messages.size(), "time"), server, frame);
  finding.wireshark_filter = filter_of(finding.frames);
  session().emit(finding);
}

}  // namespace wiretale::hostconf
