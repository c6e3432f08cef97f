#include "http/body.hpp"

#include <algorithm>
#include <utility>

#include "common/field_values.hpp"

namespace wiretale::web {
namespace {

/// Octets announced for the file itself: a length in front of a coding tells of the coded octets.
std::optional<std::uint64_t> announced(const BodyAbout& about) {
  if (about.framing.kind != Framing::Kind::length || !about.codings.empty()) return std::nullopt;
  return about.framing.length;
}

/// With the transfer codings, which are applied after the content codings.
BodyAbout with_all_codings(BodyAbout about) {
  std::erase_if(about.codings, [](const std::string& coding) { return equal_fold(coding, "identity"); });
  about.codings.insert(about.codings.end(), about.framing.codings.begin(), about.framing.codings.end());
  return about;
}

}  // namespace

Body::Body(Session& session, BodyAbout about)
    : session_(session),
      about_(with_all_codings(std::move(about))),
      file_(session, {"http", about_.sender, about_.name, about_.media_type, announced(about_)}),
      coded_(!about_.codings.empty()) {
  if (coded_ && session.wants().records)
    decoder_ = ContentDecoder::make(about_.codings, session.limits().decoded_bytes);
  is_form_ = !coded_ && equal_fold(about_.media_type, "application/x-www-form-urlencoded");
}

void Body::take(const Piece& piece, const Faults& faults) {
  if (piece.kind == Piece::Kind::run) {
    content_ += piece.bytes.size();
    run(piece, faults);
  } else if (piece.kind == Piece::Kind::missing) {
    content_ += piece.missing;
    is_form_ = false;
    // Behind a hole a coding can't be undone any more.
    if (decoder_)
      readable_ = false;
    else
      file_.take(piece);
  }
}

void Body::run(const Piece& piece, const Faults& faults) {
  if (is_form_) {
    const std::uint64_t cap = session_.limits().text_bytes;
    if (form_.size() < cap) form_ += text_of(slice(piece.bytes, 0, static_cast<std::size_t>(cap - form_.size())));
  }
  if (!decoder_) {
    file_.take(piece);
    return;
  }
  if (!readable_) return;
  const auto sink = [&](Bytes bytes) { file_.run(bytes, piece.where); };
  switch (decoder_->feed(piece.bytes, sink)) {
    case ContentDecoder::State::broken:
      readable_ = false;
      faults.say(
          AnomalyKind::malformed, "coding_broken",
          "The body is not what Content-Encoding says (" + about_.codings.back() + "): it can't be unpacked further.");
      break;
    case ContentDecoder::State::limit:
      readable_ = false;
      session_.limit_reached("decoded_bytes");
      faults.say(AnomalyKind::limit, "decoded_bytes",
                 "The body unpacks to more than " + std::to_string(session_.limits().decoded_bytes) +
                     " octets; the rest was not unpacked.");
      break;
    case ContentDecoder::State::going:
    case ContentDecoder::State::ended:
      break;
  }
}

void Body::finish(bool whole, std::uint64_t offset, const Faults& faults) {
  if (finished_) return;
  finished_ = true;
  wire_ = offset - about_.offset;
  if (decoder_) check_coding(whole, faults);
  seen_ = file_.finish(whole && readable_ && (!decoder_ || decoder_->state() == ContentDecoder::State::ended));
}

/// Whether the coded data came to its own end.
void Body::check_coding(bool whole, const Faults& faults) {
  if (!whole || !readable_ || content_ == 0) return;
  if (decoder_->state() == ContentDecoder::State::going)
    faults.say(AnomalyKind::malformed, "coding_cut_off",
               "The body ends before its coding does (" + about_.codings.back() + ").");
  if (decoder_->trailing() != 0)
    faults.say(AnomalyKind::unusual, "octets_after_coding",
               std::to_string(decoder_->trailing()) + " octets stand behind the end of the coded body.");
}

std::optional<std::uint64_t> Body::bytes() const {
  if (coded_ && !decoder_) return std::nullopt;
  return seen_.bytes;
}

}  // namespace wiretale::web
