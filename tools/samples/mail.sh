# Mail servers (Exim) for crepes.fr and hamburger.edu.
# Sourced by tools/samples/one.

# exim_up HOST DOMAIN USERS [LINE…]: users are local parts with a mailbox, "alice : bob"; lines go to the main section.
exim_up() {
  local host=$1 domain=$2 users=$3 etc=$work/$1/etc/exim4
  shift 3
  chmod 755 "$work/$host"
  mkdir -p "$etc" "$work/$host/spool" "$work/$host/mail" "$work/$host/log"
  chown Debian-exim: "$work/$host/spool" "$work/$host/mail" "$work/$host/log"
  {
    cat <<CONF
primary_hostname = $(cat "$work/$host/name")
domainlist local_domains = $domain
spool_directory = $work/$host/spool
log_file_path = $work/$host/log/%slog
pid_file_path = $work/$host/exim.pid
log_selector = +millisec +pid +incoming_port +incoming_interface +outgoing_port +smtp_connection +smtp_confirmation \\
  +smtp_protocol_error +smtp_syntax_error +received_recipients +received_sender +sender_on_delivery +subject \\
  +deliver_time +queue_time +pipelining +8bitmime +tls_cipher +tls_sni
timezone = UTC
never_users = root
keep_environment =
add_environment = PATH=/usr/bin:/bin
host_lookup = *
acl_smtp_rcpt = recipient
acl_smtp_data = accept
CONF
    printf '%s\n' "$@"
    cat <<CONF
begin acl
recipient:
  accept  authenticated = *
          domains = ! +local_domains
  accept  hosts = +relay_from_hosts
          domains = ! +local_domains
  require message = relay not permitted
          domains = +local_domains
  require verify = sender
  require message = no such user here
          verify = recipient
  accept

begin routers
mailboxes:
  driver = accept
  domains = +local_domains
  local_parts = $users
  transport = mailbox
others:
  driver = dnslookup
  domains = ! +local_domains
  transport = remote
  ignore_target_hosts = 0.0.0.0 : 127.0.0.0/8
  no_more

begin transports
mailbox:
  driver = appendfile
  file = $work/$host/mail/\$local_part_data
  user = Debian-exim
  delivery_date_add
  envelope_to_add
  return_path_add
remote:
  driver = smtp

begin retry
* * F,1h,15m

begin authenticators
CONF
    [ ! -f "$work/$host/authenticators" ] || cat "$work/$host/authenticators"
  } >"$etc/exim4.conf"
  on "$host" exim4 -bV >"$work/$host.exim.log" 2>&1 || fail "the configuration of $host is wrong"
  on "$host" exim4 -bdf >>"$work/$host.exim.log" 2>&1 &
  until_true "exim on $host listens" listens "$host" tcp 25
}

# submit ARGUMENTS…: swaks on the client; its transcript is kept.
submit() {
  printf '==== %s swaks %s\n' "$(stamp)" "${*//"$work"/WORK}" >>"$work/swaks.txt"
  on client swaks --show-time-lapse "$@" >>"$work/swaks.txt" 2>&1 || printf '==== exit code %s\n' $? >>"$work/swaks.txt"
  printf '\n' >>"$work/swaks.txt"
}

# in_log HOST COUNT PATTERN: the log has so many such lines.
in_log() { [ "$(grep -c -e "$3" "$work/$1/log/mainlog")" -ge "$2" ]; }

keep_mail() {
  local host file
  cp "$work/swaks.txt" "$logs/swaks.txt"
  for host in "$@"; do
    sed "s|$work|WORK|g" "$work/$host/log/mainlog" >"$logs/exim-$host-main.log"
    [ ! -s "$work/$host/log/rejectlog" ] || cp "$work/$host/log/rejectlog" "$logs/exim-$host-reject.log"
    for file in "$work/$host/mail"/*; do
      [ ! -f "$file" ] || cp "$file" "$logs/mailbox-$host-$(basename "$file").mbox"
    done
  done
}

# dovecot_up HOST DOMAIN USER PASSWORD: the mailboxes of Exim on that host by POP3 and IMAP, in clear.
dovecot_up() {
  local host=$1 domain=$2 user=$3 password=$4 home=$work/$1/dovecot
  mkdir -p "$home"
  printf '%s:{PLAIN}%s\n' "$user" "$password" >"$home/users"
  chown -R Debian-exim: "$home"
  cat >"$home/dovecot.conf" <<CONF
protocols = pop3 imap
base_dir = $home/run
state_dir = $home/state
log_path = $home/dovecot.log
log_timestamp = "%Y-%m-%dT%H:%M:%SZ "
hostname = $(cat "$work/$host/name")
default_internal_user = Debian-exim
default_internal_group = Debian-exim
default_login_user = Debian-exim
first_valid_uid = 1
auth_mechanisms = plain login apop cram-md5
auth_failure_delay = 0
auth_verbose = yes
disable_plaintext_auth = no
${dovecot_tls:-ssl = no}
mail_location = mbox:$home/folders:INBOX=$work/$host/mail/%n
mbox_write_locks = fcntl
login_greeting = $domain ready.
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%n $home/users
}
userdb {
  driver = static
  args = uid=Debian-exim gid=Debian-exim home=$home/home
}
service pop3-login {
  chroot =
  inet_listener pop3s {
    port = 0
  }
}
protocol imap {
  mail_plugins = imap_zlib
}
service imap-login {
  chroot =
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
CONF
  printf '127.0.1.1 %s\n' "$(cat "$work/$host/name")" >>"$work/$host/etc/hosts"  # asked for before the capture begins
  on "$host" dovecot -F -c "$home/dovecot.conf" >"$work/$host.dovecot.log" 2>&1 &
  until_true "dovecot on $host listens" listens "$host" tcp 110
  until_true "dovecot on $host listens for IMAP" listens "$host" tcp 143
}

# fetch HOST URL OPTIONS…: curl as a mail client.
fetch() {
  local host=$1
  shift
  printf '==== %s curl %s\n' "$(stamp)" "${*//"$work"/WORK}" >>"$work/curl.verbose.txt"
  on "$host" curl -q -v --trace-time --silent --show-error "$@" >>"$work/curl.verbose.txt" 2>&1 ||
    printf '==== exit code %s\n' $? >>"$work/curl.verbose.txt"
}

# keep_pickup HOST: what Dovecot there and curl logged.
keep_pickup() {
  sed "s|$work|WORK|g" "$work/$1/dovecot/dovecot.log" >"$logs/dovecot.log"
  sed "s|$work|WORK|g" "$work/curl.verbose.txt" >"$logs/curl.verbose.txt"
}
