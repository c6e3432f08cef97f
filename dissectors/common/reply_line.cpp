#include "common/reply_line.hpp"

#include <algorithm>

namespace wiretale {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<ReplyLine> parse_reply_line(std::string_view line, char highest) {
  if (line.size() < 3 || !is_digit(line[0]) || !is_digit(line[1]) || !is_digit(line[2])) return std::nullopt;
  if (line[0] < '1' || line[0] > highest) return std::nullopt;
  if (line.size() > 3 && is_digit(line[3])) return std::nullopt;  // a longer number is no code
  ReplyLine reply;
  reply.code = static_cast<std::uint16_t>((line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0'));
  reply.more = line.size() > 3 && line[3] == '-';
  reply.separated = line.size() == 3 || reply.more || line[3] == ' ';
  reply.text = line.substr(std::min<std::size_t>(line.size(), reply.separated ? 4 : 3));
  return reply;
}

}  // namespace wiretale
