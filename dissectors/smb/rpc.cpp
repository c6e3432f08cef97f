#include "smb/rpc.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace wiretale::shares {
namespace {

constexpr std::array<std::string_view, 17> svcctl_operations{"CloseServiceHandle",
                                                             "ControlService",
                                                             "DeleteService",
                                                             "LockServiceDatabase",
                                                             "QueryServiceSecurity",
                                                             "SetServiceSecurity",
                                                             "QueryServiceStatus",
                                                             "SetServiceStatus",
                                                             "UnlockServiceDatabase",
                                                             "NotifyBootConfigStatus",
                                                             "",
                                                             "ChangeServiceConfigW",
                                                             "CreateServiceW",
                                                             "EnumDependentServicesW",
                                                             "EnumServicesStatusW",
                                                             "OpenSCManagerW",
                                                             "OpenServiceW"};

constexpr std::array<std::string_view, 24> srvsvc_operations{"",
                                                             "",
                                                             "",
                                                             "",
                                                             "",
                                                             "",
                                                             "",
                                                             "",
                                                             "NetrConnectionEnum",
                                                             "NetrFileEnum",
                                                             "NetrFileGetInfo",
                                                             "NetrFileClose",
                                                             "NetrSessionEnum",
                                                             "NetrSessionDel",
                                                             "NetrShareAdd",
                                                             "NetrShareEnum",
                                                             "NetrShareGetInfo",
                                                             "NetrShareSetInfo",
                                                             "NetrShareDel",
                                                             "NetrShareDelSticky",
                                                             "NetrShareCheck",
                                                             "NetrServerGetInfo",
                                                             "NetrServerSetInfo",
                                                             "NetrServerDiskEnum"};

constexpr std::array<std::string_view, 8> wkssvc_operations{
    "NetrWkstaGetInfo",       "NetrWkstaSetInfo",      "NetrWkstaUserEnum",    "", "",
    "NetrWkstaTransportEnum", "NetrWkstaTransportAdd", "NetrWkstaTransportDel"};

constexpr std::array<std::string_view, 65> samr_operations{"SamrConnect",
                                                           "SamrCloseHandle",
                                                           "SamrSetSecurityObject",
                                                           "SamrQuerySecurityObject",
                                                           "",
                                                           "SamrLookupDomainInSamServer",
                                                           "SamrEnumerateDomainsInSamServer",
                                                           "SamrOpenDomain",
                                                           "SamrQueryInformationDomain",
                                                           "SamrSetInformationDomain",
                                                           "SamrCreateGroupInDomain",
                                                           "SamrEnumerateGroupsInDomain",
                                                           "SamrCreateUserInDomain",
                                                           "SamrEnumerateUsersInDomain",
                                                           "SamrCreateAliasInDomain",
                                                           "SamrEnumerateAliasesInDomain",
                                                           "SamrGetAliasMembership",
                                                           "SamrLookupNamesInDomain",
                                                           "SamrLookupIdsInDomain",
                                                           "SamrOpenGroup",
                                                           "SamrQueryInformationGroup",
                                                           "SamrSetInformationGroup",
                                                           "SamrAddMemberToGroup",
                                                           "SamrDeleteGroup",
                                                           "SamrRemoveMemberFromGroup",
                                                           "SamrGetMembersInGroup",
                                                           "SamrSetMemberAttributesOfGroup",
                                                           "SamrOpenAlias",
                                                           "SamrQueryInformationAlias",
                                                           "SamrSetInformationAlias",
                                                           "SamrDeleteAlias",
                                                           "SamrAddMemberToAlias",
                                                           "SamrRemoveMemberFromAlias",
                                                           "SamrGetMembersInAlias",
                                                           "SamrOpenUser",
                                                           "SamrDeleteUser",
                                                           "SamrQueryInformationUser",
                                                           "SamrSetInformationUser",
                                                           "SamrChangePasswordUser",
                                                           "SamrGetGroupsForUser",
                                                           "SamrQueryDisplayInformation",
                                                           "SamrGetDisplayEnumerationIndex",
                                                           "",
                                                           "",
                                                           "SamrGetUserDomainPasswordInformation",
                                                           "SamrRemoveMemberFromForeignDomain",
                                                           "SamrQueryInformationDomain2",
                                                           "SamrQueryInformationUser2",
                                                           "SamrQueryDisplayInformation2",
                                                           "SamrGetDisplayEnumerationIndex2",
                                                           "SamrCreateUser2InDomain",
                                                           "SamrQueryDisplayInformation3",
                                                           "SamrAddMultipleMembersToAlias",
                                                           "SamrRemoveMultipleMembersFromAlias",
                                                           "SamrOemChangePasswordUser2",
                                                           "SamrUnicodeChangePasswordUser2",
                                                           "SamrGetDomainPasswordInformation",
                                                           "SamrConnect2",
                                                           "SamrSetInformationUser2",
                                                           "",
                                                           "",
                                                           "",
                                                           "SamrConnect4",
                                                           "",
                                                           "SamrConnect5"};

constexpr std::array<std::string_view, 59> lsarpc_operations{"LsarClose",
                                                             "",
                                                             "LsarEnumeratePrivileges",
                                                             "LsarQuerySecurityObject",
                                                             "LsarSetSecurityObject",
                                                             "",
                                                             "LsarOpenPolicy",
                                                             "LsarQueryInformationPolicy",
                                                             "LsarSetInformationPolicy",
                                                             "",
                                                             "LsarCreateAccount",
                                                             "LsarEnumerateAccounts",
                                                             "LsarCreateTrustedDomain",
                                                             "LsarEnumerateTrustedDomains",
                                                             "LsarLookupNames",
                                                             "LsarLookupSids",
                                                             "LsarCreateSecret",
                                                             "LsarOpenAccount",
                                                             "LsarEnumeratePrivilegesAccount",
                                                             "LsarAddPrivilegesToAccount",
                                                             "LsarRemovePrivilegesFromAccount",
                                                             "",
                                                             "",
                                                             "LsarGetSystemAccessAccount",
                                                             "LsarSetSystemAccessAccount",
                                                             "LsarOpenTrustedDomain",
                                                             "LsarQueryInfoTrustedDomain",
                                                             "LsarSetInformationTrustedDomain",
                                                             "LsarOpenSecret",
                                                             "LsarSetSecret",
                                                             "LsarQuerySecret",
                                                             "LsarLookupPrivilegeValue",
                                                             "LsarLookupPrivilegeName",
                                                             "LsarLookupPrivilegeDisplayName",
                                                             "LsarDeleteObject",
                                                             "LsarEnumerateAccountsWithUserRight",
                                                             "LsarEnumerateAccountRights",
                                                             "LsarAddAccountRights",
                                                             "LsarRemoveAccountRights",
                                                             "LsarQueryTrustedDomainInfo",
                                                             "LsarSetTrustedDomainInfo",
                                                             "LsarDeleteTrustedDomain",
                                                             "LsarStorePrivateData",
                                                             "LsarRetrievePrivateData",
                                                             "LsarOpenPolicy2",
                                                             "LsarGetUserName",
                                                             "LsarQueryInformationPolicy2",
                                                             "LsarSetInformationPolicy2",
                                                             "LsarQueryTrustedDomainInfoByName",
                                                             "LsarSetTrustedDomainInfoByName",
                                                             "LsarEnumerateTrustedDomainsEx",
                                                             "LsarCreateTrustedDomainEx",
                                                             "",
                                                             "LsarQueryDomainInformationPolicy",
                                                             "LsarSetDomainInformationPolicy",
                                                             "LsarOpenTrustedDomainByName",
                                                             "",
                                                             "LsarLookupSids2",
                                                             "LsarLookupNames2"};

constexpr std::array<std::string_view, 4> atsvc_operations{"NetrJobAdd", "NetrJobDel", "NetrJobEnum", "NetrJobGetInfo"};

constexpr std::array<std::string_view, 23> winreg_operations{
    "OpenClassesRoot",  "OpenCurrentUser",       "OpenLocalMachine",      "OpenPerformanceData", "OpenUsers",
    "BaseRegCloseKey",  "BaseRegCreateKey",      "BaseRegDeleteKey",      "BaseRegDeleteValue",  "BaseRegEnumKey",
    "BaseRegEnumValue", "BaseRegFlushKey",       "BaseRegGetKeySecurity", "BaseRegLoadKey",      "",
    "BaseRegOpenKey",   "BaseRegQueryInfoKey",   "BaseRegQueryValue",     "BaseRegReplaceKey",   "BaseRegRestoreKey",
    "BaseRegSaveKey",   "BaseRegSetKeySecurity", "BaseRegSetValue"};

constexpr std::array<std::string_view, 6> epmapper_operations{
    "ept_insert", "ept_delete", "ept_map", "ept_lookup_handle_free", "ept_inq_object", "ept_mgmt_delete"};

struct Interface {
  std::string_view uuid, name;
  std::span<const std::string_view> operations;
};

constexpr std::array<Interface, 17> interfaces{{
    {"4b324fc8-1670-01d3-1278-5a47bf6ee188", "srvsvc", srvsvc_operations},
    {"6bffd098-a112-3610-9833-46c3f87e345a", "wkssvc", wkssvc_operations},
    {"12345778-1234-abcd-ef00-0123456789ab", "lsarpc", lsarpc_operations},
    {"12345778-1234-abcd-ef00-0123456789ac", "samr", samr_operations},
    {"12345678-1234-abcd-ef00-01234567cffb", "netlogon", {}},
    {"367abb81-9844-35f1-ad32-98f038001003", "svcctl", svcctl_operations},
    {"338cd001-2244-31f1-aaaa-900038001003", "winreg", winreg_operations},
    {"12345678-1234-abcd-ef00-0123456789ab", "spoolss", {}},
    {"1ff70682-0a51-30e8-076d-740be8cee98b", "atsvc", atsvc_operations},
    {"e1af8308-5d1f-11c9-91a4-08002b14a0fa", "epmapper", epmapper_operations},
    {"e3514235-4b06-11d1-ab04-00c04fc2dcd2", "drsuapi", {}},
    {"c681d488-d850-11d0-8c52-00c04fd90f7e", "efsrpc", {}},
    {"4fc742e0-4a10-11cf-8273-00aa004ae673", "netdfs", {}},
    {"82273fdc-e32a-18c3-3f78-827929dc23ea", "eventlog", {}},
    {"86d35949-83c9-4044-b424-db363231fd0c", "ITaskSchedulerService", {}},
    {"3919286a-b10c-11d0-9ba8-00c04fd92ef5", "dssetup", {}},
    {"894de0c0-0d55-11d3-a322-00c04fa321a1", "initshutdown", {}},
}};

const Interface* find_interface(std::string_view name) {
  const auto found = std::ranges::find(interfaces, name, &Interface::name);
  return found == interfaces.end() ? nullptr : &*found;
}

std::string uuid_text(Bytes octets) {
  Cursor cursor(octets);
  const std::uint32_t first = cursor.u32le();
  const unsigned second = cursor.u16le(), third = cursor.u16le(), fourth = cursor.u16();
  const std::uint64_t last = std::uint64_t{cursor.u16()} << 32 | cursor.u32();
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", first, second, third, fourth, last);
}

void read_bind(Cursor& cursor, RpcBindings& bindings, RpcMessage& message) {
  constexpr std::size_t most_contexts = 32;
  cursor.skip(8);  // fragment sizes, association group
  const unsigned count = cursor.u8();
  cursor.skip(3);
  for (unsigned i = 0; i < count && cursor.ok(); ++i) {
    const std::uint16_t id = cursor.u16le();
    const std::size_t transfers = cursor.u8();
    cursor.skip(1);
    const Bytes uuid = cursor.take(16);
    cursor.skip(4 + transfers * 20);
    if (uuid.size() != 16) return;
    std::string name = uuid_text(uuid);
    if (const auto known = std::ranges::find(interfaces, name, &Interface::uuid); known != interfaces.end())
      name = known->name;
    if (message.interface.empty()) message.interface = name;
    std::erase_if(bindings.contexts, [&](const RpcBindings::Context& context) { return context.id == id; });
    if (bindings.contexts.size() < most_contexts) bindings.contexts.push_back({id, std::move(name)});
  }
}

}  // namespace

RpcMessage read_rpc(Bytes octets, RpcBindings& bindings) {
  constexpr std::uint8_t request = 0, response = 2, fault = 3, bind = 11, bind_ack = 12, alter = 14, alter_ack = 15;
  RpcMessage message;
  Cursor cursor(octets);
  if (cursor.u16() != 0x0500) return message;
  const std::uint8_t type = cursor.u8();
  cursor.skip(1);
  const bool little = (cursor.peek() & 0xF0U) == 0x10;
  cursor.skip(12);
  if (!cursor.ok() || !little) return message;
  if (type == bind || type == alter) {
    message.kind = RpcMessage::Kind::bind;
    message.operation = "bind";
    read_bind(cursor, bindings, message);
  } else if (type == request) {
    message.kind = RpcMessage::Kind::request;
    cursor.skip(4);
    const std::uint16_t id = cursor.u16le();
    const std::uint16_t number = cursor.u16le();
    if (!cursor.ok()) return {};
    const auto bound = std::ranges::find(bindings.contexts, id, &RpcBindings::Context::id);
    if (bound != bindings.contexts.end()) message.interface = bound->interface;
    const Interface* const interface = find_interface(message.interface);
    if (interface != nullptr && number < interface->operations.size())
      message.operation = interface->operations[number];
    if (message.operation.empty() && !message.interface.empty()) message.operation = std::to_string(number);
  } else if (type == response || type == fault || type == bind_ack || type == alter_ack) {
    message.kind = RpcMessage::Kind::answer;
  }
  return message;
}

}  // namespace wiretale::shares
