#include "dns/stream.hpp"

#include <algorithm>
#include <string>

namespace wiretale::domain {

Talk DnsStream::read(Side side, Input& in) {
  if (in.resuming()) co_await resume(side, in);
  for (;;) {
    const Block prefix = co_await in.bytes(2);
    const std::size_t length = Cursor(prefix.bytes).u16();
    if (length == 0) {
      empty_message(side, prefix.where);
      continue;
    }
    begin(side, length, prefix.where);
    co_await message(side, in);
  }
}

/// After a gap: passes over octets until a message seems to start, and reads that.
Talk DnsStream::resume(Side side, Input& in) {
  std::array<Seen, window_bytes> seen;
  std::array<std::uint8_t, window_bytes> window{};
  std::size_t count = 0;
  for (;;) {
    if (count == window_bytes) {
      if (plausible_start(window, side == Side::server, lookups_.transferring(window[2], window[3]))) break;
      ++skipped_[index(side)];
      std::shift_left(seen.begin(), seen.end(), 1);
      std::shift_left(window.begin(), window.end(), 1);
      --count;
    }
    const Block one = co_await in.bytes(1);
    window[count] = one.bytes[0];
    seen[count] = {one.bytes[0], one.where.frames, one.where.first};
    ++count;
  }
  tell_skipped(side, seen.front().frames.first);
  begin(side, Cursor(window).u16(), {seen[0].frames, seen[0].time, seen[0].time, 0});
  Gathering& gathering = gathering_[index(side)];
  for (std::size_t i = 1; i < window_bytes; ++i) {
    const Where where{seen[i].frames, seen[i].time, seen[i].time, 0};
    add(gathering, Bytes(window).subspan(i, i == 1 ? 0 : 1), where);
  }
  co_await message(side, in);
}

/// Reads what is left of the message that the side began.
Talk DnsStream::message(Side side, Input& in) {
  Gathering& gathering = gathering_[index(side)];
  Input::Body body = in.body(gathering.length - gathering.octets.size());
  while (const Piece piece = co_await body.next()) {
    if (piece.kind == Piece::Kind::missing) {
      gathering.received.cut = Cut::gap;
      continue;
    }
    if (gathering.octets.empty() && piece.bytes.size() == gathering.length) {
      gathering.received.frames.add(piece.where.frames);
      gathering.received.last = piece.where.last;
      finish(gathering, piece.bytes);
      co_return;
    }
    add(gathering, piece.bytes, piece.where);
  }
  if (body.left() != 0 && gathering.received.cut == Cut::no) gathering.received.cut = Cut::ended;
  finish(gathering, gathering.octets);
}

void DnsStream::begin(Side side, std::size_t length, const Where& where) {
  Gathering& gathering = gathering_[index(side)];
  gathering.length = length;
  gathering.octets.clear();
  gathering.received = {.bytes = {},
                        .side = side,
                        .frames = where.frames,
                        .first = where.first,
                        .last = where.last,
                        .wire_bytes = length,
                        .cut = Cut::no};
}

void DnsStream::add(Gathering& gathering, Bytes bytes, const Where& where) {
  // What follows a hole has no known place in the message.
  if (gathering.received.cut == Cut::gap) return;
  gathering.octets.insert(gathering.octets.end(), bytes.begin(), bytes.end());
  gathering.received.frames.add(where.frames);
  gathering.received.last = where.last;
}

void DnsStream::finish(Gathering& gathering, Bytes bytes) {
  gathering.received.bytes = bytes;
  lookups_.message(gathering.received);
  constexpr std::size_t worth_keeping = 1024;
  if (gathering.octets.capacity() > worth_keeping) gathering.octets = {};
  gathering.octets.clear();
}

void DnsStream::empty_message(Side side, const Where& where) {
  if (std::exchange(empty_told_, true)) return;
  session().anomaly({AnomalyKind::malformed, "empty_message",
                     std::string(side == Side::client ? "the client" : "the server") +
                         " announces a message of 0 octets; a message has at least the 12 of its header",
                     where.frames.first});
}

void DnsStream::gap(Side side, std::uint64_t missing, Frame frame) {
  lookups_.lost(side);
  if (std::exchange(gap_told_[index(side)], true)) return;
  session().anomaly({AnomalyKind::gap, "messages_missing",
                     std::to_string(missing) + " octets of the " + (side == Side::client ? "client" : "server") +
                         " are missing, and with them the start of a message",
                     frame});
}

void DnsStream::tell_skipped(Side side, Frame frame) {
  const std::uint64_t skipped = std::exchange(skipped_[index(side)], 0);
  if (skipped == 0) return;
  session().anomaly({AnomalyKind::gap, "octets_skipped",
                     std::to_string(skipped) + " octets of the " + (side == Side::client ? "client" : "server") +
                         " were passed over, up to where a message seems to start",
                     frame});
}

void DnsStream::end(Side side, Close how) {
  if (const Bytes left = input(side).available(); !left.empty() && how != Close::handed_over) {
    session().anomaly({AnomalyKind::cut_off, "stream_ended",
                       std::to_string(left.size()) + " octets at the end of what the " +
                           (side == Side::client ? "client" : "server") + " sent are no whole message",
                       0});
  }
  tell_skipped(side, 0);
  if (std::exchange(one_ended_, true)) lookups_.end();
}

}  // namespace wiretale::domain
