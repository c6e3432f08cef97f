# mail-pickup: Bob's mail comes in by SMTP and is fetched by POP3: by user and password (right and wrong), APOP, AUTH
# PLAIN and CRAM-MD5; looked at, deleted with QUIT and without.

setup() {
  host client 10 client.crepes.fr
  host hamburger 26 mx.hamburger.edu
  dns_up
  exim_up hamburger hamburger.edu bob 'chunking_advertise_hosts =' 'tls_advertise_hosts =' 'hostlist relay_from_hosts =' \
    'acl_not_smtp = accept'
  dovecot_up hamburger hamburger.edu bob 'pickle&onion'
  printf 'The menu of the week, for those who eat with us.\n' >"$work/menu.txt"
  cat >"$work/pickup.py" <<'PYTHON'
import poplib, sys

def visit(what, talk):
    print("====", what, flush=True)
    box = poplib.POP3("mx.hamburger.edu", timeout=10)
    box.set_debuglevel(1)
    print("welcome", box.getwelcome())
    try:
        talk(box)
    except poplib.error_proto as error:
        print("refused:", error)
        box.close()

def wrong(box):
    box.user("bob")
    box.pass_("ketchup")

def look(box):
    box.capa()
    box.user("bob")
    box.pass_("pickle&onion")
    box.stat()
    box.list()
    box.uidl()
    box.top(1, 2)
    box.retr(1)
    box.dele(1)
    box.noop()
    box.rset()
    box.retr(2)
    box.quit()

def drop(box):
    box.apop("bob", "pickle&onion")
    box.stat()
    box.dele(1)
    box.close()

def fetch(box):
    box.apop("bob", "pickle&onion")
    box.stat()
    box.list()
    box.retr(1)
    box.dele(1)
    box.quit()

for talk in (wrong, look, drop, fetch):
    visit(talk.__name__, talk)
    sys.stdout.flush()
PYTHON
}

talk() {
  submit --server mx.hamburger.edu --from alice@crepes.fr --to bob@hamburger.edu \
    --header 'From: "Alice" <alice@crepes.fr>' --header 'To: Bob <bob@hamburger.edu>' --header 'Subject: Menu' \
    --attach-body "@$work/menu.txt" --attach-type text/plain --attach-name menu.txt --attach "@$work/menu.txt"
  submit --server mx.hamburger.edu --from alice@crepes.fr --to bob@hamburger.edu --header 'Subject: Dots' \
    --body 'The next line is a dot.\n.\nAnd this one begins with two:\n..\nAlice'
  until_true 'Bob has both mails' in_log hamburger 2 '=> bob'
  on client python3 "$work/pickup.py" >>"$work/poplib.txt" 2>&1
  fetch client pop3://mx.hamburger.edu/ --user 'bob:pickle&onion' --login-options AUTH=PLAIN
  fetch client pop3://mx.hamburger.edu/1 --user 'bob:pickle&onion' --login-options AUTH=CRAM-MD5
}

keep() {
  keep_mail hamburger
  keep_pickup hamburger
  cp "$work/poplib.txt" "$logs/poplib.txt"
  keep_queries
}

check() {
  check_queries
  equal 'mails fetched' "$(frames 'pop.request.command == "RETR"')" \
    "$(sed -n 's|.* retr=\([0-9]*\)/.*|\1|p' "$logs/dovecot.log" | awk '{ sum += $1 } END { print sum }')"
  equal 'logins taken' \
    "$(frames 'pop.response.description == "Logged in."')" \
    "$(grep -c 'pop3-login: Info: Login:' "$logs/dovecot.log")"
}
