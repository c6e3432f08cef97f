#include "common/media_type.hpp"

#include <algorithm>
#include <array>

#include <wiretale/json.hpp>

#include "common/field_values.hpp"

namespace wiretale {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::size_t offset;
  std::string_view octets;
  std::string_view media_type;
};

// Longer and surer signs first.
constexpr std::array magics = std::to_array<Magic>({
    {0, "\x89PNG\r\n\x1a\n"sv, "image/png"},
    {0, "\xff\xd8\xff"sv, "image/jpeg"},
    {0, "GIF87a"sv, "image/gif"},
    {0, "GIF89a"sv, "image/gif"},
    {8, "WEBP"sv, "image/webp"},
    {8, "WAVE"sv, "audio/wav"},
    {8, "AVI "sv, "video/x-msvideo"},
    {0, "BM"sv, "image/bmp"},
    {0, "\0\0\1\0"sv, "image/vnd.microsoft.icon"},
    {0, "II*\0"sv, "image/tiff"},
    {0, "MM\0*"sv, "image/tiff"},
    {4, "ftypavif"sv, "image/avif"},
    {4, "ftypheic"sv, "image/heic"},
    {4, "ftypqt"sv, "video/quicktime"},
    {4, "ftyp"sv, "video/mp4"},
    {0, "\x1a\x45\xdf\xa3"sv, "video/webm"},
    {0, "OggS"sv, "application/ogg"},
    {0, "fLaC"sv, "audio/flac"},
    {0, "ID3"sv, "audio/mpeg"},
    {0, "\xff\xfb"sv, "audio/mpeg"},
    {0, "FLV\1"sv, "video/x-flv"},
    {0, "FWS"sv, "application/vnd.adobe.flash.movie"},
    {0, "CWS"sv, "application/vnd.adobe.flash.movie"},
    {0, "%PDF-"sv, "application/pdf"},
    {0, "%!PS"sv, "application/postscript"},
    {0, "{\\rtf"sv, "application/rtf"},
    {0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, "application/x-ole-storage"},
    {0, "PK\3\4"sv, "application/zip"},
    {0, "PK\5\6"sv, "application/zip"},
    {0, "\x1f\x8b"sv, "application/gzip"},
    {0, "BZh"sv, "application/x-bzip2"},
    {0,
     "\xfd"
     "7zXZ\0"sv,
     "application/x-xz"},
    {0, "\x28\xb5\x2f\xfd"sv, "application/zstd"},
    {0, "7z\xbc\xaf\x27\x1c"sv, "application/x-7z-compressed"},
    {0, "Rar!\x1a\7"sv, "application/vnd.rar"},
    {0, "MSCF\0\0\0\0"sv, "application/vnd.ms-cab-compressed"},
    {257, "ustar"sv, "application/x-tar"},
    {0,
     "\x7f"
     "ELF"sv,
     "application/x-elf"},
    {0, "MZ"sv, "application/vnd.microsoft.portable-executable"},
    {0, "\xca\xfe\xba\xbe"sv, "application/java-vm"},
    {0, "\xcf\xfa\xed\xfe"sv, "application/x-mach-binary"},
    {0, "dex\n"sv, "application/vnd.android.dex"},
    {0, "\0asm"sv, "application/wasm"},
    {0, "wOFF"sv, "font/woff"},
    {0, "wOF2"sv, "font/woff2"},
    {0, "OTTO"sv, "font/otf"},
    {0, "\0\1\0\0\0"sv, "font/ttf"},
    {0, "SQLite format 3\0"sv, "application/vnd.sqlite3"},
    {0, "\xd4\xc3\xb2\xa1"sv, "application/vnd.tcpdump.pcap"},
    {0, "\xa1\xb2\xc3\xd4"sv, "application/vnd.tcpdump.pcap"},
    {0, "-----BEGIN "sv, "application/x-pem-file"},
    {0, "#!"sv, "text/x-shellscript"},
});

// What a text starts with, whatever its case, after white space.
constexpr std::array texts = std::to_array<Magic>({
    {0, "<?xml"sv, "text/xml"},
    {0, "<!doctype html"sv, "text/html"},
    {0, "<html"sv, "text/html"},
    {0, "<head"sv, "text/html"},
    {0, "<body"sv, "text/html"},
    {0, "<script"sv, "text/html"},
    {0, "<svg"sv, "image/svg+xml"},
    {0, "{\""sv, "application/json"},
    {0, "[{"sv, "application/json"},
    {0, "[\""sv, "application/json"},
    {0, "{\n"sv, "application/json"},
    {0, "{\r\n"sv, "application/json"},
});

bool control(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return (octet < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f') || octet == 0x7f;
}

/// True for UTF-8 without control characters; the last character may be cut.
bool looks_like_text(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), control)) return false;
  for (std::size_t cut = 0; cut < 4 && cut < text.size(); ++cut)
    if (valid_utf8(text.substr(0, text.size() - cut))) return true;
  return false;
}

}  // namespace

std::string_view detect_media_type(Bytes start) {
  std::string_view text = text_of(slice(start, 0, media_type_octets));
  for (const Magic& magic : magics) {
    if (text.size() < magic.offset) continue;
    if (!text.substr(magic.offset).starts_with(magic.octets)) continue;
    // "BM" and "MZ" alone are also the start of words.
    if (magic.octets.size() == 2 && looks_like_text(text) && magic.octets != "#!") continue;
    return magic.media_type;
  }
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (text.empty() || !looks_like_text(text)) return {};
  const std::size_t first = text.find_first_not_of(" \t\r\n\f");
  if (first != std::string_view::npos) text.remove_prefix(first);
  for (const Magic& magic : texts)
    if (equal_fold(text.substr(0, magic.octets.size()), magic.octets)) return magic.media_type;
  return "text/plain";
}

}  // namespace wiretale
