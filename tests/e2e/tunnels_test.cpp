// The samples once more, each packet wrapped into a tunnel or tag, or on another link: what is told stays the same.
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "capture/file_source.hpp"
#include "harness/program.hpp"

namespace wiretale::harness {
namespace {

using Json = nlohmann::json;
using namespace std::string_literals;

std::string big(std::uint64_t value, int octets) {
  std::string text;
  for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) text += static_cast<char>(value >> shift);
  return text;
}

std::string little(std::uint64_t value, int octets) {
  const std::string text = big(value, octets);
  return {text.rbegin(), text.rend()};
}

/// A packet of a sample: Ethernet.
struct Frame {
  std::int64_t time_ns = 0;
  std::string octets;

  [[nodiscard]] std::string macs() const { return octets.substr(0, 12); }
  [[nodiscard]] std::uint16_t ethertype() const {
    return static_cast<std::uint16_t>(std::uint8_t(octets[12]) << 8 | std::uint8_t(octets[13]));
  }
  [[nodiscard]] std::string packet() const { return octets.substr(14); }
  [[nodiscard]] bool ip() const { return ethertype() == 0x0800 || ethertype() == 0x86dd; }
  /// True for one of the two directions between two hosts.
  [[nodiscard]] bool forth() const { return octets.substr(0, 6) < octets.substr(6, 6); }
};

std::vector<Frame> frames_of(const std::filesystem::path& sample) {
  auto opened = capture::FileSource::open(sample.string());
  auto& source = std::get<capture::FileSource>(opened);
  std::vector<Frame> frames;
  for (capture::Packet packet; source.next(packet);)
    frames.push_back({packet.time.ns, std::string(text_of(packet.bytes))});
  return frames;
}

/// A pcap file with stamps in nanoseconds.
class Pcap {
 public:
  Pcap(const std::filesystem::path& path, std::uint32_t link_type) : out_(path, std::ios::binary) {
    out_ << little(0xa1b23c4d, 4) << little(2, 2) << little(4, 2) << little(0, 8) << little(262144, 4)
         << little(link_type, 4);
  }
  void add(std::int64_t time_ns, const std::string& octets) {
    const auto time = static_cast<std::uint64_t>(time_ns);
    out_ << little(time / 1'000'000'000, 4) << little(time % 1'000'000'000, 4) << little(octets.size(), 4)
         << little(octets.size(), 4) << octets;
  }

 private:
  std::ofstream out_;
};

/// An outer IPv4 header between 198.51.100.1 and .2, by direction, and MAC addresses of routers before it.
std::string outer_ip(const Frame& frame, int protocol, const std::string& payload) {
  const char near = frame.forth() ? 1 : 2, far = frame.forth() ? 2 : 1;
  const std::string address = "\xc6\x33\x64";
  return "\2\0\0\0\1"s + far + "\2\0\0\0\1"s + near + "\x08\x00\x45\x00"s + big(20 + payload.size(), 2) +
         "\0\1\0\0\x40"s + static_cast<char>(protocol) + "\0\0"s + address + near + address + far + payload;
}

std::string outer_udp(const Frame& frame, std::uint16_t port, const std::string& payload) {
  return outer_ip(frame, 17, big(49152, 2) + big(port, 2) + big(8 + payload.size(), 2) + big(0, 2) + payload);
}

std::string gre(const Frame& frame, std::uint32_t key) {
  return outer_ip(frame, 47, "\x20\0"s + big(frame.ethertype(), 2) + big(key, 4) + frame.packet());
}

std::string vxlan(const Frame& frame, std::uint32_t id) {
  return outer_udp(frame, 4789, "\x08\0\0\0"s + big(id, 3) + "\0"s + frame.octets);
}

std::string data_frame_80211(const Frame& frame) {
  return "\x08\x02\0\0"s + frame.octets.substr(0, 6) + "\2\0\0\0\0\x7f"s + frame.octets.substr(6, 6) + "\x10\0"s +
         "\xaa\xaa\3\0\0\0"s + frame.octets.substr(12);
}

/// A way to wrap a packet, and the word of records for it.
struct Wrap {
  std::string name;
  std::uint32_t link_type;
  bool only_ip;  ///< other packets are written as they are
  std::function<std::string(const Frame&)> wrap;
  std::string kind;  ///< empty: no tunnel
};

std::vector<Wrap> wraps() {
  return {
      {"vlan", 1, false, [](const Frame& f) { return f.macs() + "\x81\0\0\x64"s + f.octets.substr(12); }, ""},
      {"mpls", 1, true,
       [](const Frame& f) { return f.macs() + "\x88\x47"s + big(f.forth() ? 0x1001ff : 0x2001ff, 4) + f.packet(); },
       "mpls"},
      {"pppoe", 1, true,
       [](const Frame& f) {
         const std::string ppp = (f.ethertype() == 0x0800 ? "\0\x21"s : "\0\x57"s) + f.packet();
         return f.macs() + "\x88\x64\x11\0\0\x07"s + big(ppp.size(), 2) + ppp;
       },
       "pppoe"},
      {"gre", 1, true, [](const Frame& f) { return gre(f, 7); }, "gre"},
      {"gretap", 1, false, [](const Frame& f) { return outer_ip(f, 47, "\0\0\x65\x58"s + f.octets); }, "gre"},
      {"vxlan", 1, false, [](const Frame& f) { return vxlan(f, 42); }, "vxlan"},
      {"geneve", 1, false, [](const Frame& f) { return outer_udp(f, 6081, "\0\0\x65\x58\0\0\x2a\0"s + f.octets); },
       "geneve"},
      {"gtp_u", 1, true,
       [](const Frame& f) {
         return outer_udp(f, 2152, "\x30\xff"s + big(f.packet().size(), 2) + big(f.forth() ? 1 : 2, 4) + f.packet());
       },
       "gtp_u"},
      {"radiotap", 127, false, [](const Frame& f) { return "\0\0\x08\0\0\0\0\0"s + data_frame_80211(f); }, ""},
      {"sll", 113, false,
       [](const Frame& f) { return "\0\0\0\1\0\6"s + f.octets.substr(6, 6) + "\0\0"s + f.octets.substr(12); }, ""},
      {"ppp", 9, true,
       [](const Frame& f) { return (f.ethertype() == 0x0800 ? "\xff\3\0\x21"s : "\xff\3\0\x57"s) + f.packet(); }, ""},
  };
}

/// What must be the same: all that is said of sessions, but where their packets came from.
std::vector<Json> essence(const std::string& report) {
  std::vector<Json> records;
  for (Json record : parse_report(report).records) {
    const std::string type = record["type"];
    if (type == "capture" || type == "interface" || type == "summary" || type == "arp") continue;
    if (type == "host") {
      record.erase("macs");
      record.erase("vendor");
    }
    if (type == "session") {
      record.erase("tunnel");
      record.erase("vlan");
      record["client"].erase("mac");
      record["server"].erase("mac");
    }
    records.push_back(std::move(record));
  }
  return records;
}

TEST(Tunnels, WhatIsInsideIsToldAsWithoutThem) {
  const Scratch scratch;
  for (const auto& sample : samples()) {
    const std::vector<Frame> frames = frames_of(sample);
    const std::vector<Json> plain = essence(report_on(sample, {"--format", "ndjson"}));
    ASSERT_GT(plain.size(), 3U);
    for (const Wrap& wrap : wraps()) {
      SCOPED_TRACE(sample.filename().string() + " in " + wrap.name);
      const auto file = scratch.file("wrapped.pcap");
      {
        Pcap out(file, wrap.link_type);
        for (const Frame& frame : frames)
          out.add(frame.time_ns, wrap.only_ip && !frame.ip() ? frame.octets : wrap.wrap(frame));
      }
      const std::string report = report_on(file, {"--format", "ndjson", "-j", "1"});
      EXPECT_TRUE(report_on(file, {"--format", "ndjson", "-j", "3"}) == report) << "three workers say something else";
      const std::vector<Json> told = essence(report);
      ASSERT_EQ(told.size(), plain.size());
      for (std::size_t i = 0; i < told.size() && !HasFailure(); ++i) EXPECT_EQ(told[i], plain[i]);
      for (const Json& session : parse_report(report).of_type("session")) {
        ASSERT_EQ(session.contains("tunnel"), !wrap.kind.empty()) << session;
        if (!wrap.kind.empty()) {
          EXPECT_EQ(session["tunnel"][0]["kind"], wrap.kind);
        }
        ASSERT_EQ(session.contains("vlan"), wrap.name == "vlan");
      }
    }
  }
}

TEST(Tunnels, TheSameAddressesInTwoOfThemAreTwoSessions) {
  const Scratch scratch;
  for (const auto& sample : samples()) {
    const std::vector<Frame> frames = frames_of(sample);
    const std::size_t sessions = parse_report(report_on(sample, {"--format", "ndjson"})).sessions.size();
    for (const auto& wrap : {std::pair{"gre", &gre}, std::pair{"vxlan", &vxlan}}) {
      SCOPED_TRACE(sample.filename().string() + " twice in " + wrap.first);
      const auto file = scratch.file("twice.pcap");
      {
        Pcap out(file, 1);
        for (const Frame& frame : frames)
          for (const std::uint32_t id : {1U, 2U})
            out.add(frame.time_ns, frame.ip() ? wrap.second(frame, id) : frame.octets);
      }
      const std::string report = report_on(file, {"--format", "ndjson", "-j", "1"});
      EXPECT_TRUE(report_on(file, {"--format", "ndjson", "-j", "3"}) == report) << "three workers say something else";
      const Parsed parsed = parse_report(report);
      EXPECT_EQ(parsed.sessions.size(), 2 * sessions);
      std::map<int, std::size_t> ids;
      for (const auto& [id, session] : parsed.sessions) {
        ++ids[session["tunnel"][0]["id"].get<int>()];
        EXPECT_EQ(session["tunnel"][0]["client_ip"].get<std::string>().substr(0, 11), "198.51.100.");
      }
      EXPECT_EQ(ids, (std::map<int, std::size_t>{{1, sessions}, {2, sessions}}));
    }
  }
}

}  // namespace
}  // namespace wiretale::harness
