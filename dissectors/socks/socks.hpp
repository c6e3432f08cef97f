// SOCKS: the record, and the protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/dissector.hpp>
#include <wiretale/record.hpp>
#include <wiretale/tale.hpp>

namespace wiretale {

extern const Protocol socks;

namespace proxy {

/// What a client asks of a SOCKS server, and what came of it. What follows is told as its own protocol.
struct SocksRecord {
  static constexpr RecordInfo info{"socks", "A request to a SOCKS proxy; the session goes on with what it led to."};

  ExchangeFacts exchange;
  std::string_view version;
  std::vector<std::string> methods;
  std::string method;
  std::string user;
  Secret password;
  std::string command;
  std::string host;
  std::optional<std::uint16_t> port;
  std::string reply;
  std::string bound_host;
  std::optional<std::uint16_t> bound_port;
  std::string peer_host;
  std::optional<std::uint16_t> peer_port;

  static constexpr auto fields() {
    using R = SocksRecord;
    return FieldList{
        embed(&R::exchange),
        field("version", &R::version, "4, 4a or 5."),
        field("methods", &R::methods, "Version 5: authentication methods that the client offers."),
        field("method", &R::method,
              "Version 5: the one that the server chose; no_acceptable_method where it took none."),
        field("user", &R::user, "User name (RFC 1929), or the user id of version 4."),
        field("password", &R::password, "Password (RFC 1929)."),
        field("command", &R::command, "connect, bind or udp_associate."),
        field("host", &R::host, "Name or address to connect to; for bind, from which a connection is expected."),
        field("port", &R::port, "Port there."),
        field("reply", &R::reply, "What the server says of it: succeeded, connection_refused …"),
        field("bound_host", &R::bound_host, "Address that the server uses, or listens on."),
        field("bound_port", &R::bound_port, "Port there."),
        field("peer_host", &R::peer_host, "bind: who connected."),
        field("peer_port", &R::peer_port, "Port there."),
    };
  }

  static void tell(const SocksRecord& record, Tale& tale);
};

}  // namespace proxy
}  // namespace wiretale
