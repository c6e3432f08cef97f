// Any segments, in any order: the ledger closes, and the streams are told in order and once.
#include <array>
#include <cstdint>
#include <cstdlib>

#include <wiretale/bytes.hpp>

#include "flow/tcp_streams.hpp"

namespace {

using namespace wiretale;
using flow::Segment;
using flow::TcpStreams;

void require(bool what) {
  if (!what) std::abort();
}

/// Counts what is told, and holds it to what the streams say of themselves.
class Ear final : public flow::StreamListener {
 public:
  explicit Ear(const TcpStreams& streams) : streams_(streams) {}

  void octets(unsigned side, Bytes bytes, Frame frame, Timestamp) override {
    require(!bytes.empty() && frame != 0);
    for (const std::uint8_t octet : bytes) sum = sum + octet;  // a sanitizer sees where the view points
    told[side] += bytes.size();
    go_on(side, bytes.size());
  }
  void hole(unsigned side, std::uint64_t count, Frame, Timestamp) override {
    require(count != 0);
    missing[side] += count;
    go_on(side, count);
  }
  void odd(const flow::Oddity& oddity) override { require(oddity.frame != 0); }

  std::array<std::uint64_t, 2> told{}, missing{};
  volatile std::uint64_t sum = 0;

 private:
  void go_on(unsigned side, std::uint64_t count) {
    offset_[side] += count;
    require(streams_.offset(side) == offset_[side]);
  }

  const TcpStreams& streams_;
  std::array<std::uint64_t, 2> offset_{};
};

void check(const TcpStreams& streams, const Ear& ear, bool finished) {
  for (unsigned side = 0; side < 2; ++side) {
    const flow::Ledger& ledger = streams.ledger(side);
    const std::uint64_t parts =
        ledger.delivered + ledger.duplicate + ledger.conflicting + ledger.beyond_limit + ledger.rejected;
    require(finished ? parts == ledger.captured : parts <= ledger.captured);
    require(ledger.delivered == ear.told[side] && ledger.gap_bytes == ear.missing[side]);
  }
}

/// A segment is an octet of flags, numbers as the flags say, and its payload, taken from the input as it lies there.
Segment next_segment(Cursor& cursor, std::uint8_t flags, Frame frame, Timestamp now) {
  Segment segment;
  segment.syn = (flags & 2U) != 0;
  segment.has_ack = (flags & 4U) != 0;
  segment.fin = (flags & 8U) != 0;
  // Near one another mostly; anywhere where the flags say so.
  segment.seq = (flags & 16U) != 0 ? cursor.u32() : 0xffffff00U + cursor.u16();
  segment.ack = (flags & 16U) != 0 ? cursor.u32() : 0xffffff00U + cursor.u16();
  const std::size_t length = cursor.u8();
  segment.payload = cursor.take(length < cursor.left() ? length : cursor.left());
  segment.payload_bytes = static_cast<std::uint32_t>(segment.payload.size()) + ((flags & 32U) != 0 ? cursor.u8() : 0U);
  segment.frame = frame;
  segment.time = now;
  // Windows, identifications and hop limits follow from what is there.
  segment.window_shift = segment.has_ack ? static_cast<std::uint8_t>(segment.ack % 15) : Segment::unknown_shift;
  segment.window = static_cast<std::uint16_t>(segment.ack * 7);
  segment.mark = {static_cast<std::uint16_t>(segment.seq % 8), static_cast<std::uint8_t>(60 + frame % 3), flags, 0};
  return segment;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Cursor cursor(Bytes(data, size));
  Limits limits;
  limits.reassembly_bytes = cursor.u16();
  limits.reassembly_segments = cursor.u8();
  limits.gap_segments = cursor.u8();
  limits.retransmit_segments = cursor.u8();
  TcpStreams streams(limits, static_cast<Overlap>(cursor.u8() % 5));
  flow::Recent recent;
  Ear ear(streams);
  Timestamp now{1'000'000'000};
  for (Frame frame = 1; !cursor.empty(); ++frame) {
    const std::uint8_t flags = cursor.u8();
    const unsigned side = flags & 1U;
    now.ns += 1'000'000;
    Segment segment = next_segment(cursor, flags, frame, now);
    segment.place = {&recent, 1};
    if (segment.fin && !streams.may_finish(side, segment, ear)) segment.fin = false;
    if ((flags & 128U) != 0)
      streams.reset(side, segment, ear);
    else
      streams.segment(side, segment, now, ear);
    if ((flags & 64U) != 0) {
      now.ns += std::int64_t{1'000'000'000} * (flags >> 1);
      streams.tick(now, ear);
      require(!streams.deadline() || *streams.deadline() > now);
    }
    check(streams, ear, false);
  }
  streams.finish(ear);
  require(!streams.deadline());
  for (unsigned side = 0; side < 2; ++side) {
    const flow::PaceSeries* series = streams.series(side);
    require(series == nullptr || series->round_trips.min() <= series->round_trips.percentile(95));
    require(streams.holes(side).size() <= TcpStreams::holes_told);
  }
  check(streams, ear, true);
  return 0;
}
