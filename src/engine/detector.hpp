// Which protocol a session speaks, and who is the client.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <wiretale/dissector.hpp>

namespace wiretale::engine {

/// Ports that the user gave to protocols: `--map 2525/tcp=smtp`.
using PortMap = std::map<std::pair<Transport, std::uint16_t>, const Protocol*>;

/// Reads `2525/tcp=smtp`; nothing, and a reason in `error`, where it isn't one.
[[nodiscard]] std::optional<std::pair<std::pair<Transport, std::uint16_t>, const Protocol*>> parse_mapping(
    std::string_view text, std::string& error);

/// How something about a session is known: words of the session record.
namespace known {
inline constexpr std::string_view syn = "syn", syn_ack = "syn_ack", port = "port", banner = "banner",
                                  first_seen = "first_seen", content = "content", expected = "expected",
                                  upgrade = "upgrade", user = "user";

/// How the direction may be known; the first one: not at all.
inline constexpr std::array<std::string_view, 6> directions{"", syn, syn_ack, port, banner, first_seen};
/// The place of a word in it.
[[nodiscard]] constexpr std::uint8_t direction(std::string_view word) {
  for (std::size_t i = 0; i < directions.size(); ++i)
    if (directions[i] == word) return static_cast<std::uint8_t>(i);
  return 0;
}
}  // namespace known

/// What is known of a session before its protocol is.
struct Evidence {
  Transport transport = Transport::none;
  Endpoint first, second;               ///< who sent the first packet, and to whom
  std::optional<bool> first_is_client;  ///< where the handshake tells
  const Protocol* expected = nullptr;   ///< by another session (FTP data)
  bool within = false;                  ///< another protocol led here (CONNECT): the ports stand for that one
  std::array<Bytes, 2> start;           ///< first octets of both sides; [0] is `first`
  bool final = false;                   ///< nothing more will come before the decision
};

/// What a session turned out to be.
struct Decision {
  const Protocol* protocol = nullptr;  ///< null: unknown
  std::string_view protocol_from;
  bool first_is_client = true;
  std::string_view direction_from;    ///< empty where the handshake told
  const Protocol* refuted = nullptr;  ///< what the port proposed and the octets denied
};

/// Settles protocols: the well-known port proposes, the first octets of both sides confirm, and a refuted proposal
/// falls to the probes of all protocols.
class Detector {
 public:
  explicit Detector(const PortMap& mapped) : mapped_(mapped) {}
  /// The decision, or nothing while more octets could change it.
  [[nodiscard]] std::optional<Decision> decide(const Evidence& evidence) const;

 private:
  struct Proposal {
    const Protocol* protocol = nullptr;
    std::string_view from;
    std::optional<bool> first_is_client;  ///< by whose port it is
  };
  [[nodiscard]] Proposal propose(const Evidence& evidence) const;
  [[nodiscard]] const Protocol* of_port(Transport transport, std::uint16_t port, std::string_view& from) const;

  const PortMap& mapped_;
};

}  // namespace wiretale::engine
