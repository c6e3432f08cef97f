#include "report/spool.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <queue>
#include <system_error>
#include <type_traits>

#include <fcntl.h>
#include <unistd.h>

namespace wiretale::report {
namespace {

/// Memory for reading runs, all together, and the least that one run gets.
constexpr std::size_t merge_bytes = 16U << 20, least_bytes = 4096;

[[noreturn]] void fail(const char* what) {
  const int error = errno;
  throw std::system_error(error, std::generic_category(), std::string("the temporary file can't be ") + what);
}

std::string folder() {
  const char* given = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): nobody sets the environment
  return given != nullptr && *given != '\0' ? given : "/tmp";
}

int make() {
  const std::string where = folder();
#ifdef O_TMPFILE
  const int unnamed = open(where.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (unnamed >= 0) return unnamed;
#endif
  std::string name = where + "/wiretale-XXXXXX";
  const int named = mkostemp(name.data(), O_CLOEXEC);
  if (named < 0) fail(("made in " + where).c_str());
  unlink(name.c_str());
  return named;
}

}  // namespace

TemporaryFile::~TemporaryFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

void TemporaryFile::append(std::string_view bytes) {
  if (descriptor_ < 0) descriptor_ = make();
  while (!bytes.empty()) {
    const ssize_t written = pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(("written in " + folder() + " (TMPDIR names another folder)").c_str());
    bytes.remove_prefix(static_cast<std::size_t>(written));
    size_ += static_cast<std::uint64_t>(written);
  }
}

void TemporaryFile::read(std::uint64_t offset, std::size_t count, std::string& to) const {
  to.resize(static_cast<std::size_t>(std::min<std::uint64_t>(count, size_ - std::min(offset, size_))));
  std::size_t have = 0;
  while (have < to.size()) {
    const ssize_t got = pread(descriptor_, to.data() + have, to.size() - have, static_cast<off_t>(offset + have));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail("read");
    have += static_cast<std::size_t>(got);
  }
}

void Spool::append(std::string_view bytes) {
  if (buffer_.size() + bytes.size() > in_memory_ && !buffer_.empty()) {
    file_.append(buffer_);
    buffer_.clear();
  }
  buffer_ += bytes;
}

bool Spool::copy_to(const std::function<bool(std::string_view)>& take) const {
  std::string some;
  for (std::uint64_t at = 0; at < file_.size(); at += some.size()) {
    file_.read(at, std::max<std::size_t>(in_memory_, least_bytes), some);
    if (!take(some)) return false;
  }
  return buffer_.empty() || take(buffer_);
}

// ---- SessionSpool

bool SessionSpool::Header::before(const Header& other) const {
  if (number != other.number) return number < other.number;
  if (suffix != other.suffix) return suffix < other.suffix;
  if (what != other.what) return what < other.what;
  return arrival < other.arrival;
}

SessionSpool::Entry SessionSpool::entry(const Header& header, std::string_view bytes) {
  return {header.what, header.transport, header.shown, header.goes_on, header.flow, bytes};
}

void SessionSpool::add(const PieceHead& head, std::string_view bytes) {
  if (head.kind == PieceHead::Kind::part) {
    add(head, What::part, bytes);
    return;
  }
  const std::size_t split = std::min(head.split, bytes.size());
  add(head, What::head, bytes.substr(0, split));
  if (head.shown) add(head, What::tail, bytes.substr(split));
}

void SessionSpool::add(const PieceHead& head, What what, std::string_view bytes) {
  std::uint64_t suffix = 0;
  for (const char c : head.id)
    if (c >= 'a' && c <= 'z') suffix = suffix * 26 + static_cast<std::uint64_t>(c - 'a' + 1);
  const Header header{head.number, suffix,         arrivals_++, head.flow,    bytes.size(),
                      what,        head.transport, head.shown,  head.goes_on, {}};
  held_.push_back({header, buffer_.size()});
  buffer_ += bytes;
  if (buffer_.size() + held_.size() * sizeof(Held) > in_memory_) write_run();
}

void SessionSpool::sort() {
  std::ranges::sort(held_, [](const Held& a, const Held& b) { return a.header.before(b.header); });
}

void SessionSpool::write_run() {
  static_assert(std::is_trivially_copyable_v<Header>);
  sort();
  runs_.push_back(file_.size());
  std::string some;
  for (const Held& held : held_) {
    // Our own bytes in our own file: no other program reads them.
    char raw[sizeof(Header)];
    std::memcpy(raw, &held.header, sizeof raw);
    some.append(raw, sizeof raw);
    some += std::string_view(buffer_).substr(held.offset, held.header.length);
    if (some.size() < (1U << 20)) continue;
    file_.append(some);
    some.clear();
  }
  file_.append(some);
  held_.clear();
  buffer_.clear();
}

/// Reads one run, entry by entry.
class SessionSpool::RunReader {
 public:
  RunReader(const TemporaryFile& file, std::uint64_t begin, std::uint64_t end, std::size_t buffer_bytes)
      : file_(file), at_(begin), end_(end), buffer_bytes_(buffer_bytes) {}

  /// Goes to the next entry; false at the end of the run.
  bool next() {
    if (!fill(sizeof(Header))) return false;
    std::memcpy(&header_, buffer_.data() + used_, sizeof header_);
    used_ += sizeof header_;
    fill(header_.length);
    bytes_ = std::string_view(buffer_).substr(used_, header_.length);
    used_ += header_.length;
    return true;
  }
  [[nodiscard]] const Header& header() const { return header_; }
  [[nodiscard]] std::string_view bytes() const { return bytes_; }

 private:
  /// Makes `count` octets available from `used_` on; false where the run has not so many.
  bool fill(std::size_t count) {
    if (buffer_.size() - used_ >= count) return true;
    at_ += used_;
    used_ = 0;
    const std::uint64_t left = end_ - at_;
    file_.read(at_, static_cast<std::size_t>(std::min<std::uint64_t>(left, std::max(count, buffer_bytes_))), buffer_);
    return buffer_.size() >= count;
  }

  const TemporaryFile& file_;
  std::uint64_t at_, end_;  ///< of the buffer's first octet; of the run
  std::size_t buffer_bytes_;
  std::string buffer_;
  std::size_t used_ = 0;
  Header header_{};
  std::string_view bytes_;
};

void SessionSpool::merge_runs(const std::function<bool(const Entry&)>& visit) {
  const std::size_t buffer_bytes = std::clamp(merge_bytes / runs_.size(), least_bytes, std::size_t{256} << 10);
  std::vector<std::unique_ptr<RunReader>> readers;
  const auto later = [&](std::size_t a, std::size_t b) { return readers[b]->header().before(readers[a]->header()); };
  std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later)> queue(later);
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    const std::uint64_t end = i + 1 < runs_.size() ? runs_[i + 1] : file_.size();
    readers.push_back(std::make_unique<RunReader>(file_, runs_[i], end, buffer_bytes));
    if (readers.back()->next()) queue.push(i);
  }
  while (!queue.empty()) {
    const std::size_t first = queue.top();
    queue.pop();
    if (!visit(entry(readers[first]->header(), readers[first]->bytes()))) return;
    if (readers[first]->next()) queue.push(first);
  }
}

void SessionSpool::visit(const std::function<bool(const Entry&)>& visit) {
  if (!runs_.empty()) {
    write_run();
    buffer_.shrink_to_fit();
    merge_runs(visit);
    return;
  }
  sort();
  for (const Held& held : held_)
    if (!visit(entry(held.header, std::string_view(buffer_).substr(held.offset, held.header.length)))) return;
}

}  // namespace wiretale::report
