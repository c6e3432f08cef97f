// NetBIOS sessions on port 139 (RFC 1001, section 16; RFC 1002, section 4.3).
#include <fmt/format.h>

#include <array>

#include "common/notes.hpp"
#include "smb/dissector.hpp"

namespace wiretale::shares {
namespace {

constexpr std::uint8_t session_request = 0x81, positive = 0x82, negative = 0x83, retarget = 0x84, keep_alive = 0x85;

/// An encoded name (RFC 1001, section 14.1): 32 letters for 16 octets, the last of which is the suffix.
void read_name(Cursor& cursor, std::string& name, std::string& suffix) {
  constexpr std::size_t encoded = 32;
  const std::size_t length = cursor.u8();
  const Bytes letters = cursor.take(length);
  if (length != encoded || letters.size() != encoded) return;
  std::array<std::uint8_t, encoded / 2> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i)
    octets[i] = static_cast<std::uint8_t>((letters[2 * i] - 'A') << 4 | ((letters[2 * i + 1] - 'A') & 15));
  const std::string_view text = text_of(Bytes(octets).first(octets.size() - 1));
  name = text.substr(0, text.find_last_not_of(" \0") + 1);
  suffix = fmt::format("{:02x}", octets.back());
  while (cursor.ok()) {  // the scope
    const std::size_t label = cursor.u8();
    if (label == 0 || label > 63) return;
    cursor.skip(label);
  }
}

std::string_view error_text(std::uint8_t code) {
  switch (code) {
    case 0x80:
      return "not listening on the called name";
    case 0x81:
      return "not listening for the calling name";
    case 0x82:
      return "called name not present";
    case 0x83:
      return "insufficient resources";
    case 0x8F:
      return "unspecified error";
    default:
      return "unknown error";
  }
}

}  // namespace

/// A packet of the session service that is no message.
void SmbDissector::netbios(const Received& message, std::uint8_t type) {
  Cursor cursor(message.bytes);
  if (type == session_request || !calling_ || type == keep_alive) {
    if (type == session_request) end_netbios();
    NetbiosSessionRecord record;
    record.exchange.time = message.first;
    (message.side == Side::client ? record.exchange.request_frames : record.exchange.response_frames) = message.frames;
    record.kind = type == keep_alive ? "keep_alive" : "request";
    if (type == session_request) {
      read_name(cursor, record.called, record.called_suffix);
      read_name(cursor, record.calling, record.calling_suffix);
    }
    if (message.damaged() || !cursor.ok()) {
      record.exchange.complete = false;
      wiretale::note(record.exchange.anomalies, session().limits(),
                     message.damaged() ? AnomalyKind::cut_off : AnomalyKind::malformed, "packet_cut",
                     "The packet is not all there.", message.frames.last);
    }
    if (type == keep_alive) {
      session().emit(record);
      return;
    }
    called_at_ = message.last;
    calling_ = std::move(record);
    if (type == session_request) return;
    wiretale::note(calling_->exchange.anomalies, session().limits(), AnomalyKind::unusual, "no_request",
                   "No session request to this answer is in the capture.", message.frames.last);
  }
  NetbiosSessionRecord& record = *calling_;
  record.exchange.response_frames = message.frames;
  if (!record.exchange.request_frames.empty() && message.first >= called_at_)
    record.exchange.latency = message.first - called_at_;
  if (type == positive) record.outcome = "accepted";
  if (type == negative) {
    record.outcome = "refused";
    record.error = error_text(cursor.u8());
  }
  if (type == retarget) {
    record.outcome = "retargeted";
    record.retarget_ip = IpAddress::from(cursor.take(4));
    record.retarget_port = cursor.u16();
  }
  if (message.damaged() || !cursor.ok()) {
    record.exchange.complete = false;
    wiretale::note(record.exchange.anomalies, session().limits(),
                   message.damaged() ? AnomalyKind::cut_off : AnomalyKind::malformed, "packet_cut",
                   "The packet is not all there.", message.frames.last);
  }
  session().emit(record);
  calling_.reset();
}

/// A session request that got no answer.
void SmbDissector::end_netbios() {
  if (!calling_) return;
  calling_->exchange.complete = false;
  wiretale::note(calling_->exchange.anomalies, session().limits(), AnomalyKind::cut_off, "no_response",
                 "No answer to this is in the capture.", calling_->exchange.request_frames.last);
  session().emit(*calling_);
  calling_.reset();
}

}  // namespace wiretale::shares
