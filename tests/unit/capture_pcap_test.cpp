// pcap files: every magic number and byte order, odd lengths, damage, and packets across blocks.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "capture_files.hpp"

namespace wiretale::capture::testing {
namespace {

struct Kind {
  std::uint32_t magic;
  std::string format;
  std::int64_t nanos_per_tick;
};

TEST(Pcap, EveryMagicInBothByteOrders) {
  for (const Kind& kind : {Kind{kMicroseconds, "pcap", 1000}, Kind{kNanoseconds, "pcap (nanoseconds)", 1},
                           Kind{kModified, "pcap (modified)", 1000}, Kind{kIxia, "pcap (Ixia)", 1}}) {
    for (const ByteOrder order : {ByteOrder::little, ByteOrder::big}) {
      const Pcap pcap{.magic = kind.magic, .order = order, .network = 101, .snaplen = 96};
      // The greatest second of 32 bits is not negative: captures may be made after 2038.
      const Result result = read(pcap.header() + pcap.record(0xffffffff, 999'999, 3, 1500, "abc") + pcap.record("de"));
      ASSERT_EQ(result.packets.size(), 2U) << kind.format;
      EXPECT_EQ(result.format, kind.format);
      EXPECT_FALSE(result.fault);
      const Packet& first = result.packets[0];
      EXPECT_EQ(first.frame, 1U);
      EXPECT_EQ(first.time.ns, 4'294'967'295'000'000'000 + 999'999 * kind.nanos_per_tick);
      EXPECT_EQ(first.wire_bytes, 1500U);
      EXPECT_EQ(first.link_type, 101U);
      EXPECT_EQ(result.data(0), "abc");
      EXPECT_EQ(result.packets[1].frame, 2U);
      EXPECT_EQ(result.data(1), "de");
      ASSERT_EQ(result.interfaces.size(), 1U);
      EXPECT_EQ(result.interfaces[0].link_type, 101U);
      EXPECT_EQ(result.interfaces[0].snaplen, 96U);
      EXPECT_EQ(result.interfaces[0].resolution.count(), kind.nanos_per_tick);
    }
  }
}

TEST(Pcap, LinkTypeIsTheLowerSixteenBits) {
  const Pcap pcap{.network = 0x5000'0071};
  EXPECT_EQ(read(pcap.header() + pcap.record("x")).packets.at(0).link_type, 0x71U);
  EXPECT_EQ(read(pcap.header() + pcap.record("x")).data(0), "x");
}

TEST(Pcap, FrameCheckSequencesAreCutOff) {
  // Two units of 16 bits, and the bit that says that they are told.
  const Pcap pcap{.network = 0x2400'0001};
  const Result result = read(pcap.header() + pcap.record("packetCRC!") + pcap.record(1, 2, 8, 10, "packetCR") +
                             pcap.record(1, 2, 5, 10, "packe") + pcap.record(1, 2, 3, 3, "CRC"));
  EXPECT_EQ(result.interfaces.at(0).fcs_bytes, 4U);
  ASSERT_EQ(result.packets.size(), 4U);
  EXPECT_EQ(result.data(0), "packet");
  EXPECT_EQ(result.packets[0].wire_bytes, 6U);
  EXPECT_EQ(result.data(1), "packet");
  EXPECT_EQ(result.data(2), "packe");
  EXPECT_EQ(result.packets[2].wire_bytes, 6U);
  EXPECT_EQ(result.data(3), "");
}

TEST(Pcap, NeitherSnaplenNorWireLengthIsTrusted) {
  const Pcap pcap{.snaplen = 2};
  const Result result = read(pcap.header() + pcap.record(1, 2, 4, 3, "abcd"));
  EXPECT_EQ(result.data(0), "abcd");
  EXPECT_EQ(result.packets[0].wire_bytes, 3U);
}

TEST(Pcap, OldVersionsTellTheirLengthsTheOtherWayRound) {
  for (const Pcap pcap : {Pcap{.minor = 2}, Pcap{.minor = 3}, Pcap{.minor = 0, .major = 543}}) {
    const Result result = read(pcap.header() + pcap.record(1, 2, 1500, 3, "abc") + pcap.record("de"));
    EXPECT_EQ(result.data(0), "abc");
    EXPECT_EQ(result.packets[0].wire_bytes, 1500U);
    EXPECT_EQ(result.data(1), "de");
    EXPECT_FALSE(result.fault);
  }
  const Pcap sometimes{.minor = 3};
  EXPECT_EQ(read(sometimes.header() + sometimes.record(1, 2, 3, 1500, "abc")).data(0), "abc");
}

TEST(Pcap, HeaderAloneIsAnEmptyCapture) {
  const Result result = read(Pcap{}.header());
  EXPECT_FALSE(result.error);
  EXPECT_FALSE(result.fault);
  EXPECT_TRUE(result.packets.empty());
}

TEST(Pcap, VersionOneIsRefused) { EXPECT_TRUE(read(Pcap{.major = 1}.header()).error); }

TEST(Pcap, AbsurdLengthEndsReadingThere) {
  const Pcap pcap;
  const std::string good = pcap.header() + pcap.record("abc");
  for (const std::uint32_t length : {0xffffffffU, 0x80000000U, (256U << 10) + 1}) {
    // In a block that holds it all: the length itself must be refused.
    const std::string bad = pcap.record(1, 2, length, length, std::string(300'000, 'x'));
    const Result result = read(good + bad, 1U << 20);
    ASSERT_EQ(result.packets.size(), 1U);
    ASSERT_TRUE(result.fault);
    EXPECT_EQ(result.fault->file, "test");
    EXPECT_EQ(result.fault->offset, good.size());
    EXPECT_NE(result.fault->reason.find("corrupt"), std::string::npos);
  }
  const std::string largest(256U << 10, 'x');
  EXPECT_EQ(read(good + pcap.record(largest)).data(1), largest);
  const std::string usb(300'000, 'x');
  const Pcap usb_pcap{.network = 220};
  EXPECT_EQ(read(usb_pcap.header() + usb_pcap.record(usb)).data(0), usb);
}

TEST(Pcap, CutAnywhereGivesAllPacketsBefore) {
  for (const Pcap pcap : {Pcap{}, Pcap{.magic = kModified, .order = ByteOrder::big}}) {
    std::string file = pcap.header();
    std::vector<std::size_t> ends{file.size()};
    for (const std::string_view data : {"one", "", "three"}) {
      file += pcap.record(data);
      ends.push_back(file.size());
    }
    for (std::size_t cut = 0; cut <= file.size(); ++cut) {
      const Result result = read(std::string_view(file).substr(0, cut), 32, 5);
      ASSERT_EQ(result.error.has_value(), cut < ends[0]) << cut;
      if (result.error) continue;
      std::size_t whole = 0;
      while (whole + 1 < ends.size() && ends[whole + 1] <= cut) ++whole;
      EXPECT_EQ(result.packets.size(), whole) << cut;
      ASSERT_EQ(result.fault.has_value(), cut != ends[whole]) << cut;
      if (!result.fault) continue;
      EXPECT_EQ(result.fault->offset, ends[whole]) << cut;
      const std::string there = "after " + std::to_string(cut - ends[whole]) + " of";
      EXPECT_NE(result.fault->reason.find(there), std::string::npos) << result.fault->reason;
    }
  }
}

TEST(Pcap, PacketsKeepTheirBytesWhereverBlocksEnd) {
  const Pcap pcap;
  std::string file = pcap.header();
  for (std::size_t i = 0; i < 60; ++i) file += pcap.record(std::string(i, static_cast<char>('0' + i)));
  for (std::size_t block_bytes = 1; block_bytes < 200; ++block_bytes) {
    for (const std::size_t at_once : {std::size_t{1}, std::size_t{17}, SIZE_MAX}) {
      const Result result = read(file, block_bytes, at_once);
      ASSERT_EQ(result.packets.size(), 60U) << block_bytes;
      EXPECT_FALSE(result.fault);
      for (std::size_t i = 0; i < 60; ++i) {
        ASSERT_EQ(result.data(i), std::string(i, static_cast<char>('0' + i))) << block_bytes;
        const Bytes block = result.blocks[i]->bytes();
        const Bytes bytes = result.packets[i].bytes;
        ASSERT_TRUE(i == 0 || bytes.data() >= block.data());
        ASSERT_TRUE(i == 0 || bytes.data() + bytes.size() <= block.data() + block.size());
      }
    }
  }
}

TEST(Pcap, SlowPipeFillsABlockBeforeItTakesAnother) {
  const Pcap pcap;
  const Result result = read(pcap.header() + pcap.record("abc") + pcap.record("de"), 4096, 1);
  EXPECT_EQ(result.blocks.at(0), result.blocks.at(1));
}

TEST(Pcap, BlocksThatNobodyKeepsAreUsedAgain) {
  const Pcap pcap;
  std::string file = pcap.header();
  for (int i = 0; i < 200; ++i) file += pcap.record(std::string(100, 'x'));
  auto opened = FileSource::open(std::make_unique<MemoryInput>(bytes_of(file)), "test", {.block_bytes = 512});
  auto& source = std::get<FileSource>(opened);
  std::set<const Block*> blocks;
  for (Packet packet; source.next(packet);) blocks.insert(source.block().get());
  EXPECT_EQ(blocks.size(), 2U);  // a packet that straddles is copied from one to the other
}

TEST(BlockPool, GivesTheSameBlockAgain) {
  BlockPool pool(64);
  std::shared_ptr<Block> block = pool.take();
  const Block* const first = block.get();
  block.reset();
  const auto other = std::make_unique<Block>(64);  // would get the memory, were it free
  EXPECT_EQ(pool.take().get(), first);
}

TEST(BlockPool, BlocksMayOutliveIt) {
  std::shared_ptr<Block> block;
  {
    BlockPool pool(64);
    block = pool.take();
    EXPECT_EQ(block->size(), 64U);
    EXPECT_EQ(pool.take(100)->size(), 100U);
    EXPECT_NE(pool.take(), block);
  }
  block->room()[63] = 1;
}

TEST(Pcap, CountsFramesAndOctets) {
  const Pcap pcap;
  const std::string file = pcap.header() + pcap.record("abc") + pcap.record("de") + "cut";
  auto opened = FileSource::open(std::make_unique<MemoryInput>(bytes_of(file)), "test");
  auto& source = std::get<FileSource>(opened);
  EXPECT_EQ(source.size(), file.size());
  EXPECT_EQ(source.bytes_read(), 24U);
  Packet packet;
  ASSERT_TRUE(source.next(packet));
  EXPECT_EQ(packet.frame, 1U);
  EXPECT_EQ(source.bytes_read(), 24U + 16 + 3);
  ASSERT_TRUE(source.next(packet));
  EXPECT_EQ(packet.frame, 2U);
  EXPECT_FALSE(source.next(packet));
  const std::string reason = source.fault()->reason;
  EXPECT_FALSE(source.next(packet));
  EXPECT_EQ(source.fault()->reason, reason);
}

}  // namespace
}  // namespace wiretale::capture::testing
