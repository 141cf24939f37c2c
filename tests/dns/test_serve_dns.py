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


def await_line(stream, wanted):
    """Reads on to a line that contains it: what was said till then, or None at the end."""
    said = ""
    for line in stream:
        said += line
        if wanted in line:
            return said
    return None


def reloads(tap, program, folder):
    """SIGHUP: the records of the new file, all of them or none."""
    path = os.path.join(folder, "again.lua")

    def write(text):
        with open(path + ".new", "w") as f:
            f.write("--- One name.\nreturn { " + text + " }\n")
        os.rename(path + ".new", path)

    def txt(name="one.again.test"):
        a = over_udp(port, question(name, "TXT"))
        return a.rcode, b"old" in a.bytes, b"new" in a.bytes

    write("dns = { records = { 'one TXT old', 'two TXT old' }, at = { bad = { servfail, first = 1 } } }")
    with subprocess.Popen([program, "serve", "--quiet", "--listen", "127.0.0.1:0", "--dns", "127.0.0.1:0", path],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        port = int(await_line(server.stdout, "dns 127.0.0.1:").rsplit(":", 1)[1])
        await_line(server.stdout, "ready")
        tap.ok(txt() == (NOERROR, True, False), "before")
        counted = [over_udp(port, question("bad.again.test", "A")).rcode for _ in range(2)]
        write("dns = { records = { 'one TXT new' }, at = { bad = { servfail, first = 1 } } }")
        server.send_signal(signal.SIGHUP)
        tap.ok(await_line(server.stderr, "again: reloaded") == "again: reloaded\n", "SIGHUP is answered in one line")
        tap.ok(txt() == (NOERROR, False, True) and txt("two.again.test")[0] == NXDOMAIN, "new records, and no old ones")
        counted += [over_udp(port, question("bad.again.test", "A")).rcode for _ in range(2)]
        tap.ok(counted[0] == counted[2] == SERVFAIL and SERVFAIL not in (counted[1], counted[3]), "counted anew")
        for broken, complaint in (("dns = { records = { 'one TXT newer', 'one A nonsense' } }", "again.lua:2: dns: \"one A nonsense\""),
                                  ("dns = {", "again.lua:"), ("mx = { { host = 'other' } }", "has other hosts")):
            write(broken)
            server.send_signal(signal.SIGHUP)
            said = await_line(server.stderr, "again: the old one goes on") or ""
            tap.ok(said.count("\n") == 2 and complaint in said, "one error, which says where: " + complaint)
            tap.ok(txt() == (NOERROR, False, True), "... and all is as it was")
        write("dns = nxdomain")
        server.send_signal(signal.SIGHUP)
        await_line(server.stderr, "again: reloaded")
        tap.ok(txt()[0] == NXDOMAIN, "a good one counts again")
        server.send_signal(signal.SIGTERM)
        tap.ok(server.wait(30) == 0, "stops in order")


def taken(tap, program, folder):
    """A port that cannot be had: one line, status 2, and nothing listens."""
    path = os.path.join(folder, "plain.lua")
    with open(path, "w") as f:
        f.write("--- Nothing.\nreturn {}\n")

    def refused(place, **how):
        done = subprocess.run([program, "serve", "--quiet", "--listen", "127.0.0.1:0", "--dns", place, path],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30, **how)
        return done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1 and done.stderr

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        udp.bind(("127.0.0.1", 0))
        where = "127.0.0.1:%d" % udp.getsockname()[1]
        tap.ok(refused(where) == "fakesmtp serve: cannot listen on %s: address already in use\n" % where, "taken by UDP")
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        where = "127.0.0.1:%d" % tcp.getsockname()[1]
        tap.ok(refused(where) == "fakesmtp serve: cannot listen on %s: address already in use\n" % where, "taken by TCP")
    said = refused("192.0.2.77:5353")
    tap.ok(said == "fakesmtp serve: cannot listen on 192.0.2.77:5353: address not available\n", "an address of somebody else")
    said = refused("unix:/tmp/x") or ""
    tap.ok("cannot listen on unix:/tmp/x" in said or "not an address" in said, "a socket file is no place for the DNS")
    with open("/proc/sys/net/ipv4/ip_unprivileged_port_start") as f:
        free = int(f.read()) <= 53
    if os.geteuid() == 0 and not free:
        os.chmod(folder, 0o755)
        try:
            said = refused("127.0.0.1:53", user=65534, group=65534, extra_groups=[]) or ""
            tap.ok("127.0.0.1:53: permission denied; ports below 1024" in said, "port 53 without privilege")
        except PermissionError:
            print("# the program is not there for others: port 53 without privilege is not tried")
    elif not free:
        tap.ok("127.0.0.1:53: permission denied; ports below 1024" in (refused("127.0.0.1:53") or ""), "port 53 without privilege")


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
        reloads(tap, program, folder)
        taken(tap, program, folder)
    print("1..%d" % tap.count)
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
