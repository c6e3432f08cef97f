// The program as a whole, in this process: captures in, a report out.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace wiretale::harness {

/// A folder of its own that goes away with it.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  [[nodiscard]] std::filesystem::path file(const std::string& name) const { return folder_ / name; }

 private:
  std::filesystem::path folder_;
};

/// `wiretale read FILE OPTIONS`: the report. Throws std::runtime_error where the program gives anything but 0.
[[nodiscard]] std::string report_on(const std::filesystem::path& file, const std::vector<std::string>& options);

/// An NDJSON report, by type and by session.
struct Parsed {
  std::vector<nlohmann::json> records;             ///< all lines
  std::map<std::string, nlohmann::json> sessions;  ///< session records by id

  /// The record of the session that a record belongs to.
  [[nodiscard]] const nlohmann::json& session_of(const nlohmann::json& record) const;
  [[nodiscard]] std::vector<nlohmann::json> of_type(std::string_view type) const;
};
[[nodiscard]] Parsed parse_report(const std::string& ndjson);

/// The captures in samples/, sorted by name.
[[nodiscard]] std::vector<std::filesystem::path> samples();

}  // namespace wiretale::harness
