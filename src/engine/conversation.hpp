// One session: its counters, its streams, its dissector.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <wiretale/dissector.hpp>
#include <wiretale/report.hpp>

#include "decode/decoded.hpp"
#include "engine/context.hpp"
#include "engine/tcp_detail.hpp"
#include "flow/dialogue.hpp"
#include "flow/session_table.hpp"
#include "flow/tcp_state.hpp"
#include "flow/tcp_streams.hpp"

namespace wiretale::engine {

/// Why a session ended that did not end itself; words of the session record.
enum class Ending : std::uint8_t { timeout, port_reuse, evicted, capture_end };

/// A session from its first packet to its record. Inside, sides are 0, who sent the first packet, and 1; who of them is
/// the client is settled with the protocol, before the first record.
class Conversation final : public Session {
 public:
  Conversation(Context& context, const flow::SessionKey& ends, const decode::Decoded& first);
  ~Conversation() override;

  flow::SessionKey key;     ///< `a` is side 0
  std::uint32_t place = 0;  ///< in the session table

  /// Octets that a session takes, about; `held` of them are segments out of order.
  struct Footprint {
    std::uint32_t memory = 0;
    std::uint32_t held = 0;
  };
  Footprint charged;       ///< as the worker has it in its books
  std::uint8_t shard = 0;  ///< whose memory it takes

  /// Side of a packet's sender.
  [[nodiscard]] unsigned side_of(const decode::Decoded& packet) const {
    return packet.source_port == key.a.port && packet.source == key.a.ip ? 0 : 1;
  }
  /// True where this TCP packet belongs to a new session on the same ports.
  [[nodiscard]] bool replaced_by(const decode::Decoded& packet) const {
    if (!tcp_ || !tcp_->state.starts_anew(side_of(packet), packet.tcp)) return false;
    return !tcp_->streams.begins_behind(side_of(packet), packet.tcp.seq);  // else its own SYN, captured late
  }
  /// Looks whether another session announced this one. Before its first packet.
  void meet();
  /// After its first packet: whom another session announced is dissected from there on, also where it says nothing.
  void begin();
  /// Takes a packet.
  void packet(const decode::Decoded& packet);
  /// Counts an ICMP error that quotes a packet of this session.
  void icmp_error() { ++extra().icmp_errors; }
  /// Says a record that is about this session and not one of its exchanges.
  void aside(const RecordType& type, const void* record);
  /// What is known of the session, made where no dissector needed it so far.
  [[nodiscard]] const SessionFacts& told_facts() { return voice().facts; }

  /// When something is due next: a hole, a request, detection, silence.
  [[nodiscard]] Timestamp deadline() const;
  /// True since the last call where a deadline may have come nearer.
  [[nodiscard]] bool take_hurry() { return std::exchange(hurry_, false); }
  /// Does what is due at `now`; true where the session is over and is to be closed.
  [[nodiscard]] bool expire(Timestamp now);
  /// Ends the session, and says its record.
  void close(Ending ending);

  [[nodiscard]] Frame number() const { return frames_.first; }
  [[nodiscard]] Frame last_frame() const { return frames_.last; }
  /// True where all that it takes is what every session of its kind takes.
  [[nodiscard]] bool plain() const { return !start_ && !voice_ && !extra_ && (!tcp_ || tcp_->streams.plain()); }
  [[nodiscard]] Footprint footprint() const;
  /// Memory is short: waits no longer for what is missing in the streams.
  void release();
  /// Name under which the summary counts the session.
  [[nodiscard]] std::string_view total_name() const;
  [[nodiscard]] std::uint64_t packets() const { return sides_[0].packets + sides_[1].packets; }
  [[nodiscard]] std::uint64_t ip_bytes() const { return sides_[0].bytes + sides_[1].bytes; }

  // ---- Session
  [[nodiscard]] const SessionFacts& facts() const override { return voice_->facts; }
  [[nodiscard]] const Limits& limits() const override { return context_.settings.limits; }
  [[nodiscard]] const Wants& wants() const override { return context_.settings.wants; }
  [[nodiscard]] const SecretPolicy& secrets() const override { return context_.settings.secrets; }
  void anomaly(Anomaly anomaly) override;
  void limit_reached(std::string_view name) override;
  void become(std::string_view protocol) override;
  void expect(const Endpoint& endpoint, std::string_view protocol, std::shared_ptr<void> link) override;
  [[nodiscard]] std::shared_ptr<void> link() const override;
  [[nodiscard]] bool heard_all(Side side) const override;
  void settle() override;
  void done() override;
  std::string next_id() override;
  [[nodiscard]] std::unique_ptr<KeptFile> keep(std::string_view id) override;
  void fact(const NameFact& fact) override { context_.outlet.fact(fact); }
  void fact(const LookupFact& fact) override { context_.outlet.fact(fact); }
  void fact(const AnnouncedFact& fact) override { context_.outlet.fact(fact); }

 protected:
  void put(const RecordType& type, const void* record) override;
  std::shared_ptr<void>& shared_slot(std::type_index type) override { return context_.shared[type]; }
  void watch(Waiting& waiting) override;
  void unwatch(Waiting& waiting) override;

 private:
  struct Counters {
    std::uint64_t packets = 0, bytes = 0, payload_bytes = 0;
  };
  /// What is kept until the protocol is settled.
  struct Start {
    struct Chunk {
      unsigned side;
      std::size_t offset, length;  ///< in `bytes` of its side
      std::uint64_t missing;       ///< a hole instead
      Frame frame;
      Timestamp time;
    };
    std::array<std::string, 2> bytes;
    std::vector<Chunk> chunks;
    bool holes[2] = {false, false};
    Timestamp since;
  };
  /// What a session has once a dissector speaks for it.
  struct Voice {
    SessionFacts facts;
    report::SessionStory story;
    std::string_view first_protocol;
    std::vector<std::string_view> later_protocols;
    std::string_view protocol_from;
    std::optional<std::string> next_protocol;
    std::uint32_t things = 0;  // ids given by next_id()
    std::vector<Waiting*> waiting;
    std::vector<std::string_view> inside;
    // Last, to go first: what waits in them says good-bye.
    std::unique_ptr<flow::Dialogue> dialogue;
    std::unique_ptr<DatagramDissector> datagrams;
  };
  /// The tunnels and tags around a session's packets.
  struct Around {
    std::string key;  ///< what `SessionKey::tunnels` points to
    /// Around the first packet of each side: tags and labels may differ, or be there in one direction only.
    std::array<std::vector<decode::Tunnel>, 2> sides;
  };
  /// What few sessions have.
  struct Extra {
    std::vector<std::uint16_t> vlans;
    std::vector<Anomaly> anomalies;
    std::unique_ptr<Around> around;
    const Protocol* expected = nullptr;
    std::shared_ptr<void> link;  ///< of the session that announced this one
    std::uint64_t icmp_errors = 0;
    std::optional<std::pair<std::uint8_t, std::uint8_t>> icmp;  ///< type and code of its first message
    std::array<std::uint64_t, 2> not_captured{};                ///< octets of payload that the snaplen cut off
    std::unique_ptr<TcpDetail> tcp_detail;
  };
  enum class Stage : std::uint8_t { detecting, dissecting, counting };

  /// Hears the streams for the session.
  class Ear final : public flow::StreamListener {
   public:
    explicit Ear(Conversation& session) : session_(session) {}
    void octets(unsigned side, Bytes bytes, Frame frame, Timestamp time) override {
      session_.octets(side, bytes, frame, time);
    }
    void hole(unsigned side, std::uint64_t missing, Frame frame, Timestamp time) override {
      session_.hole(side, missing, frame, time);
    }
    void odd(const flow::Oddity& oddity) override { session_.odd(oddity); }

   private:
    Conversation& session_;
  };

  void octets(unsigned side, Bytes bytes, Frame frame, Timestamp time);
  void hole(unsigned side, std::uint64_t missing, Frame frame, Timestamp time);
  void odd(const flow::Oddity& oddity);

  [[nodiscard]] Side role(unsigned side) const { return (side == 0) == first_is_client_ ? Side::client : Side::server; }
  [[nodiscard]] unsigned client() const { return first_is_client_ ? 0 : 1; }
  [[nodiscard]] std::uint16_t server_port() const { return first_is_client_ ? key.b.port : key.a.port; }
  void count(unsigned side, const decode::Decoded& packet);
  void sample(unsigned side, Bytes bytes);
  void drop_sample();
  [[nodiscard]] Bytes sampled(unsigned side) const;
  void tcp_packet(unsigned side, const decode::Decoded& packet);
  TcpDetail& detail();
  void tell_detail(unsigned side, const decode::Decoded& packet);
  void datagram(unsigned side, const decode::Decoded& packet);
  bool choose_datagram(unsigned side, const decode::Decoded& packet);
  Start& start();
  Voice& voice();
  Extra& extra();
  [[nodiscard]] flow::Dialogue* dialogue() const { return voice_ ? voice_->dialogue.get() : nullptr; }
  [[nodiscard]] std::string_view protocol_name() const;
  void detect(bool final);
  void detect_at_end();
  void detect(const std::array<Bytes, 2>& start, bool final);
  void settle(const Decision& decision);
  void replay();
  void follow_up();
  void turn_into(const Protocol* protocol);
  void add_protocol(std::string_view name, std::string_view from);
  void end_dissector(Close how);
  void end_side(flow::Dialogue& dialogue, Side side, Close how);
  void fill(SessionRecord& record, Ending ending);
  Around& around();
  void fill_tunnels(std::vector<TunnelFields>& fields) const;
  void fill_direction(DirectionFields& fields, unsigned side) const;
  void correct_direction();
  void fill_tcp(SessionRecord& record) const;
  void fill_tcp(DirectionFields& fields, unsigned side) const;
  void fill_pace(TcpSideFields& tcp, unsigned side) const;
  [[nodiscard]] Nanos idle_limit() const;

  // There may be millions of sessions: what not every one needs is behind a pointer, and small things stand together.
  Stage stage_ = Stage::detecting;
  bool first_is_client_ = true;
  bool hurry_ = true;
  bool frozen_ = false;  // done() or become() was said
  std::uint8_t undecided_datagrams_ = 0;
  Transport transport_;
  std::uint8_t direction_from_ = 0;                // in known::directions
  std::array<std::uint8_t, 2> sample_wanted_{};    // octets that are missing in the sample
  flow::Rooms::Place sample_ = flow::Rooms::none;  // first octets of both sides, while no dissector knows the session
  std::array<MacAddress, 2> macs_;
  Context& context_;
  flow::Pool<TcpSession>::Place tcp_;
  std::unique_ptr<Start> start_;
  std::unique_ptr<Voice> voice_;
  std::unique_ptr<Extra> extra_;
  std::array<Counters, 2> sides_;
  Frames frames_;
  Timestamp began_;
  Timestamp last_;    // last packet
  Timestamp active_;  // engine clock at the last packet
};

}  // namespace wiretale::engine
