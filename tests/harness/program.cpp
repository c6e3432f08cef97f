#include "harness/program.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "cli/cli.hpp"
#include "harness/cases.hpp"
#include "harness/places.hpp"

namespace wiretale::harness {
namespace fs = std::filesystem;

Scratch::Scratch() {
  std::string name = (fs::temp_directory_path() / "wiretale-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for scratch files");
  folder_ = name;
}

Scratch::~Scratch() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string report_on(const fs::path& file, const std::vector<std::string>& options) {
  const Scratch scratch;
  std::vector<std::string> arguments{"read", file.string(), "--quiet", "-o", scratch.file("report").string()};
  arguments.insert(arguments.end(), options.begin(), options.end());
  if (const int exit = cli::run(arguments); exit != cli::done)
    throw std::runtime_error("the program gives " + std::to_string(exit) + " for " + file.string());
  return read_file(scratch.file("report"));
}

const nlohmann::json& Parsed::session_of(const nlohmann::json& record) const {
  return sessions.at(record.at("session").get<std::string>());
}

std::vector<nlohmann::json> Parsed::of_type(std::string_view type) const {
  std::vector<nlohmann::json> found;
  for (const nlohmann::json& record : records)
    if (record.at("type") == type) found.push_back(record);
  return found;
}

Parsed parse_report(const std::string& ndjson) {
  Parsed parsed;
  for (const std::string& line : lines_of(ndjson)) {
    nlohmann::json record = nlohmann::json::parse(line);
    if (record.at("type") == "session") parsed.sessions[record.at("session").get<std::string>()] = record;
    parsed.records.push_back(std::move(record));
  }
  return parsed;
}

std::vector<fs::path> samples() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(source_folder() / "samples"))
    if (entry.path().extension() == ".pcap" || entry.path().extension() == ".pcapng") found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

}  // namespace wiretale::harness
