// HTTP's start lines, framing, secrets and probe.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http/credentials.hpp"
#include "http/framing.hpp"
#include "http/start_line.hpp"
#include "scribe.hpp"

namespace wiretale::web {
namespace {

std::string hidden(const Redacted& redacted) { return shown(redacted, SecretPolicy{}); }

HeaderFields fields_of(const std::vector<std::string>& lines) {
  HeaderFields fields;
  testing::FakeSession session;
  std::vector<Anomaly> anomalies;
  for (const std::string& text : lines) {
    Line line;
    line.text = text;
    fields.add(line, session, anomalies);
  }
  return fields;
}

/// The framing of a response, and the names of its faults.
std::pair<Framing, std::vector<std::string>> framing(const std::vector<std::string>& lines, std::uint16_t status = 200,
                                                     std::string_view method = "GET") {
  const Limits limits;
  std::vector<Anomaly> anomalies;
  Framing found = frame_response(status, method, fields_of(lines), "1.1", {limits, anomalies, 1});
  std::vector<std::string> names;
  for (const Anomaly& anomaly : anomalies) names.emplace_back(anomaly.name);
  return {std::move(found), names};
}

Verdict verdict(std::string_view start, Transport transport = Transport::tcp) {
  return probe(transport, bytes_of(start)).verdict;
}

TEST(HttpStartLine, ReadsRequestLines) {
  const auto request = parse_request_line("GET /a?b HTTP/1.1");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, "GET");
  EXPECT_EQ(request->target, "/a?b");
  EXPECT_EQ(request->version, "1.1");
  EXPECT_EQ(parse_request_line("GET   /a   HTTP/1.0  ")->target, "/a");
  EXPECT_TRUE(parse_request_line("GET /a b HTTP/1.1")->odd_target);
  EXPECT_TRUE(parse_request_line("GET HTTP/1.1")->odd_target);
  EXPECT_TRUE(parse_request_line("GET / HTTP")->odd_version);
  EXPECT_TRUE(parse_request_line("GET /")->version.empty());
  EXPECT_EQ(parse_request_line("M-SEARCH * HTTP/1.1")->target, "*");
}

TEST(HttpStartLine, LeavesOtherProtocolsAlone) {
  for (const char* line : {"OPTIONS rtsp://a/b RTSP/1.0", "INVITE sip:a@b SIP/2.0", "REGISTER sip:b SIP/2.0",
                           "PRI * HTTP/2.0", "GET", "GET ", "EHLO host", "HELP me", "get /", "\x16\x03\x01 a HTTP/1.1",
                           "GET /\x01 HTTP/1.1", "OPTIONS icap://a ICAP/1.0"})
    EXPECT_FALSE(parse_request_line(line)) << line;
}

TEST(HttpStartLine, ReadsStatusLines) {
  const auto status = parse_status_line("HTTP/1.1 404 Not Found");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->status, 404);
  EXPECT_EQ(status->reason, "Not Found");
  EXPECT_EQ(parse_status_line("HTTP/1.0 200")->reason, "");
  EXPECT_TRUE(parse_status_line("ICY 200 OK")->icy);
  for (const char* line :
       {"HTTP/1.1 20", "HTTP/1.1 2000 OK", "HTTP/1.1", "HTTP/11 200 OK", "RTSP/1.0 200 OK", "200 OK"})
    EXPECT_FALSE(parse_status_line(line)) << line;
}

TEST(HttpStartLine, FindsThemBehindARest) {
  EXPECT_EQ(find_status_line("</html>HTTP/1.1 200 OK"), 7U);
  EXPECT_EQ(find_status_line("HTTP/1.1 is HTTP/1.1 200 OK"), 12U);
  EXPECT_FALSE(find_status_line("HTTP/1.1 is a protocol"));
  EXPECT_EQ(find_request_line("a=1&b=2POST /x HTTP/1.1")->method, "POST");
  EXPECT_EQ(find_request_line("BREW /x HTTP/1.1")->method, "BREW");
  EXPECT_FALSE(find_request_line("POST /x"));
}

TEST(HttpFraming, FollowsTheRfc) {
  EXPECT_EQ(framing({}).first.kind, Framing::Kind::until_close);
  EXPECT_EQ(framing({"Content-Length: 7"}).first.length, 7U);
  EXPECT_EQ(framing({"Content-Length: 0"}).first.kind, Framing::Kind::none);
  EXPECT_EQ(framing({"Content-Length: 7"}, 200, "HEAD").first.kind, Framing::Kind::none);
  EXPECT_EQ(framing({"Content-Length: 7"}, 304).first.kind, Framing::Kind::none);
  EXPECT_EQ(framing({"Transfer-Encoding: gzip, Chunked"}).first.kind, Framing::Kind::chunked);
  EXPECT_EQ(framing({"Transfer-Encoding: gzip, chunked"}).first.codings, std::vector<std::string>{"gzip"});
  EXPECT_EQ(framing({"Transfer-Encoding: identity", "Content-Length: 7"}).first.length, 7U);
  EXPECT_EQ(framing({"Content-Length: 18446744073709551615"}).first.length, UINT64_MAX);
}

TEST(HttpFraming, SaysWhatIsWrong) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(framing({"Content-Length: 7", "Transfer-Encoding: chunked"}).second, Names{"length_and_transfer_encoding"});
  EXPECT_EQ(framing({"Content-Length: 7", "Content-Length: 8"}).second, Names{"content_length_differs"});
  EXPECT_EQ(framing({"Content-Length: 7, 7"}).second, Names{"content_length_repeated"});
  EXPECT_EQ(framing({"Transfer-Encoding: chunked, gzip"}).second, Names{"chunked_not_last"});
  for (const char* bad :
       {"Content-Length:", "Content-Length: -1", "Content-Length: 0x10", "Content-Length: 18446744073709551616"})
    EXPECT_EQ(framing({bad}).second, Names{"content_length_invalid"}) << bad;
}

TEST(HttpFraming, ReadsChunkSizes) {
  EXPECT_EQ(parse_chunk_size("1aF").size, 0x1afU);
  EXPECT_EQ(parse_chunk_size("0000000000000000000000005 ; a=b").size, 5U);
  EXPECT_EQ(parse_chunk_size("5;a=b").extension, "a=b");
  EXPECT_EQ(parse_chunk_size("ffffffffffffffff").size, UINT64_MAX);
  EXPECT_EQ(parse_chunk_size("10000000000000000").fault, ChunkSize::Fault::overflow);
  for (const char* bad : {"", ";a", "0x5", "-5", "5 5", "g"})
    EXPECT_EQ(parse_chunk_size(bad).fault, ChunkSize::Fault::no_number) << bad;
}

TEST(HttpCredentials, HidesSecretsOnly) {
  EXPECT_EQ(hidden(redact_field("Authorization", "Basic YTpi")), "Basic <hidden>");
  EXPECT_EQ(hidden(redact_field("PROXY-AUTHORIZATION", "token")), "<hidden>");
  EXPECT_EQ(hidden(redact_field("Authorization x", "Bearer a b")), "Bearer <hidden>");
  EXPECT_EQ(hidden(redact_field("Cookie", "a=1; b=\"2=3\";c; =d")), "a=<hidden>; b=<hidden>;<hidden>; =<hidden>");
  EXPECT_EQ(hidden(redact_field("Set-Cookie", "a=1; Path=/; Secure")), "a=<hidden>; Path=/; Secure");
  EXPECT_EQ(hidden(redact_field("Cookie2", "a=1")), "a=<hidden>");
  EXPECT_EQ(hidden(redact_field("", "Authorization Basic YTpi")), "<hidden>");
  EXPECT_EQ(hidden(redact_field("Referer", "http://a:b@c/?token=d&e=f")), "http://a:<hidden>@c/?token=<hidden>&e=f");
  EXPECT_EQ(hidden(redact_field("X-Auth-Token", "abc")), "<hidden>");
  EXPECT_EQ(hidden(redact_field("WWW-Authenticate", "Basic realm=\"a\"")), "Basic realm=\"a\"");
  EXPECT_EQ(hidden(redact_field("Accept", "*/*")), "*/*");
}

TEST(HttpCredentials, KnowsTheUser) {
  EXPECT_EQ(identify(fields_of({"Authorization: basic Ym9iOnNlOmNyZXQ="}))->user, "bob");
  EXPECT_TRUE(identify(fields_of({"Authorization: basic Ym9iOnNlOmNyZXQ="}))->basic);
  EXPECT_EQ(identify(fields_of({"Proxy-Authorization: Digest realm=\"a, b\", username=\"c\\\"d\""}))->user, "c\"d");
  EXPECT_FALSE(identify(fields_of({"Authorization: Basic ???"})));
  EXPECT_FALSE(identify(fields_of({"Authorization: Bearer abc"})));
}

TEST(HttpCredentials, FindsLoginsInForms) {
  const auto login = find_login("csrf_token=1&user%5Bname%5D=bob+b&user%5Bpassword%5D=s%26&x");
  ASSERT_TRUE(login);
  EXPECT_EQ(login->user, "bob b");
  EXPECT_EQ(login->user_field, "user[name]");
  EXPECT_EQ(login->password_field, "user[password]");
  EXPECT_FALSE(find_login("token=1&user=bob"));
  EXPECT_FALSE(find_login("user=bob&password="));
}

TEST(HttpProbe, KnowsHttp) {
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\n"), Verdict::yes);
  EXPECT_EQ(verdict("\r\nBREW /pot HTTP/1.0\n"), Verdict::yes);
  EXPECT_EQ(verdict("HTTP/1.1 200"), Verdict::yes);
  EXPECT_EQ(verdict("GET /\r\n"), Verdict::maybe);
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\n", Transport::udp), Verdict::no);
  for (const char* start : {"G", "GET", "GET ", "GET /very/long", "H", "HTTP/1.", "HTTP/1.1 20", "\r\n", "<html>"})
    EXPECT_EQ(verdict(start), Verdict::maybe) << start;
}

TEST(HttpProbe, LeavesOthersAlone) {
  for (const char* start : {"SSH-2.0-x\r\n", "220 mail ESMTP\r\n", "EHLO a\r\n", "OPTIONS * RTSP/1.0\r\n", "HTTP/x",
                            "INVITE sip:a SIP/2.0\r\n", "PRI * HTTP/2.0\r\n", "+OK\r\n", "* OK\r\n", "\x16\x03\x01",
                            "RTSP/1.0 200 OK\r\n", "GNUTELLA CONNECT/0.6\r\n", "USER anonymous\r\n"})
    EXPECT_EQ(verdict(start), Verdict::no) << start;
  EXPECT_EQ(verdict(std::string_view("\0\1\2", 3)), Verdict::no);
}

}  // namespace
}  // namespace wiretale::web
