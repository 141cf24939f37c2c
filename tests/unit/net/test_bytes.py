# SPDX-License-Identifier: BSD-2-Clause
"""Misbehaviour of bytes: where they stop, in which pieces they come, and what becomes of a client that is not read or
does not read."""
import os
import socket
import sys

from serving import Server, run, until


def greet(body):
    return {"g": "return { connect = function(s) " + body + " end }"}


def test_reset_at_byte_n():
    for n in (0, 1, 5, 11):
        with Server(greet(f's:send(("220 x ESMTP\\r\\n"):sub(1, {n})) s:reset()')) as s:
            with s.client() as c:
                seen = c.rest()
                assert seen == (b"220 x ESMTP\r\n"[:n], "reset"), (n, seen)
            assert s.stop() == 0


def test_drop_inside_a_reply():
    with Server({"d": "return { ehlo = function(s) s:send('250-one\\r\\n250-tw') s:drop() end }"}) as s:
        with s.client() as c:
            c.reply()
            c.send(b"EHLO x\r\n")
            assert c.rest() == (b"250-one\r\n250-tw", "eof")
        assert s.wait_event(event="ending")["text"] == "drop"
        assert s.stop() == 0


def test_half_close_reads_on():
    with Server(greet("s:reply('220 hi') s:half_close() s.notes.line = s:line() s:finish()")) as s:
        with s.client() as c:
            assert c.rest() == (b"220 hi\r\n", "eof")
            c.send(b"still here\r\n")
            assert s.wait_event(event="command")["bytes"] == "still here"
        assert [e["text"] for e in s.events(event="ending")] == ["half-close", "finish"]
        assert s.stop() == 0


def test_client_that_half_closes_hears_the_rest():
    """RFC 1122 4.2.2.13: what it said before its FIN is answered, and a drip goes on to its end."""
    with Server(greet("s:drip{bytes = 40, every = 5}"), "--speed", "1000") as s:
        with s.client() as c:
            c.send(b"EHLO x\r\nNOOP\r\nQUIT\r\n")
            c.sock.shutdown(socket.SHUT_WR)
            got, end = c.rest()
            assert end == "eof" and got.startswith(b"220 ") and b"\r\n221 " in got and got.endswith(b"Bye\r\n"), got
        assert s.stop() == 0


def test_drip_comes_in_pieces_of_that_size():
    with Server(greet("s:drip{bytes = 3, every = 1}"), "--speed", "50") as s:
        with s.client() as c:
            sizes = []
            while sum(sizes) < 2 or not got.endswith(b"\n"):
                got = c.sock.recv(65536)
                sizes.append(len(got))
            # A slow machine may read two pieces at once; a piece never falls apart.
            assert len(sizes) > 2 and all(n % 3 == 0 for n in sizes[:-1]), sizes
        assert s.stop() == 0


def test_drip_ends_and_what_waits_goes_at_once():
    with Server(greet("s:drip{every = 100000} s:send('220 slow\\r\\n') s:drip(false) s:send('220 two\\r\\n') s:stall()")) as s:
        with s.client() as c:
            assert c.line() == b"220 slow"
            assert c.line() == b"220 two"
        s.wait_event(event="ending")
        assert s.stop() == 0


def test_split_sends_the_pieces_then_the_rest():
    with Server(greet("s:split{1, 4, every = 1} s:send('abcdefghij') s:flush() s:send('\\r\\n') s:finish()"), "--speed", "20") as s:
        with s.client() as c:
            got, pieces = b"", []
            while not got.endswith(b"\n"):
                pieces.append(c.sock.recv(65536))
                got += pieces[-1]
            assert got == b"abcdefghij\r\n"
            ends = {len(b"".join(pieces[:i + 1])) for i in range(len(pieces))}
            assert ends <= {1, 5, 10, 12}, pieces
        assert s.stop() == 0


def test_finish_waits_for_a_drip_and_drop_does_not():
    with Server(greet("s:drip{bytes = 4, every = 1} s:send('220-abcdefgh\\r\\n') s:finish()"), "--speed", "100") as s:
        with s.client() as c:
            assert c.rest() == (b"220-abcdefgh\r\n", "eof")
    with Server(greet("s:drip{bytes = 4, every = 1000} s:send('220-abcdefgh\\r\\n') s:drop()")) as s:
        with s.client() as c:
            assert c.rest() == (b"220-", "eof")
    with Server(greet("s:drip{bytes = 4, every = 1} s:send('220-abcdefgh\\r\\n') s:flush() s:reset()"), "--speed", "100") as s:
        with s.client() as c:
            assert c.rest() == (b"220-abcdefgh\r\n", "reset")


def test_a_drip_to_nobody_ends():
    """The client is gone and only our writes would tell; they must."""
    with Server(greet("s:drip{bytes = 1, every = 10}"), "--speed", "1000") as s:
        for _ in range(20):
            with s.client() as c:
                c.send(b"NOOP\r\n" * 1000)
        until(lambda: len(s.events(event="ending")) == 20, "20 endings")
        until(lambda: sockets_of(s.process.pid) <= 2, "20 closed sockets")
        assert s.stop() == 0


def sockets_of(pid):
    """The listener, and standard output where that is one."""
    names = []
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            names.append(os.readlink(f"/proc/{pid}/fd/{fd}"))
        except FileNotFoundError:
            pass
    return sum(name.startswith("socket:") for name in names)


def test_stop_does_not_wait_for_a_drip():
    with Server(greet("s:drip{bytes = 1, every = 100000}")) as s:
        with s.client() as c:
            c.send(b"NOOP\r\n" * 10)
            s.wait_event(event="reply", stage="other", count=10)
            s.process.send_signal(15)
            assert b"\r\n421 4.3.2 " in c.rest()[0]
        assert s.process.wait(30) == 0


def test_stall_inside_a_multi_line_reply():
    with Server({"m": "return { ehlo = function(s) s:send('250-one\\r\\n250') s:stall() end }"}) as s:
        with s.client() as c:
            c.reply()
            c.send(b"EHLO x\r\n")
            assert c.line() == b"250-one"
            s.wait_event(event="wait", text="stall")
            assert s.events(event="wait")[0]["stage"] == "ehlo"
        assert s.wait_event(event="ending")["text"] == "closed-by-client"
        assert s.stop() == 0


def test_wrong_arguments_are_the_scripts_fault():
    for body, what in (("s:drip{byte = 1}", "unknown key 'byte'"), ("s:drip{bytes = 0}", "whole numbers from 1 up"),
                       ("s:split{}", "1 to 256 sizes"), ("s:split{1, 'x'}", "whole numbers from 1 up"),
                       ("s:stop_reading(-1)", "a number of bytes"), ("s:drip{every = -1}", "seconds from 0 up")):
        with Server(greet(body)) as s:
            with s.client() as c:
                assert c.reply() == 421
            assert what in s.wait_event(event="script-error")["text"], s.events(event="script-error")
            assert s.stop() == 1


def test_stop_reading_fills_the_clients_buffers():
    text = "return { data = function(s) s:reply('354 go') s:stop_reading(2048) s:stall() end }"
    with Server({"deaf": text}) as s:
        with s.client() as c:
            assert c.begin() == 354
            c.sock.setblocking(False)
            sent = 0
            with_nothing = 0
            while with_nothing < 3 and sent < 200 << 20:
                try:
                    sent += c.sock.send(b"x" * 65536)
                    with_nothing = 0
                except BlockingIOError:
                    with_nothing += 1
                    socket.socketpair()[0].close()
            assert sent < 100 << 20, "everything was taken"
            assert not s.events(event="ending")
            # It gives up without reading anything: RST. The server hears of it though it does not read.
            c.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        assert s.wait_event(event="ending")["text"] in ("lost", "closed-by-client")
        assert s.stop() == 0


def test_reset_in_the_body():
    text = "return { data = function(s) s:reply('354 go') s:stop_reading() s:reset() end }"
    with Server({"r": text}) as s:
        with s.client() as c:
            assert c.begin() == 354
            assert c.rest() == (b"", "reset")
        e = s.wait_event(event="ending")
        assert (e["text"], e["stage"]) == ("reset", "data")
        assert s.stop() == 0


def test_who_does_not_read_is_dropped():
    """Output that waits is bounded; the other connections do not notice."""
    text = "return { other = function(s) s:send(('x'):rep(100000)) return '250 more' end }"
    with Server({"flood": text}) as s:
        with s.client(receive_buffer=4096) as c, s.client() as other:
            c.sock.settimeout(0.2)
            try:
                for _ in range(1000):
                    c.send(b"XMORE\r\n")
                    if s.events(event="ending"):
                        break
            except (ConnectionError, TimeoutError):
                pass
            assert s.wait_event(event="ending")["text"] == "output-full"
            assert other.deliver() == 250
        assert s.stop() == 0


def test_who_waits_with_too_much_unsent_is_dropped():
    """Also where it was the last words before the wait that were too many. A drip keeps them from the kernel's buffers."""
    text = """return { connect = function(s)
  s:drip{bytes = 1, every = 1000}
  s:send(('x'):rep((1 << 20) - 1000))
  s:send(('x'):rep(2000))
  s:stall()
end }"""
    with Server({"full": text}) as s:
        with s.client() as c:
            assert s.wait_event(event="ending")["text"] == "output-full"
            assert c.rest()[0].strip(b"x") == b""
        assert s.stop() == 0


def test_s_flush_is_the_way_to_say_a_lot():
    text = "return { other = function(s) for i = 1, 200 do s:send(('x'):rep(65535) .. '\\n') s:flush() end return '250 done' end }"
    with Server({"lot": text}) as s:
        with s.client() as c:
            c.reply()
            c.send(b"XMORE\r\n")
            for _ in range(200):
                assert len(c.line()) == 65535
            assert c.reply() == 250
        assert s.stop() == 0


def test_stall_forgets_what_the_client_says():
    """A client that floods a stalled connection is heard leaving, however much it said."""
    with Server(greet("s:stall()")) as s:
        with s.client() as c:
            c.send(b"y" * (4 << 20))
        assert s.wait_event(event="ending")["text"] in ("closed-by-client", "lost")
        assert s.stop() == 0


def test_pipelining_into_a_sleep_is_bounded():
    with Server(greet("s:sleep(100000)")) as s:
        with s.client() as c:
            c.sock.setblocking(False)
            sent = 0
            try:
                while sent < 200 << 20:
                    sent += c.sock.send(b"NOOP\r\n" * 1000)
            except BlockingIOError:
                pass
            s.wait_event(event="wait")
            assert sent < 100 << 20
            with open(f"/proc/{s.process.pid}/status", encoding="ascii") as f:
                kib = {line.split(":")[0]: line.split()[1] for line in f if line.startswith("VmRSS")}
            assert int(kib["VmRSS"]) < 200 * 1024 or "asan" in sys.argv
        assert s.stop() == 0


run(sys.modules[__name__])
