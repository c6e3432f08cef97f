// What several sessions say together: hosts and their names, mails seen twice, answers from two responders.
#pragma once

#include <array>
#include <bitset>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/limits.hpp>
#include <wiretale/report.hpp>

#include "analysis/address_map.hpp"

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
  void fact(const AnnouncedFact& fact) override;
  void fact(const report::SessionFact& fact) override;
  void flush() override { writer_.flush(); }
  [[nodiscard]] bool listening() const override { return writer_.listening(); }

  /// Writes what only the whole run gives: mail journeys, sessions that others announced, then hosts in order of their
  /// address. Adds the caps that were reached to the summary.
  void finish(SummaryRecord& summary);

 private:
  /// What hosts were in sessions, as `dns server`: each of these words once, hosts hold their numbers. There are two
  /// for each protocol that is known.
  struct Role {
    std::string_view protocol;
    Side side;
    std::string text;
  };
  static constexpr std::size_t most_roles = 128;
  static constexpr std::size_t macs_a_host = 8;
  struct Host {
    Timestamp first;
    TrafficFields sent, received;
    std::bitset<most_roles> roles;
    std::array<MacAddress, macs_a_host> macs{};
    std::uint8_t mac_count = 0;
  };
  struct Mail {
    Timestamp first;
    std::vector<std::string> ids;
  };
  /// An endpoint that sessions announced to each other's hosts, and the session that took it up.
  struct Announced {
    Timestamp time;
    std::vector<AnnouncementFields> by;
    std::optional<report::SessionFact> taken_up;
  };
  /// A question that was put to a server, and who answered it first. Found by `mark`, a hash of client and question.
  struct Lookup {
    std::uint64_t mark = 0;
    Frame asked = 0;
    Frame answered = 0;
    IpAddress by;
  };
  void traffic(const IpAddress& ip, const MacAddress& mac, Timestamp start, std::string_view protocol, Side side,
               const TrafficFields& sent, const TrafficFields& received);
  std::size_t role(std::string_view protocol, Side side);
  void tell_hosts();
  void tell_journeys();
  void tell_announced();

  const Limits& limits_;
  report::Writer& writer_;
  AddressMap<Host> hosts_;
  std::vector<Role> roles_;
  AddressMap<std::vector<HostNameFields>> names_;
  std::uint64_t names_count_ = 0;
  std::map<std::string, Mail, std::less<>> mails_;
  std::vector<Lookup> lookups_;
  std::map<Endpoint, std::vector<Announced>> announced_;
  std::uint64_t announced_count_ = 0;
  std::map<std::string, std::uint64_t> limits_reached_;
};

}  // namespace wiretale::analysis
