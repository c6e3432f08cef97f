# mail-imap: Bob's mail comes in by SMTP and is read by IMAP: by curl (LOGIN and AUTHENTICATE, right and wrong), mutt, fetchmail, and
# a client that uses literals, APPEND, IDLE, pieces, pipelining and COMPRESS.

setup() {
  host client 10 client.crepes.fr
  host hamburger 26 mx.hamburger.edu
  dns_up
  exim_up hamburger hamburger.edu bob 'chunking_advertise_hosts =' 'tls_advertise_hosts =' 'hostlist relay_from_hosts =' \
    'acl_not_smtp = accept'
  dovecot_up hamburger hamburger.edu bob 'pickle&onion'
  printf 'The menu of the week, for those who eat with us.\n' >"$work/menu.txt"
  cat >"$work/reader.py" <<'PYTHON'
import imaplib, socket, zlib

HOST, USER, PASSWORD = "mx.hamburger.edu", "bob", "pickle&onion"
DRAFT = b"From: Bob <bob@hamburger.edu>\r\nTo: alice@crepes.fr\r\nSubject: Re: Menu\r\nMessage-ID: <draft@hamburger.edu>\r\n\r\nMore onions, please.\r\n"

imaplib.Debug = 4
box = imaplib.IMAP4(HOST)
box.login(USER, PASSWORD)
box.xatom("ID", '("name" "reader")')
box.namespace()
box.list()
box.create("Entw&APw-rfe")
box.append("Entw&APw-rfe", r"(\Draft)", None, DRAFT)
box.status("INBOX", "(MESSAGES UNSEEN UIDNEXT)")
box.select("INBOX", readonly=True)
box.search(None, "ALL")
box.select("INBOX")
box.fetch("1:*", "(UID FLAGS RFC822.SIZE ENVELOPE)")
box.fetch("1", "(BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)])")
box.fetch("1", "(BODYSTRUCTURE)")
box.fetch("1", "(BODY.PEEK[2])")
for start in range(0, 100000, 400):
    kind, answer = box.uid("fetch", "1", f"(BODY.PEEK[]<{start}.400>)")
    if len(answer[0][1]) < 400:
        break
box.copy("1", "Entw&APw-rfe")
box.store("2", "+FLAGS", r"(\Deleted)")
box.expunge()
box.select("no such mailbox")
box.logout()


class Raw:
    """What imaplib does not do."""

    def __init__(self):
        self.socket = socket.create_connection((HOST, 143))
        self.unpack = self.pack = None
        self.seen = b""
        self.until(b"\r\n")

    def say(self, text):
        data = text.encode()
        if self.pack:
            data = self.pack.compress(data) + self.pack.flush(zlib.Z_SYNC_FLUSH)
        self.socket.sendall(data)

    def until(self, mark):
        while mark not in self.seen:
            data = self.socket.recv(65536)
            if not data:
                raise SystemExit("the server ended the session")
            self.seen += self.unpack.decompress(data) if self.unpack else data
        print("S:", self.seen.decode(errors="replace"))
        self.seen = b""


raw = Raw()
raw.say("r1 LOGIN {3}\r\n")
raw.until(b"+ ")
raw.say("bob {%d}\r\n" % len(PASSWORD))
raw.until(b"+ ")
raw.say(PASSWORD + "\r\n")
raw.until(b"r1 OK")
raw.say("r2 SELECT INBOX\r\nr3 NOOP\r\nr4 STATUS INBOX (MESSAGES)\r\n")
raw.until(b"r4 OK")
raw.say("r5 IDLE\r\n")
raw.until(b"+ ")
raw.say("DONE\r\n")
raw.until(b"r5 OK")
raw.say("r6 COMPRESS DEFLATE\r\n")
raw.until(b"r6 OK")
raw.pack, raw.unpack = zlib.compressobj(9, zlib.DEFLATED, -15), zlib.decompressobj(-15)
raw.say("r7 FETCH 1 (FLAGS BODY.PEEK[])\r\n")
raw.until(b"r7 OK")
raw.say("r8 LOGOUT\r\n")
raw.until(b"r8 OK")
PYTHON
  cat >"$work/fetchmailrc" <<'RC'
poll mx.hamburger.edu protocol IMAP auth password user "bob" password "pickle&onion" sslproto '' keep mda "cat >/dev/null"
RC
  chmod 600 "$work/fetchmailrc"
  cat >"$work/muttrc" <<'RC'
set ssl_starttls=no ssl_force_tls=no imap_user=bob imap_pass='pickle&onion' imap_authenticators='login'
set folder=imap://mx.hamburger.edu/ spoolfile=imap://mx.hamburger.edu/INBOX header_cache='' message_cachedir=''
set quit=yes sleep_time=0 wait_key=no
RC
}

talk() {
  submit --server mx.hamburger.edu --from alice@crepes.fr --to bob@hamburger.edu \
    --header 'From: "Alice" <alice@crepes.fr>' --header 'To: Bob <bob@hamburger.edu>' --header 'Subject: Menu' \
    --attach-body "@$work/menu.txt" --attach-type text/plain --attach-name menu.txt --attach "@$work/menu.txt"
  submit --server mx.hamburger.edu --from alice@crepes.fr --to bob@hamburger.edu --header 'Subject: Again' --body 'Hungry?'
  until_true 'Bob has both mails' in_log hamburger 2 '=> bob'
  fetch client imap://mx.hamburger.edu/ --user 'bob:ketchup' --login-options AUTH=PLAIN
  fetch client 'imap://mx.hamburger.edu/INBOX;MAILINDEX=1' --user 'bob:pickle&onion' --login-options AUTH=PLAIN
  fetch client 'imap://mx.hamburger.edu/INBOX;UID=2' --user 'bob:pickle&onion' --login-options AUTH=CRAM-MD5
  fetch client 'imap://mx.hamburger.edu/INBOX?SUBJECT%20Menu' --user 'bob:pickle&onion' --login-options 'AUTH=+LOGIN'
  on client fetchmail -v -f "$work/fetchmailrc" --pidfile "$work/fetchmail.pid" >>"$work/fetchmail.txt" 2>&1 || true
  on client env TERM=xterm HOME="$work" script -qec "mutt -n -F $work/muttrc -e 'push \"<enter><exit>q\"'" /dev/null \
    >>"$work/mutt.txt" 2>&1 </dev/null || true
  on client python3 "$work/reader.py" >>"$work/reader.txt" 2>&1
}

keep() {
  keep_mail hamburger
  keep_pickup hamburger
  for client in fetchmail reader; do sed "s|$work|WORK|g" "$work/$client.txt" >"$logs/$client.txt"; done
  keep_queries
}

check() {
  check_queries
  equal 'logins taken' "$(frames 'imap.response.status == "OK" && imap.response matches "Logged in"')" \
    "$(grep -c 'imap-login: Info: Login:' "$logs/dovecot.log")"
}
