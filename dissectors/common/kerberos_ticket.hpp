// What a Kerberos AP-REQ shows without any key: whose ticket it is.
#pragma once

#include <string>

#include <wiretale/bytes.hpp>

namespace wiretale {

/// The readable part of a ticket (RFC 4120, section 5.3).
struct KerberosTicket {
  std::string realm;    ///< of the service
  std::string service;  ///< `cifs/server.example.com`
  [[nodiscard]] bool empty() const { return realm.empty() && service.empty(); }
};

/// True where a GSS-API or SPNEGO token names the mechanism Kerberos 5.
[[nodiscard]] bool names_kerberos(Bytes token);
/// The ticket of the AP-REQ that stands somewhere in a GSS-API or SPNEGO token; empty where there is none.
[[nodiscard]] KerberosTicket find_ticket(Bytes token);

}  // namespace wiretale
