// How a dissector's coroutines read: lines, blocks, bodies; over chunks, over holes, and to the end.
#include "flow/dialogue.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "scribe.hpp"

namespace wiretale {
namespace {

using testing::Notes;
using testing::Scribe;
using testing::shown;
using testing::Stage;

std::string text_of_line(const Line& line) {
  std::string text = shown(line.where) + std::string(line.text);
  text += line.ending == Line::Ending::crlf ? "" : line.ending == Line::Ending::lf ? " (lf)" : " (none)";
  return text + (line.cut ? " (cut)" : "");
}

/// Notes every line.
Talk lines(Input& in, Scribe& scribe) {
  if (in.resuming()) scribe.note("resuming at " + std::to_string(in.offset()));
  for (;;) scribe.note(text_of_line(co_await in.line()));
}

/// Passes over all there is.
Talk silent(Input& in, Scribe&) {
  for (Piece piece = co_await in.some(); piece;) piece = co_await in.some();
}

TEST(Lines, OverChunks) {
  Stage stage(lines, silent);
  stage.client("one\r\ntwo");
  EXPECT_EQ(stage.take(), (Notes{"[1-1]one"}));
  stage.client("\r");
  stage.client("\nthree\nfo");
  EXPECT_EQ(stage.take(), (Notes{"[1-3]two", "[3-3]three (lf)"}));
  stage.client("ur\r\n\r\n");
  EXPECT_EQ(stage.take(), (Notes{"[3-4]four", "[4-4]"}));
}

TEST(Lines, TheLastOneMayLackItsEnd) {
  Stage stage(lines, silent);
  stage.client("one\r\ntw");
  stage.client("o");
  stage.end();
  EXPECT_EQ(stage.take(), (Notes{"[1-1]one", "[1-2]two (none) (cut)", "client end 0", "server end 0"}));
}

TEST(Lines, LongerThanTheLimit) {
  Stage stage(lines, silent);
  stage.session.own_limits.line_bytes = 8;
  stage.client("123456\r\n");
  stage.client("1234567\r\n");
  stage.client("12345678901234567890\r\n");
  EXPECT_EQ(stage.take(), (Notes{"[1-1]123456", "[2-2]1234567\r (none) (cut)", "[2-2] (lf)",
                                 "[3-3]12345678 (none) (cut)", "[3-3]90123456 (none) (cut)", "[3-3]7890"}));
}

TEST(Lines, ALoneCarriageReturnIsPartOfTheLine) {
  Stage stage(lines, silent);
  stage.client("a\rb\r\r\n");
  EXPECT_EQ(stage.take(), (Notes{"[1-1]a\rb\r"}));
}

/// Whatever the chunks, the lines are the same.
TEST(Lines, RandomChunks) {
  for (unsigned seed = 0; seed < 200 && !HasFailure(); ++seed) {
    std::mt19937_64 random(seed);
    std::string stream;
    Notes expected;
    for (std::uint64_t i = random() % 30; i > 0; --i) {
      const std::string line(random() % 40, static_cast<char>('a' + random() % 26));
      stream += line + (random() % 2 == 0 ? "\r\n" : "\n");
      expected.push_back(line);
    }
    Stage stage(
        [](Input& in, Scribe& scribe) -> Talk {
          for (;;) scribe.note(std::string((co_await in.line()).text));
        },
        silent);
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t length = 1 + random() % 50;
      stage.client(std::string_view(stream).substr(at, length));
      at += length;
    }
    EXPECT_EQ(stage.take(), expected);
  }
}

/// Reads blocks of 4 octets.
Talk blocks(Input& in, Scribe& scribe) {
  for (;;) {
    const std::uint64_t offset = in.offset();
    const Block block = co_await in.bytes(4);
    EXPECT_EQ(block.where.offset, offset);
    scribe.note(shown(block.where) + std::string(text_of(block.bytes)) + (block.cut ? " (cut)" : ""));
  }
}

TEST(Blocks, OverChunks) {
  Stage stage(blocks, silent);
  stage.client("12");
  stage.client("345678");
  stage.client("901");
  EXPECT_EQ(stage.take(), (Notes{"[1-2]1234", "[2-2]5678"}));
  stage.end();
  EXPECT_EQ(stage.take(), (Notes{"client end 0", "server end 0"}));
  EXPECT_EQ(stage.dialogue.unfinished(Side::client), 3U);
  EXPECT_EQ(stage.dialogue.unfinished(Side::server), 0U);
}

TEST(Blocks, NoOctetsAreThereAtOnce) {
  Stage stage(
      [](Input& in, Scribe& scribe) -> Talk {
        const Block none = co_await in.bytes(0);
        scribe.note("none of " + std::to_string(none.bytes.size()));
        const Block all = co_await in.bytes(2);
        scribe.note(shown(all.where));
      },
      silent);
  EXPECT_EQ(stage.take(), (Notes{"none of 0"}));
  stage.client("ab");
  EXPECT_EQ(stage.take(), (Notes{"[1-1]"}));
}

TEST(Blocks, AtMostTheLimit) {
  Stage stage(
      [](Input& in, Scribe& scribe) -> Talk {
        const Block block = co_await in.bytes(1'000'000'000'000);
        scribe.note(std::to_string(block.bytes.size()) + (block.cut ? " (cut)" : ""));
      },
      silent);
  const std::string chunk(60'000, 'x');
  for (int i = 0; i < 20; ++i) stage.client(chunk);
  EXPECT_EQ(stage.take(), (Notes{std::to_string(Limits{}.block_bytes) + " (cut)"}));
}

TEST(Blocks, UntilADelimiter) {
  Stage stage(
      [](Input& in, Scribe& scribe) -> Talk {
        for (;;) {
          const Block block = co_await in.until("--end", 12);
          scribe.note(shown(block.where) + std::string(text_of(block.bytes)) + (block.cut ? " (cut)" : ""));
        }
      },
      silent);
  stage.client("abc-");
  stage.client("-en");
  stage.client("d--endx");
  EXPECT_EQ(stage.take(), (Notes{"[1-3]abc--end", "[3-3]--end"}));
  stage.client("234567890123456--end");
  EXPECT_EQ(stage.take(), (Notes{"[3-4]x23456789012 (cut)", "[4-4]3456--end"}));
}

/// Notes the pieces of a body of 10 octets, then lines.
Talk body_of_ten(Input& in, Scribe& scribe) {
  Input::Body body = in.body(10);
  while (const Piece piece = co_await body.next()) {
    if (piece.kind == Piece::Kind::run)
      scribe.note(shown(piece.where) + std::string(text_of(piece.bytes)));
    else
      scribe.note(shown(piece.where) + "missing " + std::to_string(piece.missing));
  }
  scribe.note("left " + std::to_string(body.left()));
  for (;;) scribe.note(text_of_line(co_await in.line()));
}

TEST(Bodies, GoOnOverHoles) {
  Stage stage(body_of_ten, silent);
  stage.client("123");
  stage.miss(Side::client, 4);
  stage.client("890line\r\n");
  EXPECT_EQ(stage.take(), (Notes{"[1-1]123", "[1-2]missing 4", "[2-2]890", "left 0", "[2-2]line"}));
}

TEST(Bodies, MayEndBeforeTheirEnd) {
  Stage stage(body_of_ten, silent);
  stage.client("123");
  stage.end();
  EXPECT_EQ(stage.take(), (Notes{"[1-1]123", "left 7", "client end 0", "server end 0"}));
}

TEST(Bodies, AHoleMayGoBeyondThem) {
  Stage stage(body_of_ten, silent);
  stage.client("1234567");
  stage.miss(Side::client, 5);
  stage.client("ne\r\n");
  // What the hole swallowed of the line is gone; the rest of it is a line to a coroutine that starts anew.
  EXPECT_EQ(stage.take(), (Notes{"[1-1]1234567", "[1-2]missing 3", "left 0", "client gap 2 at 2", "[2-2]ne\r\n"}));
  stage.client("");
}

TEST(Bodies, SkipCountsOctetsAndHoles) {
  Stage stage(
      [](Input& in, Scribe& scribe) -> Talk {
        const Where where = co_await in.skip(10);
        scribe.note(shown(where) + " to " + std::to_string(in.offset()) + ", missed " + std::to_string(in.missed()));
        for (;;) scribe.note(text_of_line(co_await in.line()));
      },
      silent);
  stage.client("123");
  stage.miss(Side::client, 4);
  stage.client("890");
  EXPECT_EQ(stage.take(), (Notes{"[1-2] to 10, missed 4"}));
  stage.client("next\n");
  EXPECT_EQ(stage.take(), (Notes{"[3-3]next (lf)"}));
}

TEST(Bodies, SomeGivesRunsHolesAndTheEnd) {
  Stage stage(
      [](Input& in, Scribe& scribe) -> Talk {
        for (;;) {
          const Piece piece = co_await in.some(4);
          scribe.note(std::to_string(static_cast<int>(piece.kind)) + std::string(text_of(piece.bytes)) +
                      std::to_string(piece.missing));
          if (!piece) break;
        }
        EXPECT_TRUE(in.ended());
      },
      silent);
  stage.client("abcdef");
  stage.miss(Side::client, 6);
  stage.end();
  EXPECT_EQ(stage.take(), (Notes{"0abcd0", "0ef0", "14", "12", "20", "client end 0", "server end 0"}));
}

TEST(Bodies, PeekWaitsForAsManyAsAskedFor) {
  Stage stage(
      [](Input& in, Scribe& scribe) -> Talk {
        for (;;) {
          co_await in.peek(4);
          scribe.note("sees " + std::string(text_of(in.available())));
          const Piece piece = co_await in.some(4);
          if (!piece) break;
        }
      },
      silent);
  stage.client("abc");
  EXPECT_EQ(stage.take(), Notes{});
  stage.client("de");
  stage.miss(Side::client, 6);
  stage.client("fg");
  stage.end();
  EXPECT_EQ(stage.take(),
            (Notes{"sees abcde", "sees e", "sees ", "sees ", "sees fg", "sees ", "client end 0", "server end 0"}));
}

TEST(Bodies, PeekTakesNothing) {
  Stage stage(
      [](Input& in, Scribe& scribe) -> Talk {
        co_await in.peek();
        scribe.note("sees " + std::string(text_of(in.available())));
        scribe.note(text_of_line(co_await in.line()));
      },
      silent);
  EXPECT_EQ(stage.take(), Notes{});
  stage.client("ab");
  stage.client("c\n");
  EXPECT_EQ(stage.take(), (Notes{"sees ab", "[1-2]abc (lf)"}));
}

// ---- gaps

struct Guard {
  Scribe& scribe;
  ~Guard() { scribe.note("cleaned up"); }
};

Talk guarded_line(Input& in, Scribe& scribe) {
  const Guard guard{scribe};
  scribe.note(text_of_line(co_await in.line()));
}

/// Lines, each read by a nested Talk.
Talk nested_lines(Input& in, Scribe& scribe) {
  if (in.resuming()) scribe.note("resuming at " + std::to_string(in.offset()));
  for (;;) co_await guarded_line(in, scribe);
}

TEST(Gaps, StartTheCoroutineAnew) {
  Stage stage(nested_lines, silent);
  stage.client("one\r\ntw");
  EXPECT_EQ(stage.take(), (Notes{"[1-1]one", "cleaned up"}));
  stage.miss(Side::client, 10);
  EXPECT_EQ(stage.take(), (Notes{"cleaned up", "client gap 10 at 2", "resuming at 17"}));
  stage.client("ree\r\nfour\r\n");
  EXPECT_EQ(stage.take(), (Notes{"[2-2]ree", "cleaned up", "[2-2]four", "cleaned up"}));
}

TEST(Gaps, BetweenTwoMessagesAreToldToo) {
  Stage stage(lines, silent);
  stage.client("one\r\n");
  stage.miss(Side::client, 10);
  stage.client("two\r\n");
  EXPECT_EQ(stage.take(), (Notes{"[1-1]one", "client gap 10 at 2", "resuming at 15", "[2-2]two"}));
}

TEST(Gaps, AtTheEnd) {
  Stage stage(lines, silent);
  stage.client("one");
  stage.miss(Side::client, 2);
  stage.end(Close::capture_end);
  EXPECT_EQ(stage.take(), (Notes{"client gap 2 at 2", "resuming at 5", "client end 3", "server end 3"}));
}

TEST(Gaps, AMidstreamStartIsResuming) {
  Stage stage(lines, silent, true);
  EXPECT_EQ(stage.take(), (Notes{"resuming at 0"}));
}

// ---- answers

Talk asks(Input& in, Scribe& scribe) {
  for (;;) {
    const Line line = co_await in.line();
    scribe.note("C " + std::string(line.text));
    if (line.text != "ask") continue;
    const Answer answer = co_await in.answer();
    scribe.note(answer == Answer::accepted ? "accepted" : answer == Answer::refused ? "refused" : "unknown");
  }
}

Talk answers(Input& in, Scribe& scribe) {
  for (;;) {
    const Line line = co_await in.line();
    scribe.note("S " + std::string(line.text));
    if (line.text == "yes") scribe.of(Side::client).resolve(Answer::accepted);
    if (line.text == "no") scribe.of(Side::client).resolve(Answer::refused);
  }
}

TEST(Answers, AreWaitedFor) {
  Stage stage(asks, answers);
  stage.server("hello\n");
  stage.client("ask\nnext\nask\n");
  EXPECT_EQ(stage.take(), (Notes{"S hello", "C ask"}));
  stage.server("yes\n");
  EXPECT_EQ(stage.take(), (Notes{"S yes", "accepted", "C next", "C ask"}));
  stage.server("maybe\n");
  EXPECT_EQ(stage.take(), (Notes{"S maybe"}));
  stage.server("no\n");
  EXPECT_EQ(stage.take(), (Notes{"S no", "refused"}));
}

TEST(Answers, MayComeBeforeTheyAreAwaited) {
  Stage stage(asks, answers);
  stage.server("yes\n");
  stage.client("ask\n");
  EXPECT_EQ(stage.take(), (Notes{"S yes", "C ask", "accepted"}));
}

TEST(Answers, AreUnknownWhereTheOtherSideWasNeverHeard) {
  Stage stage(asks, answers);
  stage.client("ask\nnext\n");
  EXPECT_EQ(stage.take(), (Notes{"C ask", "unknown", "C next"}));
}

TEST(Answers, AreUnknownAfterTheOtherSidesEnd) {
  Stage stage(asks, answers);
  stage.server("hello\n");
  stage.client("ask\n");
  stage.dialogue.end(Side::server, Close::fin);
  EXPECT_EQ(stage.take(), (Notes{"S hello", "C ask", "unknown", "server end 0"}));
}

TEST(Answers, AreUnknownWhereTheyMayBeInAHole) {
  Stage stage(asks, answers);
  stage.server("hello\n");
  stage.client("ask\n");
  stage.miss(Side::server, 5);
  stage.server("later\n");
  EXPECT_EQ(stage.take(), (Notes{"S hello", "C ask", "server gap 5 at 3", "unknown", "S later"}));
}

TEST(Answers, AreUnknownAtTheEnd) {
  Stage stage(asks, answers);
  stage.server("hello\n");
  stage.client("ask\nrest\n");
  stage.dialogue.end(Side::client, Close::fin);
  EXPECT_EQ(stage.take(), (Notes{"S hello", "C ask", "unknown", "C rest", "client end 0"}));
}

TEST(Answers, AreGivenUpWhenTooMuchIsHeld) {
  Stage stage(asks, answers);
  stage.session.own_limits.block_bytes = 100;
  stage.server("hello\n");
  stage.client("ask\n");
  stage.client(std::string(90, 'x'));
  EXPECT_EQ(stage.take(), (Notes{"S hello", "C ask"}));
  stage.client("xxxxxxxxxxxx\n");
  EXPECT_EQ(stage.take(), (Notes{"unknown", "C " + std::string(102, 'x')}));
}

TEST(Answers, AHoleMayComeMeanwhile) {
  Stage stage(asks, answers);
  stage.server("hello\n");
  stage.client("ask\nbefore\nha");
  stage.miss(Side::client, 3);
  stage.client("lf\nbehind\n");
  EXPECT_EQ(stage.take(), (Notes{"S hello", "C ask"}));
  stage.server("yes\n");
  EXPECT_EQ(stage.take(), (Notes{"S yes", "accepted", "C before", "client gap 3 at 3", "C lf", "C behind"}));
}

/// Holes and octets by the hundred thousand behind a question must not take time without bound.
TEST(Answers, MuchMayComeMeanwhile) {
  Stage stage(asks, answers);
  stage.server("hello\n");
  stage.client("ask\n");
  for (int i = 0; i < 150'000; ++i) {
    stage.miss(Side::client, 1);
    stage.client("\n");
  }
  stage.server("yes\n");
  EXPECT_EQ(stage.take().back(), "C ");
}

// ---- the end

TEST(Ends, EachSideOnce) {
  Stage stage(lines, lines);
  stage.dialogue.end(Side::server, Close::fin);
  stage.dialogue.end(Side::server, Close::timeout);
  stage.client("more\n");
  stage.server("not heard\n");
  stage.dialogue.end(Side::client, Close::reset);
  EXPECT_EQ(stage.take(), (Notes{"server end 0", "[1-1]more (lf)", "client end 1"}));
  EXPECT_FALSE(stage.dialogue.listening());
}

TEST(Ends, WhoReturnsHearsNoMore) {
  Stage stage([](Input& in, Scribe& scribe) -> Talk { scribe.note(text_of_line(co_await in.line())); },
              [](Input& in, Scribe& scribe) -> Talk { scribe.note(text_of_line(co_await in.line())); });
  stage.client("one\r\ntwo\r\n");
  EXPECT_TRUE(stage.dialogue.listening());
  stage.server("three\r\n");
  EXPECT_FALSE(stage.dialogue.listening());
  stage.client("four\r\n");
  stage.miss(Side::client, 3);
  stage.end();
  EXPECT_EQ(stage.take(), (Notes{"[1-1]one", "[2-2]three", "client end 0", "server end 0"}));
  EXPECT_EQ(stage.dialogue.unfinished(Side::client), 0U);
}

TEST(Ends, AFrozenDialogueHearsNoMore) {
  Stage stage(lines, silent);
  stage.client("one\r\n");
  stage.dialogue.freeze();
  stage.client("two\r\n");
  stage.end(Close::handed_over);
  EXPECT_EQ(stage.take(), (Notes{"[1-1]one", "client end 5", "server end 5"}));
}

TEST(HandOver, WhatNobodyTookGoesOn) {
  Stage stage(
      [](Input& in, Scribe& scribe) -> Talk {
        scribe.note(text_of_line(co_await in.line()));
        co_await in.answer();
      },
      answers);
  stage.server("220\n");
  stage.client("STARTTLS\r\nhel");
  stage.client("lo\n");
  EXPECT_EQ(stage.take(), (Notes{"S 220", "[2-2]STARTTLS"}));
  flow::Dialogue next(stage.session.own_limits, std::make_unique<Scribe>(stage.session, stage.notes, lines, lines));
  stage.dialogue.freeze();
  stage.dialogue.hand_over(next);
  EXPECT_EQ(stage.take(), (Notes{"client end 5", "server end 5"}));
  next.start(false);
  EXPECT_EQ(stage.take(), (Notes{"[2-3]hello (lf)"}));
  const std::string more = "more\r\n";
  next.feed(Side::server, bytes_of(more), 4, stage.time());
  EXPECT_EQ(stage.take(), (Notes{"[4-4]more"}));
}

TEST(HandOver, HolesGoOnToo) {
  Stage stage(
      [](Input& in, Scribe&) -> Talk {
        co_await in.line();
        co_await in.answer();
      },
      silent);
  stage.server("220\n");
  stage.client("STARTTLS\r\nhel");
  stage.miss(Side::client, 2);
  stage.client("again\n");
  flow::Dialogue next(stage.session.own_limits, std::make_unique<Scribe>(stage.session, stage.notes, lines, lines));
  stage.dialogue.freeze();
  stage.dialogue.hand_over(next);
  stage.take();
  next.start(false);
  EXPECT_EQ(stage.take(), (Notes{"client gap 2 at 3", "resuming at 15", "[3-3]again (lf)"}));
}

TEST(HandOver, UntakenRunsKeepTheirFrames) {
  Stage stage(
      [](Input& in, Scribe&) -> Talk {
        co_await in.line();
        co_await in.answer();
      },
      silent);
  stage.server("220\n");
  stage.client("go\r\nab");
  stage.client("cd");
  const auto runs = stage.dialogue.untaken(Side::client);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(text_of(runs[0].bytes), "ab");
  EXPECT_EQ(runs[0].frame, 2U);
  EXPECT_EQ(text_of(runs[1].bytes), "cd");
  EXPECT_EQ(runs[1].frame, 3U);
}

}  // namespace
}  // namespace wiretale
