// Finding messages in the stream: the header of the NetBIOS session service, also on port 445 (MS-SMB2, section 2.1).
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "smb/dissector.hpp"

namespace wiretale::shares {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t frame_bytes = 4;
/// The header and the four octets that every SMB message begins with.
constexpr std::size_t window_bytes = 8;
/// So much of a message tells what it carries; so much is kept of one that carries much data.
constexpr std::size_t telling_bytes = 80, kept_of_data = 512;
/// Messages up to this length are kept whole.
constexpr std::uint64_t small_message = 4096;
/// What servers grant for one READ or WRITE, 8 MB, and what goes before it: in blocks of Limits::block_bytes.
constexpr std::uint64_t most_data_blocks = 9;
/// What keeps a message's holes few: more are told as one.
constexpr std::size_t most_holes = 32;

constexpr std::uint8_t session_message = 0x00, session_request = 0x81, keep_alive = 0x85;

std::string_view speaker(Side side) { return side == Side::client ? "the client" : "the server"; }

bool message_start(Bytes octets) {
  const std::string_view text = text_of(octets);
  if (text.size() < window_bytes || text[0] != '\0' || text.substr(5, 3) != "SMB") return false;
  const std::uint8_t first = octets[4];
  return first >= 0xFC;
}

/// Offset of the first message in `octets`; npos where there is none that is there with its first octets.
std::size_t find_start(Bytes octets) {
  const std::string_view text = text_of(octets);
  for (std::size_t at = text.find("SMB"sv, 5); at != std::string_view::npos; at = text.find("SMB"sv, at + 1))
    if (message_start(slice(octets, at - 5, window_bytes))) return at - 5;
  return std::string_view::npos;
}

/// True for messages whose contents are the octets of a file: answers to READ, and WRITEs.
bool carries_data(Bytes start) {
  if (start.size() < 20) return false;
  if (start[0] == 0xFE) {
    const bool response = (start[16] & 1) != 0;
    const unsigned command = start[12] | unsigned{start[13]} << 8;
    const bool alone = std::ranges::all_of(slice(start, 20, 4), [](std::uint8_t octet) { return octet == 0; });
    return alone && command == static_cast<unsigned>(response ? Command2::read : Command2::write);
  }
  constexpr std::uint8_t read_andx = 0x2E, write_andx = 0x2F;
  return start[0] == 0xFF && start[4] == ((start[9] & 0x80) != 0 ? read_andx : write_andx);
}

}  // namespace

Talk SmbDissector::read(Side side, Input& in) {
  using Now = Gathering::Now;
  Gathering& gathering = gathering_[index(side)];
  gathering.now = in.resuming() ? Now::lost : Now::header;
  for (;;) {
    if (gathering.now == Now::end) co_return;
    if (gathering.now == Now::lost) {
      co_await resume(side, in);
    } else if (gathering.now == Now::header) {
      await_header(side);
      const Piece head = co_await in.some(frame_bytes);
      if (head.bytes.size() == frame_bytes) {
        begin(side, head.bytes, head.where);
      } else {
        add(gathering, head);
        co_await frame_header(side, in);
      }
    } else {
      const Piece piece = co_await in.some(gathering.length - gathering.came);
      if (piece.bytes.size() != gathering.length) {
        add(gathering, piece);
        co_await message(side, in);
        continue;
      }
      Received& received = gathering.received;  // the usual case: nothing is copied
      received.frames.add(piece.where.frames);
      received.last = piece.where.last;
      received.bytes = piece.bytes;
      gathering.came = gathering.length;
      finish(gathering);
    }
  }
}

/// Reads the rest of a header of which not all came at once.
Talk SmbDissector::frame_header(Side side, Input& in) {
  Gathering& gathering = gathering_[index(side)];
  while (gathering.came < frame_bytes) {
    const Piece piece = co_await in.some(frame_bytes - gathering.came);
    if (!piece) {
      gathering.now = Gathering::Now::end;
      if (gathering.came != 0)
        session().anomaly({AnomalyKind::cut_off, "message_cut",
                           fmt::format("The stream of {} ends before a message does.", speaker(side)),
                           gathering.received.frames.last});
      co_return;
    }
    add(gathering, piece);
  }
  const Received& received = gathering.received;
  if (received.damaged()) {
    gap(side, received.holes.front().length, received.frames.last);
    gathering.now = Gathering::Now::lost;
    co_return;
  }
  const Where where{received.frames, received.first, received.last, 0};
  const std::vector<std::uint8_t> header = std::move(gathering.octets);
  begin(side, header, where);
}

/// Passes over octets until a message begins, and begins with that.
Talk SmbDissector::resume(Side side, Input& in) {
  std::array<std::uint8_t, window_bytes> window{};
  std::array<Where, window_bytes> seen;
  std::size_t count = 0;
  for (;;) {
    if (count == 0) {
      co_await in.peek();
      const Bytes there = in.available();
      const std::size_t start = find_start(there);
      const std::size_t passed = start != std::string_view::npos ? start
                                 : there.size() >= window_bytes  ? there.size() - window_bytes + 1
                                                                 : 0;
      if (passed != 0) {
        skipped_[index(side)] += passed;
        co_await in.skip(passed);
      }
    }
    const Piece one = co_await in.some(1);
    if (!one) {
      skipped_[index(side)] += count;
      gathering_[index(side)].now = Gathering::Now::end;
      co_return;
    }
    if (one.kind == Piece::Kind::missing) {
      gap(side, one.missing, one.where.frames.last);
      skipped_[index(side)] += count;
      count = 0;
      continue;
    }
    window[count] = one.bytes[0];
    seen[count++] = one.where;
    if (count == window_bytes && !message_start(window)) {
      const auto zero = std::ranges::find(window.begin() + 1, window.end(), std::uint8_t{0});
      const auto passed = static_cast<std::size_t>(zero - window.begin());
      skipped_[index(side)] += passed;
      std::shift_left(window.begin(), window.end(), static_cast<std::ptrdiff_t>(passed));
      std::shift_left(seen.begin(), seen.end(), static_cast<std::ptrdiff_t>(passed));
      count -= passed;
    }
    if (count == window_bytes) break;
  }
  tell_skipped(side, seen.front().frames.first);
  Where head = seen.front();
  for (std::size_t i = 0; i < frame_bytes; ++i) head.frames.add(seen[i].frames);
  begin(side, Bytes(window).first(frame_bytes), head);
  Gathering& gathering = gathering_[index(side)];
  for (std::size_t i = frame_bytes; i < window_bytes && gathering.came < gathering.length; ++i)
    add(gathering, {.kind = Piece::Kind::run, .bytes = Bytes(window).subspan(i, 1), .missing = 0, .where = seen[i]});
}

/// Reads what is left of the message that the side began.
Talk SmbDissector::message(Side side, Input& in) {
  Gathering& gathering = gathering_[index(side)];
  while (gathering.came < gathering.length) {
    const Piece piece = co_await in.some(gathering.length - gathering.came);
    if (!piece) break;
    add(gathering, piece);
  }
  gathering.received.bytes = gathering.octets;
  finish(gathering);
}

/// Nothing of the next message is here yet.
void SmbDissector::await_header(Side side) {
  Gathering& gathering = gathering_[index(side)];
  gathering.octets.clear();
  gathering.received = {};
  gathering.received.side = side;
  gathering.came = 0;
  gathering.keep = UINT64_MAX;
}

/// A message's header. What is none leads to a search for the next message.
void SmbDissector::begin(Side side, Bytes header, const Where& where) {
  using Now = Gathering::Now;
  await_header(side);
  Gathering& gathering = gathering_[index(side)];
  Cursor cursor(header);
  gathering.type = cursor.u8();
  gathering.length = cursor.u24();
  Received& received = gathering.received;
  received.frames = where.frames;
  received.first = where.first;
  received.last = where.last;
  received.wire_bytes = gathering.length;
  const bool known =
      gathering.type == session_message || (gathering.type >= session_request && gathering.type <= keep_alive);
  gathering.now = known ? Now::message : Now::lost;
  if (!known) {
    session().anomaly({AnomalyKind::malformed, "no_message",
                       fmt::format("What {} sends here begins no message.", speaker(side)), where.frames.first});
    ++losses_;
  } else if (gathering.length == 0) {
    gathering.now = Now::header;
    if (gathering.type != session_message) dispatch(received);
  }
}

/// Takes octets of the message, or a hole in it.
void SmbDissector::add(Gathering& gathering, const Piece& piece) {
  Received& received = gathering.received;
  if (!piece) return;
  if (received.frames.empty()) received.first = piece.where.first;
  if (piece.kind == Piece::Kind::missing) {
    if (received.holes.size() >= most_holes)
      received.holes.back().length = gathering.came + piece.missing - received.holes.back().offset;
    else
      received.holes.push_back({gathering.came, piece.missing});
    gathering.came += piece.missing;
    ++losses_;
    if (dialect_.empty()) dialects_lost_ = true;
    return;
  }
  received.frames.add(piece.where.frames);
  received.last = piece.where.last;
  if (gathering.octets.size() == gathering.came && gathering.came < gathering.keep) {
    const Bytes kept = slice(piece.bytes, 0, gathering.keep - gathering.came);
    const bool telling = gathering.octets.size() < telling_bytes;
    gathering.octets.insert(gathering.octets.end(), kept.begin(), kept.end());
    if (telling && gathering.octets.size() >= telling_bytes) decide(gathering);
  }
  gathering.came += piece.bytes.size();
}

/// How much of the message is kept.
void SmbDissector::decide(Gathering& gathering) const {
  if (gathering.length <= small_message) return;
  const bool opaque = gathering.octets[0] == 0xFD || gathering.octets[0] == 0xFC;
  const Wants& wants = session().wants();
  const bool data = carries_data(gathering.octets);
  gathering.most = session().limits().block_bytes * (data ? most_data_blocks : 1);
  gathering.keep = opaque || (data && !wants.hashes && !wants.files) ? kept_of_data : gathering.most;
  if (gathering.octets.size() > gathering.keep) gathering.octets.resize(static_cast<std::size_t>(gathering.keep));
}

/// The message is over, or the stream.
void SmbDissector::finish(Gathering& gathering) {
  constexpr std::size_t worth_keeping = 64U << 10;
  Received& received = gathering.received;
  if (gathering.came < gathering.length) {
    received.ended = true;
    ++losses_;
    received.holes.push_back({gathering.came, gathering.length - gathering.came});
  } else if (received.bytes.size() < gathering.length && gathering.keep == gathering.most && received.holes.empty()) {
    session().limit_reached("block_bytes");
    received.limited = true;
    ++losses_;
    received.holes.push_back({received.bytes.size(), gathering.length - received.bytes.size()});
  }
  last_frame_[index(received.side)] = received.frames.last;
  dispatch(received);
  gathering.now = Gathering::Now::header;
  if (gathering.octets.capacity() > worth_keeping) gathering.octets = {};
}

void SmbDissector::dispatch(const Received& message) {
  const Gathering& gathering = gathering_[index(message.side)];
  if (gathering.type != session_message) {
    netbios(message, gathering.type);
    return;
  }
  constexpr std::size_t least = 32;  // what the shortest header, that of SMB 1, takes
  const Bytes bytes = message.bytes;
  const bool smb = bytes.size() >= 4 && text_of(bytes).substr(1, 3) == "SMB";
  if (smb && bytes.size() >= least) {
    if (bytes[0] == 0xFE) return compound(message);
    if (bytes[0] == 0xFF) return chain1(message);
    if (bytes[0] == 0xFD || bytes[0] == 0xFC) return opaque(message, bytes[0] == 0xFD);
  }
  if (message.damaged())
    session().anomaly({message.ended ? AnomalyKind::cut_off : AnomalyKind::gap, "message_cut",
                       fmt::format("Of a message of {} not even the header is in the capture.", speaker(message.side)),
                       message.frames.last});
  else
    session().anomaly({AnomalyKind::malformed, "not_smb",
                       fmt::format("A message of {} is not SMB.", speaker(message.side)), message.frames.first});
}

/// A message that is encrypted (MS-SMB2, section 2.2.41) or compressed (section 2.2.42): only its length shows.
void SmbDissector::opaque(const Received& message, bool encrypted) {
  OpenExchange exchange = fresh();
  SmbRecord& record = exchange->record;
  ExchangeFacts& facts = record.exchange;
  facts.time = message.first;
  (message.side == Side::client ? facts.request_frames : facts.response_frames) = message.frames;
  record.version = "3";
  record.bytes = message.wire_bytes;
  Cursor cursor(message.bytes, 44);
  if (encrypted) {
    record.encrypted = true;
    record.session_id = WideNumber{cursor.u64le()};
  } else {
    record.compressed = true;
  }
  note_damage(*exchange, message, cursor.ok());
  emit(std::move(exchange));
}

void SmbDissector::tell_skipped(Side side, Frame frame) {
  const std::uint64_t skipped = std::exchange(skipped_[index(side)], 0);
  if (skipped == 0) return;
  ++losses_;
  session().anomaly(
      {AnomalyKind::gap, "octets_skipped",
       fmt::format("{} octets of {} were passed over, up to where a message begins.", skipped, speaker(side)), frame});
}

void SmbDissector::gap(Side side, std::uint64_t missing, Frame frame) {
  ++losses_;
  if (dialect_.empty()) dialects_lost_ = true;
  if (std::exchange(gap_told_[index(side)], true)) return;
  session().anomaly(
      {AnomalyKind::gap, "messages_missing",
       fmt::format("{} octets of {} are missing, and with them the start of a message.", missing, speaker(side)),
       frame});
}

Guess probe(Transport, Bytes start) {
  if (start.empty()) return {Verdict::maybe, std::nullopt};
  const std::uint8_t type = start[0];
  if (type == session_request) {  // two encoded names of 34 octets, without scopes
    constexpr std::size_t names = 68;
    Cursor cursor(start, 1);
    const std::uint32_t length = cursor.u24();
    const bool named = !cursor.ok() || (length >= names && (cursor.empty() || cursor.peek() == 32));
    if (!named) return {};
    return {cursor.ok() && length == names && cursor.peek() == 32 ? Verdict::yes : Verdict::maybe, Side::client};
  }
  if (type > session_request && type < keep_alive)
    return {start.size() > 8 ? Verdict::no : Verdict::maybe, Side::server};
  if (type == session_message) {
    if (start.size() < window_bytes) return {Verdict::maybe, std::nullopt};
    if (message_start(start)) {
      constexpr std::size_t flags1 = 13, flags2 = 20;
      const bool new_header = start[4] == 0xFE;
      const std::size_t at = new_header ? flags2 : flags1;
      if (start[4] < 0xFE || start.size() <= at) return {Verdict::yes, std::nullopt};
      const bool response = (start[at] & (new_header ? 1 : 0x80)) != 0;
      return {Verdict::yes, response ? Side::server : Side::client};
    }
  }
  return {find_start(start) != std::string_view::npos ? Verdict::maybe : Verdict::no, std::nullopt};
}

}  // namespace wiretale::shares
