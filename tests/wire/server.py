# SPDX-License-Identifier: BSD-2-Clause
"""A `fakesmtp serve` for the wire tests: started on free ports, watched through its transcript, stopped in order.

Nothing waits for time: what is waited for is an event, and the bound is only there to end what would hang."""
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time

BOUND = 60  # seconds of the wall until a test that hangs is given up
STAGES = {"connect", "proxy", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "eom", "rset", "quit", "other", "close"}


class Failure(Exception):
    pass


def until(found, what):
    """Returns what found() returns, once that is something."""
    end = time.monotonic() + BOUND
    while time.monotonic() < end:
        result = found()
        if result:
            return result
        select.select([], [], [], 0.005)
    raise Failure(f"in vain: waited for {what}")


def end_process(process):
    if process.poll() is None:
        process.kill()
    process.wait()


class Server:
    def __init__(self, program, scenarios, options=(), transcript=None):
        self.dir = tempfile.mkdtemp(prefix="fakesmtp-wire-")
        self.transcript = transcript or os.path.join(self.dir, "transcript")
        self.ready_file = os.path.join(self.dir, "ready")
        self.stderr_path = os.path.join(self.dir, "stderr")
        with open(self.stderr_path, "wb") as err:
            self.process = subprocess.Popen(
                [program, "serve", "--listen", "127.0.0.1:0", "--ready-file", self.ready_file, "--quiet",
                 "--transcript", self.transcript, *options, *scenarios],
                stdout=subprocess.DEVNULL, stderr=err)
        self.hosts = {}  # "mx1.x.test", and "mx1" or "x" where that is one host's alone -> (address, port, refusing?)

    def __enter__(self):
        try:
            self.wait_ready()
        except Failure:
            end_process(self.process)
            raise
        return self

    def __exit__(self, *what):
        end_process(self.process)
        shutil.rmtree(self.dir, ignore_errors=True)

    def wait_ready(self):
        until(lambda: os.path.exists(self.ready_file) or self.process.poll() is not None, "the ready file")
        if self.process.poll() is not None:
            raise Failure(f"the server ended with status {self.process.returncode}: {self.stderr()}")
        with open(self.ready_file, encoding="ascii") as f:
            lines = f.read().splitlines()
        if lines[-1] != "ready":
            raise Failure(f"the ready file is not whole: {lines}")
        for line in lines[:-1]:
            kind, address, scenario, host = line.split()[:4]
            ip, _, port = address.rpartition(":")
            place = (ip, int(port), kind)
            for name in (host, host.split(".")[0], scenario):
                self.hosts[name] = place if name not in self.hosts else None
        self.first = lines[0].split()[3]

    def place(self, name=None):
        place = self.hosts.get(name or self.first)
        if not place:
            raise Failure(f"no host {name}, or several")
        return place

    def stderr(self):
        with open(self.stderr_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def events(self):
        """All whole lines of the transcript so far."""
        try:
            with open(self.transcript, encoding="ascii") as f:
                lines = f.read().split("\n")
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in lines[:-1]]

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        try:
            return self.process.wait(BOUND)
        except subprocess.TimeoutExpired:
            raise Failure("the server does not stop") from None

    def check_transcript(self):
        """Everything in it is as docs/transcript.md says."""
        sessions = {}
        for e in self.events():
            if e.get("stage") and e["stage"] not in STAGES:
                raise Failure(f"the transcript names a stage that is none: {e}")
            sessions.setdefault(e["session"], []).append(e["event"])
        for session, events in sessions.items():
            if events[0] != "connect" or "ending" not in events:
                raise Failure(f"session {session} does not begin with connect and come to an ending: {events}")
