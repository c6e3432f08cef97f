// What a record is made of: the part of Lookups that turns messages into records and facts.
#include <algorithm>
#include <string>

#include "dns/lookups.hpp"

namespace wiretale::domain {
namespace {

constexpr std::size_t longest_chain = 32;

/// A flag as it stands, or only where it is set.
void put(std::optional<bool>& flag, bool value, bool always) {
  if (value || always) flag = value;
}

void put_questions(DnsRecord& record, const Message& message) {
  if (message.questions.size() == 1)
    record.question = Part(message.questions.front());
  else
    record.questions = message.questions;
}

/// Names that the question leads to by CNAME records, itself first.
void follow_chain(const Message& response, std::vector<std::string_view>& chain) {
  chain.clear();
  if (response.questions.size() != 1) return;
  chain.push_back(response.questions.front().name);
  // Servers list a chain in its order: one pass finds it.
  for (const ResourceRecord& record : response.answers) {
    if (chain.size() >= longest_chain) return;
    if (record.type == Code<RecordType>(type::cname) && record.name == chain.back()) chain.push_back(record.data);
  }
}

}  // namespace

Reading Lookups::reading(Cut cut) const {
  return {.multicast = scope_ == Scope::mdns, .utf8 = scope_ != Scope::dns, .cut = cut};
}

DnsRecord Lookups::blank() const {
  DnsRecord record;
  record.scope = domain::name_of(scope_);
  record.transport = wiretale::name_of(session_.facts().transport);
  return record;
}

void Lookups::put_asked(DnsRecord& record, const Asked& asked, Message& query, bool has_response) const {
  query.read(asked.bytes.bytes(), reading(asked.cut), session_.limits());
  record.exchange.time = asked.first;
  record.exchange.request_frames = asked.frames;
  record.request_fragments = asked.fragments;
  record.request_bytes = asked.wire_bytes;
  if (asked.repeats != 0) record.repeats = asked.repeats;
  put_query(record, query, has_response);
  put_faults(record, query, asked.frames.last);
}

void Lookups::put_query(DnsRecord& record, const Message& query, bool has_response) const {
  if (!query.whole) record.exchange.complete = false;
  record.transaction_id = query.id;
  if (!query.header) return;
  const Header& header = *query.header;
  record.opcode.emplace(header.opcode());
  if (!has_response) put_flags(record, header);
  if (header.reserved()) record.reserved_bit = true;
  if (query.whole || !has_response) put_questions(record, query);
  const bool update = header.opcode() == opcode::update;
  (update ? record.prerequisites : record.query_answers) = query.answers;
  (update ? record.updates : record.query_authorities) = query.authorities;
  record.query_additionals = query.additionals;
  if (query.edns) (has_response ? record.query_edns : record.edns) = Part(*query.edns);
}

void Lookups::put_response(DnsRecord& record, const Message& response) const {
  if (!response.whole) record.exchange.complete = false;
  record.transaction_id = response.id;
  if (!response.header) return;
  const Header& header = *response.header;
  record.opcode.emplace(header.opcode());
  record.rcode.emplace(response.extended_rcode);
  put_flags(record, header);
  if (!record.question.has_value() && record.questions.empty()) put_questions(record, response);
  record.answers = response.answers;
  record.authorities = response.authorities;
  record.additionals = response.additionals;
  if (response.edns) record.edns = Part(*response.edns);
}

void Lookups::put_flags(DnsRecord& record, const Header& header) const {
  const bool response = header.response();
  record.truncated = header.truncated();
  if (header.reserved()) record.reserved_bit = true;
  if (scope_ == Scope::llmnr) {  // RFC 4795, section 2.1.1
    record.conflict = header.authoritative();
    put(record.tentative, header.recursion_desired(), response);
    return;
  }
  const bool unicast = scope_ == Scope::dns;  // mDNS wants the others to be zero (RFC 6762, section 18)
  put(record.authoritative, header.authoritative(), response);
  put(record.recursion_desired, header.recursion_desired(), unicast);
  put(record.recursion_available, header.recursion_available(), unicast && response);
  put(record.authentic_data, header.authentic_data(), unicast);
  put(record.checking_disabled, header.checking_disabled(), unicast);
}

void Lookups::put_faults(DnsRecord& record, const Message& message, Frame frame) const {
  for (Anomaly fault : message.faults) {
    fault.frame = frame;
    note(record, std::move(fault));
  }
  if (message.many_items) session_.limit_reached("record_items");
  if (message.many_faults) note(record, {});
}

/// Adds an anomaly; where there are too many, says so once.
void Lookups::note(DnsRecord& record, Anomaly anomaly) const {
  std::vector<Anomaly>& anomalies = record.exchange.anomalies;
  const std::size_t most = session_.limits().anomalies;
  if (anomalies.size() < most) {
    anomalies.push_back(std::move(anomaly));
  } else if (anomalies.size() == most) {
    session_.limit_reached("anomalies");
    anomalies.push_back({AnomalyKind::limit, "anomalies", "more was wrong than is told", anomaly.frame});
  }
}

void Lookups::emit(const DnsRecord& record) const {
  if (session_.wants().records) session_.emit(record);
}

/// Says which names have which addresses: the owner of each address record, and the name that was asked for, where
/// that leads to it.
void Lookups::tell_names(const Message& response, Frame frame) const {
  if (!response.header || response.extended_rcode != rcode::no_error || response.addresses.empty()) return;
  static thread_local std::vector<std::string_view> chain;
  follow_chain(response, chain);
  const std::string_view from = scope_ == Scope::mdns ? "mdns" : "dns";
  for (const NamedAddress& address : response.addresses) {
    session_.fact(NameFact{address.ip, address.name, from, frame});
    const bool led_to = chain.size() > 1 && std::find(chain.begin() + 1, chain.end(), address.name) != chain.end();
    if (led_to) session_.fact(NameFact{address.ip, chain.front(), from, frame});
  }
}

void Lookups::tell_lookup(const Message& message, const Received& received, bool answer) const {
  if (message.questions.empty() || !message.questions.front().type) return;
  const Question& question = message.questions.front();
  static thread_local std::string text;
  text.assign(question.name);
  text += ' ';
  append_code(text, RecordType::name(question.type->value), RecordType::prefix, question.type->value);
  const SessionFacts& facts = session_.facts();
  const bool by_client = (received.side == Side::client) != answer;
  session_.fact(LookupFact{answer, by_client ? facts.client : facts.server, by_client ? facts.server : facts.client,
                           message.header->id, text, received.frames.last, received.first});
}

}  // namespace wiretale::domain
