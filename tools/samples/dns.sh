# Three name servers (BIND): a root, the two domains with their reverse zones, and a resolver that asks both.
# Sourced by tools/samples/one.

domain_hosts() {
  host root 1 a.root.test
  host ns 54 ns.crepes.fr
  host resolver 53 resolver.crepes.fr
}

# bind_conf HOST: options that keep named away from the machine's own files.
bind_conf() {
  cat <<CONF
options {
  directory "$work/$1";
  pid-file "$work/$1/named.pid";
  session-keyfile "$work/$1/session.key";
  managed-keys-directory "$work/$1";
  lock-file none;
  listen-on { any; };
  listen-on-v6 { any; };
  empty-zones-enable no;
  dnssec-validation no;
  notify no;
  version "none of your business";
CONF
}
bind_logging() {
  cat <<CONF
controls { };
logging {
  channel queries { file "$work/$1/queries.log"; print-time iso8601-utc; print-category yes; severity dynamic; };
  channel main { file "$work/$1/named.log"; print-time iso8601-utc; print-category yes; severity info; };
  category queries { queries; };
  category query-errors { queries; };
  category default { main; };
};
CONF
}

dns_up() {
  domain_hosts

  { bind_conf root; echo '  recursion no; };'; bind_logging root
    echo 'zone "." { type primary; file "root.zone"; };'; } >"$work/root/named.conf"
  cat >"$work/root/root.zone" <<'ZONE'
$TTL 86400
.                         SOA   a.root.test. nobody.root.test. 1 1800 900 604800 86400
.                         NS    a.root.test.
a.root.test.              A     192.0.2.1
a.root.test.              AAAA  2001:db8::1
crepes.fr.                NS    ns.crepes.fr.
hamburger.edu.            NS    ns.crepes.fr.
2.0.192.in-addr.arpa.     NS    ns.crepes.fr.
8.b.d.0.1.0.0.2.ip6.arpa. NS    ns.crepes.fr.
ns.crepes.fr.             A     192.0.2.54
ns.crepes.fr.             AAAA  2001:db8::54
ZONE

  { bind_conf ns; echo '  recursion no; allow-transfer { any; }; };'; bind_logging ns
    for zone in crepes.fr 2.0.192.in-addr.arpa 8.b.d.0.1.0.0.2.ip6.arpa; do
      echo "zone \"$zone\" { type primary; file \"$zone.zone\"; };"
    done
    echo 'zone "hamburger.edu" { type primary; file "hamburger.edu.zone"; dnssec-policy default; inline-signing yes; };'
  } >"$work/ns/named.conf"
  {
    cat <<'ZONE'
$TTL 3600
@        SOA   ns.crepes.fr. hostmaster.crepes.fr. 2026010101 7200 3600 1209600 300
@        NS    ns
@        MX    10 mail
@        TXT   "v=spf1 mx -all"
@        CAA   0 issue "ca.crepes.fr"
ns       A     192.0.2.54
ns       AAAA  2001:db8::54
resolver A     192.0.2.53
client   A     192.0.2.10
client   AAAA  2001:db8::10
mail     A     192.0.2.25
smtp     CNAME mail
www      A     192.0.2.80
www      AAAA  2001:db8::80
files    A     192.0.2.21
files    AAAA  2001:db8::21
mirror   A     192.0.2.22
ftp      CNAME www
caf\195\169 TXT "a label that is not ASCII"
*.menu   TXT   "crepe of the day" "with \"butter\"" "and sugar"
_submission._tcp SRV 0 5 587 mail
ZONE
    for i in $(seq 1 24); do
      printf 'long TXT "record %02d of a set that no datagram of 512 octets holds: %s"\n' "$i" "$(printf '%060d' "$i")"
    done
  } >"$work/ns/crepes.fr.zone"
  cat >"$work/ns/hamburger.edu.zone" <<'ZONE'
$TTL 3600
@        SOA   ns.crepes.fr. hostmaster.hamburger.edu. 2026010101 7200 3600 1209600 300
@        NS    ns.crepes.fr.
@        MX    10 mx
@        MX    20 backup
mx       A     192.0.2.26
backup   A     192.0.2.27
www      A     192.0.2.80
www      AAAA  2001:db8::80
ZONE
  cat >"$work/ns/2.0.192.in-addr.arpa.zone" <<'ZONE'
$TTL 3600
@   SOA ns.crepes.fr. hostmaster.crepes.fr. 2026010101 7200 3600 1209600 300
@   NS  ns.crepes.fr.
10  PTR client.crepes.fr.
25  PTR mail.crepes.fr.
26  PTR mx.hamburger.edu.
53  PTR resolver.crepes.fr.
54  PTR ns.crepes.fr.
80  PTR www.hamburger.edu.
ZONE
  cat >"$work/ns/8.b.d.0.1.0.0.2.ip6.arpa.zone" <<'ZONE'
$TTL 3600
@   SOA ns.crepes.fr. hostmaster.crepes.fr. 2026010101 7200 3600 1209600 300
@   NS  ns.crepes.fr.
0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR client.crepes.fr.
0.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR www.hamburger.edu.
ZONE

  { bind_conf resolver; echo '  recursion yes; allow-recursion { any; }; };'; bind_logging resolver
    echo 'zone "." { type hint; file "root.hints"; };'; } >"$work/resolver/named.conf"
  printf '. 86400 NS a.root.test.\na.root.test. 86400 A 192.0.2.1\na.root.test. 86400 AAAA 2001:db8::1\n' \
    >"$work/resolver/root.hints"

  local server
  for server in root ns resolver; do
    named-checkconf -z "$work/$server/named.conf" >"$work/$server.check.log" 2>&1 || fail "the zones of $server are wrong"
    on "$server" named -f -n 1 -c "$work/$server/named.conf" >"$work/$server.named.log" 2>&1 &
  done
  for server in root ns resolver; do
    until_true "named on $server" grep -q 'general: running' "$work/$server/named.log"
  done
  until_true 'hamburger.edu is signed' zone_is_signed
}
zone_is_signed() {
  ip netns exec ns dig -r @127.0.0.1 hamburger.edu NSEC +dnssec +short | grep -q RRSIG ||
    [ "$(ip netns exec ns dig -r @127.0.0.1 hamburger.edu MX +dnssec +short | grep -c 'MX 13')" = 1 ]
}

# keep_queries: the query logs of the three servers, without what zone_is_signed asked before the capture.
keep_queries() {
  local server
  for server in root ns resolver; do
    grep -v 'client @0x[0-9a-f]* 127\.0\.0\.1#' "$work/$server/queries.log" >"$logs/named-$server-queries.log" || true
  done
}

# check_queries: servers logged as many queries as the capture has (BIND logs opcode QUERY only).
check_queries() {
  local server address
  for server in root:1 ns:54 resolver:53; do
    address=${server#*:}
    equal "queries to ${server%:*}" \
      "$(frames "dns.flags.response == 0 && dns.flags.opcode == 0 &&
        (ip.dst == 192.0.2.$address || ipv6.dst == 2001:db8::$address)" dns.id | tr ',' '\n' | wc -l)" \
      "$(grep -c ' query: ' "$logs/named-${server%:*}-queries.log")"
  done
}
