// DNS over TCP: messages behind two octets of length (RFC 1035, section 4.2.2; RFC 7766, section 8).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <wiretale/dissector.hpp>

#include "dns/lookups.hpp"
#include "dns/probe.hpp"

namespace wiretale::domain {

class DnsStream final : public StreamDissector {
 public:
  DnsStream(Session& session, Scope scope) : StreamDissector(session), lookups_(session, scope) {}

  Talk client(Input& in) override { return read(Side::client, in); }
  Talk server(Input& in) override { return read(Side::server, in); }
  void gap(Side side, std::uint64_t missing, Frame frame) override;
  void end(Side side, Close how) override;

 private:
  /// The message that a side is sending.
  struct Gathering {
    std::size_t length = 0;  ///< as announced
    Received received;
    std::vector<std::uint8_t> octets;  ///< where it doesn't come in one run
  };
  Talk read(Side side, Input& in);
  Talk length(Side side, Input& in);
  Talk resume(Side side, Input& in);
  Talk message(Side side, Input& in);
  void begin(Side side, std::size_t length, const Where& where);
  void add(Gathering& gathering, Bytes bytes, const Where& where);
  void finish(Gathering& gathering, Bytes bytes);
  void unfinished(Side side, const Where& where);
  void empty_message(Side side, const Where& where);
  void tell_skipped(Side side, Frame frame);

  Lookups lookups_;
  std::array<Gathering, 2> gathering_;
  std::array<std::uint64_t, 2> skipped_{};  ///< octets passed over in search of a message
  std::array<bool, 2> gap_told_{};
  bool empty_told_ = false;
  bool one_ended_ = false;
};

}  // namespace wiretale::domain
