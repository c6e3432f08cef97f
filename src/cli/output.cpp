#include "cli/output.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.hpp"

namespace wiretale::cli {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

/// The unfinished file, for the signal handler alone.
char unfinished[4096];

extern "C" void remove_unfinished(int signal) {
  unlink(unfinished);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void watch_signals(void (*handler)(int)) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const auto before = std::signal(signal, handler);
    if (before == SIG_IGN) std::signal(signal, SIG_IGN);  // as nohup wants it
  }
}

/// A file that gets its name in the end.
class FileOutput final : public FdOutput {
 public:
  explicit FileOutput(std::string path) : path_(std::move(path)), temporary_(path_ + ".part-XXXXXX") {
    const int descriptor = mkostemp(temporary_.data(), O_CLOEXEC);
    if (descriptor < 0)
      throw UsageError{path_ + " can't be written: " + reason(errno), "name a folder that you may write to"};
    set_descriptor(descriptor);
    const mode_t mask = umask(0);
    umask(mask);
    (void)fchmod(descriptor, 0666 & ~mask);
    if (temporary_.size() < sizeof unfinished) {
      std::memcpy(unfinished, temporary_.c_str(), temporary_.size() + 1);
      watch_signals(remove_unfinished);
    }
  }
  FileOutput(const FileOutput&) = delete;
  FileOutput& operator=(const FileOutput&) = delete;
  ~FileOutput() override {
    if (descriptor() >= 0) close(descriptor());
    if (!finished_) unlink(temporary_.c_str());
  }

  void finish() override {
    const int closed = close(descriptor());
    set_descriptor(-1);
    if (closed != 0 || std::rename(temporary_.c_str(), path_.c_str()) != 0)
      throw UsageError{path_ + " can't be written: " + reason(errno), {}};
    finished_ = true;
    watch_signals(SIG_DFL);
  }

 private:
  std::string path_, temporary_;
  bool finished_ = false;
};

}  // namespace

bool FdOutput::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {  // somebody else made the pipe non-blocking
      pollfd ready{descriptor_, POLLOUT, 0};
      poll(&ready, 1, -1);
      continue;
    }
    if (errno != EPIPE) error_ = errno;
    return false;
  }
  return true;
}

std::unique_ptr<FdOutput> open_output(const std::string& path, const std::vector<std::string>& inputs) {
  if (path.empty() || path == "-") return std::make_unique<FdOutput>(STDOUT_FILENO);
  struct stat target{};
  if (stat(path.c_str(), &target) != 0) return std::make_unique<FileOutput>(path);
  if (S_ISDIR(target.st_mode)) throw UsageError{path + " is a folder", "name a file in it"};
  for (const std::string& input : inputs) {
    struct stat source{};
    if (stat(input.c_str(), &source) == 0 && source.st_dev == target.st_dev && source.st_ino == target.st_ino)
      throw UsageError{path + " is one of the captures to read", "name another output"};
  }
  if (S_ISREG(target.st_mode)) {
    const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr), &std::free);
    return std::make_unique<FileOutput>(real ? real.get() : path);  // through a link, not over it
  }
  const int descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0) throw UsageError{path + " can't be written: " + reason(errno), {}};
  return std::make_unique<FdOutput>(descriptor);
}

}  // namespace wiretale::cli
