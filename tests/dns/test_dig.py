#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""fakesmtp serve --dns, asked by a client that nobody here wrote: dig (bind9-dnsutils), over UDP, TCP and with EDNS. TAP.

Each row is a question and what dig must understand of the answer. Skips where there is no dig."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

SCENARIO = """--- Records of every kind, and everything that can go wrong with them.
local key = ("A"):rep(400)
local records = {
  "null MX 0 .", "alias MX 10 nickname", "nickname CNAME mx1", "literal MX 10 192.0.2.7.", "nowhere MX 10 gone",
  "loop MX 10 $sender.", "implicit A $mx1", "three A 192.0.2.1", "three A 192.0.2.2", "three A 192.0.2.3",
  "three AAAA 2001:db8::1", "three AAAA 2001:db8::2", "ring CNAME ring2", "ring2 CNAME ring",
  "truncated A $mx1", "twice A $mx1", "late A $mx1",
  "@ TXT \\"v=spf1 a:$sender -all\\"", "sel._domainkey TXT \\"v=DKIM1; k=rsa; p=" .. key .. "\\"",
  "_dmarc TXT \\"v=DMARC1; p=reject\\"", "_mta-sts TXT \\"v=STSv1; id=20260101\\"",
  "_smtp._tls TXT \\"v=TLSRPTv1; rua=mailto:r@x.test\\"", "_25._tcp.mx1 TLSA 3 1 1 " .. ("ab"):rep(32),
  "@ CAA 0 issue \\"ca.test\\"", "@ SOA mx1 hostmaster 1 60 60 60 0", "@ NS mx1", "_submission._tcp SRV 0 1 587 mx1",
}
for i = 1, 30 do records[#records + 1] = ("big TXT \\"%s%d\\""):format(("x"):rep(80), i) end
return {
  mx = { { host = "mx1" }, { host = "mx2", preference = 20 }, { host = "mx3", preference = 20 } },
  dns = {
    records = records,
    at = {
      nxdomain = nxdomain, nodata = nodata, servfail = servfail, refused = refused, silent = silent, lame = lame,
      referral = referral, truncated = truncated, stranger = wrong_id, late = { late, seconds = 0.3 },
      onlyudp = { truncated, tcp = silent }, twice = { servfail, first = 2 },
      moved = { mx = { { "moved 0 MX 10 old" }, first = 1 } },
    },
  },
}
"""

ZONE = "names.test"
# Question, type, what dig says of the state, how many records answer, and a pattern among them.
ROWS = [
    ("MX with preferences", "", "MX", "NOERROR", 3, r"MX\s+10 mx1\.names\.test\..*MX\s+20 mx3\.names\.test\."),
    ("several A", "three", "A", "NOERROR", 3, r"192\.0\.2\.1\n.*192\.0\.2\.2\n.*192\.0\.2\.3"),
    ("several AAAA", "three", "AAAA", "NOERROR", 2, r"2001:db8::1\n.*2001:db8::2"),
    ("null MX", "null", "MX", "NOERROR", 1, r"MX\s+0 \.$"),
    ("MX to a CNAME", "alias", "MX", "NOERROR", 1, r"MX\s+10 nickname\.names\.test\.$"),
    ("... which is one", "nickname", "A", "NOERROR", 2, r"CNAME\s+mx1\.names\.test\..*\n.*A\s+127\.0\.0\.1"),
    ("MX to an IP literal", "literal", "MX", "NOERROR", 1, r"MX\s+10 192\.0\.2\.7\.$"),
    ("MX to nowhere", "nowhere", "MX", "NOERROR", 1, r"MX\s+10 gone\.names\.test\.$"),
    ("... which is nowhere", "gone", "A", "NXDOMAIN", 0, ""),
    ("MX that is the sender", "loop", "MX", "NOERROR", 1, r"MX\s+10 mta\.test\.$"),
    ("implicit MX: no MX", "implicit", "MX", "NOERROR", 0, ""),
    ("... but an address", "implicit", "A", "NOERROR", 1, r"A\s+127\.0\.0\.1$"),
    ("NXDOMAIN", "nxdomain", "MX", "NXDOMAIN", 0, ""),
    ("NODATA", "nodata", "MX", "NOERROR", 0, ""),
    ("SERVFAIL", "servfail", "MX", "SERVFAIL", 0, ""),
    ("REFUSED", "refused", "MX", "REFUSED", 0, ""),
    ("a lame server", "lame", "MX", "NOERROR", 0, ""),
    ("a referral", "referral", "MX", "NOERROR", 0, ""),
    ("an answer that comes late", "late", "A", "NOERROR", 1, r"A\s+127\.0\.0\.1$"),
    ("a ring of aliases", "ring", "A", "NOERROR", 2, "CNAME"),
    ("SPF", "", "TXT", "NOERROR", 1, r'"v=spf1 a:mta\.test -all"'),
    ("DKIM, longer than one string", "sel._domainkey", "TXT", "NOERROR", 1, r'"v=DKIM1; k=rsa; p=A{237}" "A{163}"$'),
    ("DMARC", "_dmarc", "TXT", "NOERROR", 1, r'"v=DMARC1; p=reject"'),
    ("MTA-STS", "_mta-sts", "TXT", "NOERROR", 1, r'"v=STSv1; id=20260101"'),
    ("TLS-RPT", "_smtp._tls", "TXT", "NOERROR", 1, r'"v=TLSRPTv1; rua=mailto:r@x\.test"'),
    ("TLSA", "_25._tcp.mx1", "TLSA", "NOERROR", 1, r"TLSA\s+3 1 1 (AB ?)+"),
    ("CAA", "", "CAA", "NOERROR", 1, r'CAA\s+0 issue "ca\.test"'),
    ("SOA", "", "SOA", "NOERROR", 1, r"SOA\s+mx1\.names\.test\. hostmaster"),
    ("NS", "", "NS", "NOERROR", 1, r"NS\s+mx1\.names\.test\."),
    ("SRV", "_submission._tcp", "SRV", "NOERROR", 1, r"SRV\s+0 1 587 mx1"),
    ("ANY", "three", "ANY", "NOERROR", 5, "AAAA"),
    ("PTR", None, "PTR", "NOERROR", None, r"PTR\s+mx1\.names\.test\."),
]
NOT_AUTHORITATIVE = ("SERVFAIL", "REFUSED", "a lame server", "a referral")
WAYS = {"UDP": ["+notcp", "+noedns"], "TCP": ["+tcp", "+noedns"], "EDNS": ["+notcp", "+edns=0", "+bufsize=1232"]}


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def ok(self, fine, what, said=""):
        self.count += 1
        self.failed += not fine
        print(("ok" if fine else "not ok"), self.count, "-", what, flush=True)
        for line in said.splitlines() if not fine else []:
            print("#", line, flush=True)


def run_dig(port, *words, wait=10):
    command = ["dig", "@127.0.0.1", "-p", str(port), "+tries=1", "+time=%d" % wait, "+norecurse", "+ignore", *words]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=dict(os.environ, HOME="/nonexistent", LC_ALL="C"))


class Said:
    """What dig printed of one answer, taken apart."""

    def __init__(self, text, status=0):
        self.text, self.status = text, status
        self.state = self.find(r"status: (\w+)")
        self.flags = (self.find(r"flags: ([a-z ]*);") or "").split()
        self.answers = int(self.find(r"ANSWER: (\d+)") or -1)
        self.size = int(self.find(r"MSG SIZE\s+rcvd: (\d+)") or -1)
        self.section = {name: body for name, body in re.findall(r";; (\w+) SECTION:\n((?:[^;\n].*\n)*)", self.text)}

    def find(self, pattern):
        found = re.search(pattern, self.text)
        return found.group(1) if found else None


def Dig(port, *words, wait=10):
    done = run_dig(port, *words, wait=wait)
    return Said(done.stdout, done.returncode)


def name_of(label):
    if label is None:
        return "1.0.0.127.in-addr.arpa"
    return (label + "." if label else "") + ZONE


def every_kind(tap, port, folder):
    batch = os.path.join(folder, "batch")
    with open(batch, "w") as f:
        f.writelines("%s %s\n" % (name_of(label), kind) for _, label, kind, *_ in ROWS)
    for way, options in WAYS.items():
        printed = run_dig(port, *options, "-f", batch).stdout
        said = [Said(text) for text in re.split(r"(?m)^; <<>> DiG ", printed)[1:]]
        tap.ok(len(said) == len(ROWS), "%s: every question is answered" % way, printed)
        for d, (what, label, kind, state, answers, pattern) in zip(said, ROWS):
            body = d.section.get("ANSWER", "").rstrip("\n")
            cut = way == "UDP" and "tc" in d.flags  # 512 octets do not hold a DKIM key
            fine = d.state == state and (cut or answers is None or d.answers == answers) and "qr" in d.flags
            fine = fine and (cut or re.search(pattern, body, re.S | re.M) is not None)
            fine = fine and ("aa" in d.flags) == (what not in NOT_AUTHORITATIVE)
            fine = fine and ("OPT PSEUDOSECTION" in d.text) == (way == "EDNS")
            tap.ok(fine, "%s: %s" % (way, what), d.text)


def negative(tap, port):
    for what, label in (("NXDOMAIN", "nxdomain"), ("NODATA", "nodata"), ("NODATA of another type", "three")):
        d = Dig(port, name_of(label), "MX")
        tap.ok(re.search(r"names\.test\.\s+\d+\s+IN\s+SOA", d.section.get("AUTHORITY", "")) is not None,
               what + " with the SOA of the zone", d.text)
    up, down = Dig(port, name_of("lame"), "MX"), Dig(port, name_of("referral"), "MX")
    tap.ok(re.search(r"^\.\s+\d+\s+IN\s+NS", up.section.get("AUTHORITY", "")) is not None, "lame: upwards, to the root", up.text)
    tap.ok(re.search(r"^referral\.names\.test\.\s.*NS", down.section.get("AUTHORITY", "")) is not None,
           "referral: downwards, to others", down.text)


def sizes(tap, port):
    big = name_of("big")
    for options, most in ((["+noedns"], 512), (["+bufsize=1232"], 1232), (["+bufsize=100"], 512)):
        d = Dig(port, "+notcp", *options, big, "TXT")
        tap.ok("tc" in d.flags and d.answers == 0 and 0 < d.size <= most, "too large for %s: TC" % options[0], d.text)
    d = Dig(port, "+notcp", "+bufsize=4096", big, "TXT")
    tap.ok("tc" not in d.flags and d.answers == 30, "4096 octets are enough", d.text)
    d = Dig(port, "+noignore", "+noedns", big, "TXT")
    tap.ok(d.answers == 30 and "Truncated, retrying in TCP mode" in d.text, "dig itself goes on to TCP", d.text)
    d = Dig(port, "+noignore", name_of("truncated"), "A")
    tap.ok("retrying in TCP mode" in d.text and d.answers == 1, "truncated: the answer is to be had over TCP", d.text)
    d = Dig(port, "+tcp", name_of("onlyudp"), "MX", wait=1)
    tap.ok(d.status == 9, "TCP that stays silent", d.text)


def edns(tap, port):
    d = Dig(port, "+edns=1", "+noednsnegotiation", ZONE, "MX")
    tap.ok(d.state == "BADVERS", "EDNS version 1: BADVERS", d.text)
    d = Dig(port, "+edns=0", "+cookie=0123456789abcdef", "+nsid", "+subnet=192.0.2.0/24", ZONE, "MX")
    tap.ok(d.state == "NOERROR" and d.answers == 3 and "COOKIE: 0123456789abcdef (echoed)" not in d.text,
           "options nobody knows here are passed over", d.text)
    d = Dig(port, "+ednsopt=65001:00ff", ZONE, "MX")
    tap.ok(d.state == "NOERROR" and d.answers == 3, "... and those nobody knows anywhere", d.text)
    d = Dig(port, "+dnssec", ZONE, "MX")
    tap.ok("do" in (d.find(r"EDNS: version: 0, flags:([a-z ]*);") or "").split() and d.answers == 3, "DO comes back", d.text)


def conduct(tap, port):
    mixed = "nAmEs.TeSt"
    d = Dig(port, mixed, "MX")
    tap.ok(d.answers == 3 and ";%s." % mixed in d.text, "the question's case is kept (0x20)", d.text)
    for kind in ("AXFR", "IXFR=1"):
        d = Dig(port, "+tcp", ZONE, kind)
        tap.ok("Transfer failed" in d.text or d.state == "REFUSED", kind + " is refused", d.text)
    d = Dig(port, "-c", "CH", "version.bind", "TXT")
    tap.ok(d.state == "REFUSED", "another class is refused", d.text)
    d = Dig(port, "+opcode=NOTIFY", ZONE, "SOA")
    tap.ok(d.state == "NOTIMP", "another opcode is not implemented", d.text)
    d = Dig(port, "+rec", ZONE, "MX")
    tap.ok("rd" in d.flags and "ra" not in d.flags, "recursion is not to be had", d.text)
    d = Dig(port, name_of("silent"), "MX", wait=1)
    tap.ok(d.status == 9 and ("timed out" in d.text or "no servers could be reached" in d.text), "silent", d.text)
    d = Dig(port, name_of("stranger"), "MX", wait=1)
    tap.ok("ID mismatch" in d.text and d.state is None, "an answer to somebody else's question", d.text)
    d = Dig(port, name_of("late"), "A")
    tap.ok(int(d.find(r"Query time: (\d+) msec") or 0) >= 300, "late: 0.3 s and more", d.text)
    said = [Dig(port, name_of("twice"), "A").state for _ in range(3)]
    tap.ok(said == ["SERVFAIL", "SERVFAIL", "NOERROR"], "two queries fail, and then no more", str(said))
    said = [Dig(port, name_of("moved"), "MX").answers for _ in range(2)]
    tap.ok(said == [1, 0], "other records, for one query", str(said))


def events(tap, path):
    import json
    with open(path) as f:
        asked = [e for e in map(json.loads, f) if e["event"] == "dns"]
    tap.ok(len(asked) > 100 and all(e.get("name") and e.get("type") and e.get("transport") in ("udp", "tcp") and e.get("text")
                                    for e in asked), "each query is an event: name, type, transport, what was answered",
           str(asked[:3]))
    tap.ok(any(e["name"].startswith("silent.") and e["text"] == "silent" for e in asked), "... silence too")


def main(program):
    tap = Tap()
    if not shutil.which("dig"):
        print("1..0 # SKIP there is no dig (Debian: bind9-dnsutils)")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path, transcript = os.path.join(folder, "names.lua"), os.path.join(folder, "events")
        with open(path, "w") as f:
            f.write(SCENARIO)
        server = subprocess.Popen([program, "serve", "--quiet", "--transcript", transcript, "--listen", "127.0.0.1:0",
                                   "--dns", "127.0.0.1:0", path], stdout=subprocess.PIPE, text=True)
        port = 0
        for line in server.stdout:
            if line.startswith("dns 127.0.0.1:"):
                port = int(line.rsplit(":", 1)[1])
            if line == "ready\n":
                break
        if port:
            every_kind(tap, port, folder)
            for part in (negative, sizes, edns, conduct):
                part(tap, port)
        server.send_signal(signal.SIGTERM)
        tap.ok(server.wait(30) == 0 and port > 0, "stops in order")
        server.stdout.close()
        events(tap, transcript)
    print("1..%d" % tap.count)
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
