# tls-handshakes: TLS 1.2 and 1.3 with names, protocols inside, resumption, a HelloRetryRequest, a client's certificate
# and refusals (nginx, read by curl and openssl s_client); STARTTLS of SMTP (Exim) and STLS of POP3 (Dovecot).

setup() {
  host client 10 client.crepes.fr
  host www 80 www.hamburger.edu
  host hamburger 26 mx.hamburger.edu
  dns_up
  certificates
  nginx_tls_up
  exim_up hamburger hamburger.edu bob 'hostlist relay_from_hosts =' 'chunking_advertise_hosts =' \
    'tls_advertise_hosts = *' "tls_certificate = $work/tls/mx.pem" "tls_privatekey = $work/tls/mx.key"
  dovecot_tls="ssl = yes
ssl_cert = <$work/tls/mx.pem
ssl_key = <$work/tls/mx.key" dovecot_up hamburger hamburger.edu bob 'pickle&onion'
}

# issue NAME SUBJECT EXTENSION: a key and a certificate of our own authority, with the authority's behind it.
issue() {
  openssl ecparam -name prime256v1 -genkey -noout -out "$work/tls/$1.key"
  openssl req -new -key "$work/tls/$1.key" -subj "$2" -out "$work/tls/$1.csr"
  openssl x509 -req -in "$work/tls/$1.csr" -CA "$work/tls/ca.pem" -CAkey "$work/tls/ca.key" -days 365 \
    -extfile <(printf '%s\n' "$3") -out "$work/tls/$1.pem" 2>/dev/null
  cat "$work/tls/ca.pem" >>"$work/tls/$1.pem"
}

certificates() {
  mkdir -p "$work/tls"
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj '/O=Hamburger University/CN=Burger Root' \
    -keyout "$work/tls/ca.key" -out "$work/tls/ca.pem" 2>/dev/null
  issue www /CN=www.hamburger.edu 'subjectAltName=DNS:www.hamburger.edu,DNS:hamburger.edu,IP:192.0.2.80'
  issue mx /CN=mx.hamburger.edu 'subjectAltName=DNS:mx.hamburger.edu'
  issue alice '/O=Crepes/CN=Alice' 'subjectAltName=email:alice@crepes.fr'
  chown -R Debian-exim: "$work/tls"
  chmod 755 "$work/tls"
}

# Port 443: all that is good today. 8443: TLS 1.2 alone, and the client's certificate is asked for.
nginx_tls_up() {
  mkdir -p "$work/www/site" "$work/www/temp"
  chmod 755 "$work/www" "$work/www/site"
  printf 'The burger of the day.\n' >"$work/www/site/index.html"
  cat >"$work/www/nginx.conf" <<CONF
user www-data;
worker_processes 1;
daemon off;
pid $work/www/nginx.pid;
error_log $work/www/error.log info;
events { worker_connections 64; }
http {
  default_type text/html;
  log_format tls '\$msec\t\$remote_addr\t\$remote_port\t\$ssl_protocol\t\$ssl_cipher\t\$ssl_curve\t\$ssl_server_name\t'
    '\$ssl_alpn_protocol\t\$ssl_session_reused\t\$ssl_client_s_dn\t\$status';
  access_log $work/www/tls.tsv tls;
  client_body_temp_path $work/www/temp;
  proxy_temp_path $work/www/temp;
  fastcgi_temp_path $work/www/temp;
  uwsgi_temp_path $work/www/temp;
  scgi_temp_path $work/www/temp;
  ssl_certificate $work/tls/www.pem;
  ssl_certificate_key $work/tls/www.key;
  ssl_session_cache shared:ssl:1m;
  root $work/www/site;
  server {
    listen 443 ssl;
    listen [::]:443 ssl ipv6only=on;
    server_name www.hamburger.edu;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ecdh_curve secp384r1;
  }
  server {
    listen 8443 ssl;
    server_name www.hamburger.edu;
    ssl_protocols TLSv1.2;
    ssl_session_tickets off;
    ssl_verify_client optional_no_ca;
    ssl_client_certificate $work/tls/ca.pem;
  }
}
CONF
  on www nginx -c "$work/www/nginx.conf" >"$work/www.nginx.log" 2>&1 &
  until_true 'nginx listens' listens www tcp 443
}

# visit URL OPTIONS…: one curl.
visit() {
  printf '==== %s curl %s\n' "$(stamp)" "${*//"$work"/WORK}" >>"$work/curl.verbose.txt"
  on client curl -q -v --trace-time --silent --show-error "$@" >>"$work/curl.verbose.txt" 2>&1 ||
    printf '==== exit code %s\n' $? >>"$work/curl.verbose.txt"
}

# shake OPTIONS…: openssl s_client asks for the page.
shake() {
  printf '==== %s openssl s_client %s\n' "$(stamp)" "${*//"$work"/WORK}" >>"$work/s_client.txt"
  printf 'GET / HTTP/1.0\r\nHost: www.hamburger.edu\r\n\r\n' |
    on client openssl s_client -ign_eof -brief -servername www.hamburger.edu -CAfile "$work/tls/ca.pem" "$@" \
      >>"$work/s_client.txt" 2>&1 || printf '==== exit code %s\n' $? >>"$work/s_client.txt"
}

talk() {
  local trust=(--cacert "$work/tls/ca.pem")
  visit https://www.hamburger.edu/ "${trust[@]}"
  visit https://www.hamburger.edu/ "${trust[@]}" --tls-max 1.2 -4
  visit https://www.hamburger.edu:8443/ "${trust[@]}" --cert "$work/tls/alice.pem" --key "$work/tls/alice.key"
  visit https://www.hamburger.edu/
  visit https://www.hamburger.edu/ --tls-max 1.2
  shake -connect www.hamburger.edu:443 -tls1_2 -sess_out "$work/session.pem"
  shake -connect www.hamburger.edu:443 -tls1_2 -sess_in "$work/session.pem"
  shake -connect www.hamburger.edu:8443 -sess_out "$work/session.pem"
  shake -connect www.hamburger.edu:8443 -sess_in "$work/session.pem"
  shake -connect www.hamburger.edu:443 -groups P-384 -alpn http/1.1
  shake -connect www.hamburger.edu:8443 -tls1_3
  shake -connect www.hamburger.edu:443 -tls1_2 -cipher AES256-SHA
  submit --server mx.hamburger.edu --from alice@crepes.fr --to bob@hamburger.edu --tls --body 'Nobody sees this.'
  until_true 'Bob has his mail' in_log hamburger 1 '=> bob'
  visit pop3://mx.hamburger.edu/1 --ssl-reqd "${trust[@]}" --user 'bob:pickle&onion'
}

keep() {
  keep_mail hamburger
  local columns='time remote_addr remote_port protocol cipher curve server_name alpn reused client_subject status'
  { printf '%s\n' "${columns// /$'\t'}"; cat "$work/www/tls.tsv"; } >"$logs/nginx-tls.tsv"
  sed "s|$work|WORK|g" "$work/www/error.log" >"$logs/nginx-error.log"
  sed "s|$work|WORK|g" "$work/hamburger/dovecot/dovecot.log" >"$logs/dovecot-tls.log"
  sed "s|$work|WORK|g" "$work/curl.verbose.txt" >"$logs/curl.verbose.txt"
  sed "s|$work|WORK|g" "$work/s_client.txt" >"$logs/s_client.txt"
  local name
  for name in ca www mx alice; do
    openssl x509 -in "$work/tls/$name.pem" -noout -subject -serial -fingerprint -sha256 -nameopt RFC2253
  done >"$logs/certificates.txt"
  keep_queries
}

check() {
  check_queries
  equal 'HelloRetryRequests' "$(frames 'tls.handshake.type == 2 && tls.handshake.extensions_key_share_selected_group')" \
    "$(grep -c 'TLSv1.3' "$logs/nginx-tls.tsv")"
  equal 'logins by POP3 in TLS' "$(frames 'pop.request.command == "STLS"')" "$(grep -c 'Login: .* TLS' "$logs/dovecot-tls.log")"
}
