// RDATA: what a resource record holds.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <wiretale/bytes.hpp>

#include "dns/message.hpp"
#include "dns/presentation.hpp"

namespace wiretale::domain {

/// Reads the RDATA of one record: its presentation form, and typed fields.
///
/// What RDATA of a type consists of is a word of a small language, one letter a field:
///   n name · 1 2 4 6 integer of so many octets · y TYPE · e error code · t time · s string · g string without quotes
///   a IPv4 · k 64 bits in groups · L octets behind a length octet, hex · O the same, base 32 · B octets
///   behind two length octets, base64 · X the same, hex · and, up to the end: h hex · b base64 · d hex with dashes · m
///   type bitmap · q one string · S strings · T strings that are one text · v SvcParams · l location · p address
///   prefixes
class RdataReader {
 public:
  RdataReader(Message& message, NameReader& names) : message_(message), names_(names) {}

  /// What was wrong.
  struct Outcome {
    bool whole = true;                       ///< all of the RDATA was read, and nothing was left over
    NameFault name_fault = NameFault::none;  ///< of a name in it
  };
  /// Fills the data and the typed fields of `record`, whose TYPE and CLASS are set, from `length` octets at `at`, which
  /// are there.
  Outcome read(std::size_t at, std::size_t length, ResourceRecord& record);
  /// Fills the data as RFC 3597 writes that of an unknown TYPE, section 5: `\# 4 c0000201`. Where fewer than `length`
  /// octets are there, of those.
  void generic(std::size_t at, std::size_t length, ResourceRecord& record);

 private:
  static constexpr std::size_t most_tokens = 10;
  /// A field that was read.
  struct Token {
    char kind = 0;
    std::uint64_t number = 0;
    std::string_view text;
    Bytes bytes;
  };

  Outcome strings(ResourceRecord& record);
  Outcome single_name(ResourceRecord& record);
  Outcome fields(std::string_view format, ResourceRecord& record);
  bool take(char kind, Token& token);
  bool take_name(Token& token);
  bool take_parameters(Bytes bytes);
  bool present(ResourceRecord& record);
  bool put(TextArena& out, const Token& token) const;
  void fill(ResourceRecord& record);
  void fill_dnssec(ResourceRecord& record);

  Message& message_;
  NameReader& names_;
  Bytes rdata_;
  Cursor cursor_;
  std::array<Token, most_tokens> tokens_{};
  std::size_t count_ = 0;
  std::span<const ServiceParameter> parameters_;
  NameFault name_fault_ = NameFault::none;
};

}  // namespace wiretale::domain
