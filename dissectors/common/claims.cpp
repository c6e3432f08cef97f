#include "common/claims.hpp"

#include <string>

#include <wiretale/records.hpp>

namespace wiretale {
namespace {

FindingRecord conflict(const IpAddress& ip, const MacAddress& first, Frame first_frame, const MacAddress& second,
                       Frame second_frame, Timestamp time) {
  FindingRecord finding;
  finding.time = time;
  finding.kind = "address-conflict";
  finding.severity = "warning";
  finding.title = "Two link addresses claim one IP address";
  finding.explanation =
      "An IP address belongs to one interface. Two hosts that were given the same address lose each other's packets; "
      "somebody who answers in another's name reads them. A host that got a new network card, and routers that stand "
      "in for each other, look the same.";
  finding.frames = {first_frame, second_frame};
  finding.evidence = to_string(ip) + " is at ";
  append(finding.evidence, first);
  finding.evidence += " in frame " + std::to_string(first_frame) + ", and at ";
  append(finding.evidence, second);
  finding.evidence += " in frame " + std::to_string(second_frame);
  finding.wireshark_filter =
      "frame.number in {" + std::to_string(first_frame) + ", " + std::to_string(second_frame) + "}";
  return finding;
}

}  // namespace

void Claims::claim(const IpAddress& ip, std::string_view link, const MacAddress& mac, Frame frame, Timestamp time) {
  if (ip.none() || mac.none()) return;
  const std::pair key{ip, std::string(link)};
  const auto known = owners_.find(key);
  if (known == owners_.end()) {
    if (owners_.size() < session_.limits().neighbours)
      owners_.emplace(key, Owner{mac, mac, frame});
    else
      session_.limit_reached("neighbours");
    return;
  }
  Owner& owner = known->second;
  if (owner.mac != mac) {
    if (owner.before != mac) session_.emit(conflict(ip, owner.mac, owner.frame, mac, frame, time));
    owner.before = owner.mac;
    owner.mac = mac;
  }
  owner.frame = frame;
}

}  // namespace wiretale
