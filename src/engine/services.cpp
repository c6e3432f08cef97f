// Names of ports, from IANA's Service Name and Transport Protocol Port Number Registry: those that are met in practice.
#include <algorithm>
#include <iterator>

#include "engine/registry.hpp"

namespace wiretale::engine {
namespace {

/// Over which transport a name is registered.
enum Over : std::uint8_t { tcp = 1, udp = 2, both = 3 };

struct Service {
  std::uint16_t port;
  Over over;
  std::string_view name;
};

// clang-format off
constexpr Service services[] = {
    {1, both, "tcpmux"}, {5, both, "rje"}, {7, both, "echo"}, {9, both, "discard"}, {11, both, "systat"},
    {13, both, "daytime"}, {17, both, "qotd"}, {18, both, "msp"}, {19, both, "chargen"}, {20, both, "ftp-data"},
    {21, both, "ftp"}, {22, both, "ssh"}, {23, both, "telnet"}, {25, both, "smtp"}, {37, both, "time"},
    {38, both, "rap"}, {39, both, "rlp"}, {42, both, "nameserver"}, {43, both, "nicname"}, {49, both, "tacacs"},
    {50, both, "re-mail-ck"}, {53, both, "domain"}, {63, both, "whoispp"}, {66, both, "sql-net"},
    {67, both, "bootps"}, {68, both, "bootpc"}, {69, both, "tftp"}, {70, both, "gopher"}, {79, both, "finger"},
    {80, both, "http"}, {82, both, "xfer"}, {88, both, "kerberos"}, {95, both, "supdup"}, {101, both, "hostname"},
    {102, both, "iso-tsap"}, {104, both, "acr-nema"}, {105, both, "cso"}, {107, both, "rtelnet"}, {109, both, "pop2"},
    {110, both, "pop3"}, {111, both, "sunrpc"}, {113, both, "auth"}, {115, both, "sftp"}, {117, both, "uucp-path"},
    {118, both, "sqlserv"}, {119, both, "nntp"}, {123, both, "ntp"}, {129, both, "pwdgen"}, {135, both, "epmap"},
    {137, both, "netbios-ns"}, {138, both, "netbios-dgm"}, {139, both, "netbios-ssn"}, {143, tcp, "imap"},
    {150, both, "sql-net"}, {152, both, "bftp"}, {156, both, "sqlsrv"}, {158, both, "pcmail-srv"},
    {161, both, "snmp"}, {162, both, "snmptrap"}, {163, both, "cmip-man"}, {164, both, "cmip-agent"},
    {170, both, "print-srv"}, {174, both, "mailq"}, {175, both, "vmnet"}, {177, both, "xdmcp"}, {179, both, "bgp"},
    {191, both, "prospero"}, {194, both, "irc"}, {199, both, "smux"}, {201, both, "at-rtmp"}, {202, both, "at-nbp"},
    {204, both, "at-echo"}, {206, both, "at-zis"}, {209, both, "qmtp"}, {210, both, "z39-50"}, {213, both, "ipx"},
    {218, both, "mpp"}, {220, both, "imap3"}, {259, both, "esro-gen"}, {264, both, "bgmp"}, {280, both, "http-mgmt"},
    {311, both, "asip-webadmin"}, {318, both, "pkix-timestamp"}, {319, both, "ptp-event"}, {320, both, "ptp-general"},
    {350, both, "matip-type-a"}, {351, both, "matip-type-b"}, {366, both, "odmr"}, {369, both, "rpc2portmap"},
    {370, both, "codaauth2"}, {371, both, "clearcase"}, {383, both, "hp-alarm-mgr"}, {384, both, "arns"},
    {387, both, "aurp"}, {389, both, "ldap"}, {399, both, "iso-tsap-c2"}, {401, both, "ups"}, {427, both, "svrloc"},
    {433, both, "nnsp"}, {434, both, "mobileip-agent"}, {443, both, "https"}, {444, both, "snpp"},
    {445, both, "microsoft-ds"}, {464, both, "kpasswd"}, {465, tcp, "submissions"}, {465, udp, "igmpv3lite"},
    {475, both, "tcpnethaspsrv"}, {487, both, "saft"}, {496, both, "pim-rp-disc"}, {497, both, "retrospect"},
    {500, both, "isakmp"}, {502, both, "mbap"}, {504, both, "citadel"}, {512, tcp, "exec"}, {512, udp, "comsat"},
    {513, tcp, "login"}, {513, udp, "who"}, {514, tcp, "shell"}, {514, udp, "syslog"}, {515, both, "printer"},
    {517, both, "talk"}, {518, both, "ntalk"}, {520, tcp, "efs"}, {520, udp, "router"}, {521, both, "ripng"},
    {524, both, "ncp"}, {530, both, "courier"}, {532, both, "netnews"}, {540, both, "uucp"}, {543, both, "klogin"},
    {544, both, "kshell"}, {546, both, "dhcpv6-client"}, {547, both, "dhcpv6-server"}, {548, both, "afpovertcp"},
    {554, both, "rtsp"}, {556, both, "remotefs"}, {563, both, "nntps"}, {587, both, "submission"},
    {591, both, "http-alt"}, {593, both, "http-rpc-epmap"}, {601, both, "syslog-conn"}, {604, both, "tunnel"},
    {607, both, "nqs"}, {623, tcp, "oob-ws-http"}, {623, udp, "asf-rmcp"}, {631, both, "ipp"}, {636, both, "ldaps"},
    {639, both, "msdp"}, {646, both, "ldp"}, {647, both, "dhcp-failover"}, {648, both, "rrp"},
    {651, both, "ieee-mms"}, {654, both, "aodv"}, {655, both, "tinc"}, {664, tcp, "oob-ws-https"},
    {664, udp, "asf-secure-rmcp"}, {666, both, "doom"}, {674, both, "acap"}, {688, both, "realm-rusd"},
    {690, both, "vatp"}, {694, both, "ha-cluster"}, {698, udp, "olsr"}, {700, tcp, "epp"}, {702, tcp, "iris-beep"},
    {706, both, "silc"}, {711, both, "cisco-tdp"}, {749, both, "kerberos-adm"}, {753, both, "rrh"},
    {754, both, "tell"}, {765, both, "webster"}, {767, both, "phonebook"}, {829, both, "pkix-3-ca-ra"},
    {830, both, "netconf-ssh"}, {831, both, "netconf-beep"}, {832, both, "netconfsoaphttp"},
    {833, both, "netconfsoapbeep"}, {847, both, "dhcp-failover2"}, {848, both, "gdoi"}, {853, both, "domain-s"},
    {860, both, "iscsi"}, {861, both, "owamp-control"}, {862, both, "twamp-control"}, {873, both, "rsync"},
    {888, tcp, "cddbp"}, {902, both, "ideafarm-door"}, {903, both, "ideafarm-panic"}, {910, both, "kink"},
    {989, both, "ftps-data"}, {990, both, "ftps"}, {991, both, "nas"}, {992, both, "telnets"}, {993, both, "imaps"},
    {995, both, "pop3s"}, {1021, both, "exp1"}, {1022, both, "exp2"}, {1080, both, "socks"},
    {1085, both, "webobjects"}, {1093, both, "proofd"}, {1094, both, "rootd"}, {1098, both, "rmiactivation"},
    {1099, both, "rmiregistry"}, {1167, both, "cisco-ipsla"}, {1194, both, "openvpn"}, {1214, both, "kazaa"},
    {1220, both, "qt-serveradmin"}, {1234, both, "search-agent"}, {1241, both, "nessus"}, {1311, both, "rxmon"},
    {1344, both, "icap"}, {1352, both, "lotusnote"}, {1414, both, "ibm-mqseries"}, {1417, both, "timbuktu-srv1"},
    {1418, both, "timbuktu-srv2"}, {1419, both, "timbuktu-srv3"}, {1420, both, "timbuktu-srv4"},
    {1433, both, "ms-sql-s"}, {1434, both, "ms-sql-m"}, {1494, both, "ica"}, {1503, both, "imtc-mcs"},
    {1512, both, "wins"}, {1521, both, "ncube-lm"}, {1524, both, "ingreslock"}, {1525, both, "orasrv"},
    {1527, both, "tlisrv"}, {1533, both, "virtual-places"}, {1547, both, "laplink"}, {1589, both, "vqp"},
    {1604, both, "icabrowser"}, {1645, both, "sightline"}, {1646, both, "sa-msg-port"}, {1688, both, "nsjtp-data"},
    {1701, both, "l2tp"}, {1718, both, "h323gatedisc"}, {1719, both, "h323gatestat"}, {1720, both, "h323hostcall"},
    {1723, both, "pptp"}, {1731, both, "msiccp"}, {1741, both, "cisco-net-mgmt"}, {1755, both, "ms-streaming"},
    {1801, both, "msmq"}, {1812, both, "radius"}, {1813, both, "radius-acct"}, {1863, both, "msnp"},
    {1883, both, "mqtt"}, {1900, both, "ssdp"}, {1935, both, "macromedia-fcs"}, {1947, both, "sentinelsrm"},
    {1985, both, "hsrp"}, {2000, both, "cisco-sccp"}, {2029, both, "hsrpv6"}, {2049, both, "nfs"},
    {2086, both, "gnunet"}, {2101, both, "rtcm-sc104"}, {2102, both, "zephyr-srv"}, {2103, both, "zephyr-clt"},
    {2104, both, "zephyr-hm"}, {2119, both, "gsigatekeeper"}, {2123, both, "gtp-control"}, {2152, both, "gtp-user"},
    {2222, both, "EtherNet-IP-1"}, {2375, tcp, "docker"}, {2376, tcp, "docker-s"}, {2377, tcp, "swarm"},
    {2379, tcp, "etcd-client"}, {2380, tcp, "etcd-server"}, {2401, both, "cvspserver"}, {2404, both, "iec-104"},
    {2427, both, "mgcp-gateway"}, {2430, both, "venus"}, {2431, both, "venus-se"}, {2432, both, "codasrv"},
    {2433, both, "codasrv-se"}, {2483, both, "ttc"}, {2484, both, "ttc-ssl"}, {2535, both, "madcap"},
    {2598, both, "citriximaclient"}, {2628, both, "dict"}, {2638, both, "sybaseanywhere"},
    {2727, both, "mgcp-callagent"}, {2775, both, "smpp"}, {2792, both, "f5-globalsite"}, {2809, both, "corbaloc"},
    {2811, both, "gsiftp"}, {2869, both, "icslap"}, {2944, both, "megaco-h248"}, {2945, both, "h248-binary"},
    {2947, both, "gpsd"}, {2948, both, "wap-push"}, {2967, both, "ssc-agent"}, {3020, both, "cifs"},
    {3050, both, "gds-db"}, {3052, both, "apc-3052"}, {3074, both, "xbox"}, {3128, both, "ndl-aas"},
    {3130, both, "icpv2"}, {3205, both, "isns"}, {3225, both, "fcip"}, {3260, both, "iscsi-target"},
    {3268, both, "msft-gc"}, {3269, both, "msft-gc-ssl"}, {3283, both, "net-assistant"}, {3306, both, "mysql"},
    {3343, both, "ms-cluster-net"}, {3351, both, "btrieve"}, {3389, both, "ms-wbt-server"}, {3478, both, "stun"},
    {3483, both, "slim-devices"}, {3493, both, "nut"}, {3544, both, "teredo"}, {3551, both, "apcupsd"},
    {3632, both, "distcc"}, {3653, both, "tsp"}, {3659, both, "apple-sasl"}, {3689, both, "daap"},
    {3690, both, "svn"}, {3702, both, "ws-discovery"}, {3724, both, "blizwow"}, {3784, both, "bfd-control"},
    {3785, both, "bfd-echo"}, {3868, both, "diameter"}, {4031, both, "suucp"}, {4069, both, "minger"},
    {4190, tcp, "sieve"}, {4321, both, "rwhois"}, {4353, both, "f5-iquery"}, {4369, both, "epmd"},
    {4373, both, "remctl"}, {4460, tcp, "ntske"}, {4500, both, "ipsec-nat-t"}, {4569, both, "iax"},
    {4662, both, "oms"}, {4739, both, "ipfix"}, {4740, both, "ipfixs"}, {4786, tcp, "smart-install"},
    {4789, udp, "vxlan"}, {4790, udp, "vxlan-gpe"}, {4791, udp, "roce"}, {4827, both, "htcp"},
    {4840, tcp, "opcua-tcp"}, {4840, udp, "opcua-udp"}, {4843, tcp, "opcua-tls"}, {4894, both, "lyskom"},
    {4899, both, "radmin-port"}, {4949, both, "munin"}, {5000, both, "commplex-main"}, {5001, both, "commplex-link"},
    {5003, both, "fmpro-internal"}, {5004, both, "avt-profile-1"}, {5005, both, "avt-profile-2"},
    {5050, both, "mmcc"}, {5060, both, "sip"}, {5061, both, "sips"}, {5093, both, "sentinel-lm"},
    {5150, both, "atmp"}, {5154, both, "bzflag"}, {5190, both, "aol"}, {5222, tcp, "xmpp-client"},
    {5246, udp, "capwap-control"}, {5247, udp, "capwap-data"}, {5269, tcp, "xmpp-server"}, {5280, tcp, "xmpp-bosh"},
    {5298, both, "presence"}, {5349, both, "stuns"}, {5351, both, "nat-pmp"}, {5353, both, "mdns"},
    {5354, both, "mdnsresponder"}, {5355, both, "llmnr"}, {5357, both, "wsdapi"}, {5358, both, "wsdapi-s"},
    {5405, both, "netsupport"}, {5432, both, "postgresql"}, {5445, tcp, "smbdirect"}, {5555, both, "personal-agent"},
    {5556, both, "freeciv"}, {5631, both, "pcanywheredata"}, {5632, both, "pcanywherestat"}, {5666, tcp, "nrpe"},
    {5671, both, "amqps"}, {5672, both, "amqp"}, {5679, both, "activesync"}, {5683, both, "coap"},
    {5684, both, "coaps"}, {5722, both, "msdfsr"}, {5723, both, "omhs"}, {5900, both, "rfb"},
    {5938, both, "teamviewer"}, {5984, both, "couchdb"}, {5985, both, "wsman"}, {5986, both, "wsmans"},
    {6000, both, "x11"}, {6001, both, "x11"}, {6002, both, "x11"}, {6003, both, "x11"}, {6004, both, "x11"},
    {6005, both, "x11"}, {6006, both, "x11"}, {6007, both, "x11"}, {6081, udp, "geneve"}, {6112, both, "dtspcd"},
    {6343, both, "sflow"}, {6346, both, "gnutella-svc"}, {6347, both, "gnutella-rtr"}, {6379, tcp, "redis"},
    {6443, both, "sun-sr-https"}, {6444, both, "sge-qmaster"}, {6445, both, "sge-execd"}, {6446, both, "mysql-proxy"},
    {6514, both, "syslog-tls"}, {6566, both, "sane-port"}, {6619, both, "odette-ftps"}, {6653, tcp, "openflow"},
    {6665, both, "ircu"}, {6666, both, "ircu"}, {6667, both, "ircu"}, {6668, both, "ircu"}, {6669, both, "ircu"},
    {6679, both, "osaut"}, {6696, udp, "babel"}, {6697, tcp, "ircs-u"}, {6699, udp, "babel-dtls"},
    {6888, both, "muse"}, {6969, both, "acmsoda"}, {7000, both, "afs3-fileserver"}, {7001, both, "afs3-callback"},
    {7002, both, "afs3-prserver"}, {7003, both, "afs3-vlserver"}, {7004, both, "afs3-kaserver"},
    {7005, both, "afs3-volser"}, {7006, both, "afs3-errors"}, {7007, both, "afs3-bos"}, {7008, both, "afs3-update"},
    {7009, both, "afs3-rmtsys"}, {7070, both, "arcp"}, {7100, both, "font-service"}, {7400, both, "rtps-discovery"},
    {7474, tcp, "neo4j"}, {7547, both, "cwmp"}, {7626, both, "simco"}, {7680, both, "pando-pub"}, {7777, both, "cbt"},
    {8000, both, "irdmi"}, {8001, both, "vcom-tunnel"}, {8008, both, "http-alt"}, {8009, tcp, "nvme-disc"},
    {8080, both, "http-alt"}, {8081, both, "sunproxyadmin"}, {8082, both, "us-cli"}, {8083, both, "us-srv"},
    {8088, both, "radan-http"}, {8090, both, "opsmessaging"}, {8118, both, "privoxy"}, {8140, tcp, "puppet"},
    {8192, both, "sophos"}, {8243, both, "synapse-nhttps"}, {8280, both, "synapse-nhttp"}, {8333, tcp, "bitcoin"},
    {8400, both, "cvd"}, {8443, both, "pcsync-https"}, {8600, udp, "asterix"}, {8612, both, "canon-bjnp2"},
    {8765, both, "ultraseek-http"}, {8800, both, "sunwebadmin"}, {8883, both, "secure-mqtt"},
    {8888, tcp, "ddi-tcp-1"}, {8888, udp, "ddi-udp-1"}, {8989, both, "sunwebadmins"}, {9000, both, "cslistener"},
    {9001, both, "etlservicemgr"}, {9080, both, "glrpc"}, {9090, both, "websm"}, {9091, both, "xmltec-xmlmail"},
    {9092, both, "XmlIpcRegSvc"}, {9100, both, "pdl-datastream"}, {9101, both, "bacula-dir"},
    {9102, both, "bacula-fd"}, {9103, both, "bacula-sd"}, {9160, both, "apani1"}, {9200, both, "wap-wsp"},
    {9201, both, "wap-wsp-wtp"}, {9202, both, "wap-wsp-s"}, {9203, both, "wap-wsp-wtp-s"}, {9300, both, "vrace"},
    {9389, tcp, "adws"}, {9418, both, "git"}, {9443, both, "tungsten-https"}, {9535, both, "mngsuite"},
    {9600, both, "micromuse-ncpw"}, {9667, both, "xmms2"}, {9800, both, "davsrc"}, {9876, both, "sd"},
    {9898, both, "monkeycom"}, {9999, both, "distinct"}, {10000, both, "ndmp"}, {10050, both, "zabbix-agent"},
    {10051, both, "zabbix-trapper"}, {10080, both, "amanda"}, {10110, both, "nmea-0183"}, {10161, tcp, "snmptls"},
    {10161, udp, "snmpdtls"}, {10162, tcp, "snmptls-trap"}, {10162, udp, "snmpdtls-trap"}, {10809, tcp, "nbd"},
    {11111, both, "vce"}, {11112, both, "dicom"}, {11211, both, "memcache"}, {11371, both, "pksd"},
    {12345, both, "italk"}, {13720, both, "bprd"}, {13721, both, "bpdbm"}, {13724, both, "vnetd"},
    {13782, both, "bpcd"}, {13783, both, "vopied"}, {16992, both, "amt-soap-http"}, {16993, both, "amt-soap-https"},
    {16994, both, "amt-redir-tcp"}, {16995, both, "amt-redir-tls"}, {17500, tcp, "db-lsp"},
    {17500, udp, "db-lsp-disc"}, {19283, both, "keysrvr"}, {20000, both, "dnp"}, {22273, both, "wnn6"},
    {24554, both, "binkp"}, {26000, both, "quake"}, {27017, tcp, "mongodb"}, {33434, both, "traceroute"},
    {34962, both, "profinet-rt"}, {34963, both, "profinet-rtm"}, {34964, both, "profinet-cm"},
    {34980, both, "ethercat"}, {44818, both, "EtherNet-IP-2"}, {47624, both, "directplaysrvr"},
    {47808, both, "bacnet"},
};
// clang-format on
static_assert(std::ranges::is_sorted(services, {}, &Service::port));

}  // namespace

std::string_view service_name(Transport transport, std::uint16_t port) {
  const Over wanted = transport == Transport::tcp ? tcp : udp;
  if (transport != Transport::tcp && transport != Transport::udp) return {};
  const auto [first, last] = std::ranges::equal_range(services, port, {}, &Service::port);
  for (const Service& service : std::ranges::subrange(first, last))
    if ((service.over & wanted) != 0) return service.name;
  return {};
}

}  // namespace wiretale::engine
