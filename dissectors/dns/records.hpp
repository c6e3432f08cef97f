// What stands in a DNS message: questions, resource records, EDNS options.
//
// All texts, spans and parts are views into the message or into the reader's scratch memory: they hold until the next
// message is read.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <wiretale/record.hpp>

#include "dns/codes.hpp"

namespace wiretale::domain {

/// A part of a record that only some records have, seen where it lies. It is as large as a pointer.
template <class T>
class Part {
 public:
  using value_type = T;
  Part() = default;
  explicit Part(const T& part) : part_(&part) {}
  [[nodiscard]] bool has_value() const { return part_ != nullptr; }
  const T& operator*() const { return *part_; }
  const T* operator->() const { return part_; }

 private:
  const T* part_ = nullptr;
};

/// An entry of the question section (RFC 1035, section 4.1.2).
struct Question {
  std::string_view name;
  std::optional<Code<RecordType>> type;
  std::optional<Code<RecordClass>> klass;
  std::optional<bool> unicast_response;

  static constexpr auto fields() {
    return FieldList{
        field("name", &Question::name, "QNAME in presentation form, without the final dot; `.` is the root."),
        field("type", &Question::type, "QTYPE; absent where the message ends before."),
        field("class", &Question::klass, "QCLASS."),
        field("unicast_response", &Question::unicast_response,
              "mDNS: true where the answer may come by unicast (QU, RFC 6762, section 5.4)."),
    };
  }
};

/// RDATA of RRSIG and SIG (RFC 4034, section 3).
struct Rrsig {
  Code<RecordType> type_covered;
  Code<SigningAlgorithm> algorithm;
  std::uint8_t labels = 0;
  std::uint32_t original_ttl = 0;
  Timestamp expiration;
  Timestamp inception;
  std::uint16_t key_tag = 0;
  std::string_view signer;

  static constexpr auto fields() {
    return FieldList{field("type_covered", &Rrsig::type_covered, "TYPE of the records that it signs."),
                     field("algorithm", &Rrsig::algorithm, "Signing algorithm."),
                     field("labels", &Rrsig::labels, "Labels of the signed name; fewer where a wildcard made it."),
                     field("original_ttl", &Rrsig::original_ttl, "TTL in the zone, in seconds."),
                     field("expiration", &Rrsig::expiration, "Not valid after."),
                     field("inception", &Rrsig::inception, "Not valid before."),
                     field("key_tag", &Rrsig::key_tag, "Tag of the DNSKEY that signed."),
                     field("signer", &Rrsig::signer, "Zone whose key signed.")};
  }
};

/// RDATA of DNSKEY, CDNSKEY and KEY (RFC 4034, section 2).
struct Dnskey {
  std::uint16_t flags = 0;
  bool zone_key = false;
  bool secure_entry_point = false;
  bool revoked = false;
  Code<SigningAlgorithm> algorithm;
  std::uint16_t key_tag = 0;

  static constexpr auto fields() {
    return FieldList{
        field("flags", &Dnskey::flags, "Flags as they are."),
        field("zone_key", &Dnskey::zone_key, "It signs records of the zone."),
        field("secure_entry_point", &Dnskey::secure_entry_point, "SEP: meant for a DS in the parent zone."),
        field("revoked", &Dnskey::revoked, "RFC 5011, section 7."),
        field("algorithm", &Dnskey::algorithm, "Signing algorithm."),
        field("key_tag", &Dnskey::key_tag, "Computed (RFC 4034, appendix B): what DS and RRSIG call it.")};
  }
};

/// RDATA of DS, CDS, DLV and TA (RFC 4034, section 5).
struct DelegationSigner {
  std::uint16_t key_tag = 0;
  Code<SigningAlgorithm> algorithm;
  Code<DigestType> digest_type;

  static constexpr auto fields() {
    return FieldList{field("key_tag", &DelegationSigner::key_tag, "Tag of the DNSKEY of the child zone."),
                     field("algorithm", &DelegationSigner::algorithm, "Its signing algorithm."),
                     field("digest_type", &DelegationSigner::digest_type, "Hash that the digest was made with.")};
  }
};

/// RDATA of NAPTR (RFC 3403, section 4.1).
struct Naptr {
  std::uint16_t order = 0;
  std::uint16_t preference = 0;
  std::string_view flags;
  std::string_view services;
  std::string_view regexp;
  std::string_view replacement;

  static constexpr auto fields() {
    return FieldList{field("order", &Naptr::order, "Lower ones come first."),
                     field("preference", &Naptr::preference, "Of equal order, lower ones come first."),
                     field("flags", &Naptr::flags, "S: SRV follows, A: address follows, U: a URI results."),
                     field("services", &Naptr::services, "As `E2U+sip`."),
                     field("regexp", &Naptr::regexp, "Substitution to make the result with."),
                     field("replacement", &Naptr::replacement, "Name to ask for next.")};
  }
};

/// RDATA of CAA (RFC 8659, section 4).
struct Caa {
  bool critical = false;
  std::string_view tag;
  std::string_view value;

  static constexpr auto fields() {
    return FieldList{field("critical", &Caa::critical, "An authority that doesn't know the tag must not issue."),
                     field("tag", &Caa::tag, "issue, issuewild, iodef …"),
                     field("value", &Caa::value, "Authority, or where to report.")};
  }
};

/// A SvcParam of SVCB and HTTPS (RFC 9460, section 2.1).
struct ServiceParameter {
  Code<ServiceKey> key;
  std::string_view value;

  static constexpr auto fields() {
    return FieldList{field("key", &ServiceParameter::key, "SvcParamKey."),
                     field("value", &ServiceParameter::value, "SvcParamValue in presentation form, without quotes.")};
  }
};

/// A resource record (RFC 1035, section 3.2). Its class is called `klass` here because `class` is a word of C++.
struct ResourceRecord {
  std::string_view name;
  std::optional<Code<RecordType>> type;
  std::optional<Code<RecordClass>> klass;
  std::optional<bool> cache_flush;
  std::optional<std::uint32_t> ttl;
  std::string_view data;
  std::span<const std::string_view> strings;
  std::optional<std::uint16_t> preference;
  std::string_view exchange;
  std::string_view mname, rname;
  std::optional<std::uint32_t> serial, refresh, retry, expire, minimum;
  std::optional<std::uint16_t> priority, weight, port;
  std::string_view target;
  std::span<const ServiceParameter> parameters;
  Part<Naptr> naptr;
  Part<Caa> caa;
  Part<DelegationSigner> ds;
  Part<Dnskey> dnskey;
  Part<Rrsig> rrsig;

  static constexpr auto fields() {
    using R = ResourceRecord;
    return FieldList{
        field("name", &R::name, "Owner name in presentation form, without the final dot; `.` is the root."),
        field("type", &R::type, "TYPE; absent where the message ends before."),
        field("class", &R::klass, "CLASS."),
        field("cache_flush", &R::cache_flush,
              "mDNS: true where it replaces what others know of the name (RFC 6762, section 10.2)."),
        field("ttl", &R::ttl, "Seconds that it may be remembered."),
        field("data", &R::data,
              "RDATA in presentation form: an address, a name without its final dot, the text of a TXT (its strings "
              "joined), or `\\# length hex` (RFC 3597) where the type is unknown or the RDATA malformed."),
        field("strings", &R::strings, "TXT: the strings, where there are several."),
        field("preference", &R::preference, "MX, AFSDB, RT, KX, LP: lower ones come first."),
        field("exchange", &R::exchange, "MX, KX: the host."),
        field("mname", &R::mname, "SOA: the primary server."),
        field("rname", &R::rname, "SOA: mailbox of who is responsible; its first dot stands for @."),
        field("serial", &R::serial, "SOA: version of the zone."),
        field("refresh", &R::refresh, "SOA: seconds until a secondary looks for changes."),
        field("retry", &R::retry, "SOA: seconds until it tries again."),
        field("expire", &R::expire, "SOA: seconds until it no longer answers for the zone."),
        field("minimum", &R::minimum, "SOA: seconds that a negative answer may be remembered, at most (RFC 2308)."),
        field("priority", &R::priority, "SRV, SVCB, HTTPS, URI: lower ones come first; 0 in SVCB and HTTPS: an alias."),
        field("weight", &R::weight, "SRV, URI: share among equal priorities."),
        field("port", &R::port, "SRV: port of the service."),
        field("target", &R::target, "SRV, SVCB, HTTPS: the host; URI: the URI."),
        field("parameters", &R::parameters, "SVCB, HTTPS: SvcParams."),
        field("naptr", &R::naptr, "NAPTR."),
        field("caa", &R::caa, "CAA."),
        field("ds", &R::ds, "DS, CDS, DLV, TA."),
        field("dnskey", &R::dnskey, "DNSKEY, CDNSKEY, KEY."),
        field("rrsig", &R::rrsig, "RRSIG, SIG."),
    };
  }
};

/// An option of EDNS (RFC 6891, section 6.1.2).
struct EdnsOption {
  Code<OptionCode> code;
  std::uint16_t bytes = 0;
  std::string_view text;
  IpAddress address;
  std::optional<std::uint8_t> source_prefix, scope_prefix;
  std::string_view client_cookie, server_cookie;
  std::optional<Nanos> timeout;
  std::optional<Code<ExtendedError>> info_code;
  std::string_view data;

  static constexpr auto fields() {
    using O = EdnsOption;
    return FieldList{
        field("code", &O::code, "OPTION-CODE."),
        field("bytes", &O::bytes, "OPTION-LENGTH."),
        field("info_code", &O::info_code, "EDE: what went wrong (RFC 8914)."),
        field("text", &O::text, "EDE: EXTRA-TEXT. NSID: the identifier, where it is text."),
        field("address", &O::address, "ECS: network of the client that the answer is meant for (RFC 7871)."),
        field("source_prefix", &O::source_prefix, "ECS: bits of the address that the query tells."),
        field("scope_prefix", &O::scope_prefix, "ECS: bits of the address that the answer depends on."),
        field("client_cookie", &O::client_cookie, "COOKIE: hex (RFC 7873)."),
        field("server_cookie", &O::server_cookie, "COOKIE: hex; absent where the client has none yet."),
        field("timeout_s", &O::timeout, "KEEPALIVE: how long an idle connection is kept (RFC 7828)."),
        field("data", &O::data, "Any other option, or one that could not be read: hex."),
    };
  }
};

/// The OPT record (RFC 6891).
struct Edns {
  std::uint8_t version = 0;
  std::uint16_t udp_size = 0;
  bool dnssec_ok = false;
  std::optional<std::uint16_t> reserved_flags;
  std::span<const EdnsOption> options;

  static constexpr auto fields() {
    return FieldList{field("version", &Edns::version, "VERSION."),
                     field("udp_size", &Edns::udp_size, "Largest UDP payload that the sender can take, in octets."),
                     field("dnssec_ok", &Edns::dnssec_ok, "DO: DNSSEC records are welcome (RFC 3225)."),
                     field("reserved_flags", &Edns::reserved_flags, "Z bits, where any is set."),
                     field("options", &Edns::options, "Options, in the order sent.")};
  }
};

}  // namespace wiretale::domain
