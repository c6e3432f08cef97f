# file-transfer: Alice fetches and stores files by FTP: active and passive, extended or not, over IPv4 and IPv6; she goes on
# with a broken transfer, stops one, has two servers send a file to each other (FXP), and asks a server behind NAT.

# vsftpd_up HOST [LINE…]: with alice's home; lines go to its configuration.
vsftpd_up() {
  local host=$1 etc=$work/$1/etc
  shift
  chmod 755 "$work/$host"
  mkdir -p "$etc/pam.d" "$work/$host/home" "$work/$host/empty"
  printf 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\nftp:x:65533:65534::%s:/bin/false\nalice:x:2001:2001::%s:/bin/sh\n' \
    "$work/$host/empty" "$work/$host/home" >"$etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\nalice:x:2001:\n' >"$etc/group"
  printf 'alice:%s:19000::::::\n' "$(openssl passwd -6 'pickle&onion')" >"$etc/shadow"
  printf 'auth required pam_unix.so\naccount required pam_unix.so\nsession required pam_permit.so\n' >"$etc/pam.d/vsftpd"
  cat >"$work/$host/vsftpd.conf" <<CONF
listen=NO
listen_ipv6=YES
background=NO
anonymous_enable=NO
local_enable=YES
write_enable=YES
secure_chroot_dir=$work/$host/empty
chroot_local_user=YES
allow_writeable_chroot=YES
connect_from_port_20=YES
port_promiscuous=YES
pasv_promiscuous=YES
xferlog_enable=YES
dual_log_enable=YES
xferlog_file=$work/$host/xferlog
vsftpd_log_file=$work/$host/vsftpd.log
log_ftp_protocol=YES
use_localtime=YES
ls_recurse_enable=YES
seccomp_sandbox=NO
pam_service_name=vsftpd
ftpd_banner=$(cat "$work/$host/name") FTP server
$(printf '%s\n' "$@")
CONF
  # Where vsftpd can't keep the capability for port 20, anybody may have that port.
  ip netns exec "$host" sh -c 'echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start'
  on "$host" vsftpd "$work/$host/vsftpd.conf" >"$work/$host.vsftpd.txt" 2>&1 &
  until_true "vsftpd on $host listens" listens "$host" tcp 21
}

# A file of random octets, and its name among those that can be fetched.
random_file() {
  local size=$1 file=$2
  head -c "$size" /dev/urandom >"$file"
  chown 2001:2001 "$file"
}

setup() {
  host client 10 client.crepes.fr
  host files 21 files.crepes.fr
  host mirror 22 mirror.crepes.fr
  dns_up
  vsftpd_up files 'local_max_rate=400000'
  vsftpd_up mirror 'pasv_address=10.99.0.22'
  local home=$work/files/home
  mkdir -p "$home/menus/old" "$work/client/home"
  printf 'The menu of the week, for those who eat with us.\r\n' >"$home/menus/menu.txt"
  random_file 40000 "$home/photo.bin"
  random_file 300000 "$home/large.bin"
  random_file 0 "$home/menus/empty.txt"
  chown -R 2001:2001 "$home"
  random_file 30000 "$work/client/home/order.bin"
  chown 2001:2001 "$work/mirror/home"
  cat >"$work/active.py" <<'PYTHON'
import ftplib

def visit(host, extended, talk):
    box = ftplib.FTP(host, timeout=10)
    box.set_debuglevel(1)
    box.set_pasv(False)
    if extended:
        box.sendport = box.sendeprt
    box.login("alice", "pickle&onion")
    talk(box)
    box.quit()

def fetch(name):
    def talk(box):
        with open(name, "wb") as out:
            box.retrbinary("RETR photo.bin", out.write)
    return talk

def store(box):
    box.cwd("menus")
    with open("order.bin", "rb") as order:
        box.storbinary("STOR order6.bin", order)
    box.retrlines("NLST")

visit("192.0.2.21", False, fetch("port.bin"))
visit("192.0.2.21", True, fetch("eprt.bin"))
visit("2001:db8::21", False, fetch("eprt6.bin"))
visit("2001:db8::21", False, store)
PYTHON
  cat >"$work/abort.py" <<'PYTHON'
import ftplib

box = ftplib.FTP("192.0.2.21", timeout=10)
box.set_debuglevel(1)
box.login("alice", "pickle&onion")
box.voidcmd("TYPE I")
box.cwd("/menus")
data, size = box.ntransfercmd("RETR ../large.bin")
data.recv(1000)
data.close()
try:
    print(box.abort())
    print(box.voidresp())
except ftplib.Error as error:
    print("refused:", error)
print(box.pwd())
box.quit()
PYTHON
}

# fetch URL OPTIONS…: curl as an FTP client; what it received is kept.
fetch() {
  printf '==== %s curl %s\n' "$(stamp)" "$*" >>"$work/curl.verbose.txt"
  (cd "$work/client/home" && on client curl -q -v --trace-time --silent --show-error --user 'alice:pickle&onion' "$@") \
    >>"$work/curl.verbose.txt" 2>&1 || printf '==== exit code %s\n' $? >>"$work/curl.verbose.txt"
}

talk() {
  local four='-4 ftp://files.crepes.fr' six='-6 ftp://files.crepes.fr'
  fetch $four/photo.bin -o epsv.bin
  fetch --disable-epsv $four/photo.bin -o pasv.bin
  fetch $six/photo.bin -o epsv6.bin
  (cd "$work/client/home" && on client python3 "$work/active.py" >>"$work/ftplib.txt" 2>&1)
  fetch --use-ascii $four/menus/menu.txt -o menu.txt
  fetch $four/menus/empty.txt -o empty.txt
  fetch $four/menus/
  fetch --list-only $four/
  fetch -T order.bin $four/menus/order.bin
  fetch -T order.bin --append $four/menus/order.bin
  fetch --continue-at 25000 $four/photo.bin -o rest.bin
  fetch --quote 'MKD new' --quote 'RNFR menus/order6.bin' --quote 'RNTO new/order.bin' --quote 'SITE CHMOD 600 new/order.bin' \
    --quote 'DELE new/order.bin' --quote 'RMD new' --list-only $four/menus/
  fetch --user alice:ketchup $four/photo.bin -o none.bin
  fetch $four/nothing.here -o none.bin
  # The server names an address of a network behind NAT; curl takes that of the control connection.
  fetch --disable-epsv -T order.bin ftp://mirror.crepes.fr/order.bin
  on client python3 "$work/abort.py" >>"$work/ftplib.txt" 2>&1
  printf '==== %s lftp, between two servers\n' "$(stamp)" >>"$work/lftp.txt"
  on client lftp -d -c 'set ftp:ssl-allow no; set net:timeout 10; set net:max-retries 2; set ftp:use-fxp yes;
    set ftp:fxp-passive-source yes; set ftp:prefer-epsv no; set ftp:use-mdtm no;
    get -c ftp://alice:pickle%26onion@192.0.2.21/photo.bin -o ftp://alice:pickle%26onion@192.0.2.22/fxp.bin' \
    >>"$work/lftp.txt" 2>&1 || true
  (cd "$work/client/home" && on client lftp -d -c 'set net:timeout 10; set net:max-retries 1; set ftp:ssl-allow yes; set xfer:clobber yes;
    open -u "alice,pickle&onion" 192.0.2.21; cd menus; cls; mget -O . *; bye' >>"$work/lftp.txt" 2>&1) || true
}

keep() {
  local host
  for host in files mirror; do
    sed "s|$work|WORK|g" "$work/$host/vsftpd.log" >"$logs/vsftpd-$host.log"
    sed "s|$work|WORK|g" "$work/$host/xferlog" >"$logs/xferlog-$host.log"
  done
  sed "s|$work|WORK|g" "$work/curl.verbose.txt" >"$logs/curl.verbose.txt"
  sed "s|$work|WORK|g" "$work/lftp.txt" >"$logs/lftp.txt"
  cp "$work/ftplib.txt" "$logs/ftplib.txt"
  keep_queries
  for host in files mirror client; do
    (cd "$work/$host/home" && find . -type f -exec sha256sum {} +) | sed "s|\\./|$host/|" >>"$logs/files.sha256"
  done
}

check() {
  check_queries
  equal 'files fetched' "$(frames 'ftp.request.command == "RETR"')" \
    "$(cat "$logs"/vsftpd-*.log | grep -c 'FTP command: .*"RETR')"
  equal 'logins refused' "$(frames 'ftp.response.code == 530 && frame contains "Login incorrect"')" \
    "$(cat "$logs"/vsftpd-*.log | grep -c 'FAIL LOGIN')"
}
