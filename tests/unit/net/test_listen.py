# SPDX-License-Identifier: BSD-2-Clause
"""What a host does before any conversation: refuse, drop requests, reset, and change its mind; unix sockets and IPv6."""
import errno
import os
import select
import socket
import sys

from serving import Server, Skip, raises, run, until


def test_refused():
    with Server({"closed": "return { listen = refuse }"}) as s:
        assert s.lines[0].startswith("refusing ")
        with raises(ConnectionRefusedError):
            s.client()
        assert s.stop() == 0


def test_blackhole_answers_nothing_while_another_port_answers():
    with Server({"hole": "return { listen = blackhole }", "fine": "return {}"}) as s:
        assert s.lines[0].startswith("blackhole ")
        with socket.socket() as probe:
            probe.setblocking(False)
            assert probe.connect_ex(s.addresses[0]) == errno.EINPROGRESS
            with s.client(1) as c:  # begun later, and a whole session long
                assert c.deliver() == 250
                assert c.say("QUIT") == 221
            assert select.select([], [probe], [], 0)[1] == [], "the connect came to an end"
        assert s.stop() == 0


def test_blackhole_opens():
    with Server({"hole": "return { listen = {blackhole, lasting = minutes(30)} }"}, "--speed", "100000") as s:
        with s.client() as c:  # the kernel asks again after a second
            assert c.reply() == 220
        assert s.stop() == 0


def test_refuses_for_a_time():
    with Server({"later": "return { listen = {refuse, lasting = hours(1)} }"}, "--speed", "20000") as s:
        def connected():
            try:
                with s.client() as c:
                    return c.reply() == 220
            except ConnectionRefusedError:
                return False
        until(connected, "a greeting")
        assert s.stop() == 0


def test_reset_at_once():
    with Server({"rst": "return { listen = reset }"}) as s:
        with s.client() as c:
            assert c.rest() == (b"", "reset")
        e = s.wait_event(event="ending")
        assert e["text"] == "reset" and e["stage"] == "connect" and "kept" not in e
        assert s.stop() == 0


def test_reset_so_many_times():
    with Server({"rst": "return { listen = {reset, times = 2} }"}) as s:
        for want in ("reset", "reset"):
            with s.client() as c:
                assert c.rest() == (b"", want)
        with s.client() as c:
            assert c.deliver() == 250
        assert s.stop() == 0


def test_only_reset_can_count():
    s = Server({"wrong": "return {\n  listen = {refuse,\n  times = 2},\n}"})
    assert s.process.wait(30) == 2
    assert "wrong.lua:3: listen: only `reset` can count" in s.stderr(), s.stderr()
    s.__exit__()


def test_unix_socket():
    with Server({"local": "return {}"}, listen="unix:" + os.path.join(os.environ.get("TMPDIR", "/tmp"),
                                                                      f"fakesmtp-{os.getpid()}.sock")) as s:
        path = s.addresses[0]
        with s.client() as c:
            assert c.deliver() == 250
            assert c.say("QUIT") == 221
            assert c.rest() == (b"", "eof")
        assert s.events(event="connect")[0]["text"] == "unix"
        s.process.kill()
        s.process.wait()
        assert os.path.exists(path)
        with Server({"local": "return {}"}, listen="unix:" + path) as again:  # what was left behind is in nobody's way
            with raises(AssertionError):
                Server({"local": "return {}"}, listen="unix:" + path).__enter__()  # but a living one is
            assert again.stop() == 0
        assert not os.path.exists(path)


def test_ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError as why:
        raise Skip(str(why)) from why
    with Server({"six": "return { connect = function(s) return '220 ' .. s.ip end }"}, listen="[::1]:0") as s:
        assert s.lines[0].startswith("listening [::1]:")
        with s.client() as c:
            assert c.line() == b"220 ::1"
        assert s.stop() == 0


def test_several_hosts_side_by_side():
    text = """return { mx = {
      { host = "mx1", preference = 10, listen = refuse },
      { host = "mx2", preference = 20, rcpt = "450 4.2.0 Later" },
      { host = "mx3", preference = 30 } } }"""
    with Server({"three": text}) as s:
        assert [line.split()[-1] for line in s.lines[:-1]] == [f"mx{i}.three.test" for i in (1, 2, 3)]
        with raises(ConnectionRefusedError):
            s.client(0)
        with s.client(1) as c:
            c.reply()
            assert c.say("EHLO c.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>") == 450
        with s.client(2) as c:
            assert c.deliver() == 250
        assert s.stop() == 0


def taken_without_waiting(scenario):
    with Server({"small": scenario}) as s:
        with s.client() as c:
            assert c.begin() == 354
            c.sock.setblocking(False)
            sent = 0
            try:
                while sent < 64 << 20:
                    sent += c.sock.send(b"x" * 4096)
            except BlockingIOError:
                return sent
    return sent


def test_small_receive_buffer_is_there_from_the_first_window():
    """A client can give away little more than that, and so is still in the body when it is told so."""
    text = "return { listen = {accept, buffer = 4096}, data = function(s) s:reply('354 go') s:stop_reading() s:stall() end }"
    small, large = taken_without_waiting(text), taken_without_waiting(text.replace("4096", "4000000"))
    assert small < 400000 and small * 4 < large, (small, large)


run(sys.modules[__name__])
