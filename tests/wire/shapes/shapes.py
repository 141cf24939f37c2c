#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""shapes.py FAKESMTP FILE.smtp...: plays dialogues against `fakesmtp serve` and compares, as TAP.

A file names its scenario in its first line (`scenario: x.lua`). Each `== name` is a test: connections, one a line, of
steps that are separated by two blanks or more:

  C: text      send text and CRLF; several in a row go out in one packet (pipelining)
  C| bytes     send exactly this: \\r \\n \\0 \\xNN, and {n} for n bytes
  C> close     close; half: close our side only
  S: 250 a     one whole reply comes, of one code; its last line begins with this
  S= bytes     exactly these bytes come next
  S> close     the server closes; reset: RST; refused: there was no connection; silence: nothing comes for a moment
"""
import os
import re
import signal
import socket
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PATIENCE = 10    # seconds until a test is given up
SILENCE = 0.25   # how long nothing is nothing


class Mismatch(Exception):
    pass


def unescape(text):
    out = re.sub(rb"\{(\d+)\}", lambda m: b"x" * int(m[1]), text.encode())
    out = re.sub(rb"\\(r|n|t|0|\\|x[0-9a-fA-F]{2})", lambda m: {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"0": b"\0",
                 b"\\": b"\\"}.get(m[1]) or bytes([int(m[1][1:], 16)]) if m[1] != b"0" else b"\0", out)
    return out


class Connection:
    def __init__(self, port):
        self.have = b""
        self.pending = b""
        try:
            self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        except (ConnectionRefusedError, ConnectionResetError) as e:
            self.socket = None
            self.end = "refused" if isinstance(e, ConnectionRefusedError) else "reset"

    def more(self, patience=PATIENCE):
        self.socket.settimeout(patience)
        got = self.socket.recv(65536)
        self.have += got
        return bool(got)

    def flush(self):
        out, self.pending = self.pending, b""
        while out:
            try:
                out = out[self.socket.send(out):]
            except (BrokenPipeError, ConnectionResetError):
                return

    def reply(self):
        end = 0
        while True:
            stop = self.have.find(b"\n", end)
            while stop < 0:
                if not self.more():
                    raise Mismatch("closed after %r" % self.have)
                stop = self.have.find(b"\n", end)
            line = self.have[end:stop + 1]
            if line[:3] != self.have[:3]:
                raise Mismatch("two codes in one reply: %r" % self.have[:stop + 1])
            end = stop + 1
            if line[3:4] != b"-":
                self.have = self.have[end:]
                return line

    def bytes(self, count):
        while len(self.have) < count:
            if not self.more():
                raise Mismatch("closed after %r" % self.have)
        got, self.have = self.have[:count], self.have[count:]
        return got

    def ending(self):
        try:
            while self.more():
                pass
            end = "close"
        except ConnectionResetError:
            end = "reset"
        if self.have:
            raise Mismatch("before the end came %r" % self.have)
        return end

    def silence(self):
        try:
            if not self.more(SILENCE):
                raise Mismatch("closed instead of silence")
        except TimeoutError:
            pass
        if self.have:
            raise Mismatch("instead of silence came %r" % self.have)


def want(expected, got):
    if not got.startswith(expected):
        raise Mismatch("expected %r, got %r" % (expected, got))


def server_step(c, kind, text):
    c.flush()
    if kind == ":":
        want(text.encode(), c.reply())
    elif kind == "=":
        expected = unescape(text)
        want(expected, c.bytes(len(expected)))
    elif text == "silence":
        c.silence()
    else:
        want(text.encode(), c.ending().encode())


def step(c, who, kind, text):
    if c.socket is None:
        if (who, kind, text) != ("S", ">", c.end):
            raise Mismatch("the connection was " + c.end)
        return
    if who == "S":
        server_step(c, kind, text)
    elif kind == ">":
        c.flush()
        c.socket.shutdown(socket.SHUT_WR)
    else:
        c.pending += unescape(text) + (b"\r\n" if kind == ":" else b"")


def play_connection(ports, line):
    host = re.match(r"@(\w+)\s+", line)
    c = Connection(ports[host[1]] if host else next(iter(ports.values())))
    try:
        for part in re.split(r"\s{2,}(?=[CS][:|=>] ?)", line[host.end() if host else 0:].strip()):
            try:
                step(c, part[0], part[1], part[3:])
            except (Mismatch, OSError) as e:
                raise Mismatch("%s: %s" % (part, e)) from None
        c.flush()
    finally:
        if c.socket:
            c.socket.close()


def read(path):
    """The scenario, and [(name, [connection, ...]), ...]."""
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    scenario = re.search(r"scenario: (\S+)", lines[0])[1]
    tests = []
    for line in lines:
        if line.startswith("== "):
            tests.append((line[3:].strip(), []))
        elif line.strip() and not line.startswith("#"):
            if line[0] == " ":
                tests[-1][1][-1] += "   " + line.strip()
            else:
                tests[-1][1].append(line)
    return os.path.join(HERE, scenario), tests


def serve(program, scenario):
    server = subprocess.Popen([program, "serve", "--quiet", "--seed", "1", "--listen", "127.0.0.1:0", scenario],
                              stdout=subprocess.PIPE, text=True)
    ports = {}
    for line in server.stdout:
        words = line.split()
        if words[0] == "ready":
            break
        ports[words[3].split(".")[0]] = int(words[1].rsplit(":", 1)[1])
    return server, ports


def main(program, paths):
    number = failed = 0
    for path in paths:
        scenario, tests = read(path)
        server, ports = serve(program, scenario)
        for name, connections in tests:
            number += 1
            why = None
            try:
                for line in connections:
                    play_connection(ports, line)
            except (Mismatch, OSError) as e:
                why = str(e)
                failed += 1
            print("%sok %d - %s: %s" % ("not " if why else "", number, os.path.basename(path)[:-5], name))
            if why:
                print("# " + why)
        server.send_signal(signal.SIGTERM)
        number += 1
        status = server.wait(PATIENCE)
        failed += status != 0
        print("%sok %d - %s: the server stops in order (exit status %d)" % ("not " if status else "", number,
                                                                           os.path.basename(path)[:-5], status))
    print("1..%d" % number)
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
