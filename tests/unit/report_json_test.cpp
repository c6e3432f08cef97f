// NDJSON and JSON: which records, in which order, and that both hold the same.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>
#include <sstream>

#include "report_support.hpp"

namespace wiretale::report_test {
namespace {

using Json = nlohmann::ordered_json;
using report::Format;
using report::SessionStory;

report::Style style(Format format) {
  report::Style made;
  made.format = format;
  return made;
}

Talk talk(std::string request, Frame frame = 1) {
  Talk made;
  made.facts.time = at(1);
  made.facts.request_frames = {frame, frame};
  made.request = std::move(request);
  return made;
}

std::vector<Json> lines_of(const std::string& text) {
  std::vector<Json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(Json::parse(line));
  return lines;
}

/// Two sessions, which end in the other order than they began; a mail, a file, a finding, an interface, a host.
std::string two_sessions(const report::Style& wanted) {
  Report report(wanted);
  const SessionFacts first = facts_of("1"), second = facts_of("7", "other");
  SessionStory one, two;
  InterfaceRecord interface;
  interface.name = "eth0";
  interface.link_type = "ETHERNET";
  interface.resolution = Nanos(1000);
  report.loose(interface);
  report.say(talk("HELO", 1), first, one);
  report.say(talk("ask", 7), second, two);
  report.say(talk("MAIL", 8), first, one);
  report.same_as = {"3.1"};
  report.say(Letter{"1.1", at(5), "<a@b>"}, first, one);
  report.same_as = {};
  report.say(Letter{"1.2", at(6), ""}, first, one);
  FileRecord file;
  file.id = "7.1";
  report.say(file, second, two);
  FindingRecord finding;
  finding.kind = "cleartext-password";
  finding.severity = "warning";
  report.say(finding, first, one);
  report.end(session_of(second, 9), two);
  report.end(session_of(first, 20), one);
  HostRecord host;
  host.ip = first.client.ip;
  report.writer->record(record_type<HostRecord>, &host, {});
  report.writer->record(record_type<FindingRecord>, &finding, "7");
  return report.finish();
}

std::vector<std::string> kinds(const std::vector<Json>& records) {
  std::vector<std::string> types;
  for (const Json& record : records)
    types.push_back(record["type"].get<std::string>() +
                    (record.contains("session") ? " " + record["session"].get<std::string>() : ""));
  return types;
}

TEST(Ndjson, StreamsInOrder) {
  const auto lines = lines_of(two_sessions(style(Format::ndjson)));
  EXPECT_EQ(kinds(lines), (std::vector<std::string>{"capture", "interface", "talk 1", "talk 7", "talk 1", "mail 1",
                                                    "mail 1", "file 7", "finding 1", "session 7", "session 1", "host",
                                                    "finding 7", "summary"}));
  EXPECT_EQ(lines[5]["same_as"], Json({"3.1"}));
  EXPECT_FALSE(lines[6].contains("same_as"));
  EXPECT_EQ(lines[9]["exchanges"], 1);
  EXPECT_EQ(lines[10]["exchanges"], 2);
}

TEST(JsonDocument, HoldsTheSameGroupedAndSorted) {
  const Json document = Json::parse(two_sessions(style(Format::json)));
  std::vector<std::string> keys;
  for (const auto& [key, value] : document.items()) keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{"wiretale", "capture", "sessions", "mails", "files", "hosts", "findings",
                                            "records", "summary"}));
  EXPECT_EQ(document["wiretale"]["version"], WIRETALE_VERSION);
  EXPECT_EQ(document["sessions"][0]["session"], "1");
  EXPECT_EQ(document["sessions"][1]["session"], "7");
  EXPECT_EQ(document["sessions"][0]["stream"], 0);
  EXPECT_EQ(document["sessions"][0]["exchanges"].size(), 2U);
  EXPECT_EQ(document["mails"].size(), 2U);
  EXPECT_EQ(document["mails"][0]["same_as"], Json({"3.1"}));
  EXPECT_EQ(document["findings"].size(), 2U);
  EXPECT_EQ(document["findings"][1]["session"], "7");
  EXPECT_EQ(document["records"][0]["type"], "interface");

  // Taken apart again, it is what NDJSON says.
  std::multiset<std::string> apart, lines;
  const auto add = [&](Json record) {
    if (record["type"] == "session") {
      for (const Json& exchange : record["exchanges"]) apart.insert(exchange.dump());
      record["exchanges"] = record["exchanges"].size();
      record.erase("stream");
    }
    apart.insert(record.dump());
  };
  add(document["capture"]);
  add(document["summary"]);
  for (const char* list : {"sessions", "mails", "files", "hosts", "findings", "records"})
    for (const Json& record : document[list]) add(record);
  for (const Json& line : lines_of(two_sessions(style(Format::ndjson)))) lines.insert(line.dump());
  EXPECT_EQ(apart, lines);
}

TEST(JsonDocument, IsWholeWithoutAnySession) {
  Report report(style(Format::json));
  const Json document = Json::parse(report.finish());
  EXPECT_TRUE(document["sessions"].empty());
  EXPECT_TRUE(document["mails"].is_array());
}

TEST(JsonDocument, LongSessionsComeInParts) {
  Report report(style(Format::json));
  const SessionFacts facts = facts_of("1"), later = facts_of("2");
  SessionStory story, other;
  const std::string filler(1000, 'x');
  for (int i = 0; i < 2000; ++i) {
    report.say(talk(std::to_string(i) + filler), facts, story);
    if (i % 500 == 0) report.say(talk("other"), later, other);
    EXPECT_LT(story.body.size(), 600'000U);
  }
  report.end(session_of(later, 3), other);
  report.end(session_of(facts, 3), story);
  const Json document = Json::parse(report.finish());
  const Json& exchanges = document["sessions"][0]["exchanges"];
  ASSERT_EQ(exchanges.size(), 2000U);
  for (int i = 0; i < 2000; ++i)
    EXPECT_EQ(exchanges[static_cast<std::size_t>(i)]["request"], std::to_string(i) + filler);
  EXPECT_EQ(document["sessions"][1]["exchanges"].size(), 4U);
}

TEST(Selection, OnlySomeProtocols) {
  report::Style wanted = style(Format::ndjson);
  wanted.only = {"other"};
  EXPECT_EQ(kinds(lines_of(two_sessions(wanted))),
            (std::vector<std::string>{"capture", "interface", "talk 7", "file 7", "session 7", "host", "finding 7",
                                      "summary"}));
  wanted.format = Format::json;
  const Json document = Json::parse(two_sessions(wanted));
  ASSERT_EQ(document["sessions"].size(), 1U);
  EXPECT_EQ(document["sessions"][0]["stream"], 1);  // equal endpoints, but a SYN of its own
}

TEST(Selection, SessionsThatAreNotShownCountAsStreams) {
  report::Style wanted = style(Format::json);
  wanted.session = "7";
  Report report(wanted);
  for (const char* id : {"1", "7"}) {
    SessionFacts facts = facts_of(id);
    facts.client.port = static_cast<std::uint16_t>(40000 + facts.id.front());
    SessionStory story;
    report.say(talk("x"), facts, story);
    report.end(session_of(facts, 9), story);
  }
  const Json document = Json::parse(report.finish());
  ASSERT_EQ(document["sessions"].size(), 1U);
  EXPECT_EQ(document["sessions"][0]["session"], "7");
  EXPECT_EQ(document["sessions"][0]["stream"], 1);
}

TEST(Selection, NoStreamNumbersWherePacketsWereLeftOut) {
  report::Style wanted = style(Format::json);
  wanted.filtered = true;
  EXPECT_FALSE(Json::parse(two_sessions(wanted))["sessions"][0].contains("stream"));
}

/// Takes some octets, then has gone away.
class Impatient final : public report::Output {
 public:
  bool write(std::string_view bytes) override {
    ++writes;
    taken += bytes.size();
    return taken < 1000;
  }
  std::size_t taken = 0;
  int writes = 0;
};

TEST(Writers, StopWhenNobodyReads) {
  for (const Format format : {Format::ndjson, Format::json, Format::text}) {
    Impatient output;
    const auto writer = report::make_writer(style(format), output);
    EXPECT_TRUE(writer->listening());
    writer->begin({});
    const std::string line(300'000, 'x');
    if (format == Format::ndjson) {
      writer->piece({}, line, {});
      EXPECT_FALSE(writer->listening());
    }
    report::PieceHead head;
    head.kind = format == Format::ndjson ? report::PieceHead::Kind::line : report::PieceHead::Kind::session;
    for (Frame i = 1; i < 20; ++i) {
      head.number = i;
      writer->piece(head, line, {});
    }
    const int before = output.writes;
    writer->end({});
    EXPECT_FALSE(writer->listening());
    EXPECT_LE(output.writes, before + 2);
  }
}

}  // namespace
}  // namespace wiretale::report_test
