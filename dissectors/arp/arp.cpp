#include "arp/arp.hpp"

#include <array>
#include <memory>
#include <utility>

#include "arp/message.hpp"
#include "common/claims.hpp"

namespace wiretale {
namespace address_resolution {
namespace {

constexpr std::uint16_t ethernet = 1, ipv4 = 0x0800;
constexpr std::array records{&record_type<ArpRecord>};

/// A request, and those that repeated it, while they wait for a reply.
struct Open {
  Frames frames;
  Timestamp first, last;
  Message message;
  std::optional<std::uint16_t> vlan;
  std::uint32_t requests = 1;
};

/// Who asks for whom. Probes of several hosts for one address are told apart by their hardware address.
struct Key {
  IpAddress target, sender;
  MacAddress mac;
  std::string link;
  bool operator==(const Key&) const = default;
};

class Resolution final : public LooseDissector {
 public:
  explicit Resolution(Session& session)
      : LooseDissector(session),
        claims_(session),
        open_(session, session.limits().datagram_wait, [this](Open&& open) { unanswered(open); }) {}

  void message(const LooseMessage& loose) override {
    const Message message = parse(loose.bytes);
    const Frames frames{loose.frame, loose.frame};
    if (message.whole && !Message::nobody(message.sender))
      claims_.claim(message.sender, loose.link, message.sender_mac, loose.frame, loose.time);
    const bool asks =
        message.whole && message.operation == request && !message.announcement() && !Message::nobody(message.target);
    if (asks) {
      ask(message, loose);
      return;
    }
    ArpRecord record;
    if (message.whole && message.operation == reply) {
      if (const auto open = open_.take(key_of(message.sender, message.target, message.target_mac, loose.link))) {
        answered(*open, message, loose);
        return;
      }
      record.exchange.response_frames = frames;
    } else {
      record.exchange.request_frames = frames;
    }
    record.exchange.time = loose.time;
    fill(message, loose.vlan, record);
    if (!message.whole) {
      record.exchange.complete = false;
      const bool cut = loose.bytes.size() < loose.wire_bytes;
      record.exchange.anomalies.push_back(
          {cut ? AnomalyKind::cut_off : AnomalyKind::malformed, cut ? "snaplen" : "message_malformed",
           cut ? "the message was not captured whole" : "the message is shorter than its address lengths say",
           loose.frame});
    }
    session().emit(record);
  }

  void end() override {
    ended_ = true;
    open_.flush();
  }

 private:
  static Key key_of(const IpAddress& target, const IpAddress& sender, const MacAddress& mac, std::string_view link) {
    return {target, sender, mac, std::string(link)};
  }

  static void fill(const Message& message, std::optional<std::uint16_t> vlan, ArpRecord& record) {
    record.operation = operation_name(message.operation);
    if (!message.whole)
      record.purpose = {};
    else if (message.announcement())
      record.purpose = "announcement";
    else if (message.probe())
      record.purpose = "probe";
    else if (message.operation == request)
      record.purpose = "lookup";
    if (!Message::nobody(message.sender)) record.sender.ip = message.sender;
    record.sender.mac = message.sender_mac;
    record.target.ip = message.target;
    if (message.operation != request) record.target.mac = message.target_mac;
    record.vlan = vlan;
    if (message.hardware_type != ethernet) record.hardware_type = message.hardware_type;
    if (message.protocol_type != ipv4) record.protocol_type = message.protocol_type;
  }

  void ask(const Message& message, const LooseMessage& loose) {
    const Key key = key_of(message.target, message.sender, message.sender_mac, loose.link);
    if (Open* again = open_.find(key)) {
      ++again->requests;
      again->frames.add(loose.frame);
      again->last = loose.time;
      return;
    }
    open_.add(key, {{loose.frame, loose.frame}, loose.time, loose.time, message, loose.vlan}, loose.time);
  }

  static ArpRecord record_of(const Open& open) {
    ArpRecord record;
    record.exchange.time = open.first;
    record.exchange.request_frames = open.frames;
    if (open.requests > 1) record.requests = open.requests;
    fill(open.message, open.vlan, record);
    return record;
  }

  void answered(const Open& open, const Message& answer, const LooseMessage& loose) {
    ArpRecord record = record_of(open);
    record.exchange.response_frames = {loose.frame, loose.frame};
    record.exchange.latency = loose.time - open.last;
    record.target.mac = answer.sender_mac;
    session().emit(record);
  }

  void unanswered(const Open& open) {
    ArpRecord record = record_of(open);
    // That nobody answers is what a probe hopes for; whether nobody did is not known where the capture ends before.
    record.exchange.complete = open.message.probe() && !ended_;
    session().emit(record);
  }

  Claims claims_;
  Pending<Key, Open> open_;
  bool ended_ = false;
};

}  // namespace
}  // namespace address_resolution

const Protocol arp{
    .name = "arp",
    .title = "Address Resolution Protocol",
    .rfcs = "RFC 826, RFC 903, RFC 5227",
    .ports = {},
    .records = address_resolution::records,
    .is_loose = [](Transport transport, Bytes) { return transport == Transport::none; },
    .loose = [](Session& session) -> std::unique_ptr<LooseDissector> {
      return std::make_unique<address_resolution::Resolution>(session);
    },
};

}  // namespace wiretale
