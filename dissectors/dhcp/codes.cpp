#include "dhcp/codes.hpp"

#include <array>
#include <span>

namespace wiretale::hostconf {
namespace {

/// The text of a value in a table that starts at 0; empty beyond its end.
std::string_view at(std::span<const std::string_view> table, std::uint32_t value) {
  return value < table.size() ? table[value] : std::string_view{};
}

constexpr std::array<std::string_view, 19> types4{"",
                                                  "DISCOVER",
                                                  "OFFER",
                                                  "REQUEST",
                                                  "DECLINE",
                                                  "ACK",
                                                  "NAK",
                                                  "RELEASE",
                                                  "INFORM",
                                                  "FORCERENEW",
                                                  "LEASEQUERY",
                                                  "LEASEUNASSIGNED",
                                                  "LEASEUNKNOWN",
                                                  "LEASEACTIVE",
                                                  "BULKLEASEQUERY",
                                                  "LEASEQUERYDONE",
                                                  "ACTIVELEASEQUERY",
                                                  "LEASEQUERYSTATUS",
                                                  "TLS"};

constexpr std::array<std::string_view, 14> meanings4{
    "",
    "DISCOVER: a client that has no address asks who could give it one. It speaks as 0.0.0.0 to everybody, because it "
    "knows neither itself nor a server.",
    "OFFER: a server proposes an address and keeps it back for a while. A client may get offers of several servers.",
    "REQUEST: the client takes one offer (the server identifier says whose; the other servers then know, too), or asks "
    "to go on with an address that it had.",
    "DECLINE: the client found by ARP that somebody uses the address already, and gives it back as unusable.",
    "ACK: the server confirms. From here on the client may use the address until the lease time is over; it asks to "
    "renew when half of it has passed.",
    "NAK: the server refuses: the client is in another network now, or its lease is gone. It has to start anew.",
    "RELEASE: the client gives its address back. Nobody answers.",
    "INFORM: the client has an address from elsewhere and wants the other settings only.",
    "FORCERENEW: the server asks the client to renew now (RFC 3203).",
    "LEASEQUERY: a relay or router asks the server who has an address (RFC 4388).",
    "LEASEUNASSIGNED: nobody has the address.",
    "LEASEUNKNOWN: the server does not know the address.",
    "LEASEACTIVE: the address is leased; the options say to whom."};

constexpr std::array<std::string_view, 38> types6{"",
                                                  "SOLICIT",
                                                  "ADVERTISE",
                                                  "REQUEST",
                                                  "CONFIRM",
                                                  "RENEW",
                                                  "REBIND",
                                                  "REPLY",
                                                  "RELEASE",
                                                  "DECLINE",
                                                  "RECONFIGURE",
                                                  "INFORMATION-REQUEST",
                                                  "RELAY-FORW",
                                                  "RELAY-REPL",
                                                  "LEASEQUERY",
                                                  "LEASEQUERY-REPLY",
                                                  "LEASEQUERY-DONE",
                                                  "LEASEQUERY-DATA",
                                                  "RECONFIGURE-REQUEST",
                                                  "RECONFIGURE-REPLY",
                                                  "DHCPV4-QUERY",
                                                  "DHCPV4-RESPONSE",
                                                  "ACTIVELEASEQUERY",
                                                  "STARTTLS",
                                                  "BNDUPD",
                                                  "BNDREPLY",
                                                  "POOLREQ",
                                                  "POOLRESP",
                                                  "UPDREQ",
                                                  "UPDREQALL",
                                                  "UPDDONE",
                                                  "CONNECT",
                                                  "CONNECTREPLY",
                                                  "DISCONNECT",
                                                  "STATE",
                                                  "CONTACT",
                                                  "ADDR-REG-INFORM",
                                                  "ADDR-REG-REPLY"};

constexpr std::array<std::string_view, 16> meanings6{
    "",
    "SOLICIT: a client looks for servers, by multicast to all of them.",
    "ADVERTISE: a server says that it is there and what it would give. The client takes the one with the highest "
    "preference.",
    "REQUEST: the client asks the chosen server for addresses or prefixes.",
    "CONFIRM: the client may have moved, and asks whether its addresses still fit the link.",
    "RENEW: the client asks the server that gave its addresses to go on with them.",
    "REBIND: that server did not answer, so that the client asks all of them.",
    "REPLY: the server answers; status codes say what it refuses.",
    "RELEASE: the client gives addresses back.",
    "DECLINE: the client found that somebody uses the addresses already.",
    "RECONFIGURE: the server asks the client to renew or to ask anew.",
    "INFORMATION-REQUEST: the client has addresses and wants other settings only.",
    "RELAY-FORW: a relay wraps what a client said and passes it on, with the link that it came from.",
    "RELAY-REPL: the server's answer, wrapped for the relay.",
    "LEASEQUERY: somebody asks the server who has an address (RFC 5007).",
    "LEASEQUERY-REPLY: the answer."};

}  // namespace

std::string_view MessageType4::name(std::uint32_t value) { return at(types4, value); }
std::string_view MessageType4::meaning(std::uint32_t value) { return at(meanings4, value); }

std::string_view MessageType6::name(std::uint32_t value) { return at(types6, value); }
std::string_view MessageType6::meaning(std::uint32_t value) { return at(meanings6, value); }
bool MessageType6::of_server(std::uint32_t value) {
  return value == kind6::advertise || value == kind6::reply || value == kind6::reconfigure ||
         value == kind6::relay_reply || value == kind6::leasequery_reply || value == 16 || value == 17 || value == 19 ||
         value == 21 || value == 37;
}

std::string_view Overload::name(std::uint32_t value) {
  constexpr std::array<std::string_view, 4> names{"", "file", "sname", "file_and_sname"};
  return at(names, value);
}

std::string_view NetbiosNodeType::name(std::uint32_t value) {
  constexpr std::array<std::string_view, 9> names{"", "B-node", "P-node", "", "M-node", "", "", "", "H-node"};
  return at(names, value);
}

std::string_view Architecture::name(std::uint32_t value) {
  constexpr std::array<std::string_view, 33> names{"x86_bios",
                                                   "nec_pc98",
                                                   "itanium",
                                                   "dec_alpha",
                                                   "arc_x86",
                                                   "intel_lean_client",
                                                   "x86_uefi",
                                                   "x64_uefi",
                                                   "xscale_efi",
                                                   "ebc",
                                                   "arm_32_uefi",
                                                   "arm_64_uefi",
                                                   "powerpc_open_firmware",
                                                   "powerpc_epapr",
                                                   "power_opal_v3",
                                                   "x86_uefi_http",
                                                   "x64_uefi_http",
                                                   "ebc_http",
                                                   "arm_32_uefi_http",
                                                   "arm_64_uefi_http",
                                                   "pc_at_bios_http",
                                                   "arm_32_uboot",
                                                   "arm_64_uboot",
                                                   "arm_32_uboot_http",
                                                   "arm_64_uboot_http",
                                                   "riscv_32_uefi",
                                                   "riscv_32_uefi_http",
                                                   "riscv_64_uefi",
                                                   "riscv_64_uefi_http",
                                                   "riscv_128_uefi",
                                                   "riscv_128_uefi_http",
                                                   "s390_basic",
                                                   "s390_extended"};
  return at(names, value);
}

std::string_view NameService::name(std::uint32_t value) {
  switch (value) {
    case 0:
      return "local";
    case 6:
      return "dns";
    case 41:
      return "nis";
    case 44:
      return "netbios";
    case 65:
      return "nis_plus";
    default:
      return {};
  }
}

std::string_view StatusCode::name(std::uint32_t value) {
  constexpr std::array<std::string_view, 23> names{"Success",
                                                   "UnspecFail",
                                                   "NoAddrsAvail",
                                                   "NoBinding",
                                                   "NotOnLink",
                                                   "UseMulticast",
                                                   "NoPrefixAvail",
                                                   "UnknownQueryType",
                                                   "MalformedQuery",
                                                   "NotConfigured",
                                                   "NotAllowed",
                                                   "QueryTerminated",
                                                   "DataMissing",
                                                   "CatchUpComplete",
                                                   "NotSupported",
                                                   "TLSConnectionRefused",
                                                   "AddressInUse",
                                                   "ConfigurationConflict",
                                                   "MissingBindingInformation",
                                                   "OutdatedBindingInformation",
                                                   "ServerShuttingDown",
                                                   "DNSUpdateNotSupported",
                                                   "ExcessiveTimeSkew"};
  return at(names, value);
}

}  // namespace wiretale::hostconf
