#include "engine/detector.hpp"

#include <charconv>

#include "engine/registry.hpp"

namespace wiretale::engine {
namespace {

bool has_ports(Transport transport) { return transport == Transport::tcp || transport == Transport::udp; }

bool speaks(const Protocol& protocol, Transport transport) {
  if (transport == Transport::tcp) return protocol.stream != nullptr;
  // What IP carries itself is no protocol over UDP.
  const bool of_ip = !protocol.ports.empty() && !has_ports(protocol.ports.front().transport);
  return protocol.datagram != nullptr && of_ip != has_ports(transport);
}

/// What the starts of both sides say about a protocol.
struct Opinion {
  bool denied = false;
  bool confirmed = false;
  std::optional<bool> first_is_client;  ///< by what a side says
};

Opinion ask(const Protocol& protocol, const Evidence& evidence) {
  Opinion opinion;
  if (protocol.probe == nullptr) return opinion;
  for (unsigned side = 0; side < 2; ++side) {
    const Bytes start = evidence.start[side];
    if (start.empty()) continue;
    const Guess guess = protocol.probe(evidence.transport, start);
    opinion.denied = opinion.denied || guess.verdict == Verdict::no;
    opinion.confirmed = opinion.confirmed || guess.verdict == Verdict::yes;
    if (guess.speaker && !opinion.first_is_client)
      opinion.first_is_client = (*guess.speaker == Side::client) == (side == 0);
  }
  return opinion;
}

/// Who is the client, once the protocol is known: the handshake, what was said, the ports, who was first.
void settle_direction(Decision& decision, const Evidence& evidence, std::optional<bool> by_port,
                      std::optional<bool> by_content) {
  if (evidence.first_is_client) {
    decision.first_is_client = *evidence.first_is_client;
  } else if (by_content) {
    decision.first_is_client = *by_content;
    decision.direction_from = by_port == by_content ? known::port : known::banner;
  } else if (by_port) {
    decision.first_is_client = *by_port;
    decision.direction_from = known::port;
  } else {
    const bool first_served = !service_name(evidence.transport, evidence.first.port).empty();
    const bool second_served = !service_name(evidence.transport, evidence.second.port).empty();
    decision.direction_from = first_served != second_served ? known::port : known::first_seen;
    decision.first_is_client = !first_served || second_served;
  }
}

}  // namespace

std::optional<std::pair<std::pair<Transport, std::uint16_t>, const Protocol*>> parse_mapping(std::string_view text,
                                                                                             std::string& error) {
  const std::size_t slash = text.find('/');
  const std::size_t equals = text.find('=');
  if (slash == std::string_view::npos || equals == std::string_view::npos || slash > equals) {
    error = "expected PORT/TRANSPORT=PROTOCOL, as 2525/tcp=smtp";
    return std::nullopt;
  }
  std::uint16_t port = 0;
  const std::string_view digits = text.substr(0, slash);
  const char* const end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, port);
  if (parsed.ec != std::errc{} || parsed.ptr != end) {
    error = "a port is a number from 0 to 65535";
    return std::nullopt;
  }
  const std::string_view word = text.substr(slash + 1, equals - slash - 1);
  const Transport transport = word == "tcp" ? Transport::tcp : word == "udp" ? Transport::udp : Transport::none;
  if (transport == Transport::none) {
    error = "the transport is tcp or udp";
    return std::nullopt;
  }
  const Protocol* named = protocol(text.substr(equals + 1));
  if (named == nullptr || !speaks(*named, transport)) {
    error = "no such protocol over " + std::string(word) + "; `wiretale protocols` lists them";
    return std::nullopt;
  }
  return std::pair{std::pair{transport, port}, named};
}

const Protocol* Detector::of_port(Transport transport, std::uint16_t port, std::string_view& from) const {
  if (!mapped_.empty()) {
    if (const auto found = mapped_.find({transport, port}); found != mapped_.end()) {
      from = known::user;
      return found->second;
    }
  }
  from = has_ports(transport) ? known::port : known::content;
  const Protocol* protocol = protocol_of(transport, port);
  return protocol != nullptr && speaks(*protocol, transport) ? protocol : nullptr;
}

Detector::Proposal Detector::propose(const Evidence& evidence) const {
  if (evidence.expected != nullptr) return {evidence.expected, known::expected, std::nullopt};
  if (evidence.within) return {};
  std::string_view first_from, second_from;
  const Protocol* second = of_port(evidence.transport, evidence.second.port, second_from);
  const Protocol* first = of_port(evidence.transport, evidence.first.port, first_from);
  if (evidence.first_is_client) {  // only the server's port counts
    if (*evidence.first_is_client) return {second, second_from, std::nullopt};
    return {first, first_from, std::nullopt};
  }
  if (second != nullptr && first == second) return {second, second_from, std::nullopt};
  if (second != nullptr) return {second, second_from, true};
  return {first, first_from, first == nullptr ? std::nullopt : std::optional(false)};
}

std::optional<Decision> Detector::decide(const Evidence& evidence) const {
  Decision decision;
  const Proposal proposal = propose(evidence);
  const bool both = !evidence.start[0].empty() && !evidence.start[1].empty();
  const auto take_proposal = [&](const Opinion& opinion) {
    decision.protocol = proposal.protocol;
    decision.protocol_from = proposal.from;
    decision.refuted = nullptr;
    settle_direction(decision, evidence, proposal.first_is_client, opinion.first_is_client);
    return decision;
  };
  Opinion of_proposal;
  if (proposal.protocol != nullptr) {
    of_proposal = ask(*proposal.protocol, evidence);
    const bool told = proposal.from == known::user || proposal.from == known::expected;
    if (told || (of_proposal.confirmed && !of_proposal.denied)) return take_proposal(of_proposal);
    decision.refuted = proposal.protocol;
  }
  bool denied_by_all = proposal.protocol == nullptr;
  for (const Protocol* protocol : protocols()) {
    if (protocol == proposal.protocol || !speaks(*protocol, evidence.transport)) continue;
    const Opinion opinion = ask(*protocol, evidence);
    if (!opinion.denied) denied_by_all = false;
    if (opinion.denied || !opinion.confirmed) continue;
    // One side refutes the port. The other one may still speak its protocol, as an HTTP server that TLS is said to.
    if (proposal.protocol != nullptr && !both && !evidence.final) return std::nullopt;
    decision.protocol = protocol;
    decision.protocol_from = known::content;
    settle_direction(decision, evidence, std::nullopt, opinion.first_is_client);
    return decision;
  }
  // Where everybody says no to the first side, nothing that the other one says can change it.
  if (!both && !evidence.final && !denied_by_all) return std::nullopt;
  // Nobody else claims it. Where one side speaks the port's protocol and the other nothing that is known, as a TLS
  // client at an HTTP server, it is still that protocol.
  if (proposal.protocol != nullptr && (of_proposal.confirmed || !of_proposal.denied)) return take_proposal(of_proposal);
  settle_direction(decision, evidence, proposal.first_is_client, std::nullopt);
  return decision;
}

}  // namespace wiretale::engine
