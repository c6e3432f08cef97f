// DCE/RPC over a pipe (C706, chapter 12): which interface, which operation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <wiretale/bytes.hpp>

namespace wiretale::shares {

/// What the client bound on a pipe: contexts by their number.
struct RpcBindings {
  struct Context {
    std::uint16_t id = 0;
    std::string interface;  ///< its name, or its UUID
  };
  std::vector<Context> contexts;
};

/// What a message of a remote call tells.
struct RpcMessage {
  enum class Kind : std::uint8_t { none, bind, request, answer };

  Kind kind = Kind::none;
  std::string interface;
  std::string operation;  ///< bind, the operation's name, or its number
};

/// Reads the message at the start of `octets`, written to a pipe; takes note of what it binds. None where it is no
/// DCE/RPC.
[[nodiscard]] RpcMessage read_rpc(Bytes octets, RpcBindings& bindings);

}  // namespace wiretale::shares
