# SPDX-License-Identifier: BSD-2-Clause
"""Scenarios that mean harm, each in a file of this folder, served together by one `fakesmtp serve`. TAP.

The head of each file tells how it must end:
  -- ends: 421    each connection to it (the second one, where it needs two) hears 421 and is closed
  -- ends: full   its client reads nothing, and it is closed because it says more than may wait for one
  -- ends: close  the client hears nothing of it: it breaks after QUIT
  -- ends: load   it is refused with one line, "file:line: what", and nothing is started
  -- says: TEXT   what standard error must have of it, behind the name of the file
Meanwhile a well-behaved scenario of the same process goes on, and at the end the exit status tells of the failures."""
import glob
import json
import os
import re
import socket
import subprocess
import sys

PROGRAM, WIRE = sys.argv[1:3]
sys.path.insert(0, WIRE)
from server import BOUND, Failure, Server, until  # noqa: E402  (the folder is an argument)

HERE = os.path.dirname(os.path.abspath(__file__))
GOOD = "well-behaved"


def head_of(path):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    return {key: re.search(rf"^-- {key}: ?(.*)$", text, re.M).group(1) for key in ("ends", "says")}


class Client:
    def __init__(self, server, scenario, receive_buffer=None):
        self.socket = socket.socket()
        self.socket.settimeout(BOUND)
        if receive_buffer:  # before the connection, whose first window it makes
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(server.place(scenario)[:2])
        self.file = self.socket.makefile("rb")

    def line(self):
        try:
            return self.file.readline()
        except ConnectionResetError:
            return b""

    def code(self):
        """Of the next reply; "" at the end."""
        while True:
            line = self.line()
            if line[3:4] != b"-":
                return line[:3].decode("latin-1")

    def say(self, line):
        try:
            self.socket.sendall(line.encode() + b"\r\n")
        except (BrokenPipeError, ConnectionResetError):
            pass
        return self.code()

    def mail(self):
        """The codes of a whole mail, up to a 421 or the end."""
        codes = [self.code()]
        for line in ("EHLO t.test", "MAIL FROM:<a@t.test>", "RCPT TO:<b@x.test>", "DATA", "hello\r\n.", "QUIT"):
            if codes[-1] in ("421", ""):
                break
            codes.append(self.say(line))
        return codes

    def at_end(self):
        return self.line() == b""

    def close(self):
        self.file.close()
        self.socket.close()


def hears_421(server, name):
    clients = []
    for _ in range(2):
        clients.append(Client(server, name))
        codes = clients[-1].mail()
        if codes[-1] == "421":
            assert clients[-1].at_end(), "421, and then it was not closed"
            for client in clients:
                client.close()
            return
    raise Failure(f"no 421: {codes}")


class Endings:
    """The endings of a scenario's connections, from the transcript as it grows: it may be of many megabytes."""

    def __init__(self, server, name):
        self.path, self.name = server.transcript, name
        self.at, self.part = os.path.getsize(self.path), b""

    def next(self):
        with open(self.path, "rb") as f:
            f.seek(self.at)
            lines = (self.part + f.read()).split(b"\n")
            self.at = f.tell()
        self.part = lines.pop()
        for event in (json.loads(line) for line in lines if b'"ending"' in line):
            if event["event"] == "ending" and event["scenario"] == self.name:
                return event["text"]
        return None


def is_full(server, name):
    """A client that reads may take all there is as fast as it is said: then nothing waits, and nothing ends it."""
    endings = Endings(server, name)
    client = Client(server, name, receive_buffer=4096)
    ending = until(endings.next, f"{name} is ended")
    assert ending == "output-full", f"it ended with {ending}"
    client.say("NOOP")  # to a socket that is closed: RST, which spares us what still waits for us
    while client.line():
        pass
    client.close()


def breaks_at_close(server, name):
    client = Client(server, name)
    assert client.mail()[-1] == "221"
    client.close()
    until(lambda: f"{name}.lua" in server.stderr(), f"{name} breaks")


ENDS = {"421": hears_421, "full": is_full, "close": breaks_at_close}


def check_load(path, says):
    done = subprocess.run([PROGRAM, "serve", "--listen", "127.0.0.1:0", path], capture_output=True, text=True,
                          timeout=BOUND, check=False)
    assert done.returncode == 2, f"status {done.returncode}"
    assert done.stdout == "", f"something was started: {done.stdout}"
    lines = done.stderr.splitlines()
    assert len(lines) == 1 and os.path.basename(path) in lines[0] and says in lines[0], f"said: {done.stderr}"
    assert re.match(r"[^ ]+\.lua:\d+: |[^ ]+\.lua: ", lines[0]), f"no place: {lines[0]}"


def main():
    files = {os.path.basename(p)[:-4]: p for p in sorted(glob.glob(os.path.join(HERE, "*.lua")))}
    heads = {name: head_of(path) for name, path in files.items() if name != GOOD}
    number, bad = 0, 0

    def test(what, run):
        nonlocal number, bad
        number += 1
        try:
            run()
            print(f"ok {number} - {what}", flush=True)
        except (Failure, AssertionError, OSError, subprocess.TimeoutExpired) as problem:
            bad += 1
            print(f"not ok {number} - {what}\n# {problem}", flush=True)

    played = [name for name in heads if heads[name]["ends"] != "load"]
    with Server(PROGRAM, [files[GOOD]] + [files[name] for name in played]) as server:
        still = Client(server, GOOD)
        assert still.code() == "220"
        for name in played:
            def run(name=name):
                ENDS[heads[name]["ends"]](server, name)
                assert still.say("NOOP") == "250", "the other connection suffered"
                fresh = Client(server, GOOD)
                codes = fresh.mail()
                fresh.close()
                assert codes == ["220", "250", "250", "250", "354", "250", "221"], f"new connections suffered: {codes}"
            test(name, run)
        test("the connection that was open all the time", lambda: still.say("QUIT") == "221" or 1 / 0)

        def at_the_end():
            status = server.stop()
            assert status == 1, f"exit status {status}"
            said = server.stderr()
            for name in played:
                says = heads[name]["says"]
                lines = [line for line in said.splitlines() if f"{name}.lua" in line and says in line]
                assert lines or not says, f"{name}: nobody said {says!r}"
            server.check_transcript()
        test("exit status, standard error, transcript", at_the_end)
    for name in heads:
        if heads[name]["ends"] == "load":
            test(name, lambda name=name: check_load(files[name], heads[name]["says"]))
    print(f"1..{number}")
    return 1 if bad else 0


sys.exit(main())
