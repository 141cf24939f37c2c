# SPDX-License-Identifier: BSD-2-Clause
"""test_product.py WHYBOUNCED CORPUS: whose mail it was, rules of one's own, offsets.  TAP on standard output."""
import base64
import glob
import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile

program, corpus = sys.argv[1], sys.argv[2]
scratch = tempfile.TemporaryDirectory()
tests = []


def test(function):
    tests.append(function)
    return function


def run(*args, stdin=None):
    return subprocess.run([program, *args], input=stdin, capture_output=True)


def explained(mail, *args):
    result = run("--format", "jsonl", *args, "-", stdin=mail)
    assert not result.stderr, result.stderr
    return json.loads(result.stdout)


def written(text):
    file = tempfile.NamedTemporaryFile("wb", delete=False, dir=scratch.name)
    file.write(text.encode() if isinstance(text, str) else text)
    file.close()
    return file.name


def bounce(original="", to="jo@example.com", diagnostic="550 5.1.1 user unknown", mta="mx.b.example", parts=""):
    return ("""From: MAILER-DAEMON@%s
To: %s
Subject: Undelivered Mail Returned to Sender
Date: Sun, 22 Nov 2026 06:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

<al@b.example>: %s
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; %s

Final-Recipient: rfc822; al@b.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; %s

--b
Content-Type: message/rfc822

%s
%s
--b--
""" % (mta, to, diagnostic, mta, diagnostic, original, parts)).encode()


MINE = """Received: from mx.example.com (mx.example.com [192.0.2.7])
 by mx.b.example; Sun, 22 Nov 2026 05:59:00 +0000
Received: from laptop by mx.example.com; Sun, 22 Nov 2026 05:58:00 +0000
Message-ID: <1234@mail.example.com>
From: Jo <jo@example.com>
To: al@b.example
Subject: Hello
Date: Sun, 22 Nov 2026 05:58:00 +0000

Hello
"""
FORGED = """Received: from pool-203-0-113-9.dsl.isp.example ([203.0.113.9])
 by mx.b.example; Sun, 22 Nov 2026 05:59:00 +0000
From: Jo <jo@example.com>
To: al@b.example
Subject: Cheap pills
Date: Sun, 22 Nov 2026 05:58:00 +0000

Buy
"""


def verdict(original, *specs, **more):
    return explained(bounce(original, **more), *[word for spec in specs for word in ("--mine", spec)])["origin"]["verdict"]


@test
def hosts_and_message_ids():
    assert verdict(MINE, "id:example.com") == "mine"
    assert verdict(MINE, "id:@mail.example.com") == "mine"
    assert verdict(MINE, "id:other.example") == "not-mine"
    assert verdict(MINE, "id:ple.com") == "not-mine"  # a domain ends at a dot
    assert verdict(MINE, "host:mx.example.com") == "mine"
    assert verdict(MINE, "host:192.0.2.7") == "mine"
    assert verdict(MINE, "host:2.0.2.7") == "not-mine"
    assert verdict(MINE, "host:mx.other.example") == "not-mine"
    # A Message-ID is easier to forge than a host.
    assert verdict(MINE, "id:example.com", "host:mx.other.example") == "not-mine"
    assert verdict(MINE, "id:other.example", "host:mx.example.com") == "mine"


@test
def addresses_prove_little():
    assert verdict(MINE, "address:jo@example.com") == "unknown"
    assert verdict(MINE, "address:@example.com") == "unknown"
    assert verdict(MINE, "address:someone@example.net") == "not-mine"


@test
def a_list_of_what_was_sent():
    for text in ("<1234@mail.example.com>\n", "# log\n1234@MAIL.example.com\n",
                 "Nov 22 05:58:00 mx postfix: A1B2: message-id=<1234@mail.example.com>\n<9@x>\n"):
        assert verdict(MINE, "file:" + written(text)) == "mine", text
    assert verdict(MINE, "file:" + written("<99@mail.example.com>\n")) == "not-mine"
    # Being on the list outweighs a host that is not known.
    assert verdict(MINE, "host:mx.other.example", "file:" + written("<1234@mail.example.com>\n")) == "mine"


@test
def signed_return_addresses():
    keys = written("# old and new\nolder\nsecret\n")
    assert verdict(MINE, "batv:" + keys, to="prvs=4371f89cb4=jo@example.com") == "mine"
    assert verdict(MINE, "batv:" + keys, to="prvs=4371f89cb5=jo@example.com") == "not-mine"
    assert verdict(MINE, "batv:" + keys) == "not-mine"  # who signs all does not send unsigned
    assert verdict(MINE, "srs:" + keys, to="SRS0=nCnJ=GB=example.com=jo@fwd.example") == "mine"
    assert verdict(MINE, "srs:" + keys, to="SRS0=nCnX=GB=example.com=jo@fwd.example") == "not-mine"


@test
def return_addresses_by_recipient():
    one = explained(bounce(MINE, to="bounces+al=b.example@example.com"), "--mine", "verp:bounces+{}@example.com")
    assert one["origin"]["verdict"] == "mine"
    assert "al@b.example, who failed" in one["origin"]["evidence"][0]["text"]


@test
def without_being_told():
    """the seed case both-backscatter"""
    assert verdict(MINE) == "unknown"
    assert verdict(FORGED) == "likely-backscatter"
    one = explained(bounce(FORGED))
    assert any("home line" in proof["text"] for proof in one["origin"]["evidence"])
    text = " ".join(run("-", stdin=bounce(FORGED)).stdout.decode().split())
    assert "Is it mine? probably not" in text and "used your address" in text
    # What an own server without a good SPF record gets is no sign of forgery.
    assert verdict(FORGED.replace("pool-203-0-113-9.dsl.isp.example", "mx.esp.example").replace("Date:", "Message-ID: <1@esp.example>\nDate:"),
                   diagnostic="550 5.7.23 SPF validation failed") == "unknown"
    assert "Is it mine?" not in run("-", stdin=bounce(MINE)).stdout.decode()


def attachment(name, content, type_="application/octet-stream"):
    return "Content-Type: %s;\n\tname=\"%s\"\nContent-Transfer-Encoding: base64\n\n%s" % (
        type_, name, base64.encodebytes(content).decode())


def worm(part):
    return """From: "Mail Administrator" <postmaster@example.com>
To: jo@example.com
Subject: Message could not be delivered
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="w"

--w
Content-Type: text/plain

Your message was not delivered due to the following reason. See the attached file.
--w
%s
--w--
""" % part


EXE = b"MZ" + bytes(300)


@test
def worms_dressed_as_bounces():
    """the seed case both-backscatter"""
    for name, content, by in (("message.scr", EXE, "its name"), ("letter.txt   .pif", b"x", "its name"),
                              ("report.doc", EXE, "its first bytes")):
        one = explained(worm(attachment(name, content)).encode())
        assert one["kind"] != "not-a-bounce", name
        assert one["origin"]["dressed_as_bounce"] and one["origin"]["verdict"] == "not-mine", name
        assert one["origin"]["programs"] == [{"name": " ".join(name.split()), "inside": None, "known_by": by}], name
    part = attachment("x", b"x").replace("Content-Type: application/octet-stream;\n\tname=\"x\"",
                                          "Content-Type: application/octet-stream\nContent-Disposition: attachment;\n"
                                          " filename*=utf-8''rechnung%20neu.exe")
    assert explained(worm(part).encode())["origin"]["dressed_as_bounce"]
    text = run("-", stdin=worm(attachment("message.scr", EXE)).encode()).stdout.decode()
    assert "Beware" in text and "Do not open" in text


@test
def programs_inside_of_archives():
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", method) as file:
            file.writestr("readme.txt", "hello " * 500)
            file.writestr("docs/invoice.pdf.exe", EXE)
        one = explained(worm(attachment("mail.zip", packed.getvalue(), "application/zip")).encode())
        assert one["origin"]["programs"] == [{"name": "mail.zip", "inside": "invoice.pdf.exe", "known_by": "its name"}], one["origin"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("readme.txt", "hello")
    one = explained(worm(attachment("mail.zip", packed.getvalue(), "application/zip")).encode())
    assert one["origin"]["programs"] == [] and not one["origin"]["dressed_as_bounce"]
    broken = packed.getvalue()[:20] + b"\xff" * 40
    assert explained(worm(attachment("mail.zip", broken, "application/zip")).encode())["origin"]["programs"] == []


@test
def a_virus_that_came_back_is_backscatter():
    original = FORGED.replace("\nBuy\n", "MIME-Version: 1.0\n" + attachment("photo.scr", EXE))
    original = original.replace("\n\nMIME", "\nMIME")
    one = explained(bounce(original))
    assert one["origin"]["programs"][0]["name"] == "photo.scr", one["origin"]
    assert not one["origin"]["dressed_as_bounce"] and one["origin"]["verdict"] == "likely-backscatter"


@test
def what_is_wrong_with_mine_is_said():
    for spec, words in (("nonsense", "one of id:DOMAIN"), ("id:", "needs a value"), ("verp:a@b", "{}"),
                        ("file:/no/such", "/no/such: No such file"), ("batv:" + written("# none\n"), "nothing in it"),
                        ("file:" + written("<a@b>\nnot an id\n"), ":2: no Message-ID: not an id")):
        result = run("--mine", spec, "-", stdin=b"")
        assert result.returncode == 2 and words in result.stderr.decode(), (spec, result.stderr)
        assert result.stderr.count(b"\n") == 1, result.stderr


@test
def rules_of_ones_own():
    rules = written("reason policy\nrule acme\n  say acme filter #\n  remedy Ask the Acme team.\n"
                    "  like 550 mailbox full, acme filter 17\n")
    one = json.loads(run("--format", "jsonl", "--rules", rules, "--reply", "550 mailbox full, Acme Filter 9").stdout)
    assert one["recipients"][0]["rule"] == "policy/acme" and one["recipients"][0]["remedy"] == "Ask the Acme team."
    assert b"policy/acme\n" in run("--rules", rules, "--list-rules").stdout
    wrong = written("reason policy\nrule acme\n  say (acme\n")
    result = run("--rules", wrong, "--reply", "x")
    assert result.returncode == 2 and not result.stdout
    assert ("whybounced: %s:3: '(' without ')'\n" % wrong).encode() in result.stderr
    assert run("--rules", "/no/such", "--reply", "x").returncode == 2


@test
def rules_that_never_fired():
    rules = written("reason policy\nrule idle\n  say never ever said\n  like never ever said\n")
    one = json.loads(run("--format", "json", "--rules", rules, "--unused-rules", os.path.join(corpus, "mta")).stdout)
    assert one["messages"] == len(glob.glob(os.path.join(corpus, "mta", "*.eml")))
    assert "policy/idle" in one["never_found"] and "user-unknown/unknown" not in one["never_found"]
    assert not set(one["never_found"]) & set(one["never_decided"])
    assert one["rules"] == len(run("--rules", rules, "--list-rules").stdout.splitlines())
    assert "  policy/idle\n" in run("--rules", rules, "--unused-rules", os.path.join(corpus, "mta")).stdout.decode()


@test
def evidence_stands_where_it_is_said_to_stand():
    mails = sorted(glob.glob(os.path.join(corpus, "mta", "*.eml")))
    folders = os.environ.get("FAKESMTP_SHARED")
    if folders:
        mails += sorted(glob.glob(os.path.join(folders, "corpus", "mail", "bsd", "*.eml")))
    box, found = b"", 0
    for name in mails:
        with open(name, "rb") as file:
            box += b"From x\n" + file.read().replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ") + b"\n\n"
    path = written(box)
    for line in run("--format", "jsonl", path).stdout.splitlines():
        for recipient in json.loads(line)["recipients"]:
            evidence = recipient["evidence"]
            if evidence["offset"] is None:
                assert evidence["length"] is None
                continue
            cut = box[evidence["offset"]:evidence["offset"] + evidence["length"]].decode("utf-8", "replace")
            plain = "".join(evidence["text"].split()).lower()
            if any(plain[5:-5] in "".join(base64.b64decode((cut[skip:] + "AAA")[:(len(cut) - skip + 3) // 4 * 4])
                                          .decode("utf-8", "replace").split()).lower() for skip in range(4)
                   if cut.isalnum()):
                found += 1
                continue
            # Encodings and folded lines may stand between the letters.
            at = 0
            for letter in "".join(cut.split()).lower():
                at += at < len(plain) and letter == plain[at]
            assert at >= len(plain) * 0.9 or "=" in cut or not cut.isascii(), (line[:200], cut, evidence)
            found += 1
    assert found > len(mails) // 2


@test
def what_is_no_mail_yet_is_told_how_to_become_one():
    import gzip
    for packed, hint in ((gzip.compress(bounce(MINE)), b"zcat"), (b"PK\3\4" + bytes(50), b"unzip"),
                         (bounce(MINE).decode().encode("utf-16"), b"iconv"),
                         (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), b".eml")):
        result = run(written(packed), os.path.join(corpus, "mta", "postfix-u550.eml"))
        assert result.returncode == 2 and hint in result.stderr and b"user-unknown" in result.stdout, result


@test
def an_editors_mark_in_front_hides_nothing():
    plain, marked = explained(bounce(MINE)), explained(b"\xef\xbb\xbf" + bounce(MINE))
    assert plain["original"]["subject"] == "Hello" and marked["original"] == plain["original"], marked["original"]
    first, second = plain["recipients"][0], marked["recipients"][0]
    assert second["evidence"].pop("offset") == first["evidence"].pop("offset") + 3
    assert first == second, (first, second)


@test
def nothing_to_read_is_no_hang():
    import pty
    parent, child = pty.openpty()
    result = subprocess.run([program], stdin=child, capture_output=True, timeout=60)
    os.close(parent)
    os.close(child)
    assert result.returncode == 2 and b"usage" in result.stderr and not result.stdout


print("1..%d" % len(tests))
for number, function in enumerate(tests, 1):
    try:
        function()
        print("ok %d %s%s" % (number, function.__name__, ": " + function.__doc__ if function.__doc__ else ""))
    except Exception as why:  # a failing test must not stop the others
        print("not ok %d %s\n# %s: %s" % (number, function.__name__, type(why).__name__, str(why).replace("\n", "\n# ")))
