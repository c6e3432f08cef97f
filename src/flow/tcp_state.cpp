#include "flow/tcp_state.hpp"

#include <algorithm>

namespace wiretale::flow {

using decode::TcpHeader;

bool TcpState::starts_anew(unsigned side, const TcpHeader& header) const {
  if (!header.has(TcpHeader::syn) || header.has(TcpHeader::rst)) return false;
  // A SYN-ACK answers this session's SYN, also where several hosts, or SYN cookies, answer with numbers of their own.
  if (header.has(TcpHeader::ack_flag)) return false;
  const Side& me = sides_[side];
  if (me.syn) return me.isn != header.seq;
  const Side& peer = sides_[1 - side];
  // A SYN of the other side alone is a simultaneous open, or this SYN came late in the capture.
  if (peer.syn && !me.any) return false;
  return me.data || me.fin || reset();
}

void TcpState::read_options(Side& side, Bytes options) {
  Cursor cursor(options);
  while (!cursor.empty()) {
    const std::uint8_t kind = cursor.u8();
    if (kind == 0) return;
    if (kind == 1) continue;
    const std::uint8_t length = cursor.u8();
    if (length < 2) return;
    Cursor value = cursor.part(length - 2U);
    if (!cursor.ok()) return;
    if (kind == 2 && length == 4) {
      side.mss = value.u16();
      side.has_mss = true;
    }
    if (kind == 3 && length == 3) {
      side.scale = std::min<std::uint8_t>(value.u8(), 14);  // RFC 7323, section 2.3
      side.scaled = true;
    }
  }
}

/// Windows are scaled only where both sides offered to: known once both SYNs were seen.
void TcpState::settle_shifts() {
  if (!sides_[0].syn || !sides_[1].syn) return;
  const bool scaled = sides_[0].scaled && sides_[1].scaled;
  for (Side& side : sides_) side.shift = scaled ? side.scale : 0;
}

void TcpState::packet(unsigned side, const TcpHeader& header, std::uint32_t payload_bytes, Timestamp time) {
  Side& me = sides_[side];
  const bool syn = header.has(TcpHeader::syn);
  const bool ack = header.has(TcpHeader::ack_flag);
  me.any = true;
  me.data = me.data || payload_bytes != 0;
  if (syn && !me.syn) {
    me.syn = true;
    me.isn = header.seq;
    read_options(me, header.options);
    settle_shifts();
    if (!ack) {
      if (!first_is_client_ || !by_syn_) first_is_client_ = side == 0;
      by_syn_ = true;
      if (handshake_ != Handshake::done) {
        handshake_ = Handshake::begun;
        handshake_ns_ = time.ns;
      }
    } else {
      synack_ = true;
      if (!first_is_client_) first_is_client_ = side == 1;
    }
  } else if (syn && ack) {
    synack_ = true;
  }
  if (!syn && ack && synack_ && handshake_ == Handshake::begun && first_is_client_ == (side == 0)) {
    handshake_ = Handshake::done;
    handshake_ns_ = time.ns - handshake_ns_;
  }
  if (header.has(TcpHeader::fin)) {
    me.fin = true;
    if (first_fin_ < 0) first_fin_ = static_cast<std::int8_t>(side);
  }
  if (header.has(TcpHeader::rst) && reset_by_ < 0 && !closed()) reset_by_ = static_cast<std::int8_t>(side);
}

TcpState::Phase TcpState::phase() const {
  if (reset() || (sides_[0].fin && sides_[1].fin)) return Phase::over;
  const bool answered = sides_[0].any && sides_[1].any;
  return answered || sides_[0].data || sides_[1].data ? Phase::open : Phase::opening;
}

std::string_view TcpState::state(unsigned client) const {
  const bool data = sides_[0].data || sides_[1].data;
  if (reset()) {
    const bool opened = synack_ || midstream() || data;
    return !opened && sides_[client].syn ? "refused" : "reset";
  }
  if (sides_[0].fin && sides_[1].fin) return "closed";
  if (sides_[0].fin || sides_[1].fin) return "half_closed";
  if (data) return "established";
  if (sides_[client].syn && !sides_[1 - client].any) return "no_reply";
  return midstream() ? "established" : "handshake_only";
}

std::string_view TcpState::ended_by(unsigned client) const {
  if (first_fin_ >= 0) return static_cast<unsigned>(first_fin_) == client ? "client_fin" : "server_fin";
  if (reset_by_ >= 0) return static_cast<unsigned>(reset_by_) == client ? "client_rst" : "server_rst";
  return {};
}

std::optional<std::uint32_t> TcpState::isn(unsigned side) const {
  if (!sides_[side].syn) return std::nullopt;
  return sides_[side].isn;
}

}  // namespace wiretale::flow
