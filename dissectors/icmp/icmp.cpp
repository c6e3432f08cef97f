#include "icmp/icmp.hpp"

#include <array>
#include <compare>
#include <memory>
#include <utility>

#include "common/claims.hpp"
#include "icmp/kinds.hpp"
#include "icmp/message.hpp"

namespace wiretale {
namespace control {
namespace {

constexpr std::array ports{Port{Transport::icmp, 0}, Port{Transport::icmpv6, 0}};
constexpr std::array records{&record_type<IcmpRecord>};

/// A request between two hosts, while it waits for its reply.
struct Request {
  Frame frame = 0;
  Frames fragments;
  Timestamp time;
  std::uint8_t type = 0;
  std::uint8_t hop_limit = 0;
  std::uint32_t code = 0;
  std::optional<std::uint32_t> identifier, sequence, data_bytes;
  std::vector<Anomaly> anomalies;
};

/// What a reply repeats of its request.
struct RequestKey {
  Side side = Side::client;
  std::uint8_t type = 0;
  std::uint32_t identifier = 0;
  std::uint32_t sequence = 0;
  bool operator==(const RequestKey&) const = default;
};

/// Requests and replies of two hosts: echo, timestamps, address masks; and whatever else they send to each other.
class Messages final : public DatagramDissector {
 public:
  explicit Messages(Session& session)
      : DatagramDissector(session),
        v6_(session.facts().transport == Transport::icmpv6),
        open_(session, session.limits().datagram_wait, [this](Request&& request) { unanswered(std::move(request)); }) {}

  void datagram(const Chunk& chunk) override {
    const SessionFacts& facts = session().facts();
    const bool from_client = chunk.side == Side::client;
    const Wire wire{v6_,
                    chunk.bytes,
                    chunk.wire_bytes,
                    from_client ? facts.client.ip : facts.server.ip,
                    from_client ? facts.server.ip : facts.client.ip,
                    chunk.frames.last};
    if (wire.bytes.empty()) return;  // nothing is there but a header of IP: the session counts it
    IcmpRecord record;
    record.exchange.time = chunk.time;
    if (chunk.frames.first != chunk.frames.last) record.fragments = chunk.frames;
    read(wire, record);
    const Frames frames{wire.frame, wire.frame};
    const std::uint8_t request = request_of(v6_, wire.type());
    if (is_request(v6_, wire.type())) {
      const RequestKey key{chunk.side, wire.type(), record.identifier.value_or(0), record.sequence.value_or(0)};
      open_.add(key,
                {wire.frame, record.fragments, chunk.time, wire.type(), chunk.hop_limit, record.code, record.identifier,
                 record.sequence, record.data_bytes, std::move(record.exchange.anomalies)},
                chunk.time);
    } else if (request != 0) {
      record.exchange.response_frames = frames;
      record.response_hop_limit = chunk.hop_limit;
      if (auto asked =
              open_.take({other(chunk.side), request, record.identifier.value_or(0), record.sequence.value_or(0)}))
        answered(*asked, chunk.time, record);
      session().emit(record);
    } else {
      record.exchange.request_frames = frames;
      record.hop_limit = chunk.hop_limit;
      session().emit(record);
    }
  }

  void end(Close) override { open_.flush(); }

 private:
  /// Makes the record of a reply that of the whole exchange.
  void answered(Request& request, Timestamp time, IcmpRecord& record) const {
    record.kind = kind_of(v6_, request.type);
    record.code = request.code;
    record.exchange.time = request.time;
    record.exchange.request_frames = {request.frame, request.frame};
    record.exchange.latency = time - request.time;
    record.hop_limit = request.hop_limit;
    record.fragments.add(request.fragments);
    auto& anomalies = record.exchange.anomalies;
    anomalies.insert(anomalies.begin(), request.anomalies.begin(), request.anomalies.end());
  }

  void unanswered(Request&& request) {
    IcmpRecord record;
    record.transport = v6_ ? "icmpv6" : "icmp";
    record.kind = kind_of(v6_, request.type);
    record.code = request.code;
    record.exchange.time = request.time;
    record.exchange.request_frames = {request.frame, request.frame};
    record.exchange.complete = false;
    record.exchange.anomalies = std::move(request.anomalies);
    record.hop_limit = request.hop_limit;
    record.identifier = request.identifier;
    record.sequence = request.sequence;
    record.data_bytes = request.data_bytes;
    record.fragments = request.fragments;
    session().emit(record);
  }

  bool v6_;
  Pending<RequestKey, Request> open_;
};

/// A solicitation that waits for its advertisement.
struct Solicitation {
  Frame frame = 0;
  Timestamp time;
  IpAddress source, destination, target;
  MacAddress link_address;
  std::uint8_t type = 0;
  std::uint8_t hop_limit = 0;
};

/// Who asks for whom. Routers are asked for without a target.
struct SolicitationKey {
  std::string link;
  IpAddress target, asker;
  bool operator==(const SolicitationKey&) const = default;
};

constexpr std::uint8_t router_solicitation = 133, router_advertisement = 134, neighbour_solicitation = 135,
                       neighbour_advertisement = 136;

bool unspecified(const IpAddress& ip) { return ip == IpAddress::from(std::array<std::uint8_t, 16>{}); }

/// Errors, and what neighbours on a link tell each other.
class Loose final : public LooseDissector {
 public:
  explicit Loose(Session& session)
      : LooseDissector(session),
        claims_(session),
        open_(session, session.limits().datagram_wait, [this](Solicitation&& asked) { unanswered(asked); }) {}

  void message(const LooseMessage& message) override {
    const Wire wire{message.transport == Transport::icmpv6,
                    message.bytes,
                    message.wire_bytes,
                    message.source,
                    message.destination,
                    message.frame};
    IcmpRecord record;
    record.exchange.time = message.time;
    record.source = message.source;
    record.destination = message.destination;
    record.fragments = message.fragments;
    if (message.about != nullptr) record.about = message.about->id;
    read(wire, record);
    const bool solicits = wire.v6 && (wire.type() == router_solicitation || wire.type() == neighbour_solicitation);
    const bool advertises = wire.v6 && (wire.type() == router_advertisement || wire.type() == neighbour_advertisement);
    if (wire.v6) note_claims(wire.type(), message, record);
    if (solicits && record.exchange.anomalies.empty()) {
      // Any router may answer who asks for one, and to all.
      const bool router = wire.type() == router_solicitation;
      open_.add({std::string(message.link), record.target, router ? IpAddress{} : message.source},
                {message.frame, message.time, message.source, message.destination, record.target, record.link_address,
                 wire.type(), message.hop_limit},
                message.time);
      return;
    }
    const Frames frames{message.frame, message.frame};
    (advertises ? record.exchange.response_frames : record.exchange.request_frames) = frames;
    (advertises ? record.response_hop_limit : record.hop_limit) = message.hop_limit;
    if (advertises) answer(wire.type(), message, record);
    session().emit(record);
  }

  void end() override {
    ended_ = true;
    open_.flush();
  }

 private:
  /// Joins an advertisement with the solicitation that it answers. To all nodes it answers who asks for an address
  /// that he would like to have.
  void answer(std::uint8_t type, const LooseMessage& message, IcmpRecord& record) {
    SolicitationKey key{std::string(message.link), {}, {}};
    if (type == neighbour_advertisement) {
      const IpAddress nobody = IpAddress::from(std::array<std::uint8_t, 16>{});
      key = {std::move(key.link), record.target, message.destination.group() ? nobody : message.destination};
    }
    const auto asked = open_.take(key);
    if (!asked) return;
    record.kind = kind_of(true, asked->type);
    record.code = 0;
    record.exchange.time = asked->time;
    record.exchange.request_frames = {asked->frame, asked->frame};
    record.exchange.latency = message.time - asked->time;
    record.hop_limit = asked->hop_limit;
    record.source = asked->source;
    record.destination = asked->destination;
    if (asked->type == neighbour_solicitation && unspecified(asked->source))
      record.purpose = "duplicate_address_detection";
  }

  void unanswered(const Solicitation& asked) {
    IcmpRecord record;
    record.transport = "icmpv6";
    record.kind = kind_of(true, asked.type);
    record.exchange.time = asked.time;
    record.exchange.request_frames = {asked.frame, asked.frame};
    record.source = asked.source;
    record.destination = asked.destination;
    record.target = asked.target;
    record.link_address = asked.link_address;
    record.hop_limit = asked.hop_limit;
    const bool probes = asked.type == neighbour_solicitation && unspecified(asked.source);
    if (probes) record.purpose = "duplicate_address_detection";
    // That nobody answers is what it hopes for; whether nobody did is not known where the capture ends before.
    record.exchange.complete = probes && !ended_;
    session().emit(record);
  }

  void note_claims(std::uint8_t type, const LooseMessage& message, const IcmpRecord& record) {
    if (!record.exchange.anomalies.empty() || message.hop_limit != 255) return;  // from beyond the link (RFC 4861, 6.1)
    const MacAddress& mac = record.link_address.none() ? message.source_mac : record.link_address;
    if (type == neighbour_advertisement) claims_.claim(record.target, message.link, mac, message.frame, message.time);
    if (type == neighbour_solicitation && !unspecified(message.source))
      claims_.claim(message.source, message.link, mac, message.frame, message.time);
  }

  Claims claims_;
  Pending<SolicitationKey, Solicitation> open_;
  bool ended_ = false;
};

}  // namespace
}  // namespace control

const Protocol icmp{
    .name = "icmp",
    .title = "Internet Control Message Protocol",
    .rfcs = "RFC 792, RFC 950, RFC 4443, RFC 4861, RFC 2710, RFC 3810, RFC 8106",
    .ports = control::ports,
    .datagram = [](Session& session) -> std::unique_ptr<DatagramDissector> {
      return std::make_unique<control::Messages>(session);
    },
    .records = control::records,
    .is_loose =
        [](Transport transport, Bytes packet) {
          if (transport != Transport::icmp && transport != Transport::icmpv6) return false;
          const bool v6 = transport == Transport::icmpv6;
          return !packet.empty() && (control::is_error(v6, packet.front()) || control::is_of_link(v6, packet.front()));
        },
    .loose = [](Session& session) -> std::unique_ptr<LooseDissector> {
      return std::make_unique<control::Loose>(session);
    },
};

}  // namespace wiretale
