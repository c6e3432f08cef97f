// Capture files built in memory, octet by octet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "capture/header.hpp"

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

inline constexpr std::uint32_t kMicroseconds = 0xa1b2c3d4;
inline constexpr std::uint32_t kNanoseconds = 0xa1b23c4d;
inline constexpr std::uint32_t kModified = 0xa1b2cd34;
inline constexpr std::uint32_t kIxia = 0x1c0001ac;

/// A pcap file's header and records.
struct Pcap {
  std::uint32_t magic = kMicroseconds;
  ByteOrder order = ByteOrder::little;
  std::uint32_t network = 1;
  std::uint32_t snaplen = 65535;
  std::uint16_t minor = 4;
  std::uint16_t major = 2;

  [[nodiscard]] std::string header() const {
    Octets octets(order);
    octets.u32(magic).u16(major).u16(minor).u32(0).u32(0).u32(snaplen).u32(network);
    if (magic == kIxia) octets.u32(0);
    return octets.str();
  }
  [[nodiscard]] std::string record(std::uint32_t s, std::uint32_t ticks, std::uint32_t captured, std::uint32_t wire,
                                   std::string_view data) const {
    Octets octets(order);
    octets.u32(s).u32(ticks).u32(captured).u32(wire);
    if (magic == kModified) octets.u64(0);
    return octets.text(data).str();
  }
  [[nodiscard]] std::string record(std::string_view data, std::uint32_t s = 1'700'000'000) const {
    const auto length = static_cast<std::uint32_t>(data.size());
    return record(s, 2, length, length, data);
  }
};

/// The blocks of a pcapng file, in one byte order.
struct Pcapng {
  ByteOrder order = ByteOrder::little;

  [[nodiscard]] Octets octets() const { return Octets(order); }
  [[nodiscard]] std::string block(std::uint32_t type, std::string_view body) const {
    const std::string padded = octets().text(body).pad().str();
    const std::size_t length = padded.size() + 12;
    return octets().u32(type).u32(length).text(padded).u32(length).str();
  }
  [[nodiscard]] std::string option(std::uint16_t code, std::string_view value) const {
    return octets().u16(code).u16(value.size()).text(value).pad().str();
  }
  [[nodiscard]] std::string number(std::uint16_t code, std::uint64_t value) const {
    return option(code, octets().u64(value).str());
  }
  [[nodiscard]] std::string section(std::uint64_t length = UINT64_MAX, std::uint16_t major = 1,
                                    std::string_view options = {}) const {
    return block(0x0a0d0d0a, octets().u32(0x1a2b3c4d).u16(major).u16(0).u64(length).text(options).str());
  }
  [[nodiscard]] std::string interface(std::uint16_t link_type = 1, std::uint32_t snaplen = 0,
                                      std::string_view options = {}) const {
    return block(1, octets().u16(link_type).u16(0).u32(snaplen).text(options).str());
  }
  [[nodiscard]] std::string enhanced(std::string_view data, std::uint64_t ticks = 0, std::uint32_t interface = 0,
                                     std::string_view options = {}) const {
    const std::string padded = octets().text(data).pad().text(options).str();
    return block(6, octets().u32(interface).u32(ticks >> 32).u32(ticks).u32(data.size()).u32(1500).text(padded).str());
  }
  [[nodiscard]] std::string obsolete(std::string_view data, std::uint64_t ticks, std::uint16_t interface,
                                     std::uint16_t drops = 7, std::string_view options = {}) const {
    Octets body = octets();
    body.u16(interface).u16(drops).u32(ticks >> 32).u32(ticks).u32(data.size()).u32(1500).text(data).pad();
    return block(2, body.text(options).str());
  }
  [[nodiscard]] std::string simple(std::string_view data, std::uint32_t wire) const {
    return block(3, octets().u32(wire).text(data).str());
  }
  /// One record of names, for `names`; several names are parted by zeros.
  [[nodiscard]] std::string name(std::uint16_t type, std::string_view address, std::string_view names) const {
    return option(type, std::string(address) + std::string(names) + '\0');
  }
  [[nodiscard]] std::string names(std::string_view records, std::string_view options = {}) const {
    return block(4, octets().text(records).u32(0).text(options).str());
  }
  [[nodiscard]] std::string statistics(std::uint32_t interface, std::string_view options) const {
    return block(5, octets().u32(interface).u64(0).text(options).str());
  }
  [[nodiscard]] std::string secrets(std::uint32_t type, std::string_view data, std::string_view options = {}) const {
    return block(10, octets().u32(type).u32(data.size()).text(data).pad().text(options).str());
  }
  [[nodiscard]] std::string custom(std::uint32_t enterprise, std::string_view data, bool copied = true) const {
    return block(copied ? 0x0bad : 0x4000'0bad, octets().u32(enterprise).text(data).str());
  }
};

}  // namespace wiretale::capture::testing
