# mail-auth: users say who they are: AUTH in clear (PLAIN, LOGIN, CRAM-MD5; right and wrong), after STARTTLS, and with
# TLS from the start. The TLS secrets of curl are kept, so that those sessions can be read.

setup() {
  host client 10 client.crepes.fr
  host crepes 25 mail.crepes.fr
  dns_up
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=mail.crepes.fr \
    -addext 'subjectAltName=DNS:mail.crepes.fr' -keyout "$work/crepes/key.pem" -out "$work/crepes/cert.pem" 2>/dev/null
  chown Debian-exim: "$work/crepes"/*.pem
  cat >"$work/crepes/authenticators" <<'CONF'
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{alice}}{eq{$auth3}{butter+sugar}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${if and{{eq{$auth1}{alice}}{eq{$auth2}{butter+sugar}}}}
  server_set_id = $auth1
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = ${if eq{$auth1}{alice}{butter+sugar}fail}
  server_set_id = $auth1
CONF
  exim_up crepes crepes.fr alice 'hostlist relay_from_hosts =' 'daemon_smtp_ports = 25 : 465 : 587' \
    'tls_on_connect_ports = 465' 'auth_advertise_hosts = *' 'tls_advertise_hosts = *' \
    "tls_certificate = $work/crepes/cert.pem" "tls_privatekey = $work/crepes/key.pem"
  printf 'From: alice@crepes.fr\r\nTo: alice@crepes.fr\r\nSubject: A note to myself\r\n\r\nBuy flour, eggs, milk.\r\n' \
    >"$work/note.eml"
  : >"$work/tls-secrets.txt"
}

# note URL OPTIONS…: curl as a mail client.
note() {
  printf '==== %s curl %s\n' "$(stamp)" "${*//"$work"/WORK}" >>"$work/curl.verbose.txt"
  on client env SSLKEYLOGFILE="$work/tls-secrets.txt" curl -q -v --trace-time --silent --show-error --insecure \
    --mail-from alice@crepes.fr --mail-rcpt alice@crepes.fr --upload-file "$work/note.eml" "$@" \
    >>"$work/curl.verbose.txt" 2>&1 || printf '==== exit code %s\n' $? >>"$work/curl.verbose.txt"
}

talk() {
  local method
  for method in PLAIN LOGIN CRAM-MD5; do
    submit --server mail.crepes.fr:587 --from alice@crepes.fr --to alice@crepes.fr --auth "$method" \
      --auth-user alice --auth-password butter+sugar --body "by $method"
    submit --server mail.crepes.fr:587 --from alice@crepes.fr --to alice@crepes.fr --auth "$method" \
      --auth-user alice --auth-password chocolate --body "by $method, wrong"
  done
  submit --server mail.crepes.fr:587 --from alice@crepes.fr --to bob@hamburger.edu --body 'without AUTH'
  # The initial response of PLAIN in a line of its own is curl's way without SASL-IR.
  note smtp://mail.crepes.fr:587/client.crepes.fr --user alice:butter+sugar --login-options AUTH=PLAIN
  note smtp://mail.crepes.fr:587/client.crepes.fr --user alice:butter+sugar --ssl-reqd --tls-max 1.2
  note smtp://mail.crepes.fr:587/client.crepes.fr --user alice:butter+sugar --ssl-reqd
  note smtps://mail.crepes.fr:465/client.crepes.fr --user alice:butter+sugar --login-options AUTH=LOGIN
  submit --server mail.crepes.fr:587 --from alice@crepes.fr --to alice@crepes.fr --tls --auth PLAIN \
    --auth-user alice --auth-password butter+sugar --body 'by STARTTLS, secrets not kept'
  until_true 'all notes are delivered' in_log crepes 8 '=> alice'
}

keep() {
  keep_mail crepes
  sed "s|$work|WORK|g" "$work/curl.verbose.txt" >"$logs/curl.verbose.txt"
  cp "$work/tls-secrets.txt" "$logs/tls-secrets.txt"
  keep_queries
}

check() {
  check_queries
  equal 'passwords refused (535)' "$(frames 'smtp.response.code == 535')" \
    "$(grep -c 'authenticator failed' "$logs/exim-crepes-main.log")"
  equal 'STARTTLS' "$(frames 'smtp.req && frame contains "STARTTLS\r\n"')" \
    "$(grep -c ':587 .* X=TLS' "$logs/exim-crepes-main.log")"
  equal 'mails accepted, with the secrets' \
    "$(tshark -n -r "$work/$name.pcap" -o "tls.keylog_file:$logs/tls-secrets.txt" -Y 'smtp.response' -T fields \
      -e smtp.rsp.parameter 2>/dev/null | grep -c '^OK id=')" \
    "$(($(grep -c ' <= ' "$logs/exim-crepes-main.log") - 1))"
}
