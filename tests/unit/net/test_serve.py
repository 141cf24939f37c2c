# SPDX-License-Identifier: BSD-2-Clause
"""`fakesmtp serve` as a tool: reloading, workers, floods, lack of descriptors, caps, and what it keeps."""
import os
import resource
import signal
import socket
import sys
import time

from serving import Server, run, until

MAIL = b"Message-ID: <%d@b.test>\r\nSubject: x\r\n\r\n..stuffed\r\nbare lf\n8bit \xff\r\n"


# ---- what is kept ----

def new_files(folder):
    try:
        return [os.path.join(folder, "new", name) for name in os.listdir(os.path.join(folder, "new"))]
    except FileNotFoundError:
        return []


def test_messages_are_saved_octet_for_octet():
    s = Server({"m": "return {}"}, "--save-messages", "/nonexistent/dir")
    assert s.process.wait(30) == 2 and "/nonexistent/dir" in s.stderr()
    s.__exit__()
    with Server({"m": "return { rcpt = function(s, to) if to.user == 'no' then return '550 5.1.1 No' end end }"},
                "--save-messages", "box", preexec=lambda: os.chdir(os.environ.get("TMPDIR", "/tmp"))) as s:
        folder = os.path.join(os.environ.get("TMPDIR", "/tmp"), "box")
        before = set(new_files(folder))
        with s.client() as c:
            assert c.deliver(MAIL % 1) == 250
        saved = [f for f in new_files(folder) if f not in before]
        assert len(saved) == 1 and ".s1." in saved[0], saved
        with open(saved[0], "rb") as f:
            assert f.read() == (MAIL % 1).replace(b"..stuffed", b".stuffed")
        assert not os.listdir(os.path.join(folder, "tmp"))
        assert s.stop() == 0
        for path in saved:
            os.unlink(path)


def test_an_error_that_comes_again_has_its_traceback_once():
    with Server({"m": "return { mail = function(s, from)\n  error('broken by ' .. from.user)\nend }"}) as s:
        for user in "aab":
            with s.client() as c:
                assert c.reply() == 220 and c.say("EHLO t", f"MAIL FROM:<{user}@t>") == 421
        assert s.stop() == 1
        said = s.stderr()
        assert said.count("m.lua:2: broken by a") == 2 and said.count("broken by b") == 1, said
        assert said.count("stack traceback") == 2, said


def test_a_full_disk_is_said_once_and_fails_the_run():
    """RLIMIT_FSIZE stands for the disk: the message does not fit, its transcript does."""
    limit = (4096, 4096)

    def small():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        os.chdir(os.environ.get("TMPDIR", "/tmp"))
    with Server({"m": "return {}"}, "--save-messages", "box", preexec=small) as s:
        with s.client() as c:
            assert c.deliver(MAIL % 1 + b"x" * 70000 + b"\r\n") == 250
            for _ in range(2):
                c.say("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA")
                c.send(MAIL % 2 + b"x" * 70000 + b"\r\n.\r\n")
                assert c.reply() == 250
        assert s.stop() == 2
        assert s.stderr().count("messages are not saved any more") == 1, s.stderr()


def test_the_ending_says_whether_the_message_was_kept():
    for script, kept in (("s:drop()", False), ("s:keep() s:drop()", True), ("return '554 5.6.0 No'", False), ("", True)):
        with Server({"k": "return { eom = function(s) " + script + " end }"}) as s:
            with s.client() as c:
                assert c.begin() == 354
                c.send(b"Subject: x\r\n\r\nhi\r\n.\r\n")
                if "drop" in script:
                    assert c.rest()[1] == "eof"
                else:
                    c.reply()
            e = s.wait_event(event="ending")
            assert e["kept"] is kept, (script, e)
            assert s.stop() == 0
    with Server({"k": "return {}"}) as s:
        with s.client() as c:
            c.reply()
        assert "kept" not in s.wait_event(event="ending"), "no message, nothing to keep"
        assert s.stop() == 0


def test_a_second_copy_is_recognised():
    text = """return { mx = {{host = "mx1"}, {host = "mx2"}}, eom = function(s, m)
      if m.copy == 1 then return "451 4.3.0 Later" end
      if m.copy == 2 then s:keep() s:drop() end
      return ("250 2.0.0 copy %d duplicate %s %s"):format(m.copy, m.duplicate, s.duplicate) end }"""
    with Server({"d": text}) as s:
        with s.client(0) as c:
            assert c.deliver(MAIL % 7) == 451
        with s.client(1) as c:
            assert c.begin() == 354
            c.send(MAIL % 7 + b".\r\n")
            assert c.rest() == (b"", "eof")
        with s.client(0) as c:
            assert c.begin() == 354
            c.send(b"Received: anew\r\n" + MAIL % 7 + b".\r\n")  # the Message-ID makes it the same
            assert c.line() == b"250 2.0.0 copy 3 duplicate true true"
        with s.client(0) as c:
            assert c.begin() == 354
            c.send(MAIL % 8 + b".\r\n")
            assert c.line().startswith(b"451"), "another message is none"
        events = s.events(event="data")
        assert [(e["copy"], e["duplicate"]) for e in events] == [(1, False), (2, False), (3, True), (1, False)]
        assert [e["duplicate"] for e in s.events(event="kept")] == [False, True]
        assert s.stop() == 0


def test_other_recipients_make_no_duplicate():
    with Server({"d": "return { eom = function(s, m) return '250 ' .. tostring(m.duplicate) end }"}) as s:
        with s.client() as c:
            assert c.reply() == 220
            c.say("EHLO c.test")
            for rcpt, want in (("one", b"250 false"), ("two", b"250 false"), ("one", b"250 true")):
                assert c.say("MAIL FROM:<a@b.test>", f"RCPT TO:<{rcpt}@d.test>", "DATA") == 354
                c.send(b"Subject: no id\r\n\r\nhi\r\n.\r\n")
                assert c.line() == want
        assert s.stop() == 0


# ---- reloading ----

def test_reload_leaves_running_sessions_alone():
    with Server({"r": "return { connect = '220 old', mail = '450 4.0.0 old' }"}) as s:
        with s.client() as old:
            assert old.line() == b"220 old"
            s.write("r", "return { connect = '220 new', mail = '450 4.0.0 new' }")
            s.process.send_signal(signal.SIGHUP)
            s.wait_stderr("r: reloaded")
            with s.client() as new:
                assert new.line() == b"220 new"
            old.say("EHLO x")
            old.send(b"MAIL FROM:<a@b.test>\r\n")
            assert old.line() == b"450 4.0.0 old"
            s.write("r", "return {\n  rpct = '550 5.1.1 No' }")
            s.process.send_signal(signal.SIGHUP)
            s.wait_stderr("r: the old one goes on")
            assert "r.lua:2: unknown stage or key 'rpct' (did you mean 'rcpt'?)" in s.stderr(), s.stderr()
            with s.client() as new:
                assert new.line() == b"220 new"
            s.write("r", "return { mx = {{host = 'other'}} }")
            s.process.send_signal(signal.SIGHUP)
            s.wait_stderr("has other hosts than before")
            for round_ in range(20):  # many at once, with sessions of several ages
                s.write("r", f"return {{ connect = '220 {round_}' }}")
                s.process.send_signal(signal.SIGHUP)
            until(lambda: greeting(s) == b"220 19", "the last one")
            assert old.say("RSET", "MAIL FROM:<a@b.test>") == 450
        assert s.stop() == 0


def greeting(s):
    with s.client() as c:
        return c.line()


# ---- workers ----

def test_workers_share_the_port_and_number_their_sessions():
    with Server({"w": "return {}"}, "--workers", "3") as s:
        clients = [s.client() for _ in range(60)]
        for c in clients:
            assert c.deliver() == 250
            c.sock.close()
        until(lambda: len(s.events(event="ending")) == 60, "60 endings")
        sessions = [e["session"] for e in s.events(event="connect")]
        assert len(set(sessions)) == 60, "unique"
        assert len({n % 3 for n in sessions}) > 1, "more than one worker served"
        with open(s.transcript, encoding="ascii") as f:
            assert all(line.startswith("{") and line.endswith("}\n") for line in f), "whole lines"
        s.write("w", "return { connect = '220 new' }")
        s.process.send_signal(signal.SIGHUP)
        until(lambda: all(greeting(s) == b"220 new" for _ in range(12)), "all have reloaded")
        assert s.stop() == 0


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
        return [int(word) for word in f.read().split()]


def test_a_dead_worker_ends_the_run():
    with Server({"w": "return {}"}, "--workers", "2") as s:
        workers = children(s.process.pid)
        assert len(workers) == 2
        with s.client() as c:
            c.reply()
            os.kill(workers[0], signal.SIGKILL)
            assert s.process.wait(30) == 1
        assert "was killed by signal 9" in s.stderr(), s.stderr()
        for pid in workers:
            assert not os.path.exists(f"/proc/{pid}"), "nobody is left"


def test_workers_end_with_their_supervisor():
    with Server({"w": "return {}"}, "--workers", "2") as s:
        workers = children(s.process.pid)
        s.process.kill()
        s.process.wait()
        until(lambda: not any(os.path.exists(f"/proc/{pid}/fd/0") for pid in workers), "their end")


def test_workers_stop_in_order():
    with Server({"w": "return {}"}, "--workers", "2") as s:
        with s.client() as c:
            c.reply()
            s.process.send_signal(signal.SIGINT)
            assert c.rest()[0].startswith(b"421 4.3.2 ")
        assert s.process.wait(30) == 0
    with Server({"w": "return { mail = function() error('x') end }"}, "--workers", "2") as s:
        with s.client() as c:
            c.reply()
            c.say("EHLO x", "MAIL FROM:<a@b.test>")
        s.wait_event(event="ending")
        assert s.stop() == 1, "a broken scenario"


def test_a_port_in_use_is_no_surprise():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        for workers in ("1", "2"):
            s = Server({"w": "return {}"}, "--workers", workers, listen=f"127.0.0.1:{taken.getsockname()[1]}")
            assert s.process.wait(30) == 2
            assert "address already in use" in s.stderr(), s.stderr()
            s.__exit__()


# ---- floods ----

def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_no_descriptor_left_and_nobody_suffers():
    limit = 40
    with Server({"e": "return {}"},
                preexec=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))) as s:
        first = s.client()
        assert first.reply() == 220
        flood = [s.client() for _ in range(limit * 2)]  # the backlog takes them
        s.wait_stderr("no connection can be accepted for now")
        before, begun = cpu_seconds(s.process.pid), time.monotonic()
        assert first.say("EHLO x", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "RSET") == 250, "others go on"
        while time.monotonic() - begun < 0.5:
            assert first.say("NOOP") == 250
            time.sleep(0.05)
        assert cpu_seconds(s.process.pid) - before < 0.25, "it spins"
        served = 0
        for c in flood:  # each that leaves makes room for one that waits, in order
            assert c.reply() == 220
            c.sock.close()
            served += 1
        assert served == limit * 2
        assert first.say("QUIT") == 221
        said = s.stderr().count("no connection can be accepted for now")
        assert said <= 3, s.stderr()
        assert s.stop() == 0
        assert "accepting paused" in s.stderr()


def test_max_connections():
    with Server({"m": "return {}"}, "--max-connections", "3") as s:
        inside = [s.client() for _ in range(3)]
        for c in inside:
            assert c.reply() == 220
        for _ in range(5):
            with s.client() as c:
                got, end = c.rest()
                assert got.startswith(b"421 4.3.2 mx.m.test Too many connections\r\n") and end == "eof"
        assert inside[0].say("QUIT") == 221
        inside[0].rest()
        inside[0].sock.close()
        s.wait_event(event="ending")
        until(lambda: greeting(s).startswith(b"220"), "room")
        assert s.stderr().count("others are turned away") >= 1
        assert s.stop() == 0
        assert "connections were turned away" in s.stderr()


def test_memory_of_all_connections_is_bounded():
    with Server({"m": "return {}"}, "--max-memory", "1000000") as s:
        with s.client() as small, s.client() as large:
            assert small.begin() == 354
            assert large.begin() == 354
            try:
                large.send(b"x" * 3000000)
            except ConnectionError:
                pass
            got = large.rest()[0]
            assert got.startswith(b"421 4.3.1 ") or s.wait_event(event="ending")
            assert s.wait_event(event="ending")["text"] == "memory-full"
            small.send(b"Subject: x\r\n\r\nhi\r\n.\r\n")
            assert small.reply() == 250
        assert s.stop() == 0


def test_slow_clients_are_told_to_go():
    """One that sends a byte now and then, one that sends nothing, one that stops in the body: RFC 5321 4.5.3.2.7."""
    with Server({"t": "return {}"}, "--speed", "600") as s:
        with s.client() as idle, s.client() as body, s.client() as loris:
            assert body.begin() == 354
            loris.reply()
            alive = True
            while alive:
                try:
                    loris.send(b"N")
                    loris.sock.settimeout(0.1)
                    alive = not loris.rest()[0].startswith(b"421 4.4.2")
                except TimeoutError:
                    pass
            idle.reply()
            assert idle.reply() == 421
            assert body.reply() == 421
        assert s.stop() == 0


def test_stop_says_how_many():
    s = Server({"n": "return {}"})
    with s:
        with s.client() as c:
            assert c.deliver() == 250
            with s.client() as other:
                other.reply()
                assert s.stop() == 0
                assert other.rest()[0].startswith(b"421 4.3.2 ")


run(sys.modules[__name__])
