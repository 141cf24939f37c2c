# SPDX-License-Identifier: BSD-2-Clause
"""test_many.py WHYBOUNCED: what many bounces have in common, and a bounce beside a transcript.  TAP on standard output."""
import json
import os
import subprocess
import sys
import tempfile

program = sys.argv[1]
scratch = tempfile.TemporaryDirectory()
tests = []


def test(function):
    tests.append(function)
    return function


def run(*args, stdin=None):
    return subprocess.run([program, *args], input=stdin, capture_output=True)


def report(rcpt, diagnostic="550 5.1.1 user unknown", status="5.1.1", action="failed", mta="mx.%s", day=22, hour=6, minute=0,
           sender="jo@example.com"):
    domain = rcpt.split("@")[1]
    return """From: MAILER-DAEMON@out.example.com
To: %s
Subject: Undelivered Mail Returned to Sender
Date: Sun, %d Nov 2026 %02d:%02d:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

<%s>: %s
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; out.example.com
Arrival-Date: Tue, 17 Nov 2026 06:00:00 +0000

Final-Recipient: rfc822; %s
Action: %s
Status: %s
Remote-MTA: dns; %s
Diagnostic-Code: smtp; %s

--b
Content-Type: text/rfc822-headers

From: %s
Message-ID: <1@out.example.com>
Received: from laptop by out.example.com; Tue, 17 Nov 2026 06:00:00 +0000
Subject: Hello

--b--
""" % (sender, day, hour, minute, rcpt, diagnostic, rcpt, action, status, mta % domain if "%" in mta else mta, diagnostic, sender)


def summary(mails, *args):
    box = "".join("From MAILER-DAEMON Sun Nov 22 06:00:00 2026\n%s\n" % mail for mail in mails)
    result = run("--summary", "--format", "json", *args, "-", stdin=box.encode())
    assert not result.stderr, result.stderr
    one = json.loads(result.stdout)
    assert one["messages"] == len(mails), (one["messages"], len(mails))
    return one


def insights(one, kind):
    return [insight for insight in one["insights"] if insight["kind"] == kind]


@test
def tables_add_up():
    mails = [report("a%d@b.example" % i) for i in range(7)] + [report("f@c.example", "552 5.2.2 mailbox full", "5.2.2")] * 3 + [
        report("g@d.example", "450 4.2.1 try later", "4.2.1", "delayed")]
    one = summary(mails)
    assert one["kinds"]["bounce"] == 10 and one["kinds"]["delayed"] == 1
    assert one["failed"] == 10 and one["recipients"] == 11
    assert {row["reason"]: row["failed"] for row in one["reasons"]} == {"user-unknown": 7, "mailbox-full": 3}
    assert sum(row["failed"] for row in one["classes"]) == sum(row["failed"] for row in one["actors"]) == 10
    assert [(row["name"], row["failed"]) for row in one["domains"]][:2] == [("b.example", 7), ("c.example", 3)]
    assert [row["delayed"] for row in one["domains"] if row["name"] == "d.example"] == [1]
    assert sorted(one["dead_addresses"]) == ["a%d@b.example" % i for i in range(7)]
    assert not one["insights"] and one["not_kept_apart"] == 0


@test
def one_address_fails_while_others_pass():
    """the seed case leo-one-address-only"""
    mails = [report("al@b.example", "conversation timed out while sending RCPT TO", "4.4.2")]
    passes = [report("x%d@b.example" % i, "250 ok", "2.0.0", "delivered") for i in range(3)]
    found = insights(summary(mails + passes), "one-address")
    assert len(found) == 1 and found[0]["subject"] == "al@b.example" and "passes (3 reported" in found[0]["what"], found
    # Without reports of success it is not claimed that others pass; one failure is too little to say anything.
    assert not insights(summary(mails), "one-address")
    found = insights(summary(mails * 3), "one-address")
    assert len(found) == 1 and "passes" not in found[0]["what"]
    # Two that fail are not one.
    assert not insights(summary(mails * 3 + [report("bo@b.example")]), "one-address")


@test
def everything_of_one_sender_fails():
    """the seed case 123-everything-bounces"""
    def mails(domains, sender="news@example.com"):
        return [report("a@d%d.example" % i, "550 5.7.1 message rejected as spam", "5.7.1", sender=sender) for i in range(domains)]

    found = insights(summary(mails(8)), "one-sender")
    assert len(found) == 1 and found[0]["subject"] == "news@example.com" and found[0]["count"] == 8
    assert not insights(summary(mails(4)), "one-sender")
    unknown = [report("a@d%d.example" % i, sender="news@example.com") for i in range(8)]
    assert not insights(summary(unknown), "one-sender")  # dead addresses are not the sender's fault


@test
def one_network_blocks_one_address():
    def mail(domain, ip):
        return report("a@" + domain, "554 5.7.1 Service unavailable; Client host [%s] blocked" % ip, "5.7.1", mta="in1.mail.net.example")

    one = summary([mail("b%d.example" % i, "203.0.113.9") for i in range(4)])
    found = insights(one, "network-blocks-ip")
    assert len(found) == 1 and found[0]["subject"] == "net.example 203.0.113.9" and found[0]["count"] == 4, one["insights"]
    assert not insights(one, "ip-blocked-widely")
    many = [report("a@b%d.example" % i, "554 5.7.1 Client host [203.0.113.9] blocked", "5.7.1") for i in range(5)]
    assert insights(summary(many), "ip-blocked-widely")


@test
def a_wave_of_expired_mail():
    def mails(count, step, hour=1):
        return [report("a%d@slow.example" % i, "connect to mx.slow.example: Connection timed out", "4.4.1",
                       hour=hour + i * step // 60, minute=i * step % 60) for i in range(count)]

    found = insights(summary(mails(9, 10)), "expiry-wave")
    assert len(found) == 1 and found[0]["count"] == 9 and found[0]["subject"].startswith("slow.example "), found
    # Across the border of two windows it is one wave still.
    found = insights(summary(mails(9, 10, hour=5)), "expiry-wave")
    assert len(found) == 1 and found[0]["count"] == 9, found
    assert not insights(summary(mails(4, 10)), "expiry-wave")
    assert not insights(summary(mails(8, 170, hour=0)), "expiry-wave")  # spread over a day


@test
def dead_addresses_that_get_mail_again():
    found = insights(summary([report("gone@b.example")] * 4 + [report("x@b.example")]), "still-mailed")
    assert len(found) == 1 and found[0]["count"] == 4 and found[0]["subject"] == "gone@b.example"
    assert found[0]["evidence"] == ["-", "-#2", "-#3", "-#4"]


@test
def backscatter_is_kept_out():
    ids = os.path.join(scratch.name, "ids")
    with open(ids, "w") as file:
        file.write("<other@out.example.com>\n")
    one = summary([report("a@b.example")] * 3, "--mine", "file:" + ids)
    assert one["backscatter"] == 3 and one["failed"] == 0 and insights(one, "backscatter")[0]["count"] == 3


@test
def the_text_says_the_same():
    mails = [report("a%d@slow.example" % i, "connect to mx.slow.example: Connection timed out", "4.4.1", minute=i) for i in range(6)]
    box = "".join("From x\n%s\n" % mail for mail in mails).encode()
    text = run("--summary", "-", stdin=box).stdout.decode()
    assert text.startswith("6 messages: 6 bounce\n6 recipients, 6 failed, 6 of these because a queue ran out\n"), text
    assert "What stands out\n  Ran out       6 messages for slow.example ran out of time" in text
    assert "        6 100.0 %  connection-timeout" in text and "\033" not in text
    assert max(len(line) for line in text.splitlines()) <= 80
    assert run("--summary", "-", stdin=b"").stdout.decode().startswith("1 message: 1 not-a-bounce")


def measured(*args, chunks=()):
    """Output and most MiB in memory of one run, with these chunks on its standard input."""
    # Sanitizers keep what was freed in quarantine, 256 MiB of it: that is not the program's.
    env = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen([program, *args], stdin=subprocess.PIPE, stdout=out, env=env)
        try:
            for chunk in chunks:
                child.stdin.write(chunk)
            child.stdin.close()
        except BrokenPipeError:
            pass
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = status
        out.seek(0)
        return out.read().decode(), usage.ru_maxrss / 1024


@test
def a_message_of_100_megabytes_takes_bounded_memory():
    mail = report("ann@b.example").encode()
    line = b"TWFueSBhIG1lZ2FieXRlIHRvIGNvbWUgYmFjayB3aXRoIHRoZSBib3VuY2UsIGFzIGl0IHdhcyBzZW50.\r\n"
    megabyte = line * (1024 * 1024 // len(line))
    def once(most, least):  # more than one copy of it only while a buffer grows under sanitizers
        return most - least < 100 * 2.6

    small, least = measured("--format", "jsonl", chunks=[mail])
    large, most = measured("--format", "jsonl", chunks=[mail] + [megabyte] * 100)
    assert json.loads(small) == json.loads(large) and once(most, least), (small, large, least, most)
    with tempfile.NamedTemporaryFile() as file:
        for chunk in [mail] + [megabyte] * 100:  # what is in memory here is counted there, up to its exec
            file.write(chunk)
        file.flush()
        from_file, most = measured("--format", "jsonl", file.name)
    assert json.loads(from_file)["recipients"] == json.loads(small)["recipients"] and once(most, least), (most, least)


@test
def many_names_are_bounded():
    one = summary([report("a%d@d%d.example" % (i, i)) for i in range(400)])
    assert len(one["dead_addresses"]) == 400 and len(one["domains"]) == 400


def line(**event):
    return json.dumps(event) + "\n"


def session(number, t, host, rcpt, *more, sender="jo@example.com"):
    def event(kind, stage, **rest):
        return line(t=t, session=number, scenario="x", host=host, event=kind, stage=stage, **rest)

    text = event("connect", "connect", text="127.0.0.1:1") + event("reply", "connect", bytes="220 hello\\r\\n")
    text += event("command", "mail", bytes="MAIL FROM:<%s>" % sender) + event("reply", "mail", bytes="250 ok\\r\\n")
    text += event("command", "rcpt", bytes="RCPT TO:<%s>" % rcpt)
    for dt, kind, stage, rest in more:
        text += line(t=t + dt, session=number, scenario="x", host=host, event=kind, stage=stage, **rest)
    return text


DROP = [(0, "reply", "rcpt", {"bytes": "250 ok\\r\\n"}), (1, "command", "data", {"bytes": "DATA"}),
        (1, "reply", "data", {"bytes": "354 go\\r\\n"}), (2, "data", "data", {"text": "end", "size": 10}),
        (2, "ending", "eom", {"text": "drop", "kept": False})]
STALL = [(0, "wait", "rcpt", {"text": "stall", "seconds": None}), (300, "ending", "rcpt", {"text": "closed-by-client"})]


def refuse(reply):
    return [(0, "reply", "rcpt", {"bytes": reply + "\\r\\n"}), (0, "command", "quit", {"bytes": "QUIT"}),
            (0, "reply", "quit", {"bytes": "221 bye\\r\\n"}), (0, "ending", "quit", {"text": "finish"})]


def joined(transcript, mail, *args):
    path = os.path.join(scratch.name, "t.jsonl")
    with open(path, "w") as file:
        file.write(transcript)
    result = run("--format", "jsonl", "--transcript", path, "-", stdin=mail.encode())
    assert not result.stderr, result.stderr
    return json.loads(result.stdout)["recipients"][0]["transcript"]


EXIM = report("al@b.example", "host mx.b.example [192.0.2.1] retry timeout exceeded", "5.0.0")


@test
def what_retry_timeout_exceeded_hides():
    one = joined("".join(session(i, i * 600, "mx.b.example", "al@b.example", *DROP) for i in range(32)), EXIM)
    assert one["attempts"] == 32 and one["first"] == 0 and one["last"] == 31 * 600 + 2
    assert one["outcomes"] == [{"count": 32, "stage": "eom", "did": "closed the connection without a reply", "waited": 0, "kept": False}]
    left_out = "\n".join(one["left_out"])
    assert "it closed the connection without a reply (32 times, at eom)" in left_out
    assert "the stage: it failed at eom" in left_out and "32 attempts in 5.2 hours" in left_out


@test
def silence_is_told_with_its_length():
    one = joined(session(1, 10, "mx.b.example", "AL@B.example", *STALL), EXIM)
    assert one["outcomes"][0]["did"] == "was silent until the client left" and one["outcomes"][0]["waited"] == 300
    assert one["outcomes"][0]["stage"] == "rcpt"


@test
def replies_that_are_cut_short_or_made_up():
    said = "550 5.7.1 You are not welcome here because of reasons, see https://b.example/why?id=42"
    mail = report("al@b.example", "550 5.7.1 You are not welcome here because of", "5.7.1")
    one = joined(session(1, 0, "mx.b.example", "al@b.example", *refuse(said)), mail)
    assert one["left_out"][0] == "the reply is cut short; in full it was: " + said, one
    mail = report("al@b.example", said, "5.7.1")
    assert not [text for text in joined(session(1, 0, "mx.b.example", "al@b.example", *refuse(said)), mail)["left_out"] if "reply" in text]
    mail = report("al@b.example", "450 4.4.2 conversation timed out", "4.4.2")
    left_out = joined(session(1, 0, "mx.b.example", "al@b.example", *STALL), mail)["left_out"]
    assert any("the server never said 450" in text for text in left_out), left_out


@test
def mail_that_was_kept_all_the_same():
    kept = DROP[:-1] + [(2, "ending", "eom", {"text": "drop", "kept": True})]
    left_out = joined(session(1, 0, "mx.b.example", "al@b.example", *kept), EXIM)["left_out"]
    assert any("took the message all the same" in text for text in left_out), left_out


@test
def other_mail_is_not_mixed_in():
    transcript = session(1, 0, "mx.b.example", "bo@b.example", *DROP) + session(2, 0, "mx.c.example", "al@c.example", *DROP)
    transcript += session(3, 0, "mx.b.example", "al@b.example", *DROP, sender="")  # a bounce, RFC 5321 4.5.5
    assert joined(transcript, EXIM)["attempts"] == 0
    banner = line(t=5, session=4, scenario="x", host="mx.b.example", event="connect", stage="connect", text="x") + line(
        t=5, session=4, scenario="x", host="mx.b.example", event="reply", stage="connect", bytes="554 no\\r\\n") + line(
        t=5, session=4, scenario="x", host="mx.b.example", event="ending", stage="connect", text="finish")
    one = joined(transcript + banner, EXIM)
    assert one["attempts"] == 1 and one["outcomes"][0]["said"] == "554 no"


@test
def transcripts_that_are_broken():
    whole = session(1, 0, "mx.b.example", "al@b.example", *DROP)
    assert joined(whole + '{"t":3,"sess', EXIM)["attempts"] == 1  # killed while it wrote
    assert joined(whole[:whole.rindex('{"t": 2')], EXIM)["attempts"] == 1  # or in a session
    path = os.path.join(scratch.name, "bad.jsonl")
    with open(path, "w") as file:
        file.write(whole + "nonsense\n" + whole)
    result = run("--transcript", path, "-", stdin=EXIM.encode())
    assert result.returncode == 2 and b"bad.jsonl:%d: no line of a transcript" % (whole.count("\n") + 1) in result.stderr
    assert not result.stdout
    assert run("--transcript", "/no/such", "-", stdin=b"").returncode == 2
    assert run("--transcript", path, "--summary", "-", stdin=b"").returncode == 2


print("1..%d" % len(tests))
for number, function in enumerate(tests, 1):
    try:
        function()
        print("ok %d %s%s" % (number, function.__name__, ": " + function.__doc__ if function.__doc__ else ""))
    except Exception as why:  # a failing test must not stop the others
        print("not ok %d %s\n# %s: %s" % (number, function.__name__, type(why).__name__, str(why).replace("\n", "\n# ")))
