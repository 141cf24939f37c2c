# SPDX-License-Identifier: BSD-2-Clause
"""What goes wrong where C, an event loop and Lua meet: twelve pitfalls, each with a test against the real server. TAP.

Most have unit tests as well (tests/unit/script/test_fences.c and its neighbours); here it is the whole program that must
not step into them."""
import os
import signal
import socket
import struct
import sys
import tempfile

PROGRAM, WIRE = sys.argv[1:3]
sys.path.insert(0, WIRE)
from server import BOUND, Failure, Server, until  # noqa: E402  (the folder is an argument)

TESTS = []


def test(f):
    TESTS.append(f)
    return f


class Played(Server):
    """One scenario, from a text."""

    def __init__(self, text, *options):
        self.folder = tempfile.TemporaryDirectory(prefix="fakesmtp-pitfall-")
        path = os.path.join(self.folder.name, "case.lua")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        super().__init__(PROGRAM, [path], options)

    def __exit__(self, *what):
        super().__exit__(*what)
        self.folder.cleanup()

    def ends(self, status):
        got = self.stop()
        assert got == status, f"exit status {got}, not {status}: {self.stderr()}"
        self.check_transcript()


class Client:
    def __init__(self, server):
        self.socket = socket.create_connection(server.place()[:2], BOUND)
        self.file = self.socket.makefile("rb")

    def send(self, data):
        self.socket.sendall(data)

    def code(self):
        while True:
            line = self.file.readline()
            if line[3:4] != b"-":
                return line[:3].decode("latin-1")

    def codes(self, data, count):
        self.send(data)
        return [self.code() for _ in range(count)]

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self):
        self.file.close()
        self.socket.close()


def served(server):
    client = Client(server)
    codes = [client.code()] + client.codes(b"EHLO t\r\nMAIL FROM:<a@t>\r\nRCPT TO:<b@t>\r\nQUIT\r\n", 4)
    client.close()
    return codes == ["220", "250", "250", "250", "221"]


def endings(server, count):
    until(lambda: sum(e["event"] == "ending" for e in server.events()) >= count, f"{count} endings")


@test
def pitfall_01_a_handle_is_freed_before_its_close_callback():
    with Played('return { rcpt = function(s, to) if to.user == "big" then s:send(("250-x\\r\\n"):rep(20000)) end end }') as server:
        for _ in range(20):  # the client leaves while megabytes are on their way to it
            client = Client(server)
            client.send(b"EHLO t\r\nMAIL FROM:<a@t>\r\n" + b"RCPT TO:<big@t>\r\n" * 4)
            client.code()
            client.reset()
        endings(server, 20)
        assert served(server)
        server.ends(0)


@test
def pitfall_02_a_session_that_ended_is_resumed():
    with Played("return { mail = function(s) s:sleep(30) end }", "--speed", "100") as server:
        clients = [Client(server) for _ in range(10)]
        for client in clients:
            client.codes(b"EHLO t\r\nMAIL FROM:<a@t>\r\n", 2)
            client.reset()  # while its timer runs
        last = Client(server)  # outlives the timers of all
        assert last.codes(b"EHLO t\r\nMAIL FROM:<a@t>\r\n", 3) == ["220", "250", "250"]
        last.close()
        server.ends(0)


@test
def pitfall_03_nobody_anchors_a_coroutine():
    text = """return { mail = function(s)
      local mine = { s.id }
      s:sleep(1)
      for i = 1, 20000 do local garbage = { i, ("x"):rep(i % 100) } end
      return "250 2.1.0 " .. mine[1]
    end }"""
    with Played(text, "--speed", "100") as server:
        clients = [Client(server) for _ in range(30)]
        for client in clients:
            client.send(b"EHLO t\r\nMAIL FROM:<a@t>\r\n")
        for client in clients:
            assert [client.code() for _ in range(3)] == ["220", "250", "250"]
            client.close()
        server.ends(0)


@test
def pitfall_04_a_script_holds_the_wrong_handle():
    text = 'local kept\nreturn { mail = function(s)\n  if kept then kept:reply "250 2.1.0 Ok" end\n  kept = s\nend }'
    with Played(text) as server:
        one = Client(server)
        assert one.codes(b"EHLO t\r\nMAIL FROM:<a@t>\r\n", 3) == ["220", "250", "250"]
        two = Client(server)
        assert two.codes(b"EHLO t\r\nMAIL FROM:<a@t>\r\n", 3) == ["220", "250", "421"]
        assert one.codes(b"NOOP\r\n", 1) == ["250"]
        one.close()
        two.close()
        assert "case.lua:3: this session is over or belongs to another connection" in server.stderr()
        server.ends(1)


@test
def pitfall_05_a_script_never_waits():
    with Played("return { mail = function()\n  while true do pcall(function() while true do end end) end\nend }") as server:
        bad, good = Client(server), Client(server)
        assert bad.codes(b"EHLO t\r\nMAIL FROM:<a@t>\r\n", 3) == ["220", "250", "421"]
        assert good.codes(b"EHLO t\r\nNOOP\r\n", 3) == ["220", "250", "250"]
        bad.close()
        good.close()
        assert "case.lua:2: ran too long without waiting" in server.stderr()
        server.ends(1)


@test
def pitfall_06_a_memory_cap_aborts_the_process():
    text = """local hoard = {}
    return { mail = function(s)
      for _, size in ipairs { 1 << 20, 1 << 12, 1 << 6 } do
        pcall(function() while true do hoard[#hoard + 1] = ("x"):rep(size) .. #hoard end end)
      end
    end }"""
    with Played(text) as server:
        first = Client(server)
        assert first.codes(b"EHLO t\r\nMAIL FROM:<a@t>\r\n", 3)[:2] == ["220", "250"]
        for _ in range(30):  # accepted when nothing is left: refused, and nothing worse
            client = Client(server)
            assert client.code() in ("220", "421")
            client.close()
        first.close()
        server.ends(1)


@test
def pitfall_07_an_error_has_no_place():
    with Played("local function inner(x)\n  return x.y.z\nend\nreturn { mail = function() inner {} end,\nrset = function() error(nil) end }") as server:
        for line in (b"MAIL FROM:<a@t>", b"RSET"):
            client = Client(server)
            assert client.codes(b"EHLO t\r\n" + line + b"\r\n", 3) == ["220", "250", "421"]
            client.close()
        said = server.stderr()
        assert "case.lua:2: attempt to index a nil value (field 'y')" in said, said
        assert "case.lua:4: in " in said, said  # the traceback
        assert "case.lua:5: (error is a nil, not a text)" in said, said
        server.ends(1)


@test
def pitfall_08_verbs_are_made_of_errors():
    with Played("return { mail = function(s) pcall(function() pcall(s.reset, s) end) return '250 2.1.0 Never said' end }") as server:
        client = Client(server)
        client.codes(b"EHLO t\r\n", 2)
        client.send(b"MAIL FROM:<a@t>\r\n")
        try:
            assert client.file.read() == b"", "something was said after the reset"
            raise Failure("closed, but not reset")
        except ConnectionResetError:
            pass
        client.close()
        server.ends(0)


@test
def pitfall_09_endings_are_confused():
    text = 'return { mail = function(s) s:reply "450 4.3.0 Bye" s:finish() end, rcpt = "550 5.1.1 No" }'
    with Played(text) as server:
        for _ in range(10):  # what the client has sent ahead is unread: a plain close would be a reset
            client = Client(server)
            client.send(b"EHLO t\r\nMAIL FROM:<a@t>\r\n" + b"RCPT TO:<b@t>\r\n" * 200)
            assert [client.code() for _ in range(3)] == ["220", "250", "450"]
            assert client.file.read() == b""  # raises ConnectionResetError if it was one
            client.close()
        server.ends(0)


@test
def pitfall_10_bytes_of_the_peer_meet_malloc_or_the_locale():
    with Played("return {}") as server:
        for junk in (b"\0" * 70000, b"\xff" * 70000 + b"\r\n", b"EHLO " + b"\xe9\0\x80 x\r\n", b"x" * 600 + b"\n",
                     b"MAIL FROM:<" + b"a" * 5000 + b"@t>\r\n", b"\r" * 3000, b"\n" * 3000, b"RCPT TO:<\xc3\xa9@t> X=\0\r\n"):
            client = Client(server)
            client.code()
            try:
                for i in range(0, len(junk), 997):
                    client.send(junk[i:i + 997])
                client.send(b"\r\nQUIT\r\n")
                client.file.read()
            except (ConnectionResetError, BrokenPipeError):
                pass
            client.close()
        assert served(server)
        server.ends(0)


@test
def pitfall_11_tests_depend_on_a_port_or_a_clock():
    with Played("return {}") as one, Played("return {}") as two:  # each takes a free port and says which
        assert one.place()[1] != two.place()[1]
        assert served(one) and served(two)
        one.ends(0)
        assert served(two)
        two.ends(0)


@test
def pitfall_12_shutdown_only_looks_finished():
    text = """return { mail = function(s, from)
      if from.addr == "sleep@t" then s:sleep(1000) end
      if from.addr == "stall@t" then s:stall() end
      if from.addr == "deaf@t" then s:stop_reading(4096) s:stall() end
    end }"""
    for number in (signal.SIGTERM, signal.SIGINT):
        with Played(text) as server:
            clients = []
            for who in (b"sleep", b"stall", b"deaf", b"other"):
                clients.append(Client(server))
                assert clients[-1].codes(b"EHLO t\r\n", 2) == ["220", "250"]
                clients[-1].send(b"MAIL FROM:<" + who + b"@t>\r\n")
            until(lambda: sum(e["event"] == "wait" for e in server.events()) >= 3, "three waits")
            # 0 means: the loop closed, no session is left, and Lua gave back every byte (all required in the program)
            assert server.stop(number) == 0, server.stderr()
            assert clients[0].code() == "421"
            for client in clients:
                client.close()


def main():
    print(f"1..{len(TESTS)}")
    bad = 0
    for number, run in enumerate(TESTS, 1):
        name = run.__name__.replace("_", " ")
        try:
            run()
            print(f"ok {number} - {name}", flush=True)
        except (Failure, AssertionError, OSError) as problem:
            bad += 1
            print(f"not ok {number} - {name}\n# {type(problem).__name__}: {problem}", flush=True)
    return 1 if bad else 0


sys.exit(main())
