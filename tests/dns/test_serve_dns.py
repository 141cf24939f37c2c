#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""fakesmtp serve --dns, asked with packets made by hand: each kind of record and of fault, over UDP and TCP. TAP."""

import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile

TYPES = {"A": 1, "CNAME": 5, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "TLSA": 52}
NOERROR, SERVFAIL, NXDOMAIN, REFUSED = 0, 2, 3, 5

SCENARIO = """--- Names of every kind.
local big = {}
for i = 1, 30 do big[i] = "big TXT \\"" .. ("x"):rep(80) .. i .. "\\"" end
local more = {
  "alias CNAME mx1", "_25._tcp.mx1 TLSA 3 1 1 0011", "six AAAA 2001:db8::5", "@ TXT \\"v=spf1 a:$sender -all\\"",
  "here A $mx1", "_mta-sts TXT \\"v=STSv1; id=1\\"",
}
for _, record in ipairs(more) do big[#big + 1] = record end
return {
  mx = { { host = "mx1" }, { host = "mx2", preference = 20 } },
  dns = {
    records = big,
    aaaa = servfail,
    at = {
      gone = nxdomain, dead = servfail, no = refused, lame = lame, cut = truncated, quiet = silent, strange = wrong_id,
      half = { truncated, tcp = servfail },
      later = { a = { late, seconds = 0.2 } },
      twice = { servfail, first = 2 },
      moved = { txt = { { "moved TXT \\"old\\"" }, first = 1 } },
    },
  },
}
"""


class Answer:
    def __init__(self, packet):
        self.id, flags, _, self.answers, self.authority, self.additional = struct.unpack("!6H", packet[:12])
        self.rcode, self.tc, self.aa, self.qr = flags & 15, bool(flags & 0x200), bool(flags & 0x400), bool(flags & 0x8000)
        self.bytes = packet


def question(name, kind, edns=0):
    packet = struct.pack("!6H", 0x1234, 0x0100, 1, 0, 0, 1 if edns else 0)
    for label in name.split("."):
        packet += bytes([len(label)]) + label.encode()
    packet += b"\0" + struct.pack("!2H", TYPES[kind], 1)
    return packet + (b"\0" + struct.pack("!2HIH", 41, edns, 0, 0) if edns else b"")


def over_udp(port, packet, wait=10):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(wait)
        s.sendto(packet, ("127.0.0.1", port))
        try:
            return Answer(s.recv(65535))
        except socket.timeout:
            return None


def read_exactly(s, n):
    data = b""
    while len(data) < n:
        more = s.recv(n - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def over_tcp(port, *packets):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as s:
        s.sendall(b"".join(struct.pack("!H", len(p)) + p for p in packets))
        return [Answer(read_exactly(s, struct.unpack("!H", read_exactly(s, 2))[0])) for _ in packets]


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def ok(self, fine, what):
        self.count += 1
        self.failed += not fine
        print(("ok" if fine else "not ok"), self.count, "-", what, flush=True)


def records(tap, port, name):
    udp = lambda at, kind, edns=0: over_udp(port, question(at, kind, edns))
    a = udp(name, "MX")
    tap.ok(a.qr and a.aa and (a.rcode, a.answers, a.additional) == (NOERROR, 2, 2), "MX with the addresses of its hosts")
    a = udp(name, "MX", 1232)
    tap.ok(a.additional == 3, "an OPT record is answered with one")
    a = udp("alias." + name, "A")
    tap.ok(a.answers == 2, "CNAME and what it leads to")
    tap.ok(udp("here." + name, "A").bytes[-4:] == bytes([127, 0, 0, 1]), "$mx1 is the address of that host")
    tap.ok(b"a:mta.test" in udp(name, "TXT").bytes, "$sender is the name of the sender")
    for at, kind in (("_25._tcp.mx1.", "TLSA"), ("six.", "AAAA"), ("_mta-sts.", "TXT"), ("mx2.", "A")):
        tap.ok(udp(at + name, kind).answers == 1, at + " " + kind)
    tap.ok(udp("1.0.0.127.in-addr.arpa", "PTR").answers > 0, "PTR of the addresses")
    a = udp("nowhere." + name, "A")
    tap.ok((a.rcode, a.authority) == (NXDOMAIN, 1), "what is not there: NXDOMAIN with an SOA")
    a = udp("mx1." + name, "TXT")
    tap.ok((a.rcode, a.answers, a.authority) == (NOERROR, 0, 1), "another type: no data, with an SOA")


def sizes(tap, port, name):
    ask = question("big." + name, "TXT")
    a = over_udp(port, ask)
    tap.ok(a.tc and a.answers == 0 and len(a.bytes) <= 512, "too large for UDP: TC and nothing")
    a = over_udp(port, question("big." + name, "TXT", 4096))
    tap.ok(not a.tc and a.answers == 30, "not with EDNS and 4096 octets")
    a = over_udp(port, question("big." + name, "TXT", 1232))
    tap.ok(a.tc and len(a.bytes) <= 1232, "again with 1232")
    big, mx = over_tcp(port, ask, question(name, "MX"))
    tap.ok((big.answers, mx.answers) == (30, 2), "over TCP all of it, and the next query on the same connection")


def faults(tap, port, name):
    udp = lambda at, kind="A", wait=10: over_udp(port, question(at + name, kind), wait)
    for at, rcode in (("gone.", NXDOMAIN), ("dead.", SERVFAIL), ("no.", REFUSED), ("deep.down.dead.", SERVFAIL)):
        tap.ok(udp(at).rcode == rcode, at + " rcode %d" % rcode)
    tap.ok(udp("", "AAAA").rcode == SERVFAIL and udp("", "MX").rcode == NOERROR, "one type alone")
    a = udp("lame.")
    tap.ok(not a.aa and (a.rcode, a.answers, a.authority) == (NOERROR, 0, 1), "lame: a referral upwards")
    tap.ok(udp("strange.").id != 0x1234, "wrong_id")
    tap.ok(udp("quiet.", wait=0.3) is None, "silent")
    cut = udp("cut.")
    tap.ok(cut.tc and not over_tcp(port, question("cut." + name, "A"))[0].tc, "truncated over UDP only")
    half = udp("half.")
    tap.ok(half.tc and over_tcp(port, question("half." + name, "A"))[0].rcode == SERVFAIL, "... and something else over TCP")
    tap.ok([udp("twice.").rcode for _ in range(3)] == [SERVFAIL, SERVFAIL, NOERROR], "the first two")
    tap.ok(udp("later.") is not None, "late, but there")
    tap.ok(b"old" in udp("moved.", "TXT").bytes and udp("moved.", "TXT").answers == 0, "other records, once")


def main(program):
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "names.lua")
        with open(path, "w") as f:
            f.write(SCENARIO)
        server = subprocess.Popen([program, "serve", "--quiet", "--listen", "127.0.0.1:0", "--dns", "127.0.0.1:0", path],
                                  stdout=subprocess.PIPE, text=True)
        port = 0
        for line in server.stdout:
            if line.startswith("dns 127.0.0.1:"):
                port = int(line.rsplit(":", 1)[1])
            if line == "ready\n":
                break
        tap.ok(port > 0, "`dns ADDRESS:PORT` comes before `ready`")
        if port:
            records(tap, port, "names.test")
            sizes(tap, port, "names.test")
            faults(tap, port, "names.test")
        server.send_signal(signal.SIGTERM)
        tap.ok(server.wait(30) == 0, "stops in order")
        server.stdout.close()
    print("1..%d" % tap.count)
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
