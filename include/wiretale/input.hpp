// One side of a stream, as a dissector reads it: a coroutine that awaits lines, blocks and bodies.
//
//   Talk client(Input& in) override {
//     for (;;) {
//       const Line line = co_await in.line();   // goes on when a whole line is there
//       …
//     }
//   }
//
// The engine keeps every octet that was not taken yet. What line(), bytes() and until() wait for arrives whole, or the
// coroutine does not go on: when octets of it are missing from the capture the coroutine is dropped, the dissector's
// gap() is told, and a new coroutine starts on what follows, with resuming() true. body(), some() and skip() go on
// over gaps. Texts and bytes hold until the next co_await on the same Input.
//
// g++ 12 makes wrong code, without a word, of a co_await in the condition of an if or a loop where the coroutine has no
// local variable at all: keep the result in one (`const Piece piece = co_await in.some(); if (piece) …`).
#pragma once

#include <coroutine>
#include <cstdint>
#include <exception>
#include <list>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <wiretale/limits.hpp>
#include <wiretale/net.hpp>

namespace wiretale {

/// Where octets of a stream came from: the frames that carried them, and the times of the first and the last.
struct Where {
  Frames frames;
  Timestamp first;
  Timestamp last;
  std::uint64_t offset = 0;  ///< of the first octet in its side's stream
};

/// A line without its line ending.
struct Line {
  enum class Ending : std::uint8_t { crlf, lf, none };

  std::string_view text;
  Where where;
  Ending ending = Ending::crlf;
  bool cut = false;  ///< longer than Limits::line_bytes, or the stream ended within it: not all of the line
};

/// A run of octets of a length that was asked for.
struct Block {
  Bytes bytes;
  Where where;
  bool cut = false;  ///< the limit came before the delimiter, or is less than was asked for
};

/// The next piece of contents whose end is found elsewhere.
struct Piece {
  enum class Kind : std::uint8_t { run, missing, end };

  Kind kind = Kind::end;
  Bytes bytes;                ///< of a run
  std::uint64_t missing = 0;  ///< octets that are not in the capture
  Where where;                ///< of a run; frames on both sides of a hole

  /// False at the end of the body or of the stream.
  explicit operator bool() const { return kind != Kind::end; }
};

/// What the other side made of a request.
enum class Answer : std::uint8_t { accepted, refused, unknown };

/// A coroutine that reads one side. Talks may await Talks: `co_await message(in)`.
class [[nodiscard]] Talk {
 public:
  struct promise_type {
    std::coroutine_handle<> caller;

    Talk get_return_object() { return Talk(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct Back {
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
          return self.promise().caller ? self.promise().caller : std::noop_coroutine();
        }
        void await_resume() noexcept {}
      };
      return Back{};
    }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }  // wire data throws nothing
  };

  Talk() = default;
  Talk(Talk&& from) noexcept : self_(std::exchange(from.self_, {})) {}
  Talk& operator=(Talk&& from) noexcept {
    if (this != &from) {
      drop();
      self_ = std::exchange(from.self_, {});
    }
    return *this;
  }
  ~Talk() { drop(); }

  /// Runs to the first await that has to wait.
  void start() {
    if (self_) self_.resume();
  }
  /// Destroys the coroutine and all that it awaits, wherever it is.
  void drop() {
    if (self_) std::exchange(self_, {}).destroy();
  }
  [[nodiscard]] bool running() const { return self_ && !self_.done(); }

  auto operator co_await() && noexcept {
    struct Call {
      std::coroutine_handle<promise_type> callee;
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) noexcept {
        callee.promise().caller = caller;
        return callee;
      }
      void await_resume() noexcept {}
    };
    return Call{self_};
  }

 private:
  explicit Talk(std::coroutine_handle<promise_type> self) : self_(self) {}
  std::coroutine_handle<promise_type> self_;
};

/// One side of a stream. The first part is for dissectors, the second for the engine that fills it.
class Input {
 public:
  explicit Input(const Limits& limits) : limits_(limits) {}
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  template <class Result>
  class Await;
  class Body;

  /// The next line, ended by CRLF or LF.
  Await<Line> line();
  /// The next `count` octets; at most Limits::block_bytes, then `cut`.
  Await<Block> bytes(std::uint64_t count);
  /// Octets up to and with `delimiter` (which must outlive the await), at most `limit` of them.
  Await<Block> until(std::string_view delimiter, std::uint64_t limit);
  /// What there is next, at most `limit` octets of it: a run, a hole, or the end of the stream.
  Await<Piece> some(std::uint64_t limit = UINT64_MAX);
  /// Waits until available() shows so many octets, or those before a hole or the end. Takes nothing; the Piece says
  /// nothing.
  Await<Piece> peek(std::uint64_t least = 1);
  /// A body of `count` octets: `Body body = in.body(n); while (const Piece piece = co_await body.next()) …`.
  Body body(std::uint64_t count);
  /// Passes over `count` octets without keeping them; holes in them are only counted.
  Await<Where> skip(std::uint64_t count);
  /// What the other side says to this side's request; resolve() tells. Unknown where it can't be known: the other
  /// side was not captured, has a gap or ended, or too much came before it answered.
  Await<Answer> answer();

  /// True in a coroutine that starts after a gap, or in the middle of a session: look for a safe place first.
  [[nodiscard]] bool resuming() const { return resuming_; }
  /// Offset of the next octet to be taken in this side's stream, holes included.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  /// Octets of holes that were passed so far: who skips over contents learns here whether all of it was there.
  [[nodiscard]] std::uint64_t missed() const { return missed_; }
  /// True at the end of the stream, when all was taken.
  [[nodiscard]] bool ended() const { return ended_ && available().empty() && later_.empty(); }
  /// What can be seen of the stream now, without taking it.
  [[nodiscard]] Bytes available() const { return held_.empty() ? fresh_ : Bytes(held_).subspan(taken_); }
  /// The other side's verdict on this side's request: what answer() gives, now or when it is awaited.
  void resolve(Answer answer) { answer_ = answer; }
  /// Forgets a verdict that nobody awaited: a new request begins.
  void forget_answer() { answer_.reset(); }

  // ---- for the engine

  /// Octets in order. The view needs to hold for this call only.
  void feed(Bytes bytes, Frame frame, Timestamp time);
  /// A hole of `missing` octets; `frame` is the one after it.
  void miss(std::uint64_t missing, Frame frame, Timestamp time);
  /// No more will come.
  void finish();
  /// Lets the coroutine go on as far as it can.
  void run();
  /// The coroutine is about to start, or start anew.
  void begin(bool resuming);
  /// A hole in what the coroutine waited for.
  struct Loss {
    std::uint64_t missing;
    Frame frame;  ///< the one after it
  };
  /// Octets that the coroutine waited for are missing: told once. The engine then drops the coroutine.
  std::optional<Loss> take_loss();
  /// From now on nothing is ready: what is left goes to another dissector, or nowhere.
  void freeze() { frozen_ = true; }
  [[nodiscard]] bool frozen() const { return frozen_; }
  /// Moves all that was not taken, and the end, to an Input of another dissector.
  void hand_over(Input& to);
  /// Octets that nobody took, each run from one frame, up to the first hole.
  struct Run {
    std::vector<std::uint8_t> bytes;
    Frame frame;
    Timestamp time;
  };
  [[nodiscard]] std::vector<Run> untaken();
  [[nodiscard]] bool awaiting_answer() const { return waiting_ && want_ == Want::answer; }
  /// Octets held because nobody took them yet.
  [[nodiscard]] std::uint64_t held_bytes() const;

 private:
  template <class Result>
  friend class Await;

  enum class Want : std::uint8_t { nothing, line, bytes, until, some, peek, skip, answer };
  /// Octets held from one frame.
  struct Mark {
    std::uint64_t bytes;
    Frame frame;
    Timestamp time;
  };
  /// What came after a hole that the coroutine has not reached yet.
  struct Later {
    std::vector<std::uint8_t> bytes;
    std::uint64_t missing;
    Frame frame;
    Timestamp time;
  };

  [[nodiscard]] bool satisfied();
  [[nodiscard]] bool line_there();
  [[nodiscard]] bool delimiter_there();
  [[nodiscard]] bool skip_done();
  Where consume(std::uint64_t count);
  void pass_hole(std::uint64_t count);
  [[nodiscard]] Timestamp next_time() const;
  void keep_fresh();
  void drop_taken();
  bool pull_later();
  Line give_line();
  Block give_block();
  Piece give_piece();
  Where give_skipped();
  Answer give_answer();

  const Limits& limits_;
  Bytes fresh_;  // the chunk being delivered, while nothing older is held
  Mark fresh_mark_{};
  std::vector<std::uint8_t> held_;  // octets from `taken_` on were not taken yet
  std::size_t taken_ = 0;
  std::vector<Mark> marks_;  // where held octets came from, oldest first from `first_mark_`
  std::size_t first_mark_ = 0;
  std::list<Later> later_;  // rarely anything: only while a verdict is awaited over a hole
  std::uint64_t later_bytes_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t missed_ = 0;
  std::uint64_t hole_ = 0;  // missing octets right after those available
  Mark hole_mark_{};
  Frame last_frame_ = 0;  // of the last octet taken

  std::coroutine_handle<> waiting_;
  Want want_ = Want::nothing;
  std::uint64_t wanted_ = 0;  // octets asked for, or the limit
  std::string_view delimiter_;
  std::size_t scanned_ = 0;  // available octets without a line ending or delimiter
  std::size_t found_ = 0;    // length of the line or block that was found
  std::uint64_t skipped_ = 0;
  Where skip_where_{};
  std::optional<Answer> answer_;
  std::optional<Loss> loss_;
  bool clipped_ = false;  // a block asked for is longer than the limit
  bool resuming_ = false;
  bool ended_ = false;
  bool frozen_ = false;
};

/// What `co_await in.line()` and its like await.
template <class Result>
class Input::Await {
 public:
  Await(Input& in, Want want, std::uint64_t wanted, std::string_view delimiter = {}) : in_(in) {
    in.drop_taken();
    in.want_ = want;
    in.clipped_ = false;
    in.wanted_ = wanted;
    in.delimiter_ = delimiter;
    in.scanned_ = 0;
    in.found_ = 0;
    in.skipped_ = 0;
    in.skip_where_ = {};
  }
  bool await_ready() { return in_.satisfied(); }
  void await_suspend(std::coroutine_handle<> self) { in_.waiting_ = self; }
  Result await_resume() {
    if constexpr (std::same_as<Result, Line>)
      return in_.give_line();
    else if constexpr (std::same_as<Result, Block>)
      return in_.give_block();
    else if constexpr (std::same_as<Result, Piece>)
      return in_.give_piece();
    else if constexpr (std::same_as<Result, Where>)
      return in_.give_skipped();
    else
      return in_.give_answer();
  }

 private:
  Input& in_;
};

/// Contents of a known length.
class Input::Body {
 public:
  Body(Input& in, std::uint64_t count) : in_(in), left_(count) {}
  /// The next run or hole; a Piece that is `end` when all `count` octets were told, or the stream ended before.
  auto next() {
    struct Next {
      Body& body;
      Await<Piece> await;
      bool none;
      bool await_ready() { return none || await.await_ready(); }
      void await_suspend(std::coroutine_handle<> self) { await.await_suspend(self); }
      Piece await_resume() {
        if (none) return {};
        Piece piece = await.await_resume();
        body.left_ -= piece.kind == Piece::Kind::missing ? piece.missing : piece.bytes.size();
        return piece;
      }
    };
    return Next{*this, in_.some(left_), left_ == 0};
  }
  /// Octets not told yet; after the end: those that the stream ended before.
  [[nodiscard]] std::uint64_t left() const { return left_; }

 private:
  Input& in_;
  std::uint64_t left_;
};

inline Input::Await<Line> Input::line() { return {*this, Want::line, limits_.line_bytes}; }
inline Input::Await<Block> Input::bytes(std::uint64_t count) {
  Await<Block> await{*this, Want::bytes, count < limits_.block_bytes ? count : limits_.block_bytes};
  clipped_ = count > limits_.block_bytes;
  return await;
}
inline Input::Await<Block> Input::until(std::string_view delimiter, std::uint64_t limit) {
  return {*this, Want::until, limit, delimiter};
}
inline Input::Await<Piece> Input::some(std::uint64_t limit) { return {*this, Want::some, limit}; }
inline Input::Await<Piece> Input::peek(std::uint64_t least) { return {*this, Want::peek, least}; }
inline Input::Body Input::body(std::uint64_t count) { return {*this, count}; }
inline Input::Await<Where> Input::skip(std::uint64_t count) { return {*this, Want::skip, count}; }
inline Input::Await<Answer> Input::answer() { return {*this, Want::answer, 0}; }

}  // namespace wiretale
