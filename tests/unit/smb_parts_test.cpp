// SMB: which octets of a file were seen, texts in UTF-16, NTLM messages, remote calls.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/kerberos_ticket.hpp"
#include "common/ntlmssp.hpp"
#include "common/utf16.hpp"
#include "smb/codes.hpp"
#include "smb/ranges.hpp"
#include "smb/rpc.hpp"

namespace wiretale {
namespace {

using Pairs = std::vector<std::vector<std::uint64_t>>;

std::string utf16(std::string_view text) {
  std::string wide;
  for (const char c : text) {
    wide += c;
    wide += '\0';
  }
  return wide;
}

TEST(SmbRanges, MergesWhatTouches) {
  shares::Ranges ranges;
  EXPECT_TRUE(ranges.add(0, 10, 4));
  EXPECT_TRUE(ranges.add(20, 10, 4));
  EXPECT_EQ(ranges.pairs(), (Pairs{{0, 10}, {20, 10}}));
  EXPECT_TRUE(ranges.add(5, 15, 4));
  EXPECT_EQ(ranges.pairs(), (Pairs{{0, 30}}));
  EXPECT_EQ(ranges.bytes(), 30U);
  EXPECT_TRUE(ranges.add(5, 3, 4));
  EXPECT_EQ(ranges.bytes(), 30U);
}

TEST(SmbRanges, TellsHoles) {
  shares::Ranges ranges;
  ranges.add(10, 10, 4);
  ranges.add(40, 20, 4);
  EXPECT_EQ(ranges.holes(60), (Pairs{{0, 10}, {20, 20}}));
  EXPECT_EQ(ranges.holes(70), (Pairs{{0, 10}, {20, 20}, {60, 10}}));
  EXPECT_EQ(ranges.holes(30), (Pairs{{0, 10}, {20, 10}}));
  EXPECT_EQ(ranges.holes(5), (Pairs{{0, 5}}));
}

TEST(SmbRanges, StopsAtTheCapAndAtTheEndOfNumbers) {
  shares::Ranges ranges;
  EXPECT_TRUE(ranges.add(0, 1, 2));
  EXPECT_TRUE(ranges.add(10, 1, 2));
  EXPECT_FALSE(ranges.add(20, 1, 2));
  EXPECT_EQ(ranges.bytes(), 2U);
  EXPECT_TRUE(ranges.add(UINT64_MAX - 1, 0, 2));
  EXPECT_TRUE(ranges.add(5, UINT64_MAX, 2));
  EXPECT_EQ(ranges.end(), UINT64_MAX);
}

TEST(Utf16, BecomesUtf8) {
  EXPECT_EQ(utf8_from_utf16le(bytes_of(utf16("a.txt"))), "a.txt");
  EXPECT_EQ(utf8_from_utf16le(bytes_of(std::string("\xe9\x00\x3d\xd8\x00\xde", 6))), "\u00e9\U0001f600");
  EXPECT_EQ(utf8_from_utf16le(bytes_of(std::string("\x3d\xd8\x41\x00\x00\xde", 6))),
            "\uFFFD"
            "A\uFFFD");
  EXPECT_EQ(utf8_from_utf16le(bytes_of("a")), "");
}

/// An authenticate message with these two-octet fields: length, room, offset.
TEST(Ntlm, FieldsOutsideOfTheMessageAreLeftOut) {
  std::string message("NTLMSSP\0\3\0\0\0", 12);
  const std::string user = utf16("bob");
  const auto field = [&](char length, std::size_t offset) {
    message += length;
    message += '\0';
    message += length;
    message += '\0';
    message += static_cast<char>(offset & 0xFF);
    message += static_cast<char>(offset >> 8);
    message += std::string(2, '\0');
  };
  field(0, 0);
  field(0, 0);
  field(0, 0);
  field(6, 52);
  field(100, 9999);
  message += user;
  const NtlmMessage read = parse_ntlm(bytes_of("junk" + message).subspan(4));
  EXPECT_EQ(read.kind, NtlmMessage::Kind::authenticate);
  EXPECT_EQ(read.user, "bob");
  EXPECT_EQ(read.host, "");
  EXPECT_FALSE(read.whole);
  EXPECT_FALSE(read.anonymous);
}

TEST(Ntlm, IsFoundInWhatWrapsIt) {
  EXPECT_EQ(find_ntlm(bytes_of(std::string("\x60\x10NTLMSSP\0\1", 11))), 2U);
  EXPECT_FALSE(find_ntlm(bytes_of("NTLMSSP")));
  EXPECT_EQ(parse_ntlm(bytes_of("NTLMSSQ")).kind, NtlmMessage::Kind::none);
}

TEST(Kerberos, TokensWithoutATicketGiveNone) {
  EXPECT_TRUE(find_ticket(bytes_of("nothing")).empty());
  const std::string oid("\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01\x00\x6e\x84\xff\xff\xff\xff", 19);
  EXPECT_TRUE(names_kerberos(bytes_of(oid)));
  EXPECT_TRUE(find_ticket(bytes_of(oid)).empty());
}

TEST(SmbRpc, KnowsWhatWasBound) {
  std::string bind("\5\0\x0b\3\x10\0\0\0\x48\0\0\0\1\0\0\0\xb8\x10\xb8\x10\0\0\0\0\1\0\0\0\7\0\1\0", 32);
  bind += std::string("\xc8\x4f\x32\x4b\x70\x16\xd3\x01\x12\x78\x5a\x47\xbf\x6e\xe1\x88\3\0\0\0", 20) +
          std::string(20, '\0');
  shares::RpcBindings bindings;
  EXPECT_EQ(shares::read_rpc(bytes_of(bind), bindings).interface, "srvsvc");
  const std::string call("\5\0\0\3\x10\0\0\0\x18\0\0\0\2\0\0\0\0\0\0\0\7\0\x0f\0", 24);
  const shares::RpcMessage read = shares::read_rpc(bytes_of(call), bindings);
  EXPECT_EQ(read.kind, shares::RpcMessage::Kind::request);
  EXPECT_EQ(read.interface, "srvsvc");
  EXPECT_EQ(read.operation, "NetrShareEnum");
  EXPECT_EQ(shares::read_rpc(bytes_of(call.substr(0, 20)), bindings).kind, shares::RpcMessage::Kind::none);
}

TEST(SmbCodes, NameWhatTheyKnow) {
  EXPECT_EQ(shares::NtStatus::name(0xC0000022), "STATUS_ACCESS_DENIED");
  EXPECT_EQ(shares::NtStatus::name(0xC0000ABC), "");
  EXPECT_EQ(shares::command1_name(0xA2), "NT_CREATE_ANDX");
  EXPECT_EQ(shares::command1_name(0x5F), "0x5f");
  EXPECT_EQ(shares::command2_name(19), "");
  EXPECT_EQ(shares::dos_error_name(1, 2), "ERRDOS/ERRbadfile");
}

}  // namespace
}  // namespace wiretale
