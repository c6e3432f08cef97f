// Colours: few, and readable on dark and on light.
#pragma once

#include <string>
#include <string_view>

namespace wiretale::report {

/// How a stretch of text looks on a terminal.
enum class Look { plain, strong, faint, client, server, alarm };

/// Adds text in a look, or plain where colours are off.
class Paint {
 public:
  explicit Paint(bool on) : on_(on) {}
  void add(std::string& out, Look look, std::string_view text) const {
    if (!on_ || look == Look::plain || text.empty()) {
      out += text;
      return;
    }
    out += code(look);
    out += text;
    out += "\x1b[0m";
  }

 private:
  static constexpr std::string_view code(Look look) {
    switch (look) {
      case Look::strong:
        return "\x1b[1m";
      case Look::faint:
        return "\x1b[2m";
      case Look::client:
        return "\x1b[35m";
      case Look::server:
        return "\x1b[32m";
      case Look::alarm:
        return "\x1b[31m";
      case Look::plain:
        break;
    }
    return "";
  }

  bool on_;
};

}  // namespace wiretale::report
