# dhcp-lease: ISC's dhcpd gives addresses of IPv4 and IPv6, one pool of two addresses: to udhcpc, to dhclient, through a
# relay, with a prefix; renewals, a release, a reboot in the wrong network, a pool that is empty.

setup() {
  host server 1 dhcp.crepes.fr
  local client
  for client in laptop:170 printer:171 late:172; do
    host "${client%:*}" "${client#*:}" "${client%:*}.crepes.fr"
    ip -n "${client%:*}" address flush dev eth0 scope global
  done
  host relay 254 relay.crepes.fr
  # A link of its own behind the relay.
  ip netns add far
  ip -n relay link add eth1 type veth peer name eth0 netns far address 02:00:00:00:00:ad
  ip -n relay link set eth1 address 02:00:00:00:00:fd up
  ip -n relay address add 198.51.100.254/24 dev eth1
  ip -n far link set eth0 up
  ip -n far link set lo up
  ip -n server route add 198.51.100.0/24 via 192.0.2.254
  mkdir -p "$work/far/etc"
  echo far.crepes.fr >"$work/far/name"
  ip netns exec relay sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'

  cat >"$work/dhcpd.conf" <<'CONF'
authoritative;
ping-check false;
default-lease-time 6;
max-lease-time 6;
option domain-name "crepes.fr";
option domain-search "crepes.fr", "kitchen.crepes.fr";
option domain-name-servers 192.0.2.53;
subnet 192.0.2.0 netmask 255.255.255.0 {
  option routers 192.0.2.254;
  range 192.0.2.100 192.0.2.101;
}
subnet 198.51.100.0 netmask 255.255.255.0 {
  option routers 198.51.100.254;
  range 198.51.100.10 198.51.100.20;
}
CONF
  cat >"$work/dhcpd6.conf" <<'CONF'
authoritative;
default-lease-time 8;
preferred-lifetime 6;
option dhcp6.name-servers 2001:db8::53;
option dhcp6.domain-search "crepes.fr";
subnet6 2001:db8::/64 {
  range6 2001:db8::1000 2001:db8::1fff;
  prefix6 2001:db8:100:: 2001:db8:1ff:: /56;
}
CONF
  # What a client does with its address.
  cat >"$work/bound" <<'SH'
#!/bin/sh
case ${reason:-$1} in
  bound|renew|BOUND|RENEW|REBOOT) ip -4 address replace "${new_ip_address:-$ip}/24" dev "$interface" ;;
  deconfig|EXPIRE|FAIL|PREINIT) ip -4 address flush dev "$interface" scope global ;;
esac
SH
  printf '#!/bin/sh\nexit 0\n' >"$work/nothing"
  chmod 755 "$work/bound" "$work/nothing"
  printf 'send host-name "printer";\nsend fqdn.fqdn "printer.crepes.fr";\ntimeout 10;\n' >"$work/dhclient.conf"
  printf 'send fqdn.fqdn "laptop";\ntimeout 10;\n' >"$work/dhclient6.conf"
  cat >"$work/printer.4.leases" <<'LEASE'
lease {
  interface "eth0";
  fixed-address 203.0.113.7;
  option subnet-mask 255.255.255.0;
  option dhcp-lease-time 86400;
  option dhcp-message-type 5;
  option dhcp-server-identifier 203.0.113.1;
  renew 6 2098/12/27 00:00:00;
  rebind 6 2098/12/27 00:00:00;
  expire 6 2098/12/27 00:00:00;
}
LEASE
  : >"$work/dhcpd.leases"
  : >"$work/dhcpd6.leases"
  on server dhcpd -4 -d -cf "$work/dhcpd.conf" -lf "$work/dhcpd.leases" -pf "$work/dhcpd.pid" eth0 2>"$work/dhcpd.log" &
  on server dhcpd -6 -d -cf "$work/dhcpd6.conf" -lf "$work/dhcpd6.leases" -pf "$work/dhcpd6.pid" eth0 \
    2>"$work/dhcpd6.log" &
  until_true 'dhcpd listens' listens server udp 67
  until_true 'dhcpd -6 listens' listens server udp 547
  on relay dhcrelay -4 -d -a -iu eth0 -id eth1 192.0.2.1 2>"$work/dhcrelay.log" &
  until_true 'dhcrelay listens' listens relay udp 67
}

# pump HOST ARGS…: udhcpc, until it has an address or gives up.
pump() {
  local host=$1
  shift
  on "$host" udhcpc -f -i eth0 -s "$work/bound" "$@" >>"$work/udhcpc.log" 2>&1 || true
}
# client HOST ARGS…: dhclient of IPv6, once.
client() {
  local host=$1
  shift
  on "$host" timeout 10 dhclient -6 -v -1 -sf "$work/nothing" -cf "$work/dhclient6.conf" -lf "$work/$host.6.leases" \
    -pf "$work/$host.6.pid" "$@" eth0 >>"$work/dhclient.log" 2>&1 || true
}

talk() {
  # DISCOVER to ACK, a renewal after half the time, RELEASE.
  timeout 5 ip netns exec laptop udhcpc -f -i eth0 -s "$work/bound" -R -x hostname:laptop >>"$work/udhcpc.log" 2>&1 || true
  # It comes with a lease of another network, is refused, begins anew, and renews.
  timeout 12 ip netns exec printer dhclient -4 -d -v -sf "$work/bound" -cf "$work/dhclient.conf" \
    -lf "$work/printer.4.leases" -pf "$work/printer.4.pid" eth0 >>"$work/dhclient.log" 2>&1 || true
  pump laptop -n -q -t 2 -T 1 -x hostname:laptop
  # Both addresses are taken.
  pump late -n -q -t 2 -T 1 -x hostname:late
  # Behind the relay.
  pump far -n -q -t 3 -T 1 -x hostname:far
  # IPv6: an address; an address with a prefix; settings only; all given back.
  client laptop -N
  client printer -N -P
  client late -S
  client laptop -N -r
}

keep() {
  local log
  for log in dhcpd.log dhcpd6.log dhcrelay.log dhcpd.leases dhcpd6.leases; do
    sed "s|$work|.|g" "$work/$log" >"$logs/$log"
  done
}

check() {
  local kind
  for kind in DISCOVER:1 OFFER:2 REQUEST:3 ACK:5 NAK:6 RELEASE:7; do
    equal "DHCP${kind%:*}" "$(frames "dhcp.option.dhcp == ${kind#*:}")" "$(grep -c "^DHCP${kind%:*} " "$logs/dhcpd.log")"
  done
}
