// A DNS message: octets in, questions and records out (RFC 1035, section 4). No state but memory that is used again.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <wiretale/anomaly.hpp>
#include <wiretale/bytes.hpp>
#include <wiretale/limits.hpp>

#include "dns/name.hpp"
#include "dns/records.hpp"
#include "dns/scratch.hpp"

namespace wiretale::domain {

inline constexpr std::size_t header_bytes = 12;

/// The fixed header (RFC 1035, section 4.1.1).
struct Header {
  std::uint16_t id = 0;
  std::uint16_t flags = 0;
  std::array<std::uint16_t, 4> counts{};  ///< QDCOUNT, ANCOUNT, NSCOUNT, ARCOUNT

  [[nodiscard]] bool response() const { return (flags & 0x8000U) != 0; }
  [[nodiscard]] std::uint8_t opcode() const { return static_cast<std::uint8_t>(flags >> 11 & 0x0FU); }
  [[nodiscard]] bool authoritative() const { return (flags & 0x0400U) != 0; }
  [[nodiscard]] bool truncated() const { return (flags & 0x0200U) != 0; }
  [[nodiscard]] bool recursion_desired() const { return (flags & 0x0100U) != 0; }
  [[nodiscard]] bool recursion_available() const { return (flags & 0x0080U) != 0; }
  [[nodiscard]] bool reserved() const { return (flags & 0x0040U) != 0; }
  [[nodiscard]] bool authentic_data() const { return (flags & 0x0020U) != 0; }
  [[nodiscard]] bool checking_disabled() const { return (flags & 0x0010U) != 0; }
  [[nodiscard]] std::uint8_t rcode() const { return static_cast<std::uint8_t>(flags & 0x000FU); }
};

/// The header at the start of a message; nothing where there are fewer than 12 octets.
[[nodiscard]] std::optional<Header> read_header(Bytes message);

enum class Section : std::uint8_t { question, answer, authority, additional };

/// Why octets of a message are not there.
enum class Cut : std::uint8_t {
  no,       ///< all that was sent is there
  snaplen,  ///< the capture kept only the start of the packet
  gap,      ///< segments are missing from the capture
  ended     ///< the stream ended within the message
};

/// How a message is to be read.
struct Reading {
  bool multicast = false;      ///< top bits of CLASSes are the flags of RFC 6762
  bool utf8 = false;           ///< names are UTF-8 (mDNS, LLMNR)
  bool only_question = false;  ///< the rest is not needed
  Cut cut = Cut::no;
};

/// An address record that was read.
struct NamedAddress {
  std::string_view name;
  IpAddress ip;
};

/// A message that was read, wholly or as far as possible. What it holds are views into the octets and into its own
/// memory: they hold until the next read().
class Message {
 public:
  explicit Message() = default;
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  void read(Bytes bytes, const Reading& how, const Limits& limits);

  std::optional<std::uint16_t> id;  ///< also of a message that ends within its header
  std::optional<Header> header;
  std::vector<Question> questions;
  std::vector<ResourceRecord> answers, authorities, additionals;
  std::vector<NamedAddress> addresses;  ///< of the A and AAAA records of all sections
  std::optional<Edns> edns;
  std::uint16_t extended_rcode = 0;  ///< RCODE with the upper bits that EDNS adds
  std::vector<Anomaly> faults;       ///< without frames
  bool whole = true;                 ///< false where the end of it could not be read
  bool many_faults = false;          ///< Limits::anomalies was reached
  bool many_items = false;           ///< Limits::record_items was reached

  /// Notes what was wrong.
  void fault(AnomalyKind kind, std::string_view name, std::string text);

 private:
  friend class RdataReader;
  /// Memory for what records point to.
  struct Memory {
    TextArena text;
    Lists<std::string_view> strings;
    Lists<ServiceParameter> parameters;
    Lists<EdnsOption> options;
    Pool<Naptr> naptr;
    Pool<Caa> caa;
    Pool<DelegationSigner> ds;
    Pool<Dnskey> dnskey;
    Pool<Rrsig> rrsig;
  };
  /// Where an entry stands, for the texts of faults.
  struct Place {
    Section section;
    unsigned number;
  };

  void clear();
  void read_sections();
  bool read_question(Place place);
  bool read_record(Place place, std::vector<ResourceRecord>& list);
  void read_class(std::uint16_t value, Code<RecordClass>& klass, std::optional<bool>& flag) const;
  bool read_owner(Place place, std::string_view& name);
  void read_contents(Place place, std::size_t at, std::size_t length, ResourceRecord& record);
  bool opt(Place place, std::size_t at, std::size_t length, const ResourceRecord& record);
  void runs_out(Place place, std::string_view what);
  void name_fault(Place place, std::string_view what, std::size_t at, NameFault fault_found);
  void missing_entries(Place place);

  Bytes bytes_;
  Reading how_;
  const Limits* limits_ = nullptr;
  std::optional<NameReader> names_;
  Cursor cursor_;
  Memory memory_;
};

}  // namespace wiretale::domain
