// ARP as a person reads it.
#include <fmt/format.h>

#include "arp/arp.hpp"

namespace wiretale::address_resolution {
namespace {

std::string end_text(const End& end) {
  if (!end.ip.none()) return to_string(end.ip);
  std::string text;
  append(text, end.mac);
  return text;
}

std::string at(const MacAddress& mac) {
  std::string text = " is at ";
  append(text, mac);
  return text;
}

std::string text_of_record(const ArpRecord& record) {
  const bool answered = !record.exchange.response_frames.empty();
  if (record.purpose == "announcement") return to_string(record.sender.ip) + at(record.sender.mac) + ", it says to all";
  if (record.purpose == "probe") {
    const std::string who = end_text(record.sender) + " wants to be " + to_string(record.target.ip);
    if (!answered) return who + (record.exchange.complete ? ": nobody objects" : ": no answer");
    return who + ", but that" + at(record.target.mac);
  }
  if (record.purpose == "lookup") {
    const std::string who = end_text(record.sender) + " asks for " + to_string(record.target.ip);
    return answered ? who + ": it" + at(record.target.mac) : who + ": no answer";
  }
  if (record.operation == "reply" && !record.sender.ip.none())
    return to_string(record.sender.ip) + at(record.sender.mac);
  return "ARP " + record.operation + " from " + end_text(record.sender);
}

}  // namespace

void ArpRecord::tell(const ArpRecord& record, Tale& tale) {
  Frames frames = record.exchange.request_frames;
  frames.add(record.exchange.response_frames);
  std::string text = text_of_record(record);
  if (record.requests) text += fmt::format(" (asked {} times)", *record.requests);
  tale.told(frames, text, record.exchange.latency ? human_duration(*record.exchange.latency) : std::string());
  tale.notices(record.exchange.anomalies);
  if (tale.explaining() && record.purpose == "lookup")
    tale.explain(
        "ARP asks all hosts of a link which hardware address an IP address has; who has it answers the asker alone.");
}

}  // namespace wiretale::address_resolution
