#include "dns/rdata.hpp"

namespace wiretale::domain {
namespace {

struct Format {
  std::uint16_t type;
  std::string_view fields;
};

/// What the RDATA of a TYPE consists of (see RdataReader). Those beside which nothing stands here have the generic
/// form.
constexpr std::array formats{
    Format{2, "n"},           // NS
    Format{3, "n"},           // MD
    Format{4, "n"},           // MF
    Format{5, "n"},           // CNAME
    Format{6, "nn44444"},     // SOA
    Format{7, "n"},           // MB
    Format{8, "n"},           // MG
    Format{9, "n"},           // MR
    Format{12, "n"},          // PTR
    Format{13, "ss"},         // HINFO
    Format{14, "nn"},         // MINFO
    Format{15, "2n"},         // MX
    Format{16, "T"},          // TXT
    Format{17, "nn"},         // RP
    Format{18, "2n"},         // AFSDB
    Format{19, "s"},          // X25
    Format{20, "S"},          // ISDN
    Format{21, "2n"},         // RT
    Format{23, "n"},          // NSAP-PTR
    Format{24, "y114tt2nb"},  // SIG
    Format{25, "211b"},       // KEY
    Format{26, "2nn"},        // PX
    Format{27, "sss"},        // GPOS
    Format{29, "l"},          // LOC
    Format{33, "222n"},       // SRV
    Format{35, "22sssn"},     // NAPTR
    Format{36, "2n"},         // KX
    Format{37, "221b"},       // CERT
    Format{39, "n"},          // DNAME
    Format{42, "p"},          // APL
    Format{43, "211h"},       // DS
    Format{44, "11h"},        // SSHFP
    Format{46, "y114tt2nb"},  // RRSIG
    Format{47, "nm"},         // NSEC
    Format{48, "211b"},       // DNSKEY
    Format{49, "b"},          // DHCID
    Format{50, "112LOm"},     // NSEC3
    Format{51, "112L"},       // NSEC3PARAM
    Format{52, "111h"},       // TLSA
    Format{53, "111h"},       // SMIMEA
    Format{56, "T"},          // NINFO
    Format{57, "211b"},       // RKEY
    Format{58, "nn"},         // TALINK
    Format{59, "211h"},       // CDS
    Format{60, "211b"},       // CDNSKEY
    Format{61, "b"},          // OPENPGPKEY
    Format{62, "42m"},        // CSYNC
    Format{63, "411h"},       // ZONEMD
    Format{64, "2nv"},        // SVCB
    Format{65, "2nv"},        // HTTPS
    Format{66, "y12n"},       // DSYNC
    Format{99, "T"},          // SPF
    Format{104, "2k"},        // NID
    Format{105, "2a"},        // L32
    Format{106, "2k"},        // L64
    Format{107, "2n"},        // LP
    Format{108, "d"},         // EUI48
    Format{109, "d"},         // EUI64
    Format{249, "ntt2eBX"},   // TKEY
    Format{250, "n62B2eX"},   // TSIG
    Format{256, "22q"},       // URI
    Format{257, "1gq"},       // CAA
    Format{258, "T"},         // AVC
    Format{261, "T"},         // RESINFO
    Format{262, "T"},         // WALLET
    Format{263, "T"},         // CLA
    Format{32768, "211h"},    // TA
    Format{32769, "211h"},    // DLV
};

constexpr std::size_t dense_types = 264;

/// The formats of the low TYPEs by index.
constexpr auto dense_formats = [] {
  std::array<std::string_view, dense_types> table{};
  for (const Format& format : formats)
    if (format.type < dense_types) table[format.type] = format.fields;
  return table;
}();

/// The format of a TYPE; empty where it has none.
std::string_view format_of(std::uint32_t type) {
  if (type < dense_types) return dense_formats[type];
  for (const Format& format : formats)
    if (format.type == type) return format.fields;
  return {};
}

/// The tag of a DNSKEY (RFC 4034, appendix B).
std::uint16_t key_tag(Bytes rdata) {
  constexpr std::size_t algorithm_at = 3;
  if (rdata.size() > 6 && rdata[algorithm_at] == 1) {  // RSA/MD5 takes it from the modulus
    Cursor end(rdata, rdata.size() - 3);
    return end.u16();
  }
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < rdata.size(); ++i) sum += i % 2 == 0 ? std::uint32_t{rdata[i]} << 8 : rdata[i];
  sum += sum >> 16 & 0xFFFFU;
  return static_cast<std::uint16_t>(sum);
}

Timestamp time_of(std::uint64_t seconds) { return {static_cast<std::int64_t>(seconds) * 1'000'000'000}; }

}  // namespace

void RdataReader::generic(std::size_t at, std::size_t length, ResourceRecord& record) {
  const Bytes bytes = slice(message_.bytes_, at, length);
  TextArena& out = message_.memory_.text;
  out.open();
  out.put("\\# ");
  out.number(length);
  if (!bytes.empty()) out.put(' ');
  put_hex(out, bytes);
  record.data = out.close();
}

RdataReader::Outcome RdataReader::read(std::size_t at, std::size_t length, ResourceRecord& record) {
  const Bytes until_end = message_.bytes_.first(at + length);
  rdata_ = until_end.subspan(at);
  cursor_ = Cursor(until_end, at);
  const std::uint32_t type = record.type->value;
  const bool chaos = record.klass->value == rr_class::ch;  // where an A is a name and a number
  Outcome outcome;
  if (((type == type::a && length == 4) || (type == type::aaaa && length == 16)) && !chaos) {
    TextArena& out = message_.memory_.text;
    out.open();
    put_address(out, rdata_);
    record.data = out.close();
    message_.addresses.push_back({record.name, IpAddress::from(rdata_)});
    return outcome;
  }
  const std::string_view format = format_of(type);
  if (format == "n") {
    outcome = single_name(record);
  } else if (format == "T") {
    outcome = strings(record);
  } else if (!format.empty()) {
    outcome = fields(format, record);
  } else {
    outcome.whole = (type != type::a && type != type::aaaa) || chaos;
    generic(at, length, record);
  }
  if (!outcome.whole && record.data.empty()) generic(at, length, record);
  return outcome;
}

RdataReader::Outcome RdataReader::single_name(ResourceRecord& record) {
  const Name name = names_.read(cursor_.position(), cursor_.all().size());
  if (name.fault != NameFault::none) {
    // What was read of it says more than hex does.
    record.data = name.text;
    return {false, name.fault};
  }
  record.data = name.text;
  return {name.after == cursor_.all().size(), NameFault::none};
}

RdataReader::Outcome RdataReader::strings(ResourceRecord& record) {
  const Bytes first = slice(rdata_, 1, rdata_.empty() ? 0 : rdata_[0]);
  if (!rdata_.empty() && rdata_[0] == rdata_.size() - 1) {  // one string, as most have: nothing to join
    record.data = text_of(first);
    return {};
  }
  std::vector<std::string_view>& list = message_.memory_.strings.start();
  bool whole = !rdata_.empty();
  while (!cursor_.empty()) {
    const std::size_t length = cursor_.u8();
    const Bytes there = slice(cursor_.rest(), 0, length);
    whole = whole && there.size() == length;
    cursor_.skip(there.size());
    list.push_back(text_of(there));
  }
  TextArena& out = message_.memory_.text;
  out.open();
  for (const std::string_view one : list) {
    // The strings of DNS-SD are entries of their own; those of SPF, DKIM and the like are pieces of one text.
    if (message_.how_.multicast && !out.so_far().empty()) out.put(' ');
    out.put(one);
  }
  record.data = out.close();
  record.strings = list;
  return {whole, NameFault::none};
}

RdataReader::Outcome RdataReader::fields(std::string_view format, ResourceRecord& record) {
  count_ = 0;
  for (const char kind : format) {
    Token& token = tokens_[count_];
    token = {};
    token.kind = kind;
    if (!take(kind, token)) return {false, name_fault_};
    ++count_;
  }
  if (!cursor_.ok() || !present(record)) return {false, NameFault::none};
  fill(record);
  return {cursor_.empty(), NameFault::none};
}

/// Reads one field; false where it isn't there.
bool RdataReader::take(char kind, Token& token) {
  switch (kind) {
    case 'n':
      return take_name(token);
    case '1':
      token.number = cursor_.u8();
      break;
    case '2':
    case 'y':
    case 'e':
      token.number = cursor_.u16();
      break;
    case '4':
    case 't':
      token.number = cursor_.u32();
      break;
    case '6':
      token.number = std::uint64_t{cursor_.u16()} << 32;
      token.number |= cursor_.u32();
      break;
    case 's':
    case 'g':
    case 'L':
    case 'O':
      token.bytes = cursor_.take(cursor_.u8());
      break;
    case 'B':
    case 'X':
      token.bytes = cursor_.take(cursor_.u16());
      break;
    case 'a':
      token.bytes = cursor_.take(4);
      break;
    case 'k':
      token.bytes = cursor_.take(8);
      break;
    case 'v':
      token.bytes = cursor_.take(cursor_.left());
      return cursor_.ok() && take_parameters(token.bytes);
    default:
      token.bytes = cursor_.take(cursor_.left());
      break;
  }
  token.text = text_of(token.bytes);
  return cursor_.ok();
}

bool RdataReader::take_name(Token& token) {
  if (!cursor_.ok()) return false;
  const Name name = names_.read(cursor_.position(), cursor_.all().size());
  name_fault_ = name.fault;
  if (name.fault != NameFault::none || !name.after) return false;
  token.text = name.text;
  cursor_.seek(*name.after);
  return true;
}

/// Reads SvcParams (RFC 9460, section 2.2).
bool RdataReader::take_parameters(Bytes bytes) {
  std::vector<ServiceParameter>& list = message_.memory_.parameters.start();
  TextArena& out = message_.memory_.text;
  Cursor in(bytes);
  while (!in.empty()) {
    const std::uint16_t key = in.u16();
    const Bytes value = in.take(in.u16());
    if (!in.ok()) return false;
    out.open();
    if (!put_service_value(out, key, value)) return false;
    list.push_back({Code<ServiceKey>(key), out.close()});
  }
  parameters_ = list;
  return true;
}

bool RdataReader::present(ResourceRecord& record) {
  TextArena& out = message_.memory_.text;
  out.open();
  for (std::size_t i = 0; i < count_; ++i) {
    const std::size_t before = out.so_far().size();
    if (i != 0) out.put(' ');
    if (!put(out, tokens_[i])) {
      out.rewind();
      return false;
    }
    if (out.so_far().size() == before + 1 && i + 1 == count_ && i != 0) out.back();  // nothing was put
  }
  record.data = out.close();
  return true;
}

bool RdataReader::put(TextArena& out, const Token& token) const {
  switch (token.kind) {
    case 'n':
    case 'g':
      out.put(token.text);
      return true;
    case '1':
    case '2':
    case '4':
    case '6':
      out.number(token.number);
      return true;
    case 'y':
      put_code<RecordType>(out, static_cast<std::uint32_t>(token.number));
      return true;
    case 'e':
      put_code<SignatureError>(out, static_cast<std::uint32_t>(token.number));
      return true;
    case 't':
      put_time(out, static_cast<std::uint32_t>(token.number));
      return true;
    case 's':
    case 'q':
      put_quoted(out, token.text);
      return true;
    case 'a':
      put_address(out, token.bytes);
      return true;
    case 'k':
      put_groups(out, token.bytes);
      return true;
    case 'L':
      if (token.bytes.empty()) out.put('-');
      put_hex(out, token.bytes);
      return true;
    case 'O':
      put_base32hex(out, token.bytes);
      return true;
    case 'B':
    case 'X':
      out.number(token.bytes.size());
      if (token.bytes.empty()) return true;
      out.put(' ');
      token.kind == 'B' ? put_base64(out, token.bytes) : put_hex(out, token.bytes);
      return true;
    case 'h':
      put_hex(out, token.bytes);
      return true;
    case 'b':
      put_base64(out, token.bytes);
      return true;
    case 'd':
      put_dashed(out, token.bytes);
      return true;
    case 'm':
      return put_types(out, token.bytes);
    case 'S':
      return put_strings(out, token.bytes);
    case 'l':
      return put_location(out, token.bytes);
    case 'p':
      return put_prefixes(out, token.bytes);
    case 'v':
      put_parameters(out, parameters_);
      return true;
    default:
      return false;
  }
}

/// Fills the typed fields from the tokens.
void RdataReader::fill(ResourceRecord& record) {
  const auto u16 = [this](std::size_t i) { return static_cast<std::uint16_t>(tokens_[i].number); };
  const auto u32 = [this](std::size_t i) { return static_cast<std::uint32_t>(tokens_[i].number); };
  switch (record.type->value) {
    case type::mx:
    case 36:
      record.preference = u16(0);
      record.exchange = tokens_[1].text;
      return;
    case 18:
    case 21:
    case 107:
      record.preference = u16(0);
      return;
    case type::soa:
      record.mname = tokens_[0].text;
      record.rname = tokens_[1].text;
      record.serial = u32(2);
      record.refresh = u32(3);
      record.retry = u32(4);
      record.expire = u32(5);
      record.minimum = u32(6);
      return;
    case type::srv:
      record.priority = u16(0);
      record.weight = u16(1);
      record.port = u16(2);
      record.target = tokens_[3].text;
      return;
    case type::svcb:
    case type::https:
      record.priority = u16(0);
      record.target = tokens_[1].text;
      record.parameters = parameters_;
      return;
    case 256:
      record.priority = u16(0);
      record.weight = u16(1);
      record.target = tokens_[2].text;
      return;
    case type::naptr:
      record.naptr = Part(message_.memory_.naptr.add(
          {u16(0), u16(1), tokens_[2].text, tokens_[3].text, tokens_[4].text, tokens_[5].text}));
      return;
    case type::caa:
      record.caa = Part(message_.memory_.caa.add({(tokens_[0].number & 0x80U) != 0, tokens_[1].text, tokens_[2].text}));
      return;
    default:
      fill_dnssec(record);
  }
}

void RdataReader::fill_dnssec(ResourceRecord& record) {
  const auto u8 = [this](std::size_t i) { return static_cast<std::uint8_t>(tokens_[i].number); };
  const auto u16 = [this](std::size_t i) { return static_cast<std::uint16_t>(tokens_[i].number); };
  switch (record.type->value) {
    case type::ds:
    case 59:
    case 32768:
    case 32769:
      record.ds = Part(message_.memory_.ds.add({u16(0), Code<SigningAlgorithm>(u8(1)), Code<DigestType>(u8(2))}));
      return;
    case 25:
    case type::dnskey:
    case 60: {
      const std::uint16_t flags = u16(0);
      record.dnskey =
          Part(message_.memory_.dnskey.add({flags, (flags & 0x0100U) != 0, (flags & 0x0001U) != 0,
                                            (flags & 0x0080U) != 0, Code<SigningAlgorithm>(u8(2)), key_tag(rdata_)}));
      return;
    }
    case 24:
    case type::rrsig:
      record.rrsig =
          Part(message_.memory_.rrsig.add({Code<RecordType>(u16(0)), Code<SigningAlgorithm>(u8(1)), u8(2),
                                           static_cast<std::uint32_t>(tokens_[3].number), time_of(tokens_[4].number),
                                           time_of(tokens_[5].number), u16(6), tokens_[7].text}));
      return;
    default:
      return;
  }
}

}  // namespace wiretale::domain
