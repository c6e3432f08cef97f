// The record layer of both sides.
#include <fmt/format.h>

#include <algorithm>

#include "common/notes.hpp"
#include "tls/dissector.hpp"
#include "tls/messages.hpp"

namespace wiretale::secure {
namespace {

/// The first line of what somebody said who does not speak TLS, where it is text.
std::string first_line(Bytes octets) {
  constexpr std::size_t longest = 48;
  std::string_view text = text_of(octets);
  text = text.substr(0, std::min(text.find_first_of("\r\n"), longest));
  const bool plain = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
  return plain ? std::string(text) : std::string();
}

}  // namespace

/// Reads one side record by record. Behind missing octets a header is only believed once another one follows where it
/// says; what it had announced counts from then on.
Talk TlsDissector::read(Input& in, Side side) {
  Half& me = half(side);
  bool sure = !in.resuming();
  if (!sure) me.lost = me.loose = true;
  std::uint64_t unsure_bytes = 0, unsure_end = UINT64_MAX;
  co_await in.peek();
  if (sure && side == Side::server && preamble_ == Preamble::postgresql) {  // one octet says yes or no
    const Block answer = co_await in.bytes(1);
    touch(side, answer.where);
    if (answer.bytes[0] != 'S') {
      note(AnomalyKind::unusual, "tls_refused", "The server will not speak TLS: what follows is in clear.",
           answer.where.frames.last);
      session().done();
      co_return;
    }
    me.heard = false;  // of TLS, nothing yet
  }
  for (;;) {
    if (!sure) co_await find_record(in, side);
    if (in.offset() == unsure_end) {
      sure = true;
      me.app_bytes += unsure_bytes;
    }
    unsure_bytes = 0;
    const Block block = co_await in.bytes(head_bytes);
    const std::optional<RecordHead> head = read_head(block.bytes);
    if (!head && !sure) continue;
    if (const Preamble found = head || me.heard ? Preamble::none : find_preamble(side, block.bytes);
        found != Preamble::none) {
      preamble_ = found;
      record_.after = name_of(found);
      touch(side, block.where);
      const Where rest = co_await in.skip(preamble_bytes(found, block.bytes) - head_bytes);
      touch(side, rest);
      me.heard = false;  // of TLS, nothing yet
      continue;
    }
    if (!head && looks_ssl2(side, block.bytes)) {
      std::array<std::uint8_t, head_bytes> start{};
      std::ranges::copy(block.bytes, start.begin());
      co_await ssl2_record(in, side, start, block.where);
      continue;
    }
    if (!head) {
      no_record(side, block.bytes, block.where);
      co_return;
    }
    touch(side, block.where);
    if (sure || head->type != ContentType::application_data) {
      co_await record(in, side, *head);
    } else {
      unsure_bytes = head->length;
      const Where where = co_await in.skip(head->length);
      touch(side, where);
    }
    if (!sure) unsure_end = in.offset();
  }
}

/// Passes over octets up to what looks like a record's header, or to the end.
Talk TlsDissector::find_record(Input& in, Side side) {
  for (;;) {
    co_await in.peek(head_bytes);
    const std::size_t seen = in.available().size();
    if (seen < head_bytes) {  // up to a hole, or the end
      const Piece piece = co_await in.some();
      if (!piece) co_return;
      if (piece.kind == Piece::Kind::run) touch(side, piece.where);
      continue;
    }
    const std::size_t distance = distance_to_head(in.available());
    if (distance == 0) co_return;
    const Where where = co_await in.skip(distance);
    touch(side, where);
  }
}

/// The contents of a record, behind its header.
Talk TlsDissector::record(Input& in, Side side, RecordHead head) {
  switch (head.type) {
    case ContentType::handshake:
      if (!sealed(side)) {
        co_await handshake_record(in, side, head);
        co_return;
      }
      break;
    case ContentType::alert:
      co_await alert_record(in, side, head);
      co_return;
    case ContentType::heartbeat:
      if (!half(side).sealed && version_ != tls_1_3) {
        co_await heartbeat_record(in, side, head);
        co_return;
      }
      break;
    case ContentType::change_cipher_spec:
    case ContentType::application_data:
      break;
  }
  // This is where a record would be decrypted, had we its keys (docs/decisions/0013-tls-in-clear.md): until then its
  // octets are only counted.
  const std::uint64_t from = in.offset();
  const std::uint64_t missed = in.missed();
  const Where where = co_await in.skip(head.length);
  passed(in, side, where, head.length, from, missed);
  if (head.type == ContentType::application_data) {
    application_record(side, where, in.offset() - from);
    co_return;
  }
  half(side).last = {};
  if (head.type == ContentType::change_cipher_spec)
    change_cipher_spec(side);
  else if (head.type == ContentType::handshake && half(side).done)
    record_.renegotiated = true;
  else if (head.type == ContentType::handshake)
    finish_handshake(side, where.last);
}

/// Messages of the handshake in clear: one, several, or a piece of one.
Talk TlsDissector::handshake_record(Input& in, Side side, RecordHead head) {
  const Block block = co_await in.bytes(head.length);
  touch(side, block.where);
  half(side).last = {};
  fragment(side, block.bytes, block.where);
  if (!block.cut) co_return;  // it never is, unless the user wants blocks to be small
  half(side).lost = true;
  note(AnomalyKind::limit, "record_cut", "A record is longer than what is kept of one.", block.where.frames.last);
  const Where rest = co_await in.skip(head.length - block.bytes.size());
  touch(side, rest);
}

/// An alert takes two octets; encrypted, it has more.
Talk TlsDissector::alert_record(Input& in, Side side, RecordHead head) {
  constexpr std::uint16_t alert_bytes = 2;
  const bool clear =
      head.length == alert_bytes || (!half(side).sealed && head.length % alert_bytes == 0 && head.length <= 8);
  if (!clear) {
    const std::uint64_t from = in.offset();
    const std::uint64_t missed = in.missed();
    const Where where = co_await in.skip(head.length);
    passed(in, side, where, head.length, from, missed);
    if (record_.alerts.size() < session().limits().record_items)
      record_.alerts.push_back({{}, "encrypted", word(side), where.frames.last});
    say_end(side, "encrypted_alert");
    co_return;
  }
  const Block block = co_await in.bytes(head.length);
  touch(side, block.where);
  Cursor cursor(block.bytes);
  while (cursor.left() >= alert_bytes) {
    const std::uint8_t level = cursor.u8();
    alert(side, level, cursor.u8(), block.where);
  }
}

/// A heartbeat (RFC 6520) before there are keys. One that asks for more octets than it brings is an attempt to read the
/// other side's memory (CVE-2014-0160).
Talk TlsDissector::heartbeat_record(Input& in, Side side, RecordHead head) {
  constexpr std::uint16_t fixed = 3;
  const std::uint64_t from = in.offset();
  const std::uint64_t missed = in.missed();
  const Block block = co_await in.bytes(std::min(head.length, fixed));
  Cursor cursor(block.bytes);
  const bool request = cursor.u8() == 1;
  const std::uint32_t asked = cursor.u16();
  if (request && cursor.ok() && asked + fixed > head.length) {
    note(AnomalyKind::malformed, "heartbeat_overread",
         fmt::format("A heartbeat of {} octets asks for {}: an attempt to read the other side's memory (Heartbleed).",
                     head.length, asked),
         block.where.frames.last);
  }
  touch(side, block.where);
  const Where where = co_await in.skip(head.length - block.bytes.size());
  passed(in, side, where, head.length, from, missed);
}

/// True where what is no record of TLS may be one of SSLv2.
bool TlsDissector::looks_ssl2(Side side, Bytes start) const {
  const Half& me = half(side);
  const Half& them = half(other(side));
  if (me.ssl2) return true;
  if (me.heard && !them.ssl2) return false;
  const Ssl2Head head = read_ssl2_head(start);
  if (head.head != 2) return false;
  switch (start[2]) {
    case ssl2::client_hello:
      return !me.heard && (start[3] == 3 || (start[3] == 0 && start[4] == 2));
    case ssl2::server_hello:
      return !me.heard && start[3] <= 1 && start[4] <= 1;
    case ssl2::error:
      return !me.heard && asked_;
    case ssl2::client_master_key:
      return asked_ && them.ssl2;
    default:
      return false;
  }
}

/// A record of SSLv2, of which 5 octets are taken already.
Talk TlsDissector::ssl2_record(Input& in, Side side, std::array<std::uint8_t, head_bytes> start, Where where) {
  Half& me = half(side);
  const Ssl2Head head = read_ssl2_head(start);
  const std::size_t whole = std::size_t{head.head} + head.length;
  touch(side, where);
  me.heard = true;
  if (whole < head_bytes) {
    no_record(side, start, where);
    me.lost = true;
    (void)co_await in.skip(UINT64_MAX);
    co_return;
  }
  if (me.sealed) {
    const std::uint64_t from = in.offset();
    const std::uint64_t missed = in.missed();
    const Where rest = co_await in.skip(whole - head_bytes);
    passed(in, side, rest, whole - head_bytes, from, missed);
    me.app_bytes += head.length;
    co_return;
  }
  std::vector<std::uint8_t> message(start.begin() + head.head, start.end());
  const Block block = co_await in.bytes(whole - head_bytes);
  touch(side, block.where);
  message.insert(message.end(), block.bytes.begin(), block.bytes.end());
  where.frames.add(block.where.frames);
  if (!block.bytes.empty()) where.last = block.where.last;
  ssl2_message(side, message, where);
}

/// A side's handshake is encrypted from its ChangeCipherSpec on. In TLS 1.3 that message means nothing; what is
/// encrypted there comes as application data.
bool TlsDissector::sealed(Side side) const { return half(side).sealed && !(retried_ && !chosen_); }

/// Octets of a record were passed over.
void TlsDissector::passed(Input& in, Side side, const Where& where, std::uint64_t expected, std::uint64_t from,
                          std::uint64_t missed_before) {
  touch(side, where);
  Half& me = half(side);
  if (in.offset() - from < expected) me.lost = true;  // the stream ends within it
  if (in.missed() == missed_before) return;
  me.lost = true;
  note(AnomalyKind::gap, "records_incomplete", "Octets of records are not in the capture.",
       where.frames.empty() ? me.last_frame : where.frames.last);
}

/// Notes where a record came from.
void TlsDissector::touch(Side side, const Where& where) {
  if (where.frames.empty()) return;
  if (record_.frames.empty()) {
    const SessionFacts& facts = session().facts();
    record_.exchange.time = where.first;
    record_.protocol_from = facts.protocol_from;
    if (record_.after.empty()) record_.after = facts.protocol_before;
  }
  record_.frames.add(where.frames);
  half(side).heard = true;
  half(side).last_frame = where.frames.last;
}

/// The length of an alert of TLS 1.3, which looks like application data: two octets, the content type, and the tag.
std::size_t TlsDissector::hidden_alert_bytes() const {
  constexpr std::uint32_t aes_128_ccm_8 = 0x1305;
  if (!is_tls_1_3(version_)) return 0;
  return record_.cipher && record_.cipher->value == aes_128_ccm_8 ? 11 : 19;
}

void TlsDissector::application_record(Side side, const Where& where, std::uint64_t length) {
  Half& me = half(side);
  me.app_bytes += length;
  if (length != 0 && length == hidden_alert_bytes()) {
    if (chosen_ && side == asker_ && !me.done) failed_ = true;  // in place of its Finished
    say_end(side, "hidden_alert");
    return;
  }
  me.last = {};
  if (chosen_ && is_tls_1_3(version_) && !me.done) finish_handshake(side, where.last);
}

void TlsDissector::change_cipher_spec(Side side) {
  Half& me = half(side);
  me.sealed = true;
  if (side == asker_ || !chosen_ || is_tls_1_3(version_) || me.lost || record_.resumed) return;
  record_.resumed = !full_;
  if (!full_) record_.resumption = offered_ticket_ ? "ticket" : "session_id";
}

void TlsDissector::finish_handshake(Side side, Timestamp when) {
  Half& me = half(side);
  me.done = when;
  const Half& them = half(other(side));
  if (!them.done || !asked_) return;
  record_.handshake = std::max(when, *them.done) - record_.exchange.time;
}

/// What comes is no record.
void TlsDissector::no_record(Side side, Bytes octets, const Where& where) {
  Half& me = half(side);
  const Frame frame = where.frames.last;
  if (!me.heard && !half(other(side)).heard && record_.frames.empty()) {
    session().anomaly({AnomalyKind::malformed, "not_tls", "What is said here is not TLS.", frame});
    session().done();
    return;
  }
  me.lost = true;
  if (me.heard) {
    note(AnomalyKind::malformed, "no_record",
         fmt::format("What follows on the {}'s side is no TLS record: it is only counted.", word(side)), frame);
    return;
  }
  const std::string line = first_line(octets);
  note(AnomalyKind::malformed, side == asker_ ? "client_not_tls" : "server_not_tls",
       fmt::format("The {} does not speak TLS{}.", word(side), line.empty() ? "" : ": it begins with “" + line + "”"),
       frame);
}

void TlsDissector::alert(Side side, std::uint8_t level, std::uint8_t description, const Where& where) {
  constexpr std::uint8_t warning = 1, fatal = 2, close_notify = 0;
  AlertFields fields;
  fields.level = level == warning ? "warning" : level == fatal ? "fatal" : std::string_view{};
  fields.text = to_string(Code<AlertTable>(description));
  fields.side = word(side);
  fields.frame = where.frames.last;
  if (fields.level.empty())
    note(AnomalyKind::malformed, "bad_alert", fmt::format("There is no alert of level {}.", level), fields.frame);
  if (record_.alerts.size() < session().limits().record_items)
    record_.alerts.push_back(std::move(fields));
  else
    session().limit_reached("record_items");
  if (level == fatal) failed_ = true;
  if (level == fatal || description == close_notify)
    say_end(side, description == close_notify ? "close_notify" : "alert");
  if (side != asker_ && record_.exchange.response_frames.empty()) answered(where);
}

/// A record speaks of the end; the next one takes that back.
void TlsDissector::say_end(Side side, std::string_view what) {
  Half& me = half(side);
  me.last = what;
  me.last_order = ++order_;
}

void TlsDissector::note(AnomalyKind kind, std::string_view name, std::string_view text, Frame frame) {
  wiretale::note(record_.exchange.anomalies, session().limits(), kind, name, text, frame);
}

void TlsDissector::gap(Side side, std::uint64_t, Frame frame) {
  Half& me = half(side);
  me.lost = me.loose = me.heard = true;
  me.message.clear();
  me.too_long = 0;
  me.last = {};
  note(AnomalyKind::gap, side == asker_ ? "client_gap" : "server_gap",
       fmt::format("Octets of the {} are not in the capture.", word(side)), frame);
}

}  // namespace wiretale::secure
