#include "capture/folder.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace wiretale::capture {

std::optional<std::vector<std::string>> files_in(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error)) return std::nullopt;
  std::vector<std::string> files;
  for (fs::recursive_directory_iterator at(path, fs::directory_options::skip_permission_denied, error), end;
       !error && at != end; at.increment(error)) {
    std::error_code unknown;
    const bool hidden = at->path().filename().string().starts_with('.');
    if (hidden && at->is_directory(unknown)) at.disable_recursion_pending();
    if (!hidden && at->is_regular_file(unknown)) files.push_back(at->path().string());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace wiretale::capture
