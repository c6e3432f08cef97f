# One Ethernet segment with named hosts on it, and a tcpdump that sees every frame once.
# Sourced by tools/samples/one: $name, $work and $logs are set.

say() { printf 'wiretale: %s\n' "$*" >&2; }
fail() { say "$name: $*"; exit 1; }

# until_true WHAT COMMAND…: runs the command until it succeeds, 20 s at most.
until_true() {
  local what=$1 i
  shift
  for ((i = 0; i < 400; i++)); do
    ! "$@" >/dev/null 2>&1 || return 0
    sleep 0.05
  done
  fail "gave up waiting: $what"
}

network_up() {
  mount --make-rprivate /
  mkdir -p /run/netns
  mount -t tmpfs none /run/netns
  ip netns add switch
  ip -n switch link add br0 address 02:00:00:00:00:ff type bridge mcast_snooping 0
  quiet_ipv6 switch br0 1
  ip -n switch link set br0 up
}

# quiet_ipv6 NAMESPACE DEVICE DISABLE: no duplicate address detection, no router solicitations.
quiet_ipv6() {
  ip netns exec "$1" sh -c 'cd /proc/sys/net/ipv6/conf/'"$2"' && echo 0 >accept_dad && echo 0 >accept_ra &&
    echo 0 >router_solicitations && echo '"$3"' >disable_ipv6'
}

# host NAME NUMBER FQDN: a host with 192.0.2.NUMBER, 2001:db8::NUMBER and a resolv.conf that names 192.0.2.53.
host() {
  local host=$1 number=$2 etc=$work/$1/etc
  mkdir -p "$etc"
  echo "$3" >"$work/$host/name"
  echo 'nameserver 192.0.2.53' >"$etc/resolv.conf"
  printf '127.0.0.1 localhost\n' >"$etc/hosts"
  printf 'passwd: files\ngroup: files\nhosts: files dns\nservices: files\n' >"$etc/nsswitch.conf"
  ip netns add "$host"
  ip -n switch link add "$host" type veth peer name eth0 netns "$host" \
    address "$(printf '02:00:00:00:00:%02x' "$number")"
  quiet_ipv6 switch "$host" 1
  quiet_ipv6 "$host" eth0 0
  # Segments and checksums as a wire would carry them.
  ip netns exec switch ethtool -K "$host" tx off tso off gso off gro off >/dev/null
  ip netns exec "$host" ethtool -K eth0 tx off tso off gso off gro off >/dev/null
  ip -n switch link set "$host" master br0 up
  ip -n "$host" link set lo up
  ip -n "$host" link set eth0 up
  ip -n "$host" address add "192.0.2.$number/24" dev eth0
  ip -n "$host" address add "2001:db8::$number/64" dev eth0 nodad
}

# on HOST COMMAND…: as if typed on that host: its network, its name, its files in /etc.
on() {
  local host=$1
  shift
  ip netns exec "$host" unshare --uts sh -c '
    hostname "$(cat "$0/name")"
    for file in "$0"/etc/*; do
      target=/etc/${file##*/}
      [ -e "$target" ] || continue
      mount --bind "$file" "$target"
    done
    exec "$@"' "$work/$host" "$@"
}

# listens HOST tcp|udp PORT: asked of the kernel, so that waiting leaves no packets.
listens() { [ -n "$(ip netns exec "$1" ss -Hln"${2:0:1}" "sport = :$3")" ]; }

# stamp: the time as tcpdump and Wireshark see it, in UTC.
stamp() { date -u +%Y-%m-%dT%H:%M:%S.%6NZ; }

capture_start() {
  ip netns exec switch tcpdump -i br0 -s 0 -B 65536 -U --immediate-mode -n -Z root -w "$work/$name.pcap" \
    2>"$work/tcpdump.log" &
  tcpdump=$!
  until_true 'tcpdump listens' grep -q 'listening on' "$work/tcpdump.log"
}

# Stops when nothing was written for a second.
capture_stop() {
  local size=-1 now i
  for ((i = 0; i < 15; i++)); do
    now=$(stat -c %s "$work/$name.pcap")
    [ "$now" != "$size" ] || break
    size=$now
    sleep 1
  done
  kill -INT "$tcpdump"
  wait "$tcpdump" || true
  grep -q '^0 packets dropped by kernel' "$work/tcpdump.log" || fail "packets were lost: $(cat "$work/tcpdump.log")"
  sed -n 's/^\([0-9]*\) packets captured.*/\1/p' "$work/tcpdump.log" >"$work/packets"
}

# frames FILTER [FIELD]: how many frames pass, or their field, a line each.
frames() {
  if [ $# -gt 1 ]; then
    tshark -n -r "$work/$name.pcap" -Y "$1" -T fields -e "$2" 2>/dev/null
  else
    tshark -n -r "$work/$name.pcap" -Y "$1" 2>/dev/null | wc -l
  fi
}
equal() { [ "$2" = "$3" ] || fail "$1: $2 in the capture, $3 in the logs"; }
