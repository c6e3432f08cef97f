# mail-chunking: the two servers as Exim is when nobody turns anything off: PIPELINING and CHUNKING (BDAT), two mails
# over one connection.

setup() {
  host client 10 client.crepes.fr
  host crepes 25 mail.crepes.fr
  host hamburger 26 mx.hamburger.edu
  dns_up
  exim_up crepes crepes.fr alice 'hostlist relay_from_hosts = 192.0.2.10' 'tls_advertise_hosts =' queue_only
  exim_up hamburger hamburger.edu bob 'hostlist relay_from_hosts =' 'tls_advertise_hosts ='
  python3 -c '
import random, sys
random.seed(1)
sys.stdout.buffer.write(bytes(random.randrange(256) for _ in range(12000)))' >"$work/noise.bin"
}

talk() {
  # With all that PIPELINING allows, also at the client.
  submit --server mail.crepes.fr --pipeline --from alice@crepes.fr --to bob@hamburger.edu,carol@hamburger.edu \
    --header 'Subject: Noise' --body 'Listen to this.' --attach-type application/octet-stream \
    --attach-name noise.bin --attach "@$work/noise.bin"
  submit --server mail.crepes.fr --pipeline --from alice@crepes.fr --to bob@hamburger.edu \
    --header 'Subject: Dots' --body '.\n..\n.end'
  # The queue is run once: both mails for hamburger.edu go over one connection.
  on crepes exim4 -qqff >>"$work/crepes.exim.log" 2>&1
  until_true 'Bob has both mails' in_log hamburger 2 '=> bob'
  until_true 'the queue was run' in_log crepes 1 'End queue run'
}

keep() {
  keep_mail crepes hamburger
  keep_queries
}

check() {
  check_queries
  equal 'mails that hamburger.edu accepted' \
    "$(frames 'ip.dst == 192.0.2.26 && smtp contains "LAST\r\n"')" "$(grep -c ' <= ' "$logs/exim-hamburger-main.log")"
  equal 'connections to hamburger.edu' "$(frames 'ip.dst == 192.0.2.26 && tcp.flags.syn == 1 && tcp.dstport == 25')" \
    "$(grep -c 'SMTP connection from .*connection count' "$logs/exim-hamburger-main.log")"
}
