#include <wiretale/input.hpp>

#include <algorithm>
#include <cstring>

namespace wiretale {
namespace {

/// Offset of `octet` in `bytes` from `start`, or npos.
constexpr std::size_t npos = SIZE_MAX;

std::size_t find_octet(Bytes bytes, std::size_t start, char octet) {
  const std::size_t at = text_of(bytes).find(octet, start);
  return at == std::string_view::npos ? npos : at;
}

}  // namespace

void Input::begin(bool resuming) {
  waiting_ = {};
  want_ = Want::nothing;
  resuming_ = resuming;
}

void Input::feed(Bytes bytes, Frame frame, Timestamp time) {
  if (bytes.empty()) return;
  if (hole_ != 0 || !later_.empty()) {
    later_.push_back({{bytes.begin(), bytes.end()}, 0, frame, time});
    later_bytes_ += bytes.size();
    return;
  }
  drop_taken();
  fresh_ = bytes;
  fresh_mark_ = {bytes.size(), frame, time};
  if (!held_.empty()) keep_fresh();
  run();
  keep_fresh();
}

/// Forgets octets that were taken: what was given of them no longer needs to hold.
void Input::drop_taken() {
  if (taken_ == held_.size()) {
    held_.clear();
    marks_.clear();
    taken_ = first_mark_ = 0;
  } else if (taken_ > held_.size() / 2 && taken_ > 4096) {
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(taken_));
    marks_.erase(marks_.begin(), marks_.begin() + static_cast<std::ptrdiff_t>(first_mark_));
    taken_ = first_mark_ = 0;
  }
}

void Input::miss(std::uint64_t missing, Frame frame, Timestamp time) {
  if (missing == 0) return;
  if (hole_ != 0 || !later_.empty()) {
    later_.push_back({{}, missing, frame, time});
    return;
  }
  hole_ = missing;
  hole_mark_ = {0, frame, time};
  run();
}

void Input::finish() {
  ended_ = true;
  run();
}

void Input::keep_fresh() {
  if (fresh_.empty()) return;
  held_.insert(held_.end(), fresh_.begin(), fresh_.end());
  marks_.push_back({fresh_.size(), fresh_mark_.frame, fresh_mark_.time});
  fresh_ = {};
}

bool Input::pull_later() {
  if (hole_ != 0 || later_.empty()) return false;
  Later next = std::move(later_.front());
  later_.pop_front();
  if (next.missing != 0) {
    hole_ = next.missing;
    hole_mark_ = {0, next.frame, next.time};
    return true;
  }
  keep_fresh();
  later_bytes_ -= next.bytes.size();
  held_.insert(held_.end(), next.bytes.begin(), next.bytes.end());
  marks_.push_back({next.bytes.size(), next.frame, next.time});
  return true;
}

void Input::run() {
  while (waiting_ && !frozen_ && satisfied()) std::exchange(waiting_, {}).resume();
}

std::uint64_t Input::held_bytes() const { return available().size() + later_bytes_; }

std::optional<Input::Loss> Input::take_loss() { return std::exchange(loss_, std::nullopt); }

/// Whether what is awaited is there. Where it can't come any more because of a hole, notes the loss instead.
bool Input::satisfied() {
  if (frozen_ || loss_) return false;
  for (;;) {
    const std::size_t there = available().size();
    switch (want_) {
      case Want::nothing:
        return false;
      case Want::answer:
        return answer_.has_value();
      case Want::line:
        if (line_there()) return true;
        break;
      case Want::bytes:
        if (there >= wanted_) return true;
        break;
      case Want::until:
        if (delimiter_there()) return true;
        break;
      case Want::some:
        if (there != 0 || hole_ != 0) return true;
        break;
      case Want::peek:
        if (there >= wanted_ || hole_ != 0) return true;
        break;
      case Want::skip:
        if (skip_done()) return true;
        if (!available().empty() || hole_ != 0) continue;
        break;
    }
    if (pull_later()) continue;
    if (hole_ != 0) {  // line, bytes or until: what was awaited is not whole
      if (there != 0) consume(there);
      loss_ = Loss{hole_, hole_mark_.frame};
      pass_hole(hole_);
      return false;
    }
    if (!ended_) return false;
    if (want_ == Want::some || want_ == Want::peek || want_ == Want::skip) return true;
    return want_ == Want::line && there != 0;  // a last line without its end
  }
}

bool Input::line_there() {
  const Bytes bytes = available();
  const std::size_t end = find_octet(bytes, scanned_, '\n');
  if (end != npos && end < wanted_) {
    found_ = end + 1;
    return true;
  }
  scanned_ = bytes.size();
  found_ = 0;
  return bytes.size() >= wanted_;
}

bool Input::delimiter_there() {
  const Bytes bytes = available();
  const std::size_t at = text_of(bytes).find(delimiter_, scanned_);
  if (at != std::string_view::npos && at + delimiter_.size() <= wanted_) {
    found_ = at + delimiter_.size();
    return true;
  }
  scanned_ = bytes.size() >= delimiter_.size() ? bytes.size() - delimiter_.size() + 1 : 0;
  found_ = 0;
  return bytes.size() >= wanted_;
}

bool Input::skip_done() {
  const std::uint64_t left = wanted_ - skipped_;
  const std::uint64_t there = std::min<std::uint64_t>(available().size(), left);
  if (there != 0) {
    const Where where = consume(there);
    if (skip_where_.frames.empty())
      skip_where_ = where;
    else {
      skip_where_.frames.add(where.frames);
      skip_where_.last = where.last;
    }
    skipped_ += there;
  } else if (hole_ != 0 && left != 0) {
    const std::uint64_t lost = std::min(hole_, left);
    pass_hole(lost);
    skipped_ += lost;
  }
  return skipped_ == wanted_;
}

Timestamp Input::next_time() const {
  if (first_mark_ < marks_.size()) return marks_[first_mark_].time;
  return fresh_mark_.time;
}

/// Takes octets: where they came from.
Where Input::consume(std::uint64_t count) {
  Where where;
  where.offset = offset_;
  offset_ += count;
  if (held_.empty()) {
    where.frames = {fresh_mark_.frame, fresh_mark_.frame};
    where.first = where.last = fresh_mark_.time;
    fresh_ = fresh_.subspan(static_cast<std::size_t>(count));
    last_frame_ = fresh_mark_.frame;
    return where;
  }
  where.first = next_time();
  taken_ += static_cast<std::size_t>(count);
  while (count != 0) {
    Mark& mark = marks_[first_mark_];
    const std::uint64_t some = std::min(mark.bytes, count);
    where.frames.add(mark.frame);
    where.last = mark.time;
    last_frame_ = mark.frame;
    mark.bytes -= some;
    count -= some;
    if (mark.bytes == 0) ++first_mark_;
  }
  return where;
}

/// Goes on behind octets that are missing.
void Input::pass_hole(std::uint64_t count) {
  hole_ -= count;
  offset_ += count;
  missed_ += count;
}

Line Input::give_line() {
  const Bytes bytes = available();
  Line line;
  std::size_t taken = found_;
  if (taken == 0) {
    taken = std::min<std::size_t>(bytes.size(), static_cast<std::size_t>(wanted_));
    line.text = text_of(bytes.first(taken));
    line.ending = Line::Ending::none;
    line.cut = true;
  } else {
    line.text = text_of(bytes.first(taken - 1));
    line.ending = Line::Ending::lf;
    if (line.text.ends_with('\r')) {
      line.text.remove_suffix(1);
      line.ending = Line::Ending::crlf;
    }
  }
  line.where = consume(taken);
  return line;
}

Block Input::give_block() {
  Block block;
  std::size_t taken = want_ == Want::until ? found_ : static_cast<std::size_t>(wanted_);
  if (want_ == Want::until && taken == 0) {
    taken = static_cast<std::size_t>(wanted_);
    block.cut = true;
  }
  block.cut = block.cut || clipped_;
  block.bytes = available().first(taken);
  block.where = taken == 0 ? Where{{}, next_time(), next_time(), offset_} : consume(taken);
  return block;
}

Piece Input::give_piece() {
  Piece piece;
  if (want_ == Want::peek) return piece;
  const auto there = static_cast<std::size_t>(std::min<std::uint64_t>(available().size(), wanted_));
  if (there != 0) {
    piece.kind = Piece::Kind::run;
    piece.bytes = available().first(there);
    piece.where = consume(there);
  } else if (hole_ != 0 && wanted_ != 0) {
    piece.kind = Piece::Kind::missing;
    piece.missing = std::min(hole_, wanted_);
    piece.where = {{last_frame_ == 0 ? hole_mark_.frame : last_frame_, hole_mark_.frame},
                   hole_mark_.time,
                   hole_mark_.time,
                   offset_};
    pass_hole(piece.missing);
  }
  return piece;
}

Where Input::give_skipped() { return skip_where_; }

Answer Input::give_answer() { return *std::exchange(answer_, std::nullopt); }

void Input::hand_over(Input& to) {
  keep_fresh();
  to.offset_ = offset_;
  to.last_frame_ = last_frame_;
  to.held_.assign(held_.begin() + static_cast<std::ptrdiff_t>(taken_), held_.end());
  to.marks_.assign(marks_.begin() + static_cast<std::ptrdiff_t>(first_mark_), marks_.end());
  to.hole_ = hole_;
  to.hole_mark_ = hole_mark_;
  to.later_ = std::move(later_);
  to.later_bytes_ = later_bytes_;
  to.ended_ = ended_;
}

std::vector<Input::Run> Input::untaken() {
  keep_fresh();
  std::vector<Run> runs;
  auto from = held_.begin() + static_cast<std::ptrdiff_t>(taken_);
  for (std::size_t i = first_mark_; i < marks_.size(); ++i) {
    const auto to = from + static_cast<std::ptrdiff_t>(marks_[i].bytes);
    runs.push_back({{from, to}, marks_[i].frame, marks_[i].time});
    from = to;
  }
  return runs;
}

}  // namespace wiretale
