#include "dns/codes.hpp"

#include <array>
#include <span>

namespace wiretale::domain {
namespace {

struct Entry {
  std::uint32_t value;
  std::string_view text;
};

/// The text of a value in a short table; empty where it isn't there.
std::string_view find(std::span<const Entry> table, std::uint32_t value) {
  for (const Entry& entry : table)
    if (entry.value == value) return entry.text;
  return {};
}

// TYPEs 0 to 66, which almost all records have: looked up by index.
constexpr std::array<std::string_view, 69> low_types{
    "",        "A",          "NS",     "MD",       "MF",    "CNAME",    "SOA",   "MB",   "MG",     "MR",
    "NULL",    "WKS",        "PTR",    "HINFO",    "MINFO", "MX",       "TXT",   "RP",   "AFSDB",  "X25",
    "ISDN",    "RT",         "NSAP",   "NSAP-PTR", "SIG",   "KEY",      "PX",    "GPOS", "AAAA",   "LOC",
    "NXT",     "EID",        "NIMLOC", "SRV",      "ATMA",  "NAPTR",    "KX",    "CERT", "A6",     "DNAME",
    "SINK",    "OPT",        "APL",    "DS",       "SSHFP", "IPSECKEY", "RRSIG", "NSEC", "DNSKEY", "DHCID",
    "NSEC3",   "NSEC3PARAM", "TLSA",   "SMIMEA",   "",      "HIP",      "NINFO", "RKEY", "TALINK", "CDS",
    "CDNSKEY", "OPENPGPKEY", "CSYNC",  "ZONEMD",   "SVCB",  "HTTPS",    "DSYNC", "HHIT", "BRID"};

constexpr std::array high_types{
    Entry{99, "SPF"},     Entry{100, "UINFO"},  Entry{101, "UID"},   Entry{102, "GID"},      Entry{103, "UNSPEC"},
    Entry{104, "NID"},    Entry{105, "L32"},    Entry{106, "L64"},   Entry{107, "LP"},       Entry{108, "EUI48"},
    Entry{109, "EUI64"},  Entry{128, "NXNAME"}, Entry{249, "TKEY"},  Entry{250, "TSIG"},     Entry{251, "IXFR"},
    Entry{252, "AXFR"},   Entry{253, "MAILB"},  Entry{254, "MAILA"}, Entry{255, "ANY"},      Entry{256, "URI"},
    Entry{257, "CAA"},    Entry{258, "AVC"},    Entry{259, "DOA"},   Entry{260, "AMTRELAY"}, Entry{261, "RESINFO"},
    Entry{262, "WALLET"}, Entry{263, "CLA"},    Entry{264, "IPN"},   Entry{32768, "TA"},     Entry{32769, "DLV"}};

constexpr std::array type_meanings{
    Entry{type::a, "An A record gives the IPv4 address of a name."},
    Entry{type::aaaa, "An AAAA record gives the IPv6 address of a name."},
    Entry{type::ns, "An NS record names a server that knows the zone: whom to ask next."},
    Entry{type::cname,
          "A CNAME record says that the name is only an alias: the answer belongs to the name that it points to, and "
          "one alias may lead to another."},
    Entry{type::dname, "A DNAME record moves all names below one name to below another."},
    Entry{type::soa, "An SOA record opens a zone; beside a negative answer it says how long that may be remembered."},
    Entry{type::ptr,
          "A PTR record leads from an address, written backwards below in-addr.arpa or ip6.arpa, to a name; in DNS "
          "service discovery it leads from a kind of service to one that offers it."},
    Entry{type::mx,
          "An MX record names a host that takes mail for the domain; the one with the lowest preference is tried "
          "first."},
    Entry{type::txt, "A TXT record holds free text, as the rules of SPF, DKIM and DMARC for mail."},
    Entry{type::srv, "An SRV record says on which host and port a service of the domain is offered."},
    Entry{type::naptr, "A NAPTR record rewrites a name into another or into a URI, as a telephone call needs it."},
    Entry{type::ds,
          "A DS record in the parent zone holds the digest of a key of the child zone: a link of the DNSSEC chain."},
    Entry{type::rrsig, "An RRSIG record is the DNSSEC signature over the records of one name and type."},
    Entry{type::nsec, "An NSEC record proves that no name lies between two names of the zone."},
    Entry{type::dnskey, "A DNSKEY record is a public key that signs the zone."},
    Entry{type::nsec3, "An NSEC3 record proves that a name does not exist, without telling the names beside it."},
    Entry{type::svcb, "An SVCB record says where and how a service is reached."},
    Entry{type::https,
          "An HTTPS record tells a browser, before it connects, which protocols and addresses a web site offers."},
    Entry{type::axfr, "AXFR asks for a copy of the whole zone: servers do that among themselves, over TCP."},
    Entry{type::ixfr, "IXFR asks for what has changed in the zone since a serial number."},
    Entry{type::any, "ANY asks for all records of a name; many servers answer it with little or nothing."},
    Entry{type::caa, "A CAA record says which certificate authorities may issue certificates for the domain."}};

constexpr std::array class_names{Entry{1, "IN"}, Entry{2, "CS"},     Entry{3, "CH"},
                                 Entry{4, "HS"}, Entry{254, "NONE"}, Entry{255, "ANY"}};

constexpr std::array<std::string_view, 7> opcode_names{"QUERY", "IQUERY", "STATUS", "", "NOTIFY", "UPDATE", "DSO"};

constexpr std::array opcode_meanings{
    Entry{opcode::iquery, "An inverse query asks which name has an address; it is obsolete (RFC 3425)."},
    Entry{opcode::status, "STATUS asks for the state of the server; hardly anybody implements it."},
    Entry{opcode::notify, "With NOTIFY a primary server tells its secondaries that the zone has changed."},
    Entry{opcode::update, "With UPDATE a client asks the server to add or delete records of the zone."},
    Entry{opcode::dso, "DNS Stateful Operations (RFC 8490) manage the connection itself."}};

constexpr std::array<std::string_view, 24> rcode_names{
    "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",  "NOTIMP",  "REFUSED", "YXDOMAIN", "YXRRSET",
    "NXRRSET", "NOTAUTH", "NOTZONE",  "DSOTYPENI", "",        "",        "",         "",
    "BADVERS", "BADKEY",  "BADTIME",  "BADMODE",   "BADNAME", "BADALG",  "BADTRUNC", "BADCOOKIE"};

constexpr std::array rcode_meanings{
    Entry{1, "FORMERR: the server could not read the query."},
    Entry{2,
          "SERVFAIL: the server tried and failed; the name may well exist. Often a broken zone, or DNSSEC signatures "
          "that don't fit."},
    Entry{3, "NXDOMAIN: the name does not exist, with any type of record."},
    Entry{4, "NOTIMP: the server doesn't know this kind of query."},
    Entry{5, "REFUSED: the server does not answer this client, or not for this name."},
    Entry{6, "YXDOMAIN: a name exists that should not."},
    Entry{7, "YXRRSET: records exist that should not."},
    Entry{8, "NXRRSET: records that should exist don't."},
    Entry{9, "NOTAUTH: the server is not in charge of the zone, or the signature of the request is not valid."},
    Entry{10, "NOTZONE: a name of the update lies outside the zone."},
    Entry{16, "BADVERS: the server doesn't speak this version of EDNS."},
    Entry{23, "BADCOOKIE: the server wants the query again, with the cookie that it now sends."}};

constexpr std::array option_names{Entry{1, "LLQ"},
                                  Entry{2, "UPDATE-LEASE"},
                                  Entry{3, "NSID"},
                                  Entry{5, "DAU"},
                                  Entry{6, "DHU"},
                                  Entry{7, "N3U"},
                                  Entry{8, "ECS"},
                                  Entry{9, "EXPIRE"},
                                  Entry{10, "COOKIE"},
                                  Entry{11, "KEEPALIVE"},
                                  Entry{12, "PADDING"},
                                  Entry{13, "CHAIN"},
                                  Entry{14, "KEY-TAG"},
                                  Entry{15, "EDE"},
                                  Entry{16, "CLIENT-TAG"},
                                  Entry{17, "SERVER-TAG"},
                                  Entry{18, "REPORT-CHANNEL"},
                                  Entry{19, "ZONEVERSION"},
                                  Entry{20292, "UMBRELLA"},
                                  Entry{26946, "DEVICE-ID"}};

constexpr std::array<std::string_view, 31> extended_errors{"Other Error",
                                                           "Unsupported DNSKEY Algorithm",
                                                           "Unsupported DS Digest Type",
                                                           "Stale Answer",
                                                           "Forged Answer",
                                                           "DNSSEC Indeterminate",
                                                           "DNSSEC Bogus",
                                                           "Signature Expired",
                                                           "Signature Not Yet Valid",
                                                           "DNSKEY Missing",
                                                           "RRSIGs Missing",
                                                           "No Zone Key Bit Set",
                                                           "NSEC Missing",
                                                           "Cached Error",
                                                           "Not Ready",
                                                           "Blocked",
                                                           "Censored",
                                                           "Filtered",
                                                           "Prohibited",
                                                           "Stale NXDomain Answer",
                                                           "Not Authoritative",
                                                           "Not Supported",
                                                           "No Reachable Authority",
                                                           "Network Error",
                                                           "Invalid Data",
                                                           "Signature Expired before Valid",
                                                           "Too Early",
                                                           "Unsupported NSEC3 Iterations Value",
                                                           "Unable to conform to policy",
                                                           "Synthesized",
                                                           "Invalid Query Type"};

constexpr std::array<std::string_view, 18> algorithms{
    "",          "RSAMD5", "DH",        "DSA", "",         "RSASHA1",         "DSA-NSEC3-SHA1",  "RSASHA1-NSEC3-SHA1",
    "RSASHA256", "",       "RSASHA512", "",    "ECC-GOST", "ECDSAP256SHA256", "ECDSAP384SHA384", "ED25519",
    "ED448",     "SM2SM3"};
constexpr std::array private_algorithms{Entry{23, "ECC-GOST12"}, Entry{252, "INDIRECT"}, Entry{253, "PRIVATEDNS"},
                                        Entry{254, "PRIVATEOID"}};

constexpr std::array<std::string_view, 7> digests{
    "", "SHA-1", "SHA-256", "GOST R 34.11-94", "SHA-384", "GOST R 34.11-2012", "SM3"};

constexpr std::array<std::string_view, 12> service_keys{
    "mandatory", "alpn",  "no-default-alpn",      "port",    "ipv4hint", "ech", "ipv6hint",
    "dohpath",   "ohttp", "tls-supported-groups", "docpath", ""};

/// The entry of a dense table; empty beyond its end.
std::string_view at(std::span<const std::string_view> table, std::uint32_t value) {
  return value < table.size() ? table[value] : std::string_view{};
}

}  // namespace

std::string_view RecordType::name(std::uint32_t value) {
  return value < low_types.size() ? low_types[value] : find(high_types, value);
}
std::string_view RecordType::meaning(std::uint32_t value) { return find(type_meanings, value); }

std::string_view RecordClass::name(std::uint32_t value) { return find(class_names, value); }

std::string_view Opcode::name(std::uint32_t value) { return at(opcode_names, value); }
std::string_view Opcode::meaning(std::uint32_t value) { return find(opcode_meanings, value); }

std::string_view ResponseCode::name(std::uint32_t value) { return at(rcode_names, value); }
std::string_view ResponseCode::meaning(std::uint32_t value) { return find(rcode_meanings, value); }

std::string_view SignatureError::name(std::uint32_t value) { return value == 16 ? "BADSIG" : at(rcode_names, value); }

std::string_view OptionCode::name(std::uint32_t value) { return find(option_names, value); }
std::string_view ExtendedError::name(std::uint32_t value) { return at(extended_errors, value); }

std::string_view SigningAlgorithm::name(std::uint32_t value) {
  return value < algorithms.size() ? algorithms[value] : find(private_algorithms, value);
}
std::string_view DigestType::name(std::uint32_t value) { return at(digests, value); }
std::string_view ServiceKey::name(std::uint32_t value) { return at(service_keys, value); }

}  // namespace wiretale::domain
