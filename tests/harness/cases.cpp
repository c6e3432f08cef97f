#include "harness/cases.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <tuple>

#include "engine/registry.hpp"
#include "harness/places.hpp"
#include "harness/run.hpp"

namespace wiretale::harness {
namespace fs = std::filesystem;

fs::path Case::expected() const { return fs::path(path).replace_extension(".ndjson"); }

std::vector<Case> find_cases() {
  std::vector<Case> cases;
  for (const auto& folder : fs::directory_iterator(source_folder() / "dissectors")) {
    const fs::path inside = folder.path() / "cases";
    if (!fs::is_directory(inside)) continue;
    for (const auto& file : fs::directory_iterator(inside)) {
      const fs::path& path = file.path();
      if (path.extension() != ".flow" && path.extension() != ".pcap" && path.extension() != ".pcapng") continue;
      cases.push_back({folder.path().filename().string(), path.stem().string(), path});
    }
  }
  std::ranges::sort(cases, {}, [](const Case& one) { return std::tie(one.protocol, one.name); });
  return cases;
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error(path.string() + " can't be read");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

Loaded load(const Case& which) {
  Loaded loaded;
  loaded.protocol = which.protocol;
  if (which.path.extension() != ".flow") {
    loaded.packets = read_packets(which.path.string());
    return loaded;
  }
  Script script;
  try {
    script = parse_script(read_file(which.path));
    if (!script.protocol.empty()) loaded.protocol = script.protocol;
    const Protocol* owner = engine::protocol(loaded.protocol);
    if (owner == nullptr) throw ScriptError("there is no protocol '" + loaded.protocol + "'");
    // A port that isn't the protocol's own: then the folder says what is spoken.
    if (engine::protocol_of(script.transport, script.server.port) != owner) script.protocol = loaded.protocol;
    loaded.settings = settings_of(script);
  } catch (const ScriptError& error) {
    throw ScriptError(which.path.string() + ": " + error.what());
  }
  loaded.packets = packets_of(script);
  loaded.script = std::move(script);
  return loaded;
}

}  // namespace wiretale::harness
