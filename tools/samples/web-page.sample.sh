# web-page: curl reads the site of hamburger.edu (nginx): a page with images, what a cache, a form, a password and an
# upload do.

setup() {
  host client 10 client.crepes.fr
  host www 80 www.hamburger.edu
  dns_up
  web_up
}

web_up() {
  local site=$work/www/site
  mkdir -p "$site/private" "$site/upload" "$work/www/temp" "$work/received"
  chmod 755 "$work/www" "$site" "$site/private"
  chmod 777 "$site/upload" "$work/www/temp"
  python3 - "$site" <<'PYTHON'
import struct, sys, zlib
site = sys.argv[1]

def png(path, width, height, pixel):
    rows = b"".join(b"\0" + b"".join(bytes(pixel(x, y)) for x in range(width)) for y in range(height))
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    with open(path, "wb") as out:
        out.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
                  chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))

png(site + "/burger.png", 48, 48, lambda x, y: (200, 150 if 12 < y < 36 else 90, (x * y) % 64))
# Noise, so that it needs many segments.
seed = 1
def noise(x, y):
    global seed
    seed = (seed * 1103515245 + 12345) & 0x7fffffff
    return (seed >> 16) & 255, (seed >> 8) & 255, (x + y) & 255
png(site + "/map.png", 64, 64, noise)
menu = "".join(f"<tr><td>Burger no. {n}</td><td>with {n} slices of cheese, café au lait</td></tr>\n" for n in range(1, 81))
with open(site + "/index.html", "w", encoding="utf-8") as out:
    out.write("<!doctype html>\n<html><head><meta charset=\"utf-8\"><title>Hamburger University</title></head>\n<body>\n"
              "<h1>Hamburger University</h1>\n<img src=\"/burger.png\" alt=\"a burger\"><img src=\"/map.png\" alt=\"map\">\n"
              f"<table>\n{menu}</table>\n</body></html>\n")
with open(site + "/style.css", "w") as out:
    out.write("body { font-family: serif; margin: 2em; }\ntable { border: 1px solid; }\n")
with open(site + "/private/grades.txt", "w") as out:
    out.write("alice 1.0\nbob 1.3\n")
with open(site + "/welcome.html", "w") as out:
    out.write("<!doctype html>\n<title>Welcome</title>\n<p>Welcome back.\n")
PYTHON
  touch -d '2026-01-02T03:04:05Z' "$site"/*.* "$site"/private/*
  printf 'bob:%s\n' "$(openssl passwd -apr1 'cheese&onions')" >"$work/www/passwords"
  chmod 644 "$work/www/passwords"
  cat >"$work/www/nginx.conf" <<CONF
user www-data;
worker_processes 1;
daemon off;
pid $work/www/nginx.pid;
error_log $work/www/error.log info;
events { worker_connections 64; }
http {
  types { text/html html; image/png png; text/css css; text/plain txt; }
  default_type application/octet-stream;
  charset utf-8;
  log_format tsv '\$msec\t\$remote_addr\t\$remote_port\t\$connection\t\$connection_requests\t\$remote_user\t'
    '\$request_method\t\$request_uri\t\$server_protocol\t\$status\t\$request_length\t\$bytes_sent\t\$body_bytes_sent\t'
    '\$request_time\t\$http_host\t\$http_user_agent\t\$sent_http_content_encoding\t\$sent_http_location';
  access_log $work/www/access.tsv tsv;
  client_body_temp_path $work/www/temp;
  proxy_temp_path $work/www/temp;
  fastcgi_temp_path $work/www/temp;
  uwsgi_temp_path $work/www/temp;
  scgi_temp_path $work/www/temp;
  gzip on;
  gzip_http_version 1.0;
  gzip_types text/css text/plain;
  gzip_min_length 200;
  server {
    listen 80;
    listen [::]:80 ipv6only=on;
    server_name www.hamburger.edu;
    root $work/www/site;
    absolute_redirect off;
    location = /old { return 301 http://www.hamburger.edu/; }
    location = /today { return 302 /welcome.html; }
    # Behind a proxy, so that the form is read before it is answered.
    location = /login { proxy_pass http://127.0.0.1:8080; proxy_redirect off; }
    location /private/ {
      auth_basic "grades of the year";
      auth_basic_user_file $work/www/passwords;
    }
    location /upload/ { dav_methods PUT DELETE; }
  }
  server {
    listen 127.0.0.1:8080;
    access_log off;
    absolute_redirect off;
    location / {
      add_header Set-Cookie "session=8d1c4f0a; Path=/; HttpOnly" always;
      return 303 /welcome.html;
    }
  }
}
CONF
  on www nginx -c "$work/www/nginx.conf" >"$work/www.nginx.log" 2>&1 &
  until_true 'nginx listens' listens www tcp 80
}

# browse OPTIONS… URL…: one curl; a connection is kept for all its URLs. Each body goes to a file of its own.
bodies=0
browse() {
  local arguments=() argument
  for argument in "$@"; do
    arguments+=("$argument")
    case $argument in
      http://*) bodies=$((bodies + 1)); arguments+=(-o "$(printf '%s/received/%02d' "$work" "$bodies")") ;;
    esac
  done
  printf '==== %s curl %s\n' "$(stamp)" "$*" >>"$work/curl.verbose.txt"
  on client curl -q -v --trace-time --silent --show-error --write-out "$transfer" "${arguments[@]}" \
    2>>"$work/curl.verbose.txt" >>"$work/curl.tsv" || true
}
fields=(filename_effective num_connects local_ip local_port remote_ip remote_port method url http_version http_code
  num_redirects size_request size_upload size_header size_download time_namelookup time_connect time_pretransfer
  time_starttransfer time_total)
transfer=$(printf '\\t%%{%s}' "${fields[@]}")
transfer=${transfer#'\t'}'\n'

talk() {
  local site=http://www.hamburger.edu
  # The page as a browser gets it: compressed, its parts on the same connection.
  browse --compressed $site/ $site/style.css $site/burger.png $site/map.png $site/favicon.ico
  # Two connections at once.
  browse --parallel --parallel-immediate $site/burger.png $site/map.png
  # Again, with what a cache knows.
  browse --etag-save "$work/etag" $site/burger.png
  browse --etag-compare "$work/etag" $site/burger.png
  browse -4 -z 'Fri, 02 Jan 2026 03:04:05 GMT' $site/map.png
  # Moved.
  browse --location $site/old
  browse -4 $site/today
  # A form; its answer sets a cookie and sends the reader elsewhere.
  browse -4 --location --cookie '' --data-urlencode user=bob --data-urlencode 'password=cheese&onions' $site/login
  browse -4 --form comment='sehr gut, à bientôt' --form "photo=@$work/www/site/burger.png;type=image/png" $site/login
  # A password: not given, wrong, asked for and then given.
  browse -4 $site/private/grades.txt
  browse -4 --user bob:wrong $site/private/grades.txt
  browse --anyauth --user 'bob:cheese&onions' $site/private/grades.txt
  # Uploads: waiting for 100 Continue, and of a length not known before.
  browse -4 -H 'Expect: 100-continue' -T "$work/www/site/map.png" $site/upload/map.png
  browse -4 -T - $site/upload/numbers.txt < <(seq 1 500)
  # The rest: only the head, a part, two parts, the old protocol with a body that ends with the connection, errors.
  browse -4 --head $site/ $site/burger.png
  browse -4 --range 100-199 $site/map.png
  browse -4 --range 0-9,20-29 $site/style.css
  browse -4 --http1.0 --compressed $site/
  browse -4 --request DELETE $site/upload/map.png
  browse -4 --request BREW $site/
  browse -4 "$site/search?q=burger%20%26%20fries&page=2" "$site/$(printf 'long%.0s' $(seq 1 30))"
}

keep() {
  cp "$work/curl.verbose.txt" "$logs/"
  { (IFS=$'\t'; echo "${fields[*]}"); sed "s|^$work/received/||" "$work/curl.tsv"; } >"$logs/curl.tsv"
  sed -i "s|$work|WORK|g" "$logs/curl.verbose.txt"
  { printf '%s\t' time remote_addr remote_port connection connection_requests remote_user method uri protocol status \
      request_length bytes_sent body_bytes_sent request_time host user_agent content_encoding
    printf 'location\n'; cat "$work/www/access.tsv"; } >"$logs/nginx-access.tsv"
  grep -v '\[notice\]' "$work/www/error.log" | sed "s|$work|WORK|g" >"$logs/nginx-error.log"
  (cd "$work/received" && sha256sum ./*) | sed 's|\./||' >"$logs/received.sha256"
  (cd "$work/www/site" && find . -type f -print0 | sort -z | xargs -0 sha256sum) | sed 's|\./||' >"$logs/site.sha256"
  keep_queries
}

check() {
  check_queries
  # tshark knows no method BREW.
  equal 'requests' "$(frames http.request http.request.method | sort | tr '\n' ' ')" \
    "$(tail -n +2 "$logs/nginx-access.tsv" | cut -f 7 | grep -v BREW | sort | tr '\n' ' ')"
  equal 'responses' "$(frames 'http.response.code >= 200' http.response.code | sort | tr '\n' ' ')" \
    "$(tail -n +2 "$logs/nginx-access.tsv" | cut -f 10 | sort | tr '\n' ' ')"
  equal 'chunked responses' "$(frames 'http.response && http.transfer_encoding == "chunked"')" \
    "$(grep -c '< Transfer-Encoding: chunked' "$logs/curl.verbose.txt")"
}
