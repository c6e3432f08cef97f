// A BPF expression, applied to packets of any link type.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "capture/packet.hpp"

namespace wiretale::capture {

/// Keeps the packets that match an expression (pcap-filter(7)), as libpcap compiles it for each link type.
class Filter {
 public:
  /// `expression` may be empty: then all packets match.
  explicit Filter(std::string expression);
  ~Filter();
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  /// True where the packet matches. A link type that the expression can't be compiled for matches nothing; error()
  /// then says why.
  [[nodiscard]] bool matches(const Packet& packet);
  [[nodiscard]] bool empty() const { return expression_.empty(); }
  /// What libpcap says against the expression, for Ethernet; nothing where it is good.
  [[nodiscard]] std::optional<std::string> check();
  /// Why an expression can't be used for a link type that was met; empty where all went well.
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  struct Program;
  Program* program_for(std::uint32_t link_type);

  std::string expression_;
  std::string error_;
  std::map<std::uint32_t, std::unique_ptr<Program>> programs_;
};

}  // namespace wiretale::capture
