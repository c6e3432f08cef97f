// The pcapng format (draft-ietf-opsawg-pcapng): blocks, in sections.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "capture/clock.hpp"
#include "capture/header.hpp"
#include "capture/reading.hpp"

namespace wiretale::capture {

/// Reads the blocks of a pcapng file. Packets come from Enhanced, Simple and obsolete Packet Blocks; what
/// other blocks hold is passed over.
class PcapngReader {
 public:
  /// True where a file starts with these octets.
  [[nodiscard]] static bool starts(Bytes start);

  /// Reads the section header that every file begins with; false, and a fault, where it is none.
  bool begin(Reading& reading);
  /// The next packet; false at the end or at a fault.
  bool next(Reading& reading, Packet& packet);

 private:
  /// What a block says of itself before its body.
  struct Block {
    std::uint64_t offset = 0;  // in the input
    std::uint32_t type = 0;
    std::uint32_t length = 0;  // of all of it
  };
  /// What packets need of their interface.
  struct Source {
    Clock clock;
    std::uint32_t link_type = 0;
    std::uint32_t snaplen = 0;
    std::uint32_t most_captured = 0;
  };
  /// A packet as its block tells it.
  struct Told {
    std::uint32_t interface = 0;  // in its section
    std::uint32_t captured = 0;
    std::uint32_t wire = 0;
    Bytes data;  // with padding and options
  };
  enum class Step : std::uint8_t { packet, other, stop };

  Step step(Reading& reading, Packet& packet);
  bool read_header(Reading& reading, Block& block);
  bool read_byte_order(Reading& reading, std::uint64_t offset);
  Step read_body(Reading& reading, const Block& block, Packet& packet);
  bool pass(Reading& reading, const Block& block) const;
  bool check_end(Reading& reading, const Block& block, Bytes end) const;
  bool section(Reading& reading, const Block& block, Bytes body);
  bool interface(Reading& reading, const Block& block, Bytes body);
  bool options(Bytes octets, Interface& interface, Clock& clock) const;
  bool stamped(Reading& reading, const Block& block, Bytes body, Packet& packet);
  bool simple(Reading& reading, const Block& block, Bytes body, Packet& packet);
  bool give(Reading& reading, const Block& block, const Told& told, Packet& packet);

  ByteOrder order_ = ByteOrder::little;
  std::uint32_t section_start_ = 0;  // index of the section's interface 0
  std::vector<Source> sources_;      // one for each interface
  Timestamp last_;                   // of the packet before
};

}  // namespace wiretale::capture
