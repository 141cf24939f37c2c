# SPDX-License-Identifier: BSD-2-Clause
"""The command line of fakesmtp: what is refused and how, exit statuses, files, signals, and chance by a seed. TAP."""
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading

from server import BOUND, Failure, Server, until

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = sys.argv[1]
TESTS = []


def test(f):
    TESTS.append(f)
    return f


def run(*args, **how):
    return subprocess.run([PROGRAM, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=BOUND, **how)


def check(done, status, said=None, exactly=None):
    assert done.returncode == status, f"status {done.returncode}: {done.stdout} {done.stderr}"
    if exactly is not None:
        assert done.stderr == exactly, f"standard error {done.stderr!r}, wanted {exactly!r}"
    if said is not None:
        assert said in done.stderr, f"standard error {done.stderr!r} lacks {said!r}"


def scenario(name):
    return os.path.join(HERE, "scenarios", name)


class Folder:
    """A directory of scenario files."""

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="fakesmtp-cli-")
        return self

    def __exit__(self, *what):
        self.temporary.cleanup()

    def path(self, name):
        return os.path.join(self.temporary.name, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)


class Client:
    def __init__(self, server, host=None):
        self.socket = socket.create_connection(server.place(host)[:2], BOUND)
        self.file = self.socket.makefile("rb")

    def reply(self):
        while True:
            line = self.file.readline()
            if line[3:4] != b"-":
                return line.decode("latin-1").rstrip("\r\n")

    def say(self, line):
        self.socket.sendall(line.encode() + b"\r\n")
        return self.reply()

    def close(self):
        self.file.close()
        self.socket.close()


# ---- what is refused before anything starts ----

@test
def usage_errors_are_status_2():
    for args, said in (((), "usage: fakesmtp"), (("nonsense",), "no command 'nonsense'"), (("serve",), "which scenario?"),
                       (("serve", "--nonsense", "x"), "Try 'fakesmtp serve --help'"), (("serve", "--speed", "x", "y"), "--speed x"),
                       (("serve", "--speed", "-1", "y"), "--speed -1"), (("serve", "--seed", "0.5", "y"), "--seed 0.5"),
                       (("serve", "--listen", "nowhere", "y"), "nowhere: not an address"),
                       (("serve", "--listen", "127.0.0.1:65536", "y"), "not an address"),
                       (("run", "--nonsense"), "Try 'fakesmtp run --help'"), (("run", "--sender", "builtn"), "did you mean 'builtin'?"),
                       (("list", "adress"), "no folder 'adress' of scenarios (did you mean 'address'?)"), (("list", "--nonsense"), "Try 'fakesmtp list --help'")):
        check(run(*args), 2, said)


@test
def help_and_version_are_status_0():
    for args in (("--help",), ("help",), ("serve", "--help"), ("run", "--help"), ("list", "--help")):
        done = run(*args)
        check(done, 0, exactly="")
        assert "usage: fakesmtp" in done.stdout, done.stdout
    assert re.match(r"fakesmtp \d+\.\d+\.\d+\n$", run("--version").stdout)


@test
def a_scenario_nobody_knows():
    check(run("serve", "unkown-user"), 2, exactly="fakesmtp serve: no scenario 'unkown-user' (did you mean 'unknown-user'?)\n")
    check(run("run", "unkown-user"), 2, "no scenario 'unkown-user' (did you mean 'unknown-user'?)")
    check(run("serve", "./nowhere.lua"), 2, exactly="./nowhere.lua: No such file or directory\n")


@test
def a_bad_script_is_one_line_and_nothing_listens():
    cases = (("return {\n  rctp = '550 no',\n}", "2: unknown stage or key 'rctp' (did you mean 'rcpt'?)"),
             ("return {\n\n  rcpt = 'no' }", "3: rcpt: reply lacks a code: it starts with three digits, as in \"550 5.1.1 No such user\""),
             ("return { rcpt = function(s)\n  return 'no'\nend }",
              "2: reply lacks a code: it starts with three digits, as in \"550 5.1.1 No such user\""),
             ("local x\nreturn x.y", "2: attempt to index a nil value (local 'x')"),
             ("return { 1", "1: '}' expected near <eof>"),
             ("count = 1", "1: 'count' is not declared: write `local count`"),
             ("local o = io", "1: unknown name 'io'"),
             ("while true do end", "1: ran too long without waiting (5000000 instructions)"))
    with Folder() as folder:
        good = folder.write("good.lua", "return {}")
        for text, what in cases:
            bad = folder.write("bad.lua", text)
            ready = folder.path("ready")
            for paths in ((bad,), (good, bad)):
                done = run("serve", "--listen", "127.0.0.1:0", "--ready-file", ready, *paths)
                check(done, 2)
                assert done.stderr.startswith(f"{bad}:{what}") and done.stderr.count("\n") == 1, done.stderr
                assert done.stdout == "" and not os.path.exists(ready)
            done = run("run", bad)
            check(done, 2)
            assert done.stderr.splitlines()[-1] == f"{bad}:{what}", done.stderr


@test
def every_bad_script_is_named():
    with Folder() as folder:
        paths = [folder.write(f"bad{i}.lua", "return 1") for i in range(3)]
        done = run("serve", "--listen", "127.0.0.1:0", *paths)
        check(done, 2)
        assert [line.split(":")[0] for line in done.stderr.splitlines()] == paths, done.stderr


@test
def an_expectation_that_cannot_be_right():
    with Folder() as folder:
        bad = folder.write("bad.lua", "return {\n  expect = {\n    bounce = { reason = 'mailbox-fulll' } } }")
        check(run("run", bad), 2, f"{bad}:3: unknown reason 'mailbox-fulll' (did you mean 'mailbox-full'?)")


@test
def an_occupied_port_is_named_with_its_reason():
    with socket.socket() as busy, Folder() as folder:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        place = "127.0.0.1:%d" % busy.getsockname()[1]
        done = run("serve", "--listen", place, "--ready-file", folder.path("ready"), scenario("polite.lua"))
        check(done, 2, exactly=f"fakesmtp serve: cannot listen on {place}: address already in use\n")
        assert done.stdout == "" and not os.path.exists(folder.path("ready"))
        done = run("serve", "--listen", "127.0.0.1:0", "--listen", place, scenario("polite.lua"), scenario("waits.lua"))
        check(done, 2, f"cannot listen on {place}: address already in use")


@test
def files_that_cannot_be_written():
    for option in ("--transcript", "--ready-file"):
        done = run("serve", "--listen", "127.0.0.1:0", option, "/nowhere/at/all", scenario("polite.lua"))
        check(done, 2, "/nowhere/at/all")
        assert "No such file or directory" in done.stderr
    check(run("run", "--transcript", "/nowhere/at/all", "unknown-user"), 2, "/nowhere/at/all: No such file or directory")
    check(run("run", "--json", "/nowhere/at/all", "unknown-user"), 2, "/nowhere/at/all: No such file or directory")


# ---- serving ----

@test
def the_ready_file_appears_whole():
    """As soon as it is there it can be read: it is looked for without a pause, many times."""
    for _ in range(20):
        with Folder() as folder:
            ready = folder.path("ready")
            process = subprocess.Popen([PROGRAM, "serve", "--listen", "127.0.0.1:0", "--quiet", "--ready-file", ready,
                                        *[scenario(name) for name in ("polite.lua", "hosts.lua", "waits.lua")]],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            try:
                while not os.path.exists(ready):
                    assert process.poll() is None
                with open(ready, encoding="ascii") as f:
                    text = f.read()
                assert text.endswith("ready\n") and text.count("\n") == 7, text
                process.send_signal(signal.SIGTERM)
                out, _ = process.communicate(timeout=BOUND)
                assert out == text and process.returncode == 0, (out, process.returncode)
            finally:
                process.kill()
                process.wait()


@test
def sigterm_in_the_middle_of_a_stall():
    for number in (signal.SIGTERM, signal.SIGINT):
        with Server(PROGRAM, [scenario("waits.lua")]) as server:
            clients = [Client(server) for _ in range(5)]
            for client in clients:
                assert client.reply().startswith("220 ")
                client.socket.sendall(b"EHLO stall\r\n")
            until(lambda: sum(e["event"] == "wait" for e in server.events()) == 5, "five stalls")
            server.process.send_signal(number)
            for client in clients:
                assert client.reply().startswith("421 4.3.2 "), "no 421 (RFC 5321 3.8)"
                assert client.file.read() == b""
                client.close()
            assert server.process.wait(BOUND) == 0, server.stderr()
            server.check_transcript()


@test
def a_client_that_does_not_close_cannot_keep_the_server():
    with Server(PROGRAM, [scenario("waits.lua")], ["--speed", "100"]) as server:
        client = Client(server)
        client.reply()
        assert server.stop() == 0
        client.close()


@test
def a_broken_scenario_fails_the_run_at_its_end():
    with Server(PROGRAM, [scenario("broken.lua")]) as server:
        client = Client(server)
        client.reply()
        client.say("EHLO t")
        client.say("MAIL FROM:<a@t>")
        assert client.say("RCPT TO:<index@t>").startswith("421 ")
        client.close()
        until(lambda: any(e["event"] == "script-error" for e in server.events()), "the error in the transcript")
        assert server.process.poll() is None, "the server ended by itself"
        assert server.stop() == 1


@test
def what_breaks_during_the_stop_counts_too():
    with Server(PROGRAM, [scenario("broken.lua")]) as server:
        client = Client(server)
        client.reply()
        client.say("EHLO close")
        server.process.send_signal(signal.SIGTERM)
        assert client.reply().startswith("421 ")
        client.close()
        assert server.process.wait(BOUND) == 1, server.stderr()


@test
def a_full_disk_is_said_once():
    with Server(PROGRAM, [scenario("polite.lua")], transcript="/dev/full") as server:
        for _ in range(3):
            client = Client(server)
            client.reply()
            assert client.say("EHLO t").startswith("250 "), "the server does not go on"
            client.close()
        assert server.stop() == 2
        said = [line for line in server.stderr().splitlines() if "/dev/full" in line]
        assert said == ["fakesmtp: transcript is incomplete: /dev/full: No space left on device"], server.stderr()


@test
def killed_in_the_middle_the_transcript_is_whole_lines():
    with Server(PROGRAM, [scenario("polite.lua")]) as server:
        stop = threading.Event()

        def talk():
            try:
                client = Client(server)
                while not stop.is_set():
                    client.say("EHLO some.client.example")
            except OSError:
                pass

        threads = [threading.Thread(target=talk) for _ in range(3)]
        for thread in threads:
            thread.start()
        until(lambda: len(server.events()) > 300, "some events")
        server.process.kill()
        server.process.wait()
        stop.set()
        for thread in threads:
            thread.join()
        with open(server.transcript, "rb") as f:
            text = f.read()
        assert text.endswith(b"}\n"), text[-100:]
        for line in text.splitlines():
            json.loads(line)


@test
def many_connections_one_of_which_breaks():
    with Server(PROGRAM, [scenario("broken.lua")]) as server:
        clients = [Client(server) for _ in range(100)]
        for client in clients:
            assert client.reply().startswith("220 ")
        for client in clients:
            client.socket.sendall(b"EHLO t\r\nMAIL FROM:<a@t>\r\n")
        for client in clients:
            assert client.reply()[:3] + client.reply()[:3] == "250250"
        for number, client in enumerate(clients):
            user = "index" if number == 50 else "fine"
            client.socket.sendall(f"RCPT TO:<{user}@t>\r\nDATA\r\n".encode())
        for number, client in enumerate(clients):
            assert client.reply()[:3] == ("421" if number == 50 else "250")
        for number, client in enumerate(clients):
            if number != 50:
                assert client.reply()[:3] == "354"
                assert client.say("hello\r\n.").startswith("250 ")
            client.close()
        assert server.stop() == 1


# ---- chance ----

def faults(seed, in_turn=False):
    """What forty recipients are told, in each of two sessions: one after the other, or question by question."""
    with Server(PROGRAM, [scenario("chances.lua")], ["--seed", seed]) as server:
        clients = []
        for _ in range(2):
            clients.append(Client(server))
            clients[-1].reply()
        for client in clients:
            client.say("EHLO t")
            client.say("MAIL FROM:<a@t>")
        told = [[], []]
        asked = [(i, n) for i in range(40) for n in (0, 1)] if in_turn else [(i, n) for n in (0, 1) for i in range(40)]
        for i, n in asked:
            told[n].append(clients[n].say(f"RCPT TO:<u{i}@t>")[:3])
        for client in clients:
            client.close()
    return told


@test
def the_same_seed_gives_the_same_faults():
    first = faults("42")
    assert first == faults("42") and first == faults("0x2a")
    assert first[0] != first[1], "each session has its own stream"
    assert {"250", "450"} == set(first[0] + first[1])
    assert first != faults("43")
    assert first == faults("42", in_turn=True), "what one session gets depends on another"


# ---- list and run ----

@test
def list_shows_what_there_is():
    names = run("list", "--names").stdout.split()
    check(run("list", "--names"), 0, exactly="")
    assert len(names) == len(set(names)) and {"unknown-user", "greylist", "rcpt-tarpit"} <= set(names)
    done = run("list")
    check(done, 0, exactly="")
    rows = [line.split(None, 1) for line in done.stdout.splitlines() if line.startswith("  ")]
    assert sorted(row[0] for row in rows) == sorted(names)
    assert all(len(row) == 2 for row in rows), "a scenario without a title"
    assert done.stdout.endswith(f"\n{len(names)} scenarios\n"), done.stdout[-40:]
    folders = dict(re.findall(r"^(\S+) \((\d+)\)$", done.stdout, re.M))
    assert {"address", "time"} <= set(folders) and sum(map(int, folders.values())) == len(names), folders
    one = run("list", "lmtp")
    check(one, 0, exactly="")
    assert re.findall(r"^\S+ \(\d+\)$", one.stdout, re.M) == [f"lmtp ({folders['lmtp']})"], one.stdout
    rows = json.loads(run("list", "--json").stdout)
    assert [row["name"] for row in rows] == names, "another order"
    assert all(row["title"] and row["source"] and os.path.exists(row["path"]) for row in rows), "something is missing"
    assert {row["folder"] for row in json.loads(run("list", "--json", "lmtp", "dns").stdout)} == {"dns", "lmtp"}


@test
def no_data_directory():
    for command in ("list", "run"):
        done = run(command, env={**os.environ, "FAKESMTP_DATADIR": "/nowhere"})
        check(done, 2, "/nowhere/scenarios: No such file or directory")


@test
def run_judges():
    done = run("run", "--seed", "1", "unknown-user", "accept-all")
    check(done, 0, exactly="seed 1\n")
    assert "2 of 2 as expected" in done.stdout, done.stdout


def edited(folder, name, old, new):
    """A scenario of the library, with something changed."""
    with open(os.path.join(os.path.dirname(PROGRAM), "datadir"), encoding="utf-8") as f:
        root = f.readline().strip()
    for at, _, files in os.walk(os.path.join(root, "scenarios")):
        if name + ".lua" in files:
            with open(os.path.join(at, name + ".lua"), encoding="utf-8") as f:
                text = f.read()
            assert old in text, f"{name} has no {old}"
            return folder.write(name + ".lua", text.replace(old, new))
    raise AssertionError(f"no scenario {name}")


@test
def run_fails_when_the_server_no_longer_does_what_is_expected():
    with Folder() as folder:
        done = run("run", edited(folder, "unknown-user", 'return "550 5.1.1', 'return "250 2.1.5'))
        check(done, 1)
        assert "missing" in done.stdout and "FAIL" in done.stdout, done.stdout
        done = run("run", edited(folder, "accept-all", "expect = {", 'rcpt = "550 5.1.1 no", expect = {'))
        check(done, 1)
        assert "wrong" in done.stdout, done.stdout


@test
def run_fails_when_the_expectation_is_another():
    with Folder() as folder:
        for old, new in (('"user-unknown"', '"mailbox-full"'), ('stage = "rcpt"', 'stage = "eom"'), ('"5.1.1", actor', '"5.1.2", actor'),
                         ("permanent = true", "permanent = false"), ("delivered = 0", "delivered = 1"),
                         ("attempts = 1", "attempts = at_least(2)")):
            check(run("run", edited(folder, "unknown-user", old, new)), 1)


@test
def run_fails_when_the_scenario_breaks():
    with Folder() as folder:
        done = run("run", edited(folder, "unknown-user", "to.addr", "to.addr.no.such"))
        check(done, 1)
        assert "script errors" in done.stdout, done.stdout


@test
def run_speaks_tap():
    with Folder() as folder:
        bad = edited(folder, "unknown-user", 'return "550 5.1.1', 'return "250 2.1.5')
        done = run("run", "--tap", "accept-all", bad)
        check(done, 1)
        lines = done.stdout.splitlines()
        assert lines[0] == "TAP version 13" and "1..2" in lines
        assert "ok 1 - builtin: accept-all (exact)" in lines
        assert any(line.startswith("not ok 2 - builtin: unknown-user (missing)") for line in lines), lines


@test
def run_writes_json():
    with Folder() as folder:
        check(run("run", "--seed", "7", "--json", folder.path("out"), "unknown-user", "accept-all"), 0)
        with open(folder.path("out"), encoding="utf-8") as f:
            told = json.load(f)
        assert told["schema"] == 1 and told["seed"] == 7
        results = {r["scenario"]: r for r in told["results"]}
        assert set(results) == {"unknown-user", "accept-all"}
        one = results["unknown-user"]
        assert one["passes"] is True and one["verdict"] == "exact" and one["attempts"] == 1 and one["bounces"] == 1
        assert one["explained"][0]["reason"] == "user-unknown"
        assert {"reason", "stage", "attempts"} <= {c["what"] for c in one["checks"]}
        assert results["accept-all"]["delivered"] == 1


@test
def run_writes_a_transcript():
    with Folder() as folder:
        check(run("run", "--transcript", folder.path("out"), "rcpt-tarpit"), 0)
        with open(folder.path("out"), encoding="ascii") as f:
            events = [json.loads(line) for line in f]
        assert any(e["event"] == "wait" and e["text"] == "stall" and e["seconds"] is None for e in events)
        assert all(a["t"] <= b["t"] for a, b in zip(events, events[1:])), "time runs backwards"


@test
def run_with_a_full_disk():
    check(run("run", "--transcript", "/dev/full", "unknown-user"), 2, "/dev/full: No space left on device")
    done = run("run", "--json", "/dev/full", "unknown-user")
    check(done, 2, "/dev/full: No space left on device")

@test
def pairs_goes_the_same_way_in_every_process():
    text = """local t = {}
for i = 1, 200 do t["key" .. i] = i end
for i = 1, 100 do t["key" .. i * 2] = nil end
return { connect = function()
  local order = {}
  for k in pairs(t) do order[#order + 1] = k end
  local first = next(t)
  return "220 " .. first .. " " .. table.concat(order, ","):sub(1, 400)
end }"""
    with Folder() as folder:
        path = folder.write("ordered.lua", text)
        said = set()
        for _ in range(4):
            with Server(PROGRAM, [path]) as server:
                client = Client(server)
                said.add(client.reply())
                client.close()
    assert len(said) == 1, f"{len(said)} orders"
    assert said.pop().startswith("220 key1 key1,key101,key103,"), "not in the order of the keys"


def main():
    print(f"1..{len(TESTS)}", flush=True)
    for number, f in enumerate(TESTS, 1):
        try:
            f()
            print(f"ok {number} - {f.__name__}", flush=True)
        except (AssertionError, Failure, OSError, subprocess.TimeoutExpired, ValueError) as why:
            line = why.__traceback__
            while line.tb_next:
                line = line.tb_next
            print(f"not ok {number} - {f.__name__}", flush=True)
            for text in (f"{os.path.relpath(__file__)}:{line.tb_lineno}: {type(why).__name__}: {why}").splitlines():
                print(f"# {text}", flush=True)


if __name__ == "__main__":
    main()
