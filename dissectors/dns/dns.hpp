// DNS: the record, and the protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <wiretale/dissector.hpp>
#include <wiretale/record.hpp>

#include "dns/records.hpp"

namespace wiretale {

extern const Protocol dns;

namespace domain {

/// Whose rules hold: those of DNS, of Multicast DNS (RFC 6762) or of LLMNR (RFC 4795).
enum class Scope : std::uint8_t { dns, mdns, llmnr };
[[nodiscard]] std::string_view name_of(Scope scope);

/// A query with its response; also one without the other.
struct DnsRecord {
  static constexpr RecordInfo info{"dns", "A DNS, mDNS or LLMNR query with its response, or one of them alone."};

  ExchangeFacts exchange;
  std::string_view scope;
  std::string_view transport;
  std::optional<std::uint16_t> transaction_id;
  std::optional<Code<Opcode>> opcode;
  Part<Question> question;
  std::span<const Question> questions;
  std::optional<Code<ResponseCode>> rcode;
  std::optional<bool> authoritative, truncated, recursion_desired, recursion_available, authentic_data,
      checking_disabled, reserved_bit, conflict, tentative;
  std::span<const ResourceRecord> answers, authorities, additionals;
  Part<Edns> edns, query_edns;
  std::span<const ResourceRecord> query_answers, query_authorities, query_additionals, prerequisites, updates;
  Frames request_fragments, response_fragments;
  std::optional<std::uint64_t> request_bytes, response_bytes;
  std::optional<Frame> repeats, query_frame;
  std::optional<std::uint32_t> transfer_message;
  std::span<const std::string_view> sessions;

  static constexpr auto fields() {
    using R = DnsRecord;
    return FieldList{
        embed(&R::exchange),
        field("scope", &R::scope, "dns, mdns or llmnr."),
        field("transport", &R::transport, "udp or tcp."),
        field("transaction_id", &R::transaction_id, "ID."),
        field("opcode", &R::opcode, "OPCODE."),
        field("question", &R::question, "The question."),
        field("questions", &R::questions, "The questions, where there are several."),
        field("rcode", &R::rcode, "RCODE of the response, with the upper bits of EDNS."),
        field("authoritative", &R::authoritative, "AA: the server is in charge of the zone."),
        field("truncated", &R::truncated, "TC: the message did not fit; over UDP the client asks again by TCP."),
        field("recursion_desired", &R::recursion_desired, "RD: the client wants the whole answer, not a referral."),
        field("recursion_available", &R::recursion_available, "RA: the server would give it."),
        field("authentic_data", &R::authentic_data, "AD: the server vouches for the data by DNSSEC (RFC 4035)."),
        field("checking_disabled", &R::checking_disabled, "CD: the client checks DNSSEC itself (RFC 4035)."),
        field("reserved_bit", &R::reserved_bit, "The header bit that must be zero, where it is set."),
        field("conflict", &R::conflict, "LLMNR C: more than one host answered for the name (RFC 4795, 2.1.1)."),
        field("tentative", &R::tentative, "LLMNR T: the responder is not sure yet that the name is its own."),
        field("answers", &R::answers, "Answer section of the response."),
        field("authorities", &R::authorities, "Authority section of the response."),
        field("additionals", &R::additionals, "Additional section of the response, without OPT."),
        field("edns", &R::edns, "The response's OPT record; the query's where there is no response."),
        field("query_edns", &R::query_edns, "The query's OPT record, where there is a response."),
        field("query_answers", &R::query_answers, "Answer section of the query: what an mDNS host knows already."),
        field("query_authorities", &R::query_authorities,
              "Authority section of the query: the SOA of an IXFR, the names that an mDNS host claims."),
        field("query_additionals", &R::query_additionals, "Additional section of the query, without OPT."),
        field("prerequisites", &R::prerequisites, "UPDATE: what must be so (RFC 2136, section 2.4)."),
        field("updates", &R::updates, "UPDATE: what to add or delete (RFC 2136, section 2.5)."),
        field("request_fragments", &R::request_fragments,
              "Frames of the IP fragments, where the query came in several; request_frames has the one that completed "
              "it."),
        field("response_fragments", &R::response_fragments, "The same of the response."),
        field("request_bytes", &R::request_bytes, "Length of the query, as sent."),
        field("response_bytes", &R::response_bytes, "Length of the response, as sent."),
        field("repeats", &R::repeats, "Frame of the first query, where this one repeats it."),
        field("query_frame", &R::query_frame, "Frame of the query, where this is not the first response to it."),
        field("transfer_message", &R::transfer_message, "AXFR and IXFR: number of the message within it, from 1."),
        field("sessions", &R::sessions, "Sessions that took part, where there are several."),
    };
  }
  static void tell(const DnsRecord& record, Tale& tale);
};

}  // namespace domain
}  // namespace wiretale
