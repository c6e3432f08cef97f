// What several sessions say together: hosts and their names, mails seen twice, answers from two responders.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <wiretale/limits.hpp>
#include <wiretale/report.hpp>

namespace wiretale::analysis {

/// The maker of a network interface by its address's first three octets (IEEE MA-L registry); empty where the registry
/// has none, or the address was made up by its host.
[[nodiscard]] std::string_view vendor_of(const MacAddress& mac);

/// Hears everything in order, hands pieces on to the writer, and puts facts of several sessions together.
class Analysis final : public report::Audience {
 public:
  Analysis(const Limits& limits, report::Writer& writer);

  void piece(const report::PieceHead& head, std::string_view bytes) override;
  void fact(const NameFact& fact) override;
  void fact(const LookupFact& fact) override;
  void fact(const report::SessionFact& fact) override;
  [[nodiscard]] bool listening() const override { return writer_.listening(); }

  /// Writes what only the whole run gives: mail journeys, then hosts in order of their address. Adds the caps that were
  /// reached to the summary.
  void finish(SummaryRecord& summary);

 private:
  struct Host {
    Timestamp first;
    std::vector<MacAddress> macs;
    std::vector<std::pair<std::string_view, Side>> roles;  ///< protocol, and which side of it
    TrafficFields sent, received;
  };
  struct Mail {
    Timestamp first;
    std::vector<std::string> ids;
  };
  /// A question that was put to a server, and who answered it first. Found by `mark`, a hash of client and question.
  struct Lookup {
    std::uint64_t mark = 0;
    Frame asked = 0;
    Frame answered = 0;
    IpAddress by;
  };
  struct AddressHash {
    std::size_t operator()(const IpAddress& ip) const { return ip.mixed(0); }
  };

  void traffic(const IpAddress& ip, const MacAddress& mac, Timestamp start, std::string_view protocol, Side side,
               const TrafficFields& sent, const TrafficFields& received);
  void tell_hosts();
  void tell_journeys();

  const Limits& limits_;
  report::Writer& writer_;
  std::unordered_map<IpAddress, Host, AddressHash> hosts_;
  std::unordered_map<IpAddress, std::vector<HostNameFields>, AddressHash> names_;
  std::uint64_t names_count_ = 0;
  std::map<std::string, Mail, std::less<>> mails_;
  std::vector<Lookup> lookups_;
  std::map<std::string, std::uint64_t> limits_reached_;
};

}  // namespace wiretale::analysis
