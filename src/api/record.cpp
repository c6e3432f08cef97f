#include <wiretale/record.hpp>

#include <charconv>

namespace wiretale {

void append_code(std::string& out, std::string_view name, std::string_view prefix, std::uint32_t value) {
  if (!name.empty()) {
    out += name;
    return;
  }
  out += prefix;
  char digits[12];
  const int base = prefix.ends_with("0x") ? 16 : 10;
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value, base).ptr);
}

std::string_view name_of(AnomalyKind kind) {
  switch (kind) {
    case AnomalyKind::cut_off:
      return "cut_off";
    case AnomalyKind::malformed:
      return "malformed";
    case AnomalyKind::gap:
      return "gap";
    case AnomalyKind::limit:
      return "limit";
    case AnomalyKind::unusual:
      break;
  }
  return "unusual";
}

}  // namespace wiretale
