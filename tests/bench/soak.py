# SPDX-License-Identifier: BSD-2-Clause
"""soak.py FAKESMTP: many clients of every manner against many scenarios at once; the server must outlive them.

Which client does what comes from a seed, which is printed. Nothing of what the scenarios answer is judged: that the server
goes on, holds a bounded amount, leaks nothing and stops in order is."""
import argparse
import os
import random
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time

SCENARIOS = """accept-all banner-421 greylist rcpt-tarpit unknown-user full-after-data drop-after-dot close-at-rcpt drip-banner
split-replies half-close reset-at-banner reset-in-body reset-on-connect stall-inside-ehlo-reply silent-banner
stops-reading-in-body kept-but-unsaid connect-timeout""".split()
SESSION = [b"EHLO soak.test\r\n", b"MAIL FROM:<a@b.test>\r\n", b"RCPT TO:<c@d.test>\r\n", b"DATA\r\n"]
RESET = b"\1\0\0\0\0\0\0\0"


def polite(rng):
    return [*SESSION, b"Message-ID: <%d@b.test>\r\n\r\nHello\r\n.\r\n" % rng.randrange(1000), b"QUIT\r\n"]


def pipelined(rng):
    return [b"".join(polite(rng))]


def long_body(rng):
    return [*SESSION, *[b"x" * 998 + b"\r\n"] * rng.randrange(1, 300), b".\r\n"]


def noise(rng):
    return [rng.randbytes(rng.randrange(1, 5000)) for _ in range(rng.randrange(1, 20))]


def endless_line(rng):
    return [b"A" * 4000] * rng.randrange(1, 50)


def flood(rng):
    return [b"NOOP\r\n" * 2000] * rng.randrange(1, 10)


def silent(rng):
    return []


MANNERS = [polite, polite, polite, pipelined, long_body, noise, endless_line, flood, silent]


class Client:
    def __init__(self, rng, port):
        self.rng = rng
        self.parts = rng.choice(MANNERS)(rng)
        self.waits = rng.random() < 0.8  # for a reply before it says more
        self.deaf = rng.random() < 0.1   # reads nothing
        self.until = time.monotonic() + rng.uniform(0.05, 8)
        self.sock = socket.socket()
        self.sock.setblocking(False)
        self.sock.bind((f"127.0.{rng.randrange(1, 5)}.1", 0))
        self.sock.connect_ex(("127.0.0.1", port))
        self.next = 0

    def interest(self):
        more = self.next < len(self.parts) and not self.waits
        return (0 if self.deaf else select.EPOLLIN) | (select.EPOLLOUT if more else 0)

    def step(self, events):
        """False: it is over."""
        try:
            if events & select.EPOLLIN:
                if not self.sock.recv(65536):
                    return False
                return self.say()
            if events & select.EPOLLOUT:
                return self.say()
        except BlockingIOError:
            return True
        except OSError:
            return False
        return not events & (select.EPOLLHUP | select.EPOLLERR)

    def say(self):
        if self.next < len(self.parts):
            sent = self.sock.send(self.parts[self.next])
            self.parts[self.next] = self.parts[self.next][sent:]
            self.next += not self.parts[self.next]
        return True

    def close(self):
        if self.rng.random() < 0.3:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.sock.close()


def play(ports, seconds, count, rng, alive):
    poll, clients, done = select.epoll(), {}, 0
    end = time.monotonic() + seconds
    while time.monotonic() < end and alive():
        while len(clients) < count:
            client = Client(rng, rng.choice(ports))
            clients[client.sock.fileno()] = client
            poll.register(client.sock, client.interest())
        now, over = time.monotonic(), []
        for fd, events in poll.poll(0.02):
            if clients[fd].step(events):
                poll.modify(fd, clients[fd].interest())
            else:
                over.append(fd)
        over += [fd for fd, client in clients.items() if client.until < now and fd not in over]
        for fd in over:
            poll.unregister(fd)
            clients.pop(fd).close()
            done += 1
    for client in clients.values():
        client.close()
    return done


def rss_mib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS:")) // 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("fakesmtp")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--connections", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    args = parser.parse_args()
    print(f"seed {args.seed}")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, args.connections * 2 + 200)), hard))
    with tempfile.TemporaryDirectory() as folder:
        err = open(os.path.join(folder, "stderr"), "w+b")
        server = subprocess.Popen(
            [args.fakesmtp, "serve", "--quiet", "--speed", "100", "--listen", "127.0.0.1:0", "--save-messages",
             os.path.join(folder, "mail"), "--transcript", os.path.join(folder, "transcript"), *SCENARIOS],
            stdout=subprocess.PIPE, stderr=err)
        ports = []
        for line in iter(server.stdout.readline, b"ready\n"):
            if not line:
                break
            ports.append(int(line.split()[1].rpartition(b":")[2]))
        rng, done, peak = random.Random(args.seed), 0, []
        while args.seconds > 0 and server.poll() is None:
            done += play(ports, min(10, args.seconds), args.connections, rng, lambda: server.poll() is None)
            args.seconds -= 10
            if server.poll() is None:
                peak.append(rss_mib(server.pid))
                server.send_signal(signal.SIGHUP)
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
        status = server.wait(120)
        err.seek(0)
        said = err.read().decode(errors="replace")
    print(f"{done} sessions, {args.connections} at a time; resident {peak} MiB, every ten seconds; exit status {status}")
    bad = [line for line in said.splitlines() if "ERROR" in line or "runtime error" in line or "broken invariant" in line]
    if status or bad:
        print(said[-6000:])
    return 1 if status or bad or not done else 0


sys.exit(main())
