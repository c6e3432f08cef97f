// NTLM authentication messages (MS-NLMP), wherever they are carried: SMB, HTTP, mail.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <wiretale/bytes.hpp>

namespace wiretale {

/// What an NTLM message tells.
struct NtlmMessage {
  enum class Kind : std::uint32_t { none = 0, negotiate = 1, challenge = 2, authenticate = 3 };

  Kind kind = Kind::none;  ///< none: it is no NTLM message
  std::string user;        ///< authenticate
  std::string domain;      ///< authenticate: the user's; negotiate: the client's, where it says so
  std::string host;        ///< the client's name
  std::string target;      ///< challenge: the server's or its domain's
  std::string server_name, server_domain, server_dns_name, server_dns_domain, forest;  ///< challenge: target info
  std::string version;      ///< of the sender's system: `10.0.19041`; empty where it doesn't say
  std::string challenge;    ///< challenge: the server's 8 octets, as hex digits
  std::string response;     ///< authenticate: the NT response, as hex digits; a secret
  std::string lm_response;  ///< authenticate: the LM response, as hex digits; a secret
  bool anonymous = false;   ///< authenticate: without user and response
  bool version_2 = false;   ///< authenticate: the response is of NTLMv2
  bool whole = true;        ///< false where a part of it points outside of the message
};

/// Where an NTLM message begins in what may wrap it (SPNEGO, GSS-API); nothing where there is none.
[[nodiscard]] std::optional<std::size_t> find_ntlm(Bytes octets);
/// Reads an NTLM message (MS-NLMP, section 2.2.1).
[[nodiscard]] NtlmMessage parse_ntlm(Bytes message);

}  // namespace wiretale
