// COMPRESS=DEFLATE (RFC 4978): from the agreement on each side is one deflate stream, and IMAP goes on inside.
#include "imap/dissector.hpp"

namespace wiretale::imap_mail {
namespace {

/// How much the streams of a session may unpack to, as a multiple of Limits::decoded_bytes: sessions are longer than
/// bodies.
constexpr std::uint64_t most_bodies = 1024;

}  // namespace

Unpacked::Half::Half(const Limits& limits)
    : decoder(ContentDecoder::make_raw_deflate(limits.decoded_bytes * most_bodies)), in(limits) {}

Unpacked::Unpacked(const Limits& limits) : sides{Half(limits), Half(limits)} {}

/// Both sides were told that what follows is compressed.
void ImapDissector::begin_unpacking() {
  if (unpacked_) return;  // RFC 4978, section 3: not twice
  unpacked_ = std::make_unique<Unpacked>(session().limits());
}

/// Reads a compressed side to its end; what comes out is read as IMAP.
Talk ImapDissector::unpack(Input& in, Side side) {
  Unpacked::Half& inner = unpacked_->sides[index(side)];
  turned_ = Verb::other;
  attach(unpacked_->sides[0].in, unpacked_->sides[1].in);
  inner.in.begin(false);
  inner.talk = side == Side::client ? client(inner.in) : server(inner.in);
  inner.talk.start();
  for (;;) {
    const Piece piece = co_await in.some();
    if (piece.kind == Piece::Kind::run && take_packed(side, piece)) continue;
    end_unpacking(side, piece);
    co_return;
  }
}

/// Unpacks the next octets; false where that can't go on.
bool ImapDissector::take_packed(Side side, const Piece& piece) {
  Unpacked::Half& inner = unpacked_->sides[index(side)];
  Input& asking = unpacked_->sides[index(other(side))].in;
  inner.within = true;
  const auto state = inner.decoder->feed(piece.bytes, [&](Bytes octets) {
    inner.within = false;
    inner.in.feed(octets, piece.where.frames.last, piece.where.last);
    inner.in.run();
    asking.run();  // it may have waited for an answer
  });
  if (state == ContentDecoder::State::going) return true;
  if (state == ContentDecoder::State::limit) session().limit_reached("decoded_bytes");
  session().anomaly({state == ContentDecoder::State::limit ? AnomalyKind::limit : AnomalyKind::malformed,
                     "compression_broken",
                     state == ContentDecoder::State::limit
                         ? "The compressed stream unpacks to more than is read; the rest is only counted."
                         : "What follows COMPRESS is no deflate stream; the rest of this side is only counted.",
                     piece.where.frames.last});
  return false;
}

/// A compressed side ended, or octets of it are missing: what follows can't be unpacked.
void ImapDissector::end_unpacking(Side side, const Piece& piece) {
  Unpacked::Half& inner = unpacked_->sides[index(side)];
  if (piece.kind == Piece::Kind::missing)
    session().anomaly({AnomalyKind::gap, "compressed_gap",
                       "Octets of a compressed stream are not in the capture: what follows them can't be unpacked.",
                       piece.where.frames.last});
  if (piece.kind == Piece::Kind::missing) gap(side, piece.missing, piece.where.frames.last);
  if (piece.kind == Piece::Kind::end && (inner.within || inner.in.held_bytes() != 0))
    session().anomaly({AnomalyKind::cut_off, "compressed_cut", "The compressed stream ends within something.", 0});
  inner.in.finish();
  inner.in.run();
  Input& asking = unpacked_->sides[index(other(side))].in;
  if (!asking.awaiting_answer()) return;
  asking.resolve(Answer::unknown);
  asking.run();
}

}  // namespace wiretale::imap_mail
