#include "dns/stream.hpp"

#include <algorithm>
#include <string>

namespace wiretale::domain {
namespace {

Frames frames_of(std::span<const Where> octets) {
  Frames frames;
  for (const Where& octet : octets) frames.add(octet.frames);
  return frames;
}

}  // namespace

Talk DnsStream::read(Side side, Input& in) {
  Gathering& gathering = gathering_[index(side)];
  if (in.resuming()) co_await resume(side, in);
  for (;;) {
    if (gathering.length == 0) co_await length(side, in);
    if (gathering.length == 0) co_return;
    co_await message(side, in);
    gathering.length = 0;
  }
}

/// Reads the length of the next message that has one; 0 at the end of the stream.
Talk DnsStream::length(Side side, Input& in) {
  Gathering& gathering = gathering_[index(side)];
  while (gathering.length == 0) {
    Input::Body prefix = in.body(2);
    std::size_t length = 0;
    Where where;
    bool broken = false;
    while (const Piece piece = co_await prefix.next()) {
      broken = broken || piece.kind == Piece::Kind::missing;
      for (const std::uint8_t octet : piece.bytes) length = length << 8 | octet;
      if (where.frames.empty()) where.first = piece.where.first;
      where.frames.add(piece.where.frames);
      where.last = piece.where.last;
    }
    if (broken) {
      gap(side, 1, where.frames.last);
      co_await resume(side, in);
    } else if (prefix.left() == 2) {
      co_return;
    } else if (prefix.left() == 1) {
      co_return unfinished(side, where);
    } else if (length == 0) {
      empty_message(side, where);
    } else {
      begin(side, length, where);
    }
  }
}

/// After a gap: passes over octets until a message seems to start, and begins with that.
Talk DnsStream::resume(Side side, Input& in) {
  std::array<Where, window_bytes> seen;
  std::array<std::uint8_t, window_bytes> window{};
  std::size_t count = 0;
  while (count < window_bytes ||
         !plausible_start(window, side == Side::server, lookups_.transferring(window[2], window[3]))) {
    if (count == window_bytes) {
      ++skipped_[index(side)];
      std::shift_left(seen.begin(), seen.end(), 1);
      std::shift_left(window.begin(), window.end(), 1);
      --count;
    }
    const Piece one = co_await in.some(1);
    if (one.kind == Piece::Kind::missing) {
      gap(side, one.missing, one.where.frames.last);
      skipped_[index(side)] += count;
      count = 0;
      continue;
    }
    if (one.kind == Piece::Kind::end) {
      if (count != 0)
        unfinished(side, {frames_of(std::span(seen).first(count)), seen.front().first, seen[count - 1].last, 0});
      co_return;
    }
    window[count] = one.bytes[0];
    seen[count++] = one.where;
  }
  tell_skipped(side, seen.front().frames.first);
  begin(side, Cursor(window).u16(), seen[0]);
  Gathering& gathering = gathering_[index(side)];
  add(gathering, {}, seen[1]);
  for (std::size_t i = 2; i < window_bytes; ++i) add(gathering, Bytes(window).subspan(i, 1), seen[i]);
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
                        .fragments = {},
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

/// The stream ends before the length of a message, or before a message could be found.
void DnsStream::unfinished(Side side, const Where& where) {
  lookups_.message({.bytes = {},
                    .side = side,
                    .frames = where.frames,
                    .fragments = {},
                    .first = where.first,
                    .last = where.last,
                    .wire_bytes = 0,
                    .cut = Cut::ended});
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

void DnsStream::end(Side side, Close) {
  tell_skipped(side, 0);
  if (std::exchange(one_ended_, true)) lookups_.end();
}

}  // namespace wiretale::domain
