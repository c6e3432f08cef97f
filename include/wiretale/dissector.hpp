// The contract of a protocol: what a folder below dissectors/ gives to the engine.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <wiretale/input.hpp>
#include <wiretale/pending.hpp>
#include <wiretale/session.hpp>

namespace wiretale {

/// How a side of a stream ended.
enum class Close : std::uint8_t {
  fin,          ///< it said so
  reset,        ///< cut short by a RST, of either side
  timeout,      ///< silent for too long
  capture_end,  ///< the capture ended
  evicted,      ///< forgotten to make room, or its port was used anew
  handed_over   ///< become(): another dissector goes on
};

/// A protocol over a stream: one coroutine a side. A side's octets come only after all that it had acknowledged of the
/// other side was delivered, or declared a gap: a reply never comes before its request.
class StreamDissector {
 public:
  explicit StreamDissector(Session& session) : session_(session) {}
  StreamDissector(const StreamDissector&) = delete;
  StreamDissector& operator=(const StreamDissector&) = delete;
  virtual ~StreamDissector() = default;

  /// Reads what the client says. Started when the protocol is settled, and anew after each gap that it could not go
  /// on over. When it returns, the rest of that side is only counted.
  virtual Talk client(Input& in) = 0;
  /// Reads what the server says.
  virtual Talk server(Input& in) = 0;
  /// `missing` octets of a side are not in the capture, and its coroutine could not go on. It is gone already.
  virtual void gap(Side side, std::uint64_t missing, Frame frame) = 0;
  /// A side ended; called once for each side, in order of their ends, also where it never said anything. What is
  /// pending at the second call is emitted, marked incomplete.
  virtual void end(Side side, Close how) = 0;

  /// The engine ties the sides to the dissector before client() and server() are called.
  void attach(Input& client, Input& server) { inputs_[0] = &client, inputs_[1] = &server; }

 protected:
  [[nodiscard]] Session& session() const { return session_; }
  /// The Input of a side, to resolve() what the other one awaits.
  [[nodiscard]] Input& input(Side side) const { return *inputs_[index(side)]; }

 private:
  Session& session_;
  Input* inputs_[2] = {nullptr, nullptr};
};

/// One datagram.
struct Chunk {
  Side side = Side::client;      ///< who sent it
  Bytes bytes;                   ///< what was captured of it
  std::uint64_t wire_bytes = 0;  ///< its length; more than `bytes` where the snaplen cut it
  Frames frames;                 ///< more than one frame where IP fragmented it
  Timestamp time;
  std::uint8_t hop_limit = 0;  ///< IPv4 TTL or IPv6 hop limit
};

/// A protocol over datagrams.
class DatagramDissector {
 public:
  explicit DatagramDissector(Session& session) : session_(session) {}
  DatagramDissector(const DatagramDissector&) = delete;
  DatagramDissector& operator=(const DatagramDissector&) = delete;
  virtual ~DatagramDissector() = default;

  virtual void datagram(const Chunk& chunk) = 0;
  /// The session ended: what is pending is emitted, marked incomplete.
  virtual void end(Close how) = 0;

 protected:
  [[nodiscard]] Session& session() const { return session_; }

 private:
  Session& session_;
};

/// A packet that belongs to no session: an ARP message, a neighbour solicitation, an ICMP error.
struct LooseMessage {
  Transport transport = Transport::none;  ///< icmp, icmpv6; none: ARP
  Bytes bytes;                            ///< what was captured of it
  std::uint64_t wire_bytes = 0;           ///< its length; more than `bytes` where the snaplen cut it
  Frame frame = 0;
  Frames fragments;  ///< of all IP fragments, where it came in several
  Timestamp time;
  IpAddress source, destination;           ///< none in ARP
  MacAddress source_mac, destination_mac;  ///< none where the link has no such addresses
  std::uint8_t hop_limit = 0;              ///< IPv4 TTL or IPv6 hop limit
  std::optional<std::uint16_t> vlan;       ///< the outermost VLAN
  std::string_view link;                   ///< tells links apart: another text for other VLANs and tunnels
  const SessionFacts* about = nullptr;     ///< the session that an error quotes
};

/// A protocol, or the part of one, whose packets open no sessions. There is one for the whole run, but for what quotes
/// a session: that goes where the session is. The Session that it speaks to has no ends; facts() is that of the
/// session that the message at hand is about.
class LooseDissector {
 public:
  explicit LooseDissector(Session& session) : session_(session) {}
  LooseDissector(const LooseDissector&) = delete;
  LooseDissector& operator=(const LooseDissector&) = delete;
  virtual ~LooseDissector() = default;

  virtual void message(const LooseMessage& message) = 0;
  /// The capture ended: what is pending is emitted, marked incomplete.
  virtual void end() = 0;

 protected:
  [[nodiscard]] Session& session() const { return session_; }

 private:
  Session& session_;
};

enum class Verdict : std::uint8_t { no, maybe, yes };

/// What the first octets of a side say about a protocol.
struct Guess {
  Verdict verdict = Verdict::no;
  std::optional<Side> speaker;  ///< who says such a thing in this protocol, where only one side does
};

/// A well-known port. Number 0 of a transport without ports (icmp) stands for all of it.
struct Port {
  Transport transport = Transport::tcp;
  std::uint16_t number = 0;
};

/// `53/udp`, or just `icmp` where it stands for all of the transport.
[[nodiscard]] inline std::string to_string(const Port& port) {
  std::string text = port.number == 0 ? std::string() : std::to_string(port.number) + "/";
  return text += name_of(port.transport);
}

/// The one constant that a protocol's folder exports: `extern const Protocol dns;`.
struct Protocol {
  std::string_view name;   ///< as in records and on the command line: `dns`
  std::string_view title;  ///< `Domain Name System`
  std::string_view rfcs;   ///< `RFC 1035, RFC 6891`
  std::span<const Port> ports;
  /// Looks at the first octets of one side (a stream's start, or a datagram). `no` only where they can't be this
  /// protocol; `yes` only where no other protocol starts so; too few octets to say: `maybe`.
  Guess (*probe)(Transport transport, Bytes start) = nullptr;
  std::unique_ptr<StreamDissector> (*stream)(Session&) = nullptr;      ///< null where it has no stream form
  std::unique_ptr<DatagramDissector> (*datagram)(Session&) = nullptr;  ///< null where it has no datagram form
  std::span<const RecordType* const> records;                          ///< all that it emits, for schema and reference
  bool across_pairs = false;                ///< talks across address pairs; all its sessions meet in one worker
  std::span<const Port> across_ports = {};  ///< where across_pairs: the ports it is so on
  /// Whether a packet over this transport (none: ARP) belongs to no session; null where all do. Errors, which quote a
  /// session, are such packets.
  bool (*is_loose)(Transport transport, Bytes packet) = nullptr;
  std::unique_ptr<LooseDissector> (*loose)(Session&) = nullptr;  ///< where is_loose: who hears them
};

}  // namespace wiretale
