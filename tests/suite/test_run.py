# SPDX-License-Identifier: BSD-2-Clause
"""The run engine with several senders: order, reports, trouble with one of them, signals, nothing left behind. TAP.

The senders are the built-in one and copies of toy/, an MTA of a hundred lines that needs no packages."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as xml

PROGRAM = sys.argv[1]
HERE = os.path.dirname(os.path.abspath(__file__))
BOUND = 100
REFUSED = 77
TESTS = []


def test(f):
    TESTS.append(f)
    return f


class Skip(Exception):
    pass


class Place:
    """A directory for toys and reports."""

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="fakesmtp-run-")
        return self

    def __exit__(self, *what):
        self.temporary.cleanup()

    def path(self, name):
        return os.path.join(self.temporary.name, name)

    def toy(self, name, mode="fine", packages=None):
        folder = self.path(name)
        shutil.copytree(os.path.join(HERE, "toy"), folder)
        with open(os.path.join(folder, "mode"), "w", encoding="ascii") as f:
            f.write(mode)
        if packages:
            with open(os.path.join(folder, "packages"), "w", encoding="ascii") as f:
                f.write(packages)
        return folder


def run(*args, status=0, env=None):
    done = subprocess.run([PROGRAM, "run", "--seed", "7", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=BOUND, env={**os.environ, **(env or {})})
    if done.returncode == REFUSED and status != REFUSED and "no box can be made" in done.stderr:
        raise Skip(done.stderr)
    assert done.returncode == status, f"status {done.returncode}, not {status}: {done.stdout}{done.stderr}"
    return done


def boxes():
    done = subprocess.run([PROGRAM, "box", os.path.join(HERE, "toy"), "--", "true"], stderr=subprocess.PIPE, text=True,
                          timeout=BOUND, check=False)
    if done.returncode == REFUSED:
        raise Skip(done.stderr)


def until(condition):
    end = time.monotonic() + BOUND
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
        return [int(x) for x in f.read().split()]


def everything_below(pid):
    found = []
    for child in children(pid):
        found += [child, *everything_below(child)]
    return found


def gone(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as f:
            return f.read().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


# ---- one seed ----

def conversations(path):
    """What was said in each session; and what the DNS was asked."""
    said = {}
    with open(path, encoding="utf-8") as f:
        for event in map(json.loads, f):
            if event["event"] == "connect":
                event["text"] = re.sub(r":\d+$", "", event["text"])
            if not event.get("bytes", "").startswith("Date: "):
                said.setdefault((event.get("session"), event.get("scenario")), []).append(event)
    for key, events in said.items():
        if key[0] is None:
            events.sort(key=lambda e: json.dumps(e, sort_keys=True))  # they belong to no session
    return said


def results(path):
    with open(path, encoding="utf-8") as f:
        text = re.sub(r"\]:\d+", "]", f.read())
    return re.sub(r'"wall_seconds":[\d.]+', "", text)


@test
def one_seed_gives_the_same_conversations_and_results():
    with Place() as place:
        played = []
        for name in "ab":
            report, transcript = place.path(name + ".json"), place.path(name + ".jsonl")
            run("--json", report, "--transcript", transcript, "protocol", "mx", "one-of-two-connections")
            played.append((conversations(transcript), results(report)))
        assert len(played[0][0]) > 50, len(played[0][0])
        assert played[0][0] == played[1][0], "conversations differ"
        assert played[0][1] == played[1][1], "results differ"


# ---- several at once ----

@test
def reports_keep_the_order_that_was_asked_for():
    boxes()
    with Place() as place:
        b, a = place.toy("b-toy"), place.toy("a-toy")
        report, junit = place.path("r.json"), place.path("r.xml")
        done = run("--sender", f"{b}/,builtin", "--sender", a, "--jobs", "2", "--json", report, "--junit", junit, "unknown-user",
                   "greylist")
        lines = done.stdout.splitlines()
        heads = [i for i, line in enumerate(lines) if line.startswith(("b-toy 0.1 (", "builtin (", "a-toy 0.1 ("))]
        assert [lines[i].split()[0] for i in heads] == ["b-toy", "builtin", "a-toy"], done.stdout
        assert lines[-1] == ("3 of 3 senders: 4 of 4 as expected: 4 exact, 0 consistent, 0 wrong, 0 missing; 2 not played"), lines[-1]
        assert "\r" not in done.stderr, done.stderr  # no bar without a terminal
        with open(report, encoding="utf-8") as f:
            said = json.load(f)
        assert [s["sender"] for s in said["senders"]] == ["b-toy", "builtin", "a-toy"]
        assert [s["version"] for s in said["senders"]] == ["0.1", None, "0.1"]
        assert [(r["sender"], r["scenario"]) for r in said["results"] if not r["skipped"]] == [
            ("b-toy", "unknown-user"), ("builtin", "unknown-user"), ("builtin", "greylist"), ("a-toy", "unknown-user")]
        suites = xml.parse(junit).getroot().findall("testsuite")
        assert [(s.get("name"), s.get("tests"), s.get("failures"), s.get("skipped")) for s in suites] == [
            ("b-toy", "2", "0", "1"), ("builtin", "2", "0", "0"), ("a-toy", "2", "0", "1")]
        clocks = [s.find("properties/property[@name='clock']").get("value") for s in suites]
        assert clocks[1].startswith("RFC 5321 times") and clocks[0].startswith("its times are set short"), clocks


@test
def tap_counts_all_senders():
    boxes()
    with Place() as place:
        lines = run("--sender", place.toy("toy"), "--sender", "builtin", "--tap", "unknown-user", "greylist").stdout.splitlines()
        clocks = [line for line in lines if line.startswith("# ")]
        assert clocks[0].startswith("# toy: its times are set short") and clocks[1].startswith("# builtin: RFC 5321 times"), lines
        lines = [line for line in lines if line not in clocks]
        assert lines == ["TAP version 13", "ok 1 - toy: greylist # SKIP it tries once", "ok 2 - toy: unknown-user (exact)",
                         "ok 3 - builtin: unknown-user (exact)", "ok 4 - builtin: greylist (exact)", "1..4"], lines


@test
def a_wrong_verdict_is_status_1_and_in_every_report():
    boxes()
    with Place() as place:
        report, junit = place.path("r.json"), place.path("r.xml")
        done = run("--sender", place.toy("toy"), "--json", report, "--junit", junit, "full-at-rcpt", status=1)
        assert "wrong: status: expected 5.2.2, got 5.1.1" in done.stdout
        failure = xml.parse(junit).getroot().find("testsuite/testcase/failure")
        assert "status: expected 5.2.2, got 5.1.1" in failure.get("message"), xml.tostring(failure)
        with open(report, encoding="utf-8") as f:
            assert json.load(f)["senders"][0]["wrong"] == 1


@test
def twice_the_same_verdicts():
    boxes()
    with Place() as place:
        toy, said = place.toy("toy"), []
        for name in ("1.json", "2.json"):
            run("--sender", f"builtin,{toy}", "--json", place.path(name), "unknown-user", "greylist", "rcpt-tarpit")
            with open(place.path(name), encoding="utf-8") as f:
                said.append([(r["sender"], r["scenario"], r["verdict"], r["checks"]) for r in json.load(f)["results"]])
        assert said[0] == said[1] and len(said[0]) == 6, said


@test
def behaviour_makes_tables_of_results():
    behaviour = os.path.join(HERE, "..", "..", "ci", "behaviour")
    with Place() as place:
        for name, scenarios in (("1.json", ("unknown-user",)), ("2.json", ("unknown-user", "greylist", "each-its-own-fate"))):
            run("--json", place.path(name), *scenarios)
        made = subprocess.run([sys.executable, behaviour, place.path("1.json"), place.path("2.json")], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=BOUND, check=True).stdout
        lines = made.splitlines()
        assert "| builtin |  | RFC 5321 times, idle time skipped | 3 | 3 exact |  |" in lines, made  # the same one counts once
        assert "| unknown-user | user-unknown |" in lines and "| greylist | delivered |" in lines, made
        assert "| each-its-own-fate | user-unknown, mailbox-full |" in lines, made
        assert "| QUIT ends the session | 36 of 36 |" in lines, made
        done = subprocess.run([sys.executable, behaviour, os.devnull], stderr=subprocess.PIPE, text=True, timeout=BOUND, check=False)
        assert done.returncode == 1 and done.stderr.startswith("behaviour: ") and done.stderr.count("\n") == 1, done.stderr
        with open(place.path("none.json"), "w", encoding="ascii") as f:
            f.write('{"senders": [{"sender": "x", "state": "skipped", "profile": null}], "results": []}')
        done = subprocess.run([sys.executable, behaviour, place.path("none.json")], stderr=subprocess.PIPE, text=True, timeout=BOUND,
                              check=False)
        assert done.returncode == 1 and "no sender was played" in done.stderr, done.stderr


@test
def times_are_judged_where_nobody_set_them_short():
    boxes()
    with Place() as place:
        toy, scenario, report = place.toy("toy"), place.path("long.lua"), place.path("r.json")
        with open(os.path.join(toy, "mta.conf"), "a", encoding="ascii") as f:
            f.write("time = 2\n")
        with open(os.path.join(toy, "stock.conf"), "w", encoding="ascii") as f:
            f.write("time = 2\n")
        with open(scenario, "w", encoding="ascii") as f:
            f.write('return { source = "a test", rcpt = function() return "550 5.1.1 No such user here" end,\n'
                    'expect = { bounce = { reason = "user-unknown" }, client = { lifetime = at_least(345600) } } }\n')
        run("--sender", toy, "--json", report, scenario)  # a compressed clock alone makes no times its own
        with open(report, encoding="utf-8") as f:
            assert "how long it kept the message is not judged" in f.read()
        done = run("--sender", toy, "--profile", "stock", scenario, status=1)
        assert "wrong: seconds in the queue: expected at least 345600" in done.stdout, done.stdout


# ---- trouble with one ----

@test
def one_that_dies_is_one_error_and_the_others_go_on():
    boxes()
    with Place() as place:
        junit = place.path("r.xml")
        done = run("--sender", f"{place.toy('bad', 'dies')},builtin", "--junit", junit, "unknown-user", status=2)
        assert done.stderr.splitlines()[-2:] == [
            "bad: toy: it does not feel like it",
            "fakesmtp run: bad: its run failed (status 2, 0 of 1 results): Toy ended by itself, with status 1"], done.stderr
        assert "builtin  1 of 1 as expected" in done.stdout and "\nbad      failed: its run failed" in done.stdout, done.stdout
        suites = xml.parse(junit).getroot().findall("testsuite")
        assert suites[0].find("testcase/error") is not None and suites[1].find("testcase/error") is None


@test
def one_without_submission_is_given_mail_by_its_driver():
    boxes()
    with Place() as place:
        toy = place.toy("toy")
        conf = os.path.join(toy, "mta.conf")
        with open(conf, encoding="ascii") as f:
            lines = [line for line in f if not line.startswith("submission")]
        with open(conf, "w", encoding="ascii") as f:
            f.writelines(lines)
        assert "1 of 1 as expected: 1 exact" in run("--sender", toy, "unknown-user").stdout
        with open(os.path.join(toy, "refuses"), "w", encoding="ascii"):
            pass
        done = run("--sender", toy, "unknown-user", status=2)
        assert "Toy did not take the message for unknown-user: driver inject: status 3" in done.stderr, done.stderr


@test
def one_that_is_killed_is_told_too():
    boxes()
    with Place() as place:
        with subprocess.Popen([PROGRAM, "run", "--sender", f"{place.toy('bad', 'sleeps')},builtin", "--work", place.path("work"),
                               "unknown-user"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run_:
            until(lambda: os.path.exists(place.path("work/bad/asleep")))
            inside = everything_below(run_.pid)
            os.kill(children(run_.pid)[0], signal.SIGKILL)
            out, err = run_.communicate(timeout=BOUND)
        assert run_.returncode == 2 and "fakesmtp run: bad: its run was killed by signal 9, after 0 of 1 results" in err, err
        assert "builtin  1 of 1 as expected" in out, out
        until(lambda: all(gone(pid) for pid in inside))


@test
def what_cannot_be_kept_loses_no_result():
    boxes()
    with Place() as place:
        toy = place.toy("toy")
        os.makedirs(place.path("work/toy"))
        with open(place.path("work/toy/bounces"), "w", encoding="ascii"):
            pass  # a file where the folder of the bounces is to be
        done = run("--sender", toy, "--work", place.path("work"), "unknown-user", status=2)
        assert "1 of 1 as expected: 1 exact" in done.stdout, done.stdout
        assert "fakesmtp run: toy: write " in done.stderr and "Not a directory" in done.stderr, done.stderr
        done = run("--sender", toy, "--transcript", "/dev/full", "unknown-user", status=2)
        assert "1 of 1 as expected: 1 exact" in done.stdout, done.stdout
        assert "No space left on device" in done.stderr, done.stderr


@test
def packages_that_are_not_to_be_had_are_a_skip_unless_required():
    boxes()
    with Place() as place:
        toy, cache = place.toy("toy", packages="no-such-package-anywhere\n"), place.path("cache")
        done = run("--sender", toy, "--cache", cache, "unknown-user", status=REFUSED)
        assert "SKIP toy: fetch: " in done.stderr and done.stderr.count("SKIP") == 1, done.stderr
        done = run("--sender", f"builtin,{toy}", "--cache", cache, "unknown-user")
        assert "\ntoy      skipped: fetch: " in done.stdout, done.stdout
        run("--sender", f"builtin,{toy}", "--cache", cache, "--require", "unknown-user", status=2)
        assert run("--sender", toy, "--cache", cache, "--tap", "unknown-user", status=REFUSED).stdout.splitlines()[1].startswith(
            "ok 1 - toy # SKIP fetch: ")


@test
def no_place_for_packages_is_one_error():
    with Place() as place:
        toy = place.toy("toy", packages="some-package\n")
        env = {k: v for k, v in os.environ.items() if k not in ("HOME", "XDG_CACHE_HOME", "FAKESMTP_CACHE")}
        done = subprocess.run([PROGRAM, "run", "--sender", f"builtin,{toy}", "unknown-user"], env=env, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=BOUND, check=False)
        if "no box can be made" in done.stderr:
            raise Skip(done.stderr)
        assert done.returncode == 2 and "toy: no place for unpacked packages: set HOME" in done.stderr, done.stderr
        assert "builtin  1 of 1 as expected" in done.stdout


@test
def usage_errors_name_what_is_wrong():
    with Place() as place:
        toy = place.toy("postfix")
        for args, said in ((("--sender", "./nowhere/"), "./nowhere/: No such file or directory"),
                           (("--sender", place.path("")), "no MTA of this name in"),
                           (("--sender", f"postfix,{toy}"), "a sender of this name is played already"),
                           (("--sender", "al"), "did you mean 'all'?"), (("--sender", "builtin,,exim"), "an empty name"),
                           (("--sender", toy, "--profile", "stock"), "postfix has no profile stock"),
                           (("--sender", toy, "--profile", "stock"), "; these have it: exim, postfix, sendmail\n"),
                           (("--jobs", "0"), "--jobs 0: a number from 1 to 64 is needed")):
            done = run(*args, "unknown-user", status=2)
            assert said in done.stderr and not done.stdout, done.stderr


@test
def reports_that_cannot_be_written_are_status_2():
    for option in ("--json", "--junit"):
        done = run(option, "/dev/full", "unknown-user", status=2)
        assert "fakesmtp run: /dev/full: " in done.stderr and "1 of 1 as expected" in done.stdout, done.stderr
        done = run(option, "/nowhere/r", "unknown-user", status=2)  # known before anything is played
        assert "fakesmtp run: /nowhere/r: " in done.stderr and "unknown-user" not in done.stdout, done.stdout


# ---- signals ----

@test
def a_signal_ends_all_and_what_was_finished_is_printed():
    boxes()
    for number in (signal.SIGINT, signal.SIGTERM):
        with Place() as place:
            report = place.path("r.json")
            with subprocess.Popen(
                    [PROGRAM, "run", "--sender", f"builtin,{place.toy('slow', 'sleeps')},{place.toy('next')}", "--work",
                     place.path("work"), "--json", report, "unknown-user"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    text=True) as run_:
                until(lambda: os.path.exists(place.path("work/slow/asleep")))
                inside = everything_below(run_.pid)
                run_.send_signal(number)
                out, err = run_.communicate(timeout=BOUND)
            assert run_.returncode == 128 + number, (run_.returncode, err)
            assert "builtin  1 of 1 as expected" in out and "\nslow     stopped\n" in out and "\nnext     not begun\n" in out, out
            assert inside
            until(lambda: all(gone(pid) for pid in inside))
            with open(report, encoding="utf-8") as f:
                assert [s["state"] for s in json.load(f)["senders"]] == ["played", "stopped", "not begun"]


@test
def nothing_is_left_and_nothing_is_changed():
    boxes()
    with Place() as place:
        before = place.path("before")
        with open(before, "w", encoding="ascii"):
            pass
        spaces = {os.readlink("/proc/self/ns/pid")}
        run("--sender", place.toy("toy"), "unknown-user")
        left = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as f:
                    words = f.read().split(b"\0")
                if os.readlink(f"/proc/{pid}/ns/pid") not in spaces and place.path("").encode() in b" ".join(words):
                    left.append(pid)
            except OSError:
                continue
        assert not left, left
        found = subprocess.run(["find", "/etc", "/usr", "-xdev", "-newer", before, "-not", "-path", "*/__pycache__*"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=BOUND, check=False).stdout
        assert "toy" not in found and "mta.test" not in found, found


def main():
    failed = False
    print(f"1..{len(TESTS)}", flush=True)
    for number, f in enumerate(TESTS, 1):
        name = f.__name__.replace("_", " ")
        try:
            f()
            print(f"ok {number} - {name}", flush=True)
        except Skip as why:
            print(f"ok {number} - {name} # SKIP {str(why).strip().splitlines()[-1]}", flush=True)
        except Exception as error:  # pylint: disable=broad-except
            failed = True
            print(f"not ok {number} - {name}\n# " + f"{type(error).__name__}: {error}".replace("\n", "\n# "), flush=True)
    return failed


sys.exit(main())
