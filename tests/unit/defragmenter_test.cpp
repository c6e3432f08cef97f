// IP fragments in every order and condition.
#include "decode/defragmenter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "decode_packets.hpp"

namespace wiretale::decode {
namespace {

using namespace packets;
using Result = Defragmenter::Result;

// One fragment with its octets; view() is good as long as the piece is.
struct Piece {
  std::uint32_t offset = 0;
  bool more = false;
  Octets data;
  Frame frame = 1;
  std::int64_t second = 0;
  std::uint32_t id = 1;
  std::uint32_t told = 0;  // 0: as long as the data
  std::string source = "10.0.0.1";

  [[nodiscard]] Fragment view() const {
    Fragment made;
    made.key = {*IpAddress::parse(source), *IpAddress::parse("10.0.0.2"), id, 17};
    made.offset = offset;
    made.more = more;
    made.header_bytes = 20;
    made.data = data;
    made.told = told != 0 ? told : static_cast<std::uint32_t>(data.size());
    made.time = {second * 1'000'000'000};
    made.frames = std::span(&frame, 1);
    return made;
  }
};

// A datagram cut into pieces of `size` octets, frames counted from `frame`.
std::vector<Piece> cut(const Octets& whole, std::size_t size, Frame frame = 1) {
  std::vector<Piece> pieces;
  for (std::size_t at = 0; at < whole.size(); at += size) {
    const Bytes part = slice(whole, at, size);
    Piece piece;
    piece.offset = static_cast<std::uint32_t>(at);
    piece.more = at + size < whole.size();
    piece.data.assign(part.begin(), part.end());
    piece.frame = frame++;
    pieces.push_back(piece);
  }
  return pieces;
}

Octets copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

TEST(Defragmenter, AnyOrderAndDuplicates) {
  std::mt19937 random(7);
  const Octets whole = pattern(4003);
  for (int round = 0; round < 300; ++round) {
    Defragmenter defragmenter{Limits{}};
    std::vector<Piece> pieces = cut(whole, 8 * (3 + random() % 90));
    const std::size_t distinct = pieces.size();
    std::ranges::shuffle(pieces, random);
    // Duplicates of all but the last one to come, so that none is late.
    for (std::size_t i = 0; i + 1 < distinct; i += 1 + random() % 5)
      pieces.insert(pieces.begin() + static_cast<std::ptrdiff_t>(i + 1), pieces[i]);
    Datagram out;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      pieces[i].frame = i + 1;
      const Result result = defragmenter.add(pieces[i].view(), out);
      ASSERT_EQ(result, i + 1 == pieces.size() ? Result::complete : Result::held);
    }
    ASSERT_EQ(copy(out.data), whole);
    ASSERT_EQ(out.told, whole.size());
    ASSERT_EQ(out.header_bytes, 20U);
    ASSERT_FALSE(out.overlaps);
    ASSERT_EQ(out.frames.size(), pieces.size());
    ASSERT_TRUE(std::ranges::is_sorted(out.frames));
    ASSERT_EQ(defragmenter.held(), 0U);
    ASSERT_EQ(defragmenter.bytes(), 0U);
    ASSERT_EQ(defragmenter.incomplete().total(), GivenUp{});
  }
}

TEST(Defragmenter, KeysAreApart) {
  Defragmenter defragmenter{Limits{}};
  Datagram out;
  const std::vector<Piece> pieces = cut(pattern(32), 16);
  Piece other_id = pieces[1];
  other_id.id = 2;
  Piece other_source = pieces[1];
  other_source.source = "10.0.0.9";
  EXPECT_EQ(defragmenter.add(pieces[0].view(), out), Result::held);
  EXPECT_EQ(defragmenter.add(other_id.view(), out), Result::held);
  EXPECT_EQ(defragmenter.add(other_source.view(), out), Result::held);
  Fragment other_protocol = pieces[1].view();
  other_protocol.key.protocol = 6;
  EXPECT_EQ(defragmenter.add(other_protocol, out), Result::held);
  EXPECT_EQ(defragmenter.held(), 4U);
  EXPECT_EQ(defragmenter.add(pieces[1].view(), out), Result::complete);
  defragmenter.finish();
  EXPECT_EQ(defragmenter.incomplete().unfinished, (GivenUp{3, 3}));
}

// Whether a piece takes octets from one that came earlier.
bool takes(const Piece& later, const Piece& earlier, Overlap overlap) {
  const auto end = [](const Piece& piece) { return piece.offset + piece.data.size(); };
  switch (overlap) {
    case Overlap::first:
      return false;
    case Overlap::last:
      return true;
    case Overlap::bsd:
      return later.offset < earlier.offset;
    case Overlap::linux_kernel:
      return later.offset <= earlier.offset;
    case Overlap::windows:
      return later.offset < earlier.offset && end(later) > end(earlier);
  }
  return false;
}

// What a slow and plain model makes of overlapping pieces, and how many octets contradict others.
Octets model(const std::vector<Piece>& pieces, std::size_t length, Overlap overlap, std::uint64_t& conflicting) {
  Octets whole;
  for (std::size_t at = 0; at < length; ++at) {
    const Piece* owner = nullptr;
    for (const Piece& piece : pieces) {
      if (at < piece.offset || at >= piece.offset + piece.data.size()) continue;
      if (owner != nullptr && piece.data[at - piece.offset] != owner->data[at - owner->offset]) ++conflicting;
      if (owner == nullptr || takes(piece, *owner, overlap)) owner = &piece;
    }
    whole.push_back(owner->data[at - owner->offset]);
  }
  return whole;
}

TEST(Defragmenter, OverlapsAsTheModel) {
  std::mt19937 random(11);
  constexpr Overlap all[] = {Overlap::first, Overlap::last, Overlap::bsd, Overlap::linux_kernel, Overlap::windows};
  for (std::size_t round = 0; round < 1000; ++round) {
    const Overlap overlap = all[round % std::size(all)];
    Defragmenter defragmenter{Limits{}, overlap};
    std::vector<Piece> sent;
    Datagram out;
    Result result = Result::held;
    while (result != Result::complete) {
      ASSERT_LT(sent.size(), 500U);
      Piece piece;
      piece.offset = static_cast<std::uint32_t>(random() % 16) * 8;
      const std::uint32_t length = std::min(128 - piece.offset, 8 + static_cast<std::uint32_t>(random() % 5) * 8);
      piece.more = piece.offset + length != 128;
      piece.data = pattern(length, static_cast<unsigned>(sent.size()));
      result = defragmenter.add(piece.view(), out);
      ASSERT_NE(result, Result::malformed);
      sent.push_back(piece);
    }
    std::uint64_t conflicting = 0;
    ASSERT_EQ(copy(out.data), model(sent, 128, overlap, conflicting));
    ASSERT_EQ(defragmenter.bytes(), 0U);
    const std::vector<FragmentsRecord> told = defragmenter.take_told();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].outcome, "complete");
    EXPECT_EQ(told[0].fragments.size(), sent.size());
    std::uint64_t said = 0;
    for (const FragmentConflictFields& conflict : told[0].conflicts) {
      said += conflict.bytes;
      EXPECT_EQ(conflict.kept.size(), conflict.dropped.size());
      EXPECT_NE(conflict.kept, conflict.dropped);
    }
    if (told[0].conflicts.size() < 16)
      EXPECT_EQ(said, conflicting);
    else
      EXPECT_LE(said, conflicting);
  }
}

// A piece of 16 octets at 8, and a later one around, before, within and behind it: who has the octets in common?
TEST(Defragmenter, PoliciesDiffer) {
  struct Case {
    std::uint32_t offset, length;
    bool bsd, linux, windows;  // the later one has them
  };
  for (const Case& one :
       {Case{0, 32, true, true, true}, Case{0, 16, true, true, false}, Case{8, 16, false, true, false},
        Case{8, 8, false, true, false}, Case{16, 16, false, false, false}}) {
    const auto later_has = [&](Overlap overlap) {
      Defragmenter defragmenter{Limits{}, overlap};
      Datagram out;
      (void)defragmenter.add(Piece{.offset = 8, .more = true, .data = Octets(16, 'a')}.view(), out);
      (void)defragmenter.add(Piece{.offset = one.offset, .more = true, .data = Octets(one.length, 'b')}.view(), out);
      Result result = defragmenter.add(Piece{.offset = 32, .data = Octets(8, 'c')}.view(), out);
      for (const std::uint32_t offset : {0U, 24U})  // what is missing
        if (result != Result::complete)
          result = defragmenter.add(Piece{.offset = offset, .more = true, .data = Octets(8, 'd')}.view(), out);
      EXPECT_EQ(result, Result::complete);
      return out.data[std::max(one.offset, 8U)] == 'b';
    };
    SCOPED_TRACE(one.offset);
    EXPECT_FALSE(later_has(Overlap::first));
    EXPECT_TRUE(later_has(Overlap::last));
    EXPECT_EQ(later_has(Overlap::bsd), one.bsd);
    EXPECT_EQ(later_has(Overlap::linux_kernel), one.linux);
    EXPECT_EQ(later_has(Overlap::windows), one.windows);
  }
}

TEST(Defragmenter, GivenUpIsTold) {
  Limits limits;
  limits.fragment_datagrams = 1;
  Defragmenter defragmenter{limits};
  Datagram out;
  Piece first{.more = true, .data = pattern(24)};
  first.frame = 7;
  EXPECT_EQ(defragmenter.add(first.view(), out), Result::held);
  Piece other = first;
  other.id = 2;
  other.frame = 8;
  EXPECT_EQ(defragmenter.add(other.view(), out), Result::held);
  defragmenter.finish();
  const std::vector<FragmentsRecord> told = defragmenter.take_told();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].outcome, "evicted");
  EXPECT_EQ(told[0].frames, (Frames{7, 7}));
  EXPECT_EQ(told[0].anomalies.front().name, "tiny_fragment");
  EXPECT_EQ(told[1].outcome, "unfinished");
  EXPECT_FALSE(defragmenter.has_told());
}

TEST(Defragmenter, OverlapIsTold) {
  Defragmenter defragmenter{Limits{}};
  Datagram out;
  EXPECT_EQ(defragmenter.add(Piece{.more = true, .data = pattern(24)}.view(), out), Result::held);
  EXPECT_EQ(defragmenter.add(Piece{.offset = 16, .data = pattern(24, 1)}.view(), out), Result::complete);
  EXPECT_TRUE(out.overlaps);
  EXPECT_EQ(out.data[16], pattern(24)[16]);
}

TEST(Defragmenter, ContradictionsAreRefused) {
  Defragmenter defragmenter{Limits{}};
  Datagram out;
  const auto add = [&](std::uint32_t offset, bool more, std::size_t length) {
    return defragmenter.add(Piece{.offset = offset, .more = more, .data = pattern(length)}.view(), out);
  };
  EXPECT_EQ(add(0, true, 0), Result::malformed);
  EXPECT_EQ(add(8, false, 0), Result::malformed);
  EXPECT_EQ(add(0, true, 12), Result::malformed);
  EXPECT_EQ(add(65528, false, 100), Result::malformed);  // the ping of death
  EXPECT_EQ(add(65512, false, 8), Result::malformed);    // 65520 and a header of 20
  EXPECT_EQ(defragmenter.held(), 0U);
  EXPECT_EQ(add(16, true, 16), Result::held);
  EXPECT_EQ(add(0, false, 10), Result::malformed);  // ends before what was seen
  EXPECT_EQ(add(32, false, 5), Result::held);
  EXPECT_EQ(add(32, false, 6), Result::malformed);  // another end
  EXPECT_EQ(add(32, true, 8), Result::malformed);   // beyond the end
  EXPECT_EQ(add(8, true, 8), Result::held);
  EXPECT_EQ(add(0, true, 8), Result::complete);
  EXPECT_EQ(out.told, 37U);
  EXPECT_EQ(out.frames.size(), 4U);
}

TEST(Defragmenter, Teardrop) {
  Defragmenter defragmenter{Limits{}};
  Datagram out;
  EXPECT_EQ(defragmenter.add(Piece{.more = true, .data = pattern(40)}.view(), out), Result::held);
  EXPECT_EQ(defragmenter.add(Piece{.offset = 24, .data = pattern(4)}.view(), out), Result::malformed);
  defragmenter.finish();
  EXPECT_EQ(defragmenter.incomplete().unfinished, (GivenUp{1, 1}));
}

TEST(Defragmenter, CutFragmentsGiveTheBeginning) {
  Defragmenter defragmenter{Limits{}};
  Datagram out;
  const Octets whole = pattern(300);
  std::vector<Piece> pieces = cut(whole, 104);
  for (Piece& piece : pieces) {
    piece.told = static_cast<std::uint32_t>(piece.data.size());
    if (piece.offset > 0) piece.data.resize(50);
  }
  EXPECT_EQ(defragmenter.add(pieces[1].view(), out), Result::held);
  EXPECT_EQ(defragmenter.add(pieces[2].view(), out), Result::held);
  EXPECT_EQ(defragmenter.add(pieces[0].view(), out), Result::complete);
  EXPECT_EQ(out.told, 300U);
  EXPECT_EQ(copy(out.data), copy(Bytes(whole).first(154)));
}

TEST(Defragmenter, TimesOutInEitherDirectionOfTime) {
  Defragmenter defragmenter{Limits{}};
  Datagram out;
  const auto add = [&](std::uint32_t offset, std::int64_t second) {
    return defragmenter.add(Piece{.offset = offset, .more = offset == 0, .data = pattern(8), .second = second}.view(),
                            out);
  };
  EXPECT_EQ(add(0, 1000), Result::held);
  EXPECT_EQ(add(8, 1030), Result::complete);
  EXPECT_EQ(add(0, 1000), Result::held);
  EXPECT_EQ(add(8, 1031), Result::held);
  EXPECT_EQ(defragmenter.incomplete().timed_out, (GivenUp{1, 1}));
  EXPECT_EQ(add(0, 900), Result::held);
  EXPECT_EQ(defragmenter.incomplete().timed_out, (GivenUp{2, 2}));
  EXPECT_EQ(add(8, 9'000'000'000), Result::held);
  EXPECT_EQ(add(0, -9'000'000'000), Result::held);
  EXPECT_EQ(defragmenter.incomplete().timed_out, (GivenUp{4, 4}));
  EXPECT_EQ(defragmenter.held(), 1U);
}

TEST(Defragmenter, OneAbsurdStampSparesTheOthers) {
  Defragmenter defragmenter{Limits{}};
  Datagram out;
  const std::vector<Piece> pieces = cut(pattern(16), 8);
  EXPECT_EQ(defragmenter.add(pieces[0].view(), out), Result::held);
  Piece absurd = pieces[0];
  absurd.id = 2;
  absurd.second = 9'000'000'000;
  EXPECT_EQ(defragmenter.add(absurd.view(), out), Result::held);
  EXPECT_EQ(defragmenter.add(pieces[1].view(), out), Result::complete);
}

TEST(Defragmenter, ExpireFreesWhatIsOver) {
  Defragmenter defragmenter{Limits{}};
  Datagram out;
  for (std::uint32_t id = 0; id < 10; ++id) {
    const Piece piece{.more = true, .data = pattern(8), .second = 100 + id * 10, .id = id};
    EXPECT_EQ(defragmenter.add(piece.view(), out), Result::held);
  }
  defragmenter.expire({165'000'000'000});
  EXPECT_EQ(defragmenter.incomplete().timed_out, (GivenUp{4, 4}));  // active at 100, 110, 120 and 130 s
  EXPECT_EQ(defragmenter.held(), 6U);
  defragmenter.finish();
  EXPECT_EQ(defragmenter.incomplete().unfinished, (GivenUp{6, 6}));
  EXPECT_EQ(defragmenter.bytes(), 0U);
}

TEST(Defragmenter, LeastRecentlyActiveGoesFirst) {
  Limits limits;
  limits.fragment_datagrams = 3;
  Defragmenter defragmenter{limits};
  Datagram out;
  const auto add = [&](std::uint32_t id, std::uint32_t offset) {
    return defragmenter.add(Piece{.offset = offset, .more = true, .data = pattern(8), .id = id}.view(), out);
  };
  for (const std::uint32_t id : {1U, 2U, 3U}) EXPECT_EQ(add(id, 0), Result::held);
  EXPECT_EQ(add(1, 16), Result::held);
  EXPECT_EQ(add(4, 0), Result::held);  // 2 goes
  EXPECT_EQ(defragmenter.incomplete().evicted, (GivenUp{1, 1}));
  EXPECT_EQ(defragmenter.add(Piece{.offset = 8, .data = pattern(8), .id = 3}.view(), out), Result::complete);
  EXPECT_EQ(add(1, 8), Result::held);
  EXPECT_EQ(add(5, 0), Result::held);
  EXPECT_EQ(add(6, 0), Result::held);  // 4 goes
  EXPECT_EQ(defragmenter.add(Piece{.offset = 24, .data = pattern(8), .id = 1}.view(), out), Result::complete);
}

TEST(Defragmenter, TooManyPiecesOrOctets) {
  Limits limits;
  limits.fragment_pieces = 4;
  limits.fragment_bytes = 1000;
  Defragmenter defragmenter{limits};
  Datagram out;
  const auto add = [&](std::uint32_t id, std::uint32_t offset, std::size_t length) {
    return defragmenter.add(Piece{.offset = offset, .more = true, .data = pattern(length), .id = id}.view(), out);
  };
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(add(1, 8 + i * 16, 8), Result::held);
  EXPECT_EQ(add(1, 80, 8), Result::too_many);
  EXPECT_EQ(defragmenter.incomplete().too_many, (GivenUp{1, 4}));
  EXPECT_EQ(add(2, 0, 600), Result::held);
  EXPECT_EQ(add(3, 0, 600), Result::held);  // 2 goes
  EXPECT_EQ(defragmenter.incomplete().evicted, (GivenUp{1, 1}));
  EXPECT_EQ(add(4, 0, 2000), Result::too_many);  // alone too much, after 3 went
  EXPECT_EQ(defragmenter.incomplete().evicted, (GivenUp{2, 2}));
  EXPECT_EQ(defragmenter.incomplete().too_many, (GivenUp{2, 4}));
  EXPECT_EQ(defragmenter.held(), 0U);
  EXPECT_EQ(defragmenter.bytes(), 0U);
}

// Every packet that was held is in a whole datagram or counted as given up, whatever comes.
TEST(Defragmenter, EveryHeldPacketIsAccountedFor) {
  std::mt19937 engine(3);
  const auto random = [&engine](std::uint32_t below) { return static_cast<std::uint32_t>(engine()) % below; };
  Limits limits;
  limits.fragment_datagrams = 8;
  limits.fragment_pieces = 6;
  limits.fragment_bytes = 3000;
  Defragmenter defragmenter{limits};
  std::uint64_t held = 0;
  std::uint64_t delivered = 0;
  Datagram out;
  for (int round = 0; round < 50000; ++round) {
    Piece piece;
    piece.id = random(12);
    piece.offset = random(6) * 8;
    piece.more = random(3) != 0;
    piece.data = pattern(piece.more ? 8 + random(3) * 8 : 1 + random(20), random(4));
    piece.told = static_cast<std::uint32_t>(piece.data.size());
    if (random(5) == 0) piece.data.resize(random(piece.told));
    piece.second = round / 10 + random(50);
    switch (defragmenter.add(piece.view(), out)) {
      case Result::held:
        ++held;
        break;
      case Result::complete:
        delivered += out.frames.size() - 1;  // all but the one that completed it were held
        ASSERT_LE(out.data.size(), out.told);
        break;
      case Result::too_many:
      case Result::malformed:
        break;
    }
    ASSERT_LE(defragmenter.held(), limits.fragment_datagrams);
    ASSERT_LE(defragmenter.bytes(), limits.fragment_bytes);
    if (random(1000) == 0) defragmenter.expire({piece.second * 1'000'000'000});
  }
  defragmenter.finish();
  const Incomplete& incomplete = defragmenter.incomplete();
  EXPECT_EQ(held, delivered + incomplete.total().packets);
  EXPECT_GT(incomplete.timed_out.datagrams, 0U);
  EXPECT_GT(incomplete.evicted.datagrams, 0U);
  EXPECT_GT(incomplete.too_many.datagrams, 0U);
  EXPECT_EQ(defragmenter.bytes(), 0U);
}

// ---- through the decoder

struct Sender {
  Decoder decoder{Limits{}};
  Decoded out;
  Frame frame = 0;

  Outcome send(const Octets& octets) {
    capture::Packet made = packet(octets, 101);
    made.frame = ++frame;
    decoder.decode(made, out);
    return out.outcome;
  }
};

Octets part4(const Octets& whole, std::size_t offset, std::size_t length, std::uint8_t protocol = 17) {
  const bool more = offset + length < whole.size();
  const auto field = static_cast<std::uint16_t>(offset / 8 | (more ? 0x2000U : 0U));
  return ipv4(copy(slice(whole, offset, length)), {.protocol = protocol, .fragment = field});
}

TEST(DecodeFragments, Ipv4DatagramGoesOnUnderTheCompletingFrame) {
  Sender sender;
  const Octets whole = udp(pattern(200));
  const Octets last = part4(whole, 160, 80);
  const Octets first = part4(whole, 0, 80);
  const Octets middle = part4(whole, 80, 80);
  EXPECT_EQ(sender.send(last), Outcome::fragment_held);
  EXPECT_EQ(sender.out.source_port, 0);
  EXPECT_EQ(sender.out.protocol, 17);
  EXPECT_EQ(sender.out.ip_bytes, 68U);
  EXPECT_EQ(sender.send(first), Outcome::fragment_held);
  EXPECT_EQ(sender.out.source_port, 5353);
  EXPECT_EQ(sender.out.destination_port, 53);
  EXPECT_EQ(sender.out.transport, Transport::udp);
  EXPECT_EQ(to_string(sender.out.source), "10.0.0.1");
  EXPECT_TRUE(sender.out.payload.empty());
  EXPECT_EQ(sender.send(middle), Outcome::transport);
  EXPECT_EQ(copy(sender.out.payload), pattern(200));
  EXPECT_EQ(sender.out.source_port, 5353);
  EXPECT_EQ(sender.out.ip_bytes, 228U);
  EXPECT_EQ(sender.out.frame, 3U);
  ASSERT_EQ(sender.out.fragments.size(), 3U);
  EXPECT_EQ(sender.out.fragments[0], 1U);
  EXPECT_EQ(sender.out.notes, 0);
  sender.decoder.finish();
  EXPECT_EQ(sender.decoder.incomplete().total(), GivenUp{});
}

TEST(DecodeFragments, TcpHeaderSplitOverFragments) {
  Sender sender;
  const Octets whole = tcp(text("hello"));
  EXPECT_EQ(sender.send(part4(whole, 8, 8, 6)), Outcome::fragment_held);
  EXPECT_EQ(sender.send(part4(whole, 0, 8, 6)), Outcome::fragment_held);
  EXPECT_EQ(sender.out.destination_port, 80);
  EXPECT_EQ(sender.send(part4(whole, 16, 9, 6)), Outcome::transport);
  EXPECT_EQ(sender.out.tcp.seq, 1000U);
  EXPECT_EQ(payload_text(sender.out), "hello");
}

TEST(DecodeFragments, Ipv6WithHeadersBeforeAndBehind) {
  Sender sender;
  const Octets whole = extension(17, 0, udp(pattern(100)));  // destination options travel in the fragments
  const auto part = [&](std::uint32_t offset, std::size_t length, bool more) {
    return ipv6(extension(44, 0, ipv6_fragment(60, offset, more, 0xdeadbeef, copy(slice(whole, offset, length)))), 0);
  };
  EXPECT_EQ(sender.send(part(64, 64, false)), Outcome::fragment_held);
  EXPECT_EQ(sender.out.protocol, 60);
  EXPECT_EQ(sender.send(part(0, 64, true)), Outcome::transport);
  EXPECT_EQ(sender.out.protocol, 17);
  EXPECT_EQ(copy(sender.out.payload), pattern(100));
  EXPECT_EQ(sender.out.ip_bytes, 48 + whole.size());
  EXPECT_EQ(sender.out.fragments.size(), 2U);
}

TEST(DecodeFragments, FragmentsWithinFragmentsKeepTheirFrames) {
  Sender sender;
  const Octets datagram = udp(pattern(60));
  const auto inner = [&](std::uint32_t offset, std::size_t length, bool more) {
    return ipv6_fragment(17, offset, more, 1, copy(slice(datagram, offset, length)));
  };
  const auto outer = [&](const Octets& whole, std::uint32_t offset, std::size_t length, std::uint32_t id) {
    return ipv6(ipv6_fragment(44, offset, offset + length < whole.size(), id, copy(slice(whole, offset, length))), 44);
  };
  const Octets first = inner(0, 32, true);
  const Octets second = inner(32, 36, false);
  EXPECT_EQ(sender.send(outer(first, 0, 24, 2)), Outcome::fragment_held);
  EXPECT_EQ(sender.send(outer(first, 24, 24, 2)), Outcome::fragment_held);  // whole, and itself a fragment
  EXPECT_TRUE(sender.out.fragments.empty());
  EXPECT_EQ(sender.send(outer(second, 0, 24, 3)), Outcome::fragment_held);
  EXPECT_EQ(sender.send(outer(second, 24, 24, 3)), Outcome::transport);
  EXPECT_EQ(copy(sender.out.payload), pattern(60));
  EXPECT_EQ(sender.out.fragments.size(), 4U);
}

TEST(DecodeFragments, CutFragmentsTellWhatIsMissing) {
  Sender sender;
  const Octets whole = udp(pattern(200));
  Octets first = part4(whole, 0, 160);
  capture::Packet cut_first = packet(first, 101);
  cut_first.bytes = cut_first.bytes.first(100);
  sender.decoder.decode(cut_first, sender.out);
  EXPECT_EQ(sender.out.outcome, Outcome::fragment_held);
  EXPECT_EQ(sender.send(part4(whole, 160, 48)), Outcome::transport);
  EXPECT_EQ(sender.out.payload.size(), 72U);
  EXPECT_EQ(sender.out.payload_bytes, 200U);
}

TEST(DecodeFragments, GivenUpIsCounted) {
  Sender sender;
  const Octets whole = udp(pattern(200));
  sender.send(part4(whole, 0, 80));
  sender.send(part4(whole, 80, 80));
  sender.decoder.finish();
  EXPECT_EQ(sender.decoder.incomplete().unfinished, (GivenUp{1, 2}));
}

}  // namespace
}  // namespace wiretale::decode
