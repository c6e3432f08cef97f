#include "flow/dialogue.hpp"

namespace wiretale::flow {

Dialogue::Dialogue(const Limits& limits, std::unique_ptr<StreamDissector> dissector)
    : limits_(limits), dissector_(std::move(dissector)), sides_{Half(limits), Half(limits)} {
  dissector_->attach(sides_[0].input, sides_[1].input);
}

Talk Dialogue::talk_of(Side side) {
  Input& input = sides_[index(side)].input;
  return side == Side::client ? dissector_->client(input) : dissector_->server(input);
}

void Dialogue::restart(Side side, bool resuming) {
  Half& half = sides_[index(side)];
  half.talk.drop();
  half.input.begin(resuming);
  half.talk = talk_of(side);
  half.talk.start();
}

void Dialogue::start(bool midstream) {
  restart(Side::client, midstream);
  restart(Side::server, midstream);
  settle(Side::client);
  settle(Side::server);
}

void Dialogue::feed(Side side, Bytes bytes, Frame frame, Timestamp time) {
  Half& half = sides_[index(side)];
  half.heard = true;
  half.last_frame = frame;
  if (half.ended || half.input.frozen() || !half.talk.running()) return;
  half.input.feed(bytes, frame, time);
  settle(side);
}

void Dialogue::miss(Side side, std::uint64_t missing, Frame frame, Timestamp time) {
  Half& half = sides_[index(side)];
  half.heard = true;
  half.last_frame = frame;
  if (half.ended || half.input.frozen() || !half.talk.running()) return;
  half.input.miss(missing, frame, time);
  Input& asking = sides_[index(other(side))].input;
  if (asking.awaiting_answer()) asking.resolve(Answer::unknown);  // it may have been in the hole
  settle(side);
}

void Dialogue::end(Side side, Close how) {
  Half& half = sides_[index(side)];
  if (half.ended) return;
  half.ended = true;
  if (how != Close::handed_over) {
    if (half.input.awaiting_answer()) half.input.resolve(Answer::unknown);
    half.input.finish();
    settle(side);
    if (half.talk.running() && !half.input.frozen()) half.unfinished = half.input.held_bytes();
  }
  half.talk.drop();
  half.input.freeze();
  dissector_->end(side, how);
}

void Dialogue::freeze() {
  for (Half& half : sides_) half.input.freeze();
}

bool Dialogue::listening() const {
  for (const Half& half : sides_)
    if (!half.ended && !half.input.frozen() && half.talk.running()) return true;
  return false;
}

void Dialogue::hand_over(Dialogue& next) {
  for (const Side side : {Side::client, Side::server}) {
    Half& half = sides_[index(side)];
    half.input.hand_over(next.sides_[index(side)].input);
    next.sides_[index(side)].heard = half.heard;
    next.sides_[index(side)].last_frame = half.last_frame;
    end(side, Close::handed_over);
  }
}

/// A verdict that can't come any more is `unknown`.
bool Dialogue::unblock(Side side) {
  Half& half = sides_[index(side)];
  if (!half.input.awaiting_answer() || half.input.frozen()) return false;
  const Half& answering = sides_[index(other(side))];
  const bool can_come = answering.heard && !answering.ended && answering.talk.running() && !answering.input.frozen() &&
                        half.input.held_bytes() <= limits_.block_bytes;
  if (!can_come) half.input.resolve(Answer::unknown);
  half.input.run();
  return !half.input.awaiting_answer();
}

/// After a side went on: starts it anew where octets it waited for are missing, and lets the other side go on where it
/// had waited for this one's verdict.
void Dialogue::settle(Side side) {
  for (;;) {
    bool again = false;
    for (const Side one : {side, other(side)}) {
      Half& half = sides_[index(one)];
      while (const auto lost = half.input.take_loss()) {
        half.talk.drop();
        dissector_->gap(one, lost->missing, lost->frame);
        if (half.input.frozen()) break;
        restart(one, true);
      }
      again = unblock(one) || again;
    }
    if (!again) break;
  }
}

}  // namespace wiretale::flow
