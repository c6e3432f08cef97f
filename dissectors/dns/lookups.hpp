// Queries and their responses: what is told of them, and when.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include <wiretale/dissector.hpp>
#include <wiretale/pending.hpp>
#include <wiretale/records.hpp>

#include "dns/dns.hpp"
#include "dns/message.hpp"
#include "dns/question_key.hpp"

namespace wiretale::domain {

/// A message as it came.
struct Received {
  Bytes bytes;
  Side side = Side::client;      ///< who sent it
  Frames frames;                 ///< those that completed it; of a datagram the one
  Frames fragments;              ///< where IP fragmented it: of all pieces
  Timestamp first;               ///< of its first octet
  Timestamp last;                ///< of its last octet
  std::uint64_t wire_bytes = 0;  ///< its length as sent
  Cut cut = Cut::no;
};

/// A query that waits for its response.
struct Asked {
  Key key;
  Frames frames;
  Frames fragments;
  Timestamp first;
  Timestamp last;
  std::uint64_t wire_bytes = 0;
  Frame repeats = 0;  ///< frame of the first query like this; 0: none
  Cut cut = Cut::no;
  bool response_lost = false;  ///< octets of the other side went missing since
  Kept bytes;
};

/// The lookups of one session.
class Lookups {
 public:
  Lookups(Session& session, Scope scope);
  ~Lookups();
  Lookups(const Lookups&) = delete;
  Lookups& operator=(const Lookups&) = delete;

  /// Takes the next message of either side.
  void message(const Received& received);
  /// Octets of a side are missing from the stream, and maybe messages in them.
  void lost(Side side);
  /// True where messages of a zone transfer with this id (its two octets) still come.
  [[nodiscard]] bool transferring(std::uint8_t id_high, std::uint8_t id_low) const;
  /// No more will come: what waits is told as unanswered.
  void end();

 private:
  /// A query that was answered, for what still comes after it.
  struct Answered {
    Key key;
    Timestamp time;
    std::uint64_t digest = 0;  ///< of what the first response said
    Frame query = 0;           ///< 0: its query was not seen
    Frame response = 0;        ///< the first one; in a transfer: the last one
    std::uint32_t transfer_messages = 0;
    std::uint16_t rcode = 0;
    bool transfer_ended = false;
    bool warned = false;   ///< a differing response was reported
    bool lost = false;     ///< octets of the server went missing since
    bool numbered = true;  ///< the messages of the transfer can be counted
  };
  /// The LLMNR sessions whose queries went to a group: they are answered in other sessions.
  struct Groups {
    std::multimap<Endpoint, Lookups*> by_client;
  };
  /// An answered query, and the lookups that it is remembered in.
  struct Earlier {
    Answered* answered = nullptr;
    Lookups* from = nullptr;
  };
  /// The query of a response, and the lookups that it was taken from.
  struct Match {
    std::optional<Asked> asked;
    Lookups* from = nullptr;
  };

  void unreadable(const Received& received);
  void alone(const Received& received, bool response);
  void asked(const Received& received, std::uint16_t id);
  void answered(const Received& received, std::uint16_t id);
  void unanswered(Asked&& asked);
  [[nodiscard]] Frame repeated_by(const Key& key, const Received& received, const WireQuestion& question);
  std::optional<Asked> take(const Key& key, const WireQuestion& question);
  Match match(const Key& key, const WireQuestion& question);
  Answered* recall(const Key& key, bool with_question);
  Earlier earlier(const Key& key, bool with_question);
  template <class Visit>
  void visit_groups(const Key& key, Visit&& visit);
  void remember(Answered answered);
  void first_response(const Key& key, const Match& match, const Received& received, const Message& response,
                      DnsRecord& record);
  bool further(Answered& before, const Received& received, const Message& response, DnsRecord& record);
  void count_transfer(Answered& answered, const Message& response, DnsRecord& record) const;
  void doubt(const Received& received, const Lookups& from, DnsRecord& record) const;
  void warn(const Answered& before, const Received& received, const Message& response, bool other_session);
  void tell_unfinished(const Answered& answered);

  // ---- what a record is made of (compose.cpp)

  [[nodiscard]] Reading reading(Cut cut) const;
  [[nodiscard]] DnsRecord blank() const;
  [[nodiscard]] bool datagrams() const { return session_.facts().transport == Transport::udp; }
  void put_asked(DnsRecord& record, const Asked& asked, Message& query, bool has_response) const;
  void put_query(DnsRecord& record, const Message& query, bool has_response) const;
  void put_response(DnsRecord& record, const Message& response) const;
  void put_flags(DnsRecord& record, const Header& header) const;
  void put_faults(DnsRecord& record, const Message& message, Frame frame) const;
  void note(DnsRecord& record, Anomaly anomaly) const;
  void emit(const DnsRecord& record) const;
  void tell_names(const Message& response, Frame frame) const;
  void tell_lookup(const Message& message, const Received& received, bool answer) const;

  Session& session_;
  Pending<Key, Asked> open_;
  std::optional<Answered> latest_;
  std::vector<Answered> older_;  // a ring: next_older_ is overwritten next
  std::uint32_t next_older_ = 0;
  Scope scope_;
  bool in_groups_ = false;
  Timestamp doubt_until_{INT64_MIN};  // a datagram that can't be read may have been the one that others belong to
  bool cut_queries_ = false;          // some query's question isn't whole
  bool at_cap_ = false;               // a query is given up because too many wait
  std::array<bool, 2> lost_{};        // octets of this side are missing
};

}  // namespace wiretale::domain
