#include "capture/filter.hpp"

#include <pcap/pcap.h>

namespace wiretale::capture {
namespace {

/// libpcap's own numbers (DLT_) of those LINKTYPE_ values that differ (pcap-linktype(7)).
int dlt_of(std::uint32_t link_type) {
  switch (link_type) {
    case 101:
      return DLT_RAW;
    case 104:
      return DLT_C_HDLC;
    case 107:
      return DLT_FRELAY;
    case 228:
      return DLT_IPV4;
    case 229:
      return DLT_IPV6;
    default:
      return static_cast<int>(link_type);
  }
}

constexpr int longest_packet = 262'144;

}  // namespace

struct Filter::Program {
  bpf_program code{};
  bool good = false;
  ~Program() {
    if (good) pcap_freecode(&code);
  }
};

Filter::Filter(std::string expression) : expression_(std::move(expression)) {}
Filter::~Filter() = default;

Filter::Program* Filter::program_for(std::uint32_t link_type) {
  auto& slot = programs_[link_type];
  if (slot) return slot.get();
  slot = std::make_unique<Program>();
  const std::unique_ptr<pcap_t, decltype(&pcap_close)> handle(pcap_open_dead(dlt_of(link_type), longest_packet),
                                                              &pcap_close);
  slot->good = pcap_compile(handle.get(), &slot->code, expression_.c_str(), 1, PCAP_NETMASK_UNKNOWN) == 0;
  if (!slot->good && error_.empty()) error_ = pcap_geterr(handle.get());
  return slot.get();
}

std::optional<std::string> Filter::check() {
  if (empty() || program_for(1)->good) return std::nullopt;
  return error_;
}

bool Filter::matches(const Packet& packet) {
  if (empty()) return true;
  Program* program = program_for(packet.link_type);
  if (!program->good) return false;
  return bpf_filter(program->code.bf_insns, packet.bytes.data(), packet.wire_bytes,
                    static_cast<u_int>(packet.bytes.size())) != 0;
}

}  // namespace wiretale::capture
