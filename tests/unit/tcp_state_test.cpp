// What a TCP session's flags tell, session by session.
#include "flow/tcp_state.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace wiretale::flow {
namespace {

using decode::TcpHeader;
using Phase = TcpState::Phase;

/// A packet as `0SA`: side 0 sends SYN and ACK. D is data.
struct Flags {
  unsigned side = 0;
  std::uint8_t flags = 0;
  bool data = false;
};

Flags flags_of(std::string_view text) {
  Flags made;
  made.side = text.front() == '1' ? 1 : 0;
  for (const char c : text.substr(1)) {
    if (c == 'S') made.flags |= TcpHeader::syn;
    if (c == 'A') made.flags |= TcpHeader::ack_flag;
    if (c == 'F') made.flags |= TcpHeader::fin;
    if (c == 'R') made.flags |= TcpHeader::rst;
    if (c == 'D') made.data = true;
  }
  return made;
}

/// Feeds packets a millisecond apart; SYNs have the sequence numbers 100 and 200.
TcpState state_after(std::string_view packets) {
  TcpState state;
  Timestamp time;
  while (!packets.empty()) {
    const std::size_t end = std::min(packets.find(' '), packets.size());
    const Flags flags = flags_of(packets.substr(0, end));
    packets.remove_prefix(std::min(end + 1, packets.size()));
    TcpHeader header;
    header.flags = flags.flags;
    header.seq = flags.side == 0 ? 100 : 200;
    header.window = 1000;
    time.ns += 1'000'000;
    state.packet(flags.side, header, flags.data ? 5 : 0, time);
  }
  return state;
}

struct Row {
  const char* packets;
  const char* state;
  const char* ended_by;
  Phase phase;
  bool midstream;
  int client;  ///< -1: not known
};

constexpr Row rows[] = {
    // a handshake, and how far it gets
    {"0S", "no_reply", "", Phase::opening, false, 0},
    {"0S 0S 0S", "no_reply", "", Phase::opening, false, 0},
    {"0S 1RA", "refused", "server_rst", Phase::over, false, 0},
    {"0S 1SA", "handshake_only", "", Phase::open, false, 0},
    {"0S 1SA 0A", "handshake_only", "", Phase::open, false, 0},
    {"0S 1SA 0R", "reset", "client_rst", Phase::over, false, 0},
    {"0S 1SA 0A 0R", "reset", "client_rst", Phase::over, false, 0},
    {"0S 1S 1SA 0SA", "handshake_only", "", Phase::open, false, 0},
    // a conversation
    {"0S 1SA 0A 0AD 1AD", "established", "", Phase::open, false, 0},
    {"0S 1SA 0A 0AD 1AD 0FA", "half_closed", "client_fin", Phase::open, false, 0},
    {"0S 1SA 0A 0AD 1AD 1FA", "half_closed", "server_fin", Phase::open, false, 0},
    {"0S 1SA 0A 0AD 1AD 1FA 0FA 1A", "closed", "server_fin", Phase::over, false, 0},
    {"0S 1SA 0A 1RA", "reset", "server_rst", Phase::over, false, 0},
    {"0S 1SA 0A 0AD 0FA 1R", "reset", "client_fin", Phase::over, false, 0},
    {"0S 1SA 0A 0FA 1FA 0R", "closed", "client_fin", Phase::over, false, 0},
    {"0S 1SA 0A 0FAD 1FAD", "closed", "client_fin", Phase::over, false, 0},
    // the beginning is missing, or comes late
    {"1SA 0A 0AD", "established", "", Phase::open, false, 0},
    {"0SA", "handshake_only", "", Phase::opening, false, 1},
    {"0SA 1A 1AD 0AD", "established", "", Phase::open, false, 1},
    {"0SA 1S", "handshake_only", "", Phase::open, false, 1},
    {"0A", "established", "", Phase::opening, true, -1},
    {"0AD 1AD", "established", "", Phase::open, true, -1},
    {"0AD 1R", "reset", "", Phase::over, true, -1},
    {"0FA 1FA", "closed", "", Phase::over, true, -1},
    {"1R", "reset", "", Phase::over, true, -1},
};

TEST(TcpState, Tells) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.packets);
    const TcpState state = state_after(row.packets);
    const auto first_is_client = state.first_is_client();
    ASSERT_EQ(first_is_client.has_value(), row.client >= 0);
    const unsigned client = first_is_client && !*first_is_client ? 1 : 0;
    EXPECT_EQ(client, row.client < 0 ? 0U : static_cast<unsigned>(row.client));
    EXPECT_EQ(state.state(client), row.state);
    if (row.client >= 0) {
      EXPECT_EQ(state.ended_by(client), row.ended_by);
    }
    EXPECT_EQ(state.phase(), row.phase);
    EXPECT_EQ(state.midstream(), row.midstream);
  }
}

TcpHeader syn(std::uint32_t seq, bool ack = false) {
  TcpHeader header;
  header.seq = seq;
  header.flags = ack ? TcpHeader::syn | TcpHeader::ack_flag : TcpHeader::syn;
  return header;
}

TEST(TcpState, ASynWithAnotherNumberStartsAnew) {
  const TcpState state = state_after("0S 1SA 0A 0AD 1FA 0FA");
  EXPECT_TRUE(state.starts_anew(0, syn(101)));
  EXPECT_FALSE(state.starts_anew(0, syn(100))) << "the same SYN once more";
  EXPECT_TRUE(state.starts_anew(1, syn(300))) << "the ports the other way round";
  EXPECT_FALSE(state.starts_anew(1, syn(201, true))) << "a SYN-ACK answers";
  TcpHeader data;
  data.flags = TcpHeader::ack_flag;
  EXPECT_FALSE(state.starts_anew(0, data));
}

TEST(TcpState, ASynStartsAnewBehindASessionWithoutOne) {
  EXPECT_TRUE(state_after("0AD 1AD").starts_anew(0, syn(1)));
  EXPECT_TRUE(state_after("0FA").starts_anew(0, syn(1)));
  EXPECT_TRUE(state_after("1R").starts_anew(0, syn(1)));
  EXPECT_FALSE(state_after("1SA").starts_anew(0, syn(1))) << "the capture has them the wrong way round";
  EXPECT_FALSE(state_after("1S").starts_anew(0, syn(1))) << "both open at the same time";
}

TEST(TcpState, TellsTheTimeOfTheHandshake) {
  EXPECT_EQ(state_after("0S 1SA 0A").handshake_rtt(), Nanos(2'000'000));
  EXPECT_EQ(state_after("0S 1SA 1SA 0AD").handshake_rtt(), Nanos(3'000'000));
  EXPECT_EQ(state_after("0S 0S 1SA 0A").handshake_rtt(), Nanos(3'000'000)) << "from the first SYN";
  EXPECT_FALSE(state_after("1SA 0A").handshake_rtt());
  EXPECT_FALSE(state_after("0S 1SA").handshake_rtt());
}

TEST(TcpState, ReadsOptions) {
  TcpState state;
  const std::vector<std::uint8_t> client{2, 4, 0x05, 0xb4, 1, 3, 3, 7, 4, 2, 0, 99};
  const std::vector<std::uint8_t> server{1, 1, 2, 4, 0x02, 0x18, 3, 3, 20};
  TcpHeader first = syn(1000);
  first.options = client;
  TcpHeader second = syn(2000, true);
  second.options = server;
  state.packet(0, first, 0, {1});
  state.packet(1, second, 0, {2});
  EXPECT_EQ(state.mss(0), 1460);
  EXPECT_EQ(state.mss(1), 536);
  EXPECT_EQ(state.isn(0), 1000U);
  EXPECT_EQ(state.isn(1), 2000U);
  EXPECT_EQ(state.shift(0), 7);
  EXPECT_EQ(state.shift(1), 14) << "no scale is larger";
}

TEST(TcpState, AScaleHoldsOnlyWhereBothOfferedOne) {
  TcpState state;
  const std::vector<std::uint8_t> scaled{3, 3, 7};
  TcpHeader first = syn(1000);
  first.options = scaled;
  state.packet(0, first, 0, {1});
  EXPECT_EQ(state.shift(0), 255) << "not known yet";
  state.packet(1, syn(2000, true), 0, {2});
  EXPECT_EQ(state.shift(0), 0);
}

TEST(TcpState, BearsBrokenOptions) {
  for (const std::vector<std::uint8_t>& options : {std::vector<std::uint8_t>{2},
                                                   {2, 0},
                                                   {2, 1, 5},
                                                   {2, 4, 1},
                                                   {2, 3, 1},
                                                   {3, 200},
                                                   {99, 2, 2, 4, 1, 1},
                                                   {1, 1, 1}}) {
    TcpState state;
    TcpHeader header = syn(1);
    header.options = options;
    state.packet(0, header, 0, {1});
    EXPECT_EQ(state.mss(0).has_value(), options.front() == 99);
  }
}

}  // namespace
}  // namespace wiretale::flow
