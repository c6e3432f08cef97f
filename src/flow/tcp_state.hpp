// What the flags of a TCP session tell: how it started, where it stands, who ended it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include <wiretale/net.hpp>

#include "decode/decoded.hpp"

namespace wiretale::flow {

/// Follows the connection state of both sides (RFC 9293, section 3.3.2) as far as a listener can see it. Sides are 0,
/// who sent the session's first packet, and 1.
class TcpState {
 public:
  /// How long the session may be silent.
  enum class Phase : std::uint8_t { opening, open, over };

  /// True where this packet opens a new connection on the same ports: a SYN with another sequence number than the
  /// session's own.
  [[nodiscard]] bool starts_anew(unsigned side, const decode::TcpHeader& header) const;
  /// Takes note of a packet.
  void packet(unsigned side, const decode::TcpHeader& header, std::uint32_t payload_bytes, Timestamp time);

  /// Side 0 is the client: by the SYN or SYN-ACK; nothing where neither was seen.
  [[nodiscard]] std::optional<bool> first_is_client() const { return first_is_client_; }
  /// True where that is known by a SYN; else by a SYN-ACK.
  [[nodiscard]] bool by_syn() const { return by_syn_; }
  [[nodiscard]] bool midstream() const { return !sides_[0].syn && !sides_[1].syn; }
  [[nodiscard]] Phase phase() const;
  [[nodiscard]] bool reset() const { return reset_by_ >= 0; }
  /// True where both sides sent a FIN: a RST that follows is the answer to something late.
  [[nodiscard]] bool closed() const { return sides_[0].fin && sides_[1].fin; }
  /// The RST was not obeyed.
  void revive() { reset_by_ = -1; }
  /// How far left a side's windows are to be shifted (RFC 7323, section 2.2); Segment::unknown_shift where its SYN or
  /// the other side's was not seen.
  [[nodiscard]] std::uint8_t shift(unsigned side) const { return sides_[side].shift; }

  /// Words of the session record. `client`: the client's side.
  [[nodiscard]] std::string_view state(unsigned client) const;
  /// client_fin, server_fin, client_rst, server_rst; empty where the session was still open.
  [[nodiscard]] std::string_view ended_by(unsigned client) const;

  [[nodiscard]] std::optional<Nanos> handshake_rtt() const {
    return handshake_ == Handshake::done ? std::optional(Nanos(handshake_ns_)) : std::nullopt;
  }
  [[nodiscard]] std::optional<std::uint16_t> mss(unsigned side) const {
    return sides_[side].has_mss ? std::optional(sides_[side].mss) : std::nullopt;
  }
  [[nodiscard]] std::optional<std::uint32_t> isn(unsigned side) const;

 private:
  // Small, as there may be millions.
  struct Side {
    bool syn : 1 = false, fin : 1 = false, data : 1 = false, any : 1 = false;
    bool scaled : 1 = false, has_mss : 1 = false;
    std::uint8_t scale = 0;
    std::uint8_t shift = 255;  ///< see shift()
    std::uint16_t mss = 0;
    std::uint32_t isn = 0;
  };
  /// How far the client's handshake came, as the round trip is measured.
  enum class Handshake : std::uint8_t { unseen, begun, done };

  void read_options(Side& side, Bytes options);
  void settle_shifts();

  std::array<Side, 2> sides_;
  std::optional<bool> first_is_client_;
  bool by_syn_ = false;
  bool synack_ = false;
  std::int8_t reset_by_ = -1;
  std::int8_t first_fin_ = -1;
  Handshake handshake_ = Handshake::unseen;
  std::int64_t handshake_ns_ = 0;  ///< when it began; how long it took, once done
};

}  // namespace wiretale::flow
