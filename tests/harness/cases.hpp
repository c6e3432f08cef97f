// The cases: conversations below dissectors/, each with what must be told of it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/context.hpp"
#include "harness/packets.hpp"

namespace wiretale::harness {

/// dissectors/PROTOCOL/cases/NAME.flow or NAME.pcap.
struct Case {
  std::string protocol;
  std::string name;
  std::filesystem::path path;

  /// Where the expected records are.
  [[nodiscard]] std::filesystem::path expected() const;
};

/// All cases, by protocol and name.
[[nodiscard]] std::vector<Case> find_cases();

/// A case, ready to run.
struct Loaded {
  std::optional<Script> script;  ///< of a .flow
  Packets packets;
  engine::Settings settings;
  std::string protocol;  ///< under test: the script's, else the folder's
};

/// Reads a case; throws std::runtime_error where it can't.
[[nodiscard]] Loaded load(const Case& which);

/// The whole of a file; throws std::runtime_error.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);
/// The lines of a text, without their ends.
[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);

}  // namespace wiretale::harness
