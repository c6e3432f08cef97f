// What is told of the samples, against what servers and clients logged themselves (samples/README.md).
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "harness/cases.hpp"
#include "harness/program.hpp"

namespace wiretale::harness {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// A sample with its report and its logs.
struct Sample {
  explicit Sample(const fs::path& capture)
      : name(capture.stem().string()),
        logs(fs::path(capture).replace_extension(".logs")),
        report(parse_report(report_on(capture, {"--format", "ndjson", "--hash"}))) {}

  /// All lines of the logs whose names match.
  [[nodiscard]] std::vector<std::string> lines(const std::string& file_names) const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(logs))
      if (std::regex_match(entry.path().filename().string(), std::regex(file_names))) files.push_back(entry.path());
    std::ranges::sort(files);
    std::vector<std::string> all;
    for (const fs::path& file : files)
      for (std::string& line : lines_of(read_file(file))) all.push_back(std::move(line));
    return all;
  }
  /// Rows of a table with a line of column names.
  [[nodiscard]] std::vector<std::map<std::string, std::string>> rows(const std::string& file_name) const {
    std::vector<std::map<std::string, std::string>> table;
    std::vector<std::string> names;
    for (const std::string& line : lines(file_name)) {
      std::vector<std::string> cells(1);
      for (const char c : line) c == '\t' ? cells.emplace_back() : cells.back() += c;
      if (names.empty()) {
        names = cells;
        continue;
      }
      auto& row = table.emplace_back();
      for (std::size_t i = 0; i < names.size() && i < cells.size(); ++i) row[names[i]] = cells[i];
    }
    return table;
  }

  std::string name;
  fs::path logs;
  Parsed report;
};

const std::vector<Sample>& all_samples() {
  static const std::vector<Sample> read = [] {
    std::vector<Sample> all;
    for (const fs::path& capture : samples()) all.emplace_back(capture);
    return all;
  }();
  return read;
}

/// `192.0.2.10:47039`, for both kinds of addresses.
std::string end_of(const Json& endpoint) {
  return endpoint["ip"].get<std::string>() + ":" + std::to_string(endpoint.value("port", 0));
}
std::string client_of(const Sample& sample, const Json& record) {
  return end_of(sample.report.session_of(record)["client"]);
}

/// Calls visit(match) for each line that has the form.
template <class Visit>
void each(const std::vector<std::string>& lines, const std::string& form, const Visit& visit) {
  const std::regex regex(form);
  for (const std::string& line : lines)
    if (std::smatch match; std::regex_search(line, match, regex)) {
      SCOPED_TRACE(line);
      visit(match);
    }
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

TEST(Samples, EveryQueryThatNamedLoggedIsTold) {
  for (const Sample& sample : all_samples()) {
    if (sample.name == "dhcp-lease") continue;  // nobody asks for names there
    SCOPED_TRACE(sample.name);
    std::multiset<std::string> told, logged;
    std::set<std::string> servers;
    each(sample.lines("named-.*-queries\\.log"),
         "queries: client @\\S+ ([0-9a-f:.]+)#(\\d+) .*: query: (\\S+) (\\S+) (\\S+) \\S+ \\(([^)]*)\\)$",
         [&](const std::smatch& log) {
           servers.insert(log.str(6));
           logged.insert(log.str(1) + ":" + log.str(2) + " " + lower(log.str(3)) + " " + log.str(4) + " " + log.str(5));
         });
    EXPECT_FALSE(logged.empty());
    for (const Json& dns : sample.report.of_type("dns")) {
      const bool asked =
          dns.contains("request_frames") && dns.value("opcode", "QUERY") == "QUERY" && dns.contains("question");
      if (!asked || !servers.contains(sample.report.session_of(dns)["server"]["ip"])) continue;
      const Json& question = dns["question"];
      told.insert(client_of(sample, dns) + " " + lower(question.value("name", ".")) + " " +
                  question.value("class", "") + " " + question.value("type", ""));
    }
    for (const std::string& query : logged) EXPECT_EQ(told.count(query), logged.count(query)) << "logged " << query;
    for (const std::string& query : told) EXPECT_TRUE(logged.contains(query)) << "told, but not logged: " << query;
  }
}

TEST(Samples, EveryRequestThatNginxLoggedIsTold) {
  std::size_t compared = 0;
  for (const Sample& sample : all_samples()) {
    std::map<std::string, Json> told;
    for (const Json& http : sample.report.of_type("http"))
      told[client_of(sample, http) + " " + std::to_string(http.value("number", 0))] = http;
    std::size_t logged = 0;
    for (auto row : sample.rows("nginx-access\\.tsv")) {
      if (row["remote_addr"] == "127.0.0.1" || row["remote_addr"] == "::1")
        continue;  // its own loopback isn't captured
      ++logged;
      const std::string key = row["remote_addr"] + ":" + row["remote_port"] + " " + row["connection_requests"];
      SCOPED_TRACE(key + " " + row["method"] + " " + row["uri"]);
      ASSERT_TRUE(told.contains(key));
      const Json& http = told[key];
      const Json& request = http["request"];
      const Json& response = http["response"];
      EXPECT_EQ(request["method"], row["method"]);
      EXPECT_EQ(request["target"], row["uri"]);
      EXPECT_EQ("HTTP/" + request["version"].get<std::string>(), row["protocol"]);
      EXPECT_EQ(std::to_string(response["status"].get<int>()), row["status"]);
      EXPECT_EQ(http.value("user", "-"), row["remote_user"]);
      EXPECT_EQ(http["complete"], true);
      const Json body = response.value("body", Json::object());
      // What nginx sent after a 100 Continue counts its 25 octets, too.
      const std::size_t interim = http.contains("interim") ? 25 : 0;
      EXPECT_EQ(std::to_string(body.value("wire_bytes", std::size_t{0}) + interim), row["body_bytes_sent"]);
    }
    EXPECT_EQ(told.size(), logged) << sample.name;
    compared += logged;
  }
  EXPECT_GE(compared, 30U);
}

TEST(Samples, EveryBodyThatCurlReceivedIsTold) {
  std::size_t compared = 0;
  for (const Sample& sample : all_samples()) {
    std::map<std::string, std::string> received;
    each(sample.lines("received\\.sha256"), "^([0-9a-f]{64})  (\\S+)$",
         [&](const std::smatch& log) { received[log.str(2)] = log.str(1); });
    std::set<std::string> told;
    for (const Json& http : sample.report.of_type("http"))
      if (http.contains("response") && http["response"].contains("body"))
        told.insert(client_of(sample, http) + " " + http["response"]["body"].value("sha256", ""));
    for (auto row : sample.rows("curl\\.tsv")) {
      const auto body = received.find(row["filename_effective"]);
      if (body == received.end() || row["method"] == "HEAD" || row["size_download"] == "0") continue;
      ++compared;
      EXPECT_TRUE(told.contains(row["local_ip"] + ":" + row["local_port"] + " " + body->second))
          << row["filename_effective"] << " " << row["url"];
    }
  }
  EXPECT_GE(compared, 15U);
}

/// SMTP records of a connection with a verb, whose argument holds a text.
std::vector<Json> commands(const Sample& sample, const std::string& client, const std::string& verb,
                           const std::string& argument) {
  std::vector<Json> found;
  for (const Json& smtp : sample.report.of_type("smtp"))
    if (smtp.value("command", "") == verb && client_of(sample, smtp) == client &&
        smtp.value("argument", "").find(argument) != std::string::npos)
      found.push_back(smtp);
  return found;
}

int last_code(const Json& smtp) {
  const Json replies = smtp.value("replies", Json::array());
  return replies.empty() ? 0 : replies.back().value("code", 0);
}

/// The mail of a connection with a Message-ID; null where there is none.
Json mail_of(const Sample& sample, const std::string& client, const std::string& message_id) {
  for (const Json& mail : sample.report.of_type("mail"))
    if (client_of(sample, mail) == client && mail.value("message_id", "") == "<" + message_id + ">") return mail;
  return {};
}

bool addressed(const Json& mail, const std::string& address, int code) {
  const Json envelope = mail.value("envelope", Json::object());
  return std::ranges::any_of(envelope.value("to", Json::array()),
                             [&](const Json& one) { return one["address"] == address && one["code"] == code; });
}

TEST(Samples, EveryMailThatEximTookIsTold) {
  std::size_t compared = 0;
  for (const Sample& sample : all_samples()) {
    each(sample.lines("exim-.*-main\\.log"),
         " <= (\\S+) H=\\S+ \\[([0-9.]+)\\]:(\\d+) .* P=esmtpa? .* id=(\\S+) .* for (.+)$",
         [&](const std::smatch& log) {
           ++compared;
           const std::string client = log.str(2) + ":" + log.str(3);
           const Json mail = mail_of(sample, client, log.str(4));
           ASSERT_FALSE(mail.is_null());
           EXPECT_EQ(mail["envelope"]["from"], log.str(1));
           EXPECT_EQ(mail["accepted"], true);
           EXPECT_EQ(mail["complete"], true);
           std::string recipients = log.str(5) + " ";
           while (!recipients.empty()) {
             const std::string recipient = recipients.substr(0, recipients.find(' '));
             EXPECT_TRUE(addressed(mail, recipient, 250)) << recipient;
             recipients.erase(0, recipient.size() + 1);
           }
         });
  }
  EXPECT_GE(compared, 6U);
}

TEST(Samples, EveryMailThatEximHandedOnIsTold) {
  std::size_t compared = 0;
  for (const Sample& sample : all_samples()) {
    std::map<std::string, std::string> message_ids;  // by Exim's own id
    const auto lines = sample.lines("exim-.*-main\\.log");
    each(lines, "\\] (\\S+) <= .* id=(\\S+) ", [&](const std::smatch& log) { message_ids[log.str(1)] = log.str(2); });
    each(lines, "\\] (\\S+) => (\\S+) .*T=remote .* I=\\[([0-9.]+)\\]:(\\d+) .*C=\"(?:[^\"]*\\\\n)?(250 OK id=\\S+)\"",
         [&](const std::smatch& log) {
           ++compared;
           const Json mail = mail_of(sample, log.str(3) + ":" + log.str(4), message_ids[log.str(1)]);
           ASSERT_FALSE(mail.is_null());
           EXPECT_TRUE(addressed(mail, log.str(2), 250));
           const std::string reply = mail.value("reply", "");
           const std::string id = log.str(5).substr(log.str(5).find("id="));
           EXPECT_NE(reply.find(id), std::string::npos) << reply;
         });
  }
  EXPECT_GE(compared, 4U);
}

TEST(Samples, EveryRefusalOfEximIsTold) {
  std::size_t compared = 0;
  for (const Sample& sample : all_samples()) {
    const auto lines = sample.lines("exim-.*-main\\.log");
    each(lines, " H=\\S+ \\[([0-9.]+)\\]:(\\d+) .* rejected RCPT (<[^>]+>)", [&](const std::smatch& log) {
      ++compared;
      const auto found = commands(sample, log.str(1) + ":" + log.str(2), "RCPT", log.str(3));
      ASSERT_EQ(found.size(), 1U);
      EXPECT_EQ(last_code(found[0]), 550);
    });
    each(lines, "authenticator failed for \\S+ \\[([0-9.]+)\\]:(\\d+) .*: 535 .*\\(set_id=(\\S+)\\)",
         [&](const std::smatch& log) {
           ++compared;
           const auto found = commands(sample, log.str(1) + ":" + log.str(2), "AUTH", "");
           ASSERT_EQ(found.size(), 1U);
           EXPECT_EQ(last_code(found[0]), 535);
           EXPECT_EQ(found[0].value("user", ""), log.str(3));
         });
  }
  EXPECT_GE(compared, 6U);
}

TEST(Samples, EveryLoginThatEximSawInClearIsTold) {
  std::size_t compared = 0;
  for (const Sample& sample : all_samples())
    each(sample.lines("exim-.*-main\\.log"), " <= \\S+ H=\\S+ \\[([0-9.]+)\\]:(\\d+) .* P=esmtpa .* A=(\\w+):(\\S+) ",
         [&](const std::smatch& log) {
           ++compared;
           const auto found = commands(sample, log.str(1) + ":" + log.str(2), "AUTH", "");
           ASSERT_EQ(found.size(), 1U);
           EXPECT_EQ(last_code(found[0]), 235);
           EXPECT_EQ(found[0].value("user", ""), log.str(4));
           const std::string mechanism = lower(found[0].value("mechanism", ""));
           EXPECT_TRUE(mechanism.starts_with(log.str(3))) << mechanism;
         });
  EXPECT_GE(compared, 4U);
}

TEST(Samples, ASessionThatEximEncryptedSaysSo) {
  std::size_t compared = 0;
  for (const Sample& sample : all_samples())
    each(sample.lines("exim-.*-main\\.log"), " <= \\S+ H=\\S+ \\[([0-9.]+)\\]:(\\d+) I=\\[[0-9.]+\\]:587 P=esmtpsa ",
         [&](const std::smatch& log) {
           ++compared;
           const std::string client = log.str(1) + ":" + log.str(2);
           const auto session = std::ranges::find_if(
               sample.report.sessions, [&](const auto& one) { return end_of(one.second["client"]) == client; });
           ASSERT_NE(session, sample.report.sessions.end());
           const Json protocols = session->second["protocols"];
           EXPECT_EQ(protocols.front(), "smtp");
           EXPECT_EQ(protocols.back(), "tls");
         });
  EXPECT_GE(compared, 3U);
}

/// What a visit to a maildrop came to: messages fetched, messages deleted.
using Visit = std::pair<std::uint64_t, std::uint64_t>;

TEST(Samples, EveryVisitThatDovecotLoggedIsTold) {
  std::size_t compared = 0;
  for (const Sample& sample : all_samples()) {
    SCOPED_TRACE(sample.name);
    std::multiset<Visit> logged, told;
    std::multiset<std::string> logins_logged, logins_told;
    std::map<std::string, Visit> visits;  // by session
    each(sample.lines("dovecot\\.log"), "pop3-login: Info: Login: user=<(\\w+)>, method=([A-Z0-9-]+)",
         [&](const std::smatch& log) {
           ++compared;
           logins_logged.insert(log.str(1) + " " + log.str(2));
         });
    each(sample.lines("dovecot\\.log"), "Disconnected: .* retr=(\\d+)/\\d+, del=(\\d+)/",
         [&](const std::smatch& log) { logged.emplace(std::stoul(log.str(1)), std::stoul(log.str(2))); });
    for (const Json& record : sample.report.records) {
      if (record["type"] != "pop3" || record.value("status", "") != "+OK") continue;
      const std::string command = record.value("command", "");
      const std::string user = record.value("user", "");
      const std::string session = record["session"].get<std::string>();
      if (command == "PASS" || command == "APOP" || command == "AUTH") {
        logins_told.insert(user + " " + (command == "PASS" ? "PLAIN" : record.value("mechanism", command)));
        visits[session];
      }
      if (!visits.contains(session)) continue;  // not logged in yet
      visits[session].first += command == "RETR" ? 1U : 0U;
      visits[session].second += record.value("deleted", std::uint64_t{0});
    }
    for (const auto& [session, visit] : visits) told.insert(visit);
    EXPECT_EQ(told, logged);
    EXPECT_EQ(logins_told, logins_logged);
  }
  EXPECT_GE(compared, 5U);
}

/// What a visit by IMAP came to, as Dovecot adds it up: octets of messages and parts that it gave.
struct Reading {
  std::uint64_t bodies = 0;
  auto operator<=>(const Reading&) const = default;
};

TEST(Samples, EveryVisitByImapIsTold) {
  std::size_t compared = 0;
  for (const Sample& sample : all_samples()) {
    SCOPED_TRACE(sample.name);
    std::multiset<Reading> logged, told;
    std::multiset<std::string> logins_logged, logins_told;
    std::map<std::string, Reading> visits;  // by session
    each(sample.lines("dovecot\\.log"), "imap-login: Info: Login: user=<(\\w+)>, method=([A-Z0-9-]+)",
         [&](const std::smatch& log) {
           ++compared;
           logins_logged.insert(log.str(1) + " " + log.str(2));
         });
    each(sample.lines("dovecot\\.log"), "Info: Disconnected: Logged out .* body_bytes=(\\d+)",
         [&](const std::smatch& log) { logged.insert({std::stoul(log.str(1))}); });
    std::set<std::string> taken;  // mails and parts that FETCH brought
    for (const Json& record : sample.report.records) {
      if (record["type"] != "imap" || record.value("status", "") != "OK") continue;
      const std::string command = record.value("command", "");
      const std::string session = record["session"].get<std::string>();
      if (command == "LOGIN" || command == "AUTHENTICATE") {
        const std::string method = command == "LOGIN" ? "PLAIN" : record.value("mechanism", "");
        logins_told.insert(record.value("user", "") + " " + method);
        visits[session];
      }
      if (!command.ends_with("FETCH")) continue;
      for (const char* const what : {"mails", "files"})
        for (const Json& id : record.value(what, Json::array())) taken.insert(id.get<std::string>());
    }
    for (const Json& record : sample.report.records)
      if ((record["type"] == "mail" || record["type"] == "file") && taken.contains(record["id"].get<std::string>()))
        visits[record["session"].get<std::string>()].bodies += record["bytes"].get<std::uint64_t>();
    for (const auto& [session, visit] : visits) told.insert(visit);
    EXPECT_EQ(told, logged);
    EXPECT_EQ(logins_told, logins_logged);
  }
  EXPECT_GE(compared, 6U);
}

/// The life of a mail: the same message with the client's server, on its way, in the mailbox by IMAP, and by POP3.
TEST(Samples, TheJourneyOfAMailIsTold) {
  std::vector<std::string> longest;
  for (const Sample& sample : all_samples()) {
    if (sample.name != "mail-journey") continue;
    std::map<std::string, std::string> protocol_of;
    for (const Json& mail : sample.report.of_type("mail")) protocol_of[mail["id"]] = mail["protocol"];
    for (const Json& journey : sample.report.of_type("mail_journey")) {
      std::vector<std::string> legs;
      for (const Json& id : journey["mails"]) legs.push_back(protocol_of[id]);
      if (legs.size() > longest.size()) longest = legs;
    }
  }
  EXPECT_EQ(longest, (std::vector<std::string>{"smtp", "smtp", "imap", "pop3"}));
}

TEST(Samples, EveryTransferThatVsftpdLoggedIsTold) {
  std::size_t compared = 0;
  for (const Sample& sample : all_samples()) {
    SCOPED_TRACE(sample.name);
    std::multiset<std::string> logged, told, logged_unfinished, told_unfinished;
    each(sample.lines("xferlog-.*\\.log"), R"( (\d+) (/\S*) [ab] _ ([io]) r \w+ ftp 0 \* ([ci])$)",
         [&](const std::smatch& log) {
           ++compared;
           const std::string name = fs::path(log.str(2)).filename().string();
           const std::string what = std::string(log.str(3) == "i" ? "upload " : "download ") + name;
           log.str(4) == "c" ? logged.insert(what + " " + log.str(1)) : logged_unfinished.insert(what);
         });
    std::map<std::string, std::uint64_t> between;  // octets between two servers, by the control connections of both
    for (const Json& session : sample.report.of_type("announced_session"))
      for (const Json& by : session["announced_by"]) between[by["session"]] = session["bytes"].get<std::uint64_t>();
    for (const Json& transfer : sample.report.of_type("ftp_transfer")) {
      if (transfer["direction"] == "listing") continue;
      const std::string name = fs::path(transfer["path"].get<std::string>()).filename().string();
      const std::string what = transfer["direction"].get<std::string>() + " " + name;
      std::uint64_t bytes = transfer["bytes"].get<std::uint64_t>();
      if (!transfer.contains("data_session")) bytes = between[transfer["session"].get<std::string>()];
      transfer.value("code", 0) == 226 ? told.insert(what + " " + std::to_string(bytes)) : told_unfinished.insert(what);
    }
    EXPECT_EQ(told, logged);
    EXPECT_EQ(told_unfinished, logged_unfinished);
  }
  EXPECT_GE(compared, 15U);
}

TEST(Samples, EveryCommandThatVsftpdLoggedIsTold) {
  std::size_t compared = 0;
  for (const Sample& sample : all_samples()) {
    SCOPED_TRACE(sample.name);
    std::multiset<std::string> logged, told;
    each(sample.lines("vsftpd-.*\\.log"), R"lit(FTP command: Client "([^"]*)", "(.*)"$)lit",
         [&](const std::smatch& log) {
           ++compared;
           logged.insert(std::regex_replace(log.str(1), std::regex("^::ffff:"), "") + " " + log.str(2));
         });
    for (const Json& ftp : sample.report.of_type("ftp")) {
      if (!ftp.contains("command")) continue;
      const std::string command = ftp["command"];
      std::string line = sample.report.session_of(ftp)["client"]["ip"].get<std::string>() + " " + command;
      if (ftp.contains("argument"))
        line += " " + (command == "PASS" ? "<password>" : ftp["argument"].get<std::string>());
      told.insert(line);
    }
    EXPECT_EQ(told, logged);
  }
  EXPECT_GE(compared, 100U);
}

TEST(Samples, EveryDataConnectionIsTiedToItsTransfer) {
  std::set<std::string> modes;
  std::size_t files = 0;
  for (const Sample& sample : all_samples()) {
    SCOPED_TRACE(sample.name);
    std::set<std::string> kept, sessions;
    each(sample.lines("files\\.sha256"), "^([0-9a-f]{64}) ", [&](const std::smatch& log) { kept.insert(log.str(1)); });
    for (const Json& transfer : sample.report.of_type("ftp_transfer")) {
      if (!transfer.contains("data_session")) continue;
      const Json& data = sample.report.sessions.at(transfer["data_session"].get<std::string>());
      const Json& control = sample.report.session_of(transfer);
      EXPECT_TRUE(sessions.insert(transfer["data_session"].get<std::string>()).second) << transfer;
      EXPECT_EQ(data["protocol_from"], "expected") << transfer;
      const bool v6 = control["server"]["ip"].get<std::string>().find(':') != std::string::npos;
      const bool active = transfer["mode"].get<std::string>().find("active") != std::string::npos;
      EXPECT_EQ(data["client"]["ip"], control[active ? "server" : "client"]["ip"]) << transfer;
      EXPECT_EQ(data["server"]["port"], transfer["address"]["port"]) << transfer;
      if (active) {
        EXPECT_EQ(data["client"]["port"], 20) << transfer;
      }
      modes.insert(transfer["mode"].get<std::string>() + (v6 ? " 6" : " 4"));
    }
    for (const Json& file : sample.report.of_type("file")) {
      if (file["protocol"] != "ftp" || file["complete"] == false) continue;
      ++files;
      EXPECT_TRUE(kept.contains(file.value("sha256", ""))) << file;
    }
  }
  EXPECT_EQ(modes, (std::set<std::string>{"active 4", "extended_active 4", "extended_active 6", "extended_passive 4",
                                          "extended_passive 6", "passive 4"}));
  EXPECT_GE(files, 12U);
}

TEST(Samples, EveryLedgerCloses) {
  for (const Sample& sample : all_samples())
    for (const auto& [id, session] : sample.report.sessions)
      for (const char* const way : {"to_server", "to_client"}) {
        const Json& one = session[way];
        std::uint64_t sum = 0;
        for (const char* const part :
             {"delivered_bytes", "duplicate_bytes", "conflicting_bytes", "beyond_limit_bytes", "rejected_bytes"})
          sum += one[part].get<std::uint64_t>();
        EXPECT_EQ(sum, one["captured_bytes"]) << sample.name << ", session " << id << " " << way;
      }
}

/// Message, address and client of a DHCPv4 message, as dhcpd logs it.
std::string as_dhcpd_says(const Json& record, const Json& message) {
  const std::string kind = message["kind"];
  std::string ip = message.value("yiaddr", message.value("ciaddr", ""));
  if (kind == "REQUEST" && ip.empty()) ip = message["options"].value("requested_ip", "");
  if (kind == "NAK") ip = record["messages"].front()["options"].value("requested_ip", "");
  return kind + " " + (kind == "DISCOVER" ? "" : ip + " ") + record["client_mac"].get<std::string>();
}

TEST(Samples, EveryMessageThatDhcpdLoggedIsTold) {
  for (const Sample& sample : all_samples()) {
    if (sample.name != "dhcp-lease") continue;
    std::multiset<std::string> told, logged;
    const std::string mac = "((?:[0-9a-f]{2}:){5}[0-9a-f]{2})";
    each(sample.lines("dhcpd\\.log"), "^DHCPDISCOVER from " + mac,
         [&](const std::smatch& log) { logged.insert("DISCOVER " + log.str(1)); });
    each(sample.lines("dhcpd\\.log"),
         "^DHCP(OFFER|REQUEST|ACK|NAK|RELEASE) (?:on|for|of) ([0-9.]+) .*(?:to|from) " + mac,
         [&](const std::smatch& log) { logged.insert(log.str(1) + " " + log.str(2) + " " + log.str(3)); });
    for (const Json& dhcp : sample.report.of_type("dhcp")) {
      if (dhcp["version"] != "4") continue;
      for (const Json& message : dhcp["messages"]) told.insert(as_dhcpd_says(dhcp, message));
    }
    EXPECT_EQ(told, logged);
    EXPECT_FALSE(logged.empty());
  }
}

TEST(Samples, EveryLeaseThatDhcpdGaveByIpv6IsTold) {
  for (const Sample& sample : all_samples()) {
    if (sample.name != "dhcp-lease") continue;
    std::multiset<std::string> told, logged;
    each(sample.lines("dhcpd6\\.log"),
         "^(Advertise|Reply) (?:NA|PD): address (\\S+) to client with duid (\\S+) iaid = (\\d+) valid for (\\d+)",
         [&](const std::smatch& log) {
           std::string duid = log.str(3);
           std::erase(duid, ':');
           logged.insert(log.str(1) + " " + log.str(2) + " " + duid + " " + log.str(5));
         });
    for (const Json& dhcp : sample.report.of_type("dhcp")) {
      if (dhcp["version"] != "6") continue;
      for (const Json& message : dhcp["messages"]) {
        if (message["kind"] != "ADVERTISE" && message["kind"] != "REPLY") continue;
        const std::string kind = message["kind"] == "REPLY" ? "Reply " : "Advertise ";
        const std::string client = " " + dhcp["client_id"]["hex"].get<std::string>() + " ";
        for (const char* list : {"ia_na", "ia_pd"})
          for (const Json& association : message["options"].value(list, Json::array())) {
            for (const Json& one : association.value("addresses", Json::array()))
              told.insert(kind + one["ip"].get<std::string>() + client +
                          std::to_string(one["valid_lifetime_s"].get<int>()));
            for (const Json& one : association.value("prefixes", Json::array()))
              told.insert(kind + one["prefix"].get<std::string>() + client +
                          std::to_string(one["valid_lifetime_s"].get<int>()));
          }
      }
    }
    EXPECT_EQ(told, logged);
    EXPECT_FALSE(logged.empty());
  }
}

}  // namespace
}  // namespace wiretale::harness
