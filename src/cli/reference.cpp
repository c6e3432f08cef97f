// wiretale reference FOLDER: writes the pages of docs/reference/ anew. For those who change a record.
#include <filesystem>
#include <fstream>

#include "cli/cli.hpp"
#include "engine/registry.hpp"
#include "report/catalogue.hpp"

namespace wiretale::cli {
namespace {

/// True for a page that was made by this command: others are left alone.
bool ours(const std::filesystem::path& path) {
  std::ifstream page(path, std::ios::binary);
  std::string start(report::page_mark.size(), '\0');
  page.read(start.data(), static_cast<std::streamsize>(start.size()));
  return page && start == report::page_mark;
}

}  // namespace

int write_reference(const std::string& folder) {
  namespace fs = std::filesystem;
  fs::create_directories(folder);
  const auto pages = report::reference(engine::protocols());
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".md" && !pages.contains(entry.path().filename().string()) && ours(entry.path()))
      fs::remove(entry.path());
  for (const auto& [name, text] : pages) {
    const fs::path path = fs::path(folder) / name;
    if (fs::exists(path) && !ours(path)) throw UsageError{path.string() + " is no page of the reference", {}};
    std::ofstream page(path, std::ios::binary);
    page << text;
    if (!page.flush()) throw UsageError{path.string() + " can't be written", {}};
  }
  return done;
}

}  // namespace wiretale::cli
