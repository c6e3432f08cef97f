// Records made by hand, and what a report makes of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <wiretale/record_type.hpp>
#include <wiretale/records.hpp>
#include <wiretale/session.hpp>

#include "report/report.hpp"

namespace wiretale::report_test {

/// A table of names, as protocols have them.
struct Verb {
  static constexpr std::string_view prefix = "VERB";
  static std::string_view name(std::uint32_t number) { return number == 1 ? "ASK" : number == 2 ? "TELL" : ""; }
};

struct Inner {
  std::string name;
  std::optional<std::uint32_t> ttl;
  static constexpr auto fields() {
    return FieldList{field("name", &Inner::name, "Name."), field("ttl", &Inner::ttl, "Seconds.")};
  }
};

/// One field of every form.
struct Everything {
  static constexpr RecordInfo info{"everything", "One field of every form."};
  ExchangeFacts facts;
  std::string text;
  std::string_view view;
  std::optional<std::string> maybe;
  bool flag = false;
  std::int64_t whole = -7;
  double real = 0.1;
  IpAddress ip;
  MacAddress mac;
  Code<Verb> verb{1};
  std::optional<Code<Verb>> other;
  Secret secret;
  Redacted redacted;
  WideNumber wide{0xfedcba9876543210U, true};
  std::vector<Inner> list;
  std::vector<std::vector<std::uint64_t>> holes;
  Named<std::uint64_t> counts;
  Inner inner;

  static constexpr auto fields() {
    using E = Everything;
    return FieldList{embed(&E::facts),
                     field("text", &E::text, "Text."),
                     field("view", &E::view, "View."),
                     field("maybe", &E::maybe, "Maybe."),
                     field("flag", &E::flag, "Flag."),
                     field("whole", &E::whole, "Whole number."),
                     field("real", &E::real, "Real number."),
                     field("ip", &E::ip, "Address."),
                     field("mac", &E::mac, "Link address."),
                     field("verb", &E::verb, "Verb."),
                     field("other", &E::other, "Other verb."),
                     field("secret", &E::secret, "Secret."),
                     field("redacted", &E::redacted, "Partly secret."),
                     field("wide", &E::wide, "Wide number."),
                     field("list", &E::list, "List."),
                     field("holes", &E::holes, "List of lists."),
                     field("counts", &E::counts, "Counts by name."),
                     field("inner", &E::inner, "Object.")};
  }
};

/// An exchange that says what it is given.
struct Talk {
  static constexpr RecordInfo info{"talk", "A request and its reply."};
  ExchangeFacts facts;
  std::string request, reply, explanation;
  static constexpr auto fields() {
    return FieldList{embed(&Talk::facts), field("request", &Talk::request, "Request."),
                     field("reply", &Talk::reply, "Reply."), field("explanation", &Talk::explanation, "Explanation.")};
  }
  static void tell(const Talk& talk, Tale& tale) {
    tale.said(Side::client, talk.facts.request_frames, talk.request, {});
    if (!talk.reply.empty())
      tale.said(Side::server, talk.facts.response_frames, talk.reply,
                talk.facts.latency ? human_duration(*talk.facts.latency) : std::string());
    tale.notices(talk.facts.anomalies);
    if (tale.explaining() && !talk.explanation.empty()) tale.explain(talk.explanation);
  }
};

/// A mail, as far as reports care.
struct Letter {
  static constexpr RecordInfo info{"mail", "A mail."};
  std::string id;
  Timestamp time;
  std::string message_id;
  static constexpr auto fields() {
    return FieldList{field("id", &Letter::id, "Id."), field("time", &Letter::time, "Time."),
                     field("message_id", &Letter::message_id, "Message-ID.")};
  }
  static std::string_view join(const Letter& letter) { return letter.message_id; }
  static void tell(const Letter& letter, Tale& tale) { tale.told({}, "mail " + letter.id, {}); }
};

/// 2024-05-01T12:00:00Z and so many milliseconds.
inline Timestamp at(std::int64_t ms) { return {1'714'564'800'000'000'000 + ms * 1'000'000}; }

inline SessionFacts facts_of(std::string id, std::string_view protocol = "talk") {
  SessionFacts facts;
  facts.id = std::move(id);
  facts.transport = Transport::tcp;
  facts.client = {*IpAddress::parse("10.0.0.5"), 40022};
  facts.server = {*IpAddress::parse("10.0.0.9"), 25};
  facts.protocol = protocol;
  return facts;
}

inline SessionRecord session_of(const SessionFacts& facts, Frame last) {
  SessionRecord record;
  record.session = facts.id;
  record.time = record.start = at(0);
  record.end = at(1200);
  record.duration = std::chrono::milliseconds(1200);
  record.transport = name_of(facts.transport);
  record.client = {facts.client.ip, facts.client.port, {}, {}};
  record.server = {facts.server.ip, facts.server.port, {}, {}};
  record.community_id = "1:" + to_string(facts.client) + to_string(facts.server);
  record.frames = {static_cast<Frame>(std::stoull(facts.id)), last};
  record.state = "closed";
  record.ended_by = "client_fin";
  record.midstream = false;
  if (!facts.protocol.empty()) {
    record.protocol = facts.protocol;
    record.protocols = {facts.protocol};
  }
  return record;
}

class Collector final : public report::Output {
 public:
  bool write(std::string_view bytes) override {
    text += bytes;
    return true;
  }
  std::string text;
};

/// One worker and the writer, without an engine between.
class Report final : public report::PieceSink {
 public:
  explicit Report(const report::Style& style)
      : renderer(report::make_renderer(style)), writer(report::make_writer(style, output)) {
    writer->begin({{"x.pcap"}, "pcap", {}});
  }

  template <Record R>
  void say(const R& record, const SessionFacts& facts, report::SessionStory& story) {
    renderer->record(record_type<R>, &record, facts, inside, story, *this);
  }
  void end(const SessionRecord& record, report::SessionStory& story) { renderer->session(record, story, *this); }
  template <Record R>
  void loose(const R& record) {
    renderer->loose(record_type<R>, &record, *this);
  }
  const std::string& finish(const SummaryRecord& summary) {
    writer->end(summary);
    return output.text;
  }
  const std::string& finish() {
    SummaryRecord summary;
    summary.first = summary.last = at(0);
    return finish(summary);
  }

  std::string& open() override {
    piece_ = "earlier piece\n";  // renderers must not mind what is there
    return piece_;
  }
  void close(const report::PieceHead& head) override {
    writer->piece(head, std::string_view(piece_).substr(14), same_as);
  }

  Collector output;
  std::vector<std::string_view> inside;
  std::vector<std::string> same_as;
  std::unique_ptr<report::Renderer> renderer;
  std::unique_ptr<report::Writer> writer;

 private:
  std::string piece_;
};

}  // namespace wiretale::report_test
