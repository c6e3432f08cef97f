// What is told of TLS in samples/tls-handshakes.pcap, against what nginx, Exim, Dovecot and openssl said themselves.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "harness/cases.hpp"
#include "harness/places.hpp"
#include "harness/program.hpp"

namespace wiretale::harness {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const fs::path samples_folder = harness::source_folder() / "samples";
const fs::path logs = samples_folder / "tls-handshakes.logs";

const Parsed& report() {
  static const Parsed read = parse_report(report_on(samples_folder / "tls-handshakes.pcap", {"--format", "ndjson"}));
  return read;
}

/// TLS records by their client, as `192.0.2.10:47039`.
std::map<std::string, Json> connections() {
  std::map<std::string, Json> by_client;
  for (const Json& record : report().of_type("tls")) {
    const Json client = report().session_of(record)["client"];
    by_client[client["ip"].get<std::string>() + ":" + std::to_string(client["port"].get<int>())] = record;
  }
  return by_client;
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) c == '\t' ? cells.emplace_back() : cells.back() += c;
  return cells;
}

/// OpenSSL's name of a cipher suite for the one of IANA, of those that the sample holds.
std::string openssl_name(const std::string& suite) {
  return suite == "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384" ? "ECDHE-ECDSA-AES256-GCM-SHA384" : suite;
}

/// SHA-256 fingerprints by subject.
std::map<std::string, std::string> fingerprints() {
  std::map<std::string, std::string> by_subject;
  std::string subject;
  for (const std::string& line : lines_of(read_file(logs / "certificates.txt"))) {
    if (line.starts_with("subject=")) subject = line.substr(8);
    if (!line.starts_with("sha256 Fingerprint=")) continue;
    std::string digits;
    for (const char c : line.substr(19))
      if (c != ':') digits += static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
    by_subject[subject] = digits;
  }
  return by_subject;
}

TEST(TlsSample, EveryHandshakeThatNginxLoggedIsTold) {
  const std::map<std::string, Json> told = connections();
  const std::map<std::string, std::string> known = fingerprints();
  const std::vector<std::string> lines = lines_of(read_file(logs / "nginx-tls.tsv"));
  ASSERT_GE(lines.size(), 9U);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    SCOPED_TRACE(lines[i]);
    const std::vector<std::string> cells = cells_of(lines[i]);
    ASSERT_EQ(cells.size(), 11U);
    const auto found = told.find(cells[1] + ":" + cells[2]);
    ASSERT_NE(found, told.end());
    const Json& tls = found->second;
    const bool resumed = cells[8] == "r";
    EXPECT_EQ("TLSv" + tls.value("version", ""), cells[3]);
    EXPECT_EQ(openssl_name(tls.value("cipher", "")), cells[4]);
    EXPECT_EQ(tls.value("sni", ""), cells[6]);
    if (tls["version"] == "1.2") {  // 1.3 encrypts the choice
      EXPECT_EQ(tls.value("alpn", "-"), cells[7]);
    }
    EXPECT_EQ(tls.value("resumed", false), resumed);
    EXPECT_EQ(tls.value("established", false), true);
    EXPECT_EQ(tls.value("complete", false), true);
    EXPECT_EQ(tls.value("protocol_from", ""), "port");
    if (!resumed) {
      std::string group = tls.value("group", "");
      if (group == "x25519") group[0] = 'X';
      EXPECT_EQ(group, cells[5]);
    }
    if (tls["version"] == "1.2" && !resumed) {
      ASSERT_EQ(tls["certificates"].size(), 2U);
      for (const Json& certificate : tls["certificates"])
        EXPECT_EQ(known.at(certificate["subject"]), certificate["sha256"]);
      EXPECT_EQ(tls["chain_in_order"], true);
      EXPECT_EQ(tls["sni_matches"], true);
      EXPECT_EQ(tls["certificates"][0]["validity"], "valid");
    }
    const Json theirs = tls.value("client_certificates", Json::array());
    EXPECT_EQ(theirs.empty() ? "-" : theirs[0]["subject"].get<std::string>(), cells[9]);
  }
}

TEST(TlsSample, EveryHandshakeThatFailedIsTold) {
  const std::string errors = read_file(logs / "nginx-error.log");
  const auto count = [&](const std::string& form) {
    const std::regex regex(form);
    return std::distance(std::sregex_iterator(errors.begin(), errors.end(), regex), std::sregex_iterator());
  };
  std::ptrdiff_t distrust = 0, no_version = 0, no_cipher = 0, failed = 0;
  for (const Json& tls : report().of_type("tls")) {
    if (tls.value("established", true)) continue;
    ++failed;
    // Of TLS 1.3 the alert is encrypted: that it is one shows in its length alone.
    if (tls.value("version", "") == "1.3" && tls.value("client_end", "") == "hidden_alert") ++distrust;
    for (const Json& alert : tls.value("alerts", Json::array())) {
      EXPECT_EQ(alert["level"], "fatal");
      distrust += alert["text"] == "unknown_ca" && alert["side"] == "client" ? 1 : 0;
      no_version += alert["text"] == "protocol_version" && alert["side"] == "server" ? 1 : 0;
      no_cipher += alert["text"] == "handshake_failure" && alert["side"] == "server" ? 1 : 0;
    }
  }
  EXPECT_EQ(distrust, count("SSL alert number 48"));
  EXPECT_EQ(no_version, count("unsupported protocol"));
  EXPECT_EQ(no_cipher, count("no shared cipher"));
  EXPECT_EQ(failed, count("SSL_do_handshake\\(\\) failed"));
  EXPECT_GE(failed, 4);
}

TEST(TlsSample, WhatFollowsStartTlsIsTold) {
  const std::map<std::string, Json> told = connections();
  std::size_t compared = 0;
  const std::string mails = read_file(logs / "exim-hamburger-main.log");
  const std::regex form(R"(\[([0-9.]+)\]:(\d+) .* X=TLS([0-9.]+):)");
  for (std::sregex_iterator log(mails.begin(), mails.end(), form); log != std::sregex_iterator(); ++log, ++compared) {
    const auto found = told.find((*log)[1].str() + ":" + (*log)[2].str());
    ASSERT_NE(found, told.end());
    EXPECT_EQ(found->second["version"], (*log)[3].str());
    EXPECT_EQ(found->second["after"], "smtp");
    EXPECT_EQ(found->second["protocol_from"], "upgrade");
    EXPECT_EQ(found->second["established"], true);
  }
  EXPECT_EQ(compared, 1U);
  const auto pickups = std::ranges::count_if(told, [](const auto& one) {
    return one.second.value("after", "") == "pop3" && one.second["established"] == true;
  });
  const std::string visits = read_file(logs / "dovecot-tls.log");
  const std::regex login("Login: .*, TLS,");
  EXPECT_EQ(pickups, std::distance(std::sregex_iterator(visits.begin(), visits.end(), login), std::sregex_iterator()));
}

TEST(TlsSample, HelloRetryRequestsAreTold) {
  std::size_t retries = 0, direct = 0;
  for (const Json& tls : report().of_type("tls")) {
    if (tls.value("version", "") != "1.3" || tls.contains("after")) continue;
    // s_client was told the server's group; curl was not.
    const bool retried = tls.contains("hello_retry");
    retries += retried ? 1U : 0U;
    direct += retried ? 0U : 1U;
    if (!retried) continue;
    EXPECT_EQ(tls["hello_retry"]["group"], "secp384r1");
    EXPECT_LT(tls["hello_retry"]["frames"][1], tls["hello_retry"]["hello_frames"][0]);
    EXPECT_LT(tls["hello_retry"]["hello_frames"][1], tls["response_frames"][0]);
  }
  EXPECT_GE(retries, 1U);
  EXPECT_GE(direct, 1U);
}

}  // namespace
}  // namespace wiretale::harness
