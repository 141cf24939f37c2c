# SPDX-License-Identifier: BSD-2-Clause
r"""Plays the conversations of tests/wire/*.smtp against `fakesmtp serve` and prints TAP.

usage: play.py FAKESMTP FILE.smtp

A file begins with lines `key: value`: scenario (a file of tests/wire/scenarios or a name of the library; repeatable),
options (of serve), exit (the status it must end with; 0), stderr (what must have been said there; repeatable).
Then conversations, each a test of its own, all with one server:

    == what it shows
    S: 220                            the next reply begins with this
    C: EHLO t          S: 250         two steps on one line: two blanks or more between
    C: A | B | C       S: 250 | 501   several lines in one packet; several replies, each in its turn
    S: 250-mx & 250 SIZE              a reply of several lines: how each begins; fewer than there are will do
    S~ PIPELINING                     the next reply has this somewhere
    S= 220 a\r\n                      exactly these bytes come next
    S: <closed>  S: <reset>           the server closed, or reset the connection, and said nothing more
    S: <silent>                       the server waits on purpose (its transcript says so) and has said nothing more
    +5 S: 250                         not before 5 seconds of the run's clock have passed since the client spoke last
    C/3: EHLO t                       in pieces of three bytes
    C: text\c                         without a line end; \r \n \t \0 \\ \xNN and {text*1000} as in the text
    C: <shutdown>  <close>  <reset>   the client's ways to leave
    @b = mx2                          a second connection, to that host; @b C: ... is its step; without @ it is the first
    @c = mx1 refused                  that host cannot be connected to
    T: event=ending text=finish       the transcript tells that of this connection (waits for it)
    T! event=kept                     ... and does not tell this
"""
import os
import re
import socket
import struct
import sys
import time

from server import BOUND, Failure, Server, until

HERE = os.path.dirname(os.path.abspath(__file__))


def unescape(text):
    def one(match):
        named = {"r": "\r", "n": "\n", "t": "\t", "0": "\0", "\\": "\\"}
        code = match.group(1)
        return named.get(code) or chr(int(code[1:], 16))
    text = re.sub(r"\{([^{}]*)\*(\d+)\}", lambda m: m.group(1) * int(m.group(2)), text)
    return re.sub(r"\\(x[0-9a-fA-F]{2}|[rnt0\\])", one, text).encode("latin-1")


def lines_to_send(text):
    """Lines in one packet: each gets its CRLF, unless it ends in \\c."""
    out = b""
    for line in text.split(" | "):
        out += unescape(line[:-2]) if line.endswith("\\c") else unescape(line) + b"\r\n"
    return out


class Connection:
    def __init__(self, server, host):
        self.server, self.buffer, self.ended = server, b"", None
        self.spoke = time.monotonic()  # before the server can have begun to wait
        ip, port, _ = server.place(host)
        self.socket = socket.create_connection((ip, port), BOUND)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.name = "%s:%d" % self.socket.getsockname()

    def receive(self):
        try:
            got = self.socket.recv(65536)
        except socket.timeout:
            raise Failure(f"nothing came; so far {self.buffer!r}") from None
        except ConnectionResetError:
            self.ended = "<reset>"
            return
        if not got:
            self.ended = "<closed>"
        self.buffer += got

    def reply(self):
        """The lines of the next reply."""
        lines = []
        while True:
            while b"\n" not in self.buffer and not self.ended:
                self.receive()
            if b"\n" not in self.buffer:
                raise Failure(f"{self.ended} instead of a reply; before it {self.buffer!r} {lines}")
            line, _, self.buffer = self.buffer.partition(b"\n")
            if not line.endswith(b"\r"):
                raise Failure(f"a line of a reply does not end in CRLF: {line!r}")
            lines.append(line[:-1])
            if line[3:4] != b"-":
                return lines

    def expect(self, text):
        if text in ("<closed>", "<reset>"):
            while not self.ended:
                self.receive()
            if self.buffer or self.ended != text:
                raise Failure(f"wanted {text}, got {self.buffer!r} {self.ended}")
        elif text == "<silent>":
            self.event({"event": "wait"})
            self.socket.setblocking(False)
            try:
                self.receive()
            except BlockingIOError:
                pass
            self.socket.settimeout(BOUND)
            if self.buffer or self.ended:
                raise Failure(f"wanted silence, got {self.buffer!r} {self.ended}")
        else:
            for wanted in text.split(" | "):
                self.expect_reply([unescape(line) for line in wanted.split(" & ")])

    def expect_reply(self, wanted):
        lines = self.reply()
        fits = len(lines) >= len(wanted) and all(have.startswith(want) for have, want in zip(lines, wanted))
        if not fits:
            raise Failure(f"wanted {wanted}, got {lines}")

    def expect_part(self, text):
        lines = self.reply()
        if not any(unescape(text) in line for line in lines):
            raise Failure(f"wanted {text!r} somewhere in {lines}")

    def expect_bytes(self, text):
        wanted = unescape(text)
        while len(self.buffer) < len(wanted) and not self.ended:
            self.receive()
        if not self.buffer.startswith(wanted):
            raise Failure(f"wanted the bytes {wanted!r}, got {self.buffer[:len(wanted) + 80]!r} {self.ended or ''}")
        self.buffer = self.buffer[len(wanted):]

    def say(self, text, piece):
        self.spoke = time.monotonic()
        if text == "<shutdown>":
            self.socket.shutdown(socket.SHUT_WR)
        elif text == "<close>":
            self.socket.close()
        elif text == "<reset>":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.socket.close()
        else:
            data = lines_to_send(text)
            try:
                for at in range(0, len(data), piece or len(data)):
                    self.socket.sendall(data[at:at + (piece or len(data))])
            except (BrokenPipeError, ConnectionResetError):
                pass  # what the server did is for the next S: to see

    def told(self, wanted):
        events = self.server.events()
        session = [e["session"] for e in events if e["event"] == "connect" and e["text"] == self.name]
        fits = lambda e: e["session"] in session and all(str(e.get(k)) == v for k, v in wanted.items())
        return [e for e in events if fits(e)]

    def event(self, wanted):
        return until(lambda: self.told(wanted), f"the event {wanted}")


# ---- the file ----

STEP = re.compile(r"^(?:\+([\d.]+)\s+)?(?:@(\w+)\s+)?(C|C/\d+|S|S~|S=|T|T!)(?::|(?<=[~=!]))\s?(.*)$")


def steps_of(line):
    """"C: EHLO t   S: 250" is two steps."""
    return [part for part in re.split(r"\s{2,}(?=(?:\+[\d.]+ )?(?:@\w+ )?(?:[CST]:|S[~=]|T!|C/\d+:))", line.strip()) if part]


def read_file(path):
    """Settings, and conversations as (name, [(line number, text)])."""
    settings, talks = {}, []
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            line = line.rstrip("\n")
            if not line.strip() or line.startswith("#"):
                continue
            if line.startswith("== "):
                talks.append((line[3:].strip(), []))
            elif talks:
                talks[-1][1].append((number, line))
            else:
                key, _, value = line.partition(":")
                settings.setdefault(key.strip(), []).append(value.strip())
    return settings, talks


class Player:
    def __init__(self, server, speed):
        self.server, self.speed = server, speed
        self.connections = {}

    def connection(self, name):
        if name not in self.connections:
            self.connections[name] = Connection(self.server, None)
        return self.connections[name]

    def open(self, name, host, refused):
        if not refused:
            self.connections[name] = Connection(self.server, host)
            return
        try:
            Connection(self.server, host).socket.close()
        except ConnectionRefusedError:
            return
        raise Failure(f"{host} took a connection")

    def step(self, text):
        opening = re.match(r"^@(\w+) = ([\w.-]+)( refused)?$", text)
        if opening:
            self.open(opening[1], opening[2], opening[3])
            return
        match = STEP.match(text)
        if not match:
            raise Failure(f"not a step: {text}")
        seconds, name, kind, rest = match.groups()
        connection = self.connection(name or "a")
        if kind.startswith("C"):
            connection.say(rest, int(kind[2:] or 0))
        elif kind in ("T", "T!"):
            wanted = dict(pair.split("=", 1) for pair in rest.split())
            if kind == "T":
                connection.event(wanted)
            elif connection.told(wanted):
                raise Failure(f"the transcript tells {wanted}")
        else:
            {"S": connection.expect, "S~": connection.expect_part, "S=": connection.expect_bytes}[kind](rest)
        passed = (time.monotonic() - connection.spoke) * self.speed
        if seconds and passed < float(seconds):
            raise Failure(f"came after {passed:g} s, wanted {seconds} or more")

    def play(self, path, lines):
        try:
            for number, line in lines:
                for text in steps_of(line):
                    try:
                        self.step(text)
                    except (Failure, OSError) as why:
                        return f"{path}:{number}: {text}: {why}"
        finally:
            for connection in self.connections.values():
                connection.socket.close()
        return None


def scenario_path(word):
    path = os.path.join(HERE, "scenarios", word)
    return path if word.endswith(".lua") else word


def ending(server, settings):
    """Stops the server; what is wrong with how it ended, or None."""
    status, wanted = server.stop(), int(settings.get("exit", ["0"])[0])
    said = server.stderr()
    if status != wanted:
        return f"exit status {status}, wanted {wanted}; standard error: {said}"
    missing = [text for text in settings.get("stderr", []) if text not in said]
    if missing:
        return f"standard error lacks {missing}: {said}"
    server.check_transcript()
    return None


def tell(number, name, trouble):
    print(f"{'not ' if trouble else ''}ok {number} - {name}", flush=True)
    for line in (trouble or "").splitlines():
        print(f"# {line}", flush=True)


def main():
    program, path = sys.argv[1:3]
    settings, talks = read_file(path)
    options = " ".join(settings.get("options", [])).split()
    speed = float(options[options.index("--speed") + 1]) if "--speed" in options else 1
    shown = os.path.relpath(path)
    print(f"1..{len(talks) + 1}", flush=True)
    with Server(program, [scenario_path(word) for word in settings["scenario"]], options) as server:
        for number, (name, lines) in enumerate(talks, 1):
            tell(number, name, Player(server, speed).play(shown, lines))
        try:
            trouble = ending(server, settings)
        except Failure as why:
            trouble = str(why)
        tell(len(talks) + 1, "the server ends in order", trouble)


if __name__ == "__main__":
    main()
