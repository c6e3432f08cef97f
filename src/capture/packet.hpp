// What a capture gives: packets, and the interfaces that they came through.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <wiretale/net.hpp>

namespace wiretale::capture {

/// One packet as it was captured. `bytes` holds until the source is asked for the next packet, or as long as somebody
/// keeps the source's block.
struct Packet {
  Frame frame = 0;               ///< number in the input, from 1
  Timestamp time;                ///< packet time
  std::uint32_t interface = 0;   ///< index into the source's interfaces
  std::uint32_t link_type = 0;   ///< LINKTYPE_ value of that interface
  std::uint32_t wire_bytes = 0;  ///< length on the wire; more than `bytes` where the snaplen cut it
  Bytes bytes;                   ///< what was captured
};

/// An interface as the capture describes it (pcapng IDB; a pcap file has one, without a name).
struct Interface {
  std::uint32_t link_type = 0;
  std::uint32_t snaplen = 0;  ///< 0: no limit
  Nanos resolution{1000};     ///< of its time stamps; rounded up to 1 ns where finer
  std::string name;
  std::string description;
};

/// Why reading a capture ended before its end.
struct Fault {
  std::string file;
  std::uint64_t offset = 0;  ///< of the block or record at fault, from the start of the file
  std::string reason;
};

}  // namespace wiretale::capture
