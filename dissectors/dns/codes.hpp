// The numbers of DNS that have names, and what the important ones mean (IANA, Domain Name System Parameters).
#pragma once

#include <cstdint>
#include <string_view>

namespace wiretale::domain {

/// RR TYPEs and QTYPEs that the code itself speaks of (RFC 1035, section 3.2.2, and the RFC named beside each).
namespace type {
inline constexpr std::uint16_t a = 1, ns = 2, cname = 5, soa = 6, ptr = 12, mx = 15, txt = 16, aaaa = 28,
                               srv = 33,          // RFC 2782
    naptr = 35,                                   // RFC 3403
    dname = 39,                                   // RFC 6672
    opt = 41,                                     // RFC 6891
    ds = 43, rrsig = 46, nsec = 47, dnskey = 48,  // RFC 4034
    nsec3 = 50,                                   // RFC 5155
    svcb = 64, https = 65,                        // RFC 9460
    ixfr = 251, axfr = 252,                       // RFC 1995, RFC 5936
    any = 255, caa = 257;                         // RFC 8659
}  // namespace type

/// CLASSes (RFC 1035, section 3.2.4; RFC 2136, section 1.3).
namespace rr_class {
inline constexpr std::uint16_t in = 1, ch = 3, hs = 4, none = 254, any = 255;
}

/// OPCODEs.
namespace opcode {
inline constexpr std::uint8_t query = 0, iquery = 1, status = 2, notify = 4, update = 5, dso = 6;
}

/// RCODEs that the code itself speaks of.
namespace rcode {
inline constexpr std::uint16_t no_error = 0, form_err = 1, serv_fail = 2, nx_domain = 3, not_imp = 4, refused = 5;
}

/// TYPE of a resource record, or QTYPE of a question. Unknown ones as RFC 3597 writes them: `TYPE65280`.
struct RecordType {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "TYPE";
  /// What such a record tells, for somebody who has just learned DNS; empty for the rarer ones.
  static std::string_view meaning(std::uint32_t value);
};

struct RecordClass {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "CLASS";
};

struct Opcode {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "OPCODE";
  static std::string_view meaning(std::uint32_t value);
};

/// RCODE, with the upper bits of EDNS (RFC 6891, section 6.1.3).
struct ResponseCode {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "RCODE";
  static std::string_view meaning(std::uint32_t value);
};

/// The errors of TSIG and TKEY records, which share numbers with RCODEs but mean other things (RFC 8945, section 3).
struct SignatureError {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "RCODE";
};

/// OPTION-CODE of an EDNS option.
struct OptionCode {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "OPTION";
};

/// INFO-CODE of an Extended DNS Error (RFC 8914, section 4).
struct ExtendedError {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "EDE";
};

/// DNS Security Algorithm Numbers.
struct SigningAlgorithm {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "ALGORITHM";
};

/// DS digest types.
struct DigestType {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "DIGEST";
};

/// SvcParamKeys (RFC 9460, section 14.3.2).
struct ServiceKey {
  static std::string_view name(std::uint32_t value);
  static constexpr std::string_view prefix = "key";
};

}  // namespace wiretale::domain
