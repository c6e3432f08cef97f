// The output forms: a Renderer for each worker (interface in <wiretale/report.hpp>), and the one Writer that gets what
// they made, in order.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/report.hpp>

namespace wiretale::report {

/// Version of what the records hold (docs/reference); it changes when a field changes its name, type or meaning.
inline constexpr std::string_view schema_version = "1";

enum class Format : std::uint8_t { text, json, ndjson };

/// What the user asked the report to be.
struct Style {
  Format format = Format::text;
  bool wide = false;     ///< text: no limit of 80 columns
  bool color = false;    ///< text: ANSI colours
  bool explain = false;  ///< text: a sentence under each exchange for those who learn
  bool quiet = false;
  bool filtered = false;          ///< packets were left out: Wireshark's stream numbers don't hold
  std::vector<std::string> only;  ///< protocols whose records and sessions are wanted; empty: all
  std::string session;            ///< id of the one session wanted; empty: all
  SecretPolicy secrets;
};

/// Takes the finished bytes. Returns false when nobody reads them any more (a closed pipe): the run then stops.
class Output {
 public:
  virtual ~Output() = default;
  virtual bool write(std::string_view bytes) = 0;
};

[[nodiscard]] std::unique_ptr<Renderer> make_renderer(const Style& style);
[[nodiscard]] std::unique_ptr<Writer> make_writer(const Style& style, Output& output);

}  // namespace wiretale::report
