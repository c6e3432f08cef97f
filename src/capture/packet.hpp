// What a capture gives: packets, the interfaces that they came through, and what else it tells.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
  Bytes bytes;                   ///< what was captured, without a frame check sequence that the capture tells of
};

/// An interface as the capture describes it (pcapng IDB; a pcap file has one, without a name), and what its statistics
/// (ISB) say last.
struct Interface {
  std::uint32_t link_type = 0;
  std::uint32_t snaplen = 0;    ///< 0: no limit
  std::uint32_t fcs_bytes = 0;  ///< octets of the frame check sequence at the end of each packet; not in Packet::bytes
  Nanos resolution{1000};       ///< of its time stamps; rounded up to 1 ns where finer
  std::string name;
  std::string description;
  std::string filter;                       ///< that packets had to pass
  std::string hardware;                     ///< of the interface
  std::string os;                           ///< operating system of its machine
  std::optional<std::uint64_t> received;    ///< packets that came in (isb_ifrecv)
  std::optional<std::uint64_t> dropped;     ///< lost by the interface (isb_ifdrop)
  std::optional<std::uint64_t> accepted;    ///< that passed the filter (isb_filteraccept)
  std::optional<std::uint64_t> os_dropped;  ///< lost by the operating system (isb_osdrop)
  std::optional<std::uint64_t> delivered;   ///< that the capturing program got (isb_usrdeliv)
};

/// What a section header (pcapng SHB) tells.
struct Section {
  std::string byte_order;   ///< "little-endian", "big-endian"
  std::string hardware;     ///< of the machine that captured
  std::string os;           ///< its operating system
  std::string application;  ///< the program that wrote the section
};

/// A remark that somebody left in the capture.
struct Comment {
  std::string_view about;  ///< "packet", "section", "interface", "names", "statistics", "secrets"
  std::string text;
  Frame frame = 0;                           ///< of the packet, else 0
  std::optional<std::uint32_t> interface{};  ///< index, where it is about one
};

/// A name of an address, as the capturing program resolved it (pcapng NRB).
struct HostName {
  IpAddress ip;
  std::string name;
};

/// What a capture told beside packets since it was last asked; each in the order of the file.
struct News {
  std::vector<Section> sections;
  std::vector<Comment> comments;
  std::vector<HostName> names;

  [[nodiscard]] bool empty() const { return sections.empty() && comments.empty() && names.empty(); }
};

/// Keys that a capture brings along to decrypt what is in it (pcapng DSB).
struct Secrets {
  std::string_view kind;  ///< "tls_key_log", "wireguard_key_log", …
  std::string text;       ///< as it stands; empty where there was no more room for it
};

/// A stretch of the input that is damaged: nothing in it was believed, and reading went on behind it.
struct Damage {
  std::uint64_t from = 0, to = 0;  ///< octets from the start of the file
  std::string reason;
};

/// What a capture adds up to, beside packets.
struct Tally {
  std::vector<Damage> damages;       ///< the first ones, as many as Limits::record_items
  std::uint64_t damaged_places = 0;  ///< all of them
  std::uint64_t damaged_bytes = 0;
  std::uint64_t lost_before_packets = 0;  ///< epb_dropcount: lost between one packet and the next
  std::vector<Secrets> secrets;
  std::map<std::string, std::uint64_t, std::less<>> other_blocks;  ///< blocks that hold nothing we tell, by kind
  std::map<std::string_view, std::uint64_t> link_errors;           ///< packets with errors, as epb_flags tells them
  std::map<std::string_view, std::uint64_t> limits_reached;
};

/// Why reading a capture ended before its end.
struct Fault {
  std::string file;
  std::uint64_t offset = 0;  ///< of the block or record at fault, from the start of the file
  std::string reason;
};

}  // namespace wiretale::capture
