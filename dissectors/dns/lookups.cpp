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

/// Calls visit(lookups, key) for the sessions in which the asker of a response put LLMNR queries to a group, until it
/// returns true: they are answered from another address.
template <class Visit>
void Lookups::visit_groups(const Key& key, Visit&& visit) {
  if (scope_ != Scope::llmnr || !datagrams()) return;
  const Endpoint asker = key.asker == Side::client ? session_.facts().client : session_.facts().server;
  Key there = key;
  there.asker = Side::client;
  const auto [begin, end] = session_.shared<Groups>().by_client.equal_range(asker);
  for (auto it = begin; it != end; ++it)
    if (it->second != this && visit(*it->second, there)) return;
}

void Lookups::message(const Received& received) {
  // A message that is cut within its header may still say which one it is.
  Cursor cursor(received.bytes);
  const std::uint16_t id = cursor.u16();
  const bool known = received.bytes.size() >= (received.cut == Cut::no ? header_bytes : 3);
  const bool response = cursor.left() != 0 ? (cursor.peek() & 0x80U) != 0 : received.side == Side::server;
  if (!known && received.cut == Cut::snaplen) unreadable(received);
  if (!known || scope_ == Scope::mdns) return alone(received, response);
  if (response)
    answered(received, id);
  else
    asked(received, id);
}

/// A datagram may be the query or the response that others seem to be.
void Lookups::unreadable(const Received& received) {
  doubt_until_ = received.last + wait(session_);
  Key key;
  key.asker = other(received.side);
  visit_groups(key, [this](Lookups& lookups, const Key&) {
    lookups.doubt_until_ = doubt_until_;
    return false;
  });
}

void Lookups::lost(Side side) {
  lost_[index(side)] = true;
  open_.for_each([side](Asked& asked) { asked.response_lost = asked.response_lost || asked.key.asker != side; });
  const auto note = [side](Answered& answered) { answered.lost = answered.lost || answered.key.asker != side; };
  if (latest_) note(*latest_);
  std::ranges::for_each(older_, note);
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
  (response ? record.response_fragments : record.request_fragments) = received.fragments;
  if (received.wire_bytes != 0) (response ? record.response_bytes : record.request_bytes) = received.wire_bytes;
  if (response)
    put_response(record, message);
  else
    put_query(record, message, false);
  put_faults(record, message, received.frames.last);
  emit(record);
}

void Lookups::asked(const Received& received, std::uint16_t id) {
  const WireQuestion question = first_question(received.bytes);
  const Key key(id, received.side, question);
  if (datagrams() && scope_ == Scope::dns) {
    Reading how = reading(received.cut);
    how.only_question = true;
    Message& message = scratch().query;
    message.read(received.bytes, how, session_.limits());
    tell_lookup(message, received, false);
  }
  Asked asked{.key = key,
              .frames = received.frames,
              .fragments = received.fragments,
              .first = received.first,
              .last = received.last,
              .wire_bytes = received.wire_bytes,
              .repeats = repeated_by(key, received, question),
              .cut = received.cut,
              .bytes = Kept(received.bytes)};
  cut_queries_ = cut_queries_ || question.end == 0;
  at_cap_ = open_.size() >= session_.limits().pending;
  open_.add(key, std::move(asked), received.last);
  at_cap_ = false;
}

/// The frame of the first query like this, where one waits or was answered not long ago; else 0.
Frame Lookups::repeated_by(const Key& key, const Received& received, const WireQuestion& question) {
  const Asked* before = open_.find(key);
  if (before == nullptr && cut_queries_) {
    open_.for_each([&](const Asked& asked) {
      if (before == nullptr && asked.key.id == key.id && asked.key.asker == key.asker &&
          may_be_same(first_question(asked.bytes.bytes()), question))
        before = &asked;
    });
  }
  if (before != nullptr) return before->repeats != 0 ? before->repeats : before->frames.last;
  const Answered* answered = recall(key, true);
  return answered != nullptr && received.first <= answered->time + wait(session_) ? answered->query : 0;
}

/// Takes the oldest query that waits for such a response.
std::optional<Asked> Lookups::take(const Key& key, const WireQuestion& question) {
  if (question.end != 0 && !cut_queries_) {
    const Asked* found = open_.find(key);
    if (found != nullptr && same_question(first_question(found->bytes.bytes()), question)) return open_.take(key);
  }
  // Without the whole question of both, the id has to do.
  std::optional<Key> oldest;
  open_.for_each([&](const Asked& asked) {
    if (!oldest && asked.key.id == key.id && asked.key.asker == key.asker &&
        may_be_same(first_question(asked.bytes.bytes()), question))
      oldest = asked.key;
  });
  return oldest ? open_.take(*oldest) : std::nullopt;
}

Lookups::Match Lookups::match(const Key& key, const WireQuestion& question) {
  Match match{take(key, question), this};
  if (!match.asked) {
    visit_groups(key, [&](Lookups& lookups, const Key& there) {
      match = {lookups.take(there, question), &lookups};
      return match.asked.has_value();
    });
  }
  return match;
}

void Lookups::answered(const Received& received, std::uint16_t id) {
  const WireQuestion question = first_question(received.bytes);
  const Key key(id, other(received.side), question);
  Message& response = scratch().response;
  response.read(received.bytes, reading(received.cut), session_.limits());
  tell_names(response, received.frames.last);
  if (datagrams() && scope_ == Scope::dns) tell_lookup(response, received, true);

  DnsRecord record = blank();
  record.exchange.time = received.first;
  record.exchange.response_frames = received.frames;
  record.response_fragments = received.fragments;
  record.response_bytes = received.wire_bytes;
  const Match match = this->match(key, question);
  if (match.asked) {
    record.exchange.latency = received.first - match.asked->last;
    put_asked(record, *match.asked, scratch().query, true);
  }
  put_response(record, response);
  put_faults(record, response, received.frames.last);

  const Earlier before = match.asked ? Earlier{nullptr, match.from} : earlier(key, question.there);
  std::array<std::string_view, 2> ids;
  if (before.from != this) {
    ids = {before.from->session_.facts().id, session_.facts().id};
    record.sessions = ids;
  }
  doubt(received, *before.from, record);
  if (before.answered == nullptr) {
    first_response(key, match, received, response, record);
    emit(record);
  } else {
    const bool differs = further(*before.answered, received, response, record);
    emit(record);
    if (differs) warn(*before.answered, received, response, before.from != this);
  }
}

/// Notes that the response may belong to a datagram that could not be read.
void Lookups::doubt(const Received& received, const Lookups& from, DnsRecord& record) const {
  if (received.first > doubt_until_ && received.first > from.doubt_until_) return;
  note(record, {AnomalyKind::cut_off, "earlier_message_unreadable",
                "of a message before this one the capture kept too little to tell what it is; they may belong together",
                received.frames.last});
}

/// The answered query that a further response belongs to.
Lookups::Earlier Lookups::earlier(const Key& key, bool with_question) {
  Earlier found{recall(key, with_question), this};
  if (found.answered == nullptr) {
    visit_groups(key, [&](Lookups& lookups, const Key& there) {
      if (Answered* answered = lookups.recall(there, with_question)) found = {answered, &lookups};
      return found.answered != nullptr;
    });
  }
  return found;
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
    answered.query = asked.repeats != 0 ? asked.repeats : asked.frames.last;
  } else if (lost_[index(key.asker)]) {
    record.exchange.complete = false;
    note(record, {AnomalyKind::gap, "request_missing",
                  "the query of this response may be in the octets that the capture misses", received.frames.first});
  }
  count_transfer(answered, response, record);
  if (match.asked)
    match.from->remember(answered);
  else
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
  ++answered.transfer_messages;
  if (std::exchange(answered.lost, false)) {
    answered.numbered = false;
    note(record, {AnomalyKind::gap, "transfer_gap",
                  "octets before this message are missing, and maybe messages of the transfer",
                  record.exchange.response_frames.first});
  }
  if (answered.numbered) record.transfer_message = answered.transfer_messages;
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

void Lookups::warn(const Answered& before, const Received& received, const Message& response, bool other_session) {
  FindingRecord finding;
  finding.time = received.first;
  finding.kind = "dns-two-answers";
  finding.severity = "warning";
  finding.title = "Two different answers to one query for " + name_and_type(response);
  finding.explanation =
      other_session
          ? "A host asked its network for a name, and two hosts gave different answers. Either two hosts have "
            "this name, or one answers for names that are not its own, to be logged in to: find out which."
          : "One query was answered twice, from the same address and port, and the answers differ. A server "
            "answers once: the other answer may be forged by somebody who can see the query and tries to be "
            "faster. Compare both with what another resolver says.";
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
      next_older_ = static_cast<std::uint32_t>((next_older_ + 1) % most_older);
    }
  }
  latest_ = answered;
}

}  // namespace wiretale::domain
