# SPDX-License-Identifier: BSD-2-Clause
"""server.py FAKESMTP POSTFIX_USR: what a message and a connection cost `fakesmtp serve`, beside smtp-sink.

Rates move with whatever else the machine does; CPU per message and the ratios of one run are what to look at. Rounds
alternate between the servers, and the median counts."""
import argparse
import os
import resource
import select
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

EVERY_STAGE = """local n = 0
local function touch(s) n = n + 1 end
return { connect = touch, ehlo = touch, mail = touch, rcpt = touch, data = touch, eom = touch, rset = touch,
  quit = touch, other = touch, close = touch }
"""
STALL = "return { rcpt = function(s) s:stall() end }"
TICK = os.sysconf("SC_CLK_TCK")


def cpu(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def kib(pid, what):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return next(int(line.split()[1]) for line in f if line.startswith(what + ":"))


class Fake:
    def __init__(self, program, text, *options):
        self.dir = tempfile.TemporaryDirectory()
        path = os.path.join(self.dir.name, "bench.lua")
        with open(path, "w", encoding="ascii") as f:
            f.write(text)
        begun = time.monotonic()
        self.process = subprocess.Popen([program, "serve", "--quiet", "--listen", "127.0.0.1:0", *options, path],
                                        stdout=subprocess.PIPE)
        line = self.process.stdout.readline().decode()
        self.process.stdout.readline()
        self.ready_ms = (time.monotonic() - begun) * 1000
        self.port = int(line.split()[1].rpartition(":")[2])
        self.pid = self.process.pid

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.process.stdout.close()
        self.dir.cleanup()


class Postfix:
    """smtp-sink and smtp-source; they want a configuration, an empty one will do."""

    def __init__(self, usr):
        self.usr, self.dir = usr, tempfile.TemporaryDirectory()
        open(os.path.join(self.dir.name, "main.cf"), "w", encoding="ascii").close()
        self.env = dict(os.environ, LD_LIBRARY_PATH=os.path.join(usr, "lib/postfix"), MAIL_CONFIG=self.dir.name)

    def there(self):
        return os.access(os.path.join(self.usr, "sbin/smtp-sink"), os.X_OK)

    def sink(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        user = ["-u", "root"] if os.getuid() == 0 else []
        process = subprocess.Popen([os.path.join(self.usr, "sbin/smtp-sink"), *user, f"127.0.0.1:{port}", "1000"],
                                   env=self.env)
        for _ in range(1000):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.005)
        return process, port

    def drive(self, port, messages, keep_alive):
        begun = time.monotonic()
        subprocess.run([os.path.join(self.usr, "sbin/smtp-source"), "-s", "100", "-m", str(messages), "-l", "1024",
                        *(["-d"] if keep_alive else []), "-f", "a@b.test", "-t", "c@d.test", f"127.0.0.1:{port}"],
                       env=self.env, check=True)
        return messages / (time.monotonic() - begun)


def throughput(args, postfix):
    sink, sink_port = postfix.sink()
    plain, handlers = Fake(args.fakesmtp, "return {}"), Fake(args.fakesmtp, EVERY_STAGE)
    servers = [("smtp-sink", sink.pid, sink_port), ("default scenario", plain.pid, plain.port),
               ("Lua on every stage", handlers.pid, handlers.port)]
    try:
        for keep_alive, title, messages in ((True, "keep-alive", args.messages), (False, "one connection per message",
                                                                                  args.messages // 4)):
            seen = {name: [] for name, _, _ in servers}
            for _ in range(args.rounds):
                for name, pid, port in servers:
                    before = cpu(pid)
                    rate = postfix.drive(port, messages, keep_alive)
                    seen[name].append((rate, (cpu(pid) - before) / messages * 1e6))
            print(f"{title}, {args.rounds} x {messages} messages of 1 KiB over 100 connections:")
            base = [statistics.median(x[i] for x in seen["smtp-sink"]) for i in (0, 1)]
            for name, values in seen.items():
                rate, micros = (statistics.median(x[i] for x in values) for i in (0, 1))
                paired = statistics.median(mine[0] / theirs[0] for mine, theirs in zip(values, seen["smtp-sink"]))
                print(f"  {name:20} {rate:8.0f} msg/s  {paired:5.2f} x   {micros:6.1f} us CPU/msg  {micros / base[1]:5.2f} x")
    finally:
        sink.kill()
        sink.wait()
        plain.close()
        handlers.close()


# ---- connections ----

def connect_many(port, count):
    """From as many addresses as it takes: one has some 28,000 ports."""
    socks = []
    for i in range(count):
        sock = socket.socket()
        sock.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
        sock.bind((f"127.0.{1 + i // 10000}.1", 0))
        sock.connect(("127.0.0.1", port))
        socks.append(sock)
    return socks


def expect_replies(socks, count):
    """So many lines that end a reply, from each."""
    poll, want = select.epoll(), {}
    for sock in socks:
        poll.register(sock, select.EPOLLIN)
        want[sock.fileno()] = [sock, count]
    while want:
        for fd, _ in poll.poll(30):
            entry = want[fd]
            got = entry[0].recv(4096)
            assert got, "closed"
            entry[1] -= sum(line[3:4] == b" " for line in got.split(b"\r\n"))
            if entry[1] <= 0:
                poll.unregister(fd)
                del want[fd]
    poll.close()


def burst(server, socks, rounds):
    """CPU per command while all of socks are open and some of them talk."""
    talkers, before = socks[:: max(1, len(socks) // 500)][:500], cpu(server.pid)
    for _ in range(rounds):
        for sock in talkers:
            sock.send(b"NOOP\r\n")
        expect_replies(talkers, 1)
    return (cpu(server.pid) - before) / rounds / len(talkers) * 1e6


def rest(server):
    before = cpu(server.pid)
    time.sleep(3)
    return (cpu(server.pid) - before) / 3 * 100


def connections(args):
    print("connections (RssAnon of the server, less what it had without any):")
    for count in args.connections:
        server = Fake(args.fakesmtp, STALL)
        try:
            empty = kib(server.pid, "RssAnon")
            socks = connect_many(server.port, count)
            expect_replies(socks, 1)
            idle = (kib(server.pid, "RssAnon") - empty) / count
            micros = burst(server, socks, 40)
            for sock in socks:
                sock.send(b"EHLO c.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n")
            expect_replies(socks, 2)
            stalled, quiet = (kib(server.pid, "RssAnon") - empty) / count, rest(server)
            print(f"  {count:6}: idle {idle:5.2f} KiB, stalled at RCPT {stalled:5.2f} KiB each; "
                  f"{micros:5.1f} us CPU per command; {quiet:.1f} % CPU while all stall")
            for sock in socks:
                sock.close()
        finally:
            server.close()


def ready(args):
    def once():
        server = Fake(args.fakesmtp, "return {}")
        server.close()
        return server.ready_ms
    times = sorted(once() for _ in range(21))
    print(f"ready to accept after {statistics.median(times):.1f} ms (best {times[0]:.1f}, worst {times[-1]:.1f})")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("fakesmtp")
    parser.add_argument("postfix_usr")
    parser.add_argument("--messages", type=int, default=40000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=lambda text: [int(n) for n in text.split(",")], default=[500, 5000, 20000])
    parser.add_argument("--only", choices=["throughput", "connections", "ready"])
    args = parser.parse_args()
    need = max(args.connections) + 100
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < need:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (need, max(need, hard)))
        except (ValueError, PermissionError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            args.connections = [min(n, hard - 100) for n in args.connections]
            print(f"only {hard} descriptors are allowed here")
    postfix = Postfix(args.postfix_usr)
    if args.only in (None, "ready"):
        ready(args)
    if args.only in (None, "throughput") and postfix.there():
        throughput(args, postfix)
    if args.only in (None, "connections"):
        connections(args)
    return 0


sys.exit(main())
