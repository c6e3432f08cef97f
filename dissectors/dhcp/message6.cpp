#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "common/notes.hpp"
#include "dhcp/message.hpp"

namespace wiretale::hostconf {
namespace {

/// Relays within relays that are followed; RFC 8415, section 7.6, lets 8 pass.
constexpr std::size_t most_relays = 32;

constexpr std::uint16_t relay_message = 9, interface_id = 18, remote_id = 37, subscriber_id = 38, relay_id = 53,
                        client_link_address = 79;

bool is_relay(std::uint8_t type) { return type == kind6::relay_forward || type == kind6::relay_reply; }

class MessageReader6 {
 public:
  MessageReader6(const Wire& wire, const Limits& limits) : wire_(wire), limits_(limits) {}

  Message read() {
    MessageFields& fields = message_.fields;
    message_.v6 = true;
    fields.frame = wire_.frames.last;
    if (wire_.frames.first != wire_.frames.last) fields.fragments = wire_.frames;
    fields.time = wire_.time;
    fields.source = wire_.source;
    fields.destination = wire_.destination;
    if (!wire_.bytes.empty()) {
      fields.kind = to_string(Code<MessageType6>(wire_.bytes.front()));
      message_.from_server = MessageType6::of_server(wire_.bytes.front());
    }
    Bytes inner = wire_.bytes;
    while (!inner.empty() && is_relay(inner.front())) {
      if (fields.relays.size() >= most_relays) {
        fault("relay_too_deep", fmt::format("more than {} relays within each other", most_relays));
        inner = {};
        break;
      }
      inner = unwrap(inner);
    }
    message_.relays = static_cast<std::uint32_t>(fields.relays.size());
    if (!inner.empty()) read_inner(inner);
    if (wire_.cut()) {
      message_.damaged = true;
      note(AnomalyKind::cut_off, "message_cut",
           fmt::format("{} of {} octets were captured", wire_.bytes.size(), wire_.wire_bytes));
    } else if (inner.empty() && fields.relays.size() < most_relays) {
      fault("no_message", "there is no message, or a relay wrapped none");
    }
    return std::move(message_);
  }

 private:
  void note(AnomalyKind kind, std::string_view name, std::string text) {
    wiretale::note(message_.anomalies, limits_, {kind, name, std::move(text), wire_.frames.last});
  }
  void fault(std::string_view name, std::string text) {
    message_.damaged = true;
    note(AnomalyKind::malformed, name, std::move(text));
  }
  void runs_out(std::uint16_t code, std::uint16_t length, std::size_t left) {
    if (wire_.cut())
      message_.damaged = true;
    else
      fault("option_runs_out", fmt::format("option {} says {} octets, {} are left", code, length, left));
  }

  /// Reads what a relay added, and gives the message within; what there is of it, where that is cut.
  Bytes unwrap(Bytes octets) {
    RelayFields& relay = message_.fields.relays.emplace_back();
    Cursor cursor(octets);
    relay.kind = Code<MessageType6>(cursor.u8());
    relay.hop_count = cursor.u8();
    relay.link_address = IpAddress::from(cursor.take(16));
    relay.peer_address = IpAddress::from(cursor.take(16));
    if (!cursor.ok() && !wire_.cut()) fault("short_header", "the header of a relay's message ends early");
    Bytes inner;
    while (!cursor.empty()) {
      const std::uint16_t code = cursor.u16(), length = cursor.u16();
      const Bytes rest = cursor.rest();
      const Bytes value = cursor.take(length);
      if (!cursor.ok()) {
        runs_out(code, length, rest.size());
        return code == relay_message && wire_.cut() ? rest : inner;
      }
      if (code == relay_message)
        inner = value;
      else
        take_relay_option(code, value, relay);
    }
    return inner;
  }

  void take_relay_option(std::uint16_t code, Bytes value, RelayFields& relay) {
    Cursor cursor(value);
    const ValueReader reader{16};
    bool good = true;
    switch (code) {
      case interface_id:
        good = reader.read(value, relay.interface_id);
        break;
      case subscriber_id:
        good = reader.read(value, relay.subscriber_id);
        break;
      case remote_id: {
        const std::uint32_t enterprise = cursor.u32();
        good = cursor.ok();
        if (good) relay.remote_id = EnterpriseData{enterprise, {{opaque_of(cursor.rest())}}};
        break;
      }
      case relay_id:
        good = reader.read(value, relay.relay_id);
        break;
      case client_link_address:
        cursor.skip(2);
        good = cursor.ok();
        relay.client_link_address = link_address_of(cursor.rest());
        break;
      default:
        relay.others.push_back({code, {hex_of(value)}});
    }
    if (!good) fault("bad_option", fmt::format("option {} of a relay is not what it should be", code));
  }

  /// Reads what a client or server said.
  void read_inner(Bytes octets) {
    Cursor cursor(octets);
    message_.type = cursor.u8();
    message_.xid = cursor.u24();
    const bool known = cursor.ok();
    MessageFields& fields = message_.fields;
    const std::string kind = to_string(Code<MessageType6>(message_.type));
    (fields.relays.empty() ? fields.kind : fields.relayed_kind) = kind;
    message_.from_server = MessageType6::of_server(message_.type);
    if (!known && !wire_.cut()) fault("short_header", "the message is shorter than its header of 4 octets");
    if (!known) return;
    message_.key = fmt::format("6 {:06x} ", message_.xid);
    bool client_known = false;
    while (!cursor.empty()) {
      const std::uint16_t code = cursor.u16(), length = cursor.u16();
      const std::size_t left = cursor.left();
      const Bytes value = cursor.take(length);
      if (!cursor.ok()) {
        runs_out(code, length, left);
        break;
      }
      fields.option_order.push_back(code);
      if (!take_option6(code, value, fields.options.v6))
        fault("bad_option",
              fmt::format("option {} ({}) is not what it should be", code, to_string(Code<OptionCode6>(code))));
      if (code != 1 || client_known) continue;
      client_known = true;
      message_.key += hex_of(value);
    }
    if (!wire_.cut()) check_answer();
    // Without it, it can't be told which transaction it is.
    if (!client_known && wire_.cut()) message_.key.clear();
    put_client();
  }

  /// Who answers says who he is (RFC 8415, section 16.3 and 16.10); an offer is for somebody, and offers something or
  /// says why not (section 18.3.9).
  void check_answer() {
    constexpr std::uint16_t client_id = 1, server_id = 2, ia_na = 3, ia_ta = 4, status_code = 13, ia_pd = 25;
    const auto has = [&](std::uint16_t code) {
      return std::ranges::find(message_.fields.option_order, code) != message_.fields.option_order.end();
    };
    const bool offer = message_.type == kind6::advertise;
    if (!offer && message_.type != kind6::reply) return;
    if (!has(server_id) || (offer && !has(client_id)))
      fault("no_duid", "an answer without the DUIDs of those whom it is of and for");
    else if (offer && !has(ia_na) && !has(ia_ta) && !has(ia_pd) && !has(status_code))
      fault("no_offer", "an ADVERTISE that offers nothing, and does not say why");
  }

  void put_client() {
    constexpr std::size_t ethernet_text = 17;
    const Options6& options = message_.fields.options.v6;
    for (const RelayFields& relay : message_.fields.relays)
      if (!relay.client_link_address.empty()) message_.client_mac = relay.client_link_address;
    if (!message_.client_mac.empty()) return;
    const Duid& client = options.client_id;
    if (client.hardware && client.hardware->value == 1 && client.link_address.size() == ethernet_text)
      message_.client_mac = client.link_address;
  }

  const Wire& wire_;
  const Limits& limits_;
  Message message_;
};

}  // namespace

Message read_message6(const Wire& wire, const Limits& limits) { return MessageReader6(wire, limits).read(); }

bool surely_dhcpv6(Bytes octets) {
  constexpr std::size_t relay_header = 34, header = 4;
  constexpr std::uint8_t last_type = 37;
  if (octets.empty() || octets.front() == 0 || octets.front() > last_type) return false;
  Cursor cursor(octets, std::min(is_relay(octets.front()) ? relay_header : header, octets.size()));
  bool named = false;
  while (!cursor.empty()) {
    const std::uint16_t code = cursor.u16();
    const Bytes value = cursor.take(cursor.u16());
    const bool duid = value.size() > 4 && value[0] == 0 && value[1] >= 1 && value[1] <= 4;
    named = named || (code == relay_message && value.size() >= header) || ((code == 1 || code == 2) && duid);
  }
  return cursor.ok() && named;
}

}  // namespace wiretale::hostconf
