#include "capture/file_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "capture/packed_input.hpp"
#include "capture/recognise.hpp"

namespace wiretale::capture {
namespace {

// As much of the start as tells a file's format, or what else it looks like.
constexpr std::size_t kMagic = 4;
constexpr std::size_t kLook = 64;

OpenError cannot_open(int error, std::string where) {
  switch (error) {
    case ENOENT:
      return {"no such file", std::move(where), "check the name and the folder"};
    case ENOTDIR:
      return {"no such file", std::move(where), "a part of its path is not a folder: check the path"};
    case EACCES:
    case EPERM:
      return {"no permission to read it", std::move(where), "ask its owner, or read it as a user who may"};
    default:
      return {"cannot be opened: " + std::generic_category().message(error), std::move(where), "try another file"};
  }
}

/// Waits until the window has so many octets, or ends before.
bool await(Window& window, std::size_t count) {
  while (!window.need(count)) {
    if (!window.waiting()) return false;
    window.wait();
  }
  return true;
}

/// Why a descriptor that was opened holds no capture whatever is in it.
std::optional<OpenError> not_readable(int descriptor, const std::string& where) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return cannot_open(errno, where);
  if (S_ISDIR(status.st_mode)) return OpenError{"it is a folder", where, "name the capture files in it"};
  if (::isatty(descriptor) == 1) {
    return OpenError{"it is a terminal", where, "name a capture file, or pipe one in: tcpdump -w - | wiretale -"};
  }
  return std::nullopt;
}

OpenError cut_header(std::uint64_t there, std::string where) {
  return {"the file ends within its pcap header, after " + std::to_string(there) + " octets", std::move(where),
          "the capture holds no packets: make or copy it again"};
}

OpenError not_a_capture(const Window& window, std::string where) {
  if (window.error() == kDamagedData)
    return {"its compressed data is damaged", std::move(where), "make or copy it again"};
  if (window.error() != 0) {
    return {"cannot be read: " + std::generic_category().message(window.error()), std::move(where),
            "check the disk, or copy the file again"};
  }
  const Bytes start = window.rest();
  if (start.empty()) return {"it is empty, without even a file header", std::move(where), "make or copy it again"};
  const Looks looks = looks_of(slice(start, 0, kLook));
  return {"not a capture file: it looks like " + std::string(looks.like), std::move(where), std::string(looks.advice)};
}

}  // namespace

FileSource::Opened FileSource::open(const std::string& path, FileOptions options) {
  const bool standard_input = path == "-";
  const std::string name = standard_input ? "standard input" : path;
  // Standard input is duplicated, because the input closes what it was given.
  const int descriptor = standard_input ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                        : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0) return cannot_open(errno, name);
  std::unique_ptr<Input> input = std::make_unique<FdInput>(descriptor);
  if (auto error = not_readable(descriptor, name)) return std::move(*error);
  if (options.follow != nullptr && input->size())
    input = std::make_unique<FollowInput>(std::move(input), descriptor, path, *options.follow);
  return open(std::move(input), name, options);
}

FileSource::Opened FileSource::open(std::unique_ptr<Input> input, std::string name, FileOptions options) {
  const std::size_t block_bytes = std::max(options.block_bytes, std::size_t{1});
  Reading reading{
      .file = std::move(name), .window = Window(unpacked(std::move(input)), block_bytes), .limits = options.limits};
  Window& window = reading.window;
  if (!await(window, kMagic)) return not_a_capture(window, reading.file);
  if (PcapngReader::starts(window.rest())) return open_pcapng(std::move(reading));
  if (const auto magic = PcapReader::magic_of(window.rest())) return open_pcap(std::move(reading), *magic);
  // A pipe may have given no more than the magic number yet. The file is refused in any case.
  (void)await(window, kLook);
  return not_a_capture(window, reading.file);
}

FileSource::Opened FileSource::open_pcap(Reading reading, PcapReader::Magic magic) {
  if (!await(reading.window, PcapReader::file_header(magic))) {
    return cut_header(reading.window.rest().size(), reading.file);
  }
  const std::uint16_t major = PcapReader::major_version(reading.window.rest(), magic);
  if (major < PcapReader::kLeastMajor) {
    return OpenError{"it is written in pcap version " + std::to_string(major) + ", which nothing reads any more",
                     reading.file, "the file is damaged, or from before 1990: copy it again"};
  }
  const PcapReader pcap(magic, reading);
  return FileSource(std::move(reading), pcap);
}

FileSource::Opened FileSource::open_pcapng(Reading reading) {
  PcapngReader pcapng;
  bool begun = pcapng.begin(reading);
  while (!begun && !reading.fault && reading.window.waiting()) {
    reading.window.wait();
    begun = pcapng.begin(reading);
  }
  if (begun) return FileSource(std::move(reading), std::nullopt, std::move(pcapng));
  const std::string reason = reading.fault ? reading.fault->reason : "no section header";
  return OpenError{"its pcapng header is damaged: " + reason, reading.file, "make or copy the file again"};
}

}  // namespace wiretale::capture
