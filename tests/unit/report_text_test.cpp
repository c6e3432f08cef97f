// The text report: how sessions, exchanges, findings look, what is folded, and that nothing gets out of its lines.
#include <gtest/gtest.h>

#include <sstream>

#include "report/display.hpp"
#include "report_support.hpp"

namespace wiretale::report_test {
namespace {

using report::SessionStory;

report::Style text_style() { return {}; }

Talk talk(std::string request, std::string reply = {}, Frame frame = 21) {
  Talk made;
  made.facts.time = at(1);
  made.facts.request_frames = {frame, frame};
  made.facts.response_frames = {frame + 1, frame + 1};
  made.facts.latency = std::chrono::microseconds(400);
  made.request = std::move(request);
  made.reply = std::move(reply);
  return made;
}

/// The report of one session in which these are said.
std::string told(const std::vector<Talk>& talks, const report::Style& style = text_style()) {
  Report report(style);
  const SessionFacts facts = facts_of("17");
  SessionStory story;
  for (const Talk& one : talks) report.say(one, facts, story);
  report.end(session_of(facts, 58), story);
  return report.finish();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

void expect_narrow(const std::string& text) {
  for (const std::string& line : lines_of(text)) EXPECT_LE(report::columns(line), 80U) << line;
}

TEST(Text, TellsASession) {
  const std::string text = told({talk("MAIL FROM:<alice@crepes.fr>", "250 OK")});
  EXPECT_NE(text.find("\n#17  10.0.0.5:40022 → 10.0.0.9:25  talk  frames 17–58  1.2 s  closed by client\n"
                      "     12:00:00.000  tcp.stream eq 0\n"
                      "   21 C  MAIL FROM:<alice@crepes.fr>\n"
                      "   22 S  250 OK  0.4 ms\n"),
            std::string::npos)
      << text;
}

TEST(Text, NamesTheTunnelsAroundASession) {
  Report report(text_style());
  SessionRecord record = session_of(facts_of("17"), 58);
  record.vlan = {20, 300};
  record.tunnel.resize(2);
  record.tunnel[0].kind = "mpls";
  record.tunnel[0].to_server_label = 16;
  record.tunnel[1].kind = "vxlan";
  record.tunnel[1].id = 42;
  record.tunnel[1].client_ip = *IpAddress::parse("198.51.100.1");
  record.tunnel[1].server_ip = *IpAddress::parse("198.51.100.2");
  SessionStory story;
  report.end(record, story);
  const std::string text = report.finish();
  EXPECT_NE(text.find("in vlan 20.300  mpls  vxlan 42 198.51.100.1 → 198.51.100.2"), std::string::npos) << text;
  expect_narrow(text);
}

TEST(Text, FoldsWhatRepeats) {
  const std::string text = told({talk("NOOP", "250 OK", 21), talk("NOOP", "250 OK", 23), talk("NOOP", "250 OK", 25),
                                 talk("QUIT", "221 Bye", 27)});
  EXPECT_NE(
      text.find(
          "   21 C  NOOP\n   22 S  250 OK  0.4 ms\n         … the same 2 more times, frames 23–26\n   27 C  QUIT\n"),
      std::string::npos)
      << text;
  EXPECT_NE(told({talk("a"), talk("a")}).find("… the same once more, frame 21\n"), std::string::npos);
}

TEST(Text, ShowsControlsInsteadOfSendingThem) {
  const std::string text =
      told({talk("\x1b]0;pwned\x07\x1b[2J\r\n#99  10.0.0.1:1 → 10.0.0.2:2  fake\u202e\xc2\x9b\xff")});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("   21 C  ␛]0;pwned␇␛[2J\n         #99  10.0.0.1"), std::string::npos) << text;
  EXPECT_NE(text.find("fake\\u{202e}\\u{9b}\\xff"), std::string::npos);
  for (const char c : text) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
}

TEST(Text, StaysWithinEightyColumns) {
  std::vector<Talk> talks;
  for (const char* unit : {"word ", "x", "日本", "e\u0301", "\xff", "\n", "\x01"}) {
    std::string long_text;
    for (int i = 0; i < 700; ++i) long_text += unit;
    Talk one = talk(long_text, long_text, 1'234'567'890);
    one.facts.anomalies = {{AnomalyKind::malformed, "odd", long_text, 7}};
    one.explanation = long_text;
    talks.push_back(one);
  }
  report::Style style = text_style();
  style.explain = true;
  expect_narrow(told(talks, style));
}

TEST(Text, WideShowsAll) {
  report::Style style = text_style();
  style.wide = true;
  const std::string long_text(5000, 'x');
  EXPECT_NE(told({talk(long_text)}, style).find(long_text), std::string::npos);
  EXPECT_NE(told({talk(long_text)}).find("…"), std::string::npos);
}

TEST(Text, SaysHowManyLinesItLeavesOut) {
  std::string many;
  for (int i = 0; i < 20; ++i) many += "250-line\n";
  const std::string text = told({talk("EHLO", many)});
  EXPECT_NE(text.find("250-line  … 14 more lines  0.4 ms\n"), std::string::npos) << text;
}

TEST(Text, ExplainsOnce) {
  report::Style style = text_style();
  style.explain = true;
  Talk one = talk("MAIL", "250");
  one.explanation = "MAIL begins a mail.";
  Talk two = talk("DATA", "354");
  two.explanation = "MAIL begins a mail.";
  const std::string text = told({one, two}, style);
  const std::size_t first = text.find("         │ MAIL begins a mail.\n");
  ASSERT_NE(first, std::string::npos) << text;
  EXPECT_EQ(text.find("MAIL begins", first + 20), std::string::npos);
  EXPECT_EQ(told({one}).find("begins"), std::string::npos);
}

TEST(Text, ColoursChangeNoLetter) {
  report::Style style = text_style();
  style.color = true;
  std::string colored = told({talk("MAIL", "250 OK"), talk("x\x1b[1m")}, style);
  EXPECT_NE(colored.find("\x1b[1m"), std::string::npos);
  for (std::size_t at; (at = colored.find('\x1b')) != std::string::npos;)
    colored.erase(at, colored.find('m', at) + 1 - at);
  EXPECT_EQ(colored, told({talk("MAIL", "250 OK"), talk("x\x1b[1m")}));
}

/// A scan: each session refused, the port given by `port_of`.
std::string scan(int count, const std::function<void(SessionFacts&, int)>& vary) {
  Report report{text_style()};
  for (int i = 0; i < count; ++i) {
    SessionFacts facts = facts_of(std::to_string(2 * i + 1), "");
    facts.client.port = static_cast<std::uint16_t>(50000 + i);
    vary(facts, i);
    SessionRecord record = session_of(facts, static_cast<Frame>(2 * i + 2));
    record.state = "refused";
    record.ended_by = "server_rst";
    SessionStory story;
    report.end(record, story);
  }
  return report.finish();
}

TEST(Text, FoldsAPortScan) {
  const std::string text =
      scan(1000, [](SessionFacts& facts, int i) { facts.server.port = static_cast<std::uint16_t>(i + 1); });
  EXPECT_NE(text.find("#1–#1999  10.0.0.5 → 10.0.0.9  1,000 tcp sessions  frames 1–2000  each refused\n"
                      "     ports 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 …\n"),
            std::string::npos)
      << text;
  EXPECT_LT(lines_of(text).size(), 12U);
}

TEST(Text, FoldsASweepOverHosts) {
  const std::string text = scan(
      20, [](SessionFacts& facts, int i) { facts.server.ip = *IpAddress::parse("10.0.1." + std::to_string(i + 1)); });
  EXPECT_NE(
      text.find(
          "#1–#39  10.0.0.5 → many  20 tcp port 25 sessions  frames 1–40  each refused\n     to 10.0.1.1, 10.0.1.2,"),
      std::string::npos)
      << text;
}

TEST(Text, FoldsAFloodFromManyHosts) {
  const std::string text = scan(
      20, [](SessionFacts& facts, int i) { facts.client.ip = *IpAddress::parse("10.9.1." + std::to_string(i + 1)); });
  EXPECT_NE(
      text.find("#1–#39  many → 10.0.0.9  20 tcp port 25 sessions  frames 1–40  each refused\n     from 10.9.1.1,"),
      std::string::npos)
      << text;
}

TEST(Text, PutsWhatIsToldInOrderOfFrames) {
  Report report{text_style()};
  const SessionFacts facts = facts_of("17");
  SessionStory story;
  FileRecord file;
  file.id = "17.1";
  file.frames = {22, 30};
  report.say(file, facts, story);
  report.say(talk("GET /"), facts, story);
  report.end(session_of(facts, 58), story);
  const std::string text = report.finish();
  EXPECT_LT(text.find("C  GET /"), text.find("file 17.1")) << text;
}

TEST(Text, SaysWhenAnotherDayBegins) {
  Report report{text_style()};
  for (const char* id : {"3", "9"}) {
    const SessionFacts facts = facts_of(id);
    SessionStory story;
    report.say(talk("x"), facts, story);
    SessionRecord record = session_of(facts, 10);
    if (facts.id == "9") record.start = at(86'400'000);
    report.end(record, story);
  }
  const std::string text = report.finish();
  EXPECT_EQ(text.find("\n2024-05-01\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n\n2024-05-02\n\n#9  "), std::string::npos) << text;
}

TEST(Text, DoesNotFoldFewOrDifferentSessions) {
  const std::string text =
      scan(2, [](SessionFacts& facts, int i) { facts.server.port = static_cast<std::uint16_t>(i + 1); });
  EXPECT_NE(text.find("#1  10.0.0.5:50000 → 10.0.0.9:1  tcp"), std::string::npos) << text;
  EXPECT_NE(text.find("#3  10.0.0.5:50001 → 10.0.0.9:2  tcp"), std::string::npos);
}

TEST(Text, LongEndpointsBreakBetweenThem) {
  Report report{text_style()};
  SessionFacts facts = facts_of("17");
  facts.client.ip = *IpAddress::parse("2001:db8:1111:2222:3333:4444:5555:6666");
  facts.server.ip = *IpAddress::parse("2001:db8:1111:2222:3333:4444:5555:7777");
  SessionStory story;
  report.say(talk("x"), facts, story);
  report.end(session_of(facts, 58), story);
  const std::string text = report.finish();
  expect_narrow(text);
  EXPECT_NE(text.find("#17  [2001:db8:1111:2222:3333:4444:5555:6666]:40022 →\n"
                      "     [2001:db8:1111:2222:3333:4444:5555:7777]:25  talk  frames 17–58  1.2 s\n"
                      "     closed by client  12:00:00.000  tcp.stream eq 0\n"),
            std::string::npos)
      << text;
}

TEST(Text, CollectsFindings) {
  Report report{text_style()};
  for (const char* id : {"3", "9"}) {
    SessionFacts facts = facts_of(id);
    SessionStory story;
    FindingRecord finding;
    finding.kind = "cleartext-password";
    finding.severity = "warning";
    finding.title = "A password was sent in clear";
    finding.explanation = "Whoever can see the packets can read it.";
    finding.frames = {5};
    report.say(finding, facts, story);
    report.end(session_of(facts, 10), story);
  }
  FindingRecord worse;
  worse.severity = "serious";
  worse.kind = worse.title = "worse";
  report.writer->record(record_type<FindingRecord>, &worse, "3");
  const std::string text = report.finish();
  EXPECT_NE(text.find("    5 !  A password was sent in clear\n"), std::string::npos) << text;
  EXPECT_NE(text.find("What to notice\n"
                      "  serious  worse\n           #3\n"
                      "  warning  A password was sent in clear  (2 times)\n"
                      "           #3 frame 5; #9 frame 5\n"
                      "           Whoever can see the packets can read it.\n"),
            std::string::npos)
      << text;
}

TEST(Text, TellsTheWayOfAMail) {
  Report report{text_style()};
  for (const char* id : {"3", "9"}) {
    SessionFacts facts = facts_of(id);
    SessionStory story;
    report.say(Letter{std::string(id) + ".1", at(1000), "<a@b>"}, facts, story);
    report.end(session_of(facts, 10), story);
  }
  const MailJourneyRecord journey{at(1000), "<a@b>", {"3.1", "9.1"}};
  report.writer->record(record_type<MailJourneyRecord>, &journey, {});
  const std::string text = report.finish();
  EXPECT_NE(text.find("  <a@b> was seen 2 times\n"
                      "    2024-05-01 12:00:01.000  10.0.0.5:40022 → 10.0.0.9:25  talk  mail 3.1\n"),
            std::string::npos)
      << text;
}

TEST(Text, SaysWhatWasLeftOut) {
  Report report{text_style()};
  SummaryRecord summary;
  summary.packets = 7;
  summary.first = at(0);
  summary.last = at(2500);
  summary.not_decoded.items = {{"truncated", 3}};
  summary.limits_reached.items = {{"line_bytes", 1}};
  summary.truncated_at = TruncatedAt{"x.pcap", 1234, "the last packet is cut"};
  const std::string text = report.finish(summary);
  EXPECT_NE(
      text.find("x.pcap (pcap)\n2024-05-01 12:00:00.000 to 12:00:02.500 UTC, 2.5 s\n7 packets, 0 bytes, 0 sessions\n"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("What was left out\n  x.pcap could be read up to octet 1234 only: the last packet is cut\n"
                      "  3 packets not decoded: truncated\n  the limit line_bytes was reached 1 time\n"),
            std::string::npos)
      << text;
}

TEST(Text, SaysSoWhereThereIsNoSuchSession) {
  report::Style style = text_style();
  style.session = "99";
  EXPECT_NE(told({talk("x")}, style).find("There is no session #99."), std::string::npos);
}

}  // namespace
}  // namespace wiretale::report_test
