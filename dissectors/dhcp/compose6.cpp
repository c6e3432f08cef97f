#include "dhcp/compose6.hpp"

#include <algorithm>

namespace wiretale::hostconf {
namespace {

bool refuses(const Status& status) { return status.code && status.code->value != 0; }

const Message* last_of(const Transaction& transaction, auto&& wanted) {
  const Message* found = nullptr;
  for (const Message& message : transaction.messages)
    if (wanted(message)) found = &message;
  return found;
}

/// The client's message that says what the transaction is for.
const Message* question(const Transaction& transaction) {
  const auto found = std::ranges::find(transaction.messages, false, &Message::from_server);
  return found == transaction.messages.end() ? nullptr : &*found;
}

const Message* answer(const Transaction& transaction) {
  const Message* found = last_of(transaction, is_final6);
  if (found != nullptr) return found;
  const auto advertised = std::ranges::find_if(transaction.messages,
                                               [](const Message& message) { return message.type == kind6::advertise; });
  return advertised == transaction.messages.end() ? nullptr : &*advertised;
}

/// Whether a server's message gives anything.
bool gives(const Message& message) {
  bool any = false;
  each_association(message, [&any](const IdentityAssociation& association) {
    for (const LeasedAddress& address : association.addresses)
      any = any || (address.valid_lifetime != 0 && !refuses(address.status));
    for (const LeasedPrefix& prefix : association.prefixes)
      any = any || (prefix.valid_lifetime != 0 && !refuses(prefix.status));
  });
  return any;
}

}  // namespace

bool is_final6(const Message& message) {
  return message.type == kind6::reply || message.type == kind6::leasequery_reply;
}

std::string_view procedure6(const Transaction& transaction) {
  const Message* first = question(transaction);
  if (first == nullptr)
    return !transaction.messages.empty() && transaction.messages.front().type == kind6::reconfigure ? "reconfigure"
                                                                                                    : "";
  switch (first->type) {
    case kind6::solicit:
      return "solicit";
    case kind6::request:
      return "request";
    case kind6::confirm:
      return "confirm";
    case kind6::renew:
      return "renew";
    case kind6::rebind:
      return "rebind";
    case kind6::release:
      return "release";
    case kind6::decline:
      return "decline";
    case kind6::information_request:
      return "information_request";
    case kind6::leasequery:
      return "leasequery";
    default:
      return {};
  }
}

std::string_view outcome6(const Transaction& transaction) {
  const Message* said = answer(transaction);
  if (said == nullptr) return "unanswered";
  const Message* asked = question(transaction);
  const std::uint32_t type = asked == nullptr ? 0 : asked->type;
  if (type == kind6::release) return "released";
  if (type == kind6::decline) return "declined";
  if (type == kind6::information_request) return "informed";
  if (said->type == kind6::leasequery_reply) return "answered";
  if (type == kind6::confirm) return refuses(said->fields.options.v6.status) ? "refused" : "acknowledged";
  if (said->type == kind6::advertise) return gives(*said) ? "offered" : "refused";
  if (gives(*said)) return "acknowledged";
  return refusal6(*said) != nullptr ? "refused" : "answered";
}

bool answered6(const Transaction& transaction) { return answer(transaction) != nullptr; }

const Status* refusal6(const Message& message) {
  const Status* found = nullptr;
  const auto look = [&found](const Status& status) {
    if (found == nullptr && refuses(status)) found = &status;
  };
  look(message.fields.options.v6.status);
  each_association(message, [&look](const IdentityAssociation& association) {
    look(association.status);
    for (const LeasedAddress& address : association.addresses) look(address.status);
    for (const LeasedPrefix& prefix : association.prefixes) look(prefix.status);
  });
  return found;
}

void put_answer6(const Transaction& transaction, DhcpRecord& record) {
  for (const Message& message : transaction.messages)
    if (record.client_id.all.empty()) record.client_id = message.fields.options.v6.client_id;
  const Message* said = answer(transaction);
  if (said == nullptr) return;
  const Options6& options = said->fields.options.v6;
  record.server_id = options.server_id;
  record.server_ip = said->fields.source;
  record.dns_servers = options.dns_servers;
  if (!options.domain_list.empty()) record.domain = options.domain_list.front().text;
  if (const Status* status = refusal6(*said)) {
    record.message = status->message.empty() ? to_string(*status->code) : status->message;
  }
  std::vector<IpAddress> addresses;
  each_association(*said, [&](const IdentityAssociation& association) {
    const bool any = !association.addresses.empty() || !association.prefixes.empty();
    if (any && !record.renewal_s) record.renewal_s = association.t1;
    if (any && !record.rebinding_s) record.rebinding_s = association.t2;
    for (const LeasedAddress& address : association.addresses) {
      if (refuses(address.status) || address.valid_lifetime == 0) continue;
      addresses.push_back(address.ip);
      if (!record.lease_s) record.lease_s = address.valid_lifetime;
    }
    for (const LeasedPrefix& prefix : association.prefixes) {
      if (refuses(prefix.status) || prefix.valid_lifetime == 0) continue;
      record.prefixes.push_back(prefix.prefix);
      if (!record.lease_s) record.lease_s = prefix.valid_lifetime;
    }
  });
  if (!addresses.empty()) record.assigned_ip = addresses.front();
  if (addresses.size() > 1) record.assigned_ips = std::move(addresses);
}

void put_offers6(const Transaction& transaction, DhcpRecord& record) {
  for (const Message& message : transaction.messages) {
    if (message.type != kind6::advertise) continue;
    const Duid& server = message.fields.options.v6.server_id;
    OfferFields offer;
    offer.frame = message.fields.frame;
    offer.server = server.all.empty() ? to_string(message.fields.source) : server.all.digits;
    each_association(message, [&offer](const IdentityAssociation& association) {
      if (association.addresses.empty() || !offer.ip.none()) return;
      offer.ip = association.addresses.front().ip;
      offer.lease_s = association.addresses.front().valid_lifetime;
    });
    const bool known = std::ranges::any_of(record.offers, [&](const OfferFields& before) {
      return before.server == offer.server && before.ip == offer.ip;
    });
    if (!known) record.offers.push_back(std::move(offer));
  }
}

}  // namespace wiretale::hostconf
