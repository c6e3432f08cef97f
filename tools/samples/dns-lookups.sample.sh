# dns-lookups: dig asks a resolver, which asks the root and the domains' server.

setup() {
  host client 10 client.crepes.fr
  host www 80 www.hamburger.edu
  dns_up
}

ask() {
  printf '==== %s dig %s\n' "$(stamp)" "$*"
  on client dig -r +qr "$@" || true
  printf '\n'
}

talk() {
  {
    ask www.hamburger.edu A
    ask www.hamburger.edu A                       # from the resolver's cache
    ask www.hamburger.edu AAAA
    ask ftp.crepes.fr A                           # a CNAME and what it points to
    ask hamburger.edu MX
    ask crepes.fr NS
    ask crepes.fr SOA
    ask crepes.fr TXT
    ask crepes.fr CAA
    ask _submission._tcp.crepes.fr SRV
    ask today.menu.crepes.fr TXT                  # a wildcard, several strings
    ask café.crepes.fr TXT                        # a label that is not ASCII
    ask -x 192.0.2.26
    ask -x 2001:db8::80
    ask mail.crepes.fr AAAA                       # the name exists, the type does not
    ask no-such-host.crepes.fr A                  # NXDOMAIN
    ask CrEpEs.Fr MX
    ask crepes.fr TYPE65280                       # a type without a name
    ask crepes.fr MX +tcp
    ask +tcp +keepopen www.crepes.fr A www.crepes.fr AAAA mail.crepes.fr A no-such-host.hamburger.edu A
    ask long.crepes.fr TXT +noedns                # TC, then TCP
    ask long.crepes.fr TXT +bufsize=512 +ignore   # TC, and dig leaves it at that
    ask @192.0.2.54 long.crepes.fr TXT +norecurse # TC with EDNS (1232), then TCP
    ask @192.0.2.54 crepes.fr MX +norecurse       # authoritative
    ask @192.0.2.54 example.com A                 # REFUSED
    ask @192.0.2.54 www.hamburger.edu A +dnssec +norecurse
    ask @192.0.2.54 hamburger.edu DNSKEY +dnssec +norecurse
    ask @192.0.2.54 no-such-host.hamburger.edu A +dnssec +norecurse
    ask @192.0.2.54 crepes.fr AXFR
    ask @192.0.2.1 www.crepes.fr A +norecurse +nsid   # a referral
    ask @2001:db8::53 www.hamburger.edu AAAA +subnet=192.0.2.0/24
    ask @192.0.2.53 version.bind TXT CH
    ask @192.0.2.53 crepes.fr A +opcode=status    # NOTIMP
    ask @192.0.2.80 www.crepes.fr A +tries=2 +time=1 # nobody listens: ICMP port unreachable
    ask @192.0.2.1 crepes.fr A +tcp +norecurse +noedns
  } >"$work/dig.txt" 2>&1
}

keep() {
  cp "$work/dig.txt" "$logs/dig.txt"
  keep_queries
}

check() {
  check_queries
  # dig says one line for each reply, except for a zone transfer.
  local replies
  replies=$(grep -c -e '^;; Got answer:' -e '^;; Truncated, retrying in TCP mode' "$logs/dig.txt")
  equal 'replies to the client (without AXFR)' \
    "$(frames '(ip.dst == 192.0.2.10 || ipv6.dst == 2001:db8::10) && dns.flags.response == 1 && !(dns.qry.type == 252)' dns.id | tr ',' '\n' | wc -l)" "$replies"
  equal 'truncated replies' "$(frames 'dns.flags.truncated == 1 && (ip.dst == 192.0.2.10)')" \
    "$(grep -c -e '^;; Truncated, retrying in TCP mode' -e '^;; flags:.* tc[ ;]' "$logs/dig.txt")"
}
