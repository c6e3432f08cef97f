// ICMP as a person reads it.
#include <fmt/format.h>

#include "icmp/icmp.hpp"

namespace wiretale::control {
namespace {

/// `echo_request` → `echo request`.
std::string words(std::string_view name) {
  std::string text(name);
  for (char& c : text)
    if (c == '_') c = ' ';
  return text;
}

std::string end_of(const QuotedEnd& end) {
  return end.port ? to_string(Endpoint{end.ip, *end.port}) : to_string(end.ip);
}

std::string error_text(const IcmpRecord& record) {
  std::string text = fmt::format("{} says: {}", to_string(record.source), words(record.kind));
  if (!record.code_name.empty()) text += fmt::format(" ({})", record.code_name);
  if (record.code_name.empty() && record.code != 0) text += fmt::format(", code {}", record.code);
  if (record.mtu) text += fmt::format(", next hop takes {} octets", *record.mtu);
  if (!record.gateway.none()) text += fmt::format(", by {}", to_string(record.gateway));
  if (record.about.empty() && !record.quoted.source.ip.none())
    text += fmt::format(", about {} {} → {}", record.quoted.transport, end_of(record.quoted.source),
                        end_of(record.quoted.destination));
  return text;
}

std::string neighbour_text(const IcmpRecord& record) {
  if (record.kind == "router_solicitation" || record.kind == "router_advertisement") {
    std::string text = record.kind == "router_solicitation" ? to_string(record.source) + " asks for routers"
                                                            : to_string(record.source) + " is a router";
    for (const Prefix& prefix : record.router.prefixes) text += ", " + prefix.prefix;
    return text;
  }
  if (record.kind == "redirect")
    return fmt::format("{} says: {} is reached by {}", to_string(record.source), to_string(record.target),
                       to_string(record.gateway));
  std::string text;
  if (record.kind == "neighbor_advertisement")
    text = fmt::format("{} tells of itself", to_string(record.target));
  else if (record.purpose.empty())
    text = fmt::format("{} asks for {}", to_string(record.source), to_string(record.target));
  else
    text = fmt::format("somebody wants to be {}", to_string(record.target));
  if (!record.exchange.response_frames.empty() && !record.link_address.none()) {
    text += ": at ";
    append(text, record.link_address);
  } else if (record.exchange.response_frames.empty()) {
    text += record.exchange.complete ? ": nobody objects" : ": no answer";
  }
  return text;
}

std::string groups_text(const IcmpRecord& record) {
  std::string text = fmt::format("{}: {}", to_string(record.source), words(record.kind));
  for (const Group& group : record.groups)
    text += fmt::format("{}{} {}", &group == &record.groups.front() ? " " : ", ", words(group.mode),
                        to_string(group.group));
  return text;
}

std::string query_text(const IcmpRecord& record) {
  std::string text = words(record.kind);
  if (record.identifier) text += fmt::format(" {}", *record.identifier);
  if (record.sequence) text += fmt::format(".{}", *record.sequence);
  if (record.data_bytes) text += fmt::format(", {}", human_bytes(*record.data_bytes));
  if (record.hop_limit) text += fmt::format(", hop limit {}", *record.hop_limit);
  if (record.code != 0) text += fmt::format(", code {}", record.code);
  if (!record.exchange.complete)
    text += ": no reply";
  else if (record.response_hop_limit && record.exchange.latency)
    text += fmt::format(": reply, hop limit {}", *record.response_hop_limit);
  return text;
}

}  // namespace

void IcmpRecord::tell(const IcmpRecord& record, Tale& tale) {
  Frames frames = record.exchange.request_frames;
  frames.add(record.exchange.response_frames);
  const bool of_link = !record.source.none();
  const std::string aside = record.exchange.latency ? human_duration(*record.exchange.latency) : std::string();
  const bool error = !record.quoted.source.ip.none() || !record.about.empty();
  if (!error && of_link && (!record.target.none() || record.kind.starts_with("router_")))
    tale.told(frames, neighbour_text(record), aside);
  else if (!error && of_link && record.kind.starts_with("multicast_"))
    tale.told(frames, groups_text(record), aside);
  else if (error || of_link)
    tale.told(frames, error_text(record), aside);
  else
    tale.told(frames, query_text(record), aside);
  tale.notices(record.exchange.anomalies);
  if (!tale.explaining()) return;
  if (record.kind == "echo_request")
    tale.explain(
        "ping: whoever gets an echo request sends the same octets back; what is measured is the way to and fro.");
  if (record.kind == "time_exceeded")
    tale.explain(
        "Each router takes one from the hop limit; the one that makes it 0 says so. traceroute asks for just that.");
  if (record.kind == "destination_unreachable")
    tale.explain("A host or a router says that a packet could not be delivered, and quotes its beginning.");
  if (record.kind == "neighbor_solicitation")
    tale.explain(
        "IPv6 asks for the link address of a neighbour by a multicast that few hosts listen to; ARP asks all.");
}

}  // namespace wiretale::control
