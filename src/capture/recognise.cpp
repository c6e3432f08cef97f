#include "capture/recognise.hpp"

#include <algorithm>
#include <array>

namespace wiretale::capture {
namespace {

using namespace std::string_view_literals;

struct Known {
  std::string_view start;
  Looks looks;
};

constexpr std::string_view kConvert = "convert it to pcapng first: editcap IN OUT, from Wireshark, knows this format";
constexpr std::string_view kGiveCapture = "give a capture in pcap or pcapng format";

constexpr std::array kKnown{
    Known{"\xfd\x37zXZ\0"sv, {"data compressed with xz", "unpack it with unxz first"}},
    Known{"BZh"sv, {"data compressed with bzip2", "unpack it with bunzip2 first"}},
    Known{"PK\x03\x04"sv, {"a ZIP archive", "unpack it with unzip first"}},
    Known{"\x1f\x9d"sv, {"data compressed with compress", "unpack it with uncompress first"}},
    Known{"snoop\0\0\0"sv, {"a capture by snoop", kConvert}},
    Known{"GMBU"sv, {"a capture by Microsoft Network Monitor", kConvert}},
    Known{"RTSS"sv, {"a capture by Microsoft Network Monitor", kConvert}},
    Known{"TRSNIFF data"sv, {"a capture by Sniffer", kConvert}},
    Known{"XCP\0"sv, {"a capture by Network General Sniffer for Windows", kConvert}},
    Known{"\x7f"
          "ELF"sv,
          {"a program", kGiveCapture}},
    Known{"%PDF"sv, {"a PDF document", kGiveCapture}},
};

bool printable(std::uint8_t octet) {
  return (octet >= 0x20 && octet != 0x7f) || octet == '\n' || octet == '\r' || octet == '\t';
}

}  // namespace

Looks looks_of(Bytes start) {
  const std::string_view text = text_of(start);
  for (const Known& known : kKnown) {
    if (text.starts_with(known.start)) return known.looks;
  }
  if (std::ranges::all_of(start, [](std::uint8_t octet) { return octet == 0; })) {
    return {"nothing but zeros", "the copy of the file may have failed: compare it with its source"};
  }
  if (std::ranges::all_of(start, printable)) return {"text", kGiveCapture};
  return {"no format that is known here", kGiveCapture};
}

}  // namespace wiretale::capture
