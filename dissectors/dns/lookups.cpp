#include "dns/lookups.hpp"

#include <algorithm>

namespace wiretale::domain {
namespace {

// Of answered queries so many are remembered, to know a repeated query and a further response.
constexpr std::size_t most_older = 63;

/// What is used again for every message of a worker.
struct Scratch {
  Message query;
  Message response;
};

Scratch& scratch() {
  static thread_local Scratch memory;
  return memory;
}

/// How long a query may wait for its response.
Nanos wait(const Session& session) {
  return session.facts().transport == Transport::udp ? session.limits().datagram_wait : session.limits().stream_wait;
}

bool is_transfer(const Key& key) { return key.type == type::axfr || key.type == type::ixfr; }

/// A number made of what a response says: RCODE and answers, in any order, without their TTLs.
std::uint64_t digest_of(const Message& response) {
  std::uint64_t digest = response.extended_rcode;
  for (const ResourceRecord& record : response.answers) {
    const std::uint64_t owner = caseless_hash(bytes_of(record.name), record.type ? record.type->value : 0);
    digest += caseless_hash(bytes_of(record.data), owner);
  }
  return digest;
}

std::string name_and_type(const Message& message) {
  if (message.questions.empty()) return "a question";
  const Question& question = message.questions.front();
  std::string text(question.name);
  if (question.type) text += ' ' + to_string(*question.type);
  return text;
}

/// What a response said, in a few words.
std::string gist(const Message& response) {
  std::string text = to_string(Code<ResponseCode>(response.extended_rcode));
  constexpr std::size_t enough = 4;
  for (std::size_t i = 0; i < response.answers.size() && i < enough; ++i) {
    text += i == 0 ? " " : ", ";
    text += response.answers[i].data;
  }
  if (response.answers.size() > enough) text += " …";
  return text;
}

}  // namespace

std::string_view name_of(Scope scope) {
  switch (scope) {
    case Scope::dns:
      return "dns";
    case Scope::mdns:
      return "mdns";
    case Scope::llmnr:
      return "llmnr";
  }
  return {};
}

Lookups::Lookups(Session& session, Scope scope)
    : session_(session),
      open_(session, wait(session), [this](Asked&& asked) { unanswered(std::move(asked)); }),
      scope_(scope) {
  const SessionFacts& facts = session.facts();
  in_groups_ = scope == Scope::llmnr && facts.transport == Transport::udp && facts.server.ip.group();
  if (in_groups_) session.shared<Groups>().by_client.emplace(facts.client, this);
}

Lookups::~Lookups() {
  if (!in_groups_) return;
  auto& by_client = session_.shared<Groups>().by_client;
  std::erase_if(by_client, [this](const auto& entry) { return entry.second == this; });
}

void Lookups::message(const Received& received) {
  const std::optional<Header> header = read_header(received.bytes);
  // What is too short to say what it is counts as what its side usually says.
  if (!header) return alone(received, received.side == Side::server);
  if (scope_ == Scope::mdns) return alone(received, header->response());
  if (header->response())
    answered(received, *header);
  else
    asked(received, *header);
}

void Lookups::lost(Side side) {
  lost_[index(side)] = true;
  open_.for_each([side](Asked& asked) { asked.response_lost = asked.response_lost || asked.key.asker != side; });
}

bool Lookups::transferring(std::uint8_t id_high, std::uint8_t id_low) const {
  const auto runs = [&](const Answered& answered) {
    return answered.transfer_messages != 0 && answered.key.id == (std::uint32_t{id_high} << 8 | id_low);
  };
  return (latest_ && runs(*latest_)) || std::ranges::any_of(older_, runs);
}

void Lookups::end() {
  open_.flush();
  if (latest_) tell_unfinished(*latest_);
  for (const Answered& answered : older_) tell_unfinished(answered);
  latest_.reset();
  older_.clear();
}

/// A message that is not matched with any other.
void Lookups::alone(const Received& received, bool response) {
  Message& message = scratch().response;
  message.read(received.bytes, reading(received.cut), session_.limits());
  if (response) tell_names(message, received.frames.last);
  DnsRecord record = blank();
  record.exchange.time = received.first;
  (response ? record.exchange.response_frames : record.exchange.request_frames) = received.frames;
  (response ? record.response_bytes : record.request_bytes) = received.wire_bytes;
  if (response)
    put_response(record, message);
  else
    put_query(record, message, false);
  if (!message.header && received.bytes.size() >= 2) record.transaction_id = Cursor(received.bytes).u16();
  put_faults(record, message, received.frames.last);
  emit(record);
}

void Lookups::asked(const Received& received, const Header& header) {
  const WireQuestion question = first_question(received.bytes);
  const Key key(header.id, received.side, question);
  if (datagrams() && scope_ == Scope::dns) {
    Reading how = reading(received.cut);
    how.only_question = true;
    Message& message = scratch().query;
    message.read(received.bytes, how, session_.limits());
    tell_lookup(message, received, false);
  }
  Asked asked{.key = key,
              .frames = received.frames,
              .first = received.first,
              .last = received.last,
              .wire_bytes = received.wire_bytes,
              .cut = received.cut,
              .bytes = Kept(received.bytes)};
  if (const Asked* before = open_.find(key))
    asked.repeats = before->repeats != 0 ? before->repeats : before->frames.last;
  else if (const Answered* answered = recall(key, true);
           answered != nullptr && received.first <= answered->time + wait(session_))
    asked.repeats = answered->query;
  at_cap_ = open_.size() >= session_.limits().pending;
  open_.add(key, std::move(asked), received.last);
  at_cap_ = false;
}

/// Takes the oldest query that waits for such a response; without a question, any with its id.
std::optional<Asked> Lookups::take(const Key& key, const WireQuestion& question) {
  if (question.there) {
    const Asked* found = open_.find(key);
    if (found == nullptr || !same_question(first_question(found->bytes.bytes()), question)) return std::nullopt;
    return open_.take(key);
  }
  std::optional<Key> oldest;
  open_.for_each([&](const Asked& asked) {
    if (!oldest && asked.key.id == key.id && asked.key.asker == key.asker) oldest = asked.key;
  });
  return oldest ? open_.take(*oldest) : std::nullopt;
}

/// The query of a response; with LLMNR it may have gone to a group in another session.
Lookups::Match Lookups::match(const Key& key, const WireQuestion& question) {
  if (std::optional<Asked> asked = take(key, question)) return {std::move(asked), this};
  if (scope_ != Scope::llmnr || !datagrams()) return {};
  const Endpoint asker = key.asker == Side::client ? session_.facts().client : session_.facts().server;
  Key there = key;
  there.asker = Side::client;
  const auto [begin, end] = session_.shared<Groups>().by_client.equal_range(asker);
  for (auto it = begin; it != end; ++it)
    if (std::optional<Asked> asked = it->second->take(there, question)) return {std::move(asked), it->second};
  return {};
}

void Lookups::answered(const Received& received, const Header& header) {
  const WireQuestion question = first_question(received.bytes);
  const Key key(header.id, other(received.side), question);
  Message& response = scratch().response;
  response.read(received.bytes, reading(received.cut), session_.limits());
  tell_names(response, received.frames.last);
  if (datagrams() && scope_ == Scope::dns) tell_lookup(response, received, true);

  DnsRecord record = blank();
  record.exchange.time = received.first;
  record.exchange.response_frames = received.frames;
  record.response_bytes = received.wire_bytes;
  const Match match = this->match(key, question);
  if (match.asked) {
    record.exchange.latency = received.first - match.asked->last;
    put_asked(record, *match.asked, scratch().query, true);
  }
  std::array<std::string_view, 2> ids;
  if (match.from != nullptr && match.from != this) {
    ids = {match.from->session_.facts().id, session_.facts().id};
    record.sessions = ids;
  }
  put_response(record, response);
  put_faults(record, response, received.frames.last);

  Answered* before = match.asked ? nullptr : recall(key, question.there);
  if (before == nullptr) {
    first_response(key, match, received, response, record);
    emit(record);
  } else {
    const bool differs = further(*before, received, response, record);
    emit(record);
    if (differs) warn(*before, received, response);
  }
}

/// What is remembered of a response that is the first to its query, or whose query was not seen.
void Lookups::first_response(const Key& key, const Match& match, const Received& received, const Message& response,
                             DnsRecord& record) {
  Answered answered{.key = key,
                    .time = received.last,
                    .digest = digest_of(response),
                    .response = received.frames.last,
                    .rcode = response.extended_rcode};
  if (match.asked) {
    const Asked& asked = *match.asked;
    answered.key = asked.key;
    answered.key.asker = key.asker;
    answered.query = asked.repeats != 0 ? asked.repeats : asked.frames.last;
  } else if (lost_[index(key.asker)]) {
    record.exchange.complete = false;
    note(record, {AnomalyKind::gap, "request_missing",
                  "the query of this response may be in the octets that the capture misses", received.frames.first});
  }
  count_transfer(answered, response, record);
  remember(answered);
}

/// A response to a query that has one already, or to none that was seen; true where it is another answer.
bool Lookups::further(Answered& before, const Received& received, const Message& response, DnsRecord& record) {
  if (before.query != 0) record.query_frame = before.query;
  count_transfer(before, response, record);
  if (before.transfer_messages != 0) before.response = received.frames.last;
  if (!datagrams() || before.query == 0 || before.warned || digest_of(response) == before.digest) return false;
  before.warned = true;
  return true;
}

/// A zone transfer comes in several messages: its end is the second SOA record (RFC 5936, section 2.2).
void Lookups::count_transfer(Answered& answered, const Message& response, DnsRecord& record) const {
  if (datagrams() || !is_transfer(answered.key)) return;
  record.transfer_message = ++answered.transfer_messages;
  if (answered.key.type == type::ixfr || response.extended_rcode != rcode::no_error) answered.transfer_ended = true;
  if (response.answers.empty()) return;
  const bool last_is_soa = response.answers.back().type == Code<RecordType>(type::soa);
  const bool first_message = answered.transfer_messages == 1;
  if (last_is_soa && (!first_message || response.answers.size() > 1)) answered.transfer_ended = true;
}

void Lookups::tell_unfinished(const Answered& answered) {
  if (answered.transfer_messages == 0 || answered.transfer_ended) return;
  session_.anomaly({AnomalyKind::cut_off, "transfer_incomplete",
                    "a zone transfer ends with the SOA record that it began with; the stream ended after message " +
                        std::to_string(answered.transfer_messages) + " of it, before that record",
                    answered.response});
}

void Lookups::warn(const Answered& before, const Received& received, const Message& response) {
  FindingRecord finding;
  finding.time = received.first;
  finding.kind = "dns-two-answers";
  finding.severity = "warning";
  finding.title = "Two different answers to one DNS query for " + name_and_type(response);
  finding.explanation =
      "One query was answered twice, from the same address and port, and the answers differ. A server answers once: "
      "the "
      "other answer may be forged by somebody who can see the query and tries to be faster. Compare both with what "
      "another resolver says.";
  finding.frames = {before.query, before.response, received.frames.last};
  finding.evidence = name_and_type(response) + ": frame " + std::to_string(before.response) + " says " +
                     to_string(Code<ResponseCode>(before.rcode)) + " with other answers than frame " +
                     std::to_string(received.frames.last) + ", which says " + gist(response);
  finding.wireshark_filter = "frame.number in {" + std::to_string(before.query) + ", " +
                             std::to_string(before.response) + ", " + std::to_string(received.frames.last) + "}";
  session_.emit(finding);
}

void Lookups::unanswered(Asked&& asked) {
  DnsRecord record = blank();
  put_asked(record, asked, scratch().query, false);
  record.exchange.complete = false;
  const Frame frame = asked.frames.last;
  if (asked.response_lost)
    note(record,
         {AnomalyKind::gap, "response_missing", "the response may be in the octets that the capture misses", frame});
  if (at_cap_)
    note(record, {AnomalyKind::limit, "pending", "too many queries wait for a response: this one was given up", frame});
  emit(record);
}

Lookups::Answered* Lookups::recall(const Key& key, bool with_question) {
  const auto fits = [&](const Answered& answered) {
    return with_question ? answered.key == key : answered.key.id == key.id && answered.key.asker == key.asker;
  };
  if (latest_ && fits(*latest_)) return &*latest_;
  // The newest first: ids are used again.
  for (std::size_t i = 0; i < older_.size(); ++i) {
    Answered& answered = older_[(next_older_ + older_.size() - 1 - i) % older_.size()];
    if (fits(answered)) return &answered;
  }
  return nullptr;
}

void Lookups::remember(Answered answered) {
  if (latest_) {
    if (older_.size() < most_older) {
      older_.push_back(*latest_);
      next_older_ = 0;
    } else {
      tell_unfinished(older_[next_older_]);
      older_[next_older_] = *latest_;
      next_older_ = (next_older_ + 1) % most_older;
    }
  }
  latest_ = answered;
}

}  // namespace wiretale::domain
