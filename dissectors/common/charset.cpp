#include "common/charset.hpp"

#include <iconv.h>

#include <array>
#include <optional>

#include <wiretale/json.hpp>

#include "common/charset_tables.hpp"

namespace wiretale {
namespace {

/// Lower case letters and digits only, without a leading `x` or `cs`: `ISO_8859-1:1987` gives `iso885911987`.
std::string plain_name(std::string_view charset) {
  std::string name;
  for (const char c : charset.substr(0, 64)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) name += c;
    if (c >= 'A' && c <= 'Z') name += static_cast<char>(c + ('a' - 'A'));
  }
  return name;
}

struct Alias {
  std::string_view alias, name;
};

// The aliases that mails use, and the names they stand for here.
constexpr std::array<Alias, 34> aliases{{
    {"ascii", "usascii"},
    {"ansix341968", "usascii"},
    {"iso646us", "usascii"},
    {"646", "usascii"},
    {"unicode11utf8", "utf8"},
    {"utf8mb4", "utf8"},
    {"cputf8", "utf8"},
    {"latin1", "windows1252"},
    {"l1", "windows1252"},
    {"iso88591", "windows1252"},
    {"iso885911987", "windows1252"},
    {"latin2", "iso88592"},
    {"latin9", "iso885915"},
    {"tis620", "iso885911"},
    {"windows874", "iso885911"},
    {"cp1250", "windows1250"},
    {"cp1251", "windows1251"},
    {"cp1252", "windows1252"},
    {"cp1253", "windows1253"},
    {"cp1254", "windows1254"},
    {"cp1255", "windows1255"},
    {"cp1256", "windows1256"},
    {"cp1257", "windows1257"},
    {"cp1258", "windows1258"},
    {"iso88598i", "iso88598"},
    {"cp850", "ibm850"},
    {"cp866", "ibm866"},
    {"xmacroman", "macintosh"},
    {"macroman", "macintosh"},
    {"xsjis", "shiftjis"},
    {"sjis", "shiftjis"},
    {"xgbk", "gbk"},
    {"ksc56011987", "euckr"},
    {"ksc5601", "euckr"},
}};

// What is left to iconv: a closed list, so that no name off the wire reaches it. Supersets stand in for charsets that
// mails name but don't keep to.
constexpr std::array<Alias, 17> by_iconv{{{"gb2312", "GB18030"},
                                          {"gbk", "GB18030"},
                                          {"cp936", "GB18030"},
                                          {"gb18030", "GB18030"},
                                          {"big5", "CP950"},
                                          {"cp950", "CP950"},
                                          {"big5hkscs", "BIG5-HKSCS"},
                                          {"shiftjis", "CP932"},
                                          {"windows31j", "CP932"},
                                          {"cp932", "CP932"},
                                          {"eucjp", "EUC-JP"},
                                          {"iso2022jp", "ISO-2022-JP"},
                                          {"euckr", "CP949"},
                                          {"cp949", "CP949"},
                                          {"utf16", "UTF-16"},
                                          {"utf16le", "UTF-16LE"},
                                          {"utf16be", "UTF-16BE"}}};

template <std::size_t N>
std::optional<std::string_view> lookup(const std::array<Alias, N>& list, std::string_view name) {
  for (const Alias& entry : list)
    if (entry.alias == name) return entry.name;
  return std::nullopt;
}

const charsets::Table* table_of_charset(std::string_view name) {
  for (const charsets::Table& table : charsets::tables)
    if (table.name == name) return &table;
  return nullptr;
}

std::string resolved(std::string_view charset) {
  std::string name = plain_name(charset);
  if (const auto meant = lookup(aliases, name)) return std::string(*meant);
  return name;
}

bool append_single_byte(std::string& out, std::string_view text, const charsets::Table& table) {
  const std::size_t before = out.size();
  const std::size_t start = 256 - table.high.size();
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    char32_t character = octet < start ? octet : table.high[octet - start];
    if (character == U'\uFFFD') {
      // windows-1252 leaves five octets open; iso-8859-1, which it stands in for here, has control characters there.
      if (table.name != "windows1252") {
        out.resize(before);
        return false;
      }
      character = octet;
    }
    append_utf8(out, character);
  }
  return true;
}

/// A conversion of iconv's.
class Conversion {
 public:
  explicit Conversion(const char* from) : handle_(iconv_open("UTF-8", from)) {}
  Conversion(const Conversion&) = delete;
  Conversion& operator=(const Conversion&) = delete;
  ~Conversion() {
    if (open()) iconv_close(handle_);
  }
  [[nodiscard]] bool open() const { return handle_ != failed(); }

  /// Converts all of `text`; false where it is not well-formed.
  bool append(std::string& out, std::string text) {
    char* in = text.data();
    std::size_t in_left = text.size();
    std::array<char, 512> buffer{};
    for (;;) {
      char* to = buffer.data();
      std::size_t room = buffer.size();
      const std::size_t result = iconv(handle_, in_left == 0 ? nullptr : &in, &in_left, &to, &room);
      const std::size_t made = buffer.size() - room;
      out.append(buffer.data(), made);
      if (in_left == 0 && result != static_cast<std::size_t>(-1) && made == 0) return true;
      if (result == static_cast<std::size_t>(-1) && made == 0) return false;
    }
  }

 private:
  static iconv_t failed() { return reinterpret_cast<iconv_t>(-1); }  // NOLINT: that is how iconv.h says it
  iconv_t handle_;
};

bool append_by_iconv(std::string& out, std::string_view text, std::string_view name) {
  Conversion conversion(std::string(name).c_str());
  std::string converted;
  if (!conversion.open() || !conversion.append(converted, std::string(text))) return false;
  out += converted;
  return true;
}

}  // namespace

void append_utf8(std::string& out, char32_t character) {
  const auto put = [&](std::uint32_t octet) { out += static_cast<char>(octet); };
  std::uint32_t c = character;
  if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 0xFFFD;
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

bool known_charset(std::string_view charset) {
  const std::string name = resolved(charset);
  return name == "usascii" || name == "utf8" || table_of_charset(name) != nullptr || lookup(by_iconv, name);
}

bool append_utf8(std::string& out, std::string_view text, std::string_view charset) {
  const std::string name = resolved(charset);
  if (name == "usascii" || name == "utf8") {  // UTF-8 where ASCII is declared does no harm
    if (!valid_utf8(text)) return false;
    out += text;
    return true;
  }
  if (const charsets::Table* table = table_of_charset(name)) return append_single_byte(out, text, *table);
  if (const auto iconv_name = lookup(by_iconv, name)) return append_by_iconv(out, text, *iconv_name);
  return false;
}

}  // namespace wiretale
