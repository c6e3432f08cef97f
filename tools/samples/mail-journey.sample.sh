# mail-journey: alice@crepes.fr writes to bob@hamburger.edu: her client hands the mail to crepes.fr's server, which
# asks the DNS for hamburger.edu's and delivers it there.
# Bob looks at it by IMAP, and fetches it by POP3.

setup() {
  host client 10 client.crepes.fr
  host crepes 25 mail.crepes.fr
  host hamburger 26 mx.hamburger.edu
  host bob 30 pc.hamburger.edu
  dns_up
  exim_up crepes crepes.fr alice 'chunking_advertise_hosts =' 'tls_advertise_hosts =' 'hostlist relay_from_hosts = 192.0.2.10'
  exim_up hamburger hamburger.edu bob 'chunking_advertise_hosts =' 'tls_advertise_hosts =' 'hostlist relay_from_hosts ='
  dovecot_up hamburger hamburger.edu bob 'pickle&onion'
  python3 - "$work" <<'PYTHON'
import struct, sys, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
rows = b"".join(b"\0" + bytes((230, 190, 100 + (x ^ y)) [i] for x in range(40) for i in range(3)) for y in range(40))
with open(sys.argv[1] + "/crepe.png", "wb") as out:
    out.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 40, 8, 2, 0, 0, 0)) +
              chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))
PYTHON
  cat >"$work/letter.txt" <<'LETTER'
Dear Bob,

do you like crêpes? Here is a picture of one.

Alice
LETTER
}

talk() {
  # To Bob, with a picture.
  submit --server mail.crepes.fr --from alice@crepes.fr --to bob@hamburger.edu \
    --header 'From: "Alice" <alice@crepes.fr>' --header 'To: Bob <bob@hamburger.edu>' \
    --header 'Subject: =?UTF-8?B?RG8geW91IGxpa2UgY3LDqnBlcz8=?=' --attach-type 'text/plain; charset=utf-8' \
    --attach-body "@$work/letter.txt" --attach-type image/png --attach-name crepe.png --attach "@$work/crepe.png"
  until_true 'Bob has his mail' in_log hamburger 1 '=> bob'
  fetch bob 'imap://mx.hamburger.edu/INBOX;MAILINDEX=1' --user 'bob:pickle&onion' --login-options AUTH=PLAIN
  fetch bob pop3://mx.hamburger.edu/1 --user 'bob:pickle&onion' --login-options AUTH=PLAIN
  # To three: Bob, someone unknown at hamburger.edu (a bounce comes back), someone unknown here (refused at once).
  submit --server mail.crepes.fr --from alice@crepes.fr --to bob@hamburger.edu,carol@hamburger.edu,nobody@crepes.fr \
    --header 'Subject: To all of you' --body 'Hello to all three.\n.This line begins with a dot, the next is only two:\n..\nAlice'
  until_true 'the bounce is delivered' in_log crepes 1 '=> alice'
  # Refused: a domain that does not exist, a sender who does not.
  submit --server mail.crepes.fr --from alice@crepes.fr --to bob@no-such-place.test --body 'Is anyone there?'
  until_true 'the second bounce is delivered' in_log crepes 2 '=> alice'
  submit --server mx.hamburger.edu --from eve@crepes.fr --to eve@crepes.fr --body 'Nobody relays this.'
}

keep() {
  keep_mail crepes hamburger
  keep_pickup hamburger
  keep_queries
}

check() {
  check_queries
  equal 'mails that hamburger.edu accepted' \
    "$(frames 'smtp.req.command == "DATA" && ip.dst == 192.0.2.26')" "$(grep -c ' <= ' "$logs/exim-hamburger-main.log")"
  equal 'refusals (550)' "$(frames 'smtp.response.code == 550')" \
    "$(cat "$logs"/exim-*-main.log | grep -c 'rejected RCPT')"
}
