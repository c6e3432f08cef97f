// Where the files lie that tests read.
#pragma once

#include <filesystem>

namespace wiretale::harness {

/// The top of the source tree.
[[nodiscard]] std::filesystem::path source_folder();

}  // namespace wiretale::harness
