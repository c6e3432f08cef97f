#include "extract/store.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

namespace wiretale::extract {
namespace {

/// Writes all of it; false where that can't be done, and errno says why.
bool write_all(int file, Bytes octets, std::uint64_t offset) {
  while (!octets.empty()) {
    const ssize_t written = pwrite(file, octets.data(), octets.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    octets = octets.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return true;
}

}  // namespace

class Store::File final : public KeptFile {
 public:
  File(Store& store, std::string_view id, std::uint64_t& written) : store_(store), id_(id), written_(written) {}
  ~File() override {
    if (slot != nullptr) store_.release(*slot);
    if (!part_.empty()) store_.folder_.remove(part_);  // it was no file after all
  }

  void write(std::uint64_t offset, Bytes octets) override {
    const std::uint64_t left = store_.limits_.extract_file - std::min(bytes_, store_.limits_.extract_file);
    if (!store_.allowed_ || store_.folder_.failed() || left == 0) return;
    octets = slice(octets, 0, static_cast<std::size_t>(std::min<std::uint64_t>(left, octets.size())));
    Slot* to = store_.slot_of(*this);
    if (to == nullptr) return;
    if (to->offset + to->octets.size() != offset || to->octets.size() + octets.size() > room) store_.flush(*to);
    if (to->octets.empty()) to->offset = offset;
    to->octets.insert(to->octets.end(), octets.begin(), octets.end());
    bytes_ += octets.size();
    written_ += octets.size();
    end_ = std::max(end_, offset + octets.size());
  }

  Kept finish(std::string_view name, std::uint64_t length, const std::vector<Hole>& holes) override {
    if (part_.empty()) return {};
    if (length > end_ && !holes.empty() && holes.back().offset + holes.back().length == length) {
      // A hole at the end: the file is as long as if it were there.
      if (Slot* to = store_.slot_of(*this); to != nullptr) {
        store_.flush(*to);
        if (ftruncate(to->descriptor, static_cast<off_t>(length)) != 0) store_.folder_.note(errno);
      }
    }
    if (slot != nullptr) store_.release(*slot);
    const std::string safe = safe_name(name);
    const std::string kept = store_.folder_.rename(std::exchange(part_, {}), safe.empty() ? id_ : id_ + "-" + safe);
    if (kept.empty()) return {};
    store_.folder_.count(bytes_);
    if (!holes.empty()) store_.write_map(kept, length, holes);
    return {kept, bytes_};
  }

  /// Opens it, for the first time or again; -1 where that can't be done.
  int open() {
    if (!part_.empty()) return store_.folder_.reopen(part_);
    auto made = store_.folder_.make(id_ + ".part");
    if (!made) return -1;
    part_ = std::move(made->second);
    return made->first;
  }

  Slot* slot = nullptr;  ///< while it is open

 private:
  Store& store_;
  std::string id_;
  std::string part_;  ///< its name until it is over
  std::uint64_t& written_;
  std::uint64_t bytes_ = 0;
  std::uint64_t end_ = 0;  ///< behind its last octet that was written
};

Store::~Store() {
  for (Slot& slot : slots_)
    if (slot.file != nullptr) release(slot);
}

std::unique_ptr<KeptFile> Store::keep(std::string_view id, std::uint64_t& written) {
  return std::make_unique<File>(*this, id, written);
}

/// The file's slot; the one that was not used for longest makes room. Null where the file can't be opened.
Store::Slot* Store::slot_of(File& file) {
  if (file.slot == nullptr) {
    Slot& oldest = *std::ranges::min_element(slots_, {}, &Slot::used);
    if (oldest.file != nullptr) release(oldest);
    const int descriptor = file.open();
    if (descriptor < 0) return nullptr;
    oldest.file = &file;
    oldest.descriptor = descriptor;
    file.slot = &oldest;
  }
  file.slot->used = ++uses_;
  return file.slot;
}

void Store::flush(Slot& slot) {
  if (!write_all(slot.descriptor, slot.octets, slot.offset)) folder_.note(errno);
  slot.octets.clear();
}

void Store::release(Slot& slot) {
  flush(slot);
  if (close(slot.descriptor) != 0) folder_.note(errno);
  slot.file->slot = nullptr;
  slot = {nullptr, -1, 0, std::move(slot.octets), 0};
}

/// Says beside a file what of it is missing; in the file there are zeros.
void Store::write_map(const std::string& name, std::uint64_t length, const std::vector<KeptFile::Hole>& holes) {
  std::string map = fmt::format("{{\"bytes\":{},\"missing\":[", length);
  for (const KeptFile::Hole& hole : holes)
    map += fmt::format("{}[{},{}]", &hole == &holes.front() ? "" : ",", hole.offset, hole.length);
  map += "]}\n";
  const auto made = folder_.make(name + ".missing.json");
  if (!made) return;
  if (!write_all(made->first, bytes_of(map), 0)) folder_.note(errno);
  close(made->first);
}

}  // namespace wiretale::extract
