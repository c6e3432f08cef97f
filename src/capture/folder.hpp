// Folders of captures.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace wiretale::capture {

/// The files in a folder and those below it, sorted by name; hidden ones are left out, and links to folders are not
/// followed. Nothing where `path` is no folder.
[[nodiscard]] std::optional<std::vector<std::string>> files_in(const std::string& path);

}  // namespace wiretale::capture
