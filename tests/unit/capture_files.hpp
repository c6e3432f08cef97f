// Capture files built in memory, octet by octet.
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

#include "capture/file_source.hpp"

namespace wiretale::capture::testing {

/// Appends integers in either byte order.
class Octets {
 public:
  explicit Octets(ByteOrder order) : order_(order) {}

  Octets& u8(std::uint64_t value) { return integer(value, 1); }
  Octets& u16(std::uint64_t value) { return integer(value, 2); }
  Octets& u32(std::uint64_t value) { return integer(value, 4); }
  Octets& u64(std::uint64_t value) { return integer(value, 8); }
  Octets& text(std::string_view text) {
    octets_ += text;
    return *this;
  }
  /// Zeros up to a multiple of 4 octets.
  Octets& pad() {
    octets_.resize((octets_.size() + 3) / 4 * 4);
    return *this;
  }
  [[nodiscard]] const std::string& str() const { return octets_; }

 private:
  Octets& integer(std::uint64_t value, unsigned octets) {
    for (unsigned i = 0; i < octets; ++i) {
      const unsigned shift = 8 * (order_ == ByteOrder::little ? i : octets - 1 - i);
      octets_.push_back(static_cast<char>(value >> shift & 0xff));
    }
    return *this;
  }

  ByteOrder order_;
  std::string octets_;
};

/// Everything that a capture gave.
struct Result {
  std::optional<OpenError> error;
  std::optional<Fault> fault;
  std::vector<Packet> packets;                       // their bytes hold, as the blocks do
  std::vector<std::shared_ptr<const Block>> blocks;  // one for each packet
  std::vector<Interface> interfaces;
  std::string format;
  std::uint64_t without_packet = 0;

  [[nodiscard]] std::string data(std::size_t i) const { return std::string(text_of(packets.at(i).bytes)); }
};

/// Reads to the end, and keeps all blocks.
inline Result drain(FileSource::Opened opened) {
  Result result;
  if (auto* error = std::get_if<OpenError>(&opened)) {
    result.error = std::move(*error);
    return result;
  }
  auto& source = std::get<FileSource>(opened);
  for (Packet packet; source.next(packet);) {
    result.packets.push_back(packet);
    result.blocks.push_back(source.block());
  }
  result.fault = source.fault();
  result.interfaces = source.interfaces();
  result.format = source.format();
  result.without_packet = source.frames_without_packet();
  return result;
}

/// Reads a capture in memory, in blocks of `block_bytes` and reads of at most `at_once`.
inline Result read(std::string_view capture, std::size_t block_bytes = 4096, std::size_t at_once = SIZE_MAX) {
  return drain(FileSource::open(std::make_unique<MemoryInput>(bytes_of(capture), at_once), "test",
                                {.block_bytes = block_bytes}));
}

}  // namespace wiretale::capture::testing
