// Runs every case of every protocol: as it is, and damaged in all the ways that captures are.
//
// A case gives the tests PROTOCOL.NAME.whole, .one_octet, .ended, .hole, .snapped, .probes and .by_content, as far as
// they make sense for it. With WIRETALE_UPDATE=1 in the environment, `whole` writes the expected records instead of
// comparing with them: read them line by line before you keep them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include "engine/registry.hpp"
#include "harness/cases.hpp"
#include "harness/honesty.hpp"
#include "harness/run.hpp"
#include "harness/shape_check.hpp"

namespace wiretale::harness {
namespace {

/// Damage is tried at every place of a case of up to so many octets, else at so many places, spread evenly.
constexpr std::size_t all_places = 4096;
constexpr std::size_t spread_places = 400;

/// Calls visit(place) for the places to try of `count`, until it fails.
template <class Visit>
void try_places(std::size_t count, const Visit& visit) {
  const std::size_t places = count <= all_places ? count : spread_places;
  for (std::size_t i = 0; i < places && !testing::Test::HasFailure(); ++i) visit(i * count / places);
}

/// Lines beside each other, from a little before the first difference.
std::string difference(const std::vector<std::string>& expected, const std::vector<std::string>& told) {
  std::size_t line = 0;
  while (line < expected.size() && line < told.size() && expected[line] == told[line]) ++line;
  if (line == expected.size() && line == told.size()) return {};
  const auto shown = [&](const std::vector<std::string>& lines) {
    return line < lines.size() ? lines[line] : std::string("(nothing more)");
  };
  return "line " + std::to_string(line + 1) + " differs (" + std::to_string(expected.size()) + " lines expected, " +
         std::to_string(told.size()) + " told)\nexpected: " + shown(expected) + "\ntold:     " + shown(told);
}

class CaseTest : public testing::Test {
 public:
  explicit CaseTest(Case which) : which_(std::move(which)) {}

 protected:
  void SetUp() override {
    case_ = load(which_);
    whole_ = run(case_.packets, case_.settings);
  }

  Case which_;
  Loaded case_;
  Told whole_;
};

class Whole final : public CaseTest {
 public:
  using CaseTest::CaseTest;
  void TestBody() override {
    for (const std::string& line : whole_.records) EXPECT_EQ(line_fault(line), "") << line;
    for (const std::string& line : whole_.sessions) EXPECT_EQ(line_fault(line), "") << line;
    if (const char* update = std::getenv("WIRETALE_UPDATE"); update != nullptr && std::string_view(update) == "1") {
      std::ofstream out(which_.expected(), std::ios::binary);
      for (const std::string& line : whole_.records) out << line << '\n';
      ASSERT_TRUE(out.flush()) << which_.expected();
      return;
    }
    ASSERT_TRUE(std::filesystem::exists(which_.expected()))
        << "write it with WIRETALE_UPDATE=1 in the environment, then read it line by line: " << which_.expected();
    EXPECT_EQ(difference(lines_of(read_file(which_.expected())), whole_.records), "");
  }
};

class OneOctet final : public CaseTest {
 public:
  using CaseTest::CaseTest;
  void TestBody() override {
    const Told told = run(one_octet_at_a_time(case_.packets), case_.settings);
    EXPECT_EQ(difference(whole_.records, told.records), "");
  }
};

class Ended final : public CaseTest {
 public:
  using CaseTest::CaseTest;
  void TestBody() override {
    const Honesty honesty(whole_, case_.packets);
    try_places(payload_octets(case_.packets) + 1, [&](std::size_t octets) {
      const Packets packets = ended_after(case_.packets, octets);
      const Frame first_lost = packets.empty() || octets == 0 ? 1 : packets.back().head.frame + 1;
      EXPECT_EQ(honesty.complaint(run(packets, case_.settings), Damage::ended, first_lost), "")
          << "where the capture ends after " << octets << " octets of payload, in frame " << first_lost - 1;
    });
  }
};

class Hole final : public CaseTest {
 public:
  using CaseTest::CaseTest;
  void TestBody() override {
    const Honesty honesty(whole_, case_.packets);
    try_places(case_.packets.size(), [&](std::size_t index) {
      const OwnedPacket& lost = case_.packets[index];
      if (lost.payload.empty() || lost.has(decode::TcpHeader::rst)) return;
      const Told told = run(without(case_.packets, index), case_.settings);
      EXPECT_EQ(honesty.complaint(told, lost.tcp() ? Damage::hole : Damage::datagram, lost.head.frame), "")
          << "where frame " << lost.head.frame << " isn't captured";
    });
  }
};

class Snapped final : public CaseTest {
 public:
  using CaseTest::CaseTest;
  void TestBody() override {
    const Honesty honesty(whole_, case_.packets);
    try_places(payload_octets(case_.packets), [&](std::size_t octets) {
      std::size_t index = 0;
      for (; octets >= case_.packets[index].payload.size(); ++index) octets -= case_.packets[index].payload.size();
      const OwnedPacket& cut = case_.packets[index];
      if (cut.head.transport != Transport::udp) return;
      EXPECT_EQ(honesty.complaint(run(snapped(case_.packets, index, octets), case_.settings), Damage::snapped, 0), "")
          << "where frame " << cut.head.frame << " is captured up to octet " << octets;
    });
  }
};

/// The first octets of both sides, as a detector sees them: of each datagram, or of a stream up to its first hole.
std::vector<std::pair<Transport, std::string>> starts_of(const Packets& packets, const Told& whole,
                                                         std::string_view protocol) {
  std::vector<std::pair<Transport, std::string>> starts;
  for (const std::string& line : whole.sessions) {
    const auto session = nlohmann::json::parse(line);
    const auto protocols = session.value("protocols", nlohmann::json::array());
    if (protocols.empty() || protocols[0] != protocol) continue;
    for (const auto& [from, to] : {std::pair("client", "server"), std::pair("server", "client")}) {
      const auto& source = session[from];
      const auto& destination = session[to];
      std::string stream;
      std::optional<std::uint32_t> next;
      for (const OwnedPacket& packet : packets) {
        const decode::Decoded& head = packet.head;
        if (packet.payload.empty() || to_string(head.source) != source["ip"] ||
            head.source_port != source.value("port", 0) || to_string(head.destination) != destination["ip"] ||
            head.destination_port != destination.value("port", 0))
          continue;
        if (!packet.tcp()) starts.emplace_back(head.transport, packet.payload);
        if (!packet.tcp() || stream.size() >= Limits{}.detect_bytes) continue;
        if (next && *next != head.tcp.seq) break;
        stream += packet.payload;
        next = head.tcp.seq + head.payload_bytes;
      }
      if (!stream.empty()) starts.emplace_back(Transport::tcp, stream.substr(0, Limits{}.detect_bytes));
    }
  }
  return starts;
}

bool speaks(const Protocol& protocol, Transport transport) {
  return transport == Transport::tcp ? protocol.stream != nullptr : protocol.datagram != nullptr;
}

class Probes final : public CaseTest {
 public:
  using CaseTest::CaseTest;
  void TestBody() override {
    const Protocol* const mine = engine::protocol(case_.protocol);
    for (const auto& [transport, start] : starts_of(case_.packets, whole_, case_.protocol)) {
      // What its own probe denies is another protocol's, as TLS at a server that speaks SMTP.
      if (mine->probe != nullptr && mine->probe(transport, bytes_of(start)).verdict == Verdict::no) continue;
      for (const Protocol* other : engine::protocols()) {
        if (other->name == case_.protocol || other->probe == nullptr || !speaks(*other, transport)) continue;
        for (std::size_t length = 1; length <= start.size(); length += length < 256 ? 1 : length / 4)
          ASSERT_NE(other->probe(transport, bytes_of(start).first(length)).verdict, Verdict::yes)
              << other->name << " takes the first " << length << " octets for its own: " << start.substr(0, length);
      }
    }
  }
};

class ByContent final : public CaseTest {
 public:
  using CaseTest::CaseTest;
  void TestBody() override {
    const Protocol* protocol = engine::protocol(case_.protocol);
    ASSERT_NE(protocol, nullptr);
    bool confirmed = false;
    if (protocol->probe != nullptr)
      for (const auto& [transport, start] : starts_of(case_.packets, whole_, case_.protocol)) {
        const Verdict verdict = protocol->probe(transport, bytes_of(start)).verdict;
        if (verdict == Verdict::no) GTEST_SKIP() << "its own probe says no to one side";
        confirmed = confirmed || verdict == Verdict::yes;
      }
    if (!confirmed) GTEST_SKIP() << "its own probe isn't sure";
    Script moved = *case_.script;
    moved.client.port = 50'021;
    moved.server.port = 49'983;
    const Told told = run(packets_of(moved));
    ASSERT_EQ(told.sessions.size(), 1U);
    const auto session = nlohmann::json::parse(told.sessions[0]);
    EXPECT_EQ(session.value("protocol_from", ""), session["protocols"].size() == 1 ? "content" : "upgrade");
    EXPECT_EQ(session["protocols"][0], case_.protocol);
    EXPECT_EQ(told.records.size(), whole_.records.size());
  }
};

template <class Test>
void add(const Case& one, const char* variant) {
  testing::RegisterTest(one.protocol.c_str(), (one.name + "." + variant).c_str(), nullptr, nullptr,
                        one.path.string().c_str(), 1, [one]() -> CaseTest* { return new Test(one); });
}

/// Whether a case may hold streams or datagrams: a script has one of them, a capture may have both.
bool may_hold(const Case& one, Transport transport) {
  if (one.path.extension() != ".flow") return true;
  try {
    return parse_script(read_file(one.path)).transport == transport;
  } catch (const std::runtime_error&) {
    return false;  // `whole` says what is wrong
  }
}

const bool registered = [] {
  for (const Case& one : find_cases()) {
    add<Whole>(one, "whole");
    if (may_hold(one, Transport::tcp)) {
      add<OneOctet>(one, "one_octet");
      add<Ended>(one, "ended");
    }
    if (may_hold(one, Transport::udp)) add<Snapped>(one, "snapped");
    add<Hole>(one, "hole");
    add<Probes>(one, "probes");
    if (one.path.extension() == ".flow") add<ByContent>(one, "by_content");
  }
  return true;
}();

}  // namespace
}  // namespace wiretale::harness
