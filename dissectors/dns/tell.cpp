// How a DNS record is told to a person.
#include <algorithm>
#include <string>

#include "dns/dns.hpp"

namespace wiretale::domain {
namespace {

// Answers that are told in the line itself; more of them follow below it.
constexpr std::size_t most_inline = 3;

template <class E>
std::string text_of_code(const std::optional<Code<E>>& code) {
  return code ? to_string(*code) : std::string("?");
}

bool is(const std::optional<Code<RecordType>>& code, std::uint16_t type) { return code && code->value == type; }

/// `A www.example.com`, with the class where it is not the usual one.
std::string asked_for(const Question& question) {
  std::string text = text_of_code(question.type);
  if (question.klass && question.klass->value != rr_class::in) text += " (class " + to_string(*question.klass) + ')';
  text += ' ';
  text += question.name;
  return text;
}

std::string asked_for(const DnsRecord& record) {
  std::string text;
  if (record.question.has_value()) {
    text = asked_for(*record.question);
  } else {
    for (const Question& question : record.questions) {
      if (!text.empty()) text += ", ";
      text += asked_for(question);
    }
  }
  const std::uint32_t opcode = record.opcode ? record.opcode->value : opcode::query;
  if (opcode == opcode::query) return text.empty() ? "no question" : text;
  std::string verb = to_string(*record.opcode);
  if (opcode == opcode::update && record.question.has_value())
    return verb + " of zone " + std::string(record.question->name);
  return text.empty() ? verb : verb + ' ' + text;
}

std::string ttl_of(const ResourceRecord& record) {
  return record.ttl ? " (TTL " + std::to_string(*record.ttl) + ')' : "";
}

/// `www.example.com A 192.0.2.1 (TTL 300)`.
std::string line_of(const ResourceRecord& record) {
  std::string text(record.name);
  text += ' ' + text_of_code(record.type);
  if (record.klass && record.klass->value != rr_class::in) text += " (class " + to_string(*record.klass) + ')';
  if (!record.data.empty()) text += ' ';
  text += record.data;
  return text + ttl_of(record);
}

/// True where all answers are what was asked for, few, and equally lasting: they fit into the line.
bool fits_inline(const DnsRecord& record) {
  if (record.answers.size() > most_inline || !record.question.has_value()) return false;
  constexpr std::size_t longest = 100;
  std::size_t length = 0;
  for (const ResourceRecord& answer : record.answers) {
    length += answer.data.size();
    if (answer.type != record.question->type || answer.ttl != record.answers.front().ttl || answer.data.empty() ||
        answer.name.size() != record.question->name.size())
      return false;
  }
  return length <= longest;
}

std::string answers_inline(const DnsRecord& record) {
  std::string text;
  for (const ResourceRecord& answer : record.answers) {
    if (!text.empty()) text += ", ";
    text += answer.data;
  }
  return text + ttl_of(record.answers.front());
}

std::string counted(std::size_t count, std::string_view noun) { return human_count(count, noun); }

/// What came of the question.
std::string outcome(const DnsRecord& record) {
  if (record.exchange.response_frames.empty()) return "no answer";
  if (!record.rcode) return "an answer that can't be read";
  if (record.rcode->value != rcode::no_error) return to_string(*record.rcode);
  if (record.opcode && record.opcode->value != opcode::query) return to_string(*record.rcode);
  if (!record.answers.empty())
    return fits_inline(record) ? answers_inline(record) : counted(record.answers.size(), "answer");
  if (record.truncated.value_or(false)) return "an answer that doesn't fit";
  const bool referral = std::ranges::any_of(record.authorities, [](const auto& r) { return is(r.type, type::ns); });
  if (referral && !record.authoritative.value_or(false)) return "other servers know";
  return "no such record";
}

std::string server_says(const DnsRecord& record) {
  std::string text;
  if (record.authoritative.value_or(false)) text += ", authoritative";
  if (record.truncated.value_or(false)) text += ", truncated";
  if (record.authentic_data.value_or(false)) text += ", validated";
  if (record.conflict.value_or(false)) text += ", conflict";
  if (record.tentative.value_or(false)) text += ", tentative";
  return text;
}

/// The lookup in one line.
std::string headline(const DnsRecord& record) {
  std::string text = asked_for(record);
  if (record.repeats) text += ", asked again (as in frame " + std::to_string(*record.repeats) + ')';
  if (record.exchange.request_frames.empty()) {
    if (record.transfer_message && *record.transfer_message > 1)
      text += ", message " + std::to_string(*record.transfer_message) + " of the transfer";
    else if (record.query_frame)
      text += ", answered once more (asked in frame " + std::to_string(*record.query_frame) + ')';
    else
      text += " (question not captured)";
  }
  return text + " → " + outcome(record) + (record.exchange.response_frames.empty() ? "" : server_says(record));
}

/// mDNS: everybody asks everybody, and tells everybody.
std::string multicast_headline(const DnsRecord& record) {
  if (record.exchange.response_frames.empty()) {
    if (!record.query_authorities.empty()) return "is the name free? " + asked_for(record);
    return "who has " + asked_for(record) + '?';
  }
  const std::size_t count = record.answers.size();
  if (count == 1) return "says " + line_of(record.answers.front());
  return "says " + counted(count, "record");
}

void list(Tale& tale, std::string_view before, std::span<const ResourceRecord> records) {
  for (const ResourceRecord& record : records) tale.detail(std::string(before) + line_of(record));
}

/// An update in words (RFC 2136, section 2.5).
std::string change(const ResourceRecord& update) {
  const std::uint32_t klass = update.klass ? update.klass->value : 0;
  const std::string name(update.name);
  if (klass == rr_class::none)
    return "delete " + name + ' ' + text_of_code(update.type) + ' ' + std::string(update.data);
  if (klass != rr_class::any) return "add " + line_of(update);
  if (is(update.type, type::any)) return "delete all of " + name;
  return "delete all " + text_of_code(update.type) + " of " + name;
}

/// What must be so (RFC 2136, section 2.4).
std::string condition(const ResourceRecord& prerequisite) {
  const std::uint32_t klass = prerequisite.klass ? prerequisite.klass->value : 0;
  const std::string what =
      std::string(prerequisite.name) + (is(prerequisite.type, type::any) ? "" : ' ' + text_of_code(prerequisite.type));
  if (klass == rr_class::none) return "only if there is no " + what;
  if (klass == rr_class::any) return "only if there is " + what;
  return "only if there is " + line_of(prerequisite);
}

void tell_options(const Part<Edns>& edns, Tale& tale) {
  if (!edns.has_value()) return;
  for (const EdnsOption& option : edns->options) {
    if (option.info_code) {
      std::string text = "the server explains: " + to_string(*option.info_code);
      if (!option.text.empty()) text += " (" + std::string(option.text) + ')';
      tale.detail(text);
    } else if (!option.address.none() && option.source_prefix) {
      tale.detail("for clients in " + to_string(option.address) + '/' + std::to_string(*option.source_prefix));
    }
  }
}

void tell_details(const DnsRecord& record, Tale& tale) {
  for (const ResourceRecord& prerequisite : record.prerequisites) tale.detail(condition(prerequisite));
  for (const ResourceRecord& update : record.updates) tale.detail(change(update));
  const bool one_said = record.scope == "mdns" && record.answers.size() == 1;
  if (!one_said && !fits_inline(record)) list(tale, {}, record.answers);
  for (const ResourceRecord& authority : record.authorities) {
    if (is(authority.type, type::soa) && authority.minimum && record.answers.empty())
      tale.detail("may be remembered for " + std::to_string(std::min(*authority.minimum, authority.ttl.value_or(0))) +
                  " s (SOA of " + std::string(authority.name) + ')');
    else
      tale.detail("authority: " + line_of(authority));
  }
  list(tale, "also: ", record.additionals);
  list(tale, "known already: ", record.query_answers);
  list(tale, "wants: ", record.query_authorities);
  tell_options(record.edns, tale);
}

bool any_of_type(const DnsRecord& record, std::uint16_t type) {
  return std::ranges::any_of(record.answers, [type](const ResourceRecord& answer) { return is(answer.type, type); });
}

void say(Tale& tale, std::string_view sentence) {
  if (!sentence.empty()) tale.explain(sentence);
}

/// Sentences for somebody who has just learned DNS.
void explain(const DnsRecord& record, Tale& tale) {
  if (record.opcode) say(tale, Opcode::meaning(record.opcode->value));
  std::uint32_t asked_type = 0;
  if (record.question.has_value() && record.question->type) asked_type = record.question->type->value;
  if (record.opcode && record.opcode->value == opcode::query) say(tale, RecordType::meaning(asked_type));
  if (asked_type != type::cname && any_of_type(record, type::cname)) say(tale, RecordType::meaning(type::cname));
  if (record.rcode) say(tale, ResponseCode::meaning(record.rcode->value));
  if (record.truncated.value_or(false) && !record.exchange.response_frames.empty())
    say(tale, "TC: the answer was too long for one datagram, so the client asks again over TCP.");
  if (record.authoritative.value_or(false))
    say(tale, "AA: the answer comes from a server in charge of the zone, not from somebody's memory.");
  if (record.scope == "mdns")
    say(tale, "mDNS works without a server: hosts of the local network ask and answer each other by multicast.");
  if (record.scope == "llmnr")
    say(tale, "LLMNR is Windows' way to find names in the local network without a server; anybody may answer.");
  if (record.repeats) say(tale, "The client got no answer in time and asked again.");
}

}  // namespace

void DnsRecord::tell(const DnsRecord& record, Tale& tale) {
  Frames frames = record.exchange.request_frames;
  frames.add(record.exchange.response_frames);
  std::string aside;
  if (record.exchange.latency) aside = human_duration(*record.exchange.latency);
  const bool multicast = record.scope == "mdns";
  std::string text = multicast ? multicast_headline(record) : headline(record);
  tale.told(frames, text, aside);
  tell_details(record, tale);
  tale.notices(record.exchange.anomalies);
  if (tale.explaining()) explain(record, tale);
}

}  // namespace wiretale::domain
