# SPDX-License-Identifier: BSD-2-Clause
"""A fakesmtp that serves, a client that talks to it, and TAP for the functions that do both.

Nothing here waits for time to pass: every wait is for an event, with a deadline that only a failure meets."""
import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

DEADLINE = 30
PROGRAM = os.environ.get("FAKESMTP", "fakesmtp")


class Skip(Exception):
    pass


class Server:
    """`fakesmtp serve` with the given scenarios (name -> Lua text). Addresses by host name, in the order of the lines."""

    def __init__(self, scenarios, *options, listen="127.0.0.1:0", preexec=None):
        self.dir = tempfile.mkdtemp(prefix="fakesmtp-")
        self.transcript = os.path.join(self.dir, "transcript")
        self.stderr_path = os.path.join(self.dir, "stderr")
        self.paths = [self.write(name, text) for name, text in scenarios.items()]
        places = [word for place in ([listen] if isinstance(listen, str) else listen) for word in ("--listen", place)]
        with open(self.stderr_path, "wb") as err:
            self.process = subprocess.Popen(
                [PROGRAM, "serve", *places, "--transcript", self.transcript, "--quiet", *options, *self.paths],
                stdout=subprocess.PIPE, stderr=err, preexec_fn=preexec)
        self.lines = []
        self.addresses = []

    def write(self, name, text):
        path = os.path.join(self.dir, name + ".lua")
        with open(path + ".new", "w", encoding="utf-8") as f:
            f.write(text)
        os.rename(path + ".new", path)
        return path

    def __enter__(self):
        for line in iter(self.process.stdout.readline, b""):
            self.lines.append(line.decode().strip())
            if line == b"ready\n":
                break
        else:
            raise AssertionError("no `ready`: " + self.stderr())
        for line in self.lines[:-1]:
            where = line.split()[1]
            host, _, port = where.rpartition(":")
            self.addresses.append(where[5:] if where.startswith("unix:") else (host.strip("[]"), int(port)))
        return self

    def __exit__(self, *what):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.dir, ignore_errors=True)

    def stderr(self):
        with open(self.stderr_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def wait_stderr(self, text):
        until(lambda: text in self.stderr(), f"{text!r} on standard error")

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(DEADLINE)

    def events(self, **want):
        try:
            with open(self.transcript, "rb") as f:
                whole = f.read().split(b"\n")[:-1]  # read at once: the file grows while we look
            events = [json.loads(line) for line in whole]
        except FileNotFoundError:
            events = []
        return [e for e in events if all(e.get(k) == v for k, v in want.items())]

    def wait_event(self, count=1, **want):
        until(lambda: len(self.events(**want)) >= count, f"event {want}")
        return self.events(**want)[-1]

    def client(self, index=0, **how):
        return Client(self.addresses[index], **how)


class Client:
    def __init__(self, address, receive_buffer=None, source=None):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        self.sock.settimeout(DEADLINE)
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if source:
            self.sock.bind((source, 0))
        self.buffer, self.broken = b"", False
        try:
            self.sock.connect(address)
        except ConnectionResetError:  # the RST was quicker than connect's return
            self.broken = True

    def __enter__(self):
        return self

    def __exit__(self, *what):
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data)

    def line(self):
        while b"\n" not in self.buffer:
            got = self.sock.recv(65536)
            if not got:
                raise EOFError(self.buffer)
            self.buffer += got
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.rstrip(b"\r")

    def reply(self):
        lines = [self.line()]
        while lines[-1][3:4] == b"-":
            lines.append(self.line())
        return int(lines[-1][:3])

    def say(self, *commands):
        """Each command after the reply to the one before; the last reply's code."""
        code = 0
        for command in commands:
            self.send(command.encode() + b"\r\n")
            code = self.reply()
        return code

    def begin(self):
        assert self.reply() == 220
        return self.say("EHLO c.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA")

    def deliver(self, message=b"Message-ID: <1@b.test>\r\n\r\nHello\r\n"):
        assert self.begin() == 354
        self.send(message + b".\r\n")
        return self.reply()

    def rest(self):
        """All that still comes, and how it ended: "eof" or "reset"."""
        got, self.buffer = self.buffer, b""
        if self.broken:  # what came before the RST can still be read
            self.sock.setblocking(False)
            try:
                return got + self.sock.recv(65536), "reset"
            except OSError:
                return got, "reset"
        try:
            while True:
                more = self.sock.recv(65536)
                if not more:
                    return got, "eof"
                got += more
        except ConnectionResetError:
            return got, "reset"


def until(condition, what):
    """Events of another process are looked for until they are there; the pause keeps the processor free for them."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("never came: " + what)
        select.select([], [], [], 0.005)


@contextlib.contextmanager
def raises(*kinds):
    try:
        yield
    except kinds:
        return
    raise AssertionError("none of " + str(kinds))


def run(module):
    tests = [(name, f) for name, f in vars(module).items() if name.startswith("test_") and callable(f)]
    only = sys.argv[1:]
    tests = [(name, f) for name, f in tests if not only or name in only]
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, (name, f) in enumerate(tests, 1):
        try:
            f()
            print(f"ok {number} - {name}", flush=True)
        except Skip as why:
            print(f"ok {number} - {name} # SKIP {why}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {number} - {name}", flush=True)
            for line in traceback.format_exc().splitlines():
                print("# " + line, flush=True)
    sys.exit(1 if failed else 0)
