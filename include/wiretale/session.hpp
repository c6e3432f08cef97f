// What a dissector may say: the one interface between a protocol and the engine.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <typeindex>

#include <wiretale/anomaly.hpp>
#include <wiretale/limits.hpp>
#include <wiretale/net.hpp>
#include <wiretale/record.hpp>
#include <wiretale/tale.hpp>

namespace wiretale {

class JsonWriter;
struct Shape;

/// Where a record belongs in a report.
enum class RecordRole : std::uint8_t { exchange, mail, file, finding, packet };

/// How a record type is written and told: the engine's handle on a type that only its folder knows.
struct RecordType {
  RecordInfo info;
  void (*json)(const void* record, JsonWriter& json);  ///< writes the fields, without braces
  void (*tell)(const void* record, Tale& tale);        ///< null where the type has nothing to tell in text
  std::string_view (*join)(const void* record);        ///< null, or what joins records of several sessions (Message-ID)
  Shape (*shape)();
  RecordRole role = RecordRole::exchange;
  std::string_view (*id)(const void* record) = nullptr;  ///< null, or what other records call it: `17.1`
  Timestamp (*time)(const void* record) = nullptr;       ///< null where it has no member `time`
};

/// Where the RecordType of R is. It is made in one file of R's folder (record_type.hpp): to write, tell and describe a
/// record is much code, which whoever only says one doesn't compile.
template <Record R>
struct RecordTypeOf {
  static const RecordType type;
};

/// The RecordType of R.
template <Record R>
inline constexpr const RecordType& record_type = RecordTypeOf<R>::type;

/// A name that a protocol gave to an address: an A record, a host name in DHCP.
struct NameFact {
  IpAddress ip;
  std::string_view name;
  std::string_view from;  ///< dns, dhcp, netbios, mdns, tls, smb, http, capture: a literal
  Frame frame = 0;        ///< 0: no frame says so, but the capture file
};

/// A DNS question as it was asked or answered over UDP: who answers a question that was put to another server shows
/// only across sessions.
struct LookupFact {
  bool answer = false;
  Endpoint client;
  Endpoint server;
  std::uint16_t id = 0;
  std::string_view question;  ///< name and type, as `example.com A`
  Frame frame = 0;
  Timestamp time;
};

/// A session that was announced, and was not one between the two hosts that spoke of it (FXP): who takes it up shows
/// only across sessions.
struct AnnouncedFact {
  Endpoint endpoint;          ///< where it was to go
  std::string_view session;   ///< id of the session that announced it
  std::string_view transfer;  ///< what it was for: `download /a.bin`
  Timestamp time;             ///< it comes after that
};

/// What a protocol may know about its session.
struct SessionFacts {
  std::string id;  ///< frame number of the first packet
  Transport transport = Transport::none;
  Endpoint client;
  Endpoint server;
  Timestamp start;
  std::string_view protocol = {};         ///< of the dissector that speaks; empty while none does
  std::string_view protocol_from = {};    ///< how that is known, as in the session record: port, content, upgrade …
  std::string_view protocol_before = {};  ///< what was spoken before it (STARTTLS, CONNECT); mostly empty
};

/// What the user wants that costs time.
struct Wants {
  bool hashes = false;      ///< SHA-256, MD5 and detected media types of files (`--hash`)
  bool tcp_detail = false;  ///< a record for each TCP segment (`--tcp-detail`)
  bool files = false;       ///< files are written down (`--extract`)
  bool records = true;      ///< false: nobody listens to records; emit() may be skipped
};

class Waiting;

/// A file that is written down while it goes by. One that ends without finish() leaves nothing behind.
class KeptFile {
 public:
  /// What became of it.
  struct Kept {
    std::string name;         ///< in the folder that the user named; empty where nothing was written
    std::uint64_t bytes = 0;  ///< octets written
  };
  /// Octets that were not seen.
  struct Hole {
    std::uint64_t offset, length;
  };

  KeptFile() = default;
  KeptFile(const KeptFile&) = delete;
  KeptFile& operator=(const KeptFile&) = delete;
  virtual ~KeptFile() = default;

  /// Octets of its contents, where they stand in it.
  virtual void write(std::uint64_t offset, Bytes octets) = 0;
  /// It is over. `name`: what the protocol called it, of any form; `length`: with its holes. Call it once.
  virtual Kept finish(std::string_view name, std::uint64_t length, const std::vector<Hole>& holes) = 0;
};

/// A session as its dissector sees it. All that a dissector says goes through here.
class Session {
 public:
  virtual ~Session() = default;

  /// Says a record: an exchange, a mail, a file, a finding. It is written before emit() returns; views in it need not
  /// outlive that.
  template <Record R>
  void emit(const R& record) {
    put(record_type<R>, &record);
  }

  [[nodiscard]] virtual const SessionFacts& facts() const = 0;
  [[nodiscard]] virtual const Limits& limits() const = 0;
  [[nodiscard]] virtual const Wants& wants() const = 0;
  [[nodiscard]] virtual const SecretPolicy& secrets() const = 0;

  /// Something wrong or odd with the session itself; it stands in the session record.
  virtual void anomaly(Anomaly anomaly) = 0;
  /// Counts that a cap was reached, under its name in Limits, for the summary.
  virtual void limit_reached(std::string_view name) = 0;
  /// What follows on both sides is this protocol (STARTTLS, CONNECT, Upgrade); empty: find out by content. Octets
  /// that no side has taken yet go to it. The calling dissector hears nothing more but end().
  virtual void become(std::string_view protocol) = 0;
  /// A session from the other host of this one to this endpoint will speak this protocol (FTP data); `link` is for
  /// both: what it points to is the protocols' own. Endpoints of other hosts are not waited for: a session between
  /// other addresses may be another worker's.
  virtual void expect(const Endpoint& endpoint, std::string_view protocol, std::shared_ptr<void> link) = 0;
  /// What the session that announced this one gave along; null where none did.
  [[nodiscard]] virtual std::shared_ptr<void> link() const = 0;
  /// True where all that a side said was heard, up to the end that it said itself (FIN).
  [[nodiscard]] virtual bool heard_all(Side side) const = 0;
  /// Waits no longer for what is missing of the streams: what is held comes now, with holes. Not for the session whose
  /// octets are just being told, but for another one that is linked to it.
  virtual void settle() = 0;
  /// The rest of the session needs only counting.
  virtual void done() = 0;
  /// The number of the next thing in this session that others point to: `"17.1"`, `"17.2"` … (files, mails).
  virtual std::string next_id() = 0;
  /// Where the contents of the file with this id go; null where nobody wants them.
  [[nodiscard]] virtual std::unique_ptr<KeptFile> keep(std::string_view id) {
    (void)id;
    return nullptr;
  }
  /// For the analysis over all sessions.
  virtual void fact(const NameFact& fact) = 0;
  virtual void fact(const LookupFact& fact) = 0;
  virtual void fact(const AnnouncedFact& fact) = 0;

  /// State that all sessions of a protocol share which is `across_pairs` (the open questions of mDNS): one for each
  /// type, made on first use, living as long as the engine.
  template <class T>
  T& shared() {
    std::shared_ptr<void>& slot = shared_slot(typeid(T));
    if (!slot) slot = std::make_shared<T>();
    return *static_cast<T*>(slot.get());
  }

 protected:
  friend class Waiting;
  virtual void put(const RecordType& type, const void* record) = 0;
  virtual std::shared_ptr<void>& shared_slot(std::type_index type) = 0;
  /// Called when the earliest deadline of something that waits may have come nearer.
  virtual void watch(Waiting& waiting) = 0;
  virtual void unwatch(Waiting& waiting) = 0;
};

/// Something with deadlines that the engine looks after: see Pending.
class Waiting {
 public:
  explicit Waiting(Session& session) : session_(session) {}
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

  /// The earliest deadline; nothing while nothing waits.
  [[nodiscard]] virtual std::optional<Timestamp> deadline() const = 0;
  /// Gives up all whose deadline is not after `now`.
  virtual void expire(Timestamp now) = 0;

 protected:
  virtual ~Waiting() { session_.unwatch(*this); }
  void watch() { session_.watch(*this); }
  [[nodiscard]] Session& session() const { return session_; }

 private:
  Session& session_;
};

}  // namespace wiretale
