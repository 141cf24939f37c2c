# SPDX-License-Identifier: BSD-2-Clause
"""A fakesmtp that serves scenarios written in the test, clients that look closely, and TAP. Standard library only.

Nothing here waits for time: what is waited for is a line of the transcript, bytes, or the end of a connection. DEADLINE
only turns a test that would hang into one that fails."""
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import traceback

DEADLINE = 20
FAKESMTP = os.environ["FAKESMTP"]
tests = []


class Skip(Exception):
    pass


def need_openssl():
    if not shutil.which("openssl"):
        raise Skip("no openssl command")


def test(function):
    tests.append(function)
    return function


def main():
    print(f"1..{len(tests)}")
    failed = 0
    for number, function in enumerate(tests, 1):
        try:
            function()
            print(f"ok {number} - {function.__name__}", flush=True)
        except Skip as why:
            print(f"ok {number} - {function.__name__} # SKIP {why}", flush=True)
        except Exception:  # whatever it is, the next test is to run
            failed += 1
            print(f"not ok {number} - {function.__name__}")
            for line in traceback.format_exc().splitlines():
                print("#", line, flush=True)
    sys.exit(1 if failed else 0)


def check(condition, *what):
    if not condition:
        raise AssertionError(" ".join(map(str, what)) or "not as expected")


class Serve:
    """fakesmtp serve with scenarios {name: Lua text}; stopping it checks that it ends in order."""

    def __init__(self, scenarios, *options):
        self.folder = tempfile.TemporaryDirectory()
        paths = []
        for name, text in scenarios.items():
            paths.append(self.path(name + ".lua"))
            with open(paths[-1], "w", encoding="utf-8") as file:
                file.write("--- " + name + "\n" + text)
        self.transcript = self.path("transcript")
        self.ca = self.path("ca.pem")
        self.log = open(self.path("stderr"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [FAKESMTP, "serve", "--quiet", "--listen", "127.0.0.1:0", "--transcript", self.transcript, "--tls-ca", self.ca,
             *options, *paths], stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.clients = []  # the server numbers its sessions as they come
        self.ports = {}
        for line in self.process.stdout:
            words = line.split()
            if words[0] == "ready":
                return
            self.ports[words[2]] = int(words[1].rsplit(":", 1)[1])
        self.log.seek(0)
        raise AssertionError("fakesmtp did not start: " + self.log.read())

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        for client in self.clients:  # an orderly end waits for those who are there
            client.close()
        self.process.terminate()
        status = self.process.wait(DEADLINE)
        self.log.seek(0)
        said = self.log.read()
        self.log.close()
        self.process.stdout.close()
        self.folder.cleanup()
        if kind is None:
            check(status == 0, "exit status", status, said)

    def events(self, session, kind=None):
        found = []
        if os.path.exists(self.transcript):
            with open(self.transcript, encoding="utf-8") as file:
                lines = file.read().split("\n")[:-1]
            found = [event for event in map(json.loads, lines) if event["session"] == session]
        return [event for event in found if kind is None or event["event"] == kind]

    def await_event(self, session, kind, text=""):
        """The first event of that kind whose text begins so."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            for event in self.events(session, kind):
                if event.get("text", "").startswith(text):
                    return event
            time.sleep(0.005)
        raise AssertionError(f"no {kind} {text!r} in session {session}: {self.events(session)}")


def plain_context(cafile=None):
    """As this test means it, whatever the distribution's defaults are: TLS 1.2 and up, and an end without
    close_notify is an error."""
    context = ssl.create_default_context(cafile=cafile)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
    return context


def trusting(serve, **settings):
    """A client's settings: trusts the CA of the run and wants the name localhost."""
    context = plain_context(serve.ca)
    for name, value in settings.items():
        setattr(context, name, value)
    return context


def blind():
    """Takes whatever it is shown."""
    context = plain_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Client:
    """SMTP line by line on a socket that may become TLS."""

    def __init__(self, serve, name, greet=True):
        self.serve = serve
        self.sock = socket.create_connection(("127.0.0.1", serve.ports[name]), DEADLINE)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else Nagle waits for the ACK of our Finished
        serve.clients.append(self)
        self.session = len(serve.clients)
        self.held = b""
        if greet:
            check(self.reply()[0] == 220)

    def line(self):
        while b"\n" not in self.held:
            got = self.sock.recv(4096)
            if not got:
                raise EOFError(self.held)
            self.held += got
        line, self.held = self.held.split(b"\n", 1)
        return line.rstrip(b"\r").decode("latin-1")

    def reply(self):
        lines = [self.line()]
        while lines[-1][3:4] == "-":
            lines.append(self.line())
        return int(lines[-1][:3]), lines

    def send(self, text):
        self.sock.sendall(text if isinstance(text, bytes) else text.encode("latin-1"))

    def command(self, text):
        self.send(text + "\r\n")
        return self.reply()

    def ask_starttls(self):
        check(self.command("EHLO client.test")[0] == 250)
        code, lines = self.command("STARTTLS")
        check(code == 220, lines)
        return self

    def secure(self, context, name="localhost", **how):
        check(not self.held, "more than the reply came in clear:", self.held)
        self.sock = context.wrap_socket(self.sock, server_hostname=name, **how)
        return self

    def mail(self):
        """A whole message; the code of its last reply."""
        check(self.command("EHLO client.test")[0] == 250)
        for text, code in (("MAIL FROM:<a@origin.test>", 250), ("RCPT TO:<b@rcpt.test>", 250), ("DATA", 354)):
            got = self.command(text)
            check(got[0] == code, got)
        return self.command("Subject: x\r\n\r\nhello\r\n.")[0]

    def close(self):
        self.sock.close()

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.sock.close()

    def until_end(self):
        """What still comes, up to the server's FIN."""
        got = self.held
        while True:
            more = self.sock.recv(4096)
            if not more:
                return got
            got += more

    def hello(self, context=None):
        """Sends a ClientHello by hand; reads nothing. The handshake can be looked at from outside."""
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = (context or blind()).wrap_bio(self.incoming, self.outgoing, server_hostname="localhost")
        try:
            self.tls.do_handshake()
        except ssl.SSLWantReadError:
            pass
        self.send(self.outgoing.read())
        return self

    def finish_handshake(self):
        """Goes on from hello() until it is done; what is said afterwards goes through tls."""
        while True:
            try:
                self.tls.do_handshake()
                self.send(self.outgoing.read())
                return self
            except ssl.SSLWantReadError:
                self.send(self.outgoing.read())
                got = self.sock.recv(65536)
                check(got, "closed in the handshake")
                self.incoming.write(got)

    def exchange(self, text):
        """A line through tls by hand, and the reply to it."""
        self.tls.write(text.encode() + b"\r\n")
        self.send(self.outgoing.read())
        got = b""
        while not got.endswith(b"\n"):
            try:
                got += self.tls.read(4096)
            except ssl.SSLWantReadError:
                self.incoming.write(self.sock.recv(65536))
        return got.decode("latin-1")


def refused(action, kind=ssl.SSLError):
    """The reason for which action fails; it has to."""
    try:
        action()
    except kind as error:
        return getattr(error, "reason", None) or str(error)
    raise AssertionError("nothing failed")
