#include "extract/folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <wiretale/char_set.hpp>
#include <wiretale/utf8.hpp>

namespace wiretale::extract {
namespace {

constexpr mode_t folder_mode = 0700, file_mode = 0600;  // what was captured is nobody else's business
constexpr int most_like_it = 1000;
constexpr std::size_t longest_name = 120;  // with an id, a number and an ending still short of 255

}  // namespace

Folder::Folder(const std::string& path) {
  if (mkdir(path.c_str(), folder_mode) != 0 && errno != EEXIST) {
    error_ = errno;
    return;
  }
  descriptor_ = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor_ < 0 || faccessat(descriptor_, ".", W_OK | X_OK, AT_EACCESS) != 0) error_ = errno;
}

Folder::~Folder() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::optional<std::pair<int, std::string>> Folder::make(const std::string& name) {
  const std::size_t dot = std::min(name.rfind('.'), name.size());
  std::string wanted = name;
  for (int copy = 2; copy <= most_like_it; ++copy) {
    const int file =
        openat(descriptor_, wanted.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file_mode);
    if (file >= 0) return std::pair(file, wanted);
    if (errno != EEXIST) break;
    wanted = name.substr(0, dot) + " (" + std::to_string(copy) + ")" + name.substr(dot);
  }
  note(errno);
  return std::nullopt;
}

int Folder::reopen(const std::string& name) {
  const int file = openat(descriptor_, name.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0) note(errno);
  return file;
}

std::string Folder::rename(const std::string& from, const std::string& to) {
  // The new name is taken first, so that nothing that has it is lost.
  const auto taken = make(to);
  if (!taken) return {};
  close(taken->first);
  if (renameat(descriptor_, from.c_str(), descriptor_, taken->second.c_str()) == 0) return taken->second;
  note(errno);
  unlinkat(descriptor_, taken->second.c_str(), 0);
  return {};
}

void Folder::remove(const std::string& name) {
  if (unlinkat(descriptor_, name.c_str(), 0) != 0) note(errno);
}

void Folder::note(int error) {
  int none = 0;
  fault_.compare_exchange_strong(none, error == 0 ? EIO : error);
}

void Folder::count(std::uint64_t octets) {
  ++files_;
  octets_ += octets;
}

std::string safe_name(std::string_view name) {
  constexpr CharSet separators("/\\");
  constexpr CharSet odd("<>:\"|?*");
  if (const std::size_t last = separators.last(name); last < name.size()) name.remove_prefix(last + 1);
  while (name.starts_with('.') || name.starts_with(' ')) name.remove_prefix(1);
  std::string safe;
  for (std::size_t at = 0; at < name.size();) {
    const Utf8Char character = first_utf8(name.substr(at));
    const bool good = character.octets != 0 && !control_char(character.code) && !odd.has(name[at]);
    const std::string_view piece = good ? name.substr(at, character.octets) : "_";
    if (safe.size() + piece.size() > longest_name) break;
    safe += piece;
    at += std::max<std::size_t>(character.octets, 1);
  }
  while (safe.ends_with('.') || safe.ends_with(' ')) safe.pop_back();
  return safe;
}

}  // namespace wiretale::extract
