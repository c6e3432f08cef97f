// The pcapng format (draft-ietf-opsawg-pcapng): blocks, in sections.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture/clock.hpp"
#include "capture/header.hpp"
#include "capture/reading.hpp"

namespace wiretale::capture {

/// Reads the blocks of a pcapng file. Packets come from Enhanced, Simple and obsolete Packet Blocks; what sections,
/// interfaces, names, statistics, secrets and comments say goes into the Reading. A block that can't be is passed over;
/// where not even its length can be believed, the next one that can be is looked for.
class PcapngReader {
 public:
  /// True where a file starts with these octets.
  [[nodiscard]] static bool starts(Bytes start);

  /// Reads the section header that every file begins with; false, and a fault, where it is none.
  bool begin(Reading& reading);
  /// The next packet; false at the end, at a fault, or where there is no more at the moment.
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
    std::uint32_t fcs_bytes = 0;
    bool described = true;  // false: its description was damaged
  };
  /// A packet as its block tells it.
  struct Told {
    std::uint32_t interface = 0;  // in its section
    std::uint32_t captured = 0;
    std::uint32_t wire = 0;
    Bytes data;  // with padding and options
  };
  /// What a step came to. `lost`: the block's length can't be believed; `stop`: there is no more (now, or at all).
  enum class Step : std::uint8_t { packet, other, lost, stop };

  // pcapng.cpp: blocks, packets
  Step step(Reading& reading, Packet& packet);
  Step read_header(Reading& reading, Block& block);
  Step read_byte_order(Reading& reading, std::uint64_t offset);
  Step read_body(Reading& reading, const Block& block, Packet& packet);
  Step pass(Reading& reading);
  Step cut(Reading& reading, std::uint64_t offset, std::string_view what, std::uint64_t octets);
  Step lose(std::uint64_t offset, std::string reason);
  bool recover(Reading& reading);
  bool refuse(Reading& reading, const Block& block, std::string reason) const;
  [[nodiscard]] std::uint64_t most_held(const Reading& reading, std::uint32_t type) const;
  [[nodiscard]] bool begins_block(Bytes octets, bool all) const;
  bool stamped(Reading& reading, const Block& block, Bytes body, Packet& packet);
  bool simple(Reading& reading, const Block& block, Bytes body, Packet& packet);
  bool give(Reading& reading, const Block& block, const Told& told, Packet& packet) const;
  void packet_options(Reading& reading, Bytes options, Packet& packet) const;
  void cut_fcs(Packet& packet, std::uint32_t octets) const;

  // pcapng_blocks.cpp: blocks without packets
  bool section(Reading& reading, const Block& block, Bytes body);
  bool interface(Reading& reading, const Block& block, Bytes body);
  bool interface_options(Reading& reading, Bytes octets, Interface& interface, Clock& clock);
  bool names(Reading& reading, const Block& block, Bytes body) const;
  bool statistics(Reading& reading, const Block& block, Bytes body) const;
  bool secrets(Reading& reading, const Block& block, Bytes body) const;
  void count_other(Reading& reading, const Block& block, Bytes body) const;
  void comment(Reading& reading, std::string_view about, Bytes text) const;
  [[nodiscard]] static std::string text(Reading& reading, Bytes octets);

  ByteOrder order_ = ByteOrder::little;
  std::uint32_t section_start_ = 0;  // index of the section's interface 0
  bool readable_ = true;             // false in a section of an unknown version
  std::vector<Source> sources_;      // one for each interface
  Timestamp last_;                   // of the packet before
  bool stamped_ = false;             // there was one
  Block passing_;                    // one that is not held, of which `left_` octets are to come
  std::uint64_t left_ = 0;
  std::optional<Lost> lost_;
};

}  // namespace wiretale::capture
