# SPDX-License-Identifier: BSD-2-Clause
"""test_cli.py WHYBOUNCED CORPUS: exit statuses, formats and inputs of the command.  TAP on standard output."""
import json
import os
import subprocess
import sys
import tempfile

program, corpus = sys.argv[1], sys.argv[2]
sample = os.path.join(corpus, "mta", "postfix-u550.eml")
tests = []


def test(function):
    tests.append(function)
    return function


def run(*args, stdin=None, env=None, **more):
    return subprocess.run([program, *args], input=stdin, capture_output=True, env={**os.environ, **(env or {})}, **more)


def objects(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


@test
def json_fields_and_their_order():
    result = run("--format", "jsonl", sample)
    assert result.returncode == 0
    one = json.loads(result.stdout)
    assert list(one) == ["schema", "source", "kind", "reporting_mta", "original", "recipients", "origin"]
    assert one["schema"] == 1 and one["source"] == sample and one["kind"] == "bounce"
    assert list(one["original"]) == ["message_id", "from", "subject"]
    assert list(one["recipients"][0]) == [
        "address", "original_recipient", "action", "reason", "class", "sisimai", "permanent", "retryable", "address_dead",
        "expired", "stage", "reply", "status", "remote_mta", "diagnostic", "actor", "explanation", "remedy", "causes",
        "confidence", "rule", "evidence", "retry"]
    evidence = one["recipients"][0]["evidence"]
    with open(sample, "rb") as file:
        bytes_ = file.read()
    cut = bytes_[evidence["offset"]:evidence["offset"] + evidence["length"]]
    assert cut.decode() == evidence["text"], (cut, evidence)


@test
def absent_facts_are_null():
    one = objects(run("--format", "jsonl", "--reply", "Mailbox full"))[0]
    recipient = one["recipients"][0]
    assert one["reporting_mta"] is None and recipient["address"] is None and recipient["reply"] is None
    assert recipient["action"] is None and recipient["stage"] is None


@test
def indented_json_is_the_same():
    assert json.loads(run("--format", "json", sample).stdout) == json.loads(run("--format", "jsonl", sample).stdout)


@test
def text_names_the_actor_and_has_no_colour():
    text = run(sample).stdout.decode()
    assert "you, the sender" in text and "user-unknown" in text and "What to do" in text
    assert "\033" not in text


@test
def standard_input():
    with open(sample, "rb") as file:
        result = run("--format", "jsonl", stdin=file.read())
    assert objects(result)[0]["source"] == "-"


@test
def a_mail_that_is_no_bounce_is_status_1():
    result = run("--format", "jsonl", "-", stdin=b"From: a@b.example\nSubject: Lunch\n\nHello\n")
    assert result.returncode == 1
    assert objects(result)[0]["kind"] == "not-a-bounce"


@test
def an_unreadable_file_does_not_stop_the_others():
    result = run("--format", "jsonl", "/no/such/file", sample)
    assert result.returncode == 2
    assert len(objects(result)) == 1
    assert result.stderr.startswith(b"whybounced: /no/such/file: ") and result.stderr.count(b"\n") == 1


@test
def mboxes_and_folders():
    with open(sample, "rb") as file:
        mail = file.read()
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(folder + "/new")
        os.makedirs(folder + "/tmp")
        for name in ("/new/b", "/new/a", "/tmp/half", "/.hidden"):
            with open(folder + name, "wb") as file:
                file.write(mail)
        with open(folder + "/box", "wb") as file:
            file.write(b"From x\n" + mail + b"\n\nFrom y\n" + mail)
        sources = [one["source"][len(folder):] for one in objects(run("--format", "jsonl", folder))]
        assert sources == ["/box", "/box#2", "/new/a", "/new/b"], sources


@test
def replies_one_a_line():
    result = run("--format", "jsonl", "--stage", "rcpt", "--reply", "-", stdin=b"550 User unknown\n\n552 Mailbox full\r\n")
    assert [one["recipients"][0]["reason"] for one in objects(result)] == ["user-unknown", "mailbox-full"]
    assert [one["source"] for one in objects(result)] == ["-#1", "-#3"]
    assert objects(result)[0]["recipients"][0]["stage"] == "rcpt"


@test
def codes():
    assert b"Bad destination mailbox address" in run("--code", "5.1.1").stdout
    assert b"user-unknown" in run("--code", "x.1.1").stdout
    assert b"Host unknown" in run("--code", "512").stdout
    assert json.loads(run("--format", "jsonl", "--code", "5.1.1").stdout)["reason"] == "user-unknown"
    assert run("--code", "5").returncode == 0
    assert run("--code", "999").returncode == 2
    assert run("--code", "5.1").returncode == 2


@test
def lists():
    reasons = run("--list-reasons").stdout.decode().splitlines()
    assert any(line.split()[:2] == ["timeout", "system"] for line in reasons)
    assert b"mailbox-full/over-quota\n" in run("--list-rules").stdout


@test
def usage():
    for wrong in (["--nonsense"], ["--format", "xml"], ["--stage", "nowhere"], ["--stage", "rcpt"], ["--reply"],
                  ["--reply", "x", sample], ["--list-reasons", sample], ["--code", "550", "--reply", "x"],
                  ["--list-rules", "--summary"], ["--code", "550", "--list-rules"]):
        result = run(*wrong)
        assert result.returncode == 2 and not result.stdout and b"usage" in result.stderr, wrong
    assert run("--help").returncode == 0 and b"Exit status" in run("--help").stdout
    assert run("--version").stdout.startswith(b"whybounced ")


@test
def nothing_at_all_is_said_to_be_nothing():
    with tempfile.TemporaryDirectory() as folder:
        assert run(folder).stdout == b"%s: no messages\n" % folder.encode() and run(folder).returncode == 0
        assert run("--format", "jsonl", folder).stdout == b""
        assert run("--summary", folder).stdout.startswith(b"0 messages\n0 recipients")
        empty = os.path.join(folder, "empty")
        open(empty, "w").close()
        assert run(empty).stdout == b"%s: not-a-bounce: there is nothing in it\n" % empty.encode()
        assert run("/dev/null").returncode == 1


@test
def what_is_wrong_is_told_without_orders_to_the_terminal():
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "\x1b[31mred\nline")
        result = run(name)
        assert result.returncode == 2 and b"?[31mred?line: No such file" in result.stderr, result
        with open(name, "w") as file:
            file.write("\x1b]0;title\x07 x\n")
        result = run("--rules", name, sample)
        assert result.returncode == 2 and b"\x1b" not in result.stderr and b"?]0;title?" in result.stderr, result


@test
def a_full_disk_is_reported():
    with open("/dev/full", "wb") as full:
        result = subprocess.run([program, sample], stdout=full, stderr=subprocess.PIPE)
    assert result.returncode == 2 and b"whybounced: standard output: " in result.stderr


@test
def a_reader_that_left_is_no_error_message():
    process = subprocess.Popen([program, "--reply", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, restore_signals=False)
    process.stdout.close()
    try:
        process.stdin.write(b"550 no\n" * 5000)
        process.stdin.close()
    except BrokenPipeError:
        pass
    assert process.stderr.read() == b""
    assert process.wait() != 0


def explained(text, *args):
    return objects(run("--format", "jsonl", *args, stdin=text))[0]["recipients"][0]


@test
def a_bare_reply_without_an_address_is_no_sentence_about_the_recipient():
    words = explained(b"550 5.1.1 User unknown", "--reply", "550 5.1.1 User unknown")["explanation"]
    assert words.startswith("The mailbox does not exist"), words
    named = explained(None, "--reply", "550 5.1.1 <Kim@b.example>: User unknown")["explanation"]
    assert "kim@b.example" in named and "b.example:" in named, named


@test
def codes_that_disagree_are_named():
    outvoted = explained(None, "--reply", "550 5.1.1 The mailbox is full")
    assert outvoted["reason"] == "mailbox-full"
    assert "5.1.1 usually means user-unknown" in outvoted["explanation"], outvoted["explanation"]
    agreeing = explained(None, "--reply", "552 5.2.2 The mailbox is full")["explanation"]
    assert "usually means" not in agreeing and "No words" not in agreeing, agreeing
    classes = explained(None, "--reply", "550 4.2.2 The mailbox is full")["explanation"]
    assert "(550 and 4.2.2)" in classes, classes
    assert "No words say so" in explained(None, "--reply", "550 5.2.2")["explanation"]


@test
def what_is_no_name_of_a_list_is_not_named_as_one():
    assert "by blacklisted" not in explained(None, "--reply", "554 192.0.2.1 is blacklisted")["explanation"]
    assert "zen.spamhaus.org" in explained(None, "--reply", "554 192.0.2.1 blocked using zen.spamhaus.org")["explanation"]


@test
def the_line_that_says_why_is_quoted():
    mail = (b"From: MAILER-DAEMON@b.example\nTo: a@a.example\nSubject: DELIVERY FAILURE\n\nYour message\n\n"
            b"  Subject: Test\n\nwas not delivered to:\n\n  kim@b.example\n\nbecause:\n\n"
            b"  User Kim (kim@b.example) not listed in Domino Directory\n")
    assert "not listed in Domino Directory" in explained(mail)["diagnostic"], explained(mail)["diagnostic"]


@test
def unregistered_codes_have_a_subject():
    assert b"mail system" in run("--code", "4.3.99").stdout
    assert b"organization only" in run("--code", "5.7.133").stdout


print("1..%d" % len(tests))
failed = False
for number, function in enumerate(tests, 1):
    try:
        function()
        print("ok %d %s" % (number, function.__name__))
    except Exception as why:  # a failing test must not stop the others
        failed = True
        print("not ok %d %s\n# %s: %s" % (number, function.__name__, type(why).__name__, str(why).replace("\n", "\n# ")))
