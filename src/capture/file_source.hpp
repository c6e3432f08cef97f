// Packets out of a capture file, a pipe or standard input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "capture/follow.hpp"
#include "capture/packet.hpp"
#include "capture/pcap.hpp"
#include "capture/pcapng.hpp"
#include "capture/reading.hpp"

namespace wiretale::capture {

/// Why an input cannot be read as a capture at all. Each part is text for people, without a full stop.
struct OpenError {
  std::string what;    ///< "no such file"
  std::string where;   ///< the file as it was named, or "standard input"
  std::string advice;  ///< what to do about it
};

/// How to read a capture file.
struct FileOptions {
  Limits limits{};
  std::size_t block_bytes = 1U << 18;  ///< usual size of a block of input
  Follow* follow = nullptr;            ///< read on as the file grows, until this says so; must outlive the source
};

/// Reads the packets of one capture, in order. Formats: pcap in both byte orders, with micro- or nanoseconds,
/// and pcapng. Nothing in a file throws or crashes; damage is passed over, and `tally()` says where and why; `fault()`
/// says why reading ended before its end.
///
///     auto opened = FileSource::open(path);
///     if (const auto* error = std::get_if<OpenError>(&opened)) …
///     auto& source = std::get<FileSource>(opened);
///     for (Packet packet; source.next(packet);) …
class FileSource {
 public:
  using Opened = std::variant<FileSource, OpenError>;

  /// Opens a file, or standard input for "-".
  [[nodiscard]] static Opened open(const std::string& path, FileOptions options = {});
  /// Reads a capture from any input; `name` is what faults call it.
  [[nodiscard]] static Opened open(std::unique_ptr<Input> input, std::string name, FileOptions options = {});

  /// Gives the next packet into `packet`, which is to be the one of the last call; false at the end, wherever reading
  /// cannot go on, and where there is no more at the moment (`waiting()`). The packet's bytes hold until the next call,
  /// or as long as `block()` is kept. A packet that the end of the file cuts is not given: it is the fault.
  bool next(Packet& packet) {
    if (ended_) [[unlikely]]
      return false;
    if (pcap_ ? pcap_->next(reading_, packet) : pcapng_.next(reading_, packet)) [[likely]]
      return true;
    ended_ = !waiting();
    return false;
  }
  /// True where `next()` gave nothing because there is no more at the moment, though more may come.
  [[nodiscard]] bool waiting() const { return !reading_.fault && reading_.window.waiting(); }
  /// Waits until there may be more.
  void wait() { reading_.window.wait(); }

  /// True where the capture told something beside packets since `take_news()`.
  [[nodiscard]] bool has_news() const { return reading_.has_news; }
  /// What was told up to the packet that was given last.
  [[nodiscard]] News take_news() {
    reading_.has_news = false;
    return std::exchange(reading_.news, {});
  }
  /// What the capture adds up to by now.
  [[nodiscard]] const Tally& tally() const { return reading_.tally; }
  /// Number of the last frame, packets and blocks without a packet counted alike.
  [[nodiscard]] Frame frames() const { return reading_.frame; }

  /// The interfaces met so far. A pcapng file may add some at any packet; their statistics may change.
  [[nodiscard]] const std::vector<Interface>& interfaces() const { return reading_.interfaces; }
  /// The owner of the current packet's bytes. Whoever looks at them later, or in another thread, keeps a
  /// copy.
  [[nodiscard]] const std::shared_ptr<const Block>& block() const { return reading_.window.block(); }
  /// Why reading ended before the end of the capture; nothing where it did not.
  [[nodiscard]] const std::optional<Fault>& fault() const { return reading_.fault; }
  /// "pcap", "pcap (nanoseconds)", "pcap (modified)", "pcap (Ixia)" or "pcapng".
  [[nodiscard]] std::string_view format() const { return pcap_ ? pcap_->format() : "pcapng"; }
  /// Frame numbers taken by blocks that hold no packet, but that Wireshark numbers among them (custom blocks,
  /// journal entries): they are skipped, so that every packet has the number that Wireshark shows.
  [[nodiscard]] std::uint64_t frames_without_packet() const { return reading_.frames_without_packet; }
  /// Octets of the input that the packets given so far, and what lies between them, took.
  [[nodiscard]] std::uint64_t bytes_read() const { return reading_.window.offset(); }
  /// Octets of the whole input, where that is known: not for a pipe.
  [[nodiscard]] std::optional<std::uint64_t> size() const { return reading_.window.size(); }

 private:
  FileSource(Reading reading, std::optional<PcapReader> pcap, PcapngReader pcapng = {})
      : reading_(std::move(reading)), pcap_(std::move(pcap)), pcapng_(std::move(pcapng)) {}
  static Opened open_pcap(Reading reading, PcapReader::Magic magic);
  static Opened open_pcapng(Reading reading);

  Reading reading_;
  std::optional<PcapReader> pcap_;  // else pcapng
  PcapngReader pcapng_;
  bool ended_ = false;
};

}  // namespace wiretale::capture
