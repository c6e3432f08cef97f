#include "ftp/reply.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <wiretale/char_set.hpp>

#include "common/field_values.hpp"

namespace wiretale::file_transfer {
namespace {

constexpr CharSet digits("0123456789");

struct CodeInfo {
  std::uint16_t code;
  std::string_view meaning;
};

constexpr std::array<CodeInfo, 44> codes{{
    {110, "110: a mark at which a transfer can be taken up again."},
    {120, "120: the server will be ready in some minutes."},
    {125, "125: the data connection is open already; the transfer starts."},
    {150, "150: it works out; the data connection is about to open, and a second reply will follow the transfer."},
    {200, "200: done as asked."},
    {202, "202: not needed at this server."},
    {211, "211: status of the system, or help."},
    {212, "212: status of a directory."},
    {213, "213: status of a file: its size or time, or a listing."},
    {214, "214: help, for people."},
    {215, "215: what kind of system the server is."},
    {220, "220: the server is ready."},
    {221, "221: the server says good-bye and closes the connection."},
    {225, "225: the data connection is open, and no transfer is under way."},
    {226, "226: the transfer is over, and worked out; the data connection is closed."},
    {227, "227: passive mode: where the server waits. The last two numbers are the port: p1 x 256 + p2."},
    {229, "229: extended passive mode: the port at which the server waits, at the address of this connection."},
    {230, "230: the login worked."},
    {232, "232: the login worked, by the security that AUTH agreed on."},
    {234, "234: the server agrees to the security mechanism; with TLS its handshake follows."},
    {250, "250: done as asked."},
    {257, "257: a path, in quotes."},
    {331, "331: the user name is taken; the password is next."},
    {332, "332: an account is wanted, too."},
    {334, "334: the server wants more for the security mechanism."},
    {350, "350: so far so good; the next command completes it."},
    {421, "421: the server has to close the connection."},
    {425, "425: the data connection could not be opened."},
    {426, "426: the data connection was closed, and the transfer broken off."},
    {430, "430: the user name or the password is wrong."},
    {450, "450: the file can't be used at the moment."},
    {451, "451: something went wrong in the server."},
    {452, "452: the server has no room left."},
    {500, "500: the server does not understand the command."},
    {501, "501: the command's argument is wrong."},
    {502, "502: the server does not offer this command."},
    {503, "503: this command does not come in the right order."},
    {504, "504: the server does not know this parameter."},
    {522, "522: the server can't use that kind of address."},
    {530, "530: not logged in: the user or the password is wrong, or no login came yet."},
    {532, "532: an account is needed to store files."},
    {550, "550: no such file, or no right to use it."},
    {552, "552: the file is larger than what the user may store."},
    {553, "553: a file of this name is not allowed."},
}};

/// A decimal number of one octet; nothing for larger ones.
std::optional<std::uint8_t> octet(std::string_view text) {
  const auto number = decimal(text);
  if (!number || *number > 255) return std::nullopt;
  return static_cast<std::uint8_t>(*number);
}

std::string_view number_at(std::string_view text) { return text.substr(0, digits.first_other(text)); }

/// Six numbers with commas between, right at the start of `text`.
std::optional<Endpoint> host_port_at(std::string_view text) {
  std::array<std::uint8_t, 6> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i != 0) {
      if (!text.starts_with(',')) return std::nullopt;
      text.remove_prefix(1);
      text = text.substr(std::min(text.size(), text.find_first_not_of(' ')));
    }
    const std::string_view digits_here = number_at(text);
    const auto number = octet(digits_here);
    if (!number) return std::nullopt;
    numbers[i] = *number;
    text.remove_prefix(digits_here.size());
  }
  const auto port = static_cast<std::uint16_t>(numbers[4] * 256 + numbers[5]);
  return Endpoint{IpAddress::from(Bytes(numbers).first<4>()), port};
}

bool in_prefix(const IpAddress& ip, std::uint32_t prefix, unsigned bits) {
  const Bytes octets = ip.octets();
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | octets[i];
  return (value ^ prefix) >> (32 - bits) == 0;
}

}  // namespace

std::optional<Endpoint> parse_host_port(std::string_view text) {
  for (;;) {
    text.remove_prefix(digits.first(text));
    if (text.empty()) return std::nullopt;
    if (const auto found = host_port_at(text)) return found;
    text.remove_prefix(number_at(text).size());
  }
}

std::optional<Endpoint> parse_extended(std::string_view text) {
  if (const std::size_t open = text.find('('); open != std::string_view::npos) text.remove_prefix(open + 1);
  text = trim_ows(text);
  if (text.empty() || digits.has(text.front())) return std::nullopt;
  const char bar = text.front();
  std::array<std::string_view, 3> parts;  // protocol, address, port
  for (std::string_view& part : parts) {
    text.remove_prefix(1);
    const std::size_t end = text.find(bar);
    if (end == std::string_view::npos) return std::nullopt;
    part = text.substr(0, end);
    text.remove_prefix(end);
  }
  const auto port = decimal(parts[2]);
  if (!port || *port == 0 || *port > 65535) return std::nullopt;
  Endpoint endpoint{{}, static_cast<std::uint16_t>(*port)};
  if (parts[1].empty()) return endpoint;
  const auto ip = IpAddress::parse(parts[1].substr(0, parts[1].find('%')));
  if (!ip) return std::nullopt;
  endpoint.ip = *ip;
  return endpoint;
}

std::optional<std::string> quoted_path(std::string_view text) {
  text = trim_ows(text);
  if (!text.starts_with('"')) return std::nullopt;
  std::string path;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] != '"') {
      path += text[i];
    } else if (i + 1 < text.size() && text[i + 1] == '"') {
      path += text[i++];
    } else {
      return path;
    }
  }
  return std::nullopt;  // the closing quote is missing
}

std::optional<std::uint64_t> announced_octets(std::string_view text) {
  // The last one: a file's name may hold the same words.
  std::optional<std::uint64_t> found;
  for (std::size_t open = text.find('('); open != std::string_view::npos; open = text.find('(', open + 1)) {
    const std::string_view number = number_at(text.substr(open + 1));
    const std::string_view unit = text.substr(open + 1 + number.size());
    for (const std::string_view word : {" byte", " octet"})
      if (unit.size() > word.size() && equal_fold(unit.substr(0, word.size()), word))
        if (const auto size = decimal(number)) found = size;
  }
  return found;
}

std::string_view unique_name(std::string_view text) {
  for (const std::string_view word : {"FILE: ", "for "})
    if (const std::size_t at = text.rfind(word); at != std::string_view::npos) {
      std::string_view name = trim_ows(text.substr(at + word.size()));
      if (word == "FILE: ") return name;
      if (const std::size_t size = name.rfind(" ("); size != std::string_view::npos) name = name.substr(0, size);
      while (name.ends_with('.')) name.remove_suffix(1);
      if (name.size() > 2 && (name.front() == '"' || name.front() == '\'')) name = name.substr(1, name.size() - 2);
      return name;
    }
  return {};
}

std::string join_path(std::string_view base, std::string_view path) {
  if (path.empty()) return std::string(base);
  if (path.front() == '/')
    base = {};
  else if (base.empty() || base.front() != '/')
    return {};
  std::vector<std::string_view> parts;
  for (std::string_view rest : {base, path})
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('/'), rest.size());
      const std::string_view part = rest.substr(0, end);
      rest.remove_prefix(std::min(rest.size(), end + 1));
      if (part == "..") {
        if (!parts.empty()) parts.pop_back();
      } else if (!part.empty() && part != ".") {
        parts.push_back(part);
      }
    }
  std::string joined;
  for (const std::string_view part : parts) joined.append("/").append(part);
  return joined.empty() ? "/" : joined;
}

bool is_private(const IpAddress& ip) {
  if (ip.v4())
    return in_prefix(ip, 0x0a000000, 8) || in_prefix(ip, 0xac100000, 12) || in_prefix(ip, 0xc0a80000, 16) ||
           in_prefix(ip, 0x64400000, 10) || in_prefix(ip, 0xa9fe0000, 16) || in_prefix(ip, 0x7f000000, 8);
  if (!ip.v6()) return false;
  const Bytes octets = ip.octets();
  const bool loopback = octets[15] == 1 && std::ranges::all_of(octets.first(15), [](auto one) { return one == 0; });
  return loopback || (octets[0] & 0xfeU) == 0xfc || (octets[0] == 0xfe && (octets[1] & 0xc0U) == 0x80);
}

std::string_view explain_reply(std::uint16_t code, std::string_view command) {
  if (code == 220 && command.empty()) return "220: the server is there and says who it is.";
  if (code == 213 && command == "SIZE") return "213: the size of the file in octets.";
  if (code == 213 && command == "MDTM") return "213: when the file was changed last: year, month, day, time, in UTC.";
  if (code == 350 && command == "REST") return "350: the next transfer will begin there.";
  if (code == 350 && command == "RNFR") return "350: the file is there; its new name is next.";
  if (code == 226 && command == "ABOR") return "226: the transfer was stopped.";
  for (const CodeInfo& info : codes)
    if (info.code == code) return info.meaning;
  switch (code / 100) {
    case 1:
      return "A code from 100 on: it begins; another reply will follow.";
    case 2:
      return "A code from 200 on: it worked.";
    case 3:
      return "A code from 300 on: the server wants more.";
    case 4:
      return "A code from 400 on: it did not work this time; it may later.";
    case 5:
      return "A code from 500 on: it did not work, and will not.";
    default:
      return {};
  }
}

}  // namespace wiretale::file_transfer
