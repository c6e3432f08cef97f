#include "decode/link_names.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace wiretale::decode {

namespace {

struct Name {
  std::uint32_t link_type;
  std::string_view name;
};

// https://www.tcpdump.org/linktypes.html; by number.
constexpr std::array names{
    Name{0, "NULL"},
    Name{1, "ETHERNET"},
    Name{3, "AX25"},
    Name{6, "IEEE802_5"},
    Name{7, "ARCNET_BSD"},
    Name{8, "SLIP"},
    Name{9, "PPP"},
    Name{10, "FDDI"},
    Name{12, "RAW"},
    Name{14, "RAW"},
    Name{50, "PPP_HDLC"},
    Name{51, "PPP_ETHER"},
    Name{100, "ATM_RFC1483"},
    Name{101, "RAW"},
    Name{104, "C_HDLC"},
    Name{105, "IEEE802_11"},
    Name{107, "FRELAY"},
    Name{108, "LOOP"},
    Name{113, "LINUX_SLL"},
    Name{114, "LTALK"},
    Name{117, "PFLOG"},
    Name{119, "IEEE802_11_PRISM"},
    Name{122, "IP_OVER_FC"},
    Name{123, "SUNATM"},
    Name{127, "IEEE802_11_RADIOTAP"},
    Name{138, "APPLE_IP_OVER_IEEE1394"},
    Name{139, "MTP2_WITH_PHDR"},
    Name{140, "MTP2"},
    Name{141, "MTP3"},
    Name{142, "SCCP"},
    Name{143, "DOCSIS"},
    Name{144, "LINUX_IRDA"},
    Name{163, "IEEE802_11_AVS"},
    Name{166, "PPP_PPPD"},
    Name{169, "GPRS_LLC"},
    Name{177, "LINUX_LAPD"},
    Name{187, "BLUETOOTH_HCI_H4"},
    Name{189, "USB_LINUX"},
    Name{192, "PPI"},
    Name{195, "IEEE802_15_4_WITHFCS"},
    Name{201, "BLUETOOTH_HCI_H4_WITH_PHDR"},
    Name{204, "PPP_WITH_DIR"},
    Name{209, "IPMB_LINUX"},
    Name{220, "USB_LINUX_MMAPPED"},
    Name{226, "IPNET"},
    Name{227, "CAN_SOCKETCAN"},
    Name{228, "IPV4"},
    Name{229, "IPV6"},
    Name{230, "IEEE802_15_4_NOFCS"},
    Name{231, "DBUS"},
    Name{239, "NFLOG"},
    Name{240, "NETANALYZER"},
    Name{241, "NETANALYZER_TRANSPARENT"},
    Name{242, "IPOIB"},
    Name{243, "MPEG_2_TS"},
    Name{247, "INFINIBAND"},
    Name{248, "SCTP"},
    Name{249, "USBPCAP"},
    Name{251, "BLUETOOTH_LE_LL"},
    Name{252, "WIRESHARK_UPPER_PDU"},
    Name{253, "NETLINK"},
    Name{254, "BLUETOOTH_LINUX_MONITOR"},
    Name{256, "BLUETOOTH_LE_LL_WITH_PHDR"},
    Name{258, "PKTAP"},
    Name{259, "EPON"},
    Name{264, "ISO_14443"},
    Name{265, "RDS"},
    Name{266, "USB_DARWIN"},
    Name{271, "VSOCK"},
    Name{272, "NORDIC_BLE"},
    Name{274, "ETHERNET_MPACKET"},
    Name{276, "LINUX_SLL2"},
    Name{278, "OPENVIZSLA"},
    Name{283, "IEEE802_15_4_TAP"},
    Name{288, "USB_2_0"},
    Name{289, "ATSC_ALP"},
};
static_assert(std::ranges::is_sorted(names, {}, &Name::link_type));

}  // namespace

std::string link_type_name(std::uint32_t link_type) {
  const auto found = std::ranges::lower_bound(names, link_type, {}, &Name::link_type);
  if (found != names.end() && found->link_type == link_type) return std::string(found->name);
  return "LINKTYPE " + std::to_string(link_type);
}

}  // namespace wiretale::decode
